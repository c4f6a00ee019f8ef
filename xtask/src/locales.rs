//! Holds `_locales` and their users to each other: a key that is used must be there, a key that is there must be used, and every
//! language has the same keys. A key is used as `__MSG_key__` in the manifest, as `data-i18n="key"` or `data-i18n-attribute="key"` in a
//! page, and as a literal in the first argument of a call of `CALLS`. A sentence about so many (`api::counted`) has a key for each form of its language,
//! `key_one`, `key_few`, `key_other`: those that the language has, and no others. One that reaches such a call by a variable is seen as used, but not
//! missed when it is not there; one that code puts together is known by its beginning, in `COMPUTED`.

use crate::references::{Files, attributes};
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Beginnings of keys whose end is a name from the core, so that no literal of the whole key exists: `complaint_badHost`, `phase_active`.
const COMPUTED: &[&str] = &[
    "acquaintance_",
    "advice_",
    "by_",
    "complaint_",
    "lists_differs_",
    "lists_key_",
    "lists_left_",
    "lists_where_",
    "folded_",
    "part_",
    "phase_",
    "preset_",
    "said_",
    "tool_category_",
    "verdict_",
    "tool_confidence_",
    "tool_limit_",
    "why_",
];

const CALLS: &[&str] = &["getMessage(", "api::text(", "api::text_with("];

const COUNTED: &str = "api::counted(";

/// How languages count, by CLDR's plural rules for whole numbers (release 46). What some say of a million (`many` in es, fr and pt) is as their `other`.
const FORMS: &[(&str, &[&str])] = &[
    ("ar", &["zero", "one", "two", "few", "many", "other"]),
    ("de", &["one", "other"]),
    ("en", &["one", "other"]),
    ("es", &["one", "other"]),
    ("fr", &["one", "other"]),
    ("ja", &["other"]),
    ("pt", &["one", "other"]),
];

/// Fails with every complaint at once. `rust` is the browser shell's source.
pub fn check(files: &Files, rust: &Files) -> Result<()> {
    let languages = languages(files)?;
    let english = languages.get("en").context("_locales/en/messages.json is the language that all others are held to")?;
    let mut complaints = BTreeSet::new();
    let counted = counted(files, rust);
    for base in &counted {
        for (language, keys) in &languages {
            complaints.extend(counted_wrongly(base, language, keys, english));
        }
    }
    let is_form = |key: &str| key.rsplit_once('_').is_some_and(|(base, form)| counted.contains(base) && FORMS[0].1.contains(&form));
    for (language, keys) in &languages {
        complaints.extend(
            english.keys().filter(|key| !keys.contains_key(*key) && !is_form(key)).map(|key| format!("{key} is missing in {language}")),
        );
        for (key, holes) in keys.iter().filter(|(key, _)| !is_form(key)) {
            match english.get(key) {
                None => drop(complaints.insert(format!("{key} is only in {language}"))),
                Some(wanted) if wanted != holes => {
                    complaints.insert(format!("{key} puts in {holes:?} in {language}, and {wanted:?} in en"));
                }
                Some(_) => {}
            }
        }
    }
    let used = used(files, rust);
    for (key, place) in &used {
        if !english.contains_key(key) {
            complaints.insert(format!("{key}, used in {place}, is missing in en"));
        }
    }
    for key in english.keys() {
        let literal = [format!("\"{key}\""), format!("'{key}'")];
        let mentioned = || scripts(files, rust).any(|(_, text)| literal.iter().any(|literal| text.contains(literal)));
        if !is_form(key) && !used.contains_key(key) && !COMPUTED.iter().any(|start| key.starts_with(start)) && !mentioned() {
            complaints.insert(format!("{key} is used nowhere"));
        }
    }
    if !complaints.is_empty() {
        bail!("_locales and their users differ:\n  {}", complaints.into_iter().collect::<Vec<_>>().join("\n  "));
    }
    Ok(())
}

/// The keys without their forms of what is said about so many.
fn counted(files: &Files, rust: &Files) -> BTreeSet<String> {
    let mut bases = BTreeSet::new();
    for (_, text) in scripts(files, rust) {
        bases.extend(first_arguments(&text, COUNTED).into_iter().map(str::to_owned));
    }
    bases
}

