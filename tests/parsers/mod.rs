//! What must hold of every parser of text from outside, whatever it is given. The same functions are run by `tests/outside.rs` with texts made by
//! proptest, and by the fuzzer (`fuzz/`), which looks for the text that breaks one.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use undivided::coach::Deed;
use undivided::config::{Config, Shelf};
use undivided::customer::{Customer, LONGEST_TEXT, Place, PlaceNote, clean, clean_lines, clean_to, notes_for};
use undivided::focus::Browsing;
use undivided::guide::Guide;
use undivided::ids::{FrameId, Moment, TabId, WindowId};
use undivided::import::{self, Format, List};
use undivided::lists::{Entry, Lists, Origin};
use undivided::merge::{self, Fate};
use undivided::message::{From, FromFrame, Message, admit, read_event};
use undivided::name::Name;
use undivided::object;
use undivided::pattern::{Page, Pattern, Wording};
use undivided::phrase::{self, Blank, Phrase};
use undivided::rollout;
use undivided::session::{Event, PanelAsk, State, step};
use undivided::settings::KEYS;
use undivided::signal::{self, Airs, Sender, Signal};
use undivided::site::{Address, LONGEST_PATTERN, ToolSite};
use undivided::tool::{self, Tool};
use undivided::value::Value;
use undivided::view::View;

