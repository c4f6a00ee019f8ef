//! `cargo xtask policy-check FILE` and `policy-files`: what an administrator runs before ten thousand browsers read a policy. Decides nothing itself: the same
//! settings code as in the extension reads it, and the sentences are those of the extension's own pages.

use crate::explain::{object, packed};
use anyhow::{Context, Result, bail};
use serde_json::Value as Json;
use std::fs;
use std::path::{Path, PathBuf};
use undivided::config::{Complaint, Config, Shelf};
use undivided::guide::Guide;
use undivided::rollout::{Button, Content, Found, Install, PrivateWindows, Target, dropped, file, find};
use undivided::value::Value;

/// Prints what is wrong, a line each with its place, and what becomes of it.
///
/// # Errors
/// Where anything is wrong, or the file is no JSON.
pub fn check(root: &Path, path: &Path) -> Result<()> {
    let found = found(path)?;
    let faults = faults(root, &found.settings)?;
    for fault in &faults {
        println!("{fault}");
    }
    let of = found.id.map(|id| format!(" for {id}")).unwrap_or_default();
    let count = found.settings.members().len();
    match faults.len() {
        0 => println!("{}: {count} settings{of} ({}), nothing wrong with them", path.display(), found.form.name()),
        faults => bail!("{}: {count} settings{of} ({}), {faults} of their values are wrong", path.display(), found.form.name()),
    }
    Ok(())
}

/// Which files to write, and for which ids.
pub struct Files {
    /// Chrome's and Edge's.
    pub id: Option<String>,
    /// Firefox's.
    pub firefox_id: String,
    /// Where Chrome and Edge get the extension; without it they are told the settings alone.
    pub url: Option<String>,
    /// Where Firefox does.
    pub firefox_url: Option<String>,
    /// The folder.
    pub out: Option<PathBuf>,
}

impl Files {
    /// For the managed edition's id in Firefox.
    pub fn standard() -> Files {
        Files { id: None, firefox_id: "managed@undivided".into(), url: None, firefox_url: None, out: None }
    }

    /// Writes one file a browser and system.
    ///
    /// # Errors
    /// Where the id or the folder is missing, the policy is none, or a file can't be written. What is wrong with a value is `policy-check`'s to say.
    pub fn write(&self, path: &Path) -> Result<()> {
        let id =
            self.id.as_deref().context("name Chrome's id with --id: the store's, or the one that `cargo xtask package --key` printed")?;
        let out = self.out.as_deref().context("name the folder with --out")?;
        let settings = found(path)?.settings;
        let install =
            |url: &Option<String>| url.clone().map(|url| Install { url, button: Button::Pinned, private_windows: PrivateWindows::Usual });
        fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
        for target in Target::ALL {
            let (id, install) = match target {
                Target::Firefox => (self.firefox_id.as_str(), install(&self.firefox_url)),
                _ => (id, install(&self.url)),
            };
            let text = match file(target, id, &settings, install.as_ref()) {
                Content::Json(value) => format!("{:#}\n", plain(&value)),
                Content::Text(text) => text,
            };
            let path = out.join(target.file_name());
            fs::write(&path, encoded(target, &text)).with_context(|| format!("cannot write {}", path.display()))?;
            println!("{}", path.display());
        }
        Ok(())
    }
}

/// The registry's editor takes what is not English only as UTF-16 with a mark at its beginning.
fn encoded(target: Target, text: &str) -> Vec<u8> {
    match target {
        Target::ChromeWindows | Target::EdgeWindows => {
            std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        }
        _ => text.as_bytes().to_vec(),
    }
}

/// Whole numbers as whole numbers: `30.0` is none to Chrome's schema.
fn plain(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Truth(truth) => Json::Bool(*truth),
        Value::Number(number) if number.fract() == 0.0 => Json::from(*number as i64),
        Value::Number(number) => Json::from(*number),
        Value::Text(text) => Json::from(text.as_str()),
        Value::List(entries) => entries.iter().map(plain).collect(),
        Value::Object(members) => Json::Object(members.iter().map(|(name, value)| (name.clone(), plain(value))).collect()),
    }
}

fn found(path: &Path) -> Result<Found> {
    find(&object(path)?)
        .with_context(|| format!("{} holds no settings of Undivided; docs/admin-deployment.md shows where they stand", path.display()))
}

fn faults(root: &Path, settings: &Value) -> Result<Vec<String>> {
    let words: Json = serde_json::from_str(&fs::read_to_string(root.join("extension/_locales/en/messages.json"))?)?;
    let shelf = Shelf { tools: packed(root, "data/tools")?, presets: packed(root, "data/presets")? };
    let config = Config::compile(&Value::default(), settings, &shelf);
    let guide = Guide::compile(&Value::default(), settings);
    let mut faults = Vec::new();
    for complaint in config.complaints.iter().chain(&guide.complaints) {
        faults.push(format!("{}: {}", place(complaint), sentence(&words, complaint)?));
    }
    for (key, place) in dropped(settings) {
        faults.push(format!(
            "{place}: this is of another kind than it should be, so Chrome, Chromium and Edge leave out all of {key}, without a word. Firefox does not."
        ));
    }
    Ok(faults)
}

fn place(complaint: &Complaint) -> String {
    match complaint.entry {
        0 => complaint.key.clone(),
        entry => format!("{}[{entry}]", complaint.key),
    }
}

fn sentence(words: &Json, complaint: &Complaint) -> Result<String> {
    let key = format!("complaint_{}", complaint.reason.name());
    let message = words[&key]["message"].as_str().with_context(|| format!("the locale has no {key}"))?;
    Ok(message.replace("$THING$", &complaint.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
    }

    #[test]
    fn each_fault_is_named_with_its_place_and_what_becomes_of_it() {
        let settings = serde_json::from_str(
            r#"{ "blocklist": ["news.example", "exa mple", 7], "wrapUpSeconds": 9999, "nonsense": 1, "tools": ["zendesk", "zzz"],
                 "phrases": { "own": [{ "text": "Hello {nobody}" }] } }"#,
        )
        .unwrap();
        let faults = faults(root(), &settings).unwrap();
        let named = |part: &str| faults.iter().filter(|fault| fault.contains(part)).count();
        for part in ["blocklist[2]: “exa mple”", "wrapUpSeconds: “9999”", "“nonsense”", "“zzz”", "Hello {nobody}"] {
            assert_eq!(named(part), 1, "{part} in {faults:#?}");
        }
        assert_eq!(named("leave out all of blocklist"), 1, "{faults:#?}");
        assert!(faults.iter().all(|fault| !fault.contains('$')), "{faults:#?}");
    }

    #[test]
    fn a_good_policy_is_complained_of_by_nobody() {
        let settings = serde_json::from_str(
            r#"{ "tools": ["zendesk"], "blocklist": ["news.example"], "wrapUpSeconds": 30, "locked": ["wrapUpSeconds"] }"#,
        )
        .unwrap();
        assert_eq!(faults(root(), &settings).unwrap(), [""; 0]);
    }

    #[test]
    fn the_samples_in_the_guide_are_good() {
        let guide = fs::read_to_string(root().join("docs/admin-deployment.md")).unwrap();
        let samples: Vec<Value> =
            guide.split("```json\n").skip(1).filter_map(|rest| serde_json::from_str(rest.split("```").next()?).ok()).collect();
        assert!(samples.len() >= 4, "{} samples", samples.len());
        for sample in samples {
            let found = find(&sample).unwrap();
            assert_eq!(faults(root(), &found.settings).unwrap(), [""; 0], "{sample:?}");
        }
    }
}
