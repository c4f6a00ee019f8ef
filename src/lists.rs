//! All lines together: which one decides about a page. Nearly flat in how many there are, linear in the page's address.
//! Must never know whose settings they came from beyond the name of it, nor what a browser does with the answer.

use std::collections::BTreeMap;

use crate::focus::Scope;
use crate::pattern::{Condition, Page, Pattern, Reach, Side, Wording};
use crate::site::Address;

/// Where a line stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In the agent's own settings.
    Agent,
    /// In IT's policy.
    Policy,
    /// In the preset of that id.
    Preset(String),
}

/// A line and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it means.
    pub pattern: Pattern,
    /// As it was written.
    pub text: String,
    /// Where.
    pub origin: Origin,
}

/// The lines of all lists, found by host or by word.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lists {
    entries: Vec<Entry>,
    by_host: BTreeMap<String, Vec<u32>>,
    by_word: BTreeMap<String, Vec<u32>>,
}

/// What browsers' rules can be told of the lists; they never stop more than the lists hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct Filters {
    /// Hosts that are held whole.
    pub hosts: Vec<String>,
    /// URL filters of parts that are held.
    pub parts: Vec<String>,
    /// Hosts that are excepted whole.
    pub free_hosts: Vec<String>,
    /// URL filters of parts that are excepted.
    pub free_parts: Vec<String>,
}

impl Lists {
    /// Adds a line; one that stands there already, wherever, counts once.
    pub fn add(&mut self, entry: Entry) {
        let place = self.entries.len() as u32;
        let key = match &entry.pattern.reach {
            Reach::Site(..) => entry.pattern.host().map(|host| (&mut self.by_host, host)),
            Reach::Anywhere(phrase) => phrase.first().map(|word| (&mut self.by_word, word)),
        };
        let Some((index, key)) = key else { return };
        let same = index.entry(key.to_owned()).or_default();
        if same.iter().all(|at| self.entries.get(*at as usize).is_none_or(|one| one.pattern != entry.pattern)) {
            same.push(place);
            self.entries.push(entry);
        }
    }

    /// The line that decides: the first exception that fits, or else the first that holds.
    pub fn decide(&self, address: &Address<'_>, page: Page<'_>) -> Option<&Entry> {
        let mut held = None;
        let mut wording = None;
        let mut places: Vec<&u32> = Vec::new();
        let mut rest = Some(address.host);
        while let Some(host) = rest {
            places.extend(self.by_host.get(host).into_iter().flatten());
            rest = host.split_once('.').map(|(_, parent)| parent);
        }
        if !self.by_word.is_empty() {
            let words = wording.get_or_insert_with(|| Wording::of(page));
            places.extend(words.all().filter_map(|word| self.by_word.get(word)).flatten());
        }
        for entry in places.into_iter().filter_map(|at| self.entries.get(*at as usize)) {
            if (held.is_none() || entry.pattern.side == Side::Except)
                && entry.pattern.fits(address, wording.get_or_insert_with(|| Wording::of(page)))
            {
                if entry.pattern.side == Side::Except {
                    return Some(entry);
                }
                held = Some(entry);
            }
        }
        held
    }

    /// All lines, in the order they were added.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether a line is about titles or addresses' words.
    pub fn reads_titles(&self) -> bool {
        self.entries.iter().any(|entry| entry.pattern.reads_words())
    }

    /// Whether there is an exception that browsers' rules can't be told of.
    pub fn hides_exceptions(&self) -> bool {
        self.hidden().next().is_some()
    }

    /// Where scripts may run at once in what is held, and where not. As in [`Lists::filters`], what can't be said is left out.
    pub fn scope(&self) -> Scope {
        let mut scope = Scope::default();
        let hidden: Vec<_> = self.hidden().collect();
        for entry in &self.entries {
            match entry.pattern.side {
                Side::Hold if hidden.iter().any(|hidden| overlap(*hidden, entry.pattern.host())) => {}
                Side::Hold => scope.matches.extend(entry.pattern.match_patterns()),
                Side::Except => scope.but.extend(entry.pattern.match_patterns()),
            }
        }
        scope
    }

