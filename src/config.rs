//! Settings, compiled: what storage and policy say becomes patterns, bounds and texts that need no further check, and a list of
//! complaints for what could not be taken. Must never fail: a bad entry is named, the others count.

use crate::customer::clean;
use crate::focus::{Scope, mark};
use crate::guide::Memory;
use crate::ids::{Millis, Moment};
use crate::lists::{Entry, Filters, Lists, Origin};
use crate::object;
use crate::pattern::{Page, Pattern, Side};
use crate::settings::{KEYS, Key, Policy, Shape, key};
use crate::site::{Address, PatternError, ToolSite};
use crate::tool::{FlawKind, SiteMatch, Tool, WebRtc};
use crate::value::{Value, names};
use crate::words::decoded;

/// What comes with us, as far as settings name it: packed adapters and presets, by id.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    /// Adapters.
    pub tools: Value,
    /// Presets, `{ name, hosts }`.
    pub presets: Value,
}

/// Everything that settings decide, ready to use.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where the generic probe and the page event count.
    pub tool_sites: Vec<ToolSite>,
    /// Tools that are on, each as its adapter says.
    pub tools: Vec<Tool>,
    /// What a chat does.
    pub chats: Chats,
    /// What is held, and what is excepted from that.
    pub lists: Lists,
    /// What of the lists browsers' rules can be told.
    pub filters: Filters,
    /// Where scripts run at once in what they hold.
    pub scope: Scope,
    /// A fingerprint of these two and of the tools, as lists can be long.
    pub stamp: u64,
    /// What of the rest is held.
    pub mode: Mode,
    /// Letting things through while a conversation is on.
    pub overrides: Overrides,
    /// Whose notifications are held.
    pub notifications: Notifications,
    /// What becomes of them afterwards.
    pub after: After,
    /// Nothing is held until then: the agent asked for a pause. Not a setting; the shell puts it here.
    pub paused_until: Option<Moment>,
    /// Whether the organisation's edition does the work in this browser. Not a setting; the shell puts it here.
    pub duty: Duty,
    /// How long focus stays after the end.
    pub wrap_up: Millis,
    /// Then all is released.
    pub max_call: Millis,
    /// Whether the shell remembers customers on disk.
    pub memory: Memory,
    /// For how long.
    pub memory_length: Millis,
    /// Whether days are counted.
    pub insights: Insights,
    /// For how many days that is kept.
    pub insights_days: u32,
    /// What IT has laid down, per key, for the pages to mark.
    pub fixed: Vec<Fixed>,
    /// What could not be taken, in the order it was met.
    pub complaints: Vec<Complaint>,
}

/// Whether what days come to is counted, on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Insights {
    /// It is.
    On,
    /// It is not.
    Off,
}

/// Whose work it is, where both editions are in one browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Duty {
    /// Ours.
    #[default]
    Ours,
    /// The managed edition's: we do nothing, or everything would be held twice.
    TheOthers,
}

/// What a chat does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chats {
    /// It holds distractions, as a call does.
    Hold,
    /// It shows the card and holds nothing.
    Show,
    /// Nothing.
    Ignore,
}

/// What of the sites that no line is about is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Nothing.
    Listed,
    /// All but tools and where they lead.
    EverythingBut,
}

/// What an agent may do against holding, while a conversation is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overrides {
    /// What is allowed at all.
    pub allowed: Allowed,
    /// For how long a site is let through.
    pub length: Millis,
    /// How often a conversation; `None` without limit.
    pub most: Option<u32>,
    /// Whether a reason is asked for.
    pub reason: AskReason,
}

/// What is allowed against holding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// To let a site through, and to end focus.
    All,
    /// To end focus.
    Ending,
    /// Nothing. Only IT can say so.
    Nothing,
}

/// Whether a reason is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskReason {
    /// No.
    Never,
    /// Yes, and it may be left empty.
    Asked,
    /// Yes, and nothing goes without.
    Required,
}

/// Whose notifications are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notifications {
    /// Those of sites that are held.
    HeldSites,
    /// Those of all sites but tools.
    AllSites,
    /// Nobody's.
    Off,
}

/// What becomes of held notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// They are listed.
    List,
    /// They are listed, and shown by those pages that are still there.
    Show,
}

