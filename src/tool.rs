//! Adapters: how a tool shows its conversations, as data, and the small fixed evaluator that reads it. The format is docs/adapters.md.
//! Must never hold a script or a regular expression, and never take something missing for an end: a test of what isn't there is unknown.

use crate::customer::{Customer, MOST_LINES, Place, clean};
use crate::glob::{fits, fits_with_value};
use crate::keep::keep_enum;
use crate::signal::{Channel, Saying, Word};
use crate::site::ToolSite;
use crate::value::Value;

/// A tool that is on.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// Its id.
    pub id: String,
    /// Its own addresses; for `messages` from anywhere, the pages around the frame.
    pub sites: Vec<ToolSite>,
    /// Whether its peer connections tell of calls.
    pub webrtc: WebRtc,
    fingerprint: Option<Condition>,
    call: Phases,
    chat: Phases,
    activity: Option<usize>,
    customer: Fields,
    waiting: Vec<Read>,
    messages: Option<Messages>,
    looks: Vec<Look>,
}

/// Whether a tool's peer connections tell of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebRtc {
    /// They do.
    Counts,
    /// They stay open all shift, or carry no call.
    Ignored,
}

/// A mistake in an adapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Where: `call.active.any[2].attribute.is`.
    pub path: String,
    /// What.
    pub kind: FlawKind,
}

/// What is wrong there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlawKind {
    /// A member that must be there is not.
    Missing,
    /// Nothing of that name is known.
    Unknown,
    /// Not of the right kind, or empty.
    Wrong,
    /// It would hold on an empty page, and so for ever.
    AlwaysHolds,
}

/// What a page is to be asked: one thing of one element, or of the page's own data.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Look {
    take: Take,
    of: String,
    name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Take {
    Present,
    Visible,
    OnScreen,
    Text,
    Texts,
    Value,
    Attribute,
    Property,
    Count,
}

#[derive(Debug, Clone, PartialEq)]
enum Condition {
    Present(usize),
    Absent(usize),
    /// Visible or on the screen.
    Drawn(usize),
    Reads(usize, Test),
    Path(String),
    Hash(String),
    Title(String),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Test {
    way: Way,
    texts: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Is,
    Has,
    Begins,
}

/// True, false, or nothing to go by; ordered so that `all` is the least and `any` the greatest (Kleene's logic).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Truth {
    No,
    Unknown,
    Yes,
}

/// In the order in which a later one decides.
#[derive(Debug, Clone, PartialEq, Default)]
struct Phases(Vec<(PhaseName, Condition)>);

/// How a tool names where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhaseName {
    /// It rings.
    Ringing,
    /// They talk.
    Active,
    /// The customer waits.
    Hold,
    /// Over, and something is being written down.
    WrapUp,
    /// Over.
    Ended,
}

const PHASES: [(&str, PhaseName); 5] = [
    ("ringing", PhaseName::Ringing),
    ("active", PhaseName::Active),
    ("hold", PhaseName::Hold),
    ("wrapUp", PhaseName::WrapUp),
    ("ended", PhaseName::Ended),
];

#[derive(Debug, Clone, PartialEq)]
enum Read {
    /// Text, texts, value, attribute or property.
    Look(usize),
    Title(String),
    Join(Vec<Read>),
}

/// The customer's details, each with the places to look for it, the newest first.
#[derive(Debug, Clone, PartialEq, Default)]
struct Fields(Vec<(Field, Vec<Read>)>);

const FIELDS: [(&str, Field); 13] = [
    ("name", Field::Name),
    ("phone", Field::Phone),
    ("email", Field::Email),
    ("company", Field::Company),
    ("plan", Field::Plan),
    ("subject", Field::Subject),
    ("history", Field::History),
    ("tags", Field::Tags),
    ("place", Field::Place),
    ("city", Field::City),
    ("region", Field::Region),
    ("country", Field::Country),
    ("postcode", Field::Postcode),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Phone,
    Email,
    Company,
    Plan,
    Subject,
    History,
    Tags,
    Place,
    City,
    Region,
    Country,
    Postcode,
}