    fn hidden(&self) -> impl Iterator<Item = Option<&str>> {
        self.entries
            .iter()
            .filter(|entry| entry.pattern.side == Side::Except && entry.pattern.condition() == Condition::Beyond)
            .map(|entry| entry.pattern.host())
    }

    /// What browsers' rules can be told. What lies in reach of an exception that they can't be told of is left out, or they would stop what the
    /// lists let through.
    pub fn filters(&self) -> Filters {
        let mut filters = Filters::default();
        let hidden: Vec<_> = self.hidden().collect();
        for entry in &self.entries {
            match (entry.pattern.side, entry.pattern.condition()) {
                (Side::Hold, _) if hidden.iter().any(|hidden| overlap(*hidden, entry.pattern.host())) => {}
                (Side::Hold, Condition::WholeHost(host)) => filters.hosts.push(host),
                (Side::Hold, Condition::Part(part)) => filters.parts.push(part),
                (Side::Except, Condition::WholeHost(host)) => filters.free_hosts.push(host),
                (Side::Except, Condition::Part(part)) => filters.free_parts.push(part),
                (_, Condition::Beyond) => {}
            }
        }
        filters
    }
}

/// Whether a page can be of both; a line about no host is about all.
fn overlap(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => crate::site::is_same_or_subdomain(one, other) || crate::site::is_same_or_subdomain(other, one),
        _ => true,
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn lists(lines: &[&str]) -> Lists {
        let mut lists = Lists::default();
        for line in lines {
            lists.add(Entry { pattern: Pattern::parse(line).unwrap().unwrap(), text: (*line).to_owned(), origin: Origin::Agent });
        }
        lists
    }

    fn decides<'a>(lists: &'a Lists, url: &str, title: &str) -> Option<&'a str> {
        lists.decide(&Address::parse(url).unwrap(), Page { url, title }).map(|entry| entry.text.as_str())
    }

    #[test]
    fn an_exception_wins_wherever_it_stands() {
        for lines in [["example.com", "+example.com/help"], ["+example.com/help", "example.com"]] {
            let lists = lists(&lines);
            assert_eq!(decides(&lists, "https://example.com/help/1", ""), Some("+example.com/help"));
            assert_eq!(decides(&lists, "https://www.example.com/", ""), Some("example.com"));
        }
        let wide = lists(&["+example.com", "example.com/feed"]);
        assert_eq!(decides(&wide, "https://example.com/feed", ""), Some("+example.com"));
    }

    #[test]
    fn one_line_that_fits_is_enough() {
        let lists = lists(&["title:cats", "title:dogs", "a.example title:birds"]);
        assert_eq!(decides(&lists, "https://b.example/", "Dogs!"), Some("title:dogs"));
        assert_eq!(decides(&lists, "https://b.example/", "Birds"), None);
        assert_eq!(decides(&lists, "https://x.a.example/", "Birds"), Some("a.example title:birds"));
    }

    #[test]
    fn a_line_counts_once() {
        assert_eq!(lists(&["example.com", "www.example.com", "https://EXAMPLE.com/"]).entries().len(), 1);
    }

    #[test]
    fn rules_never_stop_what_the_lists_let_through() {
        let rules = lists(&["a.example", "b.example/feed", "+b.example/feed/help", "c.example", "+c.example/*/help", "d.example title:x"])
            .filters();
        assert_eq!(rules.hosts, ["a.example"]);
        assert_eq!(rules.parts, ["||b.example/feed^"]);
        assert_eq!(rules.free_parts, ["||b.example/feed/help^"]);
        assert_eq!(lists(&["a.example", "+title:help"]).filters(), Filters::default());
    }
}
