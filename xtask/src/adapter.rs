//! `cargo xtask adapter-check FILE`: reads an adapter as the extension does and says in words what is wrong with it, for people who write one. And
//! `docs/tools.md`, the list of those that come with us.

use anyhow::{Context, Result, bail};
use serde_json::Value as Json;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use undivided::tool::{Flaw, FlawKind, Tool};
use undivided::value::Value;

const LIST: &str = "docs/tools.md";

/// Checks a file with one adapter, or a list of them as settings and policies have it.
///
/// # Errors
/// When one of them is wrong; by then every mistake is printed.
pub fn check(file: &Path) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let value: Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))?;
    let adapters = match &value {
        Value::List(adapters) => adapters.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut wrong = 0;
    for (at, adapter) in adapters.iter().enumerate() {
        let name = adapter.text_of("id").map_or_else(|| format!("adapter {}", at + 1), str::to_owned);
        match Tool::read(adapter) {
            Ok(tool) => println!("{name}: fine. {}", signs(&tool)),
            Err(flaws) => {
                wrong += 1;
                println!("{name}: would be refused.");
                for flaw in flaws {
                    println!("  {}", in_words(&flaw));
                }
            }
        }
    }
    if wrong > 0 {
        bail!("{wrong} of {} would be refused; docs/adapters.md has the format", adapters.len());
    }
    Ok(())
}

/// Writes the list of tools; committed, so that people can read it where the source is read.
pub fn write_list(root: &Path) -> Result<()> {
    fs::write(root.join(LIST), list(root)?).with_context(|| format!("cannot write {LIST}"))
}

fn signs(tool: &Tool) -> String {
    let mut signs = Vec::new();
    if tool.look_count() > 0 {
        signs.push(format!("{} looks at its pages", tool.look_count()));
    }
    if tool.written_messages().is_some() {
        signs.push("messages of its widget".to_owned());
    }
    if !tool.has_phases() && tool.written_messages().is_none() {
        signs.push("no sign of a conversation of its own: calls by their sound, or the switch".to_owned());
    }
    format!("It uses {}.", signs.join(" and "))
}

fn in_words(flaw: &Flaw) -> String {
    let path = if flaw.path.is_empty() { "the adapter" } else { &flaw.path };
    match flaw.kind {
        FlawKind::Missing => format!("{path} is missing."),
        FlawKind::Unknown => format!("{path} is not known: a slip of the pen?"),
        FlawKind::Wrong => format!("{path} is empty, too long, or of another kind than it should be."),
        FlawKind::AlwaysHolds => format!("{path} would hold on an empty page, and so for ever: add something that must be there."),
    }
}

fn list(root: &Path) -> Result<String> {
    let mut adapters: Vec<Json> = Vec::new();
    for entry in fs::read_dir(root.join("data/tools"))? {
        let path = entry?.path();
        adapters.push(serde_json::from_slice(&fs::read(&path)?).with_context(|| format!("{} is not JSON", path.display()))?);
    }
    adapters.sort_by_key(|adapter| text(adapter, "name").to_lowercase());
    let mut list = format!(
        "# Tools that Undivided knows\n\n\
         {} tools have an adapter; their ids go into [`tools`](settings.md#tools). Made by `cargo xtask schema` from `data/tools/`, where each file has its evidence.\n\n\
         How it is known: *source*, read from the tool's own source; *maker*, documented by its maker; *seen*, used by others against the live tool; *address*, nothing but the\n\
         address is known. None of it was tried against the live tool by us: our tests prove that adapters are read rightly ([adapters.md](adapters.md)).\n\n\
         | tool | id | kind | known by | calls | chats | customer |\n| --- | --- | --- | --- | --- | --- | --- |\n",
        adapters.len()
    );
    for adapter in &adapters {
        let phases = |kind: &str| {
            let mut names: Vec<&str> = Vec::new();
            for holder in [&adapter[kind], if kind == "call" { &adapter["messages"] } else { &Json::Null }] {
                names.extend(["ringing", "active", "hold", "wrapUp", "ended"].into_iter().filter(|name| !holder[*name].is_null()));
            }
            names.join(", ")
        };
        let calls = match (phases("call"), text(adapter, "webrtc")) {
            (signs, "ignored") if signs.is_empty() => "by the switch".to_owned(),
            (signs, _) if signs.is_empty() => "by their sound, or the switch".to_owned(),
            (signs, _) => signs,
        };
        let fields: Vec<&str> = [&adapter["customer"], &adapter["messages"]["customer"]]
            .iter()
            .filter_map(|fields| fields.as_object())
            .flat_map(|fields| fields.keys().map(String::as_str))
            .chain(adapter["waiting"].as_array().map(|_| "how many wait"))
            .collect();
        writeln!(
            list,
            "| {} | `{}` | {} | {} | {calls} | {} | {} |",
            text(adapter, "name"),
            text(adapter, "id"),
            text(adapter, "category"),
            text(adapter, "confidence"),
            phases("chat"),
            fields.join(", ")
        )?;
    }
    Ok(list)
}

fn text<'a>(adapter: &'a Json, name: &str) -> &'a str {
    adapter[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_list_of_tools_is_the_generated_one() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert_eq!(fs::read_to_string(root.join(LIST)).unwrap(), list(root).unwrap(), "run `cargo xtask schema`");
    }
}
