//! The insights' books in `storage.local`: read, written in and cut to their length, one change at a time. Must never know what the sums mean.

use std::cell::RefCell;

use js_sys::Date;

use super::api::{self, Answer};
use super::store::log;
use crate::ids::Moment;
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
    prune(&mut books, &day_ago(days, api::now()));
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

/// The day that many days before tomorrow: 1 is today. By the calendar and at noon: a day on which clocks change has 23 or 25 hours, and some have no midnight.
pub fn day_ago(days: u32, now: Moment) -> String {
    let today = date(now);
    let (year, month, back) = (today.get_full_year(), today.get_month() as i32, days as i32 - 1);
    let noon = Date::new_with_year_month_day_hr(year, month, today.get_date() as i32 - back, 12);
    day(Moment(noon.get_time() as u64))
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
        prune(&mut books, &day_ago(days, api::now()));
        save(books).await?;
        WAITING.with_borrow_mut(|waiting| drop(waiting.drain(..now.len())));
    }
}

fn date(at: Moment) -> Date {
    Date::new(&(at.0 as f64).into())
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn no_day_is_missing_or_there_twice_when_clocks_change() {
        js_sys::eval("process.env.TZ = 'Europe/Lisbon'").unwrap();
        // Clocks were set forward on 2026-03-29: that day had 23 hours. They were set back on 2026-10-25, which had 25.
        let back_from = |now: &str| [1, 2, 3, 4].map(|days| day_ago(days, Moment(Date::parse(now) as u64)));
        assert_eq!(back_from("2026-03-30T23:30:00Z"), ["2026-03-31", "2026-03-30", "2026-03-29", "2026-03-28"]);
        assert_eq!(back_from("2026-10-25T23:30:00Z"), ["2026-10-25", "2026-10-24", "2026-10-23", "2026-10-22"]);
        assert_eq!(back_from("2027-01-01T12:00:00Z"), ["2027-01-01", "2026-12-31", "2026-12-30", "2026-12-29"]);
    }
}
