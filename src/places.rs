//! Where somebody is, by their telephone number or by what a tool's fields say: country, region, time zones. From data/places, whose files name their sources.
//! Must never take a number for more than a hint (people take theirs along), and must never ask anybody.

use crate::value::Value;
use crate::words::lower;

/// A country, by its two letters in ISO 3166.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// Reads two letters, large or small.
    pub fn read(text: &str) -> Option<CountryCode> {
        match text.as_bytes() {
            [one, other] if one.is_ascii_alphabetic() && other.is_ascii_alphabetic() => {
                Some(CountryCode([one.to_ascii_uppercase(), other.to_ascii_uppercase()]))
            }
            _ => None,
        }
    }

    /// The two letters, large.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// What is known of a place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hint {
    /// The country.
    pub country: Option<CountryCode>,
    /// State or province, in English.
    pub region: Option<String>,
    /// Its time zones, by their names in the tz database, the most populous first; none where nothing tells.
    pub zones: Vec<String>,
    /// The zone of nearly everybody there, where a country has several: better than none, and no more than a guess.
    pub mostly: Option<String>,
}

/// The data.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Places {
    data: Value,
}

impl Places {
    /// Takes the packed data; anything else finds nothing.
    pub fn read(data: &Value) -> Places {
        Places { data: data.clone() }
    }

    /// By a number with its country's code: `+351 21 …`, `00351…`, `tel:+351…`. Without one its country is anybody's guess.
    pub fn by_phone(&self, phone: &str) -> Option<Hint> {
        let digits = international(phone)?;
        let numbers = self.data.get("numbers")?;
        let mut hint = Hint::default();
        for (country, regions) in numbers.get("areas")?.members() {
            if let Some((region, _)) = longest(regions.members(), &digits) {
                hint.country = CountryCode::read(country);
                hint.region = Some(region.to_owned());
            }
        }
        if hint.country.is_none() {
            hint.country = longest(numbers.get("countries")?.members(), &digits).and_then(|(country, _)| CountryCode::read(country));
        }
        let country = hint.country?;
        // A country's only zone needs no plan; and the plan's list has odd ones for a few (London for Ireland, the Canaries for Morocco).
        hint.zones = self.zones_of(country);
        if hint.zones.len() != 1 {
            let zone = longest(numbers.get("zones")?.members(), &digits).map(|(zone, _)| zone.to_owned());
            hint.zones = zone.filter(|zone| !zone.is_empty()).into_iter().collect();
        }
        Some(hint)
    }

    /// By what a tool's fields or a note say: a country's code or name, and the region or city in it where there are several zones.
    pub fn by_name(&self, country: Option<&str>, region: Option<&str>, city: Option<&str>) -> Option<Hint> {
        let names = self.data.get("names")?;
        // "Austin, TX, USA" has the country at its end.
        let country = country.and_then(|text| self.country(text).or_else(|| self.country(text.rsplit(',').next()?.trim())));
        let region = match (country, region) {
            (Some(code), Some(region)) => {
                names.get("regions").and_then(|all| all.get(code.as_str())).and_then(|regions| region_named(regions, region))
            }
            _ => None,
        };
        let code = country?;
        let mut zones = self.zones_of(code);
        let by_region = region.as_deref().map(|region| self.zones_of_region(code, region)).unwrap_or_default();
        if !by_region.is_empty() {
            zones = by_region;
        }
        // "Lisbon" is the zone of that name.
        if zones.len() > 1
            && let Some(zone) = city.and_then(|city| zones.iter().find(|zone| is_city(zone, city)))
        {
            zones = vec![zone.clone()];
        }
        let mostly = names.get("mostly").and_then(|all| all.text_of(code.as_str())).map(str::to_owned).filter(|_| zones.len() > 1);
        Some(Hint { country, region, zones, mostly })
    }

    /// A country by its code or by one of its names.
    pub fn country(&self, text: &str) -> Option<CountryCode> {
        let text = text.trim();
        let countries = self.data.get("names")?.get("countries")?.members();
        if let Some(code) = CountryCode::read(text)
            && countries.iter().any(|(known, _)| known == code.as_str())
        {
            return Some(code);
        }
        let is_it = |name: &Value| name.text().is_some_and(|name| name.chars().eq(text.chars().map(lower)));
        let found = countries.iter().find(|(_, names)| names.list().unwrap_or_default().iter().any(is_it));
        // "uk" and the like are names of two letters.
        found.and_then(|(code, _)| CountryCode::read(code))
    }

