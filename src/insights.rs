//! What days come to: how many conversations, how long in focus, what was held and let through, what was said and how customers found it. Sums a day
//! and an hour, never a conversation's own line. Must never be given anything of a customer's, nor of a private window.
//!
//! The books are a list of days, as plain data, so that a day that something else wrote or broke costs no other day.

use crate::coach::Verdict;
use crate::focus::DigestSite;
use crate::ids::{Millis, Moment};
use crate::object;
use crate::value::Value;

/// Most sites, and most phrases, that a day names; what is rarest goes first.
pub const MOST_NAMED: usize = 100;

/// Something to be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tally {
    /// A conversation is over.
    Conversation {
        /// What kind.
        kind: Kind,
        /// When it began.
        began: Moment,
        /// The ids of phrases that were said.
        said: Vec<String>,
    },
    /// A customer's verdict, or another in the place of one.
    Verdict {
        /// What was counted for this conversation so far.
        before: Option<Verdict>,
        /// What counts now.
        now: Option<Verdict>,
    },
    /// Holding is over.
    Focus {
        /// When it began.
        began: Moment,
        /// How long it was.
        length: Millis,
        /// What was held.
        sites: Vec<HeldCount>,
        /// How often something was let through.
        passes: u32,
    },
    /// The agent ended focus.
    Ended,
}

/// What kind of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// By voice.
    Call,
    /// In writing.
    Chat,
    /// Face to face.
    Visit,
}

/// How often a site was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldCount {
    /// As it stands in the list.
    pub site: String,
    /// Tabs that were covered.
    pub tabs: u32,
    /// Visits that were stopped.
    pub stops: u32,
    /// Notifications that were kept back.
    pub notices: u32,
}

/// When something is counted, by the agent's own clock and calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hour {
    /// The day, as `2026-11-26`: such texts sort as days do.
    pub day: String,
    /// From 0 to 23.
    pub hour: u8,
}

/// A day's sums, by the names they have in the books.
pub const SUMS: [&str; 9] = ["calls", "chats", "visits", "seconds", "passes", "ended", "good", "mixed", "bad"];

impl Kind {
    /// The sum that it belongs to.
    fn name(self) -> &'static str {
        match self {
            Kind::Call => "calls",
            Kind::Chat => "chats",
            Kind::Visit => "visits",
        }
    }
}

impl HeldCount {
    /// What of a site counts; `None` where it was met in a private window, or may have been.
    pub fn of(site: &DigestSite) -> Option<HeldCount> {
        site.unsure.is_empty().then(|| HeldCount {
            site: site.site.clone(),
            tabs: site.tabs.len() as u32,
            stops: site.stops,
            notices: site.notices.len() as u32,
        })
    }
}

/// Writes something into the books. `hour` is that of the tally's own beginning, or now where it has none.
pub fn count(books: &mut Vec<Value>, tally: &Tally, hour: &Hour) {
    let mut day = take_day(books, &hour.day);
    let mut hours = (0, 0);
    match tally {
        Tally::Conversation { kind, said, .. } => {
            add(&mut day, kind.name(), 1);
            hours.0 = 1;
            let mut phrases = rows(&day, "phrases");
            for id in said {
                add_row(&mut phrases, id, &[1]);
            }
            put_rows(&mut day, "phrases", phrases);
        }
        Tally::Verdict { before, now } => {
            before.iter().for_each(|verdict| add(&mut day, verdict.name(), -1));
            now.iter().for_each(|verdict| add(&mut day, verdict.name(), 1));
        }
        Tally::Focus { length, sites, passes, .. } => {
            add(&mut day, "seconds", (length.0 / 1000) as i64);
            add(&mut day, "passes", i64::from(*passes));
            let mut held = rows(&day, "sites");
            for site in sites {
                let counts = [site.tabs, site.stops, site.notices];
                hours.1 += counts.iter().map(|count| i64::from(*count)).sum::<i64>();
                add_row(&mut held, &site.site, &counts.map(i64::from));
            }
            put_rows(&mut day, "sites", held);
        }
        Tally::Ended => add(&mut day, "ended", 1),
    }
    if hours != (0, 0) {
        let mut all = rows(&day, "hours");
        add_row(&mut all, &hour.hour.to_string(), &[hours.0, hours.1]);
        put_rows(&mut day, "hours", all);
    }
    books.push(day);
}

/// Leaves out the days before that one, and what is no day.
pub fn prune(books: &mut Vec<Value>, oldest: &str) {
    books.retain(|day| day.text_of("day").is_some_and(|day| day >= oldest));
}

