//! `cargo xtask scene FILE`: what the card and the first three phrases would be, for each scene in a file. With `--view` what storage would hold then, as
//! JSON, for the gallery.

// The same as the tests run; its helpers may fail on a file that is none.
#[allow(clippy::unwrap_used)]
#[path = "../../tests/scene/mod.rs"]
mod run;

use anyhow::{Context, Result, bail};
use run::Scene;
use std::fs;
use std::path::Path;

/// What is printed.
#[derive(Clone, Copy, PartialEq)]
pub enum Print {
    /// The card, for people.
    Card,
    /// What storage holds, an object by scene, as JSON.
    View,
}

/// Runs each scene and prints what came of it; a line that does not hold is told and ends in an error.
///
/// # Errors
/// When the file can't be read, has a line that means nothing, or one that does not hold.
pub fn run(root: &Path, file: &Path, print: Print) -> Result<()> {
    println!("{}", told(root, file, print)?);
    Ok(())
}

/// What [`run`] prints.
///
/// # Errors
/// As [`run`].
pub fn told(root: &Path, file: &Path, print: Print) -> Result<String> {
    let written = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut scenes: Vec<(String, Scene)> = Vec::new();
    let mut wrong = 0;
    for (number, line) in written.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(title) = line.strip_prefix("--- ") {
            scenes.push((title.trim_end_matches(" ---").to_owned(), Scene::new(root)));
            continue;
        }
        if scenes.is_empty() {
            scenes.push((file.display().to_string(), Scene::new(root)));
        }
        if let Some((_, scene)) = scenes.last_mut()
            && let Err(why) = scene.line(line)
        {
            eprintln!("{}:{}: {line}\n  {why}", file.display(), number + 1);
            wrong += 1;
        }
    }
    if wrong > 0 {
        bail!("{wrong} lines don't hold");
    }
    Ok(match print {
        Print::Card => scenes.iter().map(|(title, scene)| format!("--- {title} ---\n{}", scene.print())).collect::<Vec<_>>().join("\n"),
        Print::View => {
            let state = |scene: &Scene| serde_json::json!({ "view": scene.view(), "settings": scene.settings(), "policy": scene.policy() });
            let all: serde_json::Map<String, serde_json::Value> =
                scenes.iter().map(|(title, scene)| (title.clone(), state(scene))).collect();
            serde_json::Value::Object(all).to_string()
        }
    })
}