/// What a telephony widget in a frame tells the page around it.
#[derive(Debug, Clone, PartialEq)]
struct Messages {
    origins: Vec<String>,
    json: Encoding,
    rules: Vec<(PhaseName, Rule)>,
    conversation: Vec<String>,
    customer: Vec<(Field, Vec<Pick>)>,
    /// Every member that a rule or a pick names: what the page's script sends on.
    paths: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Object,
    Text,
}

/// Members and what they must be, one of several texts each.
type Rule = Vec<(String, Vec<String>)>;

#[derive(Debug, Clone, PartialEq)]
struct Pick {
    path: String,
    only_if: Rule,
}

/// What a page was seen to be like: the answers to a tool's looks, in their order.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The address's path.
    pub path: &'a str,
    /// What follows its `#`, the sign included; or nothing.
    pub hash: &'a str,
    /// The title.
    pub title: &'a str,
    /// The answers: true, false, a text, texts, a count, or nothing where the element is missing.
    pub facts: &'a [Value],
}

/// What a tool shows, evaluated.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shown {
    /// The phase of its call, if it shows one.
    pub call: Option<PhaseName>,
    /// The phase of its chat.
    pub chat: Option<PhaseName>,
    /// Who it is with.
    pub customer: Customer,
    /// How many wait, if it says so.
    pub waiting: Option<u32>,
    /// What changes when somebody acts in the chat.
    pub activity: u32,
}

impl Tool {
    /// Reads an adapter.
    ///
    /// # Errors
    /// Every mistake in it, by path; one is enough to refuse it.
    pub fn read(value: &Value) -> Result<Tool, Vec<Flaw>> {
        let mut reader = Reader { path: String::new(), flaws: Vec::new(), looks: Vec::new() };
        let tool = reader.tool(value);
        match tool {
            Some(tool) if reader.flaws.is_empty() => Ok(tool),
            _ => Err(reader.flaws),
        }
    }

    /// Whether it is looked for on the agent's tool sites, too.
    pub fn has_own_sites(&self) -> bool {
        self.fingerprint.is_some()
    }

    /// Whether it says anything of conversations, be it by the address alone.
    pub fn has_phases(&self) -> bool {
        !self.call.0.is_empty() || !self.chat.0.is_empty()
    }

    /// Whether any page's frame may speak for it: then only within its own sites.
    pub fn takes_messages_from_anywhere(&self) -> bool {
        self.messages.as_ref().is_some_and(|messages| messages.origins.iter().any(|origin| origin == "*"))
    }

    /// How many answers a page gives for it.
    pub fn look_count(&self) -> usize {
        self.looks.len()
    }

    /// What look.js is asked, a list a look: `["attribute", selector, name]`.
    pub fn written_looks(&self) -> Vec<Value> {
        self.looks.iter().map(|look| vec![look.take.name(), look.of.as_str(), look.name.as_str()].into()).collect()
    }

    /// The looks that show a call beginning: their turning true may open the sidebar after a click.
    pub fn hot_looks(&self) -> Vec<usize> {
        let mut hot = Vec::new();
        for (phase, condition) in &self.call.0 {
            if matches!(phase, PhaseName::Ringing | PhaseName::Active) {
                condition.collect_signs(&mut hot);
            }
        }
        hot
    }

    /// Whether the agent's own acts in the page matter.
    pub fn has_chat(&self) -> bool {
        !self.chat.0.is_empty()
    }

    /// Whether the page's title matters.
    pub fn reads_title(&self) -> bool {
        let mut conditions = self.call.0.iter().chain(&self.chat.0).map(|(_, condition)| condition).chain(&self.fingerprint);
        conditions.any(Condition::reads_title)
            || self.customer.0.iter().any(|(_, reads)| reads.iter().any(|read| matches!(read, Read::Title(_))))
    }

    /// What look.js listens for: `{ tool, origins, json, rules, paths }`, a rule as its phase and lists of a path and its texts.
    pub fn written_messages(&self) -> Option<Value> {
        let messages = self.messages.as_ref()?;
        let rules: Vec<Value> = messages
            .rules
            .iter()
            .map(|(phase, rule)| {
                let name = phase.name();
                let tests: Vec<Value> =
                    rule.iter().map(|(path, texts)| vec![Value::from(path.as_str()), texts.clone().into()].into()).collect();
                vec![Value::from(name), tests.into()].into()
            })
            .collect();
        Some(crate::object! {
            "tool" => self.id.as_str(), "origins" => messages.origins.clone(), "json" => messages.json == Encoding::Text,
            "rules" => rules, "paths" => messages.paths.clone(),
        })
    }

