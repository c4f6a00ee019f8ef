//! The diagnostics page: each source's last word, what was made of it, and a report without the customer. Must never show anything that
//! the background did not save for it (`why`), which holds no text of a customer's.

use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;

use super::api::{self, Answer};
use super::dom::{self, Shown};
use super::page::on_change;
use super::store;
use crate::object;
use crate::value::Value;

/// Mounts the page; the promise settles when it is drawn.
#[wasm_bindgen]
pub fn mount_why() -> Promise {
    api::promise(Box::pin(mount()))
}

async fn mount() -> Answer<()> {
    draw().await;
    on_change("storage.session.onChanged", "why", || api::spawn(draw()));
    on_change("storage.local.onChanged", "settings", || api::spawn(draw()));
    dom::on("copy", "click", |_| copy());
    Ok(())
}

async fn draw() {
    let why = store::load_why().await;
    let list = |name| why.get(name).and_then(Value::list).unwrap_or_default().to_vec();
    let (made, heard) = (list("made"), list("heard"));
    fill("made", &made, &|one| {
        (word("phase", one, "phase"), vec![word("channel", one, "channel"), word("known", one, "known"), word("held", one, "held")])
    });
    fill("heard", &heard, &|one| {
        let place = one.text_of("origin").unwrap_or_default().to_owned();
        let said = match one.text_of("rule").filter(|rule| !rule.is_empty()) {
            Some(rule) => api::text_with("why_by_rule", &[rule]),
            None => String::new(),
        };
        let tool = one.text_of("tool").unwrap_or_default().to_owned();
        (place, vec![word("by", one, "by"), tool, word("word", one, "word"), said])
    });
    let config = store::compile(&store::load_raw().await).await;
    let mut report = String::new();
    let mut line = |parts: &[&str]| {
        for part in parts.iter().filter(|part| !part.is_empty()) {
            report.push_str(part);
            report.push(' ');
        }
        report.push('\n');
    };
    line(&["Undivided", env!("CARGO_PKG_VERSION")]);
    for tool in &config.tools {
        line(&["tool", &tool.id]);
    }
    for site in &config.tool_sites {
        line(&["site", &site.listening_pattern()]);
    }
    for complaint in &config.complaints {
        line(&["complaint", &complaint.key, &complaint.entry.to_string()]);
    }
    let text = |one: &Value, name: &str| one.text_of(name).unwrap_or_default().to_owned();
    for one in &made {
        line(&["conversation", &text(one, "phase"), &text(one, "channel"), &text(one, "known"), &text(one, "held")]);
    }
    for one in &heard {
        line(&["source", &text(one, "origin"), &text(one, "by"), &text(one, "tool"), &text(one, "word"), &text(one, "rule")]);
    }
    if let Some(area) = dom::part("report") {
        let _ = Reflect::set(&area, &"value".into(), &report.into());
    }
}

/// A line's name and what is said of it.
type Row = (String, Vec<String>);

fn fill(list: &str, entries: &[Value], row: &dyn Fn(&Value) -> Row) {
    let rows: Vec<Row> = entries.iter().map(row).collect();
    dom::show(if list == "made" { "made-none" } else { "heard-none" }, Shown::when(rows.is_empty()));
    let rows: Vec<Value> = rows
        .iter()
        .map(|(what, how)| {
            let mut said = String::new();
            for part in how.iter().filter(|part| !part.is_empty()) {
                if !said.is_empty() {
                    said.push_str(" · ");
                }
                said.push_str(part);
            }
            object! { "row-what" => what.as_str(), "row-how" => said }
        })
        .collect();
    dom::fill(list, &rows);
}

fn word(kind: &str, entry: &Value, name: &str) -> String {
    let mut key = String::from("why_");
    key.push_str(kind);
    key.push('_');
    key.push_str(entry.text_of(name).unwrap_or_default());
    api::text(&key)
}

fn copy() {
    let copied = || -> Answer<JsValue> {
        let navigator = Reflect::get(&js_sys::global(), &"navigator".into())?;
        let clipboard = Reflect::get(&navigator, &"clipboard".into())?;
        let write: js_sys::Function = Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
        let report = dom::part("report").ok_or(JsValue::NULL)?;
        write.call1(&clipboard, &Reflect::get(&report, &"value".into())?)
    };
    let begun = copied();
    api::spawn(async move {
        let done = match begun {
            Ok(promise) => api::settle(promise).await.is_ok(),
            Err(_) => false,
        };
        dom::set_text("copied", &api::text(if done { "why_copied" } else { "why_not_copied" }));
    });
}