/// What is decided about a page, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// A tool that is on: never held.
    Tool,
    /// An exception lets it be.
    Excepted(&'a Entry),
    /// A line holds it.
    Listed(&'a Entry),
    /// No line is about it, and the mode holds the rest.
    Rest,
    /// Nothing is about it, or it is no web page.
    Nothing,
}

/// A key that IT has a say in.
#[derive(Debug, Clone, PartialEq)]
pub struct Fixed {
    /// The key.
    pub key: &'static str,
    /// Whether the agent may still write there.
    pub hand: Hand,
    /// IT's value, as given.
    pub value: Value,
}

/// Whether the agent may still write to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// The agent's entries count beside IT's.
    Open,
    /// Only IT's count.
    Closed,
}

/// Something that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Whose entry.
    pub source: Source,
    /// Which key, as written.
    pub key: String,
    /// Which entry of a list, counted from 1; 0 for the value as a whole.
    pub entry: u32,
    /// The entry, shortened.
    pub text: String,
    /// What is wrong. The page's sentence for it says what to do.
    pub reason: Reason,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The agent's own settings.
    Agent,
    /// IT's policy.
    Policy,
}

/// Why an entry was not taken; the locale has `complaint_` and this name as a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A text was expected.
    NotText,
    /// No pattern that we know.
    NotAPattern,
    /// A tool site without `https://`.
    NoScheme,
    /// No host one can reach, or every host there is.
    BadHost,
    /// No port from 1 to 65535.
    BadPort,
    /// Too long to be meant.
    TooLong,
    /// A key that this version does not know.
    UnknownKey,
    /// A whole number was expected.
    NotANumber,
    /// Outside of the bounds; the nearest bound is used.
    OutOfRange,
    /// A list was expected.
    NotAList,
    /// An object with known members was expected, or it says too little.
    NotAnObject,
    /// No tool of that id.
    UnknownTool,
    /// No preset of that id.
    UnknownPreset,
    /// None of the words that are known.
    UnknownWord,
    /// In a list: not a web page.
    NotAWebPage,
    /// In a list: every site there is.
    Everything,
    /// In a list: no word behind `title:` or `url:`.
    NoWords,
    /// In an adapter: a member is missing.
    AdapterMissing,
    /// In an adapter: a name that is not known.
    AdapterUnknown,
    /// In an adapter: a value of another kind than it should be, or an empty one.
    AdapterWrong,
    /// In an adapter: a condition that would hold on an empty page.
    AdapterAlways,
    /// In place of an adapter: a text that is no JSON.
    AdapterNotJson,
    /// In a phrase: it says nothing.
    PhraseNoText,
    /// In a phrase: no stage that is known.
    PhraseStage,
    /// In a phrase: a placeholder that is not known, or a brace that is not closed.
    PhrasePlaceholder,
}

names! {
    pub Reason {
        NotText = "notText",
        NotAPattern = "notAPattern",
        NoScheme = "noScheme",
        BadHost = "badHost",
        BadPort = "badPort",
        TooLong = "tooLong",
        UnknownKey = "unknownKey",
        NotANumber = "notANumber",
        OutOfRange = "outOfRange",
        NotAList = "notAList",
        NotAnObject = "notAnObject",
        UnknownTool = "unknownTool",
        UnknownPreset = "unknownPreset",
        UnknownWord = "unknownWord",
        NotAWebPage = "notAWebPage",
        Everything = "everything",
        NoWords = "noWords",
        AdapterMissing = "adapterMissing",
        AdapterUnknown = "adapterUnknown",
        AdapterWrong = "adapterWrong",
        AdapterAlways = "adapterAlways",
        AdapterNotJson = "adapterNotJson",
        PhraseNoText = "phraseNoText",
        PhraseStage = "phraseStage",
        PhrasePlaceholder = "phrasePlaceholder",
    }
}