    /// Whether the tool's own sites have this page; without any, its fingerprint decides alone.
    pub fn is_here(&self, site: SiteMatch, page: &Page<'_>) -> bool {
        site == SiteMatch::Own || self.fingerprint.as_ref().is_some_and(|fingerprint| fingerprint.holds(page) == Truth::Yes)
    }

    /// Evaluates what a page was seen to be like.
    pub fn show(&self, page: &Page<'_>) -> Shown {
        let activity = self.activity.and_then(|at| page.facts.get(at)).and_then(Value::number).unwrap_or_default();
        let waiting = self.waiting.iter().find_map(|read| read.text(page)).and_then(|text| {
            let digits: String = text.chars().filter(char::is_ascii_digit).take(4).collect();
            digits.parse().ok()
        });
        Shown {
            call: self.call.now(page),
            chat: self.chat.now(page),
            customer: self.customer.read(page),
            waiting,
            activity: activity as u32,
        }
    }

    /// What a message of its widget says; `values` are those of the paths in [`Tool::written_messages`].
    pub fn hear(&self, values: &[Value]) -> Option<Saying> {
        let messages = self.messages.as_ref()?;
        let value = |path: &str| messages.paths.iter().position(|one| one == path).and_then(|at| values.get(at)).and_then(plain);
        let fits = |rule: &Rule| rule.iter().all(|(path, texts)| value(path).is_some_and(|value| texts.contains(&value)));
        let (phase, _) = messages.rules.iter().find(|(_, rule)| fits(rule))?;
        let mut customer = Customer::default();
        for (field, picks) in &messages.customer {
            let found = picks.iter().filter(|pick| fits(&pick.only_if)).find_map(|pick| value(&pick.path));
            if let Some(text) = found {
                field.put(&mut customer, &text);
            }
        }
        let conversation = messages.conversation.iter().find_map(|path| value(path)).and_then(|text| clean(&text));
        Some(Saying { word: phase.word(), conversation, channel: Channel::Call, customer })
    }
}

/// Whether a page lies on a tool's own sites, or on one that the agent named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiteMatch {
    /// On the tool's own.
    Own,
    /// On one of `toolSites`.
    Named,
}

impl PhaseName {
    /// As adapters write it.
    pub fn name(self) -> &'static str {
        PHASES.iter().find(|(_, phase)| *phase == self).map_or("", |(name, _)| name)
    }

    /// Where it stands in an adapter: `call.active`.
    pub fn rule(self, kind: &str) -> String {
        let mut rule = kind.to_owned();
        rule.push('.');
        rule.push_str(self.name());
        rule
    }

    /// What it means for a conversation. Wrap-up has a time of its own, which settings set.
    pub fn word(self) -> Word {
        match self {
            PhaseName::Ringing => Word::Ringing,
            PhaseName::Active => Word::Active,
            PhaseName::Hold => Word::Hold,
            PhaseName::WrapUp | PhaseName::Ended => Word::Ended,
        }
    }
}

impl Phases {
    fn now(&self, page: &Page<'_>) -> Option<PhaseName> {
        self.0.iter().rev().find(|(_, condition)| condition.holds(page) == Truth::Yes).map(|(phase, _)| *phase)
    }
}

impl Condition {
    fn holds(&self, page: &Page<'_>) -> Truth {
        let fact = |at: &usize| page.facts.get(*at).unwrap_or(&Value::Null);
        match self {
            Condition::Present(at) => {
                if *fact(at) == Value::Truth(true) {
                    Truth::Yes
                } else {
                    Truth::Unknown
                }
            }
            Condition::Absent(at) => match fact(at) {
                Value::Truth(true) => Truth::No,
                Value::Truth(false) => Truth::Yes,
                // Not looked at yet.
                _ => Truth::Unknown,
            },
            Condition::Drawn(at) => match fact(at) {
                Value::Truth(drawn) => Truth::from(*drawn),
                _ => Truth::Unknown,
            },
            Condition::Reads(at, test) => plain(fact(at)).map_or(Truth::Unknown, |text| Truth::from(test.passes(&text))),
            Condition::Path(pattern) => Truth::from(fits(pattern, page.path)),
            Condition::Hash(pattern) => Truth::from(fits(pattern, page.hash)),
            Condition::Title(pattern) => Truth::from(fits(pattern, page.title)),
            Condition::All(all) => all.iter().map(|one| one.holds(page)).min().unwrap_or(Truth::Unknown),
            Condition::Any(any) => any.iter().map(|one| one.holds(page)).max().unwrap_or(Truth::Unknown),
            Condition::Not(inner) => match inner.holds(page) {
                Truth::Yes => Truth::No,
                Truth::No => Truth::Yes,
                Truth::Unknown => Truth::Unknown,
            },
        }
    }