/// The day of that date, out of the books; a new one where there is none. It goes to the end: the books are in the order of their last change.
fn take_day(books: &mut Vec<Value>, date: &str) -> Value {
    match books.iter().position(|day| day.text_of("day") == Some(date)) {
        Some(at) => books.remove(at),
        None => object! { "day" => date },
    }
}

fn add(day: &mut Value, name: &str, more: i64) {
    let sum = day.number_of(name).map_or(0, whole) + more;
    // A verdict that was given yesterday and is taken back today: no day has less than none.
    day.set(name, "", (sum.max(0) as f64).into());
}

/// Rows of a name and its counts; what is no row is left out. As lists, so that no site's name becomes a member's.
pub fn rows(day: &Value, name: &str) -> Vec<(String, Vec<i64>)> {
    let row = |row: &Value| {
        let (name, counts) = row.list()?.split_first()?;
        Some((name.text()?.to_owned(), counts.iter().map(|count| count.number().map_or(0, whole)).collect()))
    };
    day.get(name).and_then(Value::list).unwrap_or_default().iter().filter_map(row).collect()
}

/// Adds counts to the row of that name.
pub fn add_row(rows: &mut Vec<(String, Vec<i64>)>, name: &str, counts: &[i64]) {
    let at = rows.iter().position(|row| row.0 == name).unwrap_or_else(|| {
        rows.push((name.to_owned(), Vec::new()));
        rows.len() - 1
    });
    if let Some((_, sums)) = rows.get_mut(at) {
        sums.resize(sums.len().max(counts.len()), 0);
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum = sum.saturating_add(*count));
    }
}

fn put_rows(day: &mut Value, name: &str, mut rows: Vec<(String, Vec<i64>)>) {
    while rows.len() > MOST_NAMED {
        let rarest = rows.iter().enumerate().min_by_key(|(_, row)| row.1.iter().sum::<i64>()).map_or(0, |(at, _)| at);
        rows.remove(rarest);
    }
    if rows.is_empty() {
        return;
    }
    let row = |(name, counts): (String, Vec<i64>)| {
        let mut row = vec![Value::Text(name)];
        row.extend(counts.into_iter().map(|count| Value::Number(count as f64)));
        Value::List(row)
    };
    day.set(name, "", Value::List(rows.into_iter().map(row).collect()));
}

/// Some days' sums, as the page shows them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// In the order of [`SUMS`].
    pub sums: [i64; SUMS.len()],
    /// Of each stretch of days, the earliest first: its first day, conversations and seconds in focus.
    pub stretches: Vec<(String, i64, i64)>,
    /// Of each hour of the day: conversations that began in it, and how often something was held then.
    pub hours: [(i64, i64); 24],
    /// Sites with the tabs, visits and notifications that were held; those that came most first.
    pub sites: Vec<(String, Vec<i64>)>,
    /// Phrases with how often they were said, likewise.
    pub phrases: Vec<(String, Vec<i64>)>,
}

impl Summary {
    /// The sum of that name in [`SUMS`].
    pub fn sum(&self, name: &str) -> i64 {
        SUMS.iter().zip(self.sums).filter(|(one, _)| **one == name).map(|(_, sum)| sum).sum()
    }

    /// All conversations.
    pub fn conversations(&self) -> i64 {
        KINDS.iter().map(|kind| self.sum(kind)).sum()
    }

    /// How often anything was held.
    pub fn held(&self) -> i64 {
        self.sites.iter().flat_map(|(_, counts)| counts).sum()
    }
}

const KINDS: [&str; 3] = ["calls", "chats", "visits"];

/// Sums up these days, the earliest first, in stretches of `stretch` days.
pub fn sum_up(books: &[Value], days: &[String], stretch: usize) -> Summary {
    let mut summary = Summary::default();
    for stretch in days.chunks(stretch.max(1)) {
        let (mut conversations, mut seconds) = (0, 0);
        for day in books.iter().filter(|day| day.text_of("day").is_some_and(|date| stretch.iter().any(|one| one == date))) {
            let sum = |name: &str| day.number_of(name).map_or(0, whole);
            summary.sums.iter_mut().zip(SUMS).for_each(|(all, name)| *all += sum(name));
            conversations += KINDS.iter().map(|kind| sum(kind)).sum::<i64>();
            seconds += sum("seconds");
            for (hour, counts) in rows(day, "hours") {
                if let (Some(at), [began, held, ..]) =
                    (hour.parse().ok().and_then(|hour: usize| summary.hours.get_mut(hour)), counts.as_slice())
                {
                    *at = (at.0 + began, at.1 + held);
                }
            }
            rows(day, "sites").iter().for_each(|(site, counts)| add_row(&mut summary.sites, site, counts));
            rows(day, "phrases").iter().for_each(|(id, counts)| add_row(&mut summary.phrases, id, counts));
        }
        summary.stretches.push((stretch.first().cloned().unwrap_or_default(), conversations, seconds));
    }
    for rows in [&mut summary.sites, &mut summary.phrases] {
        rows.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().sum::<i64>()));
    }
    summary
}

