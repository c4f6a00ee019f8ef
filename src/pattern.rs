//! One line of a list: what it holds or excepts. docs/patterns.md is its grammar, for people.
//! Must never turn what a person wrote into a browser's regular expression, and must never compare hosts other than at label boundaries.

use crate::glob::fits_up_to;
use crate::site::{
    Address, PatternError, bounded, encoded, filter, is_same_or_subdomain, site_of, split_before, split_port, split_scheme, valid_host,
};
use crate::words::{decoded, words};

/// A page, as lists see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page<'a> {
    /// Its address.
    pub url: &'a str,
    /// Its title; empty where it has none yet.
    pub title: &'a str,
}

/// What a line says of the pages that it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// They are held.
    Hold,
    /// They are not, whatever other lines say.
    Except,
}

/// A line that could be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// What it says.
    pub side: Side,
    /// Of which pages.
    pub reach: Reach,
}

/// Which pages a line fits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reach {
    /// A site or a part of it, all of it or where these words stand.
    Site(Part, Option<Phrase>),
    /// Any site where these words stand.
    Anywhere(Phrase),
}

/// A host with its subdomains, and what of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Part {
    host: String,
    port: Option<u16>,
    path: Path,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Path {
    All,
    /// A path and what is below it.
    Below(String),
    /// A page and nothing else.
    Just(String),
}

/// Words one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phrase {
    field: Field,
    words: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Field {
    Title,
    Url,
}

/// How browsers' rules can say which pages a line fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// `requestDomains`: the host and its subdomains, any port.
    WholeHost(String),
    /// `urlFilter`: a part of it.
    Part(String),
    /// Not at all: `*` in a filter crosses slashes, and nothing there knows words. Such pages are met as they arrive.
    Beyond,
}

/// A page's words, found once for all lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wording {
    title: Vec<String>,
    url: Vec<String>,
}

/// Where a word of a page stands.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'a> {
    field: Field,
    word: &'a String,
    /// That word and those behind it.
    words: &'a [String],
}

impl Pattern {
    /// Reads one line. `Ok(None)` is a comment or an empty line.
    ///
    /// # Errors
    /// What is wrong with it, for the page's sentence on it.
    pub fn parse(line: &str) -> Result<Option<Pattern>, PatternError> {
        let line = without_comment(line.trim());
        if line.is_empty() {
            return Ok(None);
        }
        let text = bounded(line)?;
        let (side, text) = match text.strip_prefix('+') {
            Some(rest) => (Side::Except, rest.trim_start()),
            None => (Side::Hold, text),
        };
        let (site, phrase) = match phrase_at(text) {
            Some((at, field, after)) => {
                let words = words(after);
                if words.is_empty() {
                    return Err(PatternError::NoWords);
                }
                (text.get(..at).unwrap_or_default().trim_end(), Some(Phrase { field, words }))
            }
            None => (text, None),
        };
        let reach = match (site.is_empty(), phrase) {
            (true, Some(phrase)) => Reach::Anywhere(phrase),
            (_, phrase) => Reach::Site(Part::parse(site)?, phrase),
        };
        Ok(Some(Pattern { side, reach }))
    }

    /// Whether the page is one of these.
    pub fn fits(&self, address: &Address<'_>, wording: &Wording) -> bool {
        match &self.reach {
            Reach::Site(part, phrase) => part.fits(address) && phrase.as_ref().is_none_or(|phrase| phrase.stands_in(wording)),
            Reach::Anywhere(phrase) => phrase.stands_in(wording),
        }
    }

    /// Whether the line is about any site where its words stand, and they begin there.
    pub fn stands_at(&self, spot: Spot<'_>) -> bool {
        matches!(&self.reach, Reach::Anywhere(phrase) if phrase.field == spot.field && spot.words.starts_with(&phrase.words))
    }

    /// The host that the line is about, if it is about one.
    pub fn host(&self) -> Option<&str> {
        match &self.reach {
            Reach::Site(part, _) => Some(&part.host),
            Reach::Anywhere(_) => None,
        }
    }

