//! Who the customer is and where: text from a page, made harmless, and the notes that fit the place.
//! Must never keep more than it shows, and never let a control or direction character through: they can turn a line round.

use crate::keep::keep_struct;
use crate::name::Name;
use crate::value::{Value, names};
use crate::words::lower;

/// Longest name, place or address line that is kept, in characters; longer text is cut with an ellipsis.
pub const LONGEST_TEXT: usize = 120;

/// What is known of the person; only what is shown. Every text has been through [`clean`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Customer {
    /// As the tool writes it.
    pub name: Option<String>,
    /// Where they are.
    pub place: Place,
    /// Whom they speak for.
    pub company: Option<String>,
    /// How to reach them by telephone.
    pub phone: Option<String>,
    /// How to reach them by e-mail.
    pub email: Option<String>,
    /// What they pay for, or what they are to the company.
    pub plan: Option<String>,
    /// What it is about.
    pub subject: Option<String>,
    /// How the tool marks them or their matter; at most [`MOST_LINES`].
    pub tags: Vec<String>,
    /// What there was before, a line each, in the tool's order; at most [`MOST_LINES`].
    pub history: Vec<String>,
}

/// Most tags, and most lines of history: more is no glance.
pub const MOST_LINES: usize = 5;

/// Where a customer is, as far as the tool says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// City or town.
    pub city: Option<String>,
    /// State, province or region.
    pub region: Option<String>,
    /// Country, by name or code, as the tool writes it.
    pub country: Option<String>,
    /// Postal code.
    pub postcode: Option<String>,
    /// As a tool writes it in one line.
    pub written: Option<String>,
}

/// A detail that an agent can put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Their name.
    Name,
    /// Their number.
    Phone,
    /// Their e-mail address.
    Email,
    /// Whom they speak for.
    Company,
    /// What they pay for.
    Plan,
    /// What it is about.
    Subject,
    /// Where: city or town.
    City,
    /// Where: state, province or region.
    Region,
    /// Where: country.
    Country,
    /// Where: postal code.
    Postcode,
}

impl Detail {
    /// All of them, in the order of the card.
    pub const ALL: [Detail; 10] = [
        Detail::Name,
        Detail::Phone,
        Detail::Email,
        Detail::Company,
        Detail::Plan,
        Detail::Subject,
        Detail::City,
        Detail::Region,
        Detail::Country,
        Detail::Postcode,
    ];

    /// That detail of a customer.
    pub fn of(self, customer: &mut Customer) -> &mut Option<String> {
        match self {
            Detail::Name => &mut customer.name,
            Detail::Phone => &mut customer.phone,
            Detail::Email => &mut customer.email,
            Detail::Company => &mut customer.company,
            Detail::Plan => &mut customer.plan,
            Detail::Subject => &mut customer.subject,
            Detail::City => &mut customer.place.city,
            Detail::Region => &mut customer.place.region,
            Detail::Country => &mut customer.place.country,
            Detail::Postcode => &mut customer.place.postcode,
        }
    }
}

impl Customer {
    /// Reads a page's `customer` object; whatever is not text is left out.
    pub fn read(value: &Value) -> Customer {
        let text = |name| value.text_of(name).and_then(clean);
        let lines = |name| {
            let all = value.get(name).map(Value::texts).unwrap_or_default();
            all.iter().filter_map(|text| clean(text)).take(MOST_LINES).collect()
        };
        Customer {
            name: text("name"),
            place: value.get("place").map(Place::read).unwrap_or_default(),
            company: text("company"),
            phone: text("phone"),
            email: text("email"),
            plan: text("plan"),
            subject: text("subject"),
            tags: lines("tags"),
            history: lines("history"),
        }
    }

    /// Takes over what `newer` knows; what it is silent on stays.
    pub fn learn(&mut self, newer: &Customer) {
        let take = |old: &mut Option<String>, new: &Option<String>| {
            if new.is_some() {
                old.clone_from(new);
            }
        };
        take(&mut self.name, &newer.name);
        take(&mut self.place.city, &newer.place.city);
        take(&mut self.place.region, &newer.place.region);
        take(&mut self.place.country, &newer.place.country);
        take(&mut self.place.postcode, &newer.place.postcode);
        take(&mut self.place.written, &newer.place.written);
        take(&mut self.company, &newer.company);
        take(&mut self.phone, &newer.phone);
        take(&mut self.email, &newer.email);
        take(&mut self.plan, &newer.plan);
        take(&mut self.subject, &newer.subject);
        for (old, new) in [(&mut self.tags, &newer.tags), (&mut self.history, &newer.history)] {
            if !new.is_empty() {
                old.clone_from(new);
            }
        }
    }

