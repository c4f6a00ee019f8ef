//! The settings, on two pages: what is held and where calls are taken (options.html), and what is said, given and remembered (coaching.html). Lists as text
//! with complaints a line, choices, rows, access, and what IT has set; and what would become of an address. A page has those fields that its HTML has. Must never save what the agent may not change, and never wait for a button: it saves as one types.

use std::cell::{Cell, RefCell};

use gloo_timers::callback::Timeout;
use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, HtmlInputElement};

use super::api::{self, Answer};
use super::checkup;
use super::dom::{self, Shown};
use super::finder;
use super::kept;
use super::page::on_change;
use super::store;
use crate::config::{Complaint, Config, Duty, Hand, Mode, Notifications, Source, Verdict};
use crate::lists::{Entry, Origin};
use crate::object;
use crate::pattern::{Page, Side};
use crate::site::Address;
use crate::tool::has;
use crate::value::Value;

/// A pause in typing that long is saved.
const PAUSE_MILLIS: u32 = 300;

/// A field of the page: its part, its key, the member within the key, and what it holds.
struct Field(&'static str, &'static str, &'static str, Holds);

#[derive(PartialEq)]
enum Holds {
    Lines,
    Text,
    Number,
    /// A select, or radio buttons; the first counts without a value.
    Choice,
}

const FIELDS: [Field; 28] = [
    Field("tool-sites", "toolSites", "", Holds::Lines),
    Field("blocklist", "blocklist", "", Holds::Lines),
    Field("allowlist", "allowlist", "", Holds::Lines),
    Field("agent-name", "agent", "name", Holds::Text),
    Field("agent-line", "agent", "line", Holds::Text),
    Field("wrap-up", "wrapUpSeconds", "", Holds::Number),
    Field("max-call", "maxCallMinutes", "", Holds::Number),
    Field("let-minutes", "override", "minutes", Holds::Number),
    Field("let-most", "override", "perConversation", Holds::Number),
    Field("let-allowed", "override", "allowed", Holds::Choice),
    Field("let-reason", "override", "reason", Holds::Choice),
    Field("chats", "chats", "", Holds::Choice),
    Field("mode", "mode", "", Holds::Choice),
    Field("notifications", "notifications", "", Holds::Choice),
    Field("held-notifications", "heldNotifications", "", Holds::Choice),
    Field("phrase-language", "phrases", "language", Holds::Choice),
    Field("phrase-address", "phrases", "address", Holds::Choice),
    Field("phrase-packs", "phrases", "packs", Holds::Choice),
    Field("private-words", "privateWords", "", Holds::Lines),
    Field("programme-name", "programme", "name", Holds::Text),
    Field("programme-invitation", "programme", "invitation", Holds::Text),
    Field("programme-days", "programme", "everyDays", Holds::Number),
    Field("focus-plan", "focusPlan", "", Holds::Text),
    Field("hold-reminder", "holdReminderSeconds", "", Holds::Number),
    Field("memory", "memory", "", Holds::Choice),
    Field("memory-days", "memoryDays", "", Holds::Number),
    Field("insights", "insights", "", Holds::Choice),
    Field("insights-days", "insightsDays", "", Holds::Number),
];

/// Lists of objects, a row each: the part, the key, and the member within the key. A row has a field for each member, named by `data-member`.
const ROWS: [(&str, &str, &str); 4] = [
    ("place-rows", "placeNotes", ""),
    ("allowance-rows", "allowances", ""),
    ("extra-rows", "extras", ""),
    ("phrase-rows", "phrases", "own"),
];

/// What is shown of an entry of IT's, in this order.
const SAID: [&str; 8] = ["text", "what", "limit", "city", "region", "country", "postcode", "note"];

/// The fields that this page has.
fn fields() -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(|field| dom::part(field.0).is_some())
}

/// The lists of rows that it has.
fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    ROWS.into_iter().filter(|(part, ..)| dom::part(part).is_some())
}

/// Boxes to tick, by their values; and the key that has those as a list.
const BOXES: [(&str, &str); 2] = [("tool-on", "tools"), ("preset-on", "presets")];