/// A form that the language lacks, or has too many; and one that puts in what is not given, or leaves out in `other` what is.
fn counted_wrongly(
    base: &str,
    language: &str,
    keys: &BTreeMap<String, Vec<String>>,
    english: &BTreeMap<String, Vec<String>>,
) -> Vec<String> {
    let Some((_, forms)) = FORMS.iter().find(|(one, _)| *one == language) else {
        return vec![format!("how {language} counts is not known: see FORMS in xtask/src/locales.rs")];
    };
    let given = english.get(&format!("{base}_other")).cloned().unwrap_or_default();
    let mut complaints = Vec::new();
    for form in FORMS[0].1 {
        let key = format!("{base}_{form}");
        match (keys.get(&key), forms.contains(form)) {
            (None, true) => complaints.push(format!("{key} is missing in {language}")),
            (Some(_), false) => complaints.push(format!("{key} is a form that {language} does not have")),
            (Some(holes), true) if holes.iter().any(|hole| !given.contains(hole)) || (*form == "other" && *holes != given) => {
                complaints.push(format!("{key} puts in {holes:?} in {language}, and {given:?} in en"));
            }
            _ => {}
        }
    }
    complaints
}

/// Of each language its keys, and in each message the places where a value is put in, sorted: `$COUNT$`.
fn languages(files: &Files) -> Result<BTreeMap<String, BTreeMap<String, Vec<String>>>> {
    let messages = files.iter().filter_map(|(path, content)| {
        let language = path.strip_prefix("_locales/")?.strip_suffix("/messages.json")?;
        Some((path, language.to_owned(), content))
    });
    messages
        .map(|(path, language, content)| {
            let keys: Map<String, Value> = serde_json::from_slice(content).with_context(|| format!("{path} is not a JSON object"))?;
            let mut places = BTreeMap::new();
            for (key, entry) in keys {
                let Some(text) = entry.get("message").and_then(Value::as_str).filter(|text| !text.is_empty()) else {
                    bail!("{path}: {key} has no text in `message`");
                };
                // Chrome's store takes no longer one.
                if key == "description" && text.chars().count() > 132 {
                    bail!("{path}: the description has more than 132 characters");
                }
                let mut holes: Vec<_> = text.split('$').skip(1).step_by(2).map(str::to_owned).collect();
                holes.sort();
                let known = |hole: &&String| entry.get("placeholders").is_some_and(|all| all.get(hole.to_lowercase()).is_some());
                if let Some(hole) = holes.iter().find(|hole| !known(hole)) {
                    bail!("{path}: {key} has ${hole}$, which its `placeholders` don't name");
                }
                places.insert(key, holes);
            }
            Ok((language, places))
        })
        .collect()
}

/// Each key with one place that uses it.
fn used(files: &Files, rust: &Files) -> BTreeMap<String, String> {
    let mut used = BTreeMap::new();
    for (path, content) in files {
        let text = String::from_utf8_lossy(content);
        if path == "manifest.json" {
            used.extend(text.split("__MSG_").skip(1).filter_map(|rest| Some((rest.split_once("__")?.0.to_owned(), path.clone()))));
        } else if path.ends_with(".html") {
            used.extend(attributes(&text, &["data-i18n", "data-i18n-*"]).map(|key| (key.to_owned(), path.clone())));
        }
    }
    for (path, text) in scripts(files, rust) {
        for call in CALLS {
            used.extend(first_arguments(&text, call).into_iter().map(|key| (key.to_owned(), path.to_owned())));
        }
    }
    used
}

/// What is written in JavaScript and Rust; the glue is made.
fn scripts<'a>(files: &'a Files, rust: &'a Files) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
    let code = files.iter().chain(rust).filter(|(path, _)| (path.ends_with(".js") || path.ends_with(".rs")) && !path.starts_with("wasm/"));
    code.map(|(path, content)| (path.as_str(), String::from_utf8_lossy(content)))
}

