//! The ready-made lists of `data/presets`: checked and packed into one file for the bundle, and written down for people in `docs/presets.md`.
//! Must never let a list through that the extension could not read line by line.

use anyhow::{Context, Result, bail};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use undivided::pattern::{Pattern, Side};

const LIST: &str = "docs/presets.md";
const MEMBERS: [&str; 5] = ["id", "name", "source", "date", "hosts"];

/// What the extension needs of a preset; where its lines came from stays in the tree.
///
/// # Errors
/// When the preset is not as `data/presets` promises; `file` is its name without the ending.
pub fn packed(file: &str, preset: &Json) -> Result<Json> {
    let members = preset.as_object().with_context(|| format!("{file} is no object"))?;
    if let Some(unknown) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        bail!("{file}: `{unknown}` is not known");
    }
    for name in &MEMBERS[..4] {
        if text(preset, name).trim().is_empty() {
            bail!("{file}: `{name}` is missing");
        }
    }
    let id = text(preset, "id");
    if id != file || !id.bytes().all(|one| one.is_ascii_lowercase() || one == b'-') {
        bail!("{file}: the id `{id}` is not the file's name, or not of small letters and hyphens");
    }
    if !is_date(text(preset, "date")) {
        bail!("{file}: the date is not written as 2026-11-24");
    }
    let hosts = preset["hosts"].as_array().filter(|hosts| !hosts.is_empty()).with_context(|| format!("{file} has no hosts"))?;
    for host in hosts {
        let line = host.as_str().with_context(|| format!("{file}: {host} is no text"))?;
        match Pattern::parse(line) {
            Ok(Some(pattern)) if pattern.side == Side::Hold && pattern.host().is_some() => {}
            other => bail!("{file}: `{line}` holds no site: {other:?}"),
        }
    }
    Ok(json!({ "name": preset["name"], "hosts": hosts }))
}

/// Writes the list of presets; committed, so that people can read what a tick holds where the source is read.
pub fn write_list(root: &Path) -> Result<()> {
    fs::write(root.join(LIST), list(root)?).with_context(|| format!("cannot write {LIST}"))
}

fn list(root: &Path) -> Result<String> {
    let presets = presets(root)?;
    let mut list = format!(
        "# Ready-made lists\n\n\
         {} lists come with Undivided; their ids go into `presets`. Made by `cargo xtask schema` from `data/presets/`.\n\n\
         Each line is one of [patterns.md](patterns.md), chosen by hand from well-known sites: a start, not a census. Nothing is fetched or updated behind your back; a list changes only\n\
         with a version of Undivided. A site that you work with goes into the allowlist (`business.facebook.com`, if you answer customers there; `sellercentral.amazon.com`,\n\
         if you sell there), and what is missing into the blocklist. No list holds a tool that Undivided knows.\n\n\
         | list | id | lines |\n| --- | --- | --- |\n",
        presets.len()
    );
    for (id, preset) in &presets {
        writeln!(list, "| [{}](#{id}) | `{id}` | {} |", text(preset, "name"), hosts(preset).len())?;
    }
    for (id, preset) in &presets {
        write!(list, "\n## {id}\n\n{}. Source: {}, {}.\n", text(preset, "name"), text(preset, "source"), text(preset, "date"))?;
        let mut width = usize::MAX;
        for host in hosts(preset) {
            let breaks = width > 140;
            width = if breaks { 0 } else { width } + host.len() + 3;
            write!(list, "{}`{host}`", if breaks { "\n" } else { " " })?;
        }
        list.push('\n');
    }
    Ok(list)
}

fn presets(root: &Path) -> Result<BTreeMap<String, Json>> {
    let mut presets = BTreeMap::new();
    for entry in fs::read_dir(root.join("data/presets"))? {
        let path = entry?.path();
        let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let preset: Json = serde_json::from_slice(&fs::read(&path)?).with_context(|| format!("{} is not JSON", path.display()))?;
        packed(&file, &preset)?;
        presets.insert(file, preset);
    }
    Ok(presets)
}

fn hosts(preset: &Json) -> Vec<&str> {
    preset["hosts"].as_array().into_iter().flatten().filter_map(Json::as_str).collect()
}

fn text<'a>(preset: &'a Json, name: &str) -> &'a str {
    preset[name].as_str().unwrap_or_default()
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.bytes().enumerate().all(|(at, one)| if matches!(at, 4 | 7) { one == b'-' } else { one.is_ascii_digit() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: &str, value: Json) -> String {
        let mut preset = json!({ "id": "news", "name": "News", "source": "by hand", "date": "2026-11-24", "hosts": ["news.example"] });
        assert_eq!(packed("news", &preset).unwrap(), json!({ "name": "News", "hosts": ["news.example"] }));
        preset[change] = value;
        packed("news", &preset).unwrap_err().to_string()
    }

    #[test]
    fn a_preset_that_could_not_be_read_is_named_and_not_bundled() {
        assert!(refused("id", json!("sport")).contains("not the file's name"));
        assert!(refused("colour", json!("red")).contains("`colour` is not known"));
        assert!(refused("source", json!("")).contains("`source` is missing"));
        assert!(refused("date", json!("today")).contains("date"));
        assert!(refused("hosts", json!([])).contains("no hosts"));
        assert!(refused("hosts", json!(["news.example", "# a note"])).contains("holds no site"));
        assert!(refused("hosts", json!(["+news.example"])).contains("holds no site"));
        assert!(refused("hosts", json!(["url:news"])).contains("holds no site"));
    }

    #[test]
    fn the_committed_list_of_presets_is_the_generated_one() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert_eq!(fs::read_to_string(root.join(LIST)).unwrap(), list(root).unwrap(), "run `cargo xtask schema`");
    }
}
