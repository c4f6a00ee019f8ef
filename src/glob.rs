//! Patterns with runs in them, against texts that come from pages. Linear in the text for a given pattern, whatever the two are.
//! Must never become a browser's regular expression.

/// Whether an adapter's pattern fits a text from beginning to end: `*` any run without `/`, `**` any run, `{n}` digits, `{id}` letters, digits, `_` and
/// `-`. Linear in the text for a given pattern: texts come from pages.
pub fn fits(pattern: &str, text: &str) -> bool {
    reaches(&parts(pattern, ADAPTERS), text, |at| at == text.len())
}

/// Whether a pattern of a list, with `*` and `**` alone, fits the beginning of a text up to a place where `is_end` lets it end. As linear.
pub fn fits_up_to(pattern: &str, text: &str, is_end: impl Fn(usize) -> bool) -> bool {
    reaches(&parts(pattern, LISTS), text, is_end)
}

/// The part of the text where the pattern has `{value}`; the shortest that fits.
pub fn fits_with_value<'a>(pattern: &str, text: &'a str) -> Option<&'a str> {
    let at = position(pattern, "{value}")?;
    let (before, after) = (pattern.get(..at)?, pattern.get(at + 7..)?);
    // Titles: quadratic in something short.
    let text = text.get(..300).unwrap_or(text);
    let ends = || text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let start = ends().find(|at| text.get(..*at).is_some_and(|head| fits(before, head)))?;
    let end = ends().find(|at| *at > start && text.get(*at..).is_some_and(|tail| fits(after, tail)))?;
    text.get(start..end).map(str::trim)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Just(u8),
    Run(Run),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    Any,
    InSegment,
    Digits,
    Word,
}

impl Run {
    fn takes(self, byte: u8) -> bool {
        match self {
            Run::Any => true,
            Run::InSegment => byte != b'/',
            Run::Digits => byte.is_ascii_digit(),
            Run::Word => byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-',
        }
    }
}

const ADAPTERS: &[(&[u8], Run)] = &[(b"**", Run::Any), (b"*", Run::InSegment), (b"{n}", Run::Digits), (b"{id}", Run::Word)];
const LISTS: &[(&[u8], Run)] = &[(b"**", Run::Any), (b"*", Run::InSegment)];

fn reaches(parts: &[Part], text: &str, is_end: impl Fn(usize) -> bool) -> bool {
    let mut here = vec![false; parts.len() + 1];
    let mut next = here.clone();
    reach(parts, &mut here, 0);
    for (place, byte) in text.bytes().enumerate() {
        if here.last() == Some(&true) && is_end(place) {
            return true;
        }
        next.fill(false);
        for (at, part) in parts.iter().enumerate().filter(|(at, _)| here.get(*at) == Some(&true)) {
            match part {
                Part::Just(wanted) if *wanted == byte => reach(parts, &mut next, at + 1),
                Part::Run(kind) if kind.takes(byte) => {
                    reach(parts, &mut next, at);
                    reach(parts, &mut next, at + 1);
                }
                _ => {}
            }
        }
        std::mem::swap(&mut here, &mut next);
    }
    here.last() == Some(&true) && is_end(text.len())
}

fn parts(pattern: &str, runs: &[(&[u8], Run)]) -> Vec<Part> {
    let mut rest = pattern.as_bytes();
    let mut parts = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        match runs.iter().find_map(|(mark, run)| Some((*run, rest.strip_prefix(*mark)?))) {
            Some((run, after)) => {
                parts.push(Part::Run(run));
                rest = after;
            }
            None => {
                parts.push(Part::Just(*first));
                rest = after;
            }
        }
    }
    parts
}

/// Marks a place in the pattern, and all behind it that a run of nothing reaches.
fn reach(parts: &[Part], places: &mut [bool], mut at: usize) {
    while let Some(place) = places.get_mut(at) {
        *place = true;
        match parts.get(at) {
            // Nothing is no number and no id; those are reached by their first character.
            Some(Part::Run(Run::Any | Run::InSegment)) => at += 1,
            _ => break,
        }
    }
}

/// Where a text stands in another, by bytes: the standard library's search costs 9 KB of wasm.
pub fn position(text: &str, wanted: &str) -> Option<usize> {
    if wanted.is_empty() {
        return Some(0);
    }
    text.as_bytes().windows(wanted.len()).position(|window| window == wanted.as_bytes())
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn an_adapters_pattern_fits_from_beginning_to_end() {
        for (pattern, fitting, other) in [
            ("/agent/tickets/{n}", "/agent/tickets/4711", "/agent/tickets/"),
            ("/agent/tickets/{n}", "/agent/tickets/1", "/agent/tickets/1/edit"),
            ("/conversation/{n}/{n}**", "/conversation/1/22/x", "/conversation/1/x"),
            ("**/conversations/{id}", "/app/accounts/1/inbox/2/conversations/a-b_3", "/conversations/a/b"),
            ("/*/inbox", "/a/inbox", "/a/b/inbox"),
            ("#{n} *", "#12 Hello", "# Hello"),
            ("", "", "/"),
        ] {
            assert!(fits(pattern, fitting), "{pattern} {fitting}");
            assert!(!fits(pattern, other), "{pattern} {other}");
        }
        assert!(!fits("**a**a**a**a**a**b", &"a".repeat(20_000)), "and takes no time for it");
        assert_eq!(fits_with_value("#{n} ** - {value}", "#12 Late parcel - Maria Silva"), Some("Maria Silva"));
        assert_eq!(fits_with_value("Meet - {value}", "Mail"), None);
    }
}