    /// The looks whose turning true is a sign of its own.
    fn collect_signs(&self, into: &mut Vec<usize>) {
        match self {
            Condition::Present(at) | Condition::Drawn(at) => into.push(*at),
            Condition::All(inner) | Condition::Any(inner) => inner.iter().for_each(|one| one.collect_signs(into)),
            _ => {}
        }
    }

    fn reads_title(&self) -> bool {
        match self {
            Condition::Title(_) => true,
            Condition::All(inner) | Condition::Any(inner) => inner.iter().any(Condition::reads_title),
            Condition::Not(inner) => inner.reads_title(),
            _ => false,
        }
    }
}

impl From<bool> for Truth {
    fn from(truth: bool) -> Truth {
        if truth { Truth::Yes } else { Truth::No }
    }
}

impl Test {
    fn passes(&self, text: &str) -> bool {
        let text = text.trim().to_ascii_lowercase();
        self.texts.iter().any(|wanted| match self.way {
            Way::Is => text == *wanted,
            Way::Has => has(&text, wanted),
            Way::Begins => text.as_bytes().starts_with(wanted.as_bytes()),
        })
    }
}

/// Whether one text has the other in it. By bytes: the standard library's search for texts is 9 KB of wasm.
pub fn has(text: &str, wanted: &str) -> bool {
    wanted.is_empty() || text.as_bytes().windows(wanted.len()).any(|window| window == wanted.as_bytes())
}

/// A fact as text: numbers and truths of the page's own data compare as they are written.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some((*number as i64).to_string()),
        Value::Truth(truth) => Some(if *truth { "true".to_owned() } else { "false".to_owned() }),
        _ => None,
    }
}

impl Read {
    fn texts(&self, page: &Page<'_>) -> Vec<String> {
        if let Read::Look(at) = self
            && let Some(texts @ Value::List(_)) = page.facts.get(*at)
        {
            return texts.texts();
        }
        self.text(page).into_iter().collect()
    }

    fn text(&self, page: &Page<'_>) -> Option<String> {
        match self {
            Read::Look(at) => page.facts.get(*at).and_then(plain).filter(|text| !text.trim().is_empty()),
            Read::Title(pattern) => fits_with_value(pattern, page.title).map(str::to_owned),
            Read::Join(parts) => {
                let mut joined = String::new();
                for part in parts.iter().filter_map(|part| part.text(page)) {
                    if !joined.is_empty() {
                        joined.push(' ');
                    }
                    joined.push_str(part.trim());
                }
                if joined.is_empty() { None } else { Some(joined) }
            }
        }
    }
}

impl Fields {
    fn read(&self, page: &Page<'_>) -> Customer {
        let mut customer = Customer::default();
        for (field, reads) in &self.0 {
            for text in reads.iter().map(|read| read.texts(page)).find(|texts| !texts.is_empty()).unwrap_or_default() {
                field.put(&mut customer, &text);
            }
        }
        customer
    }
}

impl Field {
    fn put(self, customer: &mut Customer, text: &str) {
        let text = text.trim();
        let text = text.strip_prefix("tel:").or(text.strip_prefix("mailto:")).unwrap_or(text);
        let Some(text) = clean(text) else { return };
        let Place { city, region, country, postcode, written } = &mut customer.place;
        let slot = match self {
            Field::Name => &mut customer.name,
            Field::Phone => &mut customer.phone,
            Field::Email => &mut customer.email,
            Field::Company => &mut customer.company,
            Field::Plan => &mut customer.plan,
            Field::Subject => &mut customer.subject,
            Field::Place => written,
            Field::City => city,
            Field::Region => region,
            Field::Country => country,
            Field::Postcode => postcode,
            Field::Tags => return add(&mut customer.tags, text),
            Field::History => return add(&mut customer.history, text),
        };
        *slot = Some(text);
    }
}

