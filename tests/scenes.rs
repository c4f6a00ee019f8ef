//! Runs the scenes in `tests/scenes/*.txt`, each a promise about what is offered to an agent and what is not; `scene/mod.rs` has the format.

// Helpers of a test are tests too; clippy knows only functions marked as such.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code)] // Printing is for `cargo xtask scene`.
mod scene;

use std::collections::BTreeSet;
use std::path::Path;

use scene::Scene;

#[test]
fn every_scene_offers_what_it_promises() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = std::fs::read_dir(root.join("tests/scenes")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut count, mut practices, mut wrong) = (0, BTreeSet::new(), Vec::new());
    for file in files {
        let written = std::fs::read_to_string(&file).unwrap();
        let mut scene = Scene::new(root);
        let mut title = String::new();
        for (number, line) in written.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(promise) = line.strip_prefix("--- ") {
                scene = Scene::new(root);
                title = promise.trim_end_matches(" ---").to_owned();
                count += 1;
                let named = title.rsplit_once('(').map(|(_, end)| end.trim_end_matches(')').to_owned()).unwrap_or_default();
                practices.extend(named.split(", ").map(str::to_owned));
                continue;
            }
            if let Err(why) = scene.line(line) {
                wrong.push(format!("{}:{}: {title}\n  {line}\n  {why}", file.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} scenes:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 60, "only {count} scenes were found");
    let missing: Vec<String> = (1..=26).map(|practice| format!("P{practice}")).filter(|practice| !practices.contains(practice)).collect();
    assert!(missing.is_empty(), "no scene is about {missing:?}");
}