/// A parser's name and what must hold of it.
pub type Target = (&'static str, fn(&str));

/// All of them.
pub const TARGETS: [Target; 10] = [
    ("addresses", addresses),
    ("patterns", patterns),
    ("adapters", adapters),
    ("imports", imports),
    ("settings", settings),
    ("policy", policy),
    ("messages", messages),
    ("page_text", page_text),
    ("phrases", phrases),
    ("saved", saved),
];

const ADDRESSES: [&str; 5] = [
    "https://news.example/sport/live?id=4#top",
    "http://phone.example:8080/agent",
    "https://xn--mller-kva.example/",
    "https://www.very.long.chain.of.names.news.example/a/b/c/d/e/f",
    "about:blank",
];

/// An address is split without loss, and a tool's site has a host and patterns that browsers take.
pub fn addresses(text: &str) {
    if let Some(address) = Address::parse(text) {
        assert!(!address.host.is_empty() && text.len() >= address.host.len());
        assert!(Address::parse(&address.origin()).is_some(), "{:?}", address.origin());
    }
    if let Ok(site) = ToolSite::parse(text) {
        assert!(!site.host().is_empty());
        assert!(site.match_pattern().contains("://") && site.listening_pattern().contains("://"));
        for known in ADDRESSES.iter().filter_map(|one| Address::parse(one)) {
            let _ = site.matches(&known);
        }
    }
}

/// A list of any lines decides what its lines, one by one, would.
pub fn patterns(text: &str) {
    let mut lists = Lists::default();
    for line in text.lines().take(200) {
        if let Ok(Some(pattern)) = Pattern::parse(line) {
            assert!(line.trim().chars().count() <= LONGEST_PATTERN + 1 || line.contains('#'), "a line has a bound");
            for written in pattern.match_patterns().into_iter().chain(pattern.origin_patterns()) {
                assert!(written.starts_with("*://") && !written.contains(char::is_whitespace), "{written:?}");
            }
            lists.add(Entry { pattern, text: line.to_owned(), origin: Origin::Agent });
        }
    }
    for url in ADDRESSES {
        let Some(address) = Address::parse(url) else { continue };
        let page = Page { url, title: "Live: the news of today" };
        let wording = Wording::of(page);
        let fitting = lists.entries().iter().any(|entry| entry.pattern.fits(&address, &wording));
        assert_eq!(lists.decide(&address, page).is_some(), fitting, "{url}: {text:?}");
    }
    let _ = (lists.filters(), lists.scope());
}

/// An adapter is taken whole or its mistakes are named; one that is taken holds nothing on an empty page.
pub fn adapters(text: &str) {
    let Some(value) = json(text) else { return };
    match Tool::read(&value) {
        Err(flaws) => assert!(!flaws.is_empty()),
        Ok(tool) => {
            assert_eq!(tool.written_looks().len(), tool.look_count());
            assert!(tool.hot_looks().iter().all(|at| *at < tool.look_count()));
            let facts = vec![Value::Null; tool.look_count()];
            let shown = tool.show(&tool::Page { path: "", hash: "", title: "", facts: &facts });
            assert!(shown.call.is_none(), "an empty page is no call: {text}");
            let _ = tool.hear(std::slice::from_ref(&value));
        }
    }
}

/// Whatever file: each line that is taken can be read, and none twice.
pub fn imports(text: &str) {
    let value = json(text);
    for (name, format) in Format::ALL {
        let Ok(read) = import::read(format, text, value.as_ref()) else { continue };
        let mut seen = Vec::new();
        for taken in &read.taken {
            assert!(matches!(Pattern::parse(&taken.line), Ok(Some(_))), "{name}: {:?} of {text:?}", taken.line);
            let line = (taken.list == List::Block, taken.line.as_str());
            assert!(!seen.contains(&line), "{name}: {line:?} twice");
            if seen.len() < 200 {
                seen.push(line);
            }
        }
    }
}

/// Anything at all can stand in the settings: the good counts, the bad is named, and what is offered of an import is good.
pub fn settings(text: &str) {
    let Some(value) = json(text) else { return };
    let shelf = Shelf { tools: value.clone(), presets: value.clone() };
    let config = Config::compile(&value, &Value::Null, &shelf);
    assert!(config == Config::compile(&value, &Value::Null, &shelf), "the same settings, the same config");
    let nameless = value.members().iter().any(|(name, _)| clean(name).is_none());
    assert!(config.complaints.iter().all(|complaint| nameless || !complaint.key.is_empty()), "each bad entry is named");
    for url in ADDRESSES {
        let _ = config.verdict(Page { url, title: text });
        let _ = (config.watch(url), config.is_tool(url));
    }
    let guide = Guide::compile(&value, &Value::Null);
    let _ = guide.private_words.found_in(&[text.chars().take(100).collect()]);
    if let Value::Object(_) = value {
        assert_eq!(merge::exported(&merge::export(&value)).map(|back| back.members().len()), Some(unmarked(&value)));
        let brought = merge::offer(&Value::Null, &value, &config.complaints, &[]);
        let after = Config::compile(&brought.settings, &Value::Null, &shelf);
        let again = merge::offer(&brought.settings, &brought.settings, &after.complaints, &[]);
        assert_eq!(again.count(Fate::New), 0, "what is there is not new: {text}");
    }
}

fn unmarked(value: &Value) -> usize {
    value.members().iter().filter(|(name, _)| name != merge::MARKER).count()
}

/// A policy in whatever file, with whatever in it; no key of it is one that an agent could have written instead.
pub fn policy(text: &str) {
    let Some(value) = json(text) else { return };
    let Some(found) = rollout::find(&value) else { return };
    let config = Config::compile(&object! {}, &found.settings, &Shelf::default());
    let _ = Guide::compile(&object! {}, &found.settings);
    assert!(config.fixed.iter().all(|fixed| KEYS.iter().any(|key| key.name == fixed.key)));
    for (key, place) in rollout::dropped(&found.settings) {
        assert!(place.starts_with(&key));
    }
}

/// A message from a page is one of ours or nothing; what comes of it leads to a state that can be saved.
pub fn messages(text: &str) {
    let Some(value) = json(text) else { return };
    let config = Config::compile(&object! { "toolSites" => vec!["https://phone.example/*"] }, &Value::Null, &Shelf::default());
    let mut events = Vec::new();
    if let Some(message) = Message::read(&value) {
        let origin = signal::Origin::Own("https://phone.example".to_owned());
        let frame = FromFrame {
            tab: TabId(1),
            frame: FrameId::TOP,
            window: WindowId(1),
            origin: Some(origin),
            url: "https://phone.example/".to_owned(),
            airs: Airs::default(),
            browsing: Browsing::Usual,
        };
        let commands = matches!(message, Message::Command(_));
        let from_page = admit(message.clone(), From::Frame(frame), PanelAsk::NotAsked);
        assert!(!(commands && from_page.is_some()), "no page commands");
        events.extend(from_page);
        events.extend(admit(message, From::Ours, PanelAsk::NotAsked));
    }
    events.extend(read_event(&value));
    if let Some(signal) = Signal::read(&value) {
        let origin = signal::Origin::Own("https://phone.example".to_owned());
        let (tab, frame, window) = (TabId(1), FrameId::TOP, WindowId(1));
        let sender = Sender { tab, frame, window, origin, airs: Airs::default(), browsing: Browsing::Usual };
        events.push(Event::Heard { sender, signal, panel: PanelAsk::NotAsked });
    }
    let _ = Deed::read(&value);
    let mut state = State::default();
    for (at, event) in (0u64..).zip(events) {
        state = step(state, event, Moment(at * 1000), &config).0;
        let written = state.write();
        assert!(State::read(&written).as_ref() == Some(&state), "it comes back as it was");
        assert!(written.len() < 40 * text.len() + 4_000, "{} bytes of {}", written.len(), text.len());
    }
}

/// Text from a page is a line of bounded length without anything that hides or turns around, and stays so when it is cleaned again.
pub fn page_text(text: &str) {
    if let Some(line) = clean(text) {
        assert!(line.chars().count() <= LONGEST_TEXT + 1);
        assert!(!line.chars().any(|one| one.is_control() || matches!(one, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')));
        assert_eq!(clean(&line).as_deref(), Some(line.as_str()));
        let name = Name::read(&line);
        assert!(name.shown().is_none_or(|shown| !shown.is_empty() && shown.chars().count() <= 3 * LONGEST_TEXT));
        assert!(name.spoken().is_none_or(|spoken| !spoken.is_empty()));
    }
    assert!(clean_to(text, 10).is_none_or(|short| short.chars().count() <= 11));
    assert!(clean_lines(text, 50).chars().count() <= 50);
    let fields = ["name", "phone", "email", "city", "country", "company", "subject"];
    let customer = fields.iter().fold(object! {}, |mut customer, field| {
        customer.put(field, text.into());
        customer
    });
    let mut known = Customer::read(&customer);
    known.learn(&Customer::read(&json(text).unwrap_or_default()));
    let _ = known.called();
    let place = Place::read(&customer);
    if let Some(note) = PlaceNote::read(&object! { "country" => text, "note" => text }) {
        let _ = notes_for(&place, &[note], &|one| one == text);
    }
}

/// A phrase that is taken can be filled, and no hole stays in it.
pub fn phrases(text: &str) {
    let value = json(text).unwrap_or_else(|| object! { "text" => text, "stages" => vec!["greeting"] });
    let Ok(phrase) = Phrase::read(&value, phrase::Origin::Own, 1) else { return };
    use Blank::*;
    let blanks =
        [Customer, Agent, Line, Place, DayPart, Company, Subject, Extra, Allowance, Programme].map(|blank| (blank, "so".to_owned()));
    let said = phrase.fill(&blanks);
    assert!(said.is_some_and(|said| !said.contains('{')), "{:?}", phrase.text);
    if phrase.text.contains('{') {
        assert_eq!(phrase.fill(&[]), None, "never with a hole");
    }
    let again = Phrase::read(&phrase.write(&phrase.text), phrase::Origin::Own, 1);
    assert!(again.as_ref() == Ok(&phrase), "{again:?}");
}

/// What storage gives back is a whole state or none, and a whole one can go on.
pub fn saved(text: &str) {
    if let Some(state) = State::read(text) {
        assert!(State::read(&state.write()).as_ref() == Some(&state));
        let config = Config::compile(&object! {}, &Value::Null, &Shelf::default());
        let (state, _) = step(state, Event::Tick, Moment(1 << 40), &config);
        let _ = step(state, Event::Configured, Moment(0), &config);
    }
    if let Some(value) = json(text) {
        let _ = View::read(&value);
    }
}

fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}
