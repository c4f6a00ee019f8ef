//! Addresses of pages, the sites that are an agent's tools and the sites that distract.
//! Must never turn what a person wrote into a browser's regular expression (platform measurement: one such rule stalled Firefox
//! for seven seconds), and must never compare hosts other than at label boundaries.

use crate::customer::is_invisible;
use crate::glob::position;
use crate::words::lower;

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
        let host = host.trim_end_matches('.');
        if host.is_empty() {
            return None;
        }
        let path = path.split('#').next().unwrap_or_default();
        Some(Address { scheme, host, port, path: if path.is_empty() { "/" } else { path } })
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

    pub(crate) fn effective_port(&self) -> u16 {
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
    /// Not a web page: another scheme than `http` or `https`.
    NotAWebPage,
    /// Every site there is; that is a mode, not a line.
    Everything,
    /// `title:` or `url:` with no word behind it.
    NoWords,
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

    /// The host, without what may stand before it.
    pub fn host(&self) -> &str {
        let (Host::Just(host) | Host::WithSubdomains(host)) = &self.host;
        host
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

pub(crate) fn site_of(origin_pattern: &str) -> &str {
    origin_pattern.strip_suffix("/*").unwrap_or(origin_pattern)
}

pub(crate) fn filter(anchor: &str, host: &str, port: Option<u16>, tail: &str) -> String {
    match port {
        Some(port) => format!("{anchor}{host}:{port}{tail}"),
        None => format!("{anchor}{host}{tail}"),
    }
}

pub(crate) fn bounded(text: &str) -> Result<&str, PatternError> {
    let text = text.trim();
    match text.char_indices().nth(LONGEST_PATTERN) {
        Some(_) => Err(PatternError::TooLong),
        None => Ok(text),
    }
}

// Searches by characters and bytes, and nothing that could panic on a boundary: the standard library's search for texts and its
// message for a bad boundary are 9 KB of wasm with their tables.

pub(crate) fn split_scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// What comes before the first such character, and all from it on.
pub(crate) fn split_before(text: &str, is_end: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(is_end).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// `None` when what stands behind the colon is not a port.
pub(crate) fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => Some((host, Some(port.parse::<u16>().ok().filter(|port| *port != 0)?))),
        _ => Some((authority, None)),
    }
}

/// The host as browsers write it.
pub(crate) fn valid_host(host: &str) -> Result<String, PatternError> {
    let host = ascii_host(host.trim_end_matches('.')).ok_or(PatternError::BadHost)?;
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

/// In punycode, part by part. Dots of other scripts are dots. Letters that Unicode composes in two ways are not made one: people type the
/// composed ones.
fn ascii_host(host: &str) -> Option<String> {
    let mut ascii = String::new();
    for (at, label) in host.split(['.', '。', '．', '｡']).enumerate() {
        if at > 0 {
            ascii.push('.');
        }
        if label.is_ascii() {
            ascii.push_str(&label.to_ascii_lowercase());
        } else if label.chars().any(|one| is_invisible(one) || one.is_whitespace()) {
            // Browsers take none of these for a part of a name, and people can't see them.
            return None;
        } else {
            ascii.push_str("xn--");
            punycode(&label.chars().map(lower).collect::<Vec<_>>(), &mut ascii)?;
        }
    }
    Some(ascii)
}

/// RFC 3492, section 6.3.
fn punycode(label: &[char], out: &mut String) -> Option<()> {
    let basic = label.iter().filter(|one| one.is_ascii()).count() as u32;
    out.extend(label.iter().filter(|one| one.is_ascii()));
    if basic > 0 {
        out.push('-');
    }
    let (mut next, mut delta, mut bias, mut done) = (128_u32, 0_u32, 72_u32, basic);
    while done < label.len() as u32 {
        let least = label.iter().map(|one| u32::from(*one)).filter(|one| *one >= next).min()?;
        delta = delta.checked_add((least - next).checked_mul(done + 1)?)?;
        next = least;
        for one in label.iter().map(|one| u32::from(*one)) {
            if one < next {
                delta = delta.checked_add(1)?;
            }
            if one == next {
                let mut rest = delta;
                for place in (36_u32..).step_by(36) {
                    let threshold = place.saturating_sub(bias).clamp(1, 26);
                    if rest < threshold {
                        break;
                    }
                    out.push(punycode_digit(threshold + (rest - threshold) % (36 - threshold)));
                    rest = (rest - threshold) / (36 - threshold);
                }
                out.push(punycode_digit(rest));
                let mut range = if done == basic { delta / 700 } else { delta / 2 };
                range += range / (done + 1);
                let mut steps = 0;
                while range > 455 {
                    range /= 35;
                    steps += 36;
                }
                bias = steps + 36 * range / (range + 38);
                delta = 0;
                done += 1;
            }
        }
        delta = delta.checked_add(1)?;
        next = next.checked_add(1)?;
    }
    Some(())
}

fn punycode_digit(digit: u32) -> char {
    char::from(if digit < 26 { b'a' + digit as u8 } else { b'0' + (digit as u8 - 26) })
}

/// The path as browsers write it, and as their rules want it: ASCII alone.
pub(crate) fn encoded(path: &str) -> String {
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

pub(crate) fn is_same_or_subdomain(host: &str, parent: &str) -> bool {
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

    #[test]
    fn scripts_are_told_the_port_and_the_browser_is_not() {
        let site = ToolSite::parse("https://*.phone.example:8443/agent/*").unwrap();
        assert_eq!(site.listening_pattern(), "https://*.phone.example:8443/*");
        assert_eq!(site.origin_pattern(), "https://*.phone.example/*");
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
    fn addresses_are_split_as_written_by_a_browser() {
        let address = Address::parse("https://user:word@[2001:db8::1]:8443/a?b#c").unwrap();
        assert_eq!((address.host, address.port, address.path), ("[2001:db8::1]", Some(8443), "/a?b"));
        assert_eq!(address.origin(), "https://[2001:db8::1]:8443");
        assert_eq!(Address::parse("chrome://settings/"), None);
        assert_eq!(Address::parse("about:blank"), None);
        assert_eq!(Address::parse("http://example.com").unwrap().path, "/");
    }
}
