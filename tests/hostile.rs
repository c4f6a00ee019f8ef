//! What a hostile author of a list writes and a careless administrator rolls out: `tests/hostile/lists.json` and `policies.json`, each with what must come
//! of it. Whatever it is, tools are never held, bounds are kept, a call begins and ends, and each bad entry is named. Pages, customers and other
//! extensions are tried in browsers: `tests/e2e/hostility.test.mjs`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;

use undivided::config::{Complaint, Config, Shelf, Verdict};
use undivided::customer::LONGEST_TEXT;
use undivided::focus::{Browsing, Front, Grip, Life, Tab, Thing};
use undivided::guide::Guide;
use undivided::ids::{Millis, Moment, TabId, WindowId};
use undivided::object;
use undivided::pattern::Page;
use undivided::session::{Effect, Event, State, step};
use undivided::value::Value;

const TITLE: &str = "The latest";

#[test]
fn a_hostile_list_holds_what_its_good_lines_say_and_nothing_else() {
    for attempt in attempts(include_str!("hostile/lists.json")) {
        let mut settings = written_out(attempt.get("settings").unwrap());
        settings.put("toolSites", vec!["https://phone.example/*"].into());
        check(&attempt, &settings, &Value::Null);
    }
}

#[test]
fn a_careless_policy_counts_as_far_as_it_can_be_read() {
    for attempt in attempts(include_str!("hostile/policies.json")) {
        check(&attempt, &object! {}, &written_out(attempt.get("policy").unwrap()));
    }
}

fn check(attempt: &Value, agent: &Value, policy: &Value) {
    let what = attempt.text_of("what").unwrap();
    let config = Config::compile(agent, policy, &Shelf::default());
    let guide = Guide::compile(agent, policy);
    let complaints: Vec<_> = config.complaints.iter().chain(&guide.complaints).collect();
    let named = attempt.number_of("complaints").unwrap() as usize;
    assert!(complaints.len() >= named, "{what}: {} of at least {named} are named: {}", complaints.len(), listed(&complaints));
    assert!(named > 0 || complaints.is_empty(), "{what}: {}", listed(&complaints));
    assert!(complaints.iter().all(|one| one.text.chars().count() <= LONGEST_TEXT + 1), "{what}: a complaint quotes a line, not a book");

    for (url, wanted) in attempt.get("verdicts").unwrap().members() {
        let seen = match config.verdict(Page { url, title: TITLE }) {
            Verdict::Tool => "tool",
            Verdict::Listed(_) | Verdict::Rest => "held",
            Verdict::Excepted(_) | Verdict::Nothing => "free",
        };
        assert_eq!(Some(seen), wanted.text(), "{what}: {url}");
    }
    assert!(
        config.wrap_up <= Millis::seconds(600) && config.max_call <= Millis::minutes(600) && config.max_call >= Millis::minutes(1),
        "{what}"
    );
    a_call_begins_and_ends(what, &config, attempt.get("verdicts").unwrap().members());
}

fn listed(complaints: &[&Complaint]) -> String {
    let few: Vec<String> =
        complaints.iter().take(8).map(|one| format!("{}[{}] {:?} {:?}", one.key, one.entry, one.reason, one.text)).collect();
    few.join("; ")
}

/// By hand, so that no tool is needed, and with each of the addresses in a tab: those that are held fall silent, no other does, and all are given back.
fn a_call_begins_and_ends(what: &str, config: &Config, verdicts: &[(String, Value)]) {
    let tab = |(id, (url, _)): (i32, &(String, Value))| Tab {
        id: TabId(id),
        window: WindowId(1),
        url: url.clone(),
        title: TITLE.to_owned(),
        front: Front::Behind,
        life: Life::Awake,
        browsing: Browsing::Usual,
    };
    let tabs = (1..).zip(verdicts).map(tab).collect();
    let held = (1..).zip(verdicts).filter(|(_, (_, verdict))| verdict.text() == Some("held")).map(|(id, _)| TabId(id));
    let held: BTreeSet<TabId> = held.collect();

    let (state, _) = step(State::default(), Event::Switched, Moment(0), config);
    assert!(!state.is_idle(), "{what}: it begins");
    let (state, effects) = step(state, Event::Listed { tabs }, Moment(10), config);
    assert_eq!(sounds(&effects, |grip| matches!(grip, Grip::Take(_))), held, "{what}: these fall silent");
    assert!(State::read(&state.write()).as_ref() == Some(&state), "{what}: what is kept can be read");
    let (_, effects) = step(state, Event::FocusEnded, Moment(1000), config);
    assert_eq!(sounds(&effects, |grip| matches!(grip, Grip::Give(_))), held, "{what}: and these are given back");
}

fn sounds(effects: &[Effect], wanted: impl Fn(&Grip) -> bool) -> BTreeSet<TabId> {
    let tab = |effect: &Effect| match effect {
        Effect::Grip(grip @ (Grip::Take(Thing::Sound(tab)) | Grip::Give(Thing::Sound(tab))), _) if wanted(grip) => Some(*tab),
        _ => None,
    };
    effects.iter().filter_map(tab).collect()
}

fn attempts(text: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(text).unwrap();
    let all = all.list().unwrap().to_vec();
    assert!(all.len() > 20);
    all
}

/// `{"repeat": "site-%.example", "times": 3}` stands for that many entries, with their number in the place of `%`.
fn written_out(value: &Value) -> Value {
    let times = value.number_of("times").map(|times| times as usize);
    match (value.text_of("repeat"), times) {
        (Some(entry), Some(times)) => (0..times).map(|at| Value::from(entry.replace('%', &at.to_string()))).collect::<Vec<_>>().into(),
        _ => match value {
            Value::Object(members) => {
                Value::Object(members.iter().map(|(name, value)| (name.clone(), member(name, written_out(value)))).collect())
            }
            other => other.clone(),
        },
    }
}

/// Adapters in a policy are JSON text, which the shell reads before the core sees them.
fn member(name: &str, value: Value) -> Value {
    match value {
        Value::List(entries) if name == "adapters" => {
            let read = |entry: Value| entry.text().and_then(|text| serde_json::from_str(text).ok()).unwrap_or(entry);
            Value::List(entries.into_iter().map(read).collect())
        }
        value => value,
    }
}
