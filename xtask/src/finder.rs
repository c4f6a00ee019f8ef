//! The index in which a setting is looked for: each section of the pages that have settings, with the keys of its words, as `data/finder.json`. Made when
//! the bundle is, so that a section that is added can be found. Must never know a language: words are those of `_locales`, by their keys.

use crate::references::{Files, attributes};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// In the order in which what is found on them is listed.
const PAGES: [&str; 6] = ["options.html", "coaching.html", "lists.html", "insights.html", "why.html", "policy.html"];

/// Words in every section, that tell none from another.
const EVERYWHERE: [&str; 1] = ["policy"];

/// Each section: its page, the key of the page's title, the id of its own heading, the keys of its words (its heading's first), and the settings' keys.
pub fn index(files: &Files) -> Result<Value> {
    let mut sections = Vec::new();
    for page in PAGES {
        let html = files.get(&format!("www/{page}")).with_context(|| format!("www/{page} is gone: see xtask/src/finder.rs"))?;
        let html = std::str::from_utf8(html)?;
        let title = html.split("<title").nth(1).and_then(|rest| attributes(rest, &["data-i18n"]).next());
        let title = title.with_context(|| format!("www/{page} has no title with data-i18n"))?;
        for section in html.split("<section").skip(1).filter_map(|rest| rest.split("</section>").next()) {
            let tag = section.split('>').next().unwrap_or_default();
            let id =
                attributes(tag, &["aria-labelledby"]).next().with_context(|| format!("a section of www/{page} has no aria-labelledby"))?;
            if !section.contains(&format!("<h2 id=\"{id}\"")) {
                bail!("www/{page}: no <h2 id=\"{id}\"> in the section that it labels");
            }
            let mut keys: Vec<&str> = Vec::new();
            for key in attributes(section, &["data-i18n", "data-i18n-*"]).filter(|key| !EVERYWHERE.contains(key)) {
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
            let names: Vec<&str> = attributes(section, &["data-key"]).collect();
            sections.push(json!({ "page": page, "title": title, "id": id, "keys": keys, "names": names.join(" ") }));
        }
    }
    Ok(Value::Array(sections))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(section: &str) -> Files {
        let html = format!("<title data-i18n=\"title\"></title>{section}");
        PAGES.iter().map(|page| (format!("www/{page}"), html.clone().into_bytes())).collect()
    }

    #[test]
    fn a_section_is_found_by_its_words_and_by_the_keys_of_its_settings() {
        let section = "<section aria-labelledby=\"a\"><h2 id=\"a\" data-i18n=\"a_title\"></h2><p data-i18n=\"policy\" data-key=\"chats\"></p>\
                       <input data-i18n-placeholder=\"a_hint\"><p data-i18n=\"a_title\"></p></section>";
        let index = index(&pages(section)).unwrap();
        assert_eq!(
            index[0],
            json!({ "page": "options.html", "title": "title", "id": "a", "keys": ["a_title", "a_hint"], "names": "chats" })
        );
    }

    #[test]
    fn a_section_without_its_heading_fails_the_build() {
        for section in ["<section><h2 id=\"a\"></h2></section>", "<section aria-labelledby=\"a\"><h2 id=\"b\"></h2></section>"] {
            assert!(index(&pages(section)).is_err(), "{section}");
        }
    }
}