impl Config {
    /// Compiles the agent's settings and IT's policy; both may be anything at all. `shelf` must have all that there are of the adapters and
    /// presets that they name.
    pub fn compile(agent: &Value, policy: &Value, shelf: &Shelf) -> Config {
        let mut reader = Reader::new(agent, policy);
        let tool_sites = reader.entries("toolSites", |text| ToolSite::parse(text).map(Some));
        let tools = reader.tools(&shelf.tools);
        let chats = match reader.choice("chats") {
            "show" => Chats::Show,
            "ignore" => Chats::Ignore,
            _ => Chats::Hold,
        };
        let lists = reader.lists(&shelf.presets);
        let (filters, scope) = (lists.filters(), lists.scope());
        let mode = if reader.choice("mode") == "everything-but" { Mode::EverythingBut } else { Mode::Listed };
        let overrides = reader.overrides();
        let notifications = match reader.choice("notifications") {
            "all-sites" => Notifications::AllSites,
            "off" => Notifications::Off,
            _ => Notifications::HeldSites,
        };
        let after = if reader.choice("heldNotifications") == "show" { After::Show } else { After::List };
        let wrap_up = Millis::seconds(reader.integer("wrapUpSeconds"));
        let max_call = Millis::minutes(reader.integer("maxCallMinutes"));
        let memory = if reader.choice("memory") == "on" { Memory::On } else { Memory::Off };
        let memory_length = Millis::minutes(reader.integer("memoryDays") * 24 * 60);
        let insights = if reader.choice("insights") == "off" { Insights::Off } else { Insights::On };
        let insights_days = reader.integer("insightsDays") as u32;
        let tool_patterns: Vec<String> =
            tool_sites.iter().chain(tools.iter().flat_map(|tool| &tool.sites)).map(ToolSite::listening_pattern).collect();
        let tool_paths: Vec<String> =
            tool_sites.iter().chain(tools.iter().flat_map(|tool| &tool.sites)).map(ToolSite::match_pattern).collect();
        let stamp = mark(&(&filters, &scope, mode, tool_patterns, tool_paths));
        let fixed = KEYS.iter().filter_map(|key| reader.fixed(key)).collect();
        Config {
            tool_sites,
            tools,
            chats,
            stamp,
            filters,
            scope,
            lists,
            mode,
            overrides,
            notifications,
            after,
            paused_until: None,
            duty: Duty::Ours,
            wrap_up,
            max_call,
            memory,
            memory_length,
            insights,
            insights_days,
            fixed,
            complaints: reader.complaints,
        }
    }

    /// The ids of the tools that these settings name: those of the shelf that [`Config::compile`] needs.
    pub fn wanted_tools(agent: &Value, policy: &Value) -> Vec<String> {
        Config::wanted("tools", agent, policy)
    }

    /// The ids of the presets that they name.
    pub fn wanted_presets(agent: &Value, policy: &Value) -> Vec<String> {
        Config::wanted("presets", agent, policy)
    }

    fn wanted(key: &str, agent: &Value, policy: &Value) -> Vec<String> {
        let texts = |value: &Value| value.get(key).map(Value::texts).unwrap_or_default();
        let mut ids = texts(policy);
        ids.extend(texts(agent));
        ids
    }

    /// All sites of tools: named ones and those of adapters.
    pub fn all_tool_sites(&self) -> impl Iterator<Item = &ToolSite> {
        self.tool_sites.iter().chain(self.tools.iter().flat_map(|tool| &tool.sites))
    }

    /// Whether anything from a frame of that origin counts.
    pub fn is_tool_origin(&self, origin: &str) -> bool {
        Address::parse(origin).is_some_and(|address| self.all_tool_sites().any(|site| site.matches_origin(&address)))
    }

    /// Whether the page event counts in a frame of that origin.
    pub fn is_named_origin(&self, origin: &str) -> bool {
        Address::parse(origin).is_some_and(|address| self.tool_sites.iter().any(|site| site.matches_origin(&address)))
    }

    /// Whether peer connections of a frame of that origin count: not where a tool says that they tell nothing.
    pub fn peers_count(&self, origin: &str) -> bool {
        let Some(address) = Address::parse(origin) else { return false };
        let ignored = |tool: &Tool| tool.webrtc == WebRtc::Ignored && tool.sites.iter().any(|site| site.matches_origin(&address));
        !self.tools.iter().any(ignored)
    }

    /// The tools that are looked for in a frame of that origin, and whether it is theirs or one that the agent named.
    pub fn tools_at(&self, origin: &str) -> Vec<(&Tool, SiteMatch)> {
        let Some(address) = Address::parse(origin) else { return Vec::new() };
        let named = self.tool_sites.iter().any(|site| site.matches_origin(&address));
        let mut here = Vec::new();
        for tool in self.tools.iter().filter(|tool| tool.look_count() > 0 || tool.has_phases()) {
            if tool.sites.iter().any(|site| site.matches_origin(&address)) {
                here.push((tool, SiteMatch::Own));
            } else if named && tool.has_own_sites() {
                here.push((tool, SiteMatch::Named));
            }
        }
        here
    }