fn add(lines: &mut Vec<String>, text: String) {
    if lines.len() < MOST_LINES && !lines.contains(&text) {
        lines.push(text);
    }
}

impl Take {
    fn name(self) -> &'static str {
        match self {
            Take::Present => "present",
            Take::Visible => "visible",
            Take::OnScreen => "onScreen",
            Take::Text => "text",
            Take::Texts => "texts",
            Take::Value => "value",
            Take::Attribute => "attribute",
            Take::Property => "property",
            Take::Count => "count",
        }
    }
}

/// What can't be known of a tool; the options page has a sentence for each.
const LIMITS: [&str; 9] =
    ["noSign", "noRinging", "noHold", "noEnd", "needsFunctionCall", "outsideBrowser", "wordsInEnglish", "sitesUnsure", "oldEvidence"];

/// Longest selector, pattern or text in an adapter, in characters.
const LONGEST: usize = 500;
/// Deepest nesting of conditions and joins.
const DEEPEST: usize = 8;
/// Most looks of one adapter.
const MOST_LOOKS: usize = 100;

/// Reads an adapter and keeps the path of where it is, for the flaws it finds.
struct Reader {
    path: String,
    flaws: Vec<Flaw>,
    looks: Vec<Look>,
}

impl Reader {
    fn tool(&mut self, value: &Value) -> Option<Tool> {
        const MEMBERS: [&str; 14] = [
            "id",
            "name",
            "category",
            "confidence",
            "references",
            "sites",
            "ownSites",
            "fingerprint",
            "webrtc",
            "call",
            "chat",
            "messages",
            "customer",
            "waiting",
        ];
        if value.members().is_empty() {
            self.flaw(FlawKind::Wrong);
            return None;
        }
        for (name, _) in value.members() {
            if !MEMBERS.contains(&name.as_str()) && !matches!(name.as_str(), "limits" | "$schema") {
                self.within(name, |reader| reader.flaw(FlawKind::Unknown));
            }
        }
        let id = self.member(value, "id", |reader, id| {
            let id = reader.text(id)?;
            let fine = id.len() <= 60 && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            if fine { Some(id) } else { reader.wrong() }
        });
        for name in ["name", "category", "confidence"] {
            self.member(value, name, |reader, text| reader.text(text));
        }
        self.member(value, "references", |reader, list| reader.list(list, |reader, text| reader.text(text)));
        self.choice(value, "category", &["contact-centre", "help-desk", "crm", "phone", "chat", "meeting"]);
        self.choice(value, "confidence", &["source", "maker", "seen", "address"]);
        self.choice(value, "webrtc", &["counts", "ignored"]);
        self.optional(value, "limits", |reader, list| {
            reader.list(list, |reader, limit| {
                let limit = reader.text(limit)?;
                if LIMITS.contains(&limit.as_str()) { Some(()) } else { reader.wrong() }
            })
        });
        let own = value.is_true("ownSites");
        let sites = match value.get("sites") {
            None if own => Vec::new(),
            _ => self
                .member(value, "sites", |reader, list| {
                    reader.list(list, |reader, text| {
                        let text = reader.text(text)?;
                        ToolSite::parse(&text).ok().or_else(|| reader.wrong())
                    })
                })
                .unwrap_or_default(),
        };
        let fingerprint = if own { self.member(value, "fingerprint", |reader, one| reader.condition(one, 0)) } else { None };
        let call = self.phases(value, "call");
        let chat = self.phases(value, "chat");
        let activity = value.get("chat").and_then(|chat| chat.get("activity")).cloned();
        let activity = activity
            .and_then(|selector| self.within("chat", |reader| reader.within("activity", |reader| reader.look(Take::Count, &selector))));
        let customer = self.optional(value, "customer", |reader, fields| reader.fields(fields)).unwrap_or_default();
        let waiting =
            self.optional(value, "waiting", |reader, list| reader.list(list, |reader, one| reader.read(one, 0))).unwrap_or_default();
        let messages = self.optional(value, "messages", |reader, messages| reader.messages(messages));
        if messages.as_ref().is_some_and(|messages| messages.origins.iter().any(|origin| origin == "*")) && sites.is_empty() {
            self.within("sites", |reader| reader.flaw(FlawKind::Missing));
        }
        if self.looks.len() > MOST_LOOKS {
            self.flaw(FlawKind::Wrong);
        }
        let webrtc = if value.text_of("webrtc") == Some("ignored") { WebRtc::Ignored } else { WebRtc::Counts };
        let looks = std::mem::take(&mut self.looks);
        let tool = Tool { id: id?, sites, webrtc, fingerprint, call, chat, activity, customer, waiting, messages, looks };
        self.check_empty_page(&tool);
        Some(tool)
    }

