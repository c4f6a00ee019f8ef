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
