//! Names as people bear them: which text is one, how it is read, and what somebody is called in a sentence. A wrong first name hurts more than a full one, so
//! whatever is not plain to see is said whole. Must never guess a name out of a number, an address or a machine's words.

use crate::words::{lower, words};

/// What stands in a tool's name field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Name {
    /// No name: a number, "Unknown caller", nothing.
    #[default]
    None,
    /// A person's.
    Person {
        /// To read.
        shown: String,
        /// To say in a sentence.
        spoken: String,
    },
    /// A company's: read, and never said to a person.
    Organisation(String),
}

impl Name {
    /// Reads what stands there; it has been through [`crate::customer::clean`].
    pub fn read(written: &str) -> Name {
        let text = without_number(written.trim());
        if text.is_empty() || is_machine_made(text) {
            return Name::None;
        }
        if is_organisation(text) {
            return Name::Organisation(text.to_owned());
        }
        // "JJ" is how somebody is called.
        let long = text.chars().filter(|one| one.is_alphabetic()).count() > 3;
        let shouted = if long && is_shouted(text) { Shouted::Yes } else { Shouted::No };
        let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            // "Silva, Maria"; but "Maria Silva, PhD".
            [last, first] if !is_suffix(first) => {
                let (last, first) = (tidy(last, shouted), tidy(first, shouted));
                let mut shown = first.clone();
                shown.push(' ');
                shown.push_str(&last);
                // A title goes with the family name: "Silva, Dr. Maria".
                let title = first.split(' ').next().filter(|word| is_title(word));
                let spoken = match title {
                    Some(title) => joined(title, &last),
                    None => first_word(&first).to_owned(),
                };
                Name::person(shown, spoken)
            }
            [whole, ..] => {
                // All capitals is how exchanges send names, the family name first or last: nobody can tell.
                let unclear = whole.contains(' ') && is_shouted(whole);
                let shown = tidy(whole, shouted);
                let spoken = if unclear { shown.clone() } else { spoken(&shown) };
                Name::person(shown, spoken)
            }
            [] => Name::None,
        }
    }

    /// To read.
    pub fn shown(&self) -> Option<&str> {
        match self {
            Name::None => None,
            Name::Person { shown, .. } | Name::Organisation(shown) => Some(shown),
        }
    }

    /// As [`Name::shown`], of what stands in a tool's field.
    pub fn shown_of(written: &str) -> Option<String> {
        Name::read(written).shown().map(str::to_owned)
    }

    /// To say in a sentence.
    pub fn spoken(&self) -> Option<String> {
        match self {
            Name::Person { spoken, .. } => Some(spoken.clone()),
            _ => None,
        }
    }

    fn person(shown: String, spoken: String) -> Name {
        let letters = |text: &str| text.chars().any(char::is_alphabetic);
        if letters(&spoken) && letters(&shown) { Name::Person { shown, spoken } } else { Name::None }
    }
}

/// Titles of the languages of our phrases, small and without a full stop.
const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "sir",
    "dame",
    "lord",
    "lady",
    "rev",
    "sr",
    "sra",
    "srta",
    "don",
    "doña",
    "dña",
    "d",
    "dra",
    "herr",
    "frau",
    "m",
    "mme",
    "mlle",
    "monsieur",
    "madame",
    "me",
    "senhor",
    "senhora",
    "señor",
    "señora",
    "dipl.-ing",
    "ing",
    "mag",
];

/// What stands behind a name and is none.
const SUFFIXES: &[&str] = &[
    "jr", "sr", "ii", "iii", "iv", "phd", "ph.d", "md", "m.d", "mba", "msc", "bsc", "esq", "dds", "cpa", "rn", "jun", "sen", "filho",
    "neto",
];

/// Words that begin a family name and stay small.
const PARTICLES: &[&str] = &[
    "de", "da", "do", "das", "dos", "del", "della", "di", "du", "la", "le", "van", "von", "der", "den", "ter", "zu", "y", "e", "bin", "al",
];

