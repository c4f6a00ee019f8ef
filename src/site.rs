//! Addresses of pages, the sites that are an agent's tools and the sites that distract.
//! Must never turn what a person wrote into a browser's regular expression (platform measurement: one such rule stalled Firefox
//! for seven seconds), and must never compare hosts other than at label boundaries.

/// A web page's address, split. Only `http` and `https` have one; everything else is neither tool nor distraction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address<'a> {
    /// `http` or `https`.
    pub scheme: &'a str,
    /// The host as the browser writes it: lower case, punycode, IPv6 in brackets.
    pub host: &'a str,
    /// The port, when it is written.
    pub port: Option<u16>,
    /// Path and query, starting with `/`; no fragment.
    pub path: &'a str,
}

impl<'a> Address<'a> {
    /// Splits an address that a browser wrote. `None` for anything but a web page.
    pub fn parse(url: &'a str) -> Option<Address<'a>> {
        let (scheme, rest) = split_scheme(url)?;
        if scheme != "http" && scheme != "https" {
            return None;
        }
        let (authority, path) = split_before(rest, |one| matches!(one, '/' | '?' | '#'));
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = split_port(authority)?;
        let path = path.split('#').next().unwrap_or_default();
        Some(Address { scheme, host: host.trim_end_matches('.'), port, path: if path.is_empty() { "/" } else { path } })
    }

    /// Host and port, as people know a site.
    pub fn site(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.to_owned(),
        }
    }

    /// As the browser writes a frame's origin.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.site())
    }

    fn effective_port(&self) -> u16 {
        self.port.unwrap_or(if self.scheme == "http" { 80 } else { 443 })
    }
}

/// Why a line is not a pattern. The options page has a sentence for each that says what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternError {
    /// The entry is not text at all.
    NotText,
    /// It has no shape that we know.
    NotAPattern,
    /// A tool site must begin with `https://`, `http://` or `*://`.
    NoScheme,
    /// The host is missing, has odd characters, or stands for every site.
    BadHost,
    /// The port is not a number from 1 to 65535.
    BadPort,
    /// Longer than [`LONGEST_PATTERN`].
    TooLong,
}

/// Longest pattern in characters: the longest host (253) and a generous path.
pub const LONGEST_PATTERN: usize = 1000;

/// Where an agent's tool lives: a match pattern as browsers know it (`https://*.example.com/app/*`), with a port if need be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolSite {
    scheme: Scheme,
    host: Host,
    port: Option<u16>,
    path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
    Either,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Host {
    Just(String),
    WithSubdomains(String),
}

impl ToolSite {
    /// Reads one entry of `toolSites`.
    pub fn parse(text: &str) -> Result<ToolSite, PatternError> {
        let text = bounded(text)?;
        let (scheme, rest) = split_scheme(text).ok_or(PatternError::NoScheme)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            "*" => Scheme::Either,
            _ => return Err(PatternError::NoScheme),
        };
        let (authority, path) = split_before(rest, |one| one == '/');
        let (host, port) = split_port(authority).ok_or(PatternError::BadPort)?;
        let host = match host.strip_prefix("*.") {
            Some(parent) => Host::WithSubdomains(valid_host(parent)?),
            None => Host::Just(valid_host(host)?),
        };
        let path = if path.is_empty() { "/*" } else { path };
        if path.contains('#') {
            return Err(PatternError::NotAPattern);
        }
        Ok(ToolSite { scheme, host, port, path: encoded(path) })
    }

    /// Whether the page belongs to the tool.
    pub fn matches(&self, address: &Address<'_>) -> bool {
        self.matches_origin(address) && glob(&self.path, address.path)
    }

    /// Whether a frame of that origin can belong to the tool; origins carry no path.
    pub fn matches_origin(&self, origin: &Address<'_>) -> bool {
        let scheme = match self.scheme {
            Scheme::Http => origin.scheme == "http",
            Scheme::Https => origin.scheme == "https",
            Scheme::Either => true,
        };
        let host = match &self.host {
            Host::Just(host) => origin.host == host,
            Host::WithSubdomains(parent) => is_same_or_subdomain(origin.host, parent),
        };
        scheme && host && self.port.is_none_or(|port| port == origin.effective_port())
    }

    /// The match pattern for the browser. Without the port, which Firefox takes without error and then never matches
    /// (measured in 153) and which a permission can't carry; the core checks the port itself.
    pub fn match_pattern(&self) -> String {
        format!("{}{}", site_of(&self.origin_pattern()), self.path)
    }

    /// The pattern to ask permission for: all of the site.
    pub fn origin_pattern(&self) -> String {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
            Scheme::Either => "*",
        };
        match &self.host {
            Host::Just(host) => format!("{scheme}://{host}/*"),
            Host::WithSubdomains(parent) => format!("{scheme}://*.{parent}/*"),
        }
    }

    /// As [`ToolSite::origin_pattern`], with the port: for content.js, which is in the page and can see its port.
    pub fn listening_pattern(&self) -> String {
        filter("", site_of(&self.origin_pattern()), self.port, "/*")
    }

    /// The rule conditions under which pages of the tool are never stopped: no wider than the pattern, as far as a filter can say it.
    pub fn url_filters(&self) -> Vec<String> {
        let start = self.path.split('*').next().unwrap_or_default();
        // Without a port any port is meant; `^` stands for the colon as well as for the slash.
        let tail = if start == "/" { "^" } else { start };
        let schemes: &[&str] = match (&self.host, self.scheme) {
            (Host::WithSubdomains(_), _) => &["||"],
            (Host::Just(_), Scheme::Http) => &["|http://"],
            (Host::Just(_), Scheme::Https) => &["|https://"],
            (Host::Just(_), Scheme::Either) => &["|http://", "|https://"],
        };
        let (Host::Just(host) | Host::WithSubdomains(host)) = &self.host;
        schemes.iter().map(|scheme| filter(scheme, host, self.port, tail)).collect()
    }
}

