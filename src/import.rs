//! Lists that people bring along from other blockers, line by line: what is taken, what is not and why, before anything changes.
//! Must never take a line that our grammar can't read, never guess at one that means something else here, and never fetch anything.

use std::collections::BTreeMap;

use crate::pattern::{Pattern, Reach, Side};
use crate::site::{PatternError, split_before, split_scheme};
use crate::value::Value;

/// Where a list comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// LeechBlock NG's exported options, as text or as JSON.
    LeechBlock,
    /// The exported preferences of Block Site (by ray-lothian).
    BlockSite,
    /// StayFocusd's exported settings, or its list of sites as text.
    StayFocusd,
    /// Static filters of uBlock Origin, or its backup.
    UBlock,
    /// A hosts file.
    Hosts,
    /// Lines of our own grammar, or settings of ours.
    Plain,
}

/// What a file comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Import {
    /// Lines for our lists, in the file's order.
    pub taken: Vec<Taken>,
    /// What stays behind.
    pub left: Vec<Left>,
    /// How many entries came to a line that is there already.
    pub doubled: usize,
}

/// A line for one of our lists. It can be read: [`Pattern::parse`] took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Which.
    pub list: List,
    /// In our grammar.
    pub line: String,
    /// What is different from what the entry did where it comes from; empty where nothing is.
    pub differs: Vec<Difference>,
}

/// One of our two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// `blocklist`.
    Block,
    /// `allowlist`.
    Allow,
}

/// What a taken line does differently here, on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// Subdomains are meant, too.
    Subdomains,
    /// So is the host itself, and not only what is below it.
    HostItself,
    /// A host ends where it ends: `example.com` is no longer `example.com.example.net`, too.
    HostEnds,
    /// So does a path: `/news` is no longer `/newspaper`, too.
    PathEnds,
    /// Capital and small letters in a path are two.
    Case,
    /// Every port is meant, not only the usual one.
    AnyPort,
    /// A host in another script is met, which it was not.
    OtherScript,
    /// The words that narrowed this set are gone: all of the site is held.
    WithoutKeywords,
    /// A regular expression stood in place of this list; now the list counts.
    WithoutRegex,
    /// The exception counts against every line, not only those of its set.
    ForAllSets,
}

/// An entry that stays behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// As the file has it, shortened.
    pub text: String,
    /// Why.
    pub reason: LeftReason,
}

/// Why an entry is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftReason {
    /// It isn't a line that we can read.
    Unreadable(PatternError),
    /// A regular expression. We have none, so that no line can make the browser slow.
    Regex,
    /// Words in a page's text, which all must be there. Ours are words of titles and addresses, and one is enough.
    Keyword,
    /// It is about the page that one came from.
    Referrer,
    /// It means all sites there are: that is the setting `mode`, not a line.
    Everything,
    /// Files on the computer are no web pages.
    Files,
    /// The beginning of a host's name; here the whole host is written.
    HostBeginning,
    /// A `*` in a host, other than `*.` before it.
    HostWildcard,
    /// A `*` in a filter.
    FilterWildcard,
    /// At least one more character: no such thing here.
    AtLeastOne,
    /// What follows a `#` in an address doesn't count here.
    Fragment,
    /// It hides a part of a page.
    Cosmetic,
    /// It has options; only those that mean whole pages could be kept.
    Options,
    /// It may stand anywhere in an address; here a line begins with a host.
    Unanchored,
    /// It leads to another page instead of stopping; here a page waits.
    Redirect,
    /// Undivided holds during conversations, not by the clock.
    Schedule,
    /// A list that lies elsewhere. Undivided fetches nothing.
    Remote,
    /// The name leads to a real address, so it is no block.
    RealAddress,
    /// No line as this kind of file has them.
    Shape,
}

/// Why nothing at all could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is nothing in it.
    Empty,
    /// It should be JSON and isn't.
    NotJson,
    /// There are no lists in it as this product's exports have them.
    OtherFormat,
}

