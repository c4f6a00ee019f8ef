//! The adapters that come with us, and mistakes in others: every file is read, and says what it must.

// Helpers of a test are tests too; clippy knows only functions marked as such.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use undivided::config::{Config, Reason, Shelf};
use undivided::tool::{FlawKind, Page, Tool};
use undivided::value::Value;

fn adapters() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/tools");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|file| {
            (file.file_stem().unwrap().to_str().unwrap().to_owned(), serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap())
        })
        .collect()
}

fn flaws(json: &str) -> Vec<(String, FlawKind)> {
    let read = Tool::read(&serde_json::from_str(json).unwrap());
    read.map(|_| Vec::new()).unwrap_or_else(|flaws| flaws.into_iter().map(|flaw| (flaw.path, flaw.kind)).collect())
}

const SMALL: &str = r#"{"id": "desk", "name": "Desk", "category": "phone", "confidence": "source", "references": ["desk/desk@1"], "sites": ["https://desk.example/*"]"#;

#[test]
fn every_adapter_of_ours_is_read_and_named_after_its_file() {
    let adapters = adapters();
    assert!(adapters.len() >= 58, "only {}", adapters.len());
    for (file, adapter) in adapters {
        let tool = Tool::read(&adapter).unwrap_or_else(|flaws| panic!("{file}: {flaws:?}"));
        assert_eq!(tool.id, file);
    }
}

#[test]
fn a_tool_without_any_sign_says_so() {
    for (file, adapter) in adapters() {
        let tool = Tool::read(&adapter).unwrap();
        let limits = adapter.get("limits").map(Value::texts).unwrap_or_default();
        let has_sign = tool.has_phases() || tool.written_messages().is_some();
        assert!(has_sign || limits.iter().any(|limit| limit == "noSign"), "{file} promises what it can't keep");
    }
}

#[test]
fn every_mistake_is_named_by_its_path() {
    let json = format!(
        r#"{SMALL}, "call": {{"active": {{"any": [{{"visible": "a"}}, {{"atribute": {{}}}}]}}, "onhold": {{"present": "b"}}}}, "customer": {{"nam": []}}}}"#
    );
    assert_eq!(
        flaws(&json),
        [
            ("call.onhold".to_owned(), FlawKind::Unknown),
            ("call.active.any[1].atribute".to_owned(), FlawKind::Unknown),
            ("customer.nam".to_owned(), FlawKind::Unknown),
        ]
    );
    assert_eq!(flaws("{}"), [(String::new(), FlawKind::Wrong)]);
    assert_eq!(flaws(&format!("{SMALL}, \"webrtc\": \"maybe\"}}")), [("webrtc".to_owned(), FlawKind::Unknown)]);
}

#[test]
fn what_would_hold_on_an_empty_page_is_refused() {
    for condition in [r#"{"absent": "a"}"#, r#"{"not": {"path": "/never"}}"#, r#"{"any": [{"present": "a"}, {"absent": "b"}]}"#] {
        let json = format!(r#"{SMALL}, "call": {{"ended": {condition}}}}}"#);
        assert_eq!(flaws(&json), [("call.ended".to_owned(), FlawKind::AlwaysHolds)], "{condition}");
    }
    assert!(flaws(&format!(r#"{SMALL}, "call": {{"ended": {{"all": [{{"present": "a"}}, {{"absent": "b"}}]}}}}}}"#)).is_empty());
}

#[test]
fn tags_and_history_are_read_line_by_line_and_five_are_kept() {
    let json = format!(r##"{SMALL}, "customer": {{"tags": [{{"texts": "#a"}}, {{"texts": "#b"}}], "history": [{{"text": "#c"}}]}}}}"##);
    let tool = Tool::read(&serde_json::from_str(&json).unwrap()).unwrap();
    let lines = |lines: &[&str]| Value::from(lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>());
    let facts = [Value::Null, lines(&["gold", " gold ", "", "b", "c", "d", "e", "f"]), Value::Text("A parcel came late".to_owned())];
    let customer = tool.show(&Page { path: "/", hash: "", title: "", facts: &facts }).customer;
    assert_eq!(customer.tags, ["gold", "b", "c", "d", "e"]);
    assert_eq!(customer.history, ["A parcel came late"]);
}

#[test]
fn a_wrong_adapter_of_an_agent_is_named_and_the_others_count() {
    let settings = format!(r#"{{"adapters": [{SMALL}}}, {SMALL}, "cal": {{}}}}, 7], "tools": ["desk", "nowhere"]}}"#);
    let config = Config::compile(&serde_json::from_str(&settings).unwrap(), &Value::Null, &Shelf::default());
    assert_eq!(config.tools.len(), 1);
    let complaints: Vec<_> = config.complaints.iter().map(|one| (one.key.as_str(), one.entry, one.text.as_str(), one.reason)).collect();
    assert_eq!(
        complaints,
        [
            ("adapters", 2, "cal", Reason::AdapterUnknown),
            ("adapters", 3, "adapters", Reason::AdapterWrong),
            ("tools", 2, "nowhere", Reason::UnknownTool),
        ]
    );
}
