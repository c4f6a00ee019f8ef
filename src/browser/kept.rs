//! What lies on this disk because the agent wanted it so: notes on customers, and promises to be reminded of. Listed, searched, taken along and deleted. Must
//! never show anybody else's, and never keep what is older than the settings say.

use wasm_bindgen::prelude::*;

use super::api;
use super::dom::{self, Shown};
use super::page::on_change;
use super::store;
use crate::guide::{Guide, Memory};
use crate::ids::Moment;
use crate::object;
use crate::value::Value;
use crate::words::lower;

#[wasm_bindgen]
extern "C" {
    /// A fingerprint an identity; set by page.js.
    #[wasm_bindgen(js_namespace = undivided)]
    fn fingerprints(identities: JsValue, area: &str) -> js_sys::Promise;
}

/// Draws both lists and listens, where the page has them.
pub async fn mount() {
    if dom::part("kept-list").is_none() {
        return;
    }
    forget_old().await;
    draw().await;
    for key in ["kept", "promises", "settings", "policy"] {
        on_change("storage.local.onChanged", key, || api::spawn(draw()));
    }
    dom::on("kept-search", "input", |_| api::spawn(draw()));
    dom::on("kept-delete-all", "click", |_| api::spawn(delete_all()));
    dom::on("kept-export", "click", |_| api::spawn(export()));
    dom::on_page("click", |event| {
        let button = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
        let Some(button) = button else { return };
        let id = dom::value_of(&button);
        match button.get_attribute("data-part").as_deref() {
            Some("kept-delete") => api::spawn(delete("kept", "ids", id)),
            Some("promise-delete") => {
                let mut alarm = String::from("promise:");
                alarm.push_str(&id);
                drop(api::begin("alarms.clear", vec![alarm.into()]));
                api::spawn(delete("promises", "id", id));
            }
            _ => {}
        }
    });
}

async fn list(name: &'static str) -> Vec<Value> {
    let kept = api::ask("storage.local.get", vec![name.into()]).await.unwrap_or_default();
    kept.get(name).and_then(Value::list).unwrap_or_default().to_vec()
}

async fn put(name: &'static str, entries: Vec<Value>) {
    let mut change = object! {};
    change.put(name, entries.into());
    if let Err(error) = api::act("storage.local.set", vec![change]).await {
        store::log(&error);
    }
}

/// By its first fingerprint, or its id.
fn id_of(entry: &Value, name: &str) -> String {
    match entry.get(name) {
        Some(Value::List(ids)) => ids.first().and_then(Value::text).unwrap_or_default().to_owned(),
        Some(value) => value.text().unwrap_or_default().to_owned(),
        None => String::new(),
    }
}

async fn delete(name: &'static str, id: &'static str, which: String) {
    let mut entries = list(name).await;
    entries.retain(|entry| id_of(entry, id) != which);
    put(name, entries).await;
}

/// The notes, and what is remembered with them; the key as well, so that not even a guess could be tried.
async fn delete_all() {
    drop(api::act("storage.local.remove", vec![vec!["kept", "met", "memoryKey"].into()]).await);
    draw().await;
}

async fn forget_old() {
    let guide = guide().await;
    let (now, days) = (api::now().0, u64::from(guide.memory_days) * 24 * 60 * 60 * 1000);
    for (name, dated) in [("kept", "at"), ("met", "last")] {
        let mut entries = list(name).await;
        let before = entries.len();
        entries.retain(|entry| Moment::read(entry, dated).unwrap_or_default().0 + days > now);
        if entries.len() != before {
            put(name, entries).await;
        }
    }
}

async fn guide() -> Guide {
    let raw = store::load_raw().await;
    Guide::compile(&raw.settings, &raw.policy)
}

async fn draw() {
    let (guide, all) = (guide().await, list("kept").await);
    let typed = dom::value("kept-search");
    let wanted = typed.trim().chars().map(lower).collect::<String>();
    // A number or an address finds its note by the fingerprint alone: neither is written anywhere.
    let identity = if wanted.contains('@') { wanted.clone() } else { wanted.chars().filter(char::is_ascii_digit).collect() };
    let identity = identity.strip_prefix("00").map(str::to_owned).unwrap_or(identity);
    let ids = if identity.len() < 5 || all.is_empty() {
        Vec::new()
    } else {
        let made = api::settle(fingerprints(api::to_js(&vec![identity].into()), "local").into()).await;
        made.map(|made| api::from_js(&made).texts()).unwrap_or_default()
    };
    let fits = |entry: &&Value| {
        let says = |name| entry.text_of(name).is_some_and(|text| crate::tool::has(&text.chars().map(lower).collect::<String>(), &wanted));
        let is_theirs = || entry.get("ids").map(Value::texts).unwrap_or_default().iter().any(|id| ids.contains(id));
        wanted.is_empty() || says("name") || says("note") || says("sounds") || is_theirs()
    };
    let row = |entry: &Value| {
        let date = js_sys::Date::new(&(Moment::read(entry, "at").unwrap_or_default().0 as f64).into());
        let date = String::from(date.to_locale_date_string(&api::language(), &JsValue::UNDEFINED));
        let text = |name| entry.text_of(name).unwrap_or_default();
        object! {
            "kept-name" => text("name"), "kept-sounds" => text("sounds"), "kept-note" => text("note"), "kept-at" => date,
            "kept-delete" => object! { "value" => id_of(entry, "ids") },
        }
    };
    let rows: Vec<Value> = all.iter().filter(fits).map(row).collect();
    dom::show("kept-none", Shown::when(all.is_empty()));
    dom::show("kept-found-none", Shown::when(!all.is_empty() && rows.is_empty()));
    dom::show("kept-tools", Shown::when(!all.is_empty()));
    dom::show("kept-off", Shown::when(guide.memory == Memory::Off && !all.is_empty()));
    dom::fill("kept-list", &rows);

    let promises = list("promises").await;
    let row = |entry: &Value| {
        let date = js_sys::Date::new(&entry.number_of("at").unwrap_or_default().into());
        let date = String::from(date.to_locale_string(&api::language(), &JsValue::UNDEFINED));
        object! { "promise-what" => entry.text_of("text").unwrap_or_default(), "promise-when" => date, "promise-delete" => object! { "value" => id_of(entry, "id") } }
    };
    dom::show("promises-none", Shown::when(promises.is_empty()));
    dom::fill("promise-list", &promises.iter().map(row).collect::<Vec<_>>());
}

async fn export() {
    let file = object! { "undividedNotes" => 1.0, "notes" => list("kept").await };
    if let Err(error) = super::handover::hand_over(&file) {
        store::log(&error);
    }
}
