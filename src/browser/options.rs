//! The options page: two lists as text with complaints a line, access, name and line, time after the call, and what IT has set.
//! Must never save what the agent may not change, and never wait for a button: it saves as one types.

use std::cell::{Cell, RefCell};

use gloo_timers::callback::Timeout;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement};

use super::api::{self, Answer};
use super::dom::{self, Shown};
use super::sidebar::on_change;
use super::store;
use crate::config::{Chats, Complaint, Config, Hand, Mode, Reason, Source};
use crate::lists::Origin;
use crate::pattern::Side;
use crate::tool::has;
use crate::value::Value;

/// A pause in typing that long is saved.
const PAUSE_MILLIS: u32 = 300;

/// The fields that are texts or numbers of their own: part, key, and the member within the key.
const LISTS: [(&str, &str); 2] = [("tool-sites", "toolSites"), ("blocklist", "blocklist")];

/// The fields that have a place for complaints.
const FIELDS: [(&str, &str); 4] =
    [("tool-sites", "toolSites"), ("blocklist", "blocklist"), ("wrap-up", "wrapUpSeconds"), ("adapters", "adapters")];

thread_local! {
    /// How often access was drawn, so that an older drawing that takes longer does not come last.
    static DRAWN: Cell<u32> = const { Cell::new(0) };
    static SAVING: RefCell<Option<Timeout>> = const { RefCell::new(None) };
}

/// Mounts the page; the promise settles when it is drawn.
#[wasm_bindgen]
pub fn mount_options() -> Promise {
    api::promise(Box::pin(mount()))
}

async fn mount() -> Answer<()> {
    let raw = store::load_raw().await;
    fill_tools(&Config::wanted_tools(&raw.settings, &raw.policy)).await;
    fill(&raw.settings);
    draw(&raw).await;
    for part in ["tool-sites", "blocklist", "agent-name", "agent-line", "wrap-up", "tools", "chats", "adapters"] {
        dom::on(part, "input", |_| changed());
    }
    dom::on("tool-filter", "input", |_| filter_tools());
    dom::on("grant", "click", |_| grant());
    for event in ["permissions.onAdded", "permissions.onRemoved"] {
        let redraw = |_| api::spawn(async { draw(&store::load_raw().await).await });
        if let Err(error) = api::listen_forever(event, Box::new(redraw)) {
            store::log(&error);
        }
    }
    on_change("storage.local.onChanged", "policy", || api::spawn(async { draw(&store::load_raw().await).await }));
    Ok(())
}

