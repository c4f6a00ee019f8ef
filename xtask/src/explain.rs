//! `cargo xtask explain --settings FILE URL…`: what would become of a page during a conversation, and which line says so. Decides nothing itself:
//! it asks the same settings code as the extension, with the same packed tools and presets.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use undivided::config::{Config, Shelf, Verdict};
use undivided::guide::Guide;
use undivided::lists::{Entry, Origin};
use undivided::pattern::Page;
use undivided::value::Value;

/// Prints a line an address: `block` or `allow`, the address, the rule as written or `-`, and where it stands. Entries that can't be used go to
/// standard error; the others count, as they do in the extension.
///
/// # Errors
/// When a file is missing or is no JSON object.
pub fn run(root: &Path, settings: &Path, policy: Option<&Path>, urls: &[String]) -> Result<()> {
    let settings = object(settings)?;
    let policy = policy.map(object).transpose()?.unwrap_or_default();
    let shelf = Shelf { tools: packed(root, "data/tools")?, presets: packed(root, "data/presets")? };
    let config = Config::compile(&settings, &policy, &shelf);
    for complaint in config.complaints.iter().chain(&Guide::compile(&settings, &policy).complaints) {
        eprintln!("not used: {} {} {:?} ({:?})", complaint.key, complaint.entry, complaint.text, complaint.reason);
    }
    for url in urls {
        println!("{}", line(&config, url));
    }
    Ok(())
}

fn line(config: &Config, url: &str) -> String {
    let verdict = config.verdict(Page { url, title: "" });
    let (word, rule, source) = match &verdict {
        Verdict::Tool => ("allow", "-", "tool".to_owned()),
        Verdict::Excepted(entry) => ("allow", entry.text.as_str(), source(entry)),
        Verdict::Listed(entry) => ("block", entry.text.as_str(), source(entry)),
        Verdict::Rest => ("block", "-", "mode".to_owned()),
        Verdict::Nothing => ("allow", "-", "mode".to_owned()),
    };
    format!("{word} {url} {rule} {source}")
}

fn source(entry: &Entry) -> String {
    match &entry.origin {
        Origin::Agent => "agent".to_owned(),
        Origin::Policy => "policy".to_owned(),
        Origin::Preset(id) => format!("preset:{id}"),
    }
}

/// An object of settings from a file.
pub fn object(file: &Path) -> Result<Value> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let value: Value =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).with_context(|| format!("{} is not JSON", file.display()))?;
    match value {
        Value::Object(_) => Ok(value),
        _ => bail!("{} is no object of settings, as docs/settings.md has them", file.display()),
    }
}

/// A folder of `data`, by id, as the bundle packs it.
pub fn packed(root: &Path, folder: &str) -> Result<Value> {
    let mut members = Vec::new();
    for entry in fs::read_dir(root.join(folder)).with_context(|| format!("cannot read {folder}"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            members.push((id, object(&path)?));
        }
    }
    Ok(Value::Object(members))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_is_explained_by_the_line_that_decides() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let value = |json: &str| serde_json::from_str::<Value>(json).unwrap();
        let shelf = Shelf { tools: packed(root, "data/tools").unwrap(), presets: packed(root, "data/presets").unwrap() };
        let settings = value(
            r#"{"tools": ["aircall"], "presets": ["video"], "blocklist": ["news.example/sport # in season", "aircall.io"], "allowlist": ["news.example/sport/us"]}"#,
        );
        let config = Config::compile(&settings, &value(r#"{"blocklist": ["chat.example"]}"#), &shelf);
        for (url, expected) in [
            ("https://news.example/sport/today", "block https://news.example/sport/today news.example/sport # in season agent"),
            ("https://news.example/sport/us", "allow https://news.example/sport/us news.example/sport/us agent"),
            ("https://m.youtube.com/watch?v=1", "block https://m.youtube.com/watch?v=1 youtube.com preset:video"),
            ("https://chat.example/", "block https://chat.example/ chat.example policy"),
            ("https://phone.aircall.io/x", "allow https://phone.aircall.io/x - tool"),
            ("https://other.example/", "allow https://other.example/ - mode"),
        ] {
            assert_eq!(line(&config, url), expected);
        }
        let config = Config::compile(&value(r#"{"mode": "everything-but"}"#), &Value::Null, &shelf);
        assert_eq!(line(&config, "https://other.example/"), "block https://other.example/ - mode");
    }
}
