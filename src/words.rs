//! Words of titles and addresses, in any script, so that a list's words fit whole words and nothing that merely contains them.
//! Must never need Unicode's tables, which cost more wasm than all of this (measured with [`lower`]).

/// The words of a text, small. Scripts that write without spaces have each character for a word, so that a phrase in them fits anywhere.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for character in text.chars() {
        match kind(character) {
            Kind::Letter => word.push(lower(character)),
            Kind::Alone => {
                finish(&mut words, &mut word);
                words.push(character.to_string());
            }
            Kind::Gap => finish(&mut words, &mut word),
        }
    }
    finish(&mut words, &mut word);
    words
}

/// An address as people read it: `%C3%BC` is `ü`. What is no text stays as it is.
pub fn decoded(address: &str) -> String {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match (first, after) {
            (b'%', [high, low, ..]) if let (Some(high), Some(low)) = (hex(*high), hex(*low)) => {
                bytes.push(high * 16 + low);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| address.to_owned())
}

/// Lower case for Latin, Greek and Cyrillic, enough to compare names and words; the whole of Unicode's is a table of 11 KB.
pub fn lower(one: char) -> char {
    match one {
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' | 'Α'..='Ρ' | 'Σ'..='Ϋ' | 'А'..='Я' => shifted(one, 32),
        'Ѐ'..='Џ' => shifted(one, 80),
        'Ā'..='ķ' | 'Ŋ'..='ŷ' if u32::from(one) % 2 == 0 => shifted(one, 1),
        'Ĺ'..='ň' | 'Ź'..='ž' if u32::from(one) % 2 == 1 => shifted(one, 1),
        other => other,
    }
}

fn shifted(one: char, by: u32) -> char {
    char::from_u32(u32::from(one) + by).unwrap_or(one)
}

enum Kind {
    Letter,
    Alone,
    Gap,
}

/// By blocks: what is no sign, space or emoji in them counts as a letter.
fn kind(character: char) -> Kind {
    match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | 'ª' | 'µ' | 'º' => Kind::Letter,
        '\0'..='\u{BF}' | '×' | '÷' | '\u{2000}'..='\u{2BFF}' | '\u{2E00}'..='\u{303F}' | '\u{E000}'..='\u{F8FF}' => Kind::Gap,
        '\u{FE00}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF0F}' | '\u{FFF0}'..='\u{FFFF}' | '\u{1F000}'..='\u{1FAFF}' => Kind::Gap,
        // Thai to Khmer, kana, Han, Hangul (whose particles hang on to their words).
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1100}'..='\u{11FF}' | '\u{1780}'..='\u{17FF}' => Kind::Alone,
        '\u{3040}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' => Kind::Alone,
        _ => Kind::Letter,
    }
}

fn finish(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole_in_any_script() {
        assert_eq!(words("⚽World-Cup 2026: FOOTBALL!"), ["world", "cup", "2026", "football"]);
        assert_eq!(words("Über Fußball"), ["über", "fußball"]);
        assert_eq!(words("足球 news"), ["足", "球", "news"]);
        assert_eq!(words("—  …"), Vec::<String>::new());
    }

    #[test]
    fn an_address_is_read_as_people_read_it() {
        assert_eq!(decoded("/m%C3%BCnchen/%41?q=%zz%"), "/münchen/A?q=%zz%");
        assert_eq!(decoded("/%FF"), "/%FF");
    }
}