/// Puts the agent's own settings into the fields.
fn fill(settings: &Value) {
    for (part, key) in LISTS {
        let lines = match settings.get(key) {
            Some(Value::Text(text)) => text.clone(),
            Some(Value::List(entries)) => lines_of(entries),
            _ => String::new(),
        };
        set_value(part, &lines);
    }
    let adapters = adapters_of(settings);
    // Closed for those who have none: it takes a look into a page's HTML to write one.
    if !adapters.is_empty() {
        open_own_tools();
    }
    set_value("adapters", &adapters);
    let agent = settings.get("agent");
    let agent_text = |name| agent.and_then(|agent| agent.text_of(name)).unwrap_or_default();
    set_value("agent-name", agent_text("name"));
    set_value("agent-line", agent_text("line"));
    if let Some(Value::Number(seconds)) = settings.get("wrapUpSeconds") {
        set_value("wrap-up", &(*seconds as i64).to_string());
    }
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
    dom::fill_list("tools", "tool", &rows, |copy, (id, tool)| {
        let word = |kind: &str, name: &str| api::text(&format!("tool_{kind}_{}", name.replace('-', "_")));
        let mut about = word("category", tool.text_of("category").unwrap_or_default());
        let limits = tool.get("limits").map(Value::texts).unwrap_or_default();
        let confidence = word("confidence", tool.text_of("confidence").unwrap_or_default());
        for part in std::iter::once(confidence).chain(limits.iter().map(|limit| word("limit", limit))) {
            about.push_str(" · ");
            about.push_str(&part);
        }
        dom::parts_in(copy, "tool-name").iter().for_each(|element| dom::set_text_of(element, tool.text_of("name").unwrap_or_default()));
        dom::parts_in(copy, "tool-about").iter().for_each(|element| dom::set_text_of(element, &about));
        dom::parts_in(copy, "tool-on").iter().for_each(|element| drop(element.set_attribute("value", id)));
    });
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

fn tool_boxes() -> Vec<HtmlInputElement> {
    dom::parts("tool-on").into_iter().filter_map(|element| element.dyn_into().ok()).collect()
}

/// What IT has turned on is on, and not the agent's to turn off.
fn draw_tools(raw: &store::Raw, config: &Config) {
    let named = |values: &Value| values.get("tools").map(Value::texts).unwrap_or_default();
    let (mine, theirs) = (named(&raw.settings), named(&raw.policy));
    let closed = config.fixed.iter().any(|fixed| fixed.key == "tools" && fixed.hand == Hand::Closed);
    for one in tool_boxes() {
        let id = one.value();
        one.set_checked(theirs.contains(&id) || (!closed && mine.contains(&id)));
        one.set_disabled(closed || theirs.contains(&id));
    }
    let word = match config.chats {
        Chats::Hold => "hold",
        Chats::Show => "show",
        Chats::Ignore => "ignore",
    };
    if let Some(select) = dom::part("chats") {
        let _ = js_sys::Reflect::set(&select, &"value".into(), &word.into());
        let fixed = config.fixed.iter().any(|fixed| fixed.key == "chats" && fixed.hand == Hand::Closed);
        let _ = js_sys::Reflect::set(&select, &"disabled".into(), &fixed.into());
    }
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
    for (part, key) in FIELDS {
        draw_complaints(part, key, &config);
    }
    draw_complaints("other", "", &config);
    if draw_policy(&config) == Freed::Yes {
        fill(&raw.settings);
    }
    draw_tools(raw, &config);
    draw_access(&config).await;
}

fn changed() {
    dom::set_text("saved", "");
    SAVING.set(Some(Timeout::new(PAUSE_MILLIS, || api::spawn(save()))));
}

async fn save() {
    SAVING.set(None);
    let raw = store::load_raw().await;
    let closed: Vec<&str> =
        store::compile(&raw).await.fixed.iter().filter(|fixed| fixed.hand == Hand::Closed).map(|fixed| fixed.key).collect();
    let mut members: Vec<(String, Value)> = raw.settings.members().to_vec();
    let mut put = |key: &str, value: Value| {
        if closed.contains(&key) {
            return;
        }
        members.retain(|(name, _)| name != key);
        if value != Value::Null {
            members.push((key.to_owned(), value));
        }
    };
    for (part, key) in LISTS {
        // Kept as lines, as they were written: comments and bad lines included, so that nothing typed is lost.
        put(key, Value::List(value(part).lines().map(|line| Value::Text(line.to_owned())).collect()));
    }
    let adapters = value("adapters");
    if adapters != adapters_of(&raw.settings) {
        put("adapters", if adapters.trim().is_empty() { Value::Null } else { Value::List(vec![Value::Text(adapters)]) });
    }
    // Those that this version has no box for stay: another one may know them.
    let boxes = tool_boxes();
    let theirs = raw.policy.get("tools").map(Value::texts).unwrap_or_default();
    let known = |id: &String| boxes.iter().any(|one| one.value() == *id);
    let mut tools = raw.settings.get("tools").map(Value::texts).unwrap_or_default();
    tools.retain(|id| !known(id) || theirs.contains(id));
    tools.extend(boxes.iter().filter(|one| one.checked() && !one.disabled()).map(HtmlInputElement::value));
    put("tools", tools.into());
    let chats = dom::part("chats").and_then(|select| js_sys::Reflect::get(&select, &"value".into()).ok()).and_then(|word| word.as_string());
    put("chats", chats.filter(|word| word != "hold").map(Value::Text).unwrap_or_default());
    let agent = [("name", value("agent-name")), ("line", value("agent-line"))];
    put("agent", Value::Object(agent.into_iter().map(|(name, text)| (name.to_owned(), Value::Text(text))).collect()));
    let seconds = value("wrap-up");
    put(
        "wrapUpSeconds",
        match (seconds.trim(), seconds.trim().parse::<i32>()) {
            ("", _) => Value::Null,
            (_, Ok(number)) => Value::Number(f64::from(number)),
            (text, Err(_)) => Value::Text(text.to_owned()),
        },
    );
    let settings = Value::Object(members);
    let saved = store::save_settings(settings.clone()).await;
    let raw = store::Raw { settings, policy: raw.policy, pause: None };
    draw(&raw).await;
    let complaints = store::compile(&raw).await.complaints.iter().any(|one| one.source == Source::Agent);
    let word = match (saved, complaints) {
        (Err(_), _) => "not_saved",
        (Ok(()), true) => "saved_partly",
        (Ok(()), false) => "saved",
    };
    // Not if there is newer typing, whose own word comes next.
    if SAVING.with_borrow(Option::is_none) {
        dom::set_text("saved", &api::text(word));
    }
}

fn draw_complaints(part: &str, key: &str, config: &Config) {
    let has_field = |one: &Complaint| FIELDS.iter().any(|(_, key)| one.key == *key);
    let wanted = |one: &&Complaint| if key.is_empty() { !has_field(one) } else { one.key == key };
    let complaints: Vec<&Complaint> = config.complaints.iter().filter(wanted).collect();
    let list = format!("{part}-complaints");
    dom::show(&list, Shown::when(!complaints.is_empty()));
    dom::fill_list(&list, "complaint", &complaints, |copy, complaint| {
        let place = match (complaint.source, complaint.entry) {
            (Source::Policy, _) if !key.is_empty() => api::text("policy"),
            (Source::Agent, entry) if key == "adapters" => api::text_with("complaint_tool", &[&entry.to_string()]),
            (Source::Agent, line) if line > 0 && !key.is_empty() => api::text_with("complaint_line", &[&line.to_string()]),
            _ => api::text_with("complaint_setting", &[&complaint.key]),
        };
        dom::parts_in(copy, "complaint-line").iter().for_each(|element| dom::set_text_of(element, &place));
        let sentence = api::text_with(&format!("complaint_{}", reason_name(complaint.reason)), &[&complaint.text]);
        dom::parts_in(copy, "complaint-text").iter().for_each(|element| dom::set_text_of(element, &sentence));
    });
    for field in dom::parts(part) {
        let invalid = complaints.iter().any(|one| one.source == Source::Agent);
        let _ = field.set_attribute("aria-invalid", if invalid { "true" } else { "false" });
    }
}

fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::NotText => "notText",
        Reason::NotAPattern => "notAPattern",
        Reason::NoScheme => "noScheme",
        Reason::BadHost => "badHost",
        Reason::BadPort => "badPort",
        Reason::TooLong => "tooLong",
        Reason::UnknownKey => "unknownKey",
        Reason::NotANumber => "notANumber",
        Reason::OutOfRange => "outOfRange",
        Reason::NotAList => "notAList",
        Reason::NotAnObject => "notAnObject",
        Reason::UnknownTool => "unknownTool",
        Reason::UnknownPreset => "unknownPreset",
        Reason::UnknownWord => "unknownWord",
        Reason::NotAWebPage => "notAWebPage",
        Reason::Everything => "everything",
        Reason::NoWords => "noWords",
        Reason::AdapterMissing => "adapterMissing",
        Reason::AdapterUnknown => "adapterUnknown",
        Reason::AdapterWrong => "adapterWrong",
        Reason::AdapterAlways => "adapterAlways",
        Reason::AdapterNotJson => "adapterNotJson",
    }
}