    /// What look.js is asked in a frame of that origin; nothing where there is nothing to look for.
    ///
    /// `{ mark, looks, hot, title, acts, messages }`: `looks` of all tools that apply, one after the other, as [`Tool::written_looks`] has them.
    pub fn watch(&self, origin: &str) -> Option<Value> {
        let mut looks = Vec::new();
        let mut hot: Vec<Value> = Vec::new();
        let (mut title, mut acts) = (false, false);
        for (tool, _) in self.tools_at(origin) {
            hot.extend(tool.hot_looks().into_iter().map(|at| Value::Number((looks.len() + at) as f64)));
            looks.extend(tool.written_looks());
            title |= tool.reads_title();
            acts |= tool.has_chat();
        }
        let address = Address::parse(origin)?;
        let around = |tool: &&Tool| {
            let anywhere = tool.takes_messages_from_anywhere();
            !anywhere || tool.sites.iter().any(|site| site.matches_origin(&address))
        };
        let messages: Vec<Value> = self.tools.iter().filter(around).filter_map(Tool::written_messages).collect();
        if self.tools_at(origin).is_empty() && messages.is_empty() {
            return None;
        }
        let mark = Value::Number(f64::from(self.mark(origin)));
        Some(object! { "mark" => mark, "looks" => looks, "hot" => hot, "title" => title, "acts" => acts, "messages" => messages })
    }

    /// A fingerprint of [`Config::watch`], so that answers to older questions are known as such.
    pub fn mark(&self, origin: &str) -> u32 {
        let mut mark: u32 = 17;
        for (tool, _) in self.tools_at(origin) {
            for byte in tool.id.bytes().chain([tool.look_count() as u8]) {
                mark = mark.wrapping_mul(31).wrapping_add(u32::from(byte));
            }
        }
        mark
    }

    /// Whether the page is a tool's.
    pub fn is_tool(&self, url: &str) -> bool {
        Address::parse(&unwrapped(url)).is_some_and(|address| self.is_tool_address(&address))
    }

    fn is_tool_address(&self, address: &Address<'_>) -> bool {
        self.all_tool_sites().any(|site| site.matches(address))
    }

    /// The browser's patterns for all pages of tools.
    pub fn tool_patterns(&self) -> Vec<String> {
        self.all_tool_sites().map(ToolSite::match_pattern).collect()
    }

    /// What is decided about a page, and by what.
    pub fn verdict(&self, page: Page<'_>) -> Verdict<'_> {
        let url = unwrapped(page.url);
        let Some(address) = Address::parse(&url) else { return Verdict::Nothing };
        if self.is_tool_address(&address) {
            return Verdict::Tool;
        }
        match self.lists.decide(&address, Page { url: &url, title: page.title }) {
            Some(entry) if entry.pattern.side == Side::Except => Verdict::Excepted(entry),
            Some(entry) => Verdict::Listed(entry),
            None if self.mode == Mode::EverythingBut => Verdict::Rest,
            None => Verdict::Nothing,
        }
    }
}

impl Config {
    /// Whether nothing is held for a pause that the agent asked for, and may.
    pub fn is_paused(&self, now: Moment) -> bool {
        self.overrides.allowed != Allowed::Nothing && self.paused_until.is_some_and(|until| now < until)
    }
}

impl Verdict<'_> {
    /// The site that is held, as people and the digest name it.
    pub fn held_site(&self, url: &str) -> Option<String> {
        let of_page = || Address::parse(&unwrapped(url)).map(|address| address.host.to_owned());
        match self {
            Verdict::Listed(entry) => entry.pattern.host().map(str::to_owned).or_else(of_page),
            Verdict::Rest => of_page(),
            Verdict::Tool | Verdict::Excepted(_) | Verdict::Nothing => None,
        }
    }
}

/// The page that is shown: a source view and Firefox' reader are of the page that they name.
fn unwrapped(url: &str) -> std::borrow::Cow<'_, str> {
    if let Some(rest) = url.strip_prefix("view-source:") {
        return rest.into();
    }
    match url.strip_prefix("about:reader?url=") {
        Some(rest) => decoded(rest).into(),
        None => url.into(),
    }
}

