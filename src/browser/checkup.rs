//! Whether a tool is heard, asked by a button beside it: is there access, is it open in a tab, does that tab listen, and what did it last say. Must never
//! begin anything in the tool's page; what its frames answer goes to the background as it always does.

use super::api::{self, Answer};
use super::dom;
use super::store;
use crate::config::Config;
use crate::object;
use crate::site::ToolSite;
use crate::value::Value;
use web_sys::{Element, HtmlElement};

/// What the button has to know, kept on it: patterns have no spaces.
const ORIGINS: &str = "data-origins";
const PATTERNS: &str = "data-patterns";
const TOOL: &str = "data-tool";

/// A button's attributes, for a tool of that id (none for an address of one's own) at these sites.
pub fn attributes<'a>(tool: &str, sites: impl Iterator<Item = &'a ToolSite>) -> Value {
    let (mut origins, mut patterns) = (String::new(), String::new());
    for site in sites {
        for (list, pattern) in [(&mut origins, site.origin_pattern()), (&mut patterns, site.match_pattern())] {
            list.push_str(&pattern);
            list.push(' ');
        }
    }
    object! { ORIGINS => origins, PATTERNS => patterns, TOOL => tool }
}

/// Shows beside each listed tool that is on what is missing, and its button.
pub async fn draw(config: &Config) {
    for row in dom::parts("tool-row") {
        let inner = |name: &str| dom::within(&row, name);
        let (Some(on), Some(button), Some(answer)) = (inner("tool-on"), inner("tool-test"), inner("tool-answer")) else { continue };
        let tool = config.tools.iter().find(|tool| tool.id == dom::value_of(&on));
        button.set_hidden(tool.is_none());
        let missing = match tool {
            None => false,
            Some(tool) => {
                for (name, value) in attributes(&tool.id, tool.sites.iter()).members() {
                    let _ = button.set_attribute(name, value.text().unwrap_or_default());
                }
                !has_access(&button).await
            }
        };
        dom::set_text_of(&answer, &if missing { api::text("test_no_access") } else { String::new() });
    }
}

/// Asks, if it is such a button, and says beside it what came of it.
pub fn clicked(button: &Element) {
    let Some(button) = dom::closest(button, "[data-part=tool-test]") else { return };
    let Some(answer) = dom::closest(&button, "li").and_then(|row| dom::within(&row, "tool-answer")) else { return };
    api::spawn(async move {
        let said = ask(&button).await.unwrap_or_else(|_| api::text("test_no_tab"));
        dom::set_text_of(&answer, &said);
    });
}

async fn ask(button: &HtmlElement) -> Answer<String> {
    if !has_access(button).await {
        return Ok(api::text("test_no_access"));
    }
    let tabs = api::tabs(object! { "url" => words(button, PATTERNS), "discarded" => false }).await?;
    if tabs.is_empty() {
        return Ok(api::text("test_no_tab"));
    }
    let mut listens = false;
    for tab in tabs {
        // Any frame of it: a softphone may be one within the page.
        let told = api::act("tabs.sendMessage", vec![tab.id.into(), object! { "ask" => true }]);
        listens |= told.await.is_ok();
    }
    if !listens {
        return Ok(api::text("test_no_answer"));
    }
    let why = store::load_why().await;
    let tool = button.get_attribute(TOOL).unwrap_or_default();
    let heard = why.get("heard").and_then(Value::list).unwrap_or_default();
    let heard = heard.iter().find(|one| !tool.is_empty() && one.text_of("tool") == Some(&tool));
    Ok(match heard.and_then(|one| one.text_of("word")) {
        Some(word) => {
            let mut key = String::from("why_word_");
            key.push_str(word);
            api::text_with("test_heard", &[&api::text(&key)])
        }
        None => api::text("test_listens"),
    })
}

async fn has_access(button: &HtmlElement) -> bool {
    api::has_access(&words(button, ORIGINS)).await == Ok(Value::Truth(true))
}

fn words(button: &HtmlElement, name: &str) -> Vec<String> {
    button.get_attribute(name).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}