impl Format {
    /// All, with the names that commands and pages use.
    pub const ALL: [(&str, Format); 6] = [
        ("leechblock", Format::LeechBlock),
        ("blocksite", Format::BlockSite),
        ("stayfocusd", Format::StayFocusd),
        ("ublock", Format::UBlock),
        ("hosts", Format::Hosts),
        ("plain", Format::Plain),
    ];

    /// The format of that name.
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }
}

impl Import {
    /// The lines for one list.
    pub fn lines(&self, list: List) -> impl Iterator<Item = &str> {
        self.taken.iter().filter(move |taken| taken.list == list).map(|taken| taken.line.as_str())
    }
}

/// Reads a file. `json` is the same text parsed, where it is JSON; who calls has a parser, and we have none.
///
/// # Errors
/// When it is not a file of that kind at all. A single entry that can't be taken is no error: it is in [`Import::left`].
pub fn read(format: Format, text: &str, json: Option<&Value>) -> Result<Import, Refusal> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(Refusal::Empty);
    }
    let json = json.filter(|json| matches!(json, Value::Object(_) | Value::List(_)));
    let mut reader = Reader::default();
    let known = match format {
        Format::LeechBlock => reader.leechblock(text, json),
        Format::BlockSite => {
            let json = json.ok_or(Refusal::NotJson)?;
            reader.block_site(json)
        }
        Format::StayFocusd => reader.stayfocusd(text, json),
        Format::UBlock => reader.ublock(text, json),
        Format::Hosts => reader.hosts(text),
        Format::Plain => reader.plain(text, json),
    };
    if known { Ok(reader.import) } else { Err(Refusal::OtherFormat) }
}

#[derive(Default)]
struct Reader {
    import: Import,
    /// The lists that have a line; of a type that the core has anyway, as each kind of map is code of its own.
    seen: BTreeMap<String, Vec<u32>>,
}

impl Reader {
    /// An entry of another product as a line of ours. It is about a site and nothing else: what would be a mark of our grammar was none in theirs.
    fn take(&mut self, list: List, line: &str, text: &str, differs: Vec<Difference>) {
        if line.contains('#') {
            return self.leave(text, LeftReason::Fragment);
        }
        match Pattern::parse(line) {
            Ok(Some(Pattern { side: Side::Hold, reach: Reach::Site(_, None) })) if !line.starts_with('=') => self.add(list, line, differs),
            Ok(_) => self.leave(text, LeftReason::Shape),
            Err(PatternError::Everything) => self.leave(text, LeftReason::Everything),
            Err(error) => self.leave(text, LeftReason::Unreadable(error)),
        }
    }

    fn add(&mut self, list: List, line: &str, differs: Vec<Difference>) {
        let lists = self.seen.entry(line.to_owned()).or_default();
        if lists.contains(&(list as u32)) {
            self.import.doubled += 1;
        } else {
            lists.push(list as u32);
            self.import.taken.push(Taken { list, line: line.to_owned(), differs });
        }
    }

    fn leave(&mut self, text: &str, reason: LeftReason) {
        self.import.left.push(Left { text: shortened(text), reason });
    }

    // --- LeechBlock NG ---

