//! Rules of this tree that no compiler knows. Each names the files that break it. Forbidden words are put together here, so that this
//! file does not forbid itself.

use crate::process::sources;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn the_core_names_no_browser() {
    let words = ["wasm_bindgen", "web_sys", "js_sys", "gloo", "serde_wasm_bindgen"];
    assert_none(lines_with(is_core, &words));
}

#[test]
fn the_core_has_no_clock_no_chance_and_no_world() {
    let words = [
        "Instant::now",
        "SystemTime",
        "time::Instant",
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "thread::",
        "rand::",
        "getrandom",
    ];
    assert_none(lines_with(is_core, &words));
}

#[test]
fn no_test_is_left_out() {
    let ignore = concat!("#[ig", "nore");
    let words = [concat!(".on", "ly("), concat!("{ on", "ly:"), concat!(".sk", "ip("), concat!(" sk", "ip:"), concat!(".to", "do(")];
    assert_none(lines_with(|path| has_ending(path, "rs"), &[ignore]));
    assert_none(lines_with(|path| has_ending(path, "mjs"), &words));
}

#[test]
fn no_text_becomes_markup() {
    let words = [
        concat!("inner", "HTML"),
        concat!("outer", "HTML"),
        concat!("insertAdjacent", "HTML"),
        concat!("inner", "_html"),
        concat!("outer", "_html"),
        concat!("insert_adjacent", "_html"),
        concat!("document.wri", "te"),
    ];
    let is_ours = |path: &Path| !path.starts_with("tests/hostile");
    assert_none(lines_with(|path| is_ours(path) && ["rs", "js", "mjs", "html"].iter().any(|ending| has_ending(path, ending)), &words));
}

#[test]
fn nothing_names_a_place_outside_the_tree() {
    let words = [
        concat!("/wo", "rk/"),
        concat!("../sha", "red"),
        concat!("/ro", "ot/"),
        concat!("registry.", "npmjs"),
        concat!("static.", "crates.io"),
        concat!("index.", "crates.io"),
    ];
    assert_none(lines_with(|_| true, &words));
}

#[test]
fn every_source_file_opens_with_what_it_is_for() {
    let mut silent = Vec::new();
    for (path, text) in texts() {
        let first = text.lines().find(|line| !line.starts_with("#!/")).unwrap_or_default();
        let opened = match path.extension().and_then(|ending| ending.to_str()) {
            Some("rs") => first.starts_with("//!"),
            Some("js" | "mjs") => first.starts_with("//") || first.starts_with("/*"),
            _ => true,
        };
        if !opened {
            silent.push(path.display().to_string());
        }
    }
    assert_none(silent);
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let mut silent = Vec::new();
    for (path, text) in texts().into_iter().filter(|(path, _)| path.file_name().is_some_and(|name| name == "Cargo.toml")) {
        let lines: Vec<&str> = text.lines().collect();
        let mut listing = false;
        for (number, line) in lines.iter().enumerate() {
            let dependency = if line.starts_with('[') {
                let section = line.trim_matches(['[', ']']);
                listing = section.ends_with("dependencies");
                // A table of its own has its reason on the line after its name.
                section.contains("dependencies.") && !lines.get(number + 1).is_some_and(|next| next.starts_with('#'))
            } else {
                listing && line.contains('=') && !lines[number - 1].starts_with('#')
            };
            if dependency {
                silent.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert_none(silent);
}

fn is_core(path: &Path) -> bool {
    path.starts_with("src") && !path.starts_with("src/browser")
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found == ending)
}

/// Lines of code with one of the words. In Rust a comment may name what the code may not.
fn lines_with(wanted: impl Fn(&Path) -> bool, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in texts().into_iter().filter(|(path, _)| wanted(path)) {
        for (number, line) in text.lines().enumerate() {
            let comment = has_ending(&path, "rs") && line.trim_start().starts_with("//");
            if let Some(word) = words.iter().find(|word| !comment && line.contains(**word)) {
                found.push(format!("{}:{}: {word}", path.display(), number + 1));
            }
        }
    }
    found
}

/// Every text file of the project.
fn texts() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let files = sources(root).unwrap();
    assert!(files.len() > 10, "git lists the files of this tree");
    files.into_iter().filter_map(|path| Some((path.clone(), fs::read_to_string(root.join(path)).ok()?))).collect()
}

fn assert_none(found: Vec<String>) {
    assert!(found.is_empty(), "\n  {}", found.join("\n  "));
}