/// What has a place of its own for complaints.
const COMPLAINTS: [(&str, &str); 16] = [
    ("tool-sites", "toolSites"),
    ("blocklist", "blocklist"),
    ("allowlist", "allowlist"),
    ("wrap-up", "wrapUpSeconds"),
    ("max-call", "maxCallMinutes"),
    ("override", "override"),
    ("adapters", "adapters"),
    ("phrases", "phrases"),
    ("place-notes", "placeNotes"),
    ("private-words", "privateWords"),
    ("allowances", "allowances"),
    ("extras", "extras"),
    ("programme", "programme"),
    ("hold-reminder", "holdReminderSeconds"),
    ("memory-days", "memoryDays"),
    ("insights-days", "insightsDays"),
];

thread_local! {
    /// How often access was drawn, so that an older drawing that takes longer does not come last.
    static DRAWN: Cell<u32> = const { Cell::new(0) };
    static SAVING: RefCell<Option<Timeout>> = const { RefCell::new(None) };
    /// As drawn last, for what is asked while one types.
    static CONFIG: RefCell<Option<Config>> = const { RefCell::new(None) };
    /// What each row was made of, by its part: members that the page has no field for stay.
    static ORIGINALS: RefCell<Vec<(&'static str, Vec<Value>)>> = const { RefCell::new(Vec::new()) };
    /// Before the last change, and which key that was about: what is typed into one field is one change.
    static BEFORE: RefCell<Option<(String, Value)>> = const { RefCell::new(None) };
}

/// Mounts the page; the promise settles when it is drawn.
#[wasm_bindgen]
pub fn mount_options() -> Promise {
    api::promise(Box::pin(mount()))
}

async fn mount() -> Answer<()> {
    let raw = store::load_raw().await;
    fill_tools(&Config::wanted_tools(&raw.settings, &raw.policy)).await;
    fill_presets().await;
    finder::mount().await;
    fill(&raw.settings);
    draw(&raw).await;
    for part in FIELDS.iter().map(|field| field.0).chain(["tools", "presets", "adapters"]).chain(ROWS.iter().map(|(part, ..)| *part)) {
        dom::on(part, "input", |_| changed());
    }
    dom::on_page("click", clicked);
    kept::mount().await;
    dom::on("tool-filter", "input", |_| filter_tools());
    dom::on("would", "input", |_| draw_would());
    dom::on("grant", "click", |_| grant());
    dom::on("practise", "click", |_| practise());
    dom::on("change-keys", "click", |_| change_keys());
    dom::on("undo", "click", |_| api::spawn(undo()));
    dom::on("reset", "click", |_| api::spawn(reset()));
    for event in ["permissions.onAdded", "permissions.onRemoved"] {
        let redraw = |_| api::spawn(redraw());
        if let Err(error) = api::listen_forever(event, Box::new(redraw)) {
            store::log(&error);
        }
    }
    on_change("storage.local.onChanged", "policy", || api::spawn(redraw()));
    on_change("storage.local.onChanged", "settings", || api::spawn(follow()));
    // What changed while this page was being drawn.
    follow().await;
    Ok(())
}

/// A conversation with nobody, that the agent may see what one is like. The sidebar is asked for in the turn of the click: Firefox takes that from this page
/// alone, Chrome from the background, too.
fn practise() {
    if api::has("sidebarAction.open") {
        drop(api::begin("sidebarAction.open", vec![]));
    }
    let customer = object! { "name" => api::text("practice_name"), "place" => object! { "city" => "Lisbon", "country" => "Portugal" } };
    let message = object! { "body" => object! { "practise" => customer }, "gesture" => "fresh" };
    drop(api::begin("runtime.sendMessage", vec![message]));
    dom::show("practising", Shown::Yes);
}

/// Where the browser lets one choose the keys: Firefox has a call for it, in Chrome and its kin it is a page, which opens in a tab.
fn change_keys() {
    drop(if api::has("commands.openShortcutSettings") {
        api::begin("commands.openShortcutSettings", vec![])
    } else {
        api::begin("tabs.create", vec![object! { "url" => "chrome://extensions/shortcuts" }])
    });
}

/// Another page of ours changed the settings: what stood in the fields would be saved over it with the next key. What is being typed is not taken away.
async fn follow() {
    let raw = store::load_raw().await;
    // Not what this page itself saved: to fill a field moves the cursor.
    let told = fields().all(|field| field.says(&raw.settings))
        && rows().all(|(part, key, member)| rows_of(part) == entries_of(&raw.settings, key, member))
        && (dom::part("adapters").is_none() || value("adapters") == adapters_of(&raw.settings));
    if SAVING.with_borrow(Option::is_none) && !told {
        fill(&raw.settings);
        draw(&raw).await;
    }
}

async fn redraw() {
    draw(&store::load_raw().await).await;
}

/// Puts the agent's own settings into the fields.
fn fill(settings: &Value) {
    for field in fields() {
        field.put(settings.get(field.1));
    }
    for (part, key, member) in rows() {
        put_rows(part, &entries_of(settings, key, member));
    }
    let adapters = adapters_of(settings);
    // Closed for those who have none: it takes a look into a page's HTML to write one.
    if !adapters.is_empty() {
        open_own_tools();
    }
    set_value("adapters", &adapters);
}

impl Field {
    /// Its own part of its key's value.
    fn of<'a>(&self, value: Option<&'a Value>) -> Option<&'a Value> {
        value.and_then(|value| if self.2.is_empty() { Some(value) } else { value.get(self.2) })
    }

    fn put(&self, value: Option<&Value>) {
        let Field(part, _, _, holds) = self;
        let text = match self.of(value) {
            Some(Value::Text(text)) => text.clone(),
            Some(Value::List(entries)) => lines_of(entries),
            Some(Value::Number(number)) => (*number as i64).to_string(),
            _ => String::new(),
        };
        if *holds == Holds::Choice { choose(part, &text) } else { set_value(part, &text) }
    }

    /// Whether the settings have a word that this choice has not.
    fn is_strange(&self, settings: &Value) -> bool {
        let Field(part, key, _, holds) = self;
        let is_known = |word: &str| options_of(part).0.iter().any(|option| text_of(option) == word);
        *holds == Holds::Choice && self.of(settings.get(key)).and_then(Value::text).is_some_and(|word| !word.is_empty() && !is_known(word))
    }

    /// Whether it says what the settings do; an empty list is as good as none.
    fn says(&self, settings: &Value) -> bool {
        let is_empty = |value: &Value| value.list().is_some_and(<[Value]>::is_empty) || value.text().is_some_and(str::is_empty);
        let (kept, now) = (self.of(settings.get(self.1)).cloned().unwrap_or_default(), self.value());
        kept == now || (kept == Value::Null && is_empty(&now))
    }

    /// Nothing where the field says no more than the key's absence.
    fn value(&self) -> Value {
        match self.3 {
            // Kept as lines, as they were written: comments and bad lines included, so that nothing typed is lost.
            Holds::Lines => Value::List(value(self.0).lines().map(|line| Value::Text(line.to_owned())).collect()),
            Holds::Text => value(self.0).into(),
            Holds::Number => {
                let text = value(self.0);
                match (text.trim(), text.trim().parse::<i32>()) {
                    ("", _) => Value::Null,
                    (_, Ok(number)) => Value::Number(f64::from(number)),
                    (text, Err(_)) => text.into(),
                }
            }
            Holds::Choice => chosen(self.0).map(Value::Text).unwrap_or_default(),
        }
    }
}

