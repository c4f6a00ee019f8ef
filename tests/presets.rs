//! The presets that come with us: every line is read, none stands in two lists, and none holds a tool that agents work in.

// Helpers of a test are tests too; clippy knows only functions marked as such.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use undivided::pattern::{Page, Pattern, Side, Wording};
use undivided::site::{Address, ToolSite};
use undivided::value::Value;

fn read(folder: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .map(|file| {
            (file.file_stem().unwrap().to_str().unwrap().to_owned(), serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap())
        })
        .collect()
}

/// Every line with its preset.
fn lines() -> Vec<(String, String, Pattern)> {
    let mut lines = Vec::new();
    for (id, preset) in read("data/presets") {
        for line in preset.get("hosts").unwrap().texts() {
            let pattern = Pattern::parse(&line).unwrap().unwrap_or_else(|| panic!("{id}: {line}"));
            lines.push((id.clone(), line, pattern));
        }
    }
    lines
}

fn holds(pattern: &Pattern, url: &str) -> bool {
    pattern.fits(&Address::parse(url).unwrap(), &Wording::of(Page { url, title: "" }))
}

#[test]
fn there_is_a_preset_for_each_kind_of_distraction() {
    let presets = read("data/presets");
    let ids: Vec<&str> = presets.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["forums", "games", "mail", "news", "shopping", "social", "sport", "streaming", "video"]);
    for (id, preset) in &presets {
        assert_eq!(preset.text_of("id"), Some(id.as_str()));
        assert!(preset.text_of("name").is_some_and(|name| !name.is_empty()), "{id}");
        assert_eq!(preset.text_of("source"), Some("chosen by hand from well-known sites; no list was copied"), "{id}");
        assert!(preset.get("hosts").unwrap().texts().len() >= 24, "{id}");
    }
}

#[test]
fn every_line_of_a_preset_holds_a_site_and_excepts_none() {
    for (id, line, pattern) in lines() {
        assert_eq!(pattern.side, Side::Hold, "{id}: {line}");
        assert!(pattern.host().is_some(), "{id}: {line}");
        assert_eq!(line, line.to_lowercase(), "{id}");
        assert!(!line.starts_with("www.") && !line.contains("://"), "{id}: {line} is not written as short as it can be");
    }
}

#[test]
fn no_line_stands_in_two_presets_or_twice_in_one() {
    let lines = lines();
    for (at, (id, line, pattern)) in lines.iter().enumerate() {
        for (other_id, other, other_pattern) in &lines[..at] {
            assert_ne!(line, other, "{id} and {other_id}");
            if id == other_id {
                assert!(!holds(pattern, &format!("https://{other}")), "{id}: {line} covers {other}");
                assert!(!holds(other_pattern, &format!("https://{line}")), "{id}: {other} covers {line}");
            }
        }
    }
}

#[test]
fn no_preset_holds_a_tool_or_stands_within_one() {
    let presets = lines();
    let mut sites = 0;
    for (tool, adapter) in read("data/tools") {
        for site in adapter.get("sites").map(Value::texts).unwrap_or_default() {
            let parsed = ToolSite::parse(&site).unwrap();
            let host = site.split_once("://").unwrap().1.split('/').next().unwrap().trim_start_matches("*.");
            sites += 1;
            for (id, line, pattern) in &presets {
                for url in [format!("https://{host}/"), format!("https://our.{host}/")] {
                    assert!(!holds(pattern, &url), "{id}: {line} holds {tool}");
                }
                let origin = format!("https://{}/", pattern.host().unwrap());
                assert!(!parsed.matches_origin(&Address::parse(&origin).unwrap()), "{id}: {line} is a part of {tool}");
            }
        }
    }
    assert!(sites > 60, "only {sites} sites of tools were compared");
}