    fn leechblock(&mut self, text: &str, json: Option<&Value>) -> bool {
        let read;
        let options = match json {
            Some(json) => json.members(),
            None => {
                let mut members = Vec::new();
                for (name, value) in lines(text).into_iter().filter_map(|line| line.split_once('=')) {
                    members.push((name.trim().to_owned(), Value::from(value)));
                }
                read = members;
                &read
            }
        };
        let option = |name: &str, set: &str| {
            let found = options.iter().find(|(key, _)| key.strip_prefix(name) == Some(set));
            found.and_then(|(_, value)| value.text()).map(str::trim).filter(|value| !value.is_empty())
        };
        let is_on =
            |name: &str| options.iter().any(|(key, value)| key == name && (*value == Value::Truth(true) || value.text() == Some("true")));
        let sets = options.iter().filter_map(|(key, _)| key.strip_prefix("sites"));
        let sets: Vec<&str> = sets.filter(|set| !set.is_empty() && set.chars().all(|one| one.is_ascii_digit())).collect();
        let filled = sets.iter().filter(|set| option("sites", set).is_some()).count();
        for set in &sets {
            let sites = option("sites", set).unwrap_or_default();
            let items = pieces(sites, char::is_whitespace);
            let has_keywords = items.iter().any(|item| item.starts_with('~'));
            for item in items {
                let mut differs = Vec::new();
                if !is_on("matchSubdomains") {
                    differs.push(Difference::Subdomains);
                }
                if option(if item.starts_with('+') { "regexpAllow" } else { "regexpBlock" }, set).is_some() {
                    differs.push(Difference::WithoutRegex);
                }
                if has_keywords {
                    differs.push(Difference::WithoutKeywords);
                }
                self.leechblock_item(item, differs, filled > 1);
            }
            let name = option("setName", set).map_or_else(|| numbered("Block set ", set), str::to_owned);
            for field in ["regexpBlock", "regexpAllow", "regexpKeyword"] {
                if let Some(expression) = option(field, set) {
                    self.leave(expression, LeftReason::Regex);
                }
            }
            if let Some(address) = option("sitesURL", set) {
                self.leave(address, LeftReason::Remote);
            }
            if option("times", set).or(option("limitMins", set)).is_some() {
                self.leave(&name, LeftReason::Schedule);
            }
        }
        !sets.is_empty()
    }

    fn leechblock_item(&mut self, item: &str, mut differs: Vec<Difference>, several_sets: bool) {
        let (list, rest) = match item.strip_prefix('+') {
            Some(rest) => (List::Allow, rest),
            None => (List::Block, item),
        };
        let reason = match rest.chars().next() {
            Some('#') | None => return,
            Some('~') => Some(LeftReason::Keyword),
            Some('>') => Some(LeftReason::Referrer),
            _ if rest == "FILE" => Some(LeftReason::Files),
            _ => None,
        };
        if let Some(reason) = reason {
            return self.leave(item, reason);
        }
        if list == List::Allow {
            differs.retain(|one| *one != Difference::WithoutKeywords);
            if several_sets {
                differs.push(Difference::ForAllSets);
            }
        }
        let address = split_scheme(rest).map_or(rest, |(_, rest)| rest.trim_start_matches('/'));
        let address = address.strip_prefix("www.").unwrap_or(address);
        if address.chars().all(|one| one == '*') {
            return self.leave(item, LeftReason::Everything);
        }
        if has_pair(address, b'*', b'+') {
            return self.leave(item, LeftReason::AtLeastOne);
        }
        self.by_prefix(list, address, item, differs, Stars::AsOurs);
    }

    /// An address that stands for all that begin like it.
    fn by_prefix(&mut self, list: List, address: &str, text: &str, mut differs: Vec<Difference>, stars: Stars) {
        let (authority, path) = split_before(address, |one| matches!(one, '/' | '?'));
        let (host, has_port) = match authority.split_once(':') {
            Some((host, _)) => (host, true),
            None => (authority, false),
        };
        let parent = host.strip_prefix("*.");
        let host = parent.unwrap_or(host);
        if host.contains('*') {
            return self.leave(text, LeftReason::HostWildcard);
        }
        if path.is_empty() && !has_port && parent.is_none() && !host.contains('.') && host != "localhost" {
            return self.leave(text, LeftReason::HostBeginning);
        }
        if parent.is_some() {
            // What stands before the dot may be anything: subdomains were meant all along.
            differs.retain(|one| *one != Difference::Subdomains);
            differs.push(Difference::HostItself);
        }
        if !host.is_ascii() {
            differs.push(Difference::OtherScript);
        }
        if path.is_empty() {
            differs.push(Difference::HostEnds);
        } else if !has_port {
            differs.push(Difference::AnyPort);
        }
        let part = path.trim_end_matches('/');
        if !part.is_empty() && part.len() == path.len() && !part.ends_with('*') {
            differs.push(Difference::PathEnds);
        }
        if part.chars().any(|one| one.is_ascii_alphabetic()) {
            differs.push(Difference::Case);
        }
        let mut line = authority.strip_prefix("*.").unwrap_or(authority).to_owned();
        for piece in part.chars() {
            line.push(piece);
            if piece == '*' && stars == Stars::CrossSlashes {
                line.push('*');
            }
        }
        self.take(list, &line, text, differs);
    }