/// The options of a select, or its radio buttons; and how each is said to be the one.
fn options_of(part: &str) -> (Vec<HtmlElement>, &'static str) {
    let elements = dom::parts(part);
    match elements.as_slice() {
        [select] => (dom::children(select), "selected"),
        _ => (elements, "checked"),
    }
}

fn choose(part: &str, word: &str) {
    let (options, flag) = options_of(part);
    let at = options.iter().position(|option| text_of(option) == word).unwrap_or(0);
    if let Some(option) = options.get(at) {
        let _ = Reflect::set(option, &flag.into(), &true.into());
    }
}

/// The word, unless it is the first.
fn chosen(part: &str) -> Option<String> {
    let (options, flag) = options_of(part);
    let is_it = |option: &&HtmlElement| Reflect::get(option, &flag.into()).is_ok_and(|is| is.is_truthy());
    options.iter().skip(1).find(is_it).map(text_of)
}

/// The list of tools that come with us: those that are on, then the others, each in the order of their ids. An adapter of one's own is named where
/// it is written.
async fn fill_tools(on: &[String]) {
    let tools = match api::load("data/tools.json").await {
        Ok(tools) => api::from_js(&tools),
        Err(error) => return store::log(&error),
    };
    let (mut rows, others): (Vec<_>, Vec<_>) = tools.members().iter().partition(|(id, _)| on.contains(id));
    rows.extend(others);
    let row = |(id, tool): &&(String, Value)| {
        let word = |kind: &str, name: &str| api::text(&format!("tool_{kind}_{}", name.replace('-', "_")));
        let mut about = word("category", tool.text_of("category").unwrap_or_default());
        let limits = tool.get("limits").map(Value::texts).unwrap_or_default();
        let confidence = word("confidence", tool.text_of("confidence").unwrap_or_default());
        for part in std::iter::once(confidence).chain(limits.iter().map(|limit| word("limit", limit))) {
            about.push_str(" · ");
            about.push_str(&part);
        }
        let name = tool.text_of("name").unwrap_or_default();
        let kind = object! { "data-kind" => tool.text_of("category").unwrap_or_default() };
        object! { "tool-icon" => kind, "tool-name" => name, "tool-about" => about, "tool-on" => object! { "value" => id.as_str() } }
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    dom::fill("tools", &rows);
}

/// Their ids alone: what is in them is for the core.
async fn fill_presets() {
    let presets = match api::load("data/presets.json").await {
        Ok(presets) => Object::keys::<Object>(presets.unchecked_ref()),
        Err(error) => return store::log(&error),
    };
    let ids = presets.iter().filter_map(|id| id.as_string());
    let row = |id: String| object! { "preset-name" => preset_name(&id), "preset-on" => object! { "value" => id } };
    let rows: Vec<Value> = ids.map(row).collect();
    dom::fill("presets", &rows);
}

fn preset_name(id: &str) -> String {
    let mut key = String::from("preset_");
    key.push_str(id);
    api::text(&key)
}

fn filter_tools() {
    let wanted = value("tool-filter").trim().to_ascii_lowercase();
    let mut found = false;
    for row in dom::parts("tool-row") {
        let fits = has(&row.text_content().unwrap_or_default().to_ascii_lowercase(), &wanted);
        found |= fits;
        row.set_hidden(!fits);
    }
    dom::show("tools-none", Shown::when(!found));
}

fn boxes(part: &str) -> Vec<HtmlInputElement> {
    dom::parts(part).into_iter().filter_map(|element| element.dyn_into().ok()).collect()
}

fn named(values: &Value, key: &str) -> Vec<String> {
    values.get(key).map(Value::texts).unwrap_or_default()
}

/// What IT has turned on is on, and not the agent's to turn off.
fn draw_boxes(raw: &store::Raw, config: &Config) {
    for (part, key) in BOXES {
        let (mine, theirs) = (named(&raw.settings, key), named(&raw.policy, key));
        let closed = is_closed(config, key);
        for one in boxes(part) {
            let id = one.value();
            one.set_checked(theirs.contains(&id) || (!closed && mine.contains(&id)));
            one.set_disabled(closed || theirs.contains(&id));
        }
    }
}

fn is_closed(config: &Config, key: &str) -> bool {
    config.fixed.iter().any(|fixed| fixed.key == key && fixed.hand == Hand::Closed)
}

/// As the agent typed them, or as JSON where something else wrote them.
fn adapters_of(settings: &Value) -> String {
    match settings.get("adapters") {
        Some(Value::List(entries)) => match entries.as_slice() {
            [] => String::new(),
            [Value::Text(text)] => text.clone(),
            _ => {
                let json =
                    js_sys::JSON::stringify_with_replacer_and_space(&api::to_js(&Value::List(entries.clone())), &JsValue::NULL, &2.into());
                json.ok().and_then(|json| json.as_string()).unwrap_or_default()
            }
        },
        _ => String::new(),
    }
}

fn lines_of(entries: &[Value]) -> String {
    let mut lines = String::new();
    for entry in entries.iter().filter_map(Value::text) {
        lines.push_str(entry);
        lines.push('\n');
    }
    lines
}

/// Complaints, access and IT's word; the fields themselves are left to the agent.
async fn draw(raw: &store::Raw) {
    let config = store::compile(raw).await;
    // What was not complained of before must be seen; else it stays as the agent left it.
    if config.complaints.iter().any(|one| one.key == "adapters") && dom::part("adapters-complaints").is_some_and(|list| list.hidden()) {
        open_own_tools();
    }
    for (part, key) in COMPLAINTS {
        draw_complaints(part, key, &config);
    }
    draw_complaints("other", "", &config);
    dom::show("the-others", Shown::when(raw.duty == Duty::TheOthers));
    draw_policy(&raw.settings, &config);
    finder::draw_set(&config);
    draw_boxes(raw, &config);
    let access = wanted(&config);
    checkup::draw(&config).await;
    CONFIG.set(Some(config));
    draw_would();
    draw_access(access).await;
}

/// What would become of the address that was typed, and which line says so; its title is not known.
fn draw_would() {
    let typed = value("would");
    let mut url = typed.trim().to_owned();
    if !has(&url, "://") {
        url.insert_str(0, "https://");
    }
    let list = |entry: &Entry| match &entry.origin {
        Origin::Agent => api::text("list_mine"),
        Origin::Policy => api::text("list_policy"),
        Origin::Preset(id) => api::text_with("list_preset", &[&preset_name(id)]),
    };
    let answer = CONFIG.with_borrow(|config| {
        let verdict = config.as_ref()?.verdict(Page { url: &url, title: "" });
        Some(match verdict {
            _ if typed.trim().is_empty() => String::new(),
            _ if typed.split_whitespace().nth(1).is_some() => api::text("would_no_address"),
            Verdict::Listed(entry) => api::text_with("would_listed", &[&entry.text, &list(entry)]),
            Verdict::Excepted(entry) => api::text_with("would_excepted", &[&entry.text, &list(entry)]),
            Verdict::Tool => api::text("would_tool"),
            Verdict::Rest => api::text("would_rest"),
            Verdict::Nothing if Address::parse(&url).is_none() => api::text("would_no_address"),
            Verdict::Nothing => api::text("would_nothing"),
        })
    });
    dom::set_text("would-answer", &answer.unwrap_or_default());
}

fn changed() {
    dom::set_text("saved", "");
    SAVING.set(Some(Timeout::new(PAUSE_MILLIS, || api::spawn(save()))));
}

async fn save() {
    SAVING.set(None);
    let raw = store::load_raw().await;
    let config = store::compile(&raw).await;
    let mine = |key: &str| !is_closed(&config, key);
    let mut settings = Value::Object(raw.settings.members().to_vec());
    for field in fields().filter(|field| mine(field.1)) {
        match field.value() {
            // A later version's word, as it may have written it, or a slip of the pen: it has its complaint, and stays until another is chosen.
            Value::Null if field.is_strange(&raw.settings) => {}
            Value::Null => settings.remove(field.1, field.2),
            value => settings.set(field.1, field.2, value),
        }
    }
    for (part, key, member) in rows().filter(|(_, key, _)| mine(key)) {
        match rows_of(part) {
            rows if rows.is_empty() => settings.remove(key, member),
            rows => settings.set(key, member, rows.into()),
        }
    }
    let adapters = value("adapters");
    if dom::part("adapters").is_some() && mine("adapters") && adapters != adapters_of(&raw.settings) {
        settings.set("adapters", "", if adapters.trim().is_empty() { Value::List(Vec::new()) } else { Value::List(vec![adapters.into()]) });
    }
    for (part, key) in BOXES.into_iter().filter(|(_, key)| mine(key)) {
        // Those that this version has no box for stay: another one may know them.
        let boxes = boxes(part);
        let theirs = named(&raw.policy, key);
        let mut ids = named(&raw.settings, key);
        ids.retain(|id| theirs.contains(id) || !boxes.iter().any(|one| one.value() == *id));
        ids.extend(boxes.iter().filter(|one| one.checked() && !one.disabled()).map(HtmlInputElement::value));
        settings.set(key, "", ids.into());
    }
    // Several in one go (a browser that fills a form) count as the first of them.
    let all = FIELDS.iter().map(|field| field.1).chain(["tools", "presets", "adapters"]).chain(ROWS.iter().map(|(_, key, _)| *key));
    let about = { all }.find(|key| raw.settings.get(key) != settings.get(key));
    let same = BEFORE.with_borrow(|before| before.as_ref().map(|(key, _)| key.as_str()) == about);
    if let (Some(about), false) = (about, same) {
        BEFORE.set(Some((about.to_owned(), raw.settings)));
    }
    keep(settings, raw.policy).await;
}

/// One step back: to what was before the last change.
async fn undo() {
    if let Some((_, before)) = BEFORE.take() {
        // What is being typed is part of what is taken back.
        SAVING.set(None);
        fill(&before);
        if let Some(button) = dom::part("saved") {
            let _ = button.focus();
        }
        keep(before, store::load_raw().await.policy).await;
    }
}

/// The settings as they came, which one step back undoes. What is kept of customers and days is not among them.
async fn reset() {
    let raw = store::load_raw().await;
    if raw.settings.members().is_empty() {
        return dom::set_text("saved", &api::text("reset_nothing"));
    }
    SAVING.set(None);
    BEFORE.set(Some((String::new(), raw.settings)));
    let none = object! {};
    fill(&none);
    keep(none, raw.policy).await;
    if SAVING.with_borrow(Option::is_none) {
        dom::set_text("saved", &api::text("reset_done"));
    }
}

async fn keep(settings: Value, policy: Value) {
    let saved = store::save_settings(settings.clone()).await;
    let raw = store::Raw { settings, policy, ..store::load_raw().await };
    draw(&raw).await;
    let partly = |config: &Option<Config>| config.as_ref().is_some_and(|one| one.complaints.iter().any(|one| one.source == Source::Agent));
    let word = match (saved, CONFIG.with_borrow(partly)) {
        (Err(_), _) => "not_saved",
        (Ok(()), true) => "saved_partly",
        (Ok(()), false) => "saved",
    };
    dom::show("undo", Shown::when(BEFORE.with_borrow(Option::is_some)));
    // Not if there is newer typing, whose own word comes next.
    if SAVING.with_borrow(Option::is_none) {
        dom::set_text("saved", &api::text(word));
    }
}

fn draw_complaints(part: &str, key: &str, config: &Config) {
    let has_field = |one: &Complaint| COMPLAINTS.iter().any(|(_, key)| one.key == *key);
    let wanted = |one: &&Complaint| if key.is_empty() { !has_field(one) } else { one.key == key };
    let complaints: Vec<&Complaint> = config.complaints.iter().filter(wanted).collect();
    let list = format!("{part}-complaints");
    let row = |complaint: &&Complaint| {
        let place = match (complaint.source, complaint.entry) {
            (Source::Policy, _) if !key.is_empty() => api::text("policy"),
            (Source::Agent, entry) if key == "adapters" => api::text_with("complaint_tool", &[&entry.to_string()]),
            (Source::Agent, line) if line > 0 && !key.is_empty() => api::text_with("complaint_line", &[&line.to_string()]),
            _ => api::text_with("complaint_setting", &[&complaint.key]),
        };
        let sentence = api::text_with(&format!("complaint_{}", complaint.reason.name()), &[&complaint.text]);
        object! { "complaint-line" => place, "complaint-text" => sentence }
    };
    let rows: Vec<Value> = complaints.iter().map(row).collect();
    dom::fill(&list, &rows);
    for field in dom::parts(part) {
        let invalid = complaints.iter().any(|one| one.source == Source::Agent);
        let _ = field.set_attribute("aria-invalid", if invalid { "true" } else { "false" });
    }
}

fn open_own_tools() {
    if let Some(details) = dom::part("own-tools") {
        let _ = details.set_attribute("open", "");
    }
}

fn draw_policy(settings: &Value, config: &Config) {
    let fixed = |key: &str| config.fixed.iter().find(|fixed| fixed.key == key);
    for note in dom::parts("policy") {
        note.set_hidden(fixed(&note.get_attribute("data-key").unwrap_or_default()).is_none());
    }
    for field in fields() {
        let closed = is_closed(config, field.1);
        // Read-only and not disabled where that can be: it can still be reached, read and copied.
        let attribute = if field.3 == Holds::Choice { "disabled" } else { "readonly" };
        if dom::flag(field.0, attribute, closed) && !closed {
            field.put(settings.get(field.1));
        }
        if closed {
            // Locked without a value of IT's: the default counts, and what the agent once wrote is kept but not shown as if it did.
            field.put(fixed(field.1).map(|fixed| &fixed.value).filter(|_| field.3 != Holds::Lines));
        }
        if field.3 == Holds::Lines {
            let theirs: Vec<Value> =
                fixed(field.1).map(|fixed| fixed.value.texts()).unwrap_or_default().into_iter().map(Value::Text).collect();
            dom::fill(&joined("policy-", field.0), &theirs);
        }
    }
    for (part, key, member) in rows() {
        let closed = is_closed(config, key);
        for field in dom::parts(part).iter().flat_map(dom::children) {
            let _ = Reflect::set(&field, &"disabled".into(), &closed.into());
        }
        dom::show(&joined("add-", part), Shown::when(!closed));
        let mut entries = Vec::new();
        for entry in fixed(key).map(|fixed| entries_in(&fixed.value, member)).unwrap_or_default() {
            let mut line = String::new();
            // Chromium gives members back by the alphabet.
            for text in SAID.iter().filter_map(|member| entry.text_of(member)) {
                if !line.is_empty() {
                    line.push_str(" · ");
                }
                line.push_str(text);
            }
            entries.push(Value::Text(line));
        }
        dom::fill(&joined("policy-", part), &entries);
    }
    let closed = is_closed(config, "adapters");
    if dom::flag("adapters", "readonly", closed) {
        set_value("adapters", &if closed { String::new() } else { adapters_of(settings) });
    }
}

fn entries_of(settings: &Value, key: &str, member: &str) -> Vec<Value> {
    settings.get(key).map(|value| entries_in(value, member)).unwrap_or_default()
}

fn entries_in(value: &Value, member: &str) -> Vec<Value> {
    let list = if member.is_empty() { Some(value) } else { value.get(member) };
    list.and_then(Value::list).unwrap_or_default().to_vec()
}

/// One row an entry.
fn put_rows(part: &'static str, entries: &[Value]) {
    dom::fill(part, &entries.iter().map(|_| object! {}).collect::<Vec<_>>());
    for (row, entry) in rows_in(part).iter().zip(entries) {
        for field in dom::children(row) {
            let Some(member) = field.get_attribute("data-member") else { continue };
            let text = match entry.get(&member).or(entry.get(&joined(&member, "s"))) {
                Some(Value::List(list)) => list.first().and_then(Value::text).unwrap_or_default().to_owned(),
                Some(value) => value.text().unwrap_or_default().to_owned(),
                None => String::new(),
            };
            let _ = Reflect::set(&field, &"value".into(), &text.into());
        }
    }
    ORIGINALS.with_borrow_mut(|all| {
        all.retain(|(one, _)| *one != part);
        all.push((part, entries.to_vec()));
    });
}

/// The entries as they stand in the rows; a row in which nothing is written is none.
fn rows_of(part: &str) -> Vec<Value> {
    let originals =
        ORIGINALS.with_borrow(|all| all.iter().find(|(one, _)| *one == part).map(|(_, entries)| entries.clone())).unwrap_or_default();
    let mut entries = Vec::new();
    for (at, row) in rows_in(part).iter().enumerate() {
        // By where it stood: a row that was taken away is hidden, not gone, so that the others keep their places.
        let mut entry = originals.get(at).cloned().unwrap_or_else(|| object! {});
        let mut written = false;
        for field in dom::children(row) {
            let Some(member) = field.get_attribute("data-member") else { continue };
            let text = text_of(&field);
            // A choice alone is nothing written.
            written |= !text.trim().is_empty() && field.tag_name() != "SELECT";
            let lists = joined(&member, "s");
            let first = entry.get(&lists).and_then(Value::list).and_then(|list| list.first()).and_then(Value::text).map(str::to_owned);
            match (first, text.is_empty()) {
                (Some(first), _) if first == text => {}
                (Some(_), _) => entry.set(&lists, "", vec![text.as_str()].into()),
                (None, true) => entry.remove(&member, ""),
                (None, false) => entry.set(&member, "", text.into()),
            }
        }
        if written && !row.hidden() {
            entries.push(entry);
        }
    }
    entries
}

fn rows_in(part: &str) -> Vec<HtmlElement> {
    dom::parts(part).iter().flat_map(dom::children).filter(|element| element.get_attribute("data-part").as_deref() == Some("row")).collect()
}

/// A row more, or one less.
fn clicked(event: &web_sys::Event) {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(button) = target.and_then(|target| target.closest("button").ok().flatten()) else { return };
    match button.get_attribute("data-part").as_deref() {
        Some("tool-test") => checkup::clicked(&button),
        Some("remove-row") => {
            if let Some(row) = button.closest("[data-part=row]").ok().flatten().and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
                row.set_hidden(true);
                changed();
            }
        }
        Some(part) => {
            let list = part.strip_prefix("add-").and_then(|list| ROWS.into_iter().find(|(one, ..)| *one == list));
            let Some((list, element)) = list.and_then(|(list, ..)| Some((list, dom::part(list)?))) else { return };
            dom::append(&element);
            let added = rows_in(list).pop().map(|row| dom::children(&row)).unwrap_or_default();
            if let Some(field) = added.iter().find(|field| field.has_attribute("data-member")) {
                let _ = field.focus();
            }
        }
        None => {}
    }
}

