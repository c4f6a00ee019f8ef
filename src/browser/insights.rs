//! The page of insights: some days' sums as figures, charts and tables, the ways out, and the way to be rid of them. Must never send them anywhere, nor show
//! anything of a customer's; there is nothing of the kind in the books.

use js_sys::{Array, Date, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Event, HtmlElement};

use super::api::{self, Answer};
use super::books;
use super::dom::{self, Shown};
use super::handover::{hand_over_as, json};
use super::page::{library_path, on_change, phrase_language};
use super::store;
use crate::config::Insights;
use crate::guide::Guide;
use crate::insights::{Summary, csv, sum_up};
use crate::object;
use crate::phrase::Rating;
use crate::value::Value;

/// More rows than these are for the exported table.
const MOST_SHOWN: usize = 12;

/// Mounts the page; the promise settles when it is drawn.
#[wasm_bindgen]
pub fn mount_insights() -> Promise {
    api::promise(Box::pin(mount()))
}

async fn mount() -> Answer<()> {
    draw().await;
    dom::on("period", "change", |_| api::spawn(draw()));
    dom::on("delete", "click", ask_to_delete);
    dom::on("save-csv", "click", |_| api::spawn(save(Form::Csv)));
    dom::on("save-json", "click", |_| api::spawn(save(Form::Json)));
    on_change("storage.local.onChanged", "insights", || api::spawn(draw()));
    on_change("storage.local.onChanged", "settings", || api::spawn(draw()));
    Ok(())
}

#[derive(Clone, Copy)]
enum Form {
    Csv,
    Json,
}

async fn draw() {
    let raw = store::load_raw().await;
    let config = store::compile(&raw).await;
    let kept = config.insights_days;
    let length = match dom::value("period").as_str() {
        "day" => 1,
        "week" => 7,
        "month" => 30,
        _ => kept,
    };
    let now = api::now();
    let days: Vec<String> = (1..=length.min(kept)).rev().map(|ago| books::day_ago(ago, now)).collect();
    let books = books::load().await;
    let summary = sum_up(&books, &days, if days.len() > 31 { 7 } else { 1 });
    dom::show("insights-off", Shown::when(config.insights == Insights::Off));
    let empty = summary.conversations() == 0 && summary.held() == 0 && summary.sum("seconds") == 0;
    dom::show("insights-none", Shown::when(empty));
    dom::show("insights-some", Shown::when(!empty));
    dom::show("insights-kept", Shown::when(!books.is_empty()));
    draw_figures(&summary);
    draw_charts(&summary);
    draw_words(&summary, &Guide::compile(&raw.settings, &raw.policy)).await;
}

fn draw_figures(summary: &Summary) {
    let figures = [
        ("figure-calls", summary.sum("calls")),
        ("figure-chats", summary.sum("chats")),
        ("figure-visits", summary.sum("visits")),
        ("figure-minutes", summary.sum("seconds") / 60),
        ("figure-held", summary.held()),
        ("figure-passes", summary.sum("passes")),
        ("figure-ended", summary.sum("ended")),
    ];
    for (part, count) in figures {
        dom::set_text(part, &said(count));
    }
}

/// Each chart has a table of the same counts beside it; the chart is a picture to whoever sees, and nothing to whoever listens.
fn draw_charts(summary: &Summary) {
    let most = summary.stretches.iter().map(|(_, conversations, _)| *conversations).max().unwrap_or(0);
    let columns = summary.stretches.iter().map(|(_, conversations, _)| column(*conversations, most)).collect::<Vec<_>>();
    let rows = summary.stretches.iter().rev().map(|(day, conversations, seconds)| {
        object! { "row-name" => date(day), "row-one" => said(*conversations), "row-two" => said(seconds / 60) }
    });
    dom::fill("days-chart", &columns);
    dom::fill("days-rows", &rows.collect::<Vec<_>>());

    let most = summary.hours.iter().map(|(_, held)| *held).max().unwrap_or(0);
    dom::fill("hours-chart", &summary.hours.iter().map(|(_, held)| column(*held, most)).collect::<Vec<_>>());
    let rows = summary.hours.iter().enumerate().filter(|(_, counts)| **counts != (0, 0));
    let row = |(hour, (began, held)): (usize, &(i64, i64))| {
        object! { "row-name" => clock(hour), "row-one" => said(*began), "row-two" => said(*held) }
    };
    dom::fill("hours-rows", &rows.map(row).collect::<Vec<_>>());

    let most = summary.sites.first().map_or(0, |(_, counts)| counts.iter().sum());
    let row = |(site, counts): &(String, Vec<i64>)| {
        let at = |at: usize| said(counts.get(at).copied().unwrap_or(0));
        object! { "site" => site.as_str(), "bar" => bar(counts.iter().sum(), most), "row-one" => at(0), "row-two" => at(1), "row-three" => at(2) }
    };
    dom::fill("sites-rows", &summary.sites.iter().take(MOST_SHOWN).map(row).collect::<Vec<_>>());
    dom::show("sites", Shown::when(!summary.sites.is_empty()));

    let verdicts = ["good", "mixed", "bad"];
    let most = verdicts.iter().map(|name| summary.sum(name)).max().unwrap_or(0);
    let row = |name: &str| {
        let mut key = String::from("verdict_");
        key.push_str(name);
        object! { "row-name" => api::text(&key), "bar" => bar(summary.sum(name), most), "row-one" => said(summary.sum(name)) }
    };
    dom::fill("verdict-rows", &verdicts.map(row));
    dom::show("verdicts", Shown::when(most > 0));
}