    // --- Block Site ---

    fn block_site(&mut self, json: &Value) -> bool {
        let Some(blocked) = json.get("blocked").and_then(Value::list) else { return false };
        // Turned round, the list names what stays open.
        let list = if json.is_true("reverse") { List::Allow } else { List::Block };
        if list == List::Allow {
            self.leave("reverse", LeftReason::Everything);
        }
        for entry in blocked {
            match entry.text().map(str::trim) {
                Some("") => {}
                Some(entry) => self.block_site_entry(list, entry),
                None => self.leave("blocked", LeftReason::Shape),
            }
        }
        for (host, target) in json.get("map").map(Value::members).unwrap_or_default() {
            if target.text().is_some_and(|target| !target.is_empty()) {
                self.leave(host, LeftReason::Redirect);
            }
        }
        if json.get("schedule").is_some_and(has_times) {
            self.leave("schedule", LeftReason::Schedule);
        }
        for (name, schedule) in json.get("schedules").map(Value::members).unwrap_or_default() {
            if has_times(schedule) {
                self.leave(name, LeftReason::Schedule);
            }
        }
        true
    }

    fn block_site_entry(&mut self, list: List, entry: &str) {
        if entry.starts_with("R:") {
            return self.leave(entry, LeftReason::Regex);
        }
        if entry.chars().all(|one| one == '*') {
            return self.leave(entry, LeftReason::Everything);
        }
        let with_scheme = split_scheme(entry);
        let address = with_scheme.map_or(entry, |(_, rest)| rest);
        // With a scheme or a star the entry is the address's beginning; without, subdomains are meant.
        let differs = if with_scheme.is_some() || entry.contains('*') { vec![Difference::Subdomains] } else { Vec::new() };
        let address = match address.strip_suffix('*') {
            // The beginning of an address goes on in any way, with a star or without.
            Some(rest) if !rest.is_empty() && !rest.ends_with('*') => rest,
            _ => address,
        };
        if address == "*/" || address == "*" {
            return self.leave(entry, LeftReason::Everything);
        }
        self.by_prefix(list, address, entry, differs, Stars::CrossSlashes);
    }

    // --- StayFocusd ---

    fn stayfocusd(&mut self, text: &str, json: Option<&Value>) -> bool {
        let Some(json) = json else {
            if text.trim_start().starts_with('{') {
                return false;
            }
            pieces(text, is_separator).into_iter().for_each(|site| self.stayfocusd_site(List::Block, site));
            return true;
        };
        if json.list().is_some() {
            return self.stayfocusd_sites(List::Block, json);
        }
        let mut known = false;
        let mut timed = false;
        // Its settings lie at the top or one object down.
        let below = json.members().iter().flat_map(|(_, value)| value.members());
        for (name, value) in json.members().iter().chain(below) {
            match name.to_ascii_lowercase().as_str() {
                "blockedsites" | "blockedsiteslist" | "blocklist" | "blacklist" => known |= self.stayfocusd_sites(List::Block, value),
                "allowedsites" | "allowedsiteslist" | "allowlist" | "whitelist" => known |= self.stayfocusd_sites(List::Allow, value),
                "maxtimeallowed" | "activedays" | "activehours" | "activehoursstart" => timed = true,
                _ => {}
            }
        }
        if known && timed {
            self.leave("StayFocusd", LeftReason::Schedule);
        }
        known
    }

    fn stayfocusd_sites(&mut self, list: List, sites: &Value) -> bool {
        match sites {
            Value::Text(text) => pieces(text, is_separator).into_iter().for_each(|site| self.stayfocusd_site(list, site)),
            Value::List(entries) => {
                for entry in entries {
                    let named = ["url", "site", "domain", "name"].iter().find_map(|name| entry.text_of(name));
                    match entry.text().or(named) {
                        Some(site) => self.stayfocusd_site(list, site),
                        None => self.leave("StayFocusd", LeftReason::Shape),
                    }
                }
            }
            _ => return false,
        }
        true
    }

