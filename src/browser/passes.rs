//! Letting a site through, on the pages of ours that offer it: what may be done, and the asking. Must never decide whether it may: the core
//! does, and the view says what came of it.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use super::api;
use super::dom::{self, Shown};
use super::page::send;
use crate::config::AskReason;
use crate::object;
use crate::view::{Ending, Letting, OverrideView};

/// Asks when a button of the form is pressed, or Enter in its field. That nothing goes without a reason where one is required is the browser's
/// part, with words of its own.
pub fn listen() {
    dom::on("passes", "submit", ask);
}

/// Draws what may be done against holding.
pub fn draw(may: &OverrideView) {
    dom::show("passes", Shown::when(may.letting == Letting::Open));
    dom::show("passes-spent", Shown::when(may.letting == Letting::Spent));
    dom::show("reason", Shown::when(may.reason != AskReason::Never));
    let required = may.reason == AskReason::Required;
    dom::set_text("reason-label", &api::text(if required { "let_reason_required" } else { "let_reason" }));
    if let Some(field) = field() {
        field.set_required(required);
    }
    let minutes = may.minutes.to_string();
    dom::set_text("pass-words", &api::text_with("let_through", &[&minutes]));
    dom::set_text("passes-words", &api::text_with("let_one", &[&minutes]));
    let left = may.left.map(|left| api::text_with("let_left", &[&left.to_string()])).unwrap_or_default();
    dom::set_text("passes-left", &left);
    dom::show("end-focus", Shown::when(may.ending == Ending::Allowed));
    dom::show("focus-locked", Shown::when(may.ending == Ending::Locked));
}

/// The button's name is `site` or `target`, and its value which.
fn ask(event: &Event) {
    event.prevent_default();
    let button = js_sys::Reflect::get(event, &"submitter".into()).unwrap_or_default();
    let told = |name: &str| js_sys::Reflect::get(&button, &name.into()).ok().and_then(|text| text.as_string()).unwrap_or_default();
    let mut through = object! {};
    if let Some(field) = field() {
        through.put("reason", field.value().into());
        field.set_value("");
    }
    through.put(&told("name"), told("value").into());
    send(object! { "letThrough" => through });
}

fn field() -> Option<HtmlInputElement> {
    dom::part("pass-reason")?.dyn_into().ok()
}