fn joined(one: &str, other: &str) -> String {
    let mut joined = one.to_owned();
    joined.push_str(other);
    joined
}

/// A site that something is wanted of, and the patterns to ask for.
struct Wanted {
    name: String,
    origins: Vec<String>,
    /// For an address of one's own where calls are taken: what its button asks with.
    test: Option<Value>,
}

fn wanted(config: &Config) -> Vec<Wanted> {
    let tools = config.all_tool_sites().enumerate().map(|(at, site)| {
        // Those come first; a listed tool has its button in the list.
        let test = config.tool_sites.get(at).map(|site| checkup::attributes("", std::iter::once(site)));
        Wanted { name: site.origin_pattern(), origins: vec![site.origin_pattern()], test }
    });
    let mut held: Vec<Wanted> = Vec::new();
    for entry in config.lists.entries().iter().filter(|entry| entry.pattern.side == Side::Hold) {
        let origins = entry.pattern.origin_patterns();
        match &entry.origin {
            // One row for all of a preset.
            Origin::Preset(id) => {
                let name = preset_name(id);
                match held.iter_mut().find(|one| one.name == name) {
                    Some(one) => one.origins.extend(origins),
                    None => held.push(Wanted { name, origins, test: None }),
                }
            }
            Origin::Agent | Origin::Policy => {
                let name = entry.pattern.host().unwrap_or(&entry.text).to_owned();
                held.push(Wanted { name, origins, test: None });
            }
        }
    }
    // Whatever is not listed is held as well.
    if config.mode == Mode::EverythingBut || config.notifications == Notifications::AllSites {
        held.push(Wanted { name: api::text("access_everything"), origins: vec!["*://*/*".to_owned()], test: None });
    }
    let mut all: Vec<Wanted> = Vec::new();
    for one in tools.chain(held) {
        if !all.iter().any(|other| other.origins == one.origins) {
            all.push(one);
        }
    }
    all
}

