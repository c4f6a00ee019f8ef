//! What all our pages do: hear of storage, and send commands to the background. Must never know what a page shows.

use wasm_bindgen::prelude::*;

use super::{api, store};
use crate::object;
use crate::value::Value;

/// Calls `listener` when that key of a storage area changes.
pub fn on_change(event: &str, key: &'static str, listener: impl Fn() + 'static) {
    let changed = move |changes: JsValue| {
        if js_sys::Reflect::has(&changes, &key.into()).unwrap_or(false) {
            listener();
        }
    };
    if let Err(error) = api::listen_forever(event, Box::new(changed)) {
        store::log(&error);
    }
}

/// Sends a command to the background.
pub fn command(command: &'static str) {
    send(object! { "command" => command });
}

/// Sends something else.
pub fn send(body: Value) {
    drop(api::begin("runtime.sendMessage", vec![object! { "body" => body }]));
}

/// The languages that have phrases; the first is for all others.
const LANGUAGES: [&str; 5] = ["en", "es", "de", "fr", "pt"];

/// The language of phrases: what was chosen, or the browser's.
pub fn phrase_language(chosen: Option<String>) -> &'static str {
    let chosen = chosen
        .unwrap_or_else(|| api::begin("i18n.getUILanguage", vec![]).ok().and_then(|language| language.as_string()).unwrap_or_default());
    LANGUAGES.into_iter().find(|language| chosen.starts_with(language)).unwrap_or("en")
}

/// Where the phrases of one of those languages lie.
pub fn library_path(language: &str) -> &'static str {
    match language {
        "es" => "data/phrases/es.json",
        "de" => "data/phrases/de.json",
        "fr" => "data/phrases/fr.json",
        "pt" => "data/phrases/pt.json",
        _ => "data/phrases/en.json",
    }
}