/// The agent's settings and IT's policy side by side, with what is wrong with them as it comes up.
pub(crate) struct Reader<'a> {
    agent: &'a Value,
    policy: &'a Value,
    closed: Vec<&'static str>,
    pub(crate) complaints: Vec<Complaint>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(agent: &'a Value, policy: &'a Value) -> Reader<'a> {
        let mut complaints = Vec::new();
        for (source, values) in [(Source::Agent, agent), (Source::Policy, policy)] {
            for (name, _) in values.members() {
                if key(name).is_none() {
                    complaints.push(complaint(source, name, 0, name, Reason::UnknownKey));
                }
            }
        }
        let mut reader = Reader { agent, policy, closed: Vec::new(), complaints };
        // The agent's own `exclusive` and `locked` are no concern of IT's and would only lock the agent out.
        for name in ["exclusive", "locked"] {
            if let Some(value) = policy.get(name) {
                let keys = reader.texts(Source::Policy, name, value);
                for (entry, text) in keys {
                    match key(&text) {
                        Some(key) => reader.closed.push(key.name),
                        None => reader.complain(Source::Policy, name, entry, &text, Reason::UnknownKey),
                    }
                }
            }
        }
        reader
    }

    /// The values that count for a key, IT's first.
    pub(crate) fn counting(&self, name: &str) -> Vec<(Source, &'a Value)> {
        let (agent, policy): (&'a Value, &'a Value) = (self.agent, self.policy);
        let policy = policy.get(name).map(|value| (Source::Policy, value));
        let sets = key(name).is_some_and(|key| key.policy == Policy::Sets);
        let overruled = self.closed.contains(&name) || (sets && policy.is_some());
        let agent = agent.get(name).filter(|_| !overruled).map(|value| (Source::Agent, value));
        policy.into_iter().chain(agent).collect()
    }

    pub(crate) fn complain(&mut self, source: Source, key: &str, entry: u32, text: &str, reason: Reason) {
        self.complaints.push(complaint(source, key, entry, text, reason));
    }

    /// The texts of a list with their places, complaining of the rest. A single text is taken as lines, as the options page keeps it.
    pub(crate) fn texts(&mut self, source: Source, name: &str, value: &Value) -> Vec<(u32, String)> {
        let entries = match value {
            Value::List(entries) => entries,
            Value::Text(lines) => return lines.lines().zip(1..).map(|(line, entry)| (entry, line.to_owned())).collect(),
            _ => {
                self.complain(source, name, 0, "", Reason::NotAList);
                return Vec::new();
            }
        };
        let mut texts = Vec::new();
        for (entry, value) in (1..).zip(entries) {
            match value.text() {
                Some(text) => texts.push((entry, text.to_owned())),
                None => self.complain(source, name, entry, "", Reason::NotText),
            }
        }
        texts
    }

    fn entries<T: PartialEq>(&mut self, name: &str, parse: impl Fn(&str) -> Result<Option<T>, PatternError>) -> Vec<T> {
        let mut taken = Vec::new();
        for (source, value) in self.counting(name) {
            for (entry, text) in self.texts(source, name, value) {
                if text.trim().is_empty() {
                    continue;
                }
                match parse(&text) {
                    Ok(Some(parsed)) if !taken.contains(&parsed) => taken.push(parsed),
                    Ok(_) => {}
                    Err(error) => self.complain(source, name, entry, &text, error.into()),
                }
            }
        }
        taken
    }

    fn lists(&mut self, presets: &Value) -> Lists {
        let mut lists = Lists::default();
        for (name, meant) in [("allowlist", Side::Except), ("blocklist", Side::Hold)] {
            for (source, value) in self.counting(name) {
                let origin = match source {
                    Source::Agent => Origin::Agent,
                    Source::Policy => Origin::Policy,
                };
                for (entry, text) in self.texts(source, name, value) {
                    match Pattern::parse(&text) {
                        Ok(Some(mut pattern)) => {
                            // Each line of the allowlist is an exception, with or without a plus.
                            if meant == Side::Except {
                                pattern.side = Side::Except;
                            }
                            lists.add(Entry { pattern, text: text.trim().to_owned(), origin: origin.clone() });
                        }
                        Ok(None) => {}
                        Err(error) => self.complain(source, name, entry, &text, error.into()),
                    }
                }
            }
        }
        for (source, value) in self.counting("presets") {
            for (entry, id) in self.texts(source, "presets", value) {
                let id = id.trim();
                let Some(preset) = presets.get(id) else {
                    if !id.is_empty() {
                        self.complain(source, "presets", entry, id, Reason::UnknownPreset);
                    }
                    continue;
                };
                // Ours are checked before they are packed.
                for text in preset.get("hosts").map(Value::texts).unwrap_or_default() {
                    if let Ok(Some(pattern)) = Pattern::parse(&text) {
                        lists.add(Entry { pattern, text, origin: Origin::Preset(id.to_owned()) });
                    }
                }
            }
        }
        lists
    }

    fn overrides(&mut self) -> Overrides {
        let mut overrides = Overrides { allowed: Allowed::All, length: Millis::minutes(5), most: Some(3), reason: AskReason::Never };
        for (source, value) in self.counting("override") {
            if !matches!(value, Value::Object(_)) {
                self.complain(source, "override", 0, "", Reason::NotAnObject);
                continue;
            }
            for (name, value) in value.members() {
                match (name.as_str(), value) {
                    ("allowed", Value::Text(word)) if word == "all" => overrides.allowed = Allowed::All,
                    ("allowed", Value::Text(word)) if word == "ending" => overrides.allowed = Allowed::Ending,
                    // An agent who locked themselves in would have nobody to ask.
                    ("allowed", Value::Text(word)) if word == "nothing" && source == Source::Policy => overrides.allowed = Allowed::Nothing,
                    ("reason", Value::Text(word)) if word == "never" => overrides.reason = AskReason::Never,
                    ("reason", Value::Text(word)) if word == "asked" => overrides.reason = AskReason::Asked,
                    ("reason", Value::Text(word)) if word == "required" => overrides.reason = AskReason::Required,
                    ("minutes" | "perConversation", Value::Number(number)) if number.is_finite() => {
                        let (least, most) = if name == "minutes" { (1.0, 600.0) } else { (0.0, 100.0) };
                        let whole = number.round().max(least).min(most);
                        if whole != *number {
                            self.complain(source, "override", 0, name, Reason::OutOfRange);
                        }
                        match (name.as_str(), whole as u32) {
                            ("minutes", minutes) => overrides.length = Millis::minutes(u64::from(minutes)),
                            (_, 0) => overrides.most = None,
                            (_, most) => overrides.most = Some(most),
                        }
                    }
                    ("minutes" | "perConversation", _) => self.complain(source, "override", 0, name, Reason::NotANumber),
                    ("allowed" | "reason", _) => self.complain(source, "override", 0, value.text().unwrap_or(name), Reason::UnknownWord),
                    _ => self.complain(source, "override", 0, name, Reason::UnknownKey),
                }
            }
            break;
        }
        overrides
    }

    /// The tools that are on. One of the agent's or IT's own has the say over one of ours with its id; a wrong one is named, the others count.
    fn tools(&mut self, shelf: &Value) -> Vec<Tool> {
        let mut tools: Vec<Tool> = Vec::new();
        for (source, value) in self.counting("adapters") {
            let Some(entries) = value.list() else {
                self.complain(source, "adapters", 0, "", Reason::NotAList);
                continue;
            };
            for (entry, value) in (1..).zip(entries) {
                if value.text().is_some() {
                    self.complain(source, "adapters", entry, "", Reason::AdapterNotJson);
                    continue;
                }
                match Tool::read(value) {
                    Ok(tool) if tools.iter().all(|one| one.id != tool.id) => tools.push(tool),
                    Ok(_) => {}
                    Err(flaws) => flaws.iter().for_each(|flaw| self.complain(source, "adapters", entry, &flaw.path, flaw.kind.into())),
                }
            }
        }
        for (source, value) in self.counting("tools") {
            for (entry, id) in self.texts(source, "tools", value) {
                if id.trim().is_empty() || tools.iter().any(|one| one.id == id) {
                    continue;
                }
                // Those of ours are checked before they are packed.
                match shelf.get(&id).and_then(|adapter| Tool::read(adapter).ok()) {
                    Some(tool) => tools.push(tool),
                    None => self.complain(source, "tools", entry, &id, Reason::UnknownTool),
                }
            }
        }
        tools
    }

    /// The word that counts; the first of those that are known where there is none.
    pub(crate) fn choice(&mut self, name: &str) -> &'static str {
        let Some(Key { shape: Shape::Choice(words), .. }) = key(name) else { return "" };
        for (source, value) in self.counting(name) {
            match words.iter().find(|word| value.text() == Some(word)) {
                Some(word) => return word,
                None => self.complain(source, name, 0, value.text().unwrap_or_default(), Reason::UnknownWord),
            }
        }
        words.first().unwrap_or(&"")
    }

    pub(crate) fn integer(&mut self, name: &str) -> u64 {
        let Some(Key { shape: Shape::Integer { least, most, default }, .. }) = key(name) else { return 0 };
        for (source, value) in self.counting(name) {
            match value {
                Value::Number(number) if number.is_finite() => {
                    // Not `clamp`: its panic message formats floats, 20 KB of wasm.
                    let whole = number.round().max(f64::from(*least)).min(f64::from(*most));
                    if whole != *number {
                        self.complain(source, name, 0, &(*number as i64).to_string(), Reason::OutOfRange);
                    }
                    return whole as u64;
                }
                _ => self.complain(source, name, 0, value.text().unwrap_or_default(), Reason::NotANumber),
            }
        }
        u64::from(*default)
    }

    fn fixed(&self, key: &Key) -> Option<Fixed> {
        let value = self.policy.get(key.name);
        let closed = self.closed.contains(&key.name);
        if value.is_none() && !closed {
            return None;
        }
        let hand = if closed || key.policy == Policy::Sets { Hand::Closed } else { Hand::Open };
        Some(Fixed { key: key.name, hand, value: value.cloned().unwrap_or_default() })
    }
}

