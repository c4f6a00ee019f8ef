//! Our pages' elements: found by `data-part`, filled with text only, listened to as long as the page lives. Must never make markup from text.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Document, DocumentFragment, Element, Event, HtmlElement, HtmlTemplateElement};

/// The page.
pub fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// All elements of that part.
pub fn parts(name: &str) -> Vec<HtmlElement> {
    document().map(|document| parts_in(&document, name)).unwrap_or_default()
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

/// Sets `data-<name>` on the body, by which the style sheets lay out.
pub fn mark_body(name: &str, value: &str) {
    if let Some(body) = document().and_then(|document| document.body()) {
        let _ = body.set_attribute(&format!("data-{name}"), value);
    }
}

/// Fills a list from a template, an item a text. `fill` gets each item's copy.
pub fn fill_list<T>(list: &str, template: &str, items: &[T], fill: impl Fn(&DocumentFragment, &T)) {
    if let Some(list) = part(list) {
        list.replace_children_with_node_0();
        for item in items {
            append(&list, template, &|copy| fill(copy, item));
        }
    }
}

/// Fills a list with plain texts; the template is one element.
pub fn fill_texts(list: &str, template: &str, texts: &[String]) {
    fill_list(list, template, texts, |copy, text| {
        if let Some(item) = copy.first_element_child() {
            item.set_text_content(Some(text));
        }
    });
}

/// Calls `listener` for every event of that type on the parts of that name.
pub fn on(name: &str, event: &'static str, listener: fn(&Event)) {
    for element in parts(name) {
        EventListener::new(&element, event, listener).forget();
    }
}

/// The elements of that part within a node.
pub fn parts_in(root: &impl Selectable, name: &str) -> Vec<HtmlElement> {
    root.all(&format!("[data-part={name}]"))
}

/// The first `li`-like element of a copied template.
pub fn first_of(root: &DocumentFragment) -> Option<HtmlElement> {
    root.first_element_child().and_then(|element| element.dyn_into().ok())
}

/// A node that can be searched; `Document` and `DocumentFragment` share no interface for it.
pub trait Selectable {
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
    (0..list.length()).filter_map(|at| list.item(at)?.dyn_into().ok()).collect()
}

fn append(list: &HtmlElement, template: &str, fill: &dyn Fn(&DocumentFragment)) {
    if let Some(copy) = clone(template) {
        fill(&copy);
        let _ = list.append_child(&copy);
    }
}

fn clone(template: &str) -> Option<DocumentFragment> {
    let template: Element = document()?.get_element_by_id(template)?;
    let content = template.dyn_into::<HtmlTemplateElement>().ok()?.content();
    content.clone_node_with_deep(true).ok()?.dyn_into().ok()
}
