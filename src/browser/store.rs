//! Storage as typed reads and writes: the state and what pages show in `storage.session`, settings and IT's last policy in
//! `storage.local`, and there also where content.js may listen. Must never put anything of a customer's into `storage.local`.

use wasm_bindgen::JsValue;

use super::api::{self, Answer, Pending};
use crate::config::{Config, Duty, Shelf};
use crate::focus::{DigestSite, Notice};
use crate::ids::Moment;
use crate::object;
use crate::session::State;
use crate::value::Value;
use crate::view::View;

/// The agent's settings and IT's policy, both unread.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Raw {
    /// The agent's.
    pub settings: Value,
    /// IT's, as last seen.
    pub policy: Value,
    /// Until when nothing is held, as the agent asked.
    pub pause: Option<Moment>,
    /// Whether the organisation's edition is in this browser, as background.js last heard.
    pub duty: Duty,
}

/// The state of this browser run. Unreadable state counts as none: what was held is then freed by the outcomes and listings that follow.
pub async fn load_state() -> State {
    let kept = api::ask("storage.session.get", vec!["state".into()]).await.unwrap_or_default();
    kept.text_of("state").and_then(State::read).unwrap_or_default()
}

/// What is saved before every effect, in one write: the state, what pages show, why it is so, and whether events need the core at all
/// (background.js reads that before it makes an instance).
pub async fn save(state: &str, view: &View, why: Value, on: bool) -> Answer<()> {
    let saved = object! { "state" => state, "view" => view.write(), "why" => why, "on" => on };
    api::act("storage.session.set", vec![saved]).await
}

/// What pages show now; `None` before the first conversation.
pub async fn load_view() -> Option<View> {
    View::read(api::ask("storage.session.get", vec!["view".into()]).await.ok()?.get("view")?)
}

/// The same with what was held in the last conversation, as [`save_digest`] wrote it, and what an alarm reminded of; `Null` where there is nothing to show.
pub async fn load_card() -> (Option<View>, Value, Value) {
    let kept = api::ask("storage.session.get", vec![vec!["view", "digest", "due"].into()]).await.unwrap_or_default();
    let member = |name| kept.get(name).cloned().unwrap_or_default();
    (kept.get("view").and_then(View::read), member("digest"), member("due"))
}

/// Why things are as they are, for the page that shows it.
pub async fn load_why() -> Value {
    let kept = api::ask("storage.session.get", vec!["why".into()]).await.unwrap_or_default();
    kept.get("why").cloned().unwrap_or_default()
}

/// Settings and the policy as last seen; never waits for the browser's policy service, which takes three seconds after a start.
pub async fn load_raw() -> Raw {
    let kept = api::ask("storage.local.get", vec![vec!["settings", "policy", "pause", "dormant"].into()]).await.unwrap_or_default();
    let member = |name| kept.get(name).cloned().unwrap_or_default();
    Raw {
        settings: member("settings"),
        policy: member("policy"),
        pause: Moment::read(&kept, "pause"),
        duty: if kept.is_true("dormant") { Duty::TheOthers } else { Duty::Ours },
    }
}

/// Adapters come as JSON text where a policy's schema can't describe them, and as the agent typed them; a text may be one or a list of them. What is
/// no JSON stays as it is and is named.
fn with_adapters(values: &Value) -> Value {
    let mut values = values.clone();
    if let Value::Object(members) = &mut values {
        for (name, value) in members {
            if let (true, Value::List(entries)) = (name == "adapters", value) {
                let mut read = Vec::new();
                for entry in std::mem::take(entries) {
                    match parsed(entry) {
                        Value::List(several) => read.extend(several.into_iter().map(parsed)),
                        one => read.push(one),
                    }
                }
                *entries = read;
            }
        }
    }
    values
}

fn parsed(entry: Value) -> Value {
    match entry.text().map(js_sys::JSON::parse) {
        Some(Ok(parsed)) => api::from_js(&parsed),
        _ => entry,
    }
}

/// Settings and policy compiled, with those adapters and presets of ours that they name.
pub async fn compile(raw: &Raw) -> Config {
    let shelf = Shelf {
        tools: shelved("data/tools.json", &Config::wanted_tools(&raw.settings, &raw.policy)).await,
        presets: shelved("data/presets.json", &Config::wanted_presets(&raw.settings, &raw.policy)).await,
    };
    let mut config = Config::compile(&with_adapters(&raw.settings), &with_adapters(&raw.policy), &shelf);
    config.paused_until = raw.pause;
    config.duty = raw.duty;
    // For the pages that name what could not be taken; the background names nothing, and carries no phrases.
    #[cfg(any(feature = "files", feature = "pages"))]
    config.complaints.extend(crate::guide::Guide::compile(&raw.settings, &raw.policy).complaints);
    config
}

/// Those of a packed file's members; the file is not read where nothing is wanted of it.
async fn shelved(path: &'static str, wanted: &[String]) -> Value {
    let mut shelf = object! {};
    if wanted.is_empty() {
        return shelf;
    }
    match api::load(path).await {
        Ok(all) => {
            for id in wanted {
                let one = js_sys::Reflect::get(&all, &id.as_str().into()).unwrap_or_default();
                if !one.is_undefined() {
                    shelf.put(id, api::from_js(&one));
                }
            }
        }
        Err(error) => log(&error),
    }
    shelf
}

/// Saves the agent's settings.
pub async fn save_settings(settings: Value) -> Answer<()> {
    api::act("storage.local.set", vec![object! { "settings" => settings }]).await
}

/// Where content.js may listen, ports and all; it reads this where it stands. Not waited for: storage takes calls in turn, and content.js is
/// put into pages by later ones.
pub fn save_listening(patterns: Vec<String>) {
    drop(api::begin("storage.local.set", vec![object! { "listening" => patterns }]));
}

/// Asks the browser for the policy and keeps it if it is another than the last; background.js hears of the change.
/// Firefox throws where no policy is set, which counts as an empty one.
pub async fn refresh_policy() {
    let policy = api::ask("storage.managed.get", vec![Value::Null]).await.unwrap_or_default();
    let known = load_raw().await.policy;
    if policy == known || (policy.members().is_empty() && known.members().is_empty()) {
        return;
    }
    if let Err(error) = api::call("storage.local.set", vec![object! { "policy" => policy }]).await {
        log(&error);
    }
}

/// Keeps what was held for the sidebar to show; nothing takes away what there was. In memory alone, as it holds notifications' texts.
pub fn save_digest(digest: &[DigestSite]) -> Pending<()> {
    if digest.is_empty() {
        return api::act("storage.session.remove", vec!["digest".into()]);
    }
    let sites: Vec<Value> = digest
        .iter()
        .map(|site| {
            let notice = |one: &Notice| object! { "title" => one.title.as_str(), "body" => one.body.as_str() };
            object! {
                "site" => site.site.as_str(), "tabs" => site.tabs.len() as f64, "stops" => f64::from(site.stops),
                "notices" => site.notices.iter().map(notice).collect::<Vec<_>>(), "passes" => site.passes.clone(),
            }
        })
        .collect();
    api::act("storage.session.set", vec![object! { "digest" => sites }])
}

/// For the console of the background; never holds a customer's text.
pub fn log(error: &JsValue) {
    web_sys::console::error_2(&"Undivided:".into(), error);
}