fn complaint(source: Source, key: &str, entry: u32, text: &str, reason: Reason) -> Complaint {
    // What is no text can't be quoted; then its key is named.
    let text = clean(text).or_else(|| clean(key)).unwrap_or_default();
    Complaint { source, key: clean(key).unwrap_or_default(), entry, text, reason }
}

impl From<FlawKind> for Reason {
    fn from(kind: FlawKind) -> Reason {
        match kind {
            FlawKind::Missing => Reason::AdapterMissing,
            FlawKind::Unknown => Reason::AdapterUnknown,
            FlawKind::Wrong => Reason::AdapterWrong,
            FlawKind::AlwaysHolds => Reason::AdapterAlways,
        }
    }
}

impl From<PatternError> for Reason {
    fn from(error: PatternError) -> Reason {
        match error {
            PatternError::NotText => Reason::NotText,
            PatternError::NotAPattern => Reason::NotAPattern,
            PatternError::NoScheme => Reason::NoScheme,
            PatternError::BadHost => Reason::BadHost,
            PatternError::BadPort => Reason::BadPort,
            PatternError::TooLong => Reason::TooLong,
            PatternError::NotAWebPage => Reason::NotAWebPage,
            PatternError::Everything => Reason::Everything,
            PatternError::NoWords => Reason::NoWords,
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn compile(agent: &str, policy: &str) -> Config {
        Config::compile(&serde_json::from_str(agent).unwrap(), &serde_json::from_str(policy).unwrap(), &Shelf::default())
    }

    fn reasons(config: &Config) -> Vec<(Source, &str, u32, Reason)> {
        config.complaints.iter().map(|one| (one.source, one.key.as_str(), one.entry, one.reason)).collect()
    }

    #[test]
    fn nothing_set_is_a_working_configuration() {
        let config = compile("null", "null");
        assert_eq!((config.wrap_up, config.max_call), (Millis::seconds(20), Millis::minutes(240)));
        assert!(config.complaints.is_empty() && config.tool_sites.is_empty());
    }

    #[test]
    fn one_bad_entry_is_named_and_the_others_count() {
        let config = compile(r#"{"blocklist": ["news.example", 7, "exa mple", "video.example"]}"#, "{}");
        assert_eq!(config.lists.entries().len(), 2);
        assert_eq!(reasons(&config), [(Source::Agent, "blocklist", 2, Reason::NotText), (Source::Agent, "blocklist", 3, Reason::BadHost)]);
    }

    #[test]
    fn values_of_the_wrong_kind_fall_back_and_are_named() {
        let config = compile("7", r#"{"toolSites": 5, "wrapUpSeconds": "soon", "maxCallMinutes": 9999, "memory": "maybe", "nonsense": 1}"#);
        assert_eq!((config.wrap_up, config.max_call), (Millis::seconds(20), Millis::minutes(600)));
        let reasons: Vec<_> = config.complaints.iter().map(|one| one.reason).collect();
        assert_eq!(reasons, [Reason::UnknownKey, Reason::NotAList, Reason::NotANumber, Reason::OutOfRange, Reason::UnknownWord]);
    }

    #[test]
    fn it_adds_to_lists_and_sets_numbers() {
        let config = compile(r#"{"blocklist": ["a.example"], "wrapUpSeconds": 5}"#, r#"{"blocklist": ["b.example"], "wrapUpSeconds": 60}"#);
        assert_eq!(config.lists.entries().len(), 2);
        assert_eq!(config.wrap_up, Millis::seconds(60));
        let fixed: Vec<_> = config.fixed.iter().map(|one| (one.key, one.hand)).collect();
        assert_eq!(fixed, [("blocklist", Hand::Open), ("wrapUpSeconds", Hand::Closed)]);
    }

    #[test]
    fn exclusive_and_locked_keys_leave_out_what_the_agent_wrote() {
        let config = compile(
            r#"{"blocklist": ["a.example"], "maxCallMinutes": 1}"#,
            r#"{"exclusive": ["blocklist"], "locked": ["maxCallMinutes", "whatever"]}"#,
        );
        assert!(config.lists.entries().is_empty());
        assert_eq!(config.max_call, Millis::minutes(240));
        assert_eq!(reasons(&config), [(Source::Policy, "locked", 2, Reason::UnknownKey)]);
    }

    #[test]
    fn an_agent_cannot_lock_themselves_out() {
        let config = compile(r#"{"blocklist": ["a.example"], "exclusive": ["blocklist"]}"#, "{}");
        assert_eq!(config.lists.entries().len(), 1);
    }

    #[test]
    fn a_source_view_and_a_readers_view_are_the_page_that_they_show() {
        let config = compile(r#"{"blocklist": ["news.example/feed"], "toolSites": ["https://phone.example/*"]}"#, "{}");
        for url in ["view-source:https://news.example/feed", "about:reader?url=https%3A%2F%2Fnews.example%2Ffeed%2F7"] {
            let verdict = config.verdict(Page { url, title: "" });
            assert_eq!(verdict.held_site(url).as_deref(), Some("news.example"), "{url}");
        }
        let tool = "view-source:https://phone.example/";
        assert_eq!(config.verdict(Page { url: tool, title: "" }), Verdict::Tool);
    }

    #[test]
    fn an_exception_of_the_allowlist_wins_over_lists_presets_and_the_mode() {
        let presets = serde_json::from_str(r#"{"video": {"name": "Video", "hosts": ["video.example", "film.example"]}}"#).unwrap();
        let settings = r#"{"presets": ["video", "nothing"], "allowlist": ["film.example"], "mode": "everything-but"}"#;
        let shelf = Shelf { presets, ..Shelf::default() };
        let config = Config::compile(&serde_json::from_str(settings).unwrap(), &Value::Null, &shelf);
        let verdict = |url| config.verdict(Page { url, title: "" });
        assert!(matches!(verdict("https://film.example/"), Verdict::Excepted(_)));
        assert!(
            matches!(verdict("https://www.video.example/"), Verdict::Listed(entry) if entry.origin == Origin::Preset("video".to_owned()))
        );
        assert_eq!(verdict("https://other.example/"), Verdict::Rest);
        assert_eq!(verdict("chrome://settings/"), Verdict::Nothing);
        assert_eq!(reasons(&config), [(Source::Agent, "presets", 2, Reason::UnknownPreset)]);
    }

    #[test]
    fn letting_through_is_what_settings_say_and_only_it_can_forbid_all() {
        let of = |agent: &str, policy: &str| compile(agent, policy).overrides;
        assert_eq!(of("{}", "{}").most, Some(3));
        assert_eq!(of(r#"{"override": {"allowed": "nothing"}}"#, "{}").allowed, Allowed::All);
        assert_eq!(of("{}", r#"{"override": {"allowed": "nothing"}}"#).allowed, Allowed::Nothing);
        let both = of(r#"{"override": {"minutes": 30}}"#, r#"{"override": {"minutes": 10, "perConversation": 0, "reason": "required"}}"#);
        assert_eq!((both.length, both.most, both.reason), (Millis::minutes(10), None, AskReason::Required));
        let config = compile(r#"{"override": {"minutes": 0, "reason": "why", "more": 1, "perConversation": "x"}}"#, "{}");
        assert_eq!(config.complaints.len(), 4);
    }

    #[test]
    fn a_tool_is_never_a_distraction() {
        let config = compile(r#"{"blocklist": ["example.com"], "toolSites": ["https://phone.example.com/*"]}"#, "{}");
        assert!(config.verdict(Page { url: "https://phone.example.com/call", title: "" }) == Verdict::Tool);
        assert!(matches!(config.verdict(Page { url: "https://www.example.com/", title: "" }), Verdict::Listed(_)));
        assert!(config.is_tool_origin("https://phone.example.com"));
        assert!(!config.is_tool_origin("null"));
    }

    #[test]
    fn a_text_area_is_read_line_by_line() {
        let config = compile(r##"{"blocklist": "# mine\nnews.example\n\nbad host\n"}"##, "{}");
        assert_eq!(config.lists.entries().len(), 1);
        assert_eq!(reasons(&config), [(Source::Agent, "blocklist", 4, Reason::BadHost)]);
    }
}
