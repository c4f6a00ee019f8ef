//! Finding a setting by any words of its section, on this page and on the others; and what IT has set, each with the way to it. Must never change a setting.

use std::cell::RefCell;

use web_sys::HtmlElement;

use super::api;
use super::dom::{self, Shown};
use super::seen::seen;
use super::store;
use crate::config::{Config, Hand};
use crate::object;
use crate::tool::has;
use crate::value::Value;

thread_local! {
    /// `data/finder.json`, and the words of each section in small letters, once somebody looked for something.
    static INDEX: RefCell<Vec<(Value, String)>> = const { RefCell::new(Vec::new()) };
}

/// Loads the index and listens to the field.
pub async fn mount() {
    // The first page has neither a field to find in nor a list of what is set.
    if dom::part("find").is_none() {
        return;
    }
    match api::load("data/finder.json").await {
        Ok(index) => {
            let sections = api::from_js(&index).list().unwrap_or_default().to_vec();
            INDEX.set(sections.into_iter().map(|section| (section, String::new())).collect());
        }
        Err(error) => store::log(&error),
    }
    dom::on("find", "input", |_| find());
    // What a browser kept in the field of a page that was loaded again.
    find();
}

/// What IT has set, in the order of the settings: its name as a link to its section, the value that counts, and whose word it is.
pub fn draw_set(config: &Config) {
    let rows: Vec<Value> = config.fixed.iter().filter_map(|fixed| row_of(config, fixed.key, &fixed.value)).collect();
    dom::show("set", Shown::when(!rows.is_empty()));
    dom::fill("set-list", &rows);
}

fn row_of(config: &Config, key: &'static str, value: &Value) -> Option<Value> {
    // What those two do is said at the keys that they name.
    if matches!(key, "locked" | "exclusive") {
        return None;
    }
    let shown = seen(key, value, config)?;
    let link = INDEX.with_borrow(|index| {
        let names = |section: &Value| section.text_of("names").is_some_and(|names| names.split(' ').any(|name| name == key));
        index.iter().map(|(section, _)| section).find(|section| names(section)).map(address)
    });
    let hand = if shown.hand == Hand::Open { "set_open" } else { "set_closed" };
    let mut name = String::from("lists_key_");
    name.push_str(key);
    let link = link.map(|link| object! { "href" => link }).unwrap_or_else(|| object! {});
    Some(object! { "set-link" => link, "set-name" => api::text(&name), "set-value" => shown.value, "set-hand" => api::text(hand) })
}

fn find() {
    let typed = lower(&dom::value("find"));
    let looked = !typed.trim().is_empty();
    let mut elsewhere = Vec::new();
    let mut found = false;
    INDEX.with_borrow_mut(|index| {
        for (section, words) in index {
            if looked && words.is_empty() {
                *words = words_of(section);
            }
            let fits = typed.split_whitespace().all(|word| has(words, word));
            match here(section) {
                Some(element) => {
                    found |= fits && !element.hidden();
                    let _ = if fits { element.remove_attribute("data-unfound") } else { element.set_attribute("data-unfound", "") };
                }
                None if fits && looked => {
                    let page = section.text_of("title").unwrap_or_default();
                    elsewhere.push(object! {
                        "elsewhere-link" => object! { "href" => address(section) },
                        "elsewhere-name" => heading(section),
                        "elsewhere-page" => api::text(page),
                    });
                }
                None => {}
            }
        }
    });
    dom::fill("elsewhere", &elsewhere);
    dom::set_text("found", &if looked && !found && elsewhere.is_empty() { api::text("find_none") } else { String::new() });
    dom::mark_body("finding", if looked { "yes" } else { "no" });
}

/// The section, if it is one of this page.
fn here(section: &Value) -> Option<HtmlElement> {
    if !dom::path().ends_with(section.text_of("page")?) {
        return None;
    }
    let heading = dom::by_id(section.text_of("id")?)?;
    dom::closest(&heading, "section")
}

fn address(section: &Value) -> String {
    [section.text_of("page").unwrap_or_default(), "#", section.text_of("id").unwrap_or_default()].concat()
}

fn heading(section: &Value) -> String {
    section.get("keys").map(Value::texts).unwrap_or_default().first().map(|key| api::text(key)).unwrap_or_default()
}

fn words_of(section: &Value) -> String {
    let mut words = section.text_of("names").unwrap_or_default().to_owned();
    for key in section.get("keys").map(Value::texts).unwrap_or_default() {
        words.push(' ');
        words.push_str(&api::text(&key));
    }
    lower(&words)
}

/// By the browser's own tables: the core's would be 10 KB of wasm.
fn lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}
