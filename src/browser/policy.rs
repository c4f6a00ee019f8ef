//! The page for administrators: a policy pasted, what is wrong with it, what an agent would see of it, and the files for each browser and system.
//! Must never save or send anything: what is written here is this page's alone until it is handed over as a file.

use js_sys::{Array, JSON, Promise, Uint16Array};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event};

use super::api::{self, Answer};
use super::dom::{self, Shown};
use super::handover::hand_over_as;
use super::seen::{Seen, seen};
use super::store::{self, Raw};
use crate::config::{Complaint, Config, Hand};
use crate::object;
use crate::rollout::{Button, Content, Found, Install, PrivateWindows, Target, dropped, file, find};
use crate::value::Value;

/// Mounts the page; the promise settles when it is drawn.
#[wasm_bindgen]
pub fn mount_policy() -> Promise {
    api::promise(Box::pin(mount()))
}

async fn mount() -> Answer<()> {
    // A page that is loaded again finds what was in its fields.
    draw().await;
    dom::on("policy-text", "input", |_| api::spawn(draw()));
    dom::on_page("click", clicked);
    Ok(())
}

/// What stands in the field; or the key of a sentence that says why it is none.
fn found() -> Result<Found, &'static str> {
    let text = dom::value("policy-text");
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err("policy_nothing");
    }
    let json = JSON::parse(text).map_err(|_| "policy_not_json")?;
    find(&api::from_js(&json)).ok_or("policy_no_settings")
}

async fn draw() {
    let found = found();
    let settings = found.as_ref().map(|found| found.settings.clone()).unwrap_or_default();
    let raw = Raw { settings: Value::Null, policy: settings.clone(), ..Raw::default() };
    let config = store::compile(&raw).await;
    let mut faults: Vec<Value> = config.complaints.iter().map(fault).collect();
    for (key, place) in dropped(&settings) {
        faults.push(object! { "fault-place" => place, "fault-text" => api::text_with("policy_dropped", &[&key]) });
    }
    let seen: Vec<Value> = settings.members().iter().filter_map(|(name, value)| seen_row(name, value, &config)).collect();
    let said = match (&found, faults.len()) {
        (Err(why), _) => api::text(why),
        (Ok(_), 0) => api::text("policy_good"),
        (Ok(_), count) => api::counted("policy_faults", count, &[]),
    };
    dom::set_text("policy-said", &said);
    dom::fill("policy-faults", &faults);
    dom::show("policy-seen", Shown::when(!seen.is_empty()));
    dom::fill("policy-seen-list", &seen);
    dom::show("policy-take", Shown::when(found.is_ok()));
    if let (Ok(Found { id: Some(id), .. }), Some(field)) =
        (&found, dom::part(if found_is_firefox(&found) { "firefox-id" } else { "chrome-id" }))
        && dom::value_of(&field).is_empty()
    {
        dom::put_value(&field, id);
    }
}

fn found_is_firefox(found: &Result<Found, &'static str>) -> bool {
    found.as_ref().is_ok_and(|found| matches!(found.form.name(), "firefox" | "native-manifest"))
}

fn fault(complaint: &Complaint) -> Value {
    let place = match complaint.entry {
        0 => complaint.key.clone(),
        entry => [complaint.key.as_str(), "[", entry.to_string().as_str(), "]"].concat(),
    };
    let mut sentence = String::from("complaint_");
    sentence.push_str(complaint.reason.name());
    object! { "fault-place" => place, "fault-text" => api::text_with(&sentence, &[&complaint.text]) }
}

fn seen_row(name: &str, value: &Value, config: &Config) -> Option<Value> {
    let Seen { value, hand } = seen(name, value, config)?;
    let hand = if hand == Hand::Open { "policy_open" } else { "policy_closed" };
    Some(object! { "seen-key" => name, "seen-value" => value, "seen-hand" => api::text(hand) })
}

fn clicked(event: &Event) {
    let button = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(target) = button.and_then(|button| Target::read(button.get_attribute("data-target").as_deref())) else { return };
    let Ok(found) = found() else { return };
    let (id, url) = if target == Target::Firefox { ("firefox-id", "firefox-url") } else { ("chrome-id", "chrome-url") };
    let (id, url) = (dom::value(id).trim().to_owned(), dom::value(url).trim().to_owned());
    if id.is_empty() {
        return dom::set_text("policy-taken", &api::text("policy_no_id"));
    }
    let private_windows = if chosen("private-windows") { PrivateWindows::Allowed } else { PrivateWindows::Usual };
    let button = if chosen("pinned") { Button::Pinned } else { Button::Free };
    let install = (!url.is_empty()).then_some(Install { url, button, private_windows });
    let taken = hand(target, file(target, &id, &found.settings, install.as_ref()));
    let word = if taken.is_ok() { "policy_taken" } else { "policy_not_taken" };
    dom::set_text("policy-taken", &api::text_with(word, &[target.file_name()]));
}

fn chosen(part: &str) -> bool {
    dom::part(part).and_then(|field| js_sys::Reflect::get(&field, &"checked".into()).ok()).is_some_and(|checked| checked.is_truthy())
}

fn hand(target: Target, content: Content) -> Answer<()> {
    match content {
        Content::Json(value) => {
            let text = JSON::stringify_with_replacer_and_space(&api::to_js(&value), &JsValue::NULL, &2.into())?;
            hand_over_as("application/json", Array::of1(&text.into()), Some(target.file_name()))
        }
        // The registry's editor takes what is not English only as UTF-16 with a mark at its beginning.
        Content::Text(text) if target.file_name().ends_with(".reg") => {
            let units: Vec<u16> = std::iter::once(0xfeff).chain(text.encode_utf16()).collect();
            hand_over_as("text/plain", Array::of1(&Uint16Array::from(units.as_slice()).into()), Some(target.file_name()))
        }
        Content::Text(text) => hand_over_as("application/xml", Array::of1(&text.into()), Some(target.file_name())),
    }
}