/// The books as a table for other programs, the earliest day first: `day,what,name,count`, a count a line.
pub fn csv(books: &[Value]) -> String {
    let mut days: Vec<&Value> = books.iter().filter(|day| day.text_of("day").is_some()).collect();
    days.sort_by_key(|day| day.text_of("day"));
    let mut out = String::from("day,what,name,count\r\n");
    for day in days {
        let mut line = |what: &str, name: &str, count: i64| {
            for cell in [day.text_of("day").unwrap_or_default(), what, name] {
                put_cell(&mut out, cell);
                out.push(',');
            }
            out.push_str(&count.to_string());
            out.push_str("\r\n");
        };
        for name in SUMS {
            line(name, "", day.number_of(name).map_or(0, whole));
        }
        for (list, columns) in COLUMNS {
            for (name, counts) in rows(day, list) {
                columns.iter().zip(counts).for_each(|(column, count)| line(column, &name, count));
            }
        }
    }
    out
}

/// What the counts of each list are called in the table.
const COLUMNS: [(&str, &[&str]); 3] = [
    ("hours", &["hour began", "hour held"]),
    ("sites", &["site tabs", "site visits", "site notifications"]),
    ("phrases", &["phrase said"]),
];

/// A cell as RFC 4180 has it. What a spreadsheet would take for a formula gets an apostrophe in front: a line of a blocklist may begin with `=`.
fn put_cell(out: &mut String, cell: &str) {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if !formula && !cell.contains([',', '"', '\n', '\r']) {
        return out.push_str(cell);
    }
    out.push('"');
    if formula {
        out.push('\'');
    }
    for one in cell.chars() {
        if one == '"' {
            out.push('"');
        }
        out.push(one);
    }
    out.push('"');
}

