//! Our pages' elements: found by `data-part`, filled with text only, listened to as long as the page lives. Must never make markup from text.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Document, DocumentFragment, Element, Event, HtmlElement, HtmlTemplateElement};

use super::api;
use crate::value::Value;

/// The page.
pub fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// All elements of that part.
pub fn parts(name: &str) -> Vec<HtmlElement> {
    document().map(|document| document.all(&format!("[data-part={name}]"))).unwrap_or_default()
}

/// The first element of that part.
pub fn part(name: &str) -> Option<HtmlElement> {
    parts(name).into_iter().next()
}

/// Sets the text of a part; nothing is touched where it is the same, so that nothing is announced twice.
pub fn set_text(name: &str, text: &str) {
    for element in parts(name) {
        set_text_of(&element, text);
    }
}

/// As [`set_text`], for an element at hand.
pub fn set_text_of(element: &HtmlElement, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// Whether a part is there for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// It is.
    Yes,
    /// It is not.
    No,
}

impl Shown {
    /// As a condition says.
    pub fn when(condition: bool) -> Shown {
        if condition { Shown::Yes } else { Shown::No }
    }
}

/// Shows or hides a part.
pub fn show(name: &str, shown: Shown) {
    for element in parts(name) {
        element.set_hidden(shown == Shown::No);
    }
}

/// Gives all elements of a part an attribute without a value, or takes it away; whether that changed anything.
pub fn flag(name: &str, attribute: &str, on: bool) -> bool {
    let mut changed = false;
    for element in parts(name) {
        changed |= element.has_attribute(attribute) != on;
        let _ = if on { element.set_attribute(attribute, "") } else { element.remove_attribute(attribute) };
    }
    changed
}

/// What stands in a field, whatever kind it is.
pub fn value_of(field: &HtmlElement) -> String {
    js_sys::Reflect::get(field, &"value".into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
}

/// Puts a text into a field where another one stands, but not into one that somebody writes in.
pub fn put_value(field: &HtmlElement, text: &str) {
    let active = document().and_then(|document| document.active_element());
    if active.as_ref() != Some(field.as_ref()) && value_of(field) != text {
        let _ = js_sys::Reflect::set(field, &"value".into(), &text.into());
    }
}

/// What stands in the first field of that part.
pub fn value(name: &str) -> String {
    part(name).map(|field| value_of(&field)).unwrap_or_default()
}

/// Calls `listener` for every event of that type on the page, captured on its way down.
pub fn on_page(event: &'static str, listener: fn(&Event)) {
    if let Some(document) = document() {
        let options = gloo_events::EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&document, event, options, listener).forget();
    }
}

/// The elements within one.
pub fn children(element: &HtmlElement) -> Vec<HtmlElement> {
    element.query_selector_all("*").map(elements).unwrap_or_default()
}

/// The element of that id.
pub fn by_id(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// The nearest element around that fits, or itself.
pub fn closest(element: &Element, selector: &str) -> Option<HtmlElement> {
    element.closest(selector).ok().flatten()?.dyn_into().ok()
}

/// The first element of that part within another one.
pub fn within(element: &Element, name: &str) -> Option<HtmlElement> {
    element.query_selector(&format!("[data-part={name}]")).ok().flatten()?.dyn_into().ok()
}

/// The path of the page's address.
pub fn path() -> String {
    web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default()
}

/// Sets `data-<name>` on the body, by which the style sheets lay out.
pub fn mark_body(name: &str, value: &str) {
    if let Some(body) = document().and_then(|document| document.body()) {
        let _ = body.set_attribute(&format!("data-{name}"), value);
    }
}

/// Fills a list with copies of the template that its `data-item` names, one an item; without items it is hidden. A text is that of the copy's
/// element, and an object has its members for the parts of those names: a list for a list within, an object for attributes. Where `data-i18n-with`
/// names words, they are said with the text, the number or the length put in. What is empty or none is hidden.
///
/// By data and not by a closure each: those took 4 KB of wasm.
pub fn fill(name: &str, items: &[Value]) {
    for list in parts(name) {
        fill_element(&list, items);
    }
}

fn fill_element(list: &HtmlElement, items: &[Value]) {
    list.set_hidden(items.is_empty());
    list.replace_children_with_node_0();
    let template = list.get_attribute("data-item").unwrap_or_default();
    for item in items {
        let Some(copy) = clone(&template) else { return };
        if let (true, Some(first)) = (item.members().is_empty(), copy.first_element_child()) {
            put(first.unchecked_ref(), item);
        }
        for element in copy.all("[data-part]") {
            if let Some(value) = element.get_attribute("data-part").and_then(|part| item.get(&part)) {
                put(&element, value);
            }
        }
        let _ = list.append_child(&copy);
    }
}

/// One more empty copy of a list's template.
pub fn append(list: &HtmlElement) {
    list.set_hidden(false);
    if let Some(copy) = clone(&list.get_attribute("data-item").unwrap_or_default()) {
        let _ = list.append_child(&copy);
    }
}

fn put(element: &HtmlElement, value: &Value) {
    let (text, count) = match value {
        Value::Object(members) => {
            for (name, value) in members {
                let _ = element.set_attribute(name, value.text().unwrap_or_default());
            }
            return;
        }
        Value::List(items) if element.has_attribute("data-item") => return fill_element(element, items),
        Value::List(items) => (items.len().to_string(), items.len()),
        Value::Number(number) => ((*number as u32).to_string(), *number as usize),
        other => (other.text().unwrap_or_default().to_owned(), other.text().unwrap_or_default().len()),
    };
    element.set_hidden(count == 0);
    match element.get_attribute("data-i18n-with") {
        Some(words) => set_text_of(element, &api::text_with(&words, &[&text])),
        None => set_text_of(element, &text),
    }
}

/// Calls `listener` for every event of that type on the parts of that name.
pub fn on(name: &str, event: &'static str, listener: fn(&Event)) {
    for element in parts(name) {
        EventListener::new(&element, event, listener).forget();
    }
}

/// A node that can be searched; `Document` and `DocumentFragment` share no interface for it.
trait Selectable {
    /// All elements that match.
    fn all(&self, selector: &str) -> Vec<HtmlElement>;
}

impl Selectable for Document {
    fn all(&self, selector: &str) -> Vec<HtmlElement> {
        self.query_selector_all(selector).map(elements).unwrap_or_default()
    }
}

impl Selectable for DocumentFragment {
    fn all(&self, selector: &str) -> Vec<HtmlElement> {
        self.query_selector_all(selector).map(elements).unwrap_or_default()
    }
}

fn elements(list: web_sys::NodeList) -> Vec<HtmlElement> {
    // Drawings' elements are none of HTML's; of them attributes alone are set.
    (0..list.length()).filter_map(|at| Some(list.item(at)?.dyn_into::<Element>().ok()?.unchecked_into())).collect()
}

fn clone(template: &str) -> Option<DocumentFragment> {
    let template: Element = document()?.get_element_by_id(template)?;
    let content = template.dyn_into::<HtmlTemplateElement>().ok()?.content();
    content.clone_node_with_deep(true).ok()?.dyn_into().ok()
}