    fn stayfocusd_site(&mut self, list: List, site: &str) {
        let site = site.trim();
        if site.is_empty() {
            return;
        }
        let address = split_scheme(site).map_or(site, |(_, rest)| rest);
        match address.chars().all(|one| one == '*') {
            true => self.leave(site, LeftReason::Everything),
            false if address.contains('*') => self.leave(site, LeftReason::HostWildcard),
            false => self.take(list, address.strip_prefix("www.").unwrap_or(address).trim_end_matches('/'), site, Vec::new()),
        }
    }

    // --- uBlock Origin ---

    fn ublock(&mut self, text: &str, json: Option<&Value>) -> bool {
        let filters = match json {
            Some(backup) => match backup.text_of("userFilters") {
                Some(filters) => filters,
                None => return false,
            },
            None => text,
        };
        lines(filters).into_iter().for_each(|line| self.filter(line));
        true
    }

    fn filter(&mut self, line: &str) {
        // `# ` begins a comment as `!` does, and `[…]` is a list's title.
        if line.starts_with('!') || line.starts_with('[') || line == "#" || line.starts_with("# ") {
            return;
        }
        if is_cosmetic(line) {
            return self.leave(line, LeftReason::Cosmetic);
        }
        if line.contains(char::is_whitespace) {
            self.host_entries(line);
            return;
        }
        let (list, filter) = match line.strip_prefix("@@") {
            Some(filter) => (List::Allow, filter),
            None => (List::Block, line),
        };
        if filter.len() > 1 && filter.starts_with('/') && (filter.ends_with('/') || has_pair(filter, b'/', b'$')) {
            return self.leave(line, LeftReason::Regex);
        }
        let filter = match filter.rsplit_once('$') {
            Some((filter, options)) if pieces(options, is_separator).iter().all(|option| matches!(*option, "document" | "doc" | "all")) => {
                filter
            }
            Some(_) => return self.leave(line, LeftReason::Options),
            None => filter,
        };
        if filter.chars().all(|one| one == '*') {
            return self.leave(line, LeftReason::Everything);
        }
        if filter.contains('*') {
            return self.leave(line, LeftReason::FilterWildcard);
        }
        let Some(anchored) = filter.strip_prefix("||") else {
            // A host alone is read as one; anything else may stand in the midst of an address.
            let is_host = filter.contains('.')
                && filter.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '.' | '-' | '_') || !one.is_ascii());
            return if is_host { self.take(list, filter, line, Vec::new()) } else { self.leave(line, LeftReason::Unanchored) };
        };
        let (address, ends) = match anchored.strip_suffix('^') {
            Some(address) => (address, true),
            None => (anchored, false),
        };
        if address.contains('^') || address.contains('|') {
            return self.leave(line, LeftReason::Unanchored);
        }
        let (_, path) = split_before(address, |one| matches!(one, '/' | '?'));
        let part = path.trim_end_matches('/');
        let mut differs = Vec::new();
        if path.is_empty() && !ends {
            differs.push(Difference::HostEnds);
        }
        if !part.is_empty() && part.len() == path.len() && !ends {
            differs.push(Difference::PathEnds);
        }
        if part.chars().any(|one| one.is_ascii_alphabetic()) {
            differs.push(Difference::Case);
        }
        self.take(list, address.strip_suffix('/').unwrap_or(address), line, differs);
    }

    // --- Hosts files ---

    fn hosts(&mut self, text: &str) -> bool {
        let mut known = false;
        for line in lines(text) {
            // A file of comments alone is one, too.
            known |= line.starts_with('#') || self.host_entries(line);
        }
        known
    }

    /// Whether it was a line of a hosts file.
    fn host_entries(&mut self, line: &str) -> bool {
        let line = line.split_once('#').map_or(line, |(line, _)| line);
        let fields = pieces(line, char::is_whitespace);
        let Some((address, names)) = fields.split_first() else { return true };
        let address = *address;
        let nowhere = matches!(address, "0.0.0.0" | "0" | "127.0.0.1" | "::" | "::1" | "0:0:0:0:0:0:0:0" | "0:0:0:0:0:0:0:1");
        if !nowhere {
            let is_address =
                address.contains(':') || address.contains('.') && address.chars().all(|one| one.is_ascii_digit() || one == '.');
            let reason = if is_address { LeftReason::RealAddress } else { LeftReason::Shape };
            // The machine's own names for itself hold nothing.
            if !(is_address && names.iter().all(|name| is_own_name(name))) {
                self.leave(line, reason);
            }
            return is_address;
        }
        for name in names.iter().filter(|name| !is_own_name(name)) {
            self.take(List::Block, name, name, vec![Difference::Subdomains]);
        }
        true
    }

    // --- Our own ---

    fn plain(&mut self, text: &str, json: Option<&Value>) -> bool {
        let Some(json) = json else {
            lines(text).into_iter().for_each(|line| self.our_line(List::Block, line));
            return true;
        };
        let mut known = false;
        for (name, list) in [("blocklist", List::Block), ("allowlist", List::Allow)] {
            if let Some(entries) = json.get(name).and_then(Value::list) {
                known = true;
                for entry in entries {
                    match entry.text() {
                        Some(line) => self.our_line(list, line.trim()),
                        None => self.leave(name, LeftReason::Unreadable(PatternError::NotText)),
                    }
                }
            }
        }
        known
    }

    fn our_line(&mut self, list: List, line: &str) {
        match Pattern::parse(line) {
            Ok(None) => {}
            Ok(Some(pattern)) if pattern.side == Side::Except => {
                self.add(List::Allow, line.strip_prefix('+').unwrap_or(line).trim_start(), Vec::new())
            }
            Ok(Some(_)) => self.add(list, line, Vec::new()),
            Err(PatternError::Everything) => self.leave(line, LeftReason::Everything),
            Err(error) => self.leave(line, LeftReason::Unreadable(error)),
        }
    }
}

