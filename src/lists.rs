//! All lines together: which one decides about a page. Nearly flat in how many there are, linear in the page's address.
//! Must never know whose settings they came from beyond the name of it, nor what a browser does with the answer.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use crate::focus::{Scope, mark};
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
    by_host: Places,
    by_word: Places,
    by_mark: Places,
    /// Whether a line is about words: asked with every title that changes.
    reads_words: bool,
}

/// Where lines stand in `entries`. One type for all: each kind of map is 2 KB of wasm.
type Places = BTreeMap<String, Vec<u32>>;

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
        // Not looked for among all of that host or word: 100 000 lines about one took 20 seconds.
        let same = self.by_mark.entry(mark(&entry.pattern).to_string()).or_default();
        if same.iter().all(|at| self.entries.get(*at as usize).is_none_or(|one| one.pattern != entry.pattern)) {
            same.push(place);
            index.entry(key.to_owned()).or_default().push(place);
            self.reads_words |= entry.pattern.reads_words();
            self.entries.push(entry);
        }
    }

    /// The line that decides: the first exception that fits, or else the first that holds.
    pub fn decide(&self, address: &Address<'_>, page: Page<'_>) -> Option<&Entry> {
        let (wording, none) = (LazyCell::new(|| Wording::of(page)), Wording::default());
        let of_hosts = and_above(address.host).filter_map(|host| self.by_host.get(host)).flatten().map(|at| (at, None));
        // Each where its first word stands and nowhere else: to look through the address for each would be quadratic in it.
        let spots = (!self.by_word.is_empty()).then(|| wording.spots()).into_iter().flatten();
        let of_words = spots.flat_map(|spot| self.by_word.get(spot.word()).into_iter().flatten().map(move |at| (at, Some(spot))));
        let mut held = None;
        for (at, spot) in of_hosts.chain(of_words) {
            let Some(entry) = self.entries.get(*at as usize) else { continue };
            if held.is_some() && entry.pattern.side == Side::Hold {
                continue;
            }
            let fits = match spot {
                Some(spot) => entry.pattern.stands_at(spot),
                None => entry.pattern.fits(address, if entry.pattern.reads_words() { &wording } else { &none }),
            };
            match entry.pattern.side {
                Side::Except if fits => return Some(entry),
                Side::Hold if fits => held = Some(entry),
                _ => {}
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
        self.reads_words
    }

    /// Whether there is an exception that browsers' rules can't be told of.
    pub fn hides_exceptions(&self) -> bool {
        self.hidden().next().is_some()
    }

    /// Where scripts may run at once in what is held, and where not. As in [`Lists::filters`], what can't be said is left out.
    pub fn scope(&self) -> Scope {
        let mut scope = Scope::default();
        let hidden = self.around_hidden();
        for entry in &self.entries {
            match entry.pattern.side {
                Side::Hold if is_in_reach(&hidden, entry.pattern.host()) => {}
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

    /// The hosts of hidden exceptions, with a place; and what is above them, without one.
    fn around_hidden(&self) -> Places {
        let mut around = Places::new();
        for host in self.hidden().map(Option::unwrap_or_default) {
            for above in and_above(host) {
                around.entry(above.to_owned()).or_default();
            }
            if let Some(places) = around.get_mut(host).filter(|places| places.is_empty()) {
                places.push(0);
            }
        }
        around
    }

    /// What browsers' rules can be told. What lies in reach of an exception that they can't be told of is left out, or they would stop what the
    /// lists let through.
    pub fn filters(&self) -> Filters {
        let mut filters = Filters::default();
        let hidden = self.around_hidden();
        for entry in &self.entries {
            match (entry.pattern.side, entry.pattern.condition()) {
                (Side::Hold, _) if is_in_reach(&hidden, entry.pattern.host()) => {}
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

/// A host, those that it is a subdomain of, and last the empty one, which stands for lines about none.
fn and_above(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |host| host.split_once('.').map(|(_, above)| above)).chain([""])
}

/// Whether a page can be of both, the host and that of a hidden exception; a line about no host is about all.
fn is_in_reach(around: &Places, host: Option<&str>) -> bool {
    let host = host.unwrap_or_default();
    around.contains_key(host) || and_above(host).any(|above| around.get(above).is_some_and(|places| !places.is_empty()))
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
    fn each_of_many_hosts_is_found_and_no_other() {
        let hosts: Vec<String> = (0..3_000).map(|at| format!("host-{at}.example")).collect();
        let lists = lists(&hosts.iter().map(String::as_str).collect::<Vec<_>>());
        for (at, host) in hosts.iter().enumerate() {
            assert_eq!(decides(&lists, &format!("https://www.{host}/{at}"), ""), Some(host.as_str()));
            assert_eq!(decides(&lists, &format!("https://other-{at}.example/"), ""), None);
        }
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
    fn words_are_found_wherever_they_stand_and_an_exception_among_them_wins() {
        let lists = lists(&["url:red car", "+url:red bus", "title:red"]);
        assert_eq!(decides(&lists, "https://b.example/red/red-car", ""), Some("url:red car"));
        assert_eq!(decides(&lists, "https://b.example/red-car/red-bus", "Red"), Some("+url:red bus"));
        assert_eq!(decides(&lists, "https://b.example/red/bu", "red"), Some("title:red"));
        assert_eq!(decides(&lists, "https://b.example/red", "car"), None);
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
        let below = lists(&["a.example", "www.b.example", "ba.example", "x.deep.a.example", "title:x", "+deep.a.example/*/help"]);
        assert_eq!(below.filters().hosts, ["b.example", "ba.example"]);
    }
}