/// What distracts: a host with its subdomains, or a part of it by port or path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distraction {
    host: String,
    port: Option<u16>,
    path: String,
}

impl Distraction {
    /// Reads one line of a blocklist: `example.com`, `example.com:8080`, `example.com/feed`, with or without a scheme.
    /// `Ok(None)` is a comment or an empty line.
    pub fn parse(line: &str) -> Result<Option<Distraction>, PatternError> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        let text = bounded(line)?;
        let text = split_scheme(text).map_or(text, |(_, rest)| rest);
        let (authority, path) = split_before(text, |one| one == '/');
        let (host, port) = split_port(authority).ok_or(PatternError::BadPort)?;
        let host = host.strip_prefix("*.").unwrap_or(host);
        if path.contains(['*', '?', '#']) || path.contains(char::is_whitespace) {
            return Err(PatternError::NotAPattern);
        }
        Ok(Some(Distraction { host: valid_host(host)?, port, path: encoded(path.trim_end_matches('/')) }))
    }

    /// Whether the page is this distraction.
    pub fn matches(&self, address: &Address<'_>) -> bool {
        is_same_or_subdomain(address.host, &self.host)
            && self.port.is_none_or(|port| port == address.effective_port())
            && match address.path.strip_prefix(self.path.as_str()) {
                Some(rest) => self.path.is_empty() || rest.is_empty() || rest.starts_with(['/', '?']),
                None => false,
            }
    }

    /// The host, for people and for rules that take whole hosts.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// How the browser's rules can say it.
    pub fn condition(&self) -> Condition {
        if self.port.is_none() && self.path.is_empty() {
            Condition::WholeHost(self.host.clone())
        } else {
            Condition::Part(filter("||", &self.host, self.port, &format!("{}^", self.path)))
        }
    }

    /// Patterns for the browser that cover the site and its subdomains; the port is left to the core, as Firefox can't match it.
    pub fn match_patterns(&self) -> Vec<String> {
        let origins = self.origin_patterns();
        if self.path.is_empty() {
            return origins;
        }
        let mut patterns = Vec::new();
        for tail in ["", "/*", "?*"] {
            patterns.extend(origins.iter().map(|origin| format!("{}{}{tail}", site_of(origin), self.path)));
        }
        patterns
    }

    /// The patterns to ask permission for: all of the host and its subdomains.
    pub fn origin_patterns(&self) -> Vec<String> {
        // A number or a bracket has no subdomains, and browsers refuse the pattern.
        if self.host.starts_with('[') || self.host.ends_with(|last: char| last.is_ascii_digit()) {
            vec![format!("*://{}/*", self.host)]
        } else {
            vec![format!("*://*.{}/*", self.host)]
        }
    }
}