    /// Whether words decide.
    pub fn reads_words(&self) -> bool {
        !matches!(self.reach, Reach::Site(_, None))
    }

    /// How browsers' rules can say it.
    pub fn condition(&self) -> Condition {
        match &self.reach {
            Reach::Site(part, None) => part.condition(),
            _ => Condition::Beyond,
        }
    }

    /// Patterns for the browser's scripts that cover no more than the line; the port is left to the core, as Firefox can't match it.
    pub fn match_patterns(&self) -> Vec<String> {
        match &self.reach {
            Reach::Site(part, None) => part.match_patterns(),
            // Only its address and title tell whether such a page is meant.
            _ => Vec::new(),
        }
    }

    /// The patterns to ask permission for.
    pub fn origin_patterns(&self) -> Vec<String> {
        match &self.reach {
            Reach::Site(part, _) => part.origin_patterns(),
            Reach::Anywhere(_) => vec!["*://*/*".to_owned()],
        }
    }
}

impl Part {
    fn parse(text: &str) -> Result<Part, PatternError> {
        let (text, page) = match text.strip_prefix('=') {
            Some(rest) => (rest.trim_start(), true),
            None => (text, false),
        };
        let text = text.strip_prefix("view-source:").unwrap_or(text);
        let text = match split_scheme(text) {
            Some((scheme, rest)) if ["http", "https", "*"].iter().any(|one| scheme.eq_ignore_ascii_case(one)) => rest,
            Some(_) => return Err(PatternError::NotAWebPage),
            None => text,
        };
        if text.contains(char::is_whitespace) {
            return Err(if text.contains('.') { PatternError::NotAPattern } else { PatternError::BadHost });
        }
        let (authority, path) = split_before(text, |one| matches!(one, '/' | '?'));
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        if authority == "*" || authority.is_empty() && path.is_empty() {
            return Err(PatternError::Everything);
        }
        let (host, port) = split_port(authority).ok_or(PatternError::BadPort)?;
        let host = host.strip_prefix("*.").unwrap_or(host);
        let host = valid_host(host)?;
        // People copy what the address bar shows and mean the site; `www.com` is a site itself.
        let host = match host.strip_prefix("www.") {
            Some(rest) if rest.split('.').count() > 1 => rest.to_owned(),
            _ => host,
        };
        let path = if path.starts_with('?') { encoded(&["/", path].concat()) } else { encoded(path) };
        let path = match (page, path.trim_end_matches('/')) {
            (true, path) => Path::Just(path.to_owned()),
            (false, "" | "/*" | "/**") => Path::All,
            (false, path) => Path::Below(path.to_owned()),
        };
        Ok(Part { host, port, path })
    }

    fn fits(&self, address: &Address<'_>) -> bool {
        is_same_or_subdomain(address.host, &self.host)
            && self.port.is_none_or(|port| port == address.effective_port())
            && match &self.path {
                Path::All => true,
                Path::Below(path) if has_run(path) => fits_up_to(path, address.path, |at| is_boundary(address.path, at)),
                Path::Below(path) => address.path.starts_with(path.as_str()) && is_boundary(address.path, path.len()),
                Path::Just(path) => {
                    let asked = path.contains('?');
                    let page = if asked { address.path } else { address.path.split('?').next().unwrap_or_default() };
                    let page = page.trim_end_matches('/');
                    if has_run(path) { fits_up_to(path, page, |at| at == page.len()) } else { page == path }
                }
            }
    }

    fn condition(&self) -> Condition {
        match (&self.path, self.port) {
            (Path::All, None) => Condition::WholeHost(self.host.clone()),
            (Path::All, port) => Condition::Part(filter("||", &self.host, port, "^")),
            // What means something else in a filter.
            (Path::Below(path), port) if !path.contains(['*', '^', '|']) => Condition::Part(filter("||", &self.host, port, &below(path))),
            _ => Condition::Beyond,
        }
    }