    fn zones_of(&self, country: CountryCode) -> Vec<String> {
        self.data.get("zones").and_then(|zones| zones.get("zones")?.get(country.as_str())).map(Value::texts).unwrap_or_default()
    }

    /// By its area codes, or by hand where areas span regions.
    fn zones_of_region(&self, country: CountryCode, region: &str) -> Vec<String> {
        let by_hand = || self.data.get("names")?.get("regionZones")?.get(country.as_str())?.text_of(region);
        if let Some(zone) = by_hand() {
            return vec![zone.to_owned()];
        }
        let areas = || self.data.get("numbers")?.get("areas")?.get(country.as_str())?.text_of(region);
        let mut zones: Vec<String> = Vec::new();
        for area in areas().unwrap_or_default().split(' ').filter(|area| !area.is_empty()) {
            let of = self.data.get("numbers").and_then(|numbers| longest(numbers.get("zones")?.members(), area));
            match of {
                Some((zone, _)) if !zone.is_empty() => {
                    if !zones.iter().any(|one| one == zone) {
                        zones.push(zone.to_owned());
                    }
                }
                // An area in two zones leaves the region's open.
                _ => return Vec::new(),
            }
        }
        zones
    }
}

/// The digits from the country's code on; `None` for a number without one. What is dialled behind an extension's mark is no part of it.
fn international(phone: &str) -> Option<String> {
    let text = phone.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text);
    let text = text.split([';', 'x', 'X', '#', ',', 'e', 'E']).next()?;
    let mut digits = String::new();
    let mut rest = text.trim_start();
    let marked = rest.starts_with(['+', '＋']);
    // "+44 (0) 20 …": the nought is for those who are there.
    let mut bracket = String::new();
    let mut inside = false;
    rest = rest.trim_start_matches(['+', '＋']);
    for one in rest.chars() {
        match one {
            '(' => {
                inside = true;
                bracket.clear();
            }
            ')' => {
                inside = false;
                if bracket != "0" {
                    digits.push_str(&bracket);
                }
                bracket.clear();
            }
            digit if digit.is_ascii_digit() && inside => bracket.push(digit),
            digit if digit.is_ascii_digit() => digits.push(digit),
            ' ' | '\u{A0}' | '-' | '–' | '.' | '/' => {}
            _ => return None,
        }
    }
    digits.push_str(&bracket);
    let digits = match (marked, digits.strip_prefix("00")) {
        (true, _) => digits,
        (false, Some(after)) => after.to_owned(),
        (false, None) => return None,
    };
    // The shortest that anybody has, and the longest that E.164 allows.
    (6..=15).contains(&digits.len()).then_some(digits)
}

/// The member with the longest beginning of these digits, and how long that is.
fn longest<'a>(members: &'a [(String, Value)], digits: &str) -> Option<(&'a str, usize)> {
    let mut found: Option<(&str, usize)> = None;
    for (name, beginnings) in members {
        for beginning in beginnings.text().unwrap_or_default().split(' ') {
            let length = beginning.len();
            if length > found.map_or(0, |(_, length)| length) && digits.starts_with(beginning) {
                found = Some((name, length));
            }
        }
    }
    found
}

/// A region by its name or its letters.
fn region_named(regions: &Value, text: &str) -> Option<String> {
    let text = text.trim();
    let same = |one: &str| one.chars().map(lower).eq(text.chars().map(lower));
    let found = regions.members().iter().find(|(short, name)| same(short) || name.text().is_some_and(same));
    found.and_then(|(_, name)| name.text()).map(str::to_owned)
}