    /// A condition that holds where nothing is would hold for ever.
    fn check_empty_page(&mut self, tool: &Tool) {
        let facts: Vec<Value> =
            tool.looks.iter().map(|look| if look.take == Take::Present { Value::Truth(false) } else { Value::Null }).collect();
        let page = Page { path: "/", hash: "", title: "", facts: &facts };
        for (kind, phases) in [("call", &tool.call), ("chat", &tool.chat)] {
            for (phase, condition) in &phases.0 {
                if condition.holds(&page) == Truth::Yes {
                    self.within(kind, |reader| reader.within(phase.name(), |reader| reader.flaw(FlawKind::AlwaysHolds)));
                }
            }
        }
        if tool.fingerprint.as_ref().is_some_and(|one| one.holds(&page) == Truth::Yes) {
            self.within("fingerprint", |reader| reader.flaw(FlawKind::AlwaysHolds));
        }
    }

    fn phases(&mut self, value: &Value, kind: &str) -> Phases {
        let Some(phases) = value.get(kind) else { return Phases::default() };
        self.within(kind, |reader| {
            let mut found = Vec::new();
            for (name, _) in phases.members() {
                let known = PHASES.iter().any(|(known, _)| known == name) || (kind == "chat" && name == "activity");
                if !known {
                    reader.within(name, |reader| reader.flaw(FlawKind::Unknown));
                }
            }
            if phases.members().is_empty() {
                reader.flaw(FlawKind::Wrong);
            }
            for (name, phase) in PHASES {
                if let Some(condition) = reader.optional(phases, name, |reader, one| reader.condition(one, 0)) {
                    found.push((phase, condition));
                }
            }
            Phases(found)
        })
    }

    fn condition(&mut self, value: &Value, depth: usize) -> Option<Condition> {
        let [(kind, inner)] = value.members() else { return self.wrong() };
        if depth > DEEPEST {
            return self.wrong();
        }
        self.within(kind, |reader| match kind.as_str() {
            "present" => reader.look(Take::Present, inner).map(Condition::Present),
            "absent" => reader.look(Take::Present, inner).map(Condition::Absent),
            "visible" => reader.look(Take::Visible, inner).map(Condition::Drawn),
            "onScreen" => reader.look(Take::OnScreen, inner).map(Condition::Drawn),
            "text" => reader.reads(Take::Text, "of", inner),
            "value" => reader.reads(Take::Value, "of", inner),
            "attribute" => reader.reads(Take::Attribute, "of", inner),
            "property" => reader.reads(Take::Property, "path", inner),
            "path" => reader.text(inner).map(Condition::Path),
            "hash" => reader.text(inner).map(Condition::Hash),
            "title" => reader.text(inner).map(Condition::Title),
            "all" => reader.list(inner, |reader, one| reader.condition(one, depth + 1)).map(Condition::All),
            "any" => reader.list(inner, |reader, one| reader.condition(one, depth + 1)).map(Condition::Any),
            "not" => reader.condition(inner, depth + 1).map(|inner| Condition::Not(Box::new(inner))),
            _ => {
                reader.flaw(FlawKind::Unknown);
                None
            }
        })
    }