/// Whether a field is the agent's again that was not.
#[derive(PartialEq)]
enum Freed {
    Yes,
    No,
}

fn open_own_tools() {
    if let Some(details) = dom::part("own-tools") {
        let _ = details.set_attribute("open", "");
    }
}

fn draw_policy(config: &Config) -> Freed {
    let mut freed = Freed::No;
    for note in dom::parts("policy") {
        let key = note.get_attribute("data-key").unwrap_or_default();
        note.set_hidden(!config.fixed.iter().any(|fixed| fixed.key == key));
    }
    let fields: [(&str, &str); 6] = [
        ("adapters", "adapters"),
        ("tool-sites", "toolSites"),
        ("blocklist", "blocklist"),
        ("agent-name", "agent"),
        ("agent-line", "agent"),
        ("wrap-up", "wrapUpSeconds"),
    ];
    for (part, key) in fields {
        let fixed = config.fixed.iter().find(|fixed| fixed.key == key);
        let closed = fixed.is_some_and(|fixed| fixed.hand == Hand::Closed);
        for field in dom::parts(part) {
            if !closed && field.has_attribute("readonly") {
                freed = Freed::Yes;
            }
            // Read-only and not disabled: it can still be reached, read and copied.
            let _ = if closed { field.set_attribute("readonly", "") } else { field.remove_attribute("readonly") };
        }
        if let (true, Some(fixed)) = (closed, fixed) {
            match (part, &fixed.value) {
                ("agent-name", value) => set_value(part, value.text_of("name").unwrap_or_default()),
                ("agent-line", value) => set_value(part, value.text_of("line").unwrap_or_default()),
                ("wrap-up", Value::Number(seconds)) => set_value(part, &(*seconds as i64).to_string()),
                // Locked without a value of IT's: the default counts, and what the agent once wrote is kept but not shown as if it did.
                _ => set_value(part, ""),
            }
        }
    }
    for (part, key) in LISTS {
        let fixed = config.fixed.iter().find(|fixed| fixed.key == key);
        dom::fill_texts(&format!("policy-{part}"), "policy-entry", &fixed.map(|fixed| fixed.value.texts()).unwrap_or_default());
    }
    freed
}