/// Phrases by their words where the agent, the organisation or the library still has them, else by their ids.
async fn draw_words(summary: &Summary, guide: &Guide) {
    dom::show("phrases", Shown::when(!summary.phrases.is_empty()));
    if summary.phrases.is_empty() {
        return;
    }
    let library =
        api::load(library_path(phrase_language(guide.language.clone()))).await.map(|library| api::from_js(&library)).unwrap_or_default();
    let all = library.get("phrases").and_then(Value::list).unwrap_or_default();
    let most = summary.phrases.first().map_or(0, |(_, counts)| counts.iter().sum());
    let row = |(id, counts): &(String, Vec<i64>)| {
        let own = guide.own.iter().find(|phrase| phrase.id == *id).map(|phrase| phrase.text.as_str());
        let text = own.or_else(|| all.iter().find(|phrase| phrase.text_of("id") == Some(id))?.text_of("text")).unwrap_or(id);
        let rating = guide.ratings.iter().find(|(one, _)| one == id).map(|(_, rating)| match rating {
            Rating::Liked => api::text("insights_liked"),
            Rating::Disliked => api::text("insights_disliked"),
        });
        object! { "words" => text, "bar" => bar(counts.iter().sum(), most), "row-one" => said(counts.iter().sum()), "row-two" => rating.unwrap_or_default() }
    };
    dom::fill("phrases-rows", &summary.phrases.iter().take(MOST_SHOWN).map(row).collect::<Vec<_>>());
}

/// A column of a picture that is 100 high.
fn column(count: i64, most: i64) -> Value {
    let height = share(count, most);
    object! { "column" => object! { "y" => (100 - height).to_string(), "height" => height.to_string() } }
}

fn bar(count: i64, most: i64) -> Value {
    object! { "width" => share(count, most).to_string() }
}

/// In hundredths; what is there is seen.
fn share(count: i64, most: i64) -> i64 {
    if count <= 0 || most <= 0 { 0 } else { (count * 100 / most).max(2) }
}

fn said(count: i64) -> String {
    js_sys::Number::from(count as f64).to_locale_string(&api::language()).into()
}

/// A day of the books as people write it. At noon, as a day begins at another time elsewhere.
fn date(day: &str) -> String {
    let form = api::to_js(&object! { "weekday" => "short", "day" => "numeric", "month" => "short" });
    let mut noon = day.to_owned();
    noon.push_str("T12:00");
    Date::new(&noon.into()).to_locale_date_string(&api::language(), &form).into()
}

fn clock(hour: usize) -> String {
    let form = api::to_js(&object! { "hour" => "numeric", "minute" => "2-digit" });
    let at = Date::new_with_year_month_day_hr(2026, 0, 1, hour as i32);
    at.to_locale_string(&api::language(), &form).into()
}

/// Deleting asks once more, on the same button.
fn ask_to_delete(event: &Event) {
    let Some(button) = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
    if button.has_attribute("data-sure") {
        let _ = button.remove_attribute("data-sure");
        dom::set_text("delete", &api::text("insights_delete"));
        api::spawn(async {
            let answer = books::save(Vec::new()).await;
            dom::set_text("insights-said", &api::text(if answer.is_ok() { "insights_deleted" } else { "lists_not_saved" }));
        });
    } else {
        let _ = button.set_attribute("data-sure", "");
        dom::set_text("delete", &api::text("insights_delete_sure"));
    }
}

async fn save(form: Form) {
    let books = books::load().await;
    let (ending, kind, content) = match form {
        Form::Json => (".json", "application/json", json(&object! { "undividedInsights" => 1.0, "days" => books })),
        Form::Csv => (".csv", "text/csv", Ok(Array::of1(&csv(&books).into()))),
    };
    let name = ["undivided-insights", ending].concat();
    let answer = content.and_then(|content| hand_over_as(kind, content, Some(&name)));
    dom::set_text("insights-said", &api::text_with(if answer.is_ok() { "policy_taken" } else { "policy_not_taken" }, &[&name]));
}
