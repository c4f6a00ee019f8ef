//! Finds files that a bundle names and does not hold. Works on names in the text, not on a parse of each language: a name is a quoted
//! path that ends like a file of ours, which is how manifest, pages and scripts of this tree write them. What is put together at run
//! time (`"www/" + name`) is not seen; do not write that.

use anyhow::{Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A bundle before it is written: path to content. Paths have forward slashes on every system.
pub type Files = BTreeMap<String, Vec<u8>>;

const ENDINGS: &[&str] = &[".js", ".css", ".html", ".json", ".png", ".svg", ".wasm"];

/// Fails with every missing name at once. `rust` is the browser shell's source, which names content scripts, icons and pages too.
pub fn check(files: &Files, manifest: &Value, rust: &Files) -> Result<()> {
    let mut missing = BTreeSet::new();
    let mut expect = |by: &str, found: Option<String>, name: &str| {
        if !found.is_some_and(|path| files.contains_key(&path)) {
            missing.insert(format!("{by} names {name}"));
        }
    };
    for name in strings(manifest) {
        if is_file_name(name) {
            expect("manifest.json", resolve("", name), name);
        }
    }
    if let Some(locale) = manifest.get("default_locale").and_then(Value::as_str) {
        let name = format!("_locales/{locale}/messages.json");
        expect("manifest.json", Some(name.clone()), &name);
    }
    for (path, content) in files.iter().chain(rust) {
        let text = String::from_utf8_lossy(content);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if path.starts_with("wasm/") {
            // Made, not written: it names its imports after a script that this kind of glue does not have.
        } else if path.ends_with(".js") || path.ends_with(".rs") {
            for name in quoted_file_names(&text) {
                // A script's own imports are relative to it, what it hands to the browser is relative to the bundle.
                let relative = if name.starts_with('.') {
                    resolve(folder, name)
                } else {
                    resolve("", name).filter(|path| files.contains_key(path)).or(resolve(folder, name))
                };
                expect(path, relative, name);
            }
        } else if path.ends_with(".html") {
            for name in attributes(&text, &["src", "href"]).filter(|name| is_local(name)) {
                expect(path, resolve(folder, name), name);
            }
        } else if path.ends_with(".css") {
            for name in text.split("url(").skip(1).filter_map(|rest| rest.split(')').next()) {
                let name = name.trim_matches(['"', '\'', ' ']);
                if is_local(name) {
                    expect(path, resolve(folder, name), name);
                }
            }
        }
    }
    if !missing.is_empty() {
        bail!("the bundle lacks files:\n  {}", missing.into_iter().collect::<Vec<_>>().join("\n  "));
    }
    Ok(())
}

/// The values of these attributes, in text order.
pub fn attributes<'a>(html: &'a str, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
    html.match_indices("=\"").filter_map(move |(at, _)| {
        let before = &html[..at];
        let name = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '-')).next()?;
        let value = html[at + 2..].split('"').next()?;
        names.iter().any(|wanted| name == *wanted || wanted.strip_suffix('*').is_some_and(|start| name.starts_with(start))).then_some(value)
    })
}

/// Every string anywhere in the value.
pub fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().flat_map(strings).collect(),
        Value::Object(map) => map.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

fn is_file_name(text: &str) -> bool {
    ENDINGS.iter().any(|ending| text.len() > ending.len() && text.ends_with(ending))
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c))
}

/// Looks back from each ending that stands before a quotation mark, so that apostrophes in comments do no harm.
fn quoted_file_names(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(['"', '\'']).filter_map(|(end, quote)| {
        let line = text[..end].rsplit('\n').next()?;
        let (_, name) = line.rsplit_once(quote)?;
        is_file_name(name).then_some(name)
    })
}

fn is_local(reference: &str) -> bool {
    !reference.is_empty()
        && !reference.starts_with(['#', '?'])
        && !reference.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':'))
}

/// `reference` as seen from `folder`, without query and fragment; `None` if it leaves the bundle.
fn resolve(folder: &str, reference: &str) -> Option<String> {
    let reference = reference.split(['?', '#']).next()?;
    let start = if reference.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in start.split('/').chain(reference.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn complaint(path: &str, content: &str) -> Option<String> {
        let mut files = Files::from([("www/there.js".into(), Vec::new()), ("cover.css".into(), Vec::new())]);
        files.insert(path.into(), content.into());
        check(&files, &json!({}), &Files::new()).err().map(|error| error.to_string())
    }

    #[test]
    fn a_file_named_by_the_manifest_must_be_there() {
        let error = check(&Files::new(), &json!({ "icons": { "16": "icons/a.png" }, "default_locale": "en" }), &Files::new())
            .unwrap_err()
            .to_string();
        assert!(error.contains("icons/a.png") && error.contains("_locales/en/messages.json"), "{error}");
    }

    #[test]
    fn a_page_may_name_only_what_is_there() {
        assert_eq!(
            complaint("www/page.html", r##"<script src="there.js"></script><a href="#x"></a><a href="https://example.org/a.js"></a>"##),
            None
        );
        assert!(complaint("www/page.html", r#"<link href="gone.css">"#).is_some());
        assert!(complaint("www/page.html", r#"<link href="../../cover.css">"#).is_some());
    }

    #[test]
    fn a_script_names_files_from_itself_or_from_the_bundle() {
        assert_eq!(complaint("www/page.js", "// don't\nimport './there.js'; insert({ files: [\"cover.css\"] });"), None);
        assert!(complaint("www/page.js", "import { a } from \"./gone.js\";").is_some());
        assert!(complaint("page.js", "inject({ files: ['gone.css'] });").is_some());
    }

    #[test]
    fn a_style_sheet_names_files_from_itself() {
        assert_eq!(complaint("www/a.css", "a { background: url(\"../cover.css\") } b { background: url(data:image/png;base64,x) }"), None);
        assert!(complaint("www/a.css", "a { background: url(gone.png) }").is_some());
    }
}