/// A site that something is wanted of, and the patterns to ask for.
struct Wanted {
    name: String,
    origins: Vec<String>,
}

fn wanted(config: &Config) -> Vec<Wanted> {
    let tools = config.all_tool_sites().map(|site| Wanted { name: site.origin_pattern(), origins: vec![site.origin_pattern()] });
    let mut held: Vec<Wanted> = Vec::new();
    for entry in config.lists.entries().iter().filter(|entry| entry.pattern.side == Side::Hold) {
        let origins = entry.pattern.origin_patterns();
        match &entry.origin {
            // One row for all of a preset.
            Origin::Preset(id) => {
                let name = api::text(&format!("preset_{id}"));
                match held.iter_mut().find(|one| one.name == name) {
                    Some(one) => one.origins.extend(origins),
                    None => held.push(Wanted { name, origins }),
                }
            }
            Origin::Agent | Origin::Policy => {
                let name = entry.pattern.host().unwrap_or(&entry.text).to_owned();
                held.push(Wanted { name, origins });
            }
        }
    }
    // Whatever is not listed is held as well.
    if config.mode == Mode::EverythingBut {
        held.push(Wanted { name: api::text("access_everything"), origins: vec!["*://*/*".to_owned()] });
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

async fn draw_access(config: &Config) {
    let wanted = wanted(config);
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
        rows.push((site.name.as_str(), granted));
    }
    // The lists have changed meanwhile: what is drawn last is what holds.
    if DRAWN.get() != mine {
        return;
    }
    dom::show("access-none", Shown::when(rows.is_empty()));
    dom::show("access-help", Shown::when(!rows.is_empty()));
    dom::show("access", Shown::when(!rows.is_empty()));
    dom::show("grant", Shown::when(!missing.is_empty()));
    if let Some(button) = dom::part("grant") {
        let _ = button.set_attribute(ORIGINS, &missing);
    }
    dom::fill_list("access", "access-host", &rows, |copy, (name, granted)| {
        let state = if *granted { "granted" } else { "missing" };
        if let Some(item) = dom::first_of(copy) {
            let _ = item.set_attribute("data-state", state);
        }
        dom::parts_in(copy, "host").iter().for_each(|element| dom::set_text_of(element, name));
        let word = api::text(if *granted { "access_granted" } else { "access_missing" });
        dom::parts_in(copy, "state").iter().for_each(|element| dom::set_text_of(element, &word));
    });
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
    dom::part(part).map(|element| value_of(&element)).unwrap_or_default()
}

fn value_of(element: &HtmlElement) -> String {
    match element.dyn_ref::<HtmlTextAreaElement>() {
        Some(area) => area.value(),
        None => element.dyn_ref::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default(),
    }
}

fn set_value(part: &str, text: &str) {
    let Some(element) = dom::part(part) else { return };
    // Untouched where it is the same: the caret stays where it is.
    if value_of(&element) == text {
        return;
    }
    match element.dyn_ref::<HtmlTextAreaElement>() {
        Some(area) => area.set_value(text),
        None => {
            if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
                input.set_value(text);
            }
        }
    }
}