/// The string literals in the first arguments of calls of this name: several where a condition chooses.
fn first_arguments<'a>(text: &'a str, call: &str) -> Vec<&'a str> {
    let calls = text.match_indices(call).filter(|(at, _)| !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
    let arguments = calls.filter_map(|(at, _)| text[at + call.len()..].split([',', ')']).next());
    arguments.flat_map(|argument| argument.split(['"', '\'']).skip(1).step_by(2)).filter(|key| is_key(key)).collect()
}

/// A pattern for `format!` is none.
fn is_key(literal: &str) -> bool {
    !literal.is_empty() && literal.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(messages: &str, user: (&str, &str)) -> Option<String> {
        let files = Files::from([("_locales/en/messages.json".into(), messages.into()), (user.0.into(), user.1.into())]);
        check(&files, &Files::new()).err().map(|error| error.to_string())
    }

    const A: &str = r#"{ "a": { "message": "A" } }"#;

    #[test]
    fn a_used_key_must_be_there() {
        for user in [
            ("manifest.json", r#"{ "name": "__MSG_b__" }"#),
            ("www/a.html", r#"<p data-i18n="b">"#),
            ("www/a.html", r#"<p data-i18n-title="b">"#),
            ("a.js", "chrome.i18n.getMessage('b', [1])"),
            ("src/browser/dom.rs", "api::text(\n  \"b\")"),
            ("src/browser/dom.rs", "api::text_with(if here { \"a\" } else { \"b\" }, &[])"),
        ] {
            assert!(complaint(A, user).is_some_and(|error| error.contains("b, used in")), "{user:?}");
        }
    }

    #[test]
    fn a_key_must_be_used_unless_it_is_computed() {
        assert_eq!(complaint(A, ("a.rs", "let word = \"a\"; api::text(word)")), None);
        assert!(complaint(A, ("a.js", "set_text(a)")).is_some_and(|error| error.contains("a is used nowhere")));
        assert_eq!(complaint(r#"{ "phase_idle": { "message": "Idle" } }"#, ("a.js", "")), None);
    }

    #[test]
    fn every_language_puts_in_the_same_values() {
        let hole = |hole: &str| {
            format!(r#"{{ "a": {{ "message": "A ${hole}$", "placeholders": {{ "{}": {{ "content": "$1" }} }} }} }}"#, hole.to_lowercase())
        };
        let check = |german: String| {
            let files = Files::from([
                ("_locales/en/messages.json".into(), hole("SITE").into_bytes()),
                ("_locales/de/messages.json".into(), german.into_bytes()),
                ("a.js".into(), b"getMessage('a')".to_vec()),
            ]);
            check(&files, &Files::new()).err().map(|error| error.to_string())
        };
        assert_eq!(check(hole("SITE")), None);
        assert!(check(hole("NAME")).is_some_and(|error| error.contains("a puts in [\"NAME\"] in de")));
        assert!(check(hole("SITE").replace("\"site\"", "\"size\"")).is_some_and(|error| error.contains("don't name")));
    }

    #[test]
    fn each_language_counts_in_its_own_forms() {
        let check = |japanese: &str| {
            let files = Files::from([
                (
                    "_locales/en/messages.json".into(),
                    br#"{ "tabs_one": { "message": "One" }, "tabs_other": { "message": "Some" } }"#.to_vec(),
                ),
                ("_locales/ja/messages.json".into(), japanese.into()),
            ]);
            let rust = Files::from([("a.rs".into(), b"api::counted(\"tabs\", 2, &[])".to_vec())]);
            check(&files, &rust).err().map(|error| error.to_string()).unwrap_or_default()
        };
        assert_eq!(check(r#"{ "tabs_other": { "message": "Some" } }"#), "");
        assert!(check("{}").contains("tabs_other is missing in ja"));
        assert!(
            check(r#"{ "tabs_one": { "message": "One" }, "tabs_other": { "message": "Some" } }"#)
                .contains("tabs_one is a form that ja does not have")
        );
    }

    #[test]
    fn every_language_has_the_same_keys() {
        let files = Files::from([
            ("_locales/en/messages.json".into(), A.into()),
            ("_locales/de/messages.json".into(), b"{}".to_vec()),
            ("a.js".into(), b"getMessage('a')".to_vec()),
        ]);
        assert!(check(&files, &Files::new()).unwrap_err().to_string().contains("a is missing in de"));
    }
}