/// What the button asks for is kept on it: known before the click, because nothing may be awaited in its turn. A pattern has no spaces.
const ORIGINS: &str = "data-origins";

async fn draw_access(wanted: Vec<Wanted>) {
    let mine = DRAWN.get().wrapping_add(1);
    DRAWN.set(mine);
    // All asked before the first is waited for: one by one, two thousand sites took 1.5 s.
    let asked: Vec<_> = wanted.iter().map(|site| api::has_access(&site.origins)).collect();
    let mut rows = Vec::new();
    let mut missing = String::new();
    for (site, asked) in wanted.iter().zip(asked) {
        let granted = asked.await == Ok(Value::Truth(true));
        if !granted {
            for origin in &site.origins {
                missing.push_str(origin);
                missing.push(' ');
            }
        }
        rows.push((site, granted));
    }
    // The lists have changed meanwhile: what is drawn last is what holds.
    if DRAWN.get() != mine {
        return;
    }
    dom::show("access-none", Shown::when(rows.is_empty()));
    dom::show("access-help", Shown::when(!rows.is_empty()));
    dom::show("grant", Shown::when(!missing.is_empty()));
    if let Some(button) = dom::part("grant") {
        let _ = button.set_attribute(ORIGINS, &missing);
    }
    let row = |(site, granted): &(&Wanted, bool)| {
        let state = if *granted { "granted" } else { "missing" };
        let word = api::text(if *granted { "access_granted" } else { "access_missing" });
        let mut row = object! { "access-row" => object! { "data-state" => state }, "host" => site.name.as_str(), "state" => word };
        if let Some(test) = &site.test {
            row.set("tool-test", "", test.clone());
        }
        row
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    dom::fill("access", &rows);
}

fn grant() {
    let missing = dom::part("grant").and_then(|button| button.get_attribute(ORIGINS)).unwrap_or_default();
    let asked = api::request_access(missing.split_whitespace().map(str::to_owned).collect());
    api::spawn(async move {
        let granted = match asked {
            Ok(promise) => api::settle(promise).await.ok().and_then(|granted| granted.as_bool()).unwrap_or(false),
            Err(_) => false,
        };
        dom::set_text("saved", &if granted { String::new() } else { api::text("access_refused") });
        draw(&store::load_raw().await).await;
    });
}

fn value(part: &str) -> String {
    dom::part(part).map(|element| text_of(&element)).unwrap_or_default()
}

/// What a field, an option or a box has as its value.
fn text_of(element: &HtmlElement) -> String {
    Reflect::get(element, &"value".into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
}

fn set_value(part: &str, text: &str) {
    // Untouched where it is the same: the caret stays where it is.
    if let Some(element) = dom::part(part).filter(|element| text_of(element) != text) {
        let _ = Reflect::set(&element, &"value".into(), &text.into());
    }
}