    /// As [`Customer::learn`], of somebody who may be another one by now: then nothing of the one before stays.
    pub fn follow(&mut self, newer: &Customer) {
        if newer.name.is_some() && self.name.is_some() && newer.name != self.name {
            *self = Customer::default();
        }
        self.learn(newer);
    }

    /// Their name, as people bear it.
    pub fn called(&self) -> Name {
        self.name.as_deref().map(Name::read).unwrap_or_default()
    }
}

impl Place {
    /// Reads a page's or a note's place.
    pub fn read(value: &Value) -> Place {
        let text = |name| value.text_of(name).and_then(clean);
        Place { city: text("city"), region: text("region"), country: text("country"), postcode: text("postcode"), written: None }
    }

    /// "Lisbon, Portugal"; `None` when nothing is known that one would say aloud.
    pub fn spoken(&self) -> Option<String> {
        let nearer = self.city.as_deref().or(self.region.as_deref());
        match (nearer, self.country.as_deref()) {
            (Some(nearer), Some(country)) => Some(format!("{nearer}, {country}")),
            (nearer, country) => nearer.or(country).or(self.written.as_deref()).map(str::to_owned),
        }
    }

    fn is_empty(&self) -> bool {
        *self == Place::default()
    }
}

/// A line about a place, from the agent or the company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceNote {
    place: Place,
    note: String,
}

impl PlaceNote {
    /// Reads one entry of `placeNotes`; `None` when it names no place or says nothing.
    pub fn read(value: &Value) -> Option<PlaceNote> {
        let place = Place::read(value);
        let note = value.text_of("note").and_then(|text| clean_to(text, 400))?;
        if place.is_empty() { None } else { Some(PlaceNote { place, note }) }
    }
}

/// The notes that fit, the most specific first: postcode before city before region before country. A postcode fits by its beginning; `is_country` says
/// whether another way to write a country means that of the place.
pub fn notes_for(place: &Place, notes: &[PlaceNote], is_country: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut fitting = Vec::new();
    // By weight instead of by sorting, which brings 4.6 KB of wasm for a handful of lines.
    for weight in (1..=HEAVIEST).rev() {
        fitting.extend(notes.iter().filter(|note| fit(&note.place, place, is_country) == Some(weight)).map(|note| note.note.clone()));
    }
    fitting
}

/// Makes a text from outside fit to show: no control, direction or invisible characters, single spaces, at most [`LONGEST_TEXT`].
/// `None` when nothing is left.
pub fn clean(text: &str) -> Option<String> {
    clean_to(text, LONGEST_TEXT)
}

/// As [`clean`], with another bound in characters. Looks at a bounded part of the text only, so a megabyte costs what a line costs.
pub fn clean_to(text: &str, longest: usize) -> Option<String> {
    let mut kept = String::new();
    let mut count = 0;
    let mut gap = false;
    for character in text.chars().take(longest * 4) {
        if character.is_whitespace() {
            gap = true;
            continue;
        }
        if is_invisible(character) {
            continue;
        }
        let space = gap && !kept.is_empty();
        if count + usize::from(space) >= longest {
            kept.push('…');
            break;
        }
        if space {
            kept.push(' ');
            count += 1;
        }
        gap = false;
        kept.push(character);
        count += 1;
    }
    if kept.is_empty() { None } else { Some(kept) }
}

/// As [`clean_to`], of a text with lines: those stay, with their indents.
pub fn clean_lines(text: &str, longest: usize) -> String {
    let fit = |one: &char| matches!(one, '\n' | '\t') || !is_invisible(*one);
    text.chars().filter(fit).take(longest).collect()
}