    fn reads(&mut self, take: Take, place: &str, value: &Value) -> Option<Condition> {
        for (name, _) in value.members() {
            let known = name == place || matches!(name.as_str(), "is" | "has" | "begins") || (take == Take::Attribute && name == "name");
            if !known {
                self.within(name, |reader| reader.flaw(FlawKind::Unknown));
            }
        }
        let at = self.look_in(take, place, value);
        for (name, way) in [("is", Way::Is), ("has", Way::Has), ("begins", Way::Begins)] {
            if let Some(texts) = self.optional(value, name, |reader, list| reader.list(list, |reader, text| reader.text(text))) {
                let texts = texts.iter().map(|text: &String| text.to_ascii_lowercase()).collect();
                return Some(Condition::Reads(at?, Test { way, texts }));
            }
        }
        self.within("is", |reader| reader.flaw(FlawKind::Missing));
        None
    }

    fn look_in(&mut self, take: Take, place: &str, value: &Value) -> Option<usize> {
        let of = self.member(value, place, |reader, text| reader.text(text));
        let name = if take == Take::Attribute { self.member(value, "name", |reader, text| reader.text(text))? } else { String::new() };
        Some(self.note(Look { take, of: of?, name }))
    }

    fn look(&mut self, take: Take, value: &Value) -> Option<usize> {
        let of = self.text(value)?;
        Some(self.note(Look { take, of, name: String::new() }))
    }

    /// Each look once, whoever asks for it.
    fn note(&mut self, look: Look) -> usize {
        self.looks.iter().position(|one| *one == look).unwrap_or_else(|| {
            self.looks.push(look);
            self.looks.len() - 1
        })
    }

    fn read(&mut self, value: &Value, depth: usize) -> Option<Read> {
        let [(kind, inner)] = value.members() else { return self.wrong() };
        if depth > DEEPEST {
            return self.wrong();
        }
        self.within(kind, |reader| match kind.as_str() {
            "text" => reader.look(Take::Text, inner).map(Read::Look),
            "texts" => reader.look(Take::Texts, inner).map(Read::Look),
            "value" => reader.look(Take::Value, inner).map(Read::Look),
            "property" => reader.look(Take::Property, inner).map(Read::Look),
            "attribute" => reader.look_in(Take::Attribute, "of", inner).map(Read::Look),
            "title" => reader.text(inner).map(Read::Title),
            "join" => reader.list(inner, |reader, one| reader.read(one, depth + 1)).map(Read::Join),
            _ => {
                reader.flaw(FlawKind::Unknown);
                None
            }
        })
    }

    fn fields(&mut self, value: &Value) -> Option<Fields> {
        let found = self.each_field(value, |reader, one| reader.read(one, 0));
        Some(Fields(found))
    }

    fn each_field<T>(&mut self, value: &Value, mut each: impl FnMut(&mut Reader, &Value) -> Option<T>) -> Vec<(Field, Vec<T>)> {
        let mut found = Vec::new();
        for (name, list) in value.members() {
            let field = FIELDS.iter().find(|(known, _)| known == name).map(|(_, field)| *field);
            self.within(name, |reader| match field {
                Some(field) => found.extend(reader.list(list, |reader, one| each(reader, one)).map(|reads| (field, reads))),
                None => reader.flaw(FlawKind::Unknown),
            });
        }
        found
    }

