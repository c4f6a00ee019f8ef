//! The insights' books in `storage.local`: read, written in and cut to their length, one change at a time. Must never know what the sums mean.

use std::cell::RefCell;

use js_sys::Date;

use super::api::{self, Answer};
use super::store::log;
use crate::ids::{Millis, Moment};
use crate::insights::{Hour, Tally, count, prune};
use crate::object;
use crate::value::Value;

thread_local! {
    /// What waits to be written. Two changes at once would each write what they read.
    static WAITING: RefCell<Vec<Tally>> = const { RefCell::new(Vec::new()) };
}

/// Writes something down. What is on its way when the worker dies is lost, and so is what a full disk refuses.
pub fn enter(tally: Tally, days: u32) {
    let first = WAITING.with_borrow_mut(|waiting| {
        waiting.push(tally);
        waiting.len() == 1
    });
    if first {
        api::spawn(async move {
            if let Err(error) = write(days).await {
                WAITING.take();
                log(&error);
            }
        });
    }
}

/// The books as they are.
pub async fn load() -> Vec<Value> {
    let kept = api::ask("storage.local.get", vec!["insights".into()]).await.unwrap_or_default();
    kept.get("insights").and_then(Value::list).unwrap_or_default().to_vec()
}

/// Cuts them to so many days; nothing is written where nothing is too old.
pub async fn cut(days: u32) -> Answer<()> {
    let mut books = load().await;
    let before = books.len();
    prune(&mut books, &day(days_ago(days)));
    if books.len() < before { save(books).await } else { Ok(()) }
}

/// The day that a moment is in, by the clock of this computer.
pub fn day(at: Moment) -> String {
    let date = date(at);
    let two = |number: u32| {
        let mut text = String::from(if number < 10 { "0" } else { "" });
        text.push_str(&number.to_string());
        text
    };
    [date.get_full_year().to_string(), two(date.get_month() + 1), two(date.get_date())].join("-")
}

/// A moment on the day that many days before tomorrow: 1 is today.
pub fn days_ago(days: u32) -> Moment {
    let back = Millis::minutes(u64::from(days.saturating_sub(1)) * 24 * 60);
    Moment(api::now().0.saturating_sub(back.0))
}

/// Writes the books anew.
pub async fn save(books: Vec<Value>) -> Answer<()> {
    api::act("storage.local.set", vec![object! { "insights" => books }]).await
}

async fn write(days: u32) -> Answer<()> {
    // What comes meanwhile is written in the next round; it stands in the queue until it is, so that no second writer begins.
    loop {
        let now = WAITING.with_borrow(Clone::clone);
        if now.is_empty() {
            return Ok(());
        }
        let mut books = load().await;
        for tally in &now {
            let at = match tally {
                Tally::Conversation { began, .. } | Tally::Focus { began, .. } => *began,
                Tally::Verdict { .. } | Tally::Ended => api::now(),
            };
            count(&mut books, tally, &Hour { day: day(at), hour: date(at).get_hours() as u8 });
        }
        prune(&mut books, &day(days_ago(days)));
        save(books).await?;
        WAITING.with_borrow_mut(|waiting| drop(waiting.drain(..now.len())));
    }
}

fn date(at: Moment) -> Date {
    Date::new(&(at.0 as f64).into())
}