/// Controls, format characters that change direction or hide (Unicode Cf as far as it can deceive), private use, tags and
/// variation selectors beyond the emoji ones. Zero-width joiner and non-joiner stay: several scripts and emoji need them.
pub(crate) fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}' | '\u{200B}'
            | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFC}' | '\u{E000}'..='\u{F8FF}' | '\u{E0000}'..='\u{E0FFF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// All four of a note's members fit.
const HEAVIEST: u8 = 15;

fn fit(wanted: &Place, place: &Place, is_country: &dyn Fn(&str) -> bool) -> Option<u8> {
    let same = |wanted: &Option<String>, found: &Option<String>, weight| match (wanted, found) {
        (None, _) => Some(0),
        (Some(wanted), Some(found)) if lowered(wanted).eq(lowered(found)) => Some(weight),
        _ => None,
    };
    let prefix = |wanted: &Option<String>, found: &Option<String>, weight| match (wanted, found) {
        (None, _) => Some(0),
        (Some(wanted), Some(found)) if compact(found).starts_with(&compact(wanted)) => Some(weight),
        _ => None,
    };
    Some(
        match &wanted.country {
            Some(country) if is_country(country) => 1,
            country => same(country, &place.country, 1)?,
        } + same(&wanted.region, &place.region, 2)?
            + same(&wanted.city, &place.city, 4)?
            + prefix(&wanted.postcode, &place.postcode, 8)?,
    )
}

fn lowered(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(lower)
}

fn compact(postcode: &str) -> String {
    postcode.chars().filter(char::is_ascii_alphanumeric).map(|one| one.to_ascii_lowercase()).collect()
}

names! {
    pub Detail {
        Name = "name", Phone = "phone", Email = "email", Company = "company", Plan = "plan", Subject = "subject", City = "city", Region = "region",
        Country = "country", Postcode = "postcode",
    }
}

keep_struct!(Customer { name, place, company, phone, email, plan, subject, tags, history });
keep_struct!(Place { city, region, country, postcode, written });

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn value(json: &str) -> Value {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn text_from_a_page_loses_what_could_deceive_and_keeps_the_rest() {
        assert_eq!(clean("  Maria \u{202E}\n Silva\u{0007} ").as_deref(), Some("Maria Silva"));
        assert_eq!(clean("<b>Ann</b>").as_deref(), Some("<b>Ann</b>"));
        assert_eq!(clean("\u{200B}\u{202A}"), None);
        assert_eq!(clean("नि\u{200D}शा").as_deref(), Some("नि\u{200D}शा"));
    }

    #[test]
    fn a_megabyte_becomes_a_line() {
        let name = clean(&"M".repeat(1_000_000)).unwrap();
        assert_eq!(name.chars().count(), LONGEST_TEXT + 1);
        assert!(name.ends_with('…'));
    }

    #[test]
    fn a_customer_is_read_entry_by_entry() {
        let customer = Customer::read(&value(r#"{"name": "Maria Silva", "place": {"city": "Lisbon", "country": ["x"]}}"#));
        assert_eq!(customer.name.as_deref(), Some("Maria Silva"));
        assert_eq!(customer.place.spoken().as_deref(), Some("Lisbon"));
    }

    #[test]
    fn the_most_specific_note_comes_first_and_a_wrong_place_gets_none() {
        let notes: Vec<_> = [
            r#"{"country": "Portugal", "note": "country"}"#,
            r#"{"city": "lisbon", "country": "portugal", "note": "city"}"#,
            r#"{"postcode": "1100", "note": "quarter"}"#,
        ]
        .iter()
        .filter_map(|json| PlaceNote::read(&value(json)))
        .collect();
        let lisbon = Place::read(&value(r#"{"city": "Lisbon", "country": "Portugal", "postcode": "1100-148"}"#));
        assert_eq!(notes_for(&lisbon, &notes, &|_| false), ["quarter", "city", "country"]);
        assert!(notes_for(&Place::default(), &notes, &|_| false).is_empty());
        assert!(lowered("ÅRHUS ŁÓDŹ ΑΘΉΝΑ МОСКВА").eq("århus łódź αθΉνα москва".chars()));
        assert_eq!(PlaceNote::read(&value(r#"{"note": "no place"}"#)), None);
    }
}