/// Companies say what they are.
const FORMS: &[&str] = &[
    "ltd",
    "limited",
    "inc",
    "llc",
    "llp",
    "plc",
    "corp",
    "gmbh",
    "ag",
    "kg",
    "ohg",
    "ug",
    "mbh",
    "sarl",
    "sas",
    "sl",
    "lda",
    "ltda",
    "bv",
    "nv",
    "oy",
    "ab",
    "aps",
    "pty",
    "sons",
    "bros",
    "company",
    "university",
    "bank",
    "hotel",
    "hospital",
    "clinic",
    "praxis",
    "verein",
];

/// Words that tools put where there is no name; the whole field is one of these, with or without a number beside it.
const NOBODY: &[&[&str]] = &[
    &["unknown"],
    &["unknown", "caller"],
    &["unknown", "name"],
    &["unknown", "number"],
    &["unknown", "user"],
    &["unknown", "contact"],
    &["unknown", "visitor"],
    &["anonymous"],
    &["anonymous", "caller"],
    &["anonymous", "user"],
    &["anonymous", "visitor"],
    &["private"],
    &["private", "number"],
    &["private", "caller"],
    &["no", "caller", "id"],
    &["no", "name"],
    &["withheld"],
    &["number", "withheld"],
    &["restricted"],
    &["blocked"],
    &["unavailable"],
    &["not", "available"],
    &["caller"],
    &["guest"],
    &["guest", "user"],
    &["visitor"],
    &["website", "visitor"],
    &["web", "visitor"],
    &["customer"],
    &["new", "customer"],
    &["user"],
    &["new", "user"],
    &["client"],
    &["contact"],
    &["new", "contact"],
    &["wireless", "caller"],
    &["cell", "phone"],
    &["mobile"],
    &["toll", "free", "call"],
    &["toll", "free"],
    &["out", "of", "area"],
    &["spam", "likely"],
    &["scam", "likely"],
    &["test"],
    &["n", "a"],
    &["na"],
    &["null"],
    &["undefined"],
    &["none"],
    &["nan"],
    &["extension"],
    &["ext"],
    &["lead"],
    &["new", "lead"],
    &["unbekannt"],
    &["unbekannter", "anrufer"],
    &["unbekannte", "nummer"],
    &["anonym"],
    &["unterdrückt"],
    &["rufnummer", "unterdrückt"],
    &["gast"],
    &["besucher"],
    &["kunde"],
    &["kein", "name"],
    &["desconocido"],
    &["llamada", "desconocida"],
    &["número", "desconocido"],
    &["anónimo"],
    &["número", "privado"],
    &["privado"],
    &["oculto"],
    &["número", "oculto"],
    &["invitado"],
    &["visitante"],
    &["cliente"],
    &["sin", "nombre"],
    &["inconnu"],
    &["appelant", "inconnu"],
    &["numéro", "inconnu"],
    &["anonyme"],
    &["numéro", "privé"],
    &["numéro", "masqué"],
    &["masqué"],
    &["invité"],
    &["visiteur"],
    &["sans", "nom"],
    &["desconhecido"],
    &["número", "desconhecido"],
    &["anônimo"],
    &["convidado"],
    &["sem", "nome"],
];

/// "Maria Silva (+351 …)", "Maria Silva <maria@example.com>", "Maria Silva - 4821": the name without it.
fn without_number(text: &str) -> &str {
    let mut text = text;
    for opening in ['(', '<', '['] {
        if let Some((before, inside)) = text.split_once(opening)
            && !before.trim().is_empty()
            && (opening == '<' || inside.chars().any(|one| one.is_ascii_digit() || one == '@'))
        {
            text = before;
        }
    }
    let end = text.trim_end_matches(|one: char| {
        one.is_ascii_digit() || one.is_whitespace() || matches!(one, '-' | '–' | '#' | '+' | '·' | '|' | '/' | ':')
    });
    // A name that is nothing but a number is dealt with as one.
    if end.is_empty() { text.trim() } else { end.trim() }
}