/// Whether an adapter's pattern fits a text from beginning to end: `*` any run without `/`, `**` any run, `{n}` digits, `{id}` letters, digits, `_` and
/// `-`. Linear in the text for a given pattern: texts come from pages.
pub fn fits(pattern: &str, text: &str) -> bool {
    let parts = parts(pattern);
    let mut here = vec![false; parts.len() + 1];
    reach(&parts, &mut here, 0);
    for byte in text.bytes() {
        let mut next = vec![false; parts.len() + 1];
        for (at, part) in parts.iter().enumerate().filter(|(at, _)| here.get(*at) == Some(&true)) {
            match part {
                Part::Just(wanted) if *wanted == byte => reach(&parts, &mut next, at + 1),
                Part::Run(kind) if kind.takes(byte) => {
                    reach(&parts, &mut next, at);
                    reach(&parts, &mut next, at + 1);
                }
                _ => {}
            }
        }
        here = next;
    }
    here.last() == Some(&true)
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

fn parts(pattern: &str) -> Vec<Part> {
    const RUNS: [(&[u8], Run); 4] = [(b"**", Run::Any), (b"*", Run::InSegment), (b"{n}", Run::Digits), (b"{id}", Run::Word)];
    let mut rest = pattern.as_bytes();
    let mut parts = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        match RUNS.iter().find_map(|(mark, run)| Some((*run, rest.strip_prefix(*mark)?))) {
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

/// How a browser rule can name a distraction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// `requestDomains`: the host and its subdomains, any port.
    WholeHost(String),
    /// `urlFilter`: a part of it.
    Part(String),
}

fn site_of(origin_pattern: &str) -> &str {
    origin_pattern.strip_suffix("/*").unwrap_or(origin_pattern)
}

fn filter(anchor: &str, host: &str, port: Option<u16>, tail: &str) -> String {
    match port {
        Some(port) => format!("{anchor}{host}:{port}{tail}"),
        None => format!("{anchor}{host}{tail}"),
    }
}

fn bounded(text: &str) -> Result<&str, PatternError> {
    let text = text.trim();
    match text.char_indices().nth(LONGEST_PATTERN) {
        Some(_) => Err(PatternError::TooLong),
        None => Ok(text),
    }
}

// Searches by characters and bytes, and nothing that could panic on a boundary: the standard library's search for texts and its
// message for a bad boundary are 9 KB of wasm with their tables.

fn split_scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// What comes before the first such character, and all from it on.
fn split_before(text: &str, is_end: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(is_end).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn position(text: &str, wanted: &str) -> Option<usize> {
    if wanted.is_empty() {
        return Some(0);
    }
    text.as_bytes().windows(wanted.len()).position(|window| window == wanted.as_bytes())
}

/// `None` when what stands behind the colon is not a port.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => Some((host, Some(port.parse::<u16>().ok().filter(|port| *port != 0)?))),
        _ => Some((authority, None)),
    }
}

fn valid_host(host: &str) -> Result<String, PatternError> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if let Some(inner) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let fits = inner.contains(':') && inner.chars().all(|one| one.is_ascii_hexdigit() || one == ':' || one == '.');
        return if fits { Ok(host) } else { Err(PatternError::BadHost) };
    }
    let label =
        |label: &str| (1..=63).contains(&label.len()) && label.chars().all(|one| one.is_ascii_alphanumeric() || one == '-' || one == '_');
    // Browsers take what ends in a number for an address of four; one that is none makes Firefox refuse all rules that come with it.
    let last = host.rsplit_once('.').map_or(host.as_str(), |(_, last)| last);
    let fits = host.len() <= 253 && host.split('.').all(label) && (last.parse::<u16>().is_err() || host.split('.').count() == 4);
    if fits { Ok(host) } else { Err(PatternError::BadHost) }
}

/// The path as browsers write it, and as their rules want it: ASCII alone.
fn encoded(path: &str) -> String {
    let mut encoded = String::new();
    for byte in path.bytes() {
        if byte.is_ascii() {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for half in [byte >> 4, byte & 15] {
                encoded.push(char::from(if half < 10 { b'0' + half } else { b'A' + half - 10 }));
            }
        }
    }
    encoded
}

fn is_same_or_subdomain(host: &str, parent: &str) -> bool {
    match host.strip_suffix(parent) {
        Some("") => true,
        Some(rest) => rest.ends_with('.'),
        None => false,
    }
}

