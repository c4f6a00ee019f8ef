//! Handing something over as a file, through the page's link for it: the only way out of our pages. Must never do so without a click.

use js_sys::{Array, JSON};
use wasm_bindgen::prelude::*;

use super::api::{self, Answer};
use super::dom;
use crate::object;
use crate::value::Value;

#[wasm_bindgen]
extern "C" {
    type Blob;

    #[wasm_bindgen(constructor, catch)]
    fn new(parts: Array, options: JsValue) -> Result<Blob, JsValue>;

    #[wasm_bindgen(js_namespace = URL, js_name = createObjectURL, catch)]
    fn url_of(blob: &Blob) -> Result<String, JsValue>;
}

/// Hands data over as a file, through the page's link that has its name.
pub fn hand_over(data: &Value) -> Answer<()> {
    hand_over_as("application/json", json(data)?, None)
}

/// As people read it, a member a line.
pub fn json(data: &Value) -> Answer<Array> {
    Ok(Array::of1(&JSON::stringify_with_replacer_and_space(&api::to_js(data), &JsValue::NULL, &2.into())?.into()))
}

/// Hands over what a file is made of, under this name or the link's own.
pub fn hand_over_as(kind: &str, parts: Array, name: Option<&str>) -> Answer<()> {
    // Not taken back: the browser may still be reading it, and it goes with the page.
    let url = url_of(&Blob::new(parts, api::to_js(&object! { "type" => kind }))?)?;
    let link = dom::part("file-link").ok_or(JsValue::NULL)?;
    if let Some(name) = name {
        link.set_attribute("download", name)?;
    }
    link.set_attribute("href", &url)?;
    link.click();
    Ok(())
}