fn is_machine_made(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|one| one.is_alphabetic()).count();
    if letters == 0
        || digits > 2
        || digits >= letters
        || text.contains('@')
        // A template whose hole stayed empty, "{{contact.name}}" or "[object Object]", and markup.
        || text.contains(['_', '<', '>', '{', '}', '=', ';', '%', '$', '\\'])
        || text.starts_with('[')
        || (text.contains(':') && text.contains('/'))
    {
        return true;
    }
    if text.starts_with("sip:") || text.starts_with("tel:") {
        return true;
    }
    let there: Vec<String> = words(text).into_iter().filter(|word| !word.chars().all(|one| one.is_ascii_digit())).collect();
    NOBODY.iter().any(|nobody| there.len() == nobody.len() && there.iter().zip(*nobody).all(|(one, other)| one == other))
}

fn is_organisation(text: &str) -> bool {
    let there = words(text);
    text.split(' ').any(|word| word == "&") || (there.len() > 1 && there.iter().any(|word| FORMS.contains(&word.as_str())))
}

fn is_title(word: &str) -> bool {
    small(word).is_some_and(|word| TITLES.contains(&word.as_str()))
}

fn is_suffix(word: &str) -> bool {
    small(word).is_some_and(|word| SUFFIXES.contains(&word.as_str()))
}

/// Small, without a full stop at its end; `None` for more than a word.
fn small(word: &str) -> Option<String> {
    if word.contains(' ') {
        return None;
    }
    Some(word.trim_end_matches('.').chars().map(lower).collect())
}

fn is_shouted(text: &str) -> bool {
    let mut letters = text.chars().filter(|one| one.is_alphabetic());
    // Scripts without small letters never shout.
    letters.all(|one| lower(one) != one)
}

/// Whether a name stands in capitals because everything does.
#[derive(Clone, Copy, PartialEq)]
enum Shouted {
    Yes,
    No,
}

/// As it is read: single spaces, no decoration, capitals where people write them.
fn tidy(text: &str, shouted: Shouted) -> String {
    let mut tidied = String::new();
    for (at, word) in text.split(' ').filter(|word| word.chars().any(char::is_alphabetic)).enumerate() {
        let word = word.trim_matches(is_decoration);
        if at > 0 {
            tidied.push(' ');
        }
        if shouted == Shouted::Yes { tidied.push_str(&quietened(word, at)) } else { tidied.push_str(word) }
    }
    tidied
}

fn is_decoration(one: char) -> bool {
    !one.is_alphanumeric()
        && !matches!(one, '.' | '…' | '\'' | '’' | '-')
        && !matches!(u32::from(one), 0x300..=0x36F | 0x5B0..=0x5C7 | 0x64B..=0x65F | 0x900..=0xDFF | 0xE30..=0xE4E | 0x200C | 0x200D)
}

/// "MCDONALD" to "McDonald", "ANNE-MARIE" to "Anne-Marie", "DE LA CRUZ" to "de la Cruz".
fn quietened(word: &str, at: usize) -> String {
    let low: String = word.chars().map(lower).collect();
    if at > 0 && PARTICLES.contains(&low.as_str()) {
        return low;
    }
    let mut quiet = String::new();
    let mut capital = true;
    let mac = low.starts_with("mc") && low.len() > 4;
    for (at, (big, small)) in word.chars().zip(low.chars()).enumerate() {
        quiet.push(if capital || (mac && at == 2) { big } else { small });
        capital = matches!(small, '-' | '\'' | '’' | '.');
    }
    quiet
}

/// What to call them: the first name where that is plain to see, with a title the family name, else the whole.
fn spoken(shown: &str) -> String {
    let parts: Vec<&str> = shown.split(' ').filter(|word| !is_suffix(word)).collect();
    // Han, kana and Hangul write the family name first, and nobody is called by half a name.
    if shown.chars().any(|one| matches!(u32::from(one), 0x1100..=0x11FF | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xAC00..=0xD7AF)) {
        return shown.to_owned();
    }
    match parts.as_slice() {
        [] => shown.to_owned(),
        [only] => (*only).to_owned(),
        [title, rest @ ..] if is_title(title) => joined(title, &family(rest)),
        // "Иван Петрович": with the father's name.
        [first, father, ..] if is_patronymic(father) => joined(first, father),
        // "J. Silva": an initial is no name to call somebody by.
        [first, ..] if first.ends_with('.') || first.chars().count() == 1 => shown.to_owned(),
        [first, ..] => (*first).to_owned(),
    }
}