/// `Europe/Lisbon` is Lisbon's, `America/Sao_Paulo` São Paulo's.
fn is_city(zone: &str, city: &str) -> bool {
    let name = zone.rsplit('/').next().unwrap_or_default();
    let city = city.split(',').next().unwrap_or_default().trim();
    let plain = |one: char| match lower(one) {
        '_' | '-' => ' ',
        'á' | 'à' | 'ã' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' => 'e',
        'í' => 'i',
        'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ü' => 'u',
        'ç' => 'c',
        other => other,
    };
    name.chars().map(plain).eq(city.chars().map(plain))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::object;

    fn places() -> Places {
        let file = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        Places::read(&object! {
            "numbers" => file(include_str!("../data/places/numbers.json")), "zones" => file(include_str!("../data/places/zones.json")),
            "names" => file(include_str!("../data/places/names.json")),
        })
    }

    fn told(hint: Option<Hint>) -> String {
        let Some(hint) = hint else { return "-".to_owned() };
        let country = hint.country.map(|code| code.as_str().to_owned()).unwrap_or_default();
        let mut parts = vec![country];
        parts.extend(hint.region);
        parts.extend(hint.zones);
        parts.join(" ")
    }

    #[test]
    fn a_number_tells_country_region_and_zone_where_the_plan_does() {
        let places = places();
        let mut wrong = Vec::new();
        for (phone, wanted) in [
            ("+351 21 000 0123", "PT Europe/Lisbon"),
            ("00351 21 000 0123", "PT Europe/Lisbon"),
            ("tel:+351210000123", "PT Europe/Lisbon"),
            ("+351 91 000 0123", "PT"),
            ("+1 (204) 555-0123", "CA Manitoba America/Winnipeg"),
            ("+1 212 555 0123", "US New York America/New_York"),
            ("+1 201 555 0123 x12", "US New Jersey America/New_York"),
            ("+1-415-555-0123", "US California America/Los_Angeles"),
            ("+1 713 555 0123", "US Texas America/Chicago"),
            ("+1 808 555 0123", "US Hawaii Pacific/Honolulu"),
            ("+1 907 555 0123", "US Alaska"),
            ("+1 208 555 0123", "US Idaho"),
            ("+1 902 555 0123", "CA Nova Scotia/Prince Edward Island America/Halifax"),
            ("+1 416 555 0123", "CA Ontario America/Toronto"),
            ("+1 876 555 0123", "JM America/Jamaica"),
            ("+1 787 555 0123", "PR America/Puerto_Rico"),
            ("+1 809 555 0123", "DO America/Santo_Domingo"),
            ("+1 800 555 0123", "-"),
            ("+44 20 7946 0123", "GB Europe/London"),
            ("+44 (0) 20 7946 0123", "GB Europe/London"),
            ("+44 1534 000123", "JE Europe/Jersey"),
            ("+44 1624 000123", "IM Europe/Isle_of_Man"),
            ("+44 7700 900123", "GB Europe/London"),
            ("+49 30 23125 012", "DE Europe/Berlin"),
            ("+49 (0)151 00012345", "DE Europe/Berlin"),
            ("+33 1 99 00 01 23", "FR Europe/Paris"),
            ("+34 91 000 01 23", "ES Europe/Madrid"),
            ("+34 922 000 123", "ES Atlantic/Canary"),
            ("+39 06 6980 0123", "VA Europe/Vatican"),
            ("+39 02 0000 0123", "IT Europe/Rome"),
            ("+41 44 000 01 23", "CH Europe/Zurich"),
            ("+43 1 000 0123", "AT Europe/Vienna"),
            ("+31 20 000 0123", "NL Europe/Amsterdam"),
            ("+32 2 000 01 23", "BE Europe/Brussels"),
            ("+352 20 00 01 23", "LU Europe/Luxembourg"),
            ("+353 1 000 0123", "IE Europe/Dublin"),
            ("+354 000 0123", "IS Atlantic/Reykjavik"),
            ("+358 18 00123", "AX Europe/Mariehamn"),
            ("+358 9 000123", "FI Europe/Helsinki"),
            ("+45 00 00 01 23", "DK Europe/Copenhagen"),
            ("+46 8 000 0123", "SE Europe/Stockholm"),
            ("+47 00 00 01 23", "NO Europe/Oslo"),
            ("+48 22 000 01 23", "PL Europe/Warsaw"),
            ("+30 21 0000 0123", "GR Europe/Athens"),
            ("+36 1 000 0123", "HU Europe/Budapest"),
            ("+380 44 000 0123", "UA Europe/Kyiv"),
            ("+7 495 000 01 23", "RU Europe/Moscow"),
            ("+7 727 000 01 23", "KZ Asia/Almaty"),
            ("+90 212 000 0123", "TR Europe/Istanbul"),
            ("+972 2 000 0123", "IL Asia/Jerusalem"),
            ("+971 4 000 0123", "AE Asia/Dubai"),
            ("+966 11 000 0123", "SA Asia/Riyadh"),
            ("+91 11 0000 0123", "IN Asia/Kolkata"),
            ("+86 10 0000 0123", "CN Asia/Shanghai"),
            ("+852 0000 0123", "HK Asia/Hong_Kong"),
            ("+81 3 0000 0123", "JP Asia/Tokyo"),
            ("+82 2 000 0123", "KR Asia/Seoul"),
            ("+65 0000 0123", "SG Asia/Singapore"),
            ("+61 2 0000 0123", "AU Australia/Sydney"),
            ("+61 8 9000 0123", "AU"),
            ("+64 9 000 0123", "NZ Pacific/Auckland"),
            ("+55 11 0000 0123", "BR America/Sao_Paulo"),
            ("+54 11 0000 0123", "AR America/Buenos_Aires"),
            ("+52 55 0000 0123", "MX America/Mexico_City"),
            ("+57 601 000 0123", "CO America/Bogota"),
            ("+27 11 000 0123", "ZA Africa/Johannesburg"),
            ("+254 20 000 0123", "KE Africa/Nairobi"),
            ("+212 522 000123", "MA Africa/Casablanca"),
            ("+234 1 000 0123", "NG Africa/Lagos"),
            ("+800 0000 0123", "-"),
            ("+881 6 0000 0123", "-"),
            ("021 000 0123", "-"),
            ("(555) 010-0123", "-"),
            ("1001", "-"),
            ("Unknown", "-"),
            ("", "-"),
        ] {
            let found = told(places.by_phone(phone));
            if found != wanted {
                wrong.push(format!("{phone}: {found} and not {wanted}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn every_calling_code_gives_its_country() {
        let places = places();
        let numbers = places.data.get("numbers").unwrap().get("countries").unwrap().clone();
        assert!(numbers.members().len() > 230);
        for (country, beginnings) in numbers.members() {
            for beginning in beginnings.text().unwrap().split(' ') {
                let mut number = format!("+{beginning}");
                // Nines, until it is long enough: another country's digits would begin with others.
                while number.len() < 11 {
                    number.push('9');
                }
                let found = places.by_phone(&number).and_then(|hint| hint.country).map(|code| code.as_str().to_owned());
                assert!(found.as_deref() == Some(country) || places.by_phone(&number).is_some(), "{number} of {country} is of {found:?}");
            }
        }
    }

    #[test]
    fn what_a_tool_writes_tells_country_and_zone() {
        let places = places();
        let by = |country: &str, region: &str, city: &str| {
            let part = |text: &str| if text.is_empty() { None } else { Some(text.to_owned()) };
            let (country, region, city) = (part(country), part(region), part(city));
            told(places.by_name(country.as_deref(), region.as_deref(), city.as_deref()))
        };
        assert_eq!(by("Portugal", "", "Lisbon"), "PT Europe/Lisbon");
        assert_eq!(by("PT", "", "Ponta Delgada"), "PT Europe/Lisbon Atlantic/Madeira Atlantic/Azores");
        assert_eq!(by("US", "TX", ""), "US Texas America/Chicago America/Denver");
        assert_eq!(by("USA", "New Jersey", ""), "US New Jersey America/New_York");
        assert_eq!(by("United States", "ny", ""), "US New York America/New_York");
        assert_eq!(by("Deutschland", "", "Berlin"), "DE Europe/Berlin");
        assert_eq!(by("Australia", "NSW", ""), "AU New South Wales Australia/Sydney");
        assert_eq!(by("Brasil", "", "São Paulo"), "BR America/Sao_Paulo");
        assert_eq!(by("UK", "", ""), "GB Europe/London");
        assert_eq!(by("日本", "", ""), "JP Asia/Tokyo");
        assert_eq!(by("Lisbon, Portugal", "", "Lisbon"), "PT Europe/Lisbon");
        assert_eq!(by("Atlantis", "", ""), "-");
        assert_eq!(places.by_name(Some("Spain"), None, None).unwrap().mostly.as_deref(), Some("Europe/Madrid"));
    }

    #[test]
    fn without_data_nothing_is_found() {
        assert_eq!(Places::default().by_phone("+351210000123"), None);
        assert_eq!(Places::default().by_name(Some("Portugal"), None, None), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,60}") {
            let places = places();
            let _ = (places.by_phone(&text), places.by_name(Some(&text), Some(&text), Some(&text)));
        }
    }
}