    fn match_patterns(&self) -> Vec<String> {
        let origins = self.origin_patterns();
        match &self.path {
            Path::All => origins,
            Path::Below(path) if !has_run(path) => {
                let mut patterns = Vec::new();
                for tail in ["", "/*", "?*"] {
                    patterns.extend(origins.iter().map(|origin| filter("", site_of(origin), None, &[path, tail].concat())));
                }
                patterns
            }
            _ => Vec::new(),
        }
    }

    fn origin_patterns(&self) -> Vec<String> {
        host_patterns(&self.host)
    }
}

impl Phrase {
    /// The word by which it can be found.
    pub fn first(&self) -> Option<&str> {
        self.words.first().map(String::as_str)
    }

    fn stands_in(&self, wording: &Wording) -> bool {
        let text = match self.field {
            Field::Title => &wording.title,
            Field::Url => &wording.url,
        };
        text.windows(self.words.len()).any(|window| window == self.words)
    }
}

impl Wording {
    /// The words of a page.
    pub fn of(page: Page<'_>) -> Wording {
        Wording { title: words(page.title), url: words(&decoded(page.url)) }
    }

    /// Every word of it.
    pub fn spots(&self) -> impl Iterator<Item = Spot<'_>> {
        [(Field::Title, &self.title), (Field::Url, &self.url)].into_iter().flat_map(|(field, words)| {
            words.iter().enumerate().filter_map(move |(at, word)| Some(Spot { field, word, words: words.get(at..)? }))
        })
    }
}

impl<'a> Spot<'a> {
    /// The word.
    pub fn word(self) -> &'a String {
        self.word
    }
}

/// The browser's patterns for a host and its subdomains.
pub fn host_patterns(host: &str) -> Vec<String> {
    // A number or a bracket has no subdomains, and browsers refuse the pattern.
    let anchor = if host.starts_with('[') || host.ends_with(|last: char| last.is_ascii_digit()) { "*://" } else { "*://*." };
    vec![filter(anchor, host, None, "/*")]
}

fn without_comment(line: &str) -> &str {
    let mut before = ' ';
    for (at, character) in line.char_indices() {
        if character == '#' && before.is_whitespace() {
            return line.get(..at).unwrap_or_default().trim_end();
        }
        before = character;
    }
    line
}

/// Where the words begin, which they are of, and what stands behind the colon.
fn phrase_at(text: &str) -> Option<(usize, Field, &str)> {
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        if before.is_whitespace() {
            let rest = text.get(at..).unwrap_or_default();
            for (name, field) in [("title:", Field::Title), ("url:", Field::Url)] {
                if rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
                    return Some((at, field, rest.get(name.len()..).unwrap_or_default()));
                }
            }
        }
        before = character;
    }
    None
}

fn has_run(path: &str) -> bool {
    path.contains('*')
}

/// As `^` in browsers' filters has it, so that what a rule stops is what the core holds: the end, or no letter, digit, `_`, `-`, `.` or `%`.
fn is_boundary(path: &str, at: usize) -> bool {
    match path.as_bytes().get(at) {
        None => true,
        Some(next) => !(next.is_ascii_alphanumeric() || matches!(next, b'_' | b'-' | b'.' | b'%')),
    }
}