/// The family name with its particles: "van der Berg" of "Anna van der Berg"; the last word where there are none.
fn family(rest: &[&str]) -> String {
    let rest: Vec<&str> = rest.iter().copied().filter(|word| !is_title(word)).collect();
    let from = rest.iter().position(|word| PARTICLES.contains(word)).unwrap_or(rest.len().saturating_sub(1));
    let mut name = String::new();
    for word in rest.get(from..).unwrap_or_default() {
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(word);
    }
    name
}

fn is_patronymic(word: &str) -> bool {
    ["вич", "вна", "ична"].iter().any(|ending| word.ends_with(ending))
}

fn joined(one: &str, other: &str) -> String {
    let mut joined = one.to_owned();
    if !other.is_empty() {
        joined.push(' ');
        joined.push_str(other);
    }
    joined
}

fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or(text)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::customer::clean;

    /// As written, as shown, as said; `-` for none.
    const NAMES: &[(&str, &str, &str)] = &[
        ("Maria Silva", "Maria Silva", "Maria"),
        ("maria silva", "maria silva", "maria"),
        ("Silva, Maria", "Maria Silva", "Maria"),
        ("SILVA, MARIA", "Maria Silva", "Maria"),
        ("Silva, Dr. Maria", "Dr. Maria Silva", "Dr. Silva"),
        ("SILVA MARIA", "Silva Maria", "Silva Maria"),
        ("Dr. Silva", "Dr. Silva", "Dr. Silva"),
        ("Dr Maria Silva", "Dr Maria Silva", "Dr Silva"),
        ("Ms. Maria Silva", "Ms. Maria Silva", "Ms. Silva"),
        ("Prof. Dr. Anna von der Heide", "Prof. Dr. Anna von der Heide", "Prof. von der Heide"),
        ("Herr Müller", "Herr Müller", "Herr Müller"),
        ("Frau Dr. Weiß", "Frau Dr. Weiß", "Frau Weiß"),
        ("Mme Lefèvre", "Mme Lefèvre", "Mme Lefèvre"),
        ("Sra. Carmen Ruiz", "Sra. Carmen Ruiz", "Sra. Ruiz"),
        ("Maria Silva, PhD", "Maria Silva", "Maria"),
        ("Martin King Jr.", "Martin King Jr.", "Martin"),
        ("Sukarno", "Sukarno", "Sukarno"),
        ("Björk", "Björk", "Björk"),
        ("JJ", "JJ", "JJ"),
        ("J. Silva", "J. Silva", "J. Silva"),
        ("ANNE-MARIE O'BRIEN", "Anne-Marie O'Brien", "Anne-Marie O'Brien"),
        ("RONALD MCDONALD", "Ronald McDonald", "Ronald McDonald"),
        ("JUAN DE LA CRUZ", "Juan de la Cruz", "Juan de la Cruz"),
        ("Anna van der Berg", "Anna van der Berg", "Anna"),
        ("Иван Петрович Сидоров", "Иван Петрович Сидоров", "Иван Петрович"),
        ("Анна Сидорова", "Анна Сидорова", "Анна"),
        ("Γιώργος Παπαδόπουλος", "Γιώργος Παπαδόπουλος", "Γιώργος"),
        ("山田 太郎", "山田 太郎", "山田 太郎"),
        ("王小明", "王小明", "王小明"),
        ("김민준", "김민준", "김민준"),
        ("محمد علي", "محمد علي", "محمد"),
        ("דוד לוי", "דוד לוי", "דוד"),
        ("प्रिया शर्मा", "प्रिया शर्मा", "प्रिया"),
        ("สมชาย ใจดี", "สมชาย ใจดี", "สมชาย"),
        ("Maria 🌸 Silva", "Maria Silva", "Maria"),
        ("★Maria★", "Maria", "Maria"),
        ("Maria Silva (+351 912 345 678)", "Maria Silva", "Maria"),
        ("Maria Silva <maria@example.com>", "Maria Silva", "Maria"),
        ("Maria Silva - 4821", "Maria Silva", "Maria"),
        ("Maria Silva #12", "Maria Silva", "Maria"),
        ("Christopher Guest", "Christopher Guest", "Christopher"),
        ("Anonymous Smith", "Anonymous Smith", "Anonymous"),
        ("Acme Ltd", "Acme Ltd", "-"),
        ("Muster GmbH & Co. KG", "Muster GmbH & Co. KG", "-"),
        ("Silva & Sons", "Silva & Sons", "-"),
        ("Grand Hotel", "Grand Hotel", "-"),
        ("+351 912 345 678", "-", "-"),
        ("(555) 010-9999", "-", "-"),
        ("00441534000000", "-", "-"),
        ("1001", "-", "-"),
        ("Unknown", "-", "-"),
        ("UNKNOWN CALLER", "-", "-"),
        ("Unknown caller", "-", "-"),
        ("Anonymous", "-", "-"),
        ("Private Number", "-", "-"),
        ("No Caller ID", "-", "-"),
        ("Withheld", "-", "-"),
        ("Restricted", "-", "-"),
        ("Guest", "-", "-"),
        ("Guest 12", "-", "-"),
        ("Visitor 4821", "-", "-"),
        ("Website visitor", "-", "-"),
        ("#4821", "-", "-"),
        ("Customer", "-", "-"),
        ("WIRELESS CALLER", "-", "-"),
        ("TOLL FREE CALL", "-", "-"),
        ("N/A", "-", "-"),
        ("null", "-", "-"),
        ("undefined", "-", "-"),
        ("-", "-", "-"),
        ("maria.silva@example.com", "-", "-"),
        ("user_83742", "-", "-"),
        ("{{contact.first_name}}", "-", "-"),
        ("[object Object]", "-", "-"),
        ("%CALLERNAME%", "-", "-"),
        ("<img src=x onerror=alert(1)>", "-", "-"),
        ("Maria <b>", "Maria", "Maria"),
        ("Robert \"Bob\" Silva", "Robert Bob Silva", "Robert"),
        ("sip:1001@phone.example", "-", "-"),
        ("Unbekannt", "-", "-"),
        ("Unbekannter Anrufer", "-", "-"),
        ("Rufnummer unterdrückt", "-", "-"),
        ("Gast 7", "-", "-"),
        ("Desconocido", "-", "-"),
        ("Número privado", "-", "-"),
        ("Inconnu", "-", "-"),
        ("Numéro masqué", "-", "-"),
        ("Visiteur", "-", "-"),
        ("Desconhecido", "-", "-"),
        ("Visitante 3", "-", "-"),
        ("", "-", "-"),
    ];

    #[test]
    fn a_name_is_read_as_people_bear_it_and_what_is_none_is_not_used() {
        for (written, shown, said) in NAMES {
            let name = Name::read(written);
            assert_eq!(name.shown().unwrap_or("-"), *shown, "{written}");
            assert_eq!(name.spoken().as_deref().unwrap_or("-"), *said, "{written}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_said_has_letters_and_no_address(written in ".{0,80}") {
            let Some(written) = clean(&written) else { return Ok(()) };
            if let Name::Person { shown, spoken } = Name::read(&written) {
                prop_assert!(spoken.chars().any(char::is_alphabetic), "{written} is called {spoken}");
                prop_assert!(!spoken.contains('@') && spoken.chars().count() <= shown.chars().count());
            }
        }

        #[test]
        fn a_name_that_was_tidied_stays_as_it_is(first in "[A-Z]{3,9}", last in "[A-Z]{3,9}") {
            let once = Name::read(&format!("{last}, {first}"));
            let shown = once.shown().map(str::to_owned);
            prop_assert_eq!(shown.as_deref().map(Name::read).and_then(|name| name.shown().map(str::to_owned)), shown);
        }
    }
}