/// What is no count counts nothing, and none is so large that adding to it could overflow.
fn whole(number: f64) -> i64 {
    if number > 0.0 && number < 1e12 { number as i64 } else { 0 }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(day: &str, hour: u8) -> Hour {
        Hour { day: day.to_owned(), hour }
    }

    fn call(said: &[&str]) -> Tally {
        Tally::Conversation { kind: Kind::Call, began: Moment(0), said: said.iter().map(|id| (*id).to_owned()).collect() }
    }

    fn focus(sites: &[&str]) -> Tally {
        let site = |site: &&str| HeldCount { site: (*site).to_owned(), tabs: 1, stops: 2, notices: 0 };
        Tally::Focus { began: Moment(0), length: Millis::seconds(90), sites: sites.iter().map(site).collect(), passes: 1 }
    }

    #[test]
    fn what_is_counted_on_a_day_is_summed_up_there() {
        let mut books = Vec::new();
        let (one, two) = (at("2026-11-26", 9), at("2026-11-27", 10));
        for (tally, hour) in
            [(call(&["hello"]), &one), (focus(&["news.example"]), &one), (call(&["hello", "bye"]), &two), (call(&[]), &one)]
        {
            count(&mut books, &tally, hour);
        }
        let day = books.iter().find(|day| day.text_of("day") == Some("2026-11-26")).unwrap();
        assert_eq!((day.number_of("calls"), day.number_of("seconds"), day.number_of("passes")), (Some(2.0), Some(90.0), Some(1.0)));
        assert_eq!(rows(day, "sites"), [("news.example".to_owned(), vec![1, 2, 0])]);
        assert_eq!(rows(day, "hours"), [("9".to_owned(), vec![2, 3])]);
        assert_eq!(rows(day, "phrases"), [("hello".to_owned(), vec![1])]);
        assert_eq!(books.len(), 2);
    }

    #[test]
    fn a_verdict_that_is_changed_counts_once_and_none_is_less_than_none() {
        let mut books = Vec::new();
        let hour = at("2026-11-26", 9);
        let verdict = |before, now| Tally::Verdict { before, now };
        count(&mut books, &verdict(None, Some(Verdict::Bad)), &hour);
        count(&mut books, &verdict(Some(Verdict::Bad), Some(Verdict::Good)), &hour);
        count(&mut books, &verdict(Some(Verdict::Mixed), None), &hour);
        let sum = |name| books[0].number_of(name);
        assert_eq!((sum("good"), sum("mixed"), sum("bad")), (Some(1.0), Some(0.0), Some(0.0)));
    }

    #[test]
    fn days_that_are_too_old_go_and_so_does_what_is_no_day() {
        let mut books = vec![object! { "day" => "2026-08-01" }, object! { "day" => "2026-08-02" }, Value::Null, object! { "calls" => 4.0 }];
        prune(&mut books, "2026-08-02");
        assert_eq!(books, [object! { "day" => "2026-08-02" }]);
    }

    #[test]
    fn a_day_names_a_hundred_sites_and_those_that_came_most() {
        let mut books = Vec::new();
        let hour = at("2026-11-26", 9);
        count(&mut books, &focus(&["often.example"]), &hour);
        count(&mut books, &focus(&["often.example"]), &hour);
        for number in 0..200 {
            count(&mut books, &focus(&[&format!("{number}.example")]), &hour);
        }
        let sites = rows(&books[0], "sites");
        assert!(sites.len() == MOST_NAMED && sites.iter().any(|(site, counts)| site == "often.example" && counts == &[2, 4, 0]));
    }

    #[test]
    fn days_are_summed_up_in_stretches_and_what_came_most_comes_first() {
        let mut books = Vec::new();
        for day in ["2026-11-24", "2026-11-26", "2026-11-27"] {
            count(&mut books, &call(&["hello"]), &at(day, 9));
            count(&mut books, &focus(&["news.example"]), &at(day, 9));
        }
        count(&mut books, &focus(&["=video.example/", "news.example"]), &at("2026-11-27", 17));
        let days = ["2026-11-25", "2026-11-26", "2026-11-27"].map(str::to_owned);
        let summary = sum_up(&books, &days, 2);
        assert_eq!((summary.conversations(), summary.sum("seconds"), summary.held()), (2, 270, 12));
        assert_eq!(summary.stretches, [("2026-11-25".to_owned(), 1, 90), ("2026-11-27".to_owned(), 1, 180)]);
        assert_eq!((summary.hours[9], summary.hours[17]), ((2, 6), (0, 6)));
        assert_eq!(summary.sites[0], ("news.example".to_owned(), vec![3, 6, 0]));
        assert_eq!(summary.phrases, [("hello".to_owned(), vec![2])]);
    }

    #[test]
    fn a_table_has_a_line_a_count_and_nothing_that_a_spreadsheet_would_reckon() {
        let mut books = Vec::new();
        count(&mut books, &focus(&["=video.example/,\"x\""]), &at("2026-11-27", 17));
        count(&mut books, &call(&[]), &at("2026-11-26", 9));
        let table = csv(&books);
        assert!(table.starts_with("day,what,name,count\r\n2026-11-26,calls,,1\r\n"), "{table}");
        assert!(table.contains("2026-11-27,site visits,\"'=video.example/,\"\"x\"\"\",2\r\n"), "{table}");
        assert!(table.contains("2026-11-27,hour held,17,3\r\n"), "{table}");
    }

    fn odd() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Truth),
            any::<f64>().prop_map(Value::Number),
            "[a-z0-9.]{0,12}|__proto__|2026-11-26".prop_map(Value::Text),
        ];
        let names = prop::sample::select(vec!["day", "calls", "seconds", "good", "sites", "hours", "phrases", "other"]);
        leaf.prop_recursive(4, 40, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
                prop::collection::vec((names.clone(), inner), 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())),
            ]
        })
    }

    proptest! {
        /// Whatever stands in the books, what is counted now is counted, and no day is lost by it.
        #[test]
        fn books_of_any_kind_take_what_comes(mut books in prop::collection::vec(odd(), 0..6), sites in prop::collection::vec("[a-z]{1,3}", 0..4)) {
            let before = books.len();
            let had = books.iter().find(|day| day.text_of("day") == Some("2026-11-26")).and_then(|day| day.number_of("calls")).map_or(0, whole);
            let names: Vec<&str> = sites.iter().map(String::as_str).collect();
            count(&mut books, &focus(&names), &at("2026-11-26", 23));
            count(&mut books, &call(&[]), &at("2026-11-26", 23));
            let day = books.iter().find(|day| day.text_of("day") == Some("2026-11-26")).unwrap();
            prop_assert_eq!(day.number_of("calls").map(|calls| calls as i64), Some(had + 1));
            prop_assert!(books.len() <= before + 1);
            prop_assert!(names.iter().all(|name| rows(day, "sites").iter().any(|(site, _)| site == name)));
            let summary = sum_up(&books, &["2026-11-26".to_owned()], 7);
            prop_assert!(summary.conversations() > had && summary.held() >= 3 * names.len() as i64);
            prop_assert!(csv(&books).lines().all(|line| line.contains(',')) || csv(&books).contains('"'));
        }
    }
}