    fn messages(&mut self, value: &Value) -> Option<Messages> {
        for (name, _) in value.members() {
            let known =
                PHASES.iter().any(|(phase, _)| phase == name) || matches!(name.as_str(), "origins" | "json" | "conversation" | "customer");
            if !known {
                self.within(name, |reader| reader.flaw(FlawKind::Unknown));
            }
        }
        let origins = self.member(value, "origins", |reader, list| {
            reader.list(list, |reader, one| {
                let text = reader.text(one)?;
                // Without TLS anybody on the way could speak for it, but for this very machine.
                let local =
                    text.strip_prefix("http://").filter(|host| host.split(':').next().is_some_and(|name| name.ends_with("localhost")));
                let host = text.strip_prefix("https://").or(local);
                let fine = text == "*" || host.is_some_and(|host| !host.chars().any(|one| matches!(one, '/' | '*')));
                if fine { Some(text) } else { reader.wrong() }
            })
        })?;
        let mut rules = Vec::new();
        for (name, phase) in PHASES {
            let of_phase = self.optional(value, name, |reader, list| reader.list(list, |reader, one| reader.rule(one)));
            rules.extend(of_phase.unwrap_or_default().into_iter().map(|rule| (phase, rule)));
        }
        if rules.is_empty() {
            self.flaw(FlawKind::Missing);
        }
        let conversation =
            self.optional(value, "conversation", |reader, list| reader.list(list, |reader, one| reader.text(one))).unwrap_or_default();
        let customer = self
            .optional(value, "customer", |reader, fields| {
                Some(reader.each_field(fields, |reader, one| {
                    let path = reader.member(one, "path", |reader, text| reader.text(text))?;
                    let only_if = reader.optional(one, "if", |reader, rule| reader.rule(rule)).unwrap_or_default();
                    Some(Pick { path, only_if })
                }))
            })
            .unwrap_or_default();
        let mut paths: Vec<String> = Vec::new();
        let mut note = |path: &String| {
            if !paths.contains(path) {
                paths.push(path.clone());
            }
        };
        rules.iter().for_each(|(_, rule)| rule.iter().for_each(|(path, _)| note(path)));
        conversation.iter().for_each(&mut note);
        for pick in customer.iter().flat_map(|(_, picks): &(Field, Vec<Pick>)| picks) {
            note(&pick.path);
            pick.only_if.iter().for_each(|(path, _)| note(path));
        }
        let json = if value.is_true("json") { Encoding::Text } else { Encoding::Object };
        Some(Messages { origins, json, rules, conversation, customer, paths })
    }

    fn rule(&mut self, value: &Value) -> Option<Rule> {
        if value.members().is_empty() {
            return self.wrong();
        }
        let mut rule = Vec::new();
        for (path, wanted) in value.members() {
            let texts = self.within(path, |reader| match wanted {
                Value::List(_) => reader.list(wanted, |reader, one| reader.text(one)),
                _ => reader.text(wanted).map(|text| vec![text]),
            });
            rule.push((path.clone(), texts?));
        }
        Some(rule)
    }

    // --- Small things ---

    fn text(&mut self, value: &Value) -> Option<String> {
        match value.text() {
            Some(text) if !text.trim().is_empty() && text.len() <= LONGEST => Some(text.to_owned()),
            _ => self.wrong(),
        }
    }

    fn list<T>(&mut self, value: &Value, mut each: impl FnMut(&mut Reader, &Value) -> Option<T>) -> Option<Vec<T>> {
        let entries = value.list().unwrap_or_default();
        if entries.is_empty() {
            return self.wrong();
        }
        let mut list = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            let length = self.path.len();
            self.path.push('[');
            self.path.push_str(&at.to_string());
            self.path.push(']');
            list.extend(each(self, entry));
            self.path.truncate(length);
        }
        Some(list)
    }

    fn member<T>(&mut self, value: &Value, name: &str, read: impl FnOnce(&mut Reader, &Value) -> Option<T>) -> Option<T> {
        self.within(name, |reader| match value.get(name) {
            Some(member) => read(reader, member),
            None => {
                reader.flaw(FlawKind::Missing);
                None
            }
        })
    }

    fn optional<T>(&mut self, value: &Value, name: &str, read: impl FnOnce(&mut Reader, &Value) -> Option<T>) -> Option<T> {
        let member = value.get(name)?;
        self.within(name, |reader| read(reader, member))
    }

    fn choice(&mut self, value: &Value, name: &str, known: &[&str]) {
        if value.text_of(name).is_some_and(|text| !known.contains(&text)) {
            self.within(name, |reader| reader.flaw(FlawKind::Unknown));
        }
    }

    fn within<T>(&mut self, name: &str, what: impl FnOnce(&mut Reader) -> T) -> T {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        let answer = what(self);
        self.path.truncate(length);
        answer
    }

    fn flaw(&mut self, kind: FlawKind) {
        self.flaws.push(Flaw { path: self.path.clone(), kind });
    }

    fn wrong<T>(&mut self) -> Option<T> {
        self.flaw(FlawKind::Wrong);
        None
    }
}

keep_enum!(WebRtc { 0 = Counts, 1 = Ignored });
keep_enum!(PhaseName { 0 = Ringing, 1 = Active, 2 = Hold, 3 = WrapUp, 4 = Ended });
