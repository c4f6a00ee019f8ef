//! The page that brings lists along and takes settings away: what would be added is shown before anything changes, and can be undone after. Must never
//! change anything without a click, overwrite what is there (`merge.rs` decides), or send what it reads anywhere.

use std::cell::{Cell, RefCell};

use js_sys::{JSON, Promise, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::api::{self, Answer};
use super::dom::{self, Shown};
use super::handover::hand_over;
use super::page::on_change;
use super::store::{self, Raw};
use crate::config::{Complaint, Hand};
use crate::import::{Difference, Format, LeftReason, List, Refusal, read};
use crate::merge::{self, Fate, Offer, Piece};
use crate::object;
use crate::site::PatternError;
use crate::value::Value;

/// So many rows of a list are drawn; the rest is counted. 20,000 rows took seconds.
const MOST_ROWS: usize = 200;

/// So much of an entry is shown.
const LONGEST_SHOWN: usize = 160;

/// No list is longer, and what is none of ours may be anything.
const LARGEST_FILE: f64 = 20_000_000.0;

thread_local! {
    /// What the chosen file says. A pasted text stays where it was pasted.
    static FILE: RefCell<Option<String>> = const { RefCell::new(None) };
    /// How often it was drawn, so that an older drawing that takes longer does not come last.
    static DRAWN: Cell<u32> = const { Cell::new(0) };
    /// The settings before the last addition and after it.
    static UNDO: RefCell<Option<(Value, Value)>> = const { RefCell::new(None) };
}

#[wasm_bindgen]
extern "C" {
    type Blob;

    #[wasm_bindgen(method, catch)]
    async fn text(this: &Blob) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn size(this: &Blob) -> f64;
}

/// Mounts the page; the promise settles when it is drawn.
#[wasm_bindgen]
pub fn mount_lists() -> Promise {
    api::promise(Box::pin(mount()))
}

async fn mount() -> Answer<()> {
    draw().await;
    dom::on("from", "change", |_| api::spawn(draw()));
    dom::on("paste", "input", |_| {
        set_value("file", "");
        FILE.set(None);
        api::spawn(draw());
    });
    dom::on("file", "change", |_| api::spawn(choose()));
    dom::on("add", "click", |_| api::spawn(add()));
    dom::on("undo", "click", |_| api::spawn(undo()));
    dom::on("save", "click", |_| api::spawn(save()));
    for key in ["settings", "policy"] {
        on_change("storage.local.onChanged", key, || api::spawn(draw()));
    }
    Ok(())
}

/// Why there is nothing to show.
enum Trouble {
    /// Nothing is chosen or pasted.
    Nothing,
    /// The file is none of that kind.
    Refused(Refusal),
}

/// What a file comes to.
struct Brought {
    offer: Offer,
    /// For each piece, what is different here; shorter where nothing is said.
    differs: Vec<Vec<Difference>>,
    /// What stays behind and why, in words.
    left: Vec<(String, String)>,
    doubled: usize,
}

async fn bring(raw: &Raw) -> Result<Brought, Trouble> {
    let text = match FILE.with_borrow(Clone::clone) {
        Some(text) => text,
        None => value("paste"),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if text.trim().is_empty() && dom::part("file").is_none_or(|file| value_of(&file).is_empty()) {
        return Err(Trouble::Nothing);
    }
    let config = store::compile(raw).await;
    let closed: Vec<&str> = config.fixed.iter().filter(|fixed| fixed.hand == Hand::Closed).map(|fixed| fixed.key).collect();
    let json = JSON::parse(text).ok().map(|json| api::from_js(&json));
    let mut differs = Vec::new();
    let mut left = Vec::new();
    let Some(format) = Format::named(&value("from")) else {
        let refusal = match (&json, text.trim().is_empty()) {
            (_, true) => Refusal::Empty,
            (None, _) => Refusal::NotJson,
            _ => Refusal::OtherFormat,
        };
        let file = json.as_ref().and_then(merge::exported).ok_or(Trouble::Refused(refusal))?;
        let complaints = complaints(&file).await;
        for one in &complaints {
            // An unknown key has no words of its own, and its complaint names it.
            let name = if one.key == one.text { String::new() } else { key_word(&one.key) };
            let thing = if one.text.is_empty() { &name } else { &one.text };
            let key = prefixed("complaint_", one.reason.name());
            left.push((name.clone(), api::text_with(&key, &[thing])));
        }
        let offer = merge::offer(&raw.settings, &file, &complaints, &closed);
        return Ok(Brought { offer, differs, left, doubled: 0 });
    };
    let import = read(format, text, json.as_ref()).map_err(Trouble::Refused)?;
    for list in [List::Block, List::Allow] {
        differs.extend(import.taken.iter().filter(|taken| taken.list == list).map(|taken| taken.differs.clone()));
    }
    for one in import.left.iter() {
        left.push((one.text.clone(), word("lists_left_", left_name(one.reason))));
    }
    let offer = merge::offer(&raw.settings, &merge::imported(&import), &[], &closed);
    Ok(Brought { offer, differs, left, doubled: import.doubled })
}

/// What is wrong with somebody's settings. A text may hold several adapters, so each is looked at by itself: then the complaint names the text.
async fn complaints(file: &Value) -> Vec<Complaint> {
    let alone = |settings| Raw { settings, ..Raw::default() };
    let others = file.members().iter().filter(|(name, _)| name != "adapters").cloned().collect();
    let mut complaints = store::compile(&alone(Value::Object(others))).await.complaints;
    for (at, entry) in (1..).zip(file.get("adapters").and_then(Value::list).unwrap_or_default()) {
        for one in store::compile(&alone(object! { "adapters" => vec![entry.clone()] })).await.complaints {
            complaints.push(Complaint { entry: at, ..one });
        }
    }
    complaints
}

async fn draw() {
    let mine = DRAWN.get().wrapping_add(1);
    DRAWN.set(mine);
    let brought = bring(&store::load_raw().await).await;
    // Something else was pasted meanwhile.
    if DRAWN.get() != mine {
        return;
    }
    dom::set_text("where", &word("lists_where_", &value("from")));
    let said = match &brought {
        Ok(brought) => summary(brought),
        Err(Trouble::Nothing) => String::new(),
        Err(Trouble::Refused(refusal)) => api::text(match refusal {
            Refusal::Empty => "lists_refused_empty",
            Refusal::NotJson => "lists_refused_json",
            Refusal::OtherFormat => "lists_refused_other",
        }),
    };
    dom::show("nothing", Shown::when(matches!(brought, Err(Trouble::Nothing))));
    dom::set_text("summary", &said);
    let brought = brought.unwrap_or_else(|_| Brought { offer: Offer::default(), differs: Vec::new(), left: Vec::new(), doubled: 0 });
    let new = brought.offer.count(Fate::New);
    dom::show("add", Shown::when(new > 0));
    dom::set_text("add", &api::counted("lists_add", new, &[]));
    dom::show("locked", Shown::when(brought.offer.count(Fate::Locked) > 0));
    let of = |wanted: fn(&str) -> bool| -> Vec<Value> {
        let pieces = brought.offer.pieces.iter().enumerate().filter(|(_, piece)| wanted(piece.key));
        let row = |(at, piece)| row(piece, brought.differs.get(at).map(Vec::as_slice).unwrap_or_default());
        pieces.map(row).collect()
    };
    draw_rows("block", &of(|key| key == "blocklist"));
    draw_rows("allow", &of(|key| key == "allowlist"));
    draw_rows("rest", &of(|key| key != "blocklist" && key != "allowlist"));
    let left: Vec<Value> =
        brought.left.iter().map(|(text, why)| object! { "line" => harmless(text), "notes" => vec![why.as_str()] }).collect();
    draw_rows("left", &left);
}

fn row(piece: &Piece, differs: &[Difference]) -> Value {
    let is_line = piece.key == "blocklist" || piece.key == "allowlist";
    let tag = match piece.fate {
        Fate::New => String::new(),
        Fate::There => api::text("lists_there"),
        Fate::Other => api::text("lists_other"),
        Fate::Locked => api::text("policy"),
    };
    // What is there already is as it was before.
    let differs = if piece.fate == Fate::New { differs } else { &[] };
    let notes: Vec<Value> = differs.iter().map(|one| word("lists_differs_", differs_name(*one)).into()).collect();
    object! {
        "of" => if is_line { String::new() } else { key_word(piece.key) }, "line" => shown(&piece.value), "tag" => tag, "notes" => notes,
    }
}

/// A value in a line: of an object its texts.
fn shown(value: &Value) -> String {
    let mut text = match value {
        Value::Number(number) => (*number as i64).to_string(),
        Value::Text(text) => text.clone(),
        other => {
            let mut all = String::new();
            for (_, member) in other.members() {
                if !all.is_empty() {
                    all.push_str(" · ");
                }
                all.push_str(member.text().unwrap_or_default());
            }
            all
        }
    };
    if let Some((end, _)) = text.char_indices().nth(LONGEST_SHOWN) {
        text.truncate(end);
        text.push('…');
    }
    harmless(&text)
}

/// Without what would turn the writing round: a line is read as it will count.
fn harmless(text: &str) -> String {
    let turns = |one: char| matches!(one, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|one| if turns(one) { '\u{fffd}' } else { one }).collect()
}

fn draw_rows(name: &str, rows: &[Value]) {
    let part = |end: &str| prefixed(name, end);
    dom::show(&part("-group"), Shown::when(!rows.is_empty()));
    dom::set_text(&part("-count"), &rows.len().to_string());
    dom::fill(name, rows.get(..MOST_ROWS).unwrap_or(rows));
    let more = rows.len().saturating_sub(MOST_ROWS);
    dom::show(&part("-more"), Shown::when(more > 0));
    dom::set_text(&part("-more"), &api::text_with("lists_more", &[&more.to_string()]));
}

/// Numbers first, so that no language needs its plurals here.
fn summary(brought: &Brought) -> String {
    let offer = &brought.offer;
    let mut said = String::new();
    for (count, key) in [
        (offer.count(Fate::New), "lists_count_new"),
        (offer.count(Fate::There), "lists_count_there"),
        (brought.doubled, "lists_count_doubled"),
        (offer.count(Fate::Other), "lists_count_other"),
        (offer.count(Fate::Locked), "lists_count_locked"),
        (brought.left.len(), "lists_count_left"),
    ] {
        if count > 0 {
            if !said.is_empty() {
                said.push_str(" · ");
            }
            said.push_str(&api::text_with(key, &[&count.to_string()]));
        }
    }
    if said.is_empty() { api::text("lists_count_none") } else { said }
}

async fn choose() {
    let file =
        dom::part("file").and_then(|input| Reflect::get(&input, &"files".into()).ok()).and_then(|files| Reflect::get_u32(&files, 0).ok());
    let text = match file.filter(|file| !file.is_undefined()) {
        None => None,
        Some(file) => {
            let file: Blob = file.unchecked_into();
            let text = if file.size() > LARGEST_FILE { None } else { file.text().await.ok().and_then(|text| text.as_string()) };
            // No text that we could read has this character; all texts of two bytes a letter do.
            match text.filter(|text| !text.chars().any(|one| one == '\0')) {
                Some(text) => Some(text),
                None => {
                    DRAWN.set(DRAWN.get().wrapping_add(1));
                    set_value("file", "");
                    FILE.set(None);
                    draw().await;
                    return dom::set_text("summary", &api::text("lists_refused_file"));
                }
            }
        }
    };
    set_value("paste", "");
    FILE.set(text);
    draw().await;
}

async fn add() {
    let raw = store::load_raw().await;
    let Ok(brought) = bring(&raw).await else { return };
    let count = brought.offer.count(Fate::New);
    if count == 0 {
        return;
    }
    if store::save_settings(brought.offer.settings).await.is_err() {
        return dom::set_text("said", &api::text("lists_not_added"));
    }
    // As it is kept: Chromium puts members into an order of its own.
    UNDO.set(Some((raw.settings, store::load_raw().await.settings)));
    draw().await;
    dom::set_text("said", &api::counted("lists_added", count, &[]));
    dom::show("done", Shown::Yes);
    // The button that was clicked is gone.
    focus("undo");
}

async fn undo() {
    let Some((before, after)) = UNDO.take() else { return };
    dom::show("done", Shown::No);
    let word = if store::load_raw().await.settings != after {
        // What was written since then would be lost.
        "lists_undo_changed"
    } else {
        let put = if before == Value::Null {
            api::act("storage.local.remove", vec!["settings".into()]).await
        } else {
            store::save_settings(before).await
        };
        if put.is_ok() { "lists_undone" } else { "lists_not_undone" }
    };
    draw().await;
    dom::set_text("said", &api::text(word));
    focus(if dom::part("add").is_some_and(|add| !add.hidden()) { "add" } else { "from" });
}

async fn save() {
    let settings = merge::export(&store::load_raw().await.settings);
    dom::set_text("saved", &api::text(if hand_over(&settings).is_ok() { "lists_saved" } else { "lists_not_saved" }));
}

fn key_word(key: &str) -> String {
    word("lists_key_", key)
}

fn word(start: &str, name: &str) -> String {
    let key = prefixed(start, name);
    api::text(&key)
}

fn prefixed(start: &str, name: &str) -> String {
    let mut key = start.to_owned();
    key.push_str(name);
    key
}

fn value(part: &str) -> String {
    dom::part(part).map(|element| value_of(&element)).unwrap_or_default()
}

fn value_of(element: &HtmlElement) -> String {
    Reflect::get(element, &"value".into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
}

fn set_value(part: &str, text: &str) {
    if let Some(element) = dom::part(part) {
        let _ = Reflect::set(&element, &"value".into(), &text.into());
    }
}

fn focus(part: &str) {
    if let Some(element) = dom::part(part) {
        let _ = element.focus();
    }
}

/// The end of its key in the locale, which has `lists_differs_` before it.
fn differs_name(difference: Difference) -> &'static str {
    match difference {
        Difference::Subdomains => "subdomains",
        Difference::HostItself => "hostItself",
        Difference::HostEnds => "hostEnds",
        Difference::PathEnds => "pathEnds",
        Difference::Case => "case",
        Difference::AnyPort => "anyPort",
        Difference::OtherScript => "otherScript",
        Difference::WithoutKeywords => "withoutKeywords",
        Difference::WithoutRegex => "withoutRegex",
        Difference::ForAllSets => "forAllSets",
    }
}

/// The end of its key in the locale, which has `lists_left_` before it.
fn left_name(reason: LeftReason) -> &'static str {
    match reason {
        LeftReason::Unreadable(PatternError::NotText) => "notText",
        LeftReason::Unreadable(PatternError::NotAPattern | PatternError::NoScheme) => "notAPattern",
        LeftReason::Unreadable(PatternError::BadHost) => "badHost",
        LeftReason::Unreadable(PatternError::BadPort) => "badPort",
        LeftReason::Unreadable(PatternError::TooLong) => "tooLong",
        LeftReason::Unreadable(PatternError::NotAWebPage) => "notAWebPage",
        LeftReason::Unreadable(PatternError::NoWords) => "noWords",
        LeftReason::Unreadable(PatternError::Everything) | LeftReason::Everything => "everything",
        LeftReason::Regex => "regex",
        LeftReason::Keyword => "keyword",
        LeftReason::Referrer => "referrer",
        LeftReason::Files => "files",
        LeftReason::HostBeginning => "hostBeginning",
        LeftReason::HostWildcard => "hostWildcard",
        LeftReason::FilterWildcard => "filterWildcard",
        LeftReason::AtLeastOne => "atLeastOne",
        LeftReason::Fragment => "fragment",
        LeftReason::Cosmetic => "cosmetic",
        LeftReason::Options => "options",
        LeftReason::Unanchored => "unanchored",
        LeftReason::Redirect => "redirect",
        LeftReason::Schedule => "schedule",
        LeftReason::Remote => "remote",
        LeftReason::RealAddress => "realAddress",
        LeftReason::Shape => "shape",
    }
}