/// `*` stands for any run of characters. Linear in practice: each piece is looked for once, from where the last one ended.
fn glob(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut rest = rest;
    let mut last = None;
    for piece in pieces {
        if let Some(previous) = last.replace(piece) {
            match position(rest, previous).and_then(|at| rest.get(at + previous.len()..)) {
                Some(after) => rest = after,
                None => return false,
            }
        }
    }
    match last {
        None => rest.is_empty(),
        Some(tail) => rest.ends_with(tail),
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn tool(pattern: &str, url: &str) -> bool {
        ToolSite::parse(pattern).unwrap().matches(&Address::parse(url).unwrap())
    }

    fn held(line: &str, url: &str) -> bool {
        Distraction::parse(line).unwrap().unwrap().matches(&Address::parse(url).unwrap())
    }

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

    #[test]
    fn a_path_is_written_as_browsers_write_it() {
        assert!(held("news.example/münchen", "https://news.example/m%C3%BCnchen/today"));
        let part = Distraction::parse("news.example/münchen").unwrap().unwrap().condition();
        assert_eq!(part, Condition::Part("||news.example/m%C3%BCnchen^".to_owned()));
        let site = ToolSite::parse("https://phone.example/téléphone/*").unwrap();
        assert!(site.url_filters().iter().all(|filter| filter.is_ascii()) && site.match_pattern().is_ascii());
    }

    #[test]
    fn a_number_is_no_host_and_an_address_is_one() {
        for line in ["123", "10.0", "shop.1", "1.2.3.4.5"] {
            assert_eq!(Distraction::parse(line), Err(PatternError::BadHost), "{line}");
        }
        assert!(held("127.0.0.1", "http://127.0.0.1/"));
        assert!(held("4chan.example", "https://4chan.example/"));
    }

    #[test]
    fn scripts_are_told_the_port_and_the_browser_is_not() {
        let site = ToolSite::parse("https://*.phone.example:8443/agent/*").unwrap();
        assert_eq!(site.listening_pattern(), "https://*.phone.example:8443/*");
        assert_eq!(site.origin_pattern(), "https://*.phone.example/*");
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
        assert_eq!(Distraction::parse("# a comment"), Ok(None));
        assert_eq!(Distraction::parse("   "), Ok(None));
    }

    #[test]
    fn a_bad_line_says_what_is_wrong_with_it() {
        assert_eq!(Distraction::parse("exa mple.com"), Err(PatternError::BadHost));
        assert_eq!(Distraction::parse("*"), Err(PatternError::BadHost));
        assert_eq!(Distraction::parse("example.com:port"), Err(PatternError::BadPort));
        assert_eq!(Distraction::parse("example.com/*/x"), Err(PatternError::NotAPattern));
        assert_eq!(Distraction::parse(&"x".repeat(10_000)), Err(PatternError::TooLong));
        assert_eq!(ToolSite::parse("phone.example.com"), Err(PatternError::NoScheme));
        assert_eq!(ToolSite::parse("*://*/*"), Err(PatternError::BadHost));
        assert_eq!(ToolSite::parse("ftp://example.com/"), Err(PatternError::NoScheme));
    }

    #[test]
    fn a_tool_site_matches_as_browsers_match_it() {
        assert!(tool("https://phone.example.com/*", "https://phone.example.com/agent?x=1"));
        assert!(!tool("https://phone.example.com/*", "http://phone.example.com/"));
        assert!(!tool("https://phone.example.com/agent/*", "https://phone.example.com/admin"));
        assert!(tool("*://*.example.com/a*z", "http://x.example.com/a/to/z"));
        assert!(!tool("*://*.example.com/a*z", "http://x.example.com/a/to/y"));
        assert!(tool("http://phone.localhost:8080/*", "http://phone.localhost:8080/"));
        assert!(!tool("http://phone.localhost:8080/*", "http://phone.localhost:8081/"));
        assert!(tool("https://phone.example.com", "https://phone.example.com/any"));
    }

    #[test]
    fn the_browser_is_given_patterns_without_a_port() {
        assert_eq!(ToolSite::parse("http://phone.localhost:8080/a/*").unwrap().match_pattern(), "http://phone.localhost/a/*");
        assert_eq!(ToolSite::parse("http://phone.localhost:8080/a/*").unwrap().url_filters(), ["|http://phone.localhost:8080/a/"]);
        assert_eq!(ToolSite::parse("*://example.com/*").unwrap().url_filters(), ["|http://example.com^", "|https://example.com^"]);
        assert_eq!(ToolSite::parse("https://*.example.com/*").unwrap().url_filters(), ["||example.com^"]);
        let part = Distraction::parse("example.com/feed").unwrap().unwrap();
        assert_eq!(part.match_patterns(), ["*://*.example.com/feed", "*://*.example.com/feed/*", "*://*.example.com/feed?*"]);
        assert_eq!(part.condition(), Condition::Part("||example.com/feed^".to_owned()));
    }

    #[test]
    fn addresses_are_split_as_written_by_a_browser() {
        let address = Address::parse("https://user:word@[2001:db8::1]:8443/a?b#c").unwrap();
        assert_eq!((address.host, address.port, address.path), ("[2001:db8::1]", Some(8443), "/a?b"));
        assert_eq!(address.origin(), "https://[2001:db8::1]:8443");
        assert_eq!(Address::parse("chrome://settings/"), None);
        assert_eq!(Address::parse("about:blank"), None);
        assert_eq!(Address::parse("http://example.com").unwrap().path, "/");
    }
}