/// How far a `*` reaches where the entry comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stars {
    /// Up to a slash, and two of them beyond.
    AsOurs,
    /// Over slashes.
    CrossSlashes,
}

/// Longest text of an entry that is shown again.
const LONGEST_SHOWN: usize = 120;

fn shortened(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => {
            let mut short = text.get(..end).unwrap_or_default().to_owned();
            short.push('…');
            short
        }
        None => text.to_owned(),
    }
}

fn numbered(name: &str, number: &str) -> String {
    let mut text = name.to_owned();
    text.push_str(number);
    text
}

fn lines(text: &str) -> Vec<&str> {
    pieces(text, |one| matches!(one, '\n' | '\r'))
}

/// What stands between such characters, without what is empty. One function for all, as each kind of split is code of its own.
#[inline(never)]
fn pieces(text: &str, is_end: fn(char) -> bool) -> Vec<&str> {
    text.split(is_end).map(str::trim).filter(|piece| !piece.is_empty()).collect()
}

fn is_separator(one: char) -> bool {
    one.is_whitespace() || one == ',' || one == ';'
}

fn has_pair(text: &str, first: u8, second: u8) -> bool {
    text.as_bytes().windows(2).any(|pair| pair == [first, second])
}

/// `##` and its kin: `#` and another `#` with nothing but marks between them.
fn is_cosmetic(line: &str) -> bool {
    let mut begun = false;
    for character in line.chars() {
        match character {
            '#' if begun => return true,
            '#' => begun = true,
            '@' | '?' | '$' | '%' => {}
            _ => begun = false,
        }
    }
    false
}

/// A schedule of Block Site with a time in it, in its newer or its older shape.
fn has_times(schedule: &Value) -> bool {
    let newer = schedule.get("times").is_some_and(|times| !times.members().is_empty());
    let older = schedule.get("time").and_then(|time| time.text_of("start")).is_some_and(|start| !start.is_empty());
    newer || older
}

fn is_own_name(name: &str) -> bool {
    matches!(name, "localhost" | "localhost.localdomain" | "localhost4" | "localhost6" | "local" | "broadcasthost" | "0.0.0.0")
        || name.starts_with("ip6-")
        || name.ends_with(".localdomain")
}