fn below(path: &str) -> String {
    let mut tail = path.to_owned();
    tail.push('^');
    tail
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::site::ToolSite;

    fn fits(line: &str, url: &str, title: &str) -> bool {
        let page = Page { url, title };
        Pattern::parse(line).unwrap().unwrap().fits(&Address::parse(url).unwrap(), &Wording::of(page))
    }

    fn held(line: &str, url: &str) -> bool {
        fits(line, url, "")
    }

    fn condition(line: &str) -> Condition {
        Pattern::parse(line).unwrap().unwrap().condition()
    }

    #[test]
    fn a_number_is_no_host_and_an_address_is_one() {
        for line in ["123", "10.0", "shop.1", "1.2.3.4.5"] {
            assert_eq!(Pattern::parse(line), Err(PatternError::BadHost), "{line}");
        }
        assert!(held("127.0.0.1", "http://127.0.0.1/"));
        assert!(held("4chan.example", "https://4chan.example/"));
    }

    #[test]
    fn a_bare_host_covers_its_subdomains_and_nothing_that_merely_ends_like_it() {
        assert!(held("example.com", "https://example.com/"));
        assert!(held("example.com", "https://www.example.com/a?b"));
        assert!(!held("example.com", "https://notexample.com/"));
        assert!(!held("example.com", "https://example.com.evil.org/"));
        assert!(!held("example.com", "https://evil.org/example.com"));
        assert!(!held("example.com", "https://example.com@evil.org/"));
    }

    #[test]
    fn a_path_holds_that_part_only() {
        assert!(held("example.com/feed", "https://example.com/feed"));
        assert!(held("example.com/feed/", "https://example.com/feed/today"));
        assert!(held("example.com/feed", "https://example.com/feed?page=2"));
        assert!(!held("example.com/feed", "https://example.com/feedback"));
        assert!(!held("example.com/feed", "https://example.com/"));
    }

    #[test]
    fn a_port_holds_that_server_only() {
        assert!(held("example.com:8080", "http://example.com:8080/x"));
        assert!(!held("example.com:8080", "http://example.com:8081/x"));
        assert!(held("example.com:443", "https://example.com/"));
    }

    #[test]
    fn scheme_case_dots_and_comments_do_not_matter() {
        assert!(held("HTTPS://Example.COM./", "http://example.com/"));
        assert!(held("*.example.com", "http://example.com/"));
        assert!(held("example.com", "http://example.com./"));
        assert_eq!(Pattern::parse("# a comment"), Ok(None));
        assert_eq!(Pattern::parse("   "), Ok(None));
    }

    #[test]
    fn a_bad_line_says_what_is_wrong_with_it() {
        assert_eq!(Pattern::parse("exa mple.com"), Err(PatternError::NotAPattern));
        assert_eq!(Pattern::parse("example.com:port"), Err(PatternError::BadPort));
        assert_eq!(Pattern::parse(&"x".repeat(10_000)), Err(PatternError::TooLong));
        assert_eq!(ToolSite::parse("phone.example.com"), Err(PatternError::NoScheme));
        assert_eq!(ToolSite::parse("*://*/*"), Err(PatternError::BadHost));
        assert_eq!(ToolSite::parse("ftp://example.com/"), Err(PatternError::NoScheme));
    }

    #[test]
    fn a_path_is_written_as_browsers_write_it() {
        assert!(held("news.example/münchen", "https://news.example/m%C3%BCnchen/today"));
        let part = Pattern::parse("news.example/münchen").unwrap().unwrap().condition();
        assert_eq!(part, Condition::Part("||news.example/m%C3%BCnchen^".to_owned()));
        let site = ToolSite::parse("https://phone.example/téléphone/*").unwrap();
        assert!(site.url_filters().iter().all(|filter| filter.is_ascii()) && site.match_pattern().is_ascii());
    }

    #[test]
    fn the_browser_is_given_patterns_without_a_port() {
        assert_eq!(ToolSite::parse("http://phone.localhost:8080/a/*").unwrap().match_pattern(), "http://phone.localhost/a/*");
        assert_eq!(ToolSite::parse("http://phone.localhost:8080/a/*").unwrap().url_filters(), ["|http://phone.localhost:8080/a/"]);
        assert_eq!(ToolSite::parse("*://example.com/*").unwrap().url_filters(), ["|http://example.com^", "|https://example.com^"]);
        assert_eq!(ToolSite::parse("https://*.example.com/*").unwrap().url_filters(), ["||example.com^"]);
        let part = Pattern::parse("example.com/feed").unwrap().unwrap();
        assert_eq!(part.match_patterns(), ["*://*.example.com/feed", "*://*.example.com/feed/*", "*://*.example.com/feed?*"]);
        assert_eq!(part.condition(), Condition::Part("||example.com/feed^".to_owned()));
    }

    #[test]
    fn a_star_stays_within_its_part_of_the_path_and_two_do_not() {
        for (line, fitting, other) in [
            ("example.com/r/*/top", "https://example.com/r/cats/top/today", "https://example.com/r/cats/dogs/top"),
            ("example.com/**/comments", "https://example.com/a/b/comments", "https://example.com/a/b/commentsx"),
            ("example.com/user-*", "https://example.com/user-7", "https://example.com/usr-7"),
        ] {
            assert!(held(line, fitting), "{line} {fitting}");
            assert!(!held(line, other), "{line} {other}");
            assert_eq!(condition(line), Condition::Beyond, "{line}");
        }
    }

    #[test]
    fn one_page_is_that_page_alone() {
        assert!(held("=example.com/", "https://www.example.com/?from=mail"));
        assert!(!held("=example.com/", "https://example.com/feed"));
        assert!(held("=example.com/feed", "https://example.com/feed/"));
        assert!(!held("=example.com/feed", "https://example.com/feed/today"));
        assert!(held("=example.com/watch?v=abc", "https://example.com/watch?v=abc"));
        assert!(!held("=example.com/watch?v=abc", "https://example.com/watch?v=abc&t=1"));
    }

    #[test]
    fn a_query_fits_as_it_begins() {
        assert!(held("example.com/watch?v=abc", "https://example.com/watch?v=abc&t=1"));
        assert!(!held("example.com/watch?v=abc", "https://example.com/watch?v=abcd"));
        assert_eq!(condition("example.com/watch?v=abc"), Condition::Part("||example.com/watch?v=abc^".to_owned()));
    }

    #[test]
    fn words_are_whole_and_of_the_field_that_is_named() {
        assert!(fits("title:world cup", "https://a.example/", "The World-Cup, live"));
        assert!(!fits("title:world cup", "https://a.example/", "World cups"));
        assert!(!fits("title:world", "https://a.example/world", ""));
        assert!(held("url:fußball", "https://a.example/news/Fu%C3%9Fball?x"));
        assert!(fits("a.example title:cats", "https://a.example/", "Cats"));
        assert!(!fits("a.example title:cats", "https://b.example/", "Cats"));
        assert_eq!(Pattern::parse("title: –"), Err(PatternError::NoWords));
    }

    #[test]
    fn an_exception_says_so_and_fits_as_any_line_does() {
        let pattern = Pattern::parse("+ example.com/help # for tickets").unwrap().unwrap();
        assert_eq!(pattern.side, Side::Except);
        assert!(held("+example.com/help", "https://example.com/help/7"));
    }

    #[test]
    fn a_host_is_one_in_any_writing() {
        for line in
            ["münchen.example", "MÜNCHEN.example", "xn--mnchen-3ya.example", "XN--MNCHEN-3YA.Example.", "https://www.münchen.example/"]
        {
            assert!(held(line, "https://shop.xn--mnchen-3ya.example/"), "{line}");
        }
        for (unicode, ascii) in [
            ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("i❤.ws", "xn--i-7iq.ws"),
            ("💩.la", "xn--ls8h.la"),
        ] {
            assert_eq!(Pattern::parse(unicode).unwrap().unwrap().host(), Some(ascii));
        }
    }

    #[test]
    fn what_is_no_web_page_or_all_of_them_is_named() {
        for (line, error) in [
            ("file:///home", PatternError::NotAWebPage),
            ("chrome://settings", PatternError::NotAWebPage),
            ("*", PatternError::Everything),
            ("https://*/*", PatternError::Everything),
            ("*.", PatternError::BadHost),
            ("*.*.example", PatternError::BadHost),
            ("*.com*", PatternError::BadHost),
            ("+", PatternError::Everything),
            ("\u{202e}gnp.example", PatternError::BadHost),
        ] {
            assert_eq!(Pattern::parse(line), Err(error), "{line}");
        }
        assert!(held("https://me:secret@example.com/", "https://example.com/"));
        assert!(held("view-source:https://example.com/feed", "https://example.com/feed"));
    }

    #[test]
    fn what_a_rule_stops_is_what_the_line_fits() {
        assert!(held("example.com/feed", "https://example.com/feed;v=1"));
        assert!(!held("example.com/feed", "https://example.com/feed.html"));
    }
}
