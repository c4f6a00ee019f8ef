//! `chrome.*`, as far as we use it: one way to call, and typed functions over it. Firefox answers to the same name with promises,
//! so one wasm serves both. Must never know what a call is for.
//!
//! Looked up at run time and not bound as `async` imports: an API that a browser lacks (`sidePanel`, `sidebarAction`) throws before
//! there is a promise, which with wasm-bindgen 0.2.130 poisons the instance; here it is an ordinary `Err`.

use std::pin::Pin;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::focus::Browsing;
use crate::ids::{FrameId, Moment, TabId, WindowId};
use crate::object;
use crate::site::Address;
use crate::value::Value;

/// What a call can end in: the browser's own words.
pub type Answer<T> = Result<T, JsValue>;

/// What will come of a call. Boxed, so that waiting for it costs a pointer and not a copy of the call's own code.
pub type Pending<T> = Pin<Box<dyn Future<Output = Answer<T>>>>;

/// Calls `chrome.<path>` at once; the answer comes with its promise, if it gives one.
pub fn call(path: &str, arguments: Vec<Value>) -> Pending<JsValue> {
    let begun = begin(path, arguments);
    Box::pin(async move { settle(begun?).await })
}

/// As [`call`], with the answer as plain data. What is kept on disk is asked for twice if need be: where the end of its file was torn off in a crash,
/// Chromium 156 refuses the first reading with "Invalid JSON", mends the file, and answers the second (measured with `tests/e2e/kills.test.mjs`). Taken
/// for an answer, the refusal would be settings without a tool, and notes that the next one writes over.
pub fn ask(path: &str, arguments: Vec<Value>) -> Pending<Value> {
    const KEPT: &str = "storage.local.get";
    let again = (path == KEPT).then(|| arguments.clone());
    let called = call(path, arguments);
    Box::pin(async move {
        let answer = match (called.await, again) {
            (Err(_), Some(arguments)) => call(KEPT, arguments).await,
            (answer, _) => answer,
        };
        Ok(from_js(&answer?))
    })
}

/// As [`call`], for the effect alone.
pub fn act(path: &str, arguments: Vec<Value>) -> Pending<()> {
    let called = call(path, arguments);
    Box::pin(async move { called.await.map(drop) })
}

/// Calls without waiting, for what must happen in the turn of a click.
pub fn begin(path: &str, arguments: Vec<Value>) -> Answer<JsValue> {
    let (owner, member) = find(path)?;
    let arguments: Array = to_js(&Value::List(arguments)).unchecked_into();
    member.dyn_into::<Function>()?.apply(&owner, &arguments)
}

/// Adds a listener that lives as long as the page does.
pub fn listen_forever(path: &str, listener: Box<dyn FnMut(JsValue)>) -> Answer<()> {
    let (_, event) = find(path)?;
    let add: Function = Reflect::get(&event, &"addListener".into())?.dyn_into()?;
    add.call1(&event, &Closure::wrap(listener).into_js_value())?;
    Ok(())
}

/// Whether this browser has such an API.
pub fn has(path: &str) -> bool {
    find(path).is_ok_and(|(_, member)| !member.is_undefined())
}

/// Plain data for JavaScript. Everything crosses as [`Value`], and by hand: serde-wasm-bindgen costs one to three KB of wasm a type
/// and way (489 KB with our fifty types, measured), and 30 KB even for this one.
pub fn to_js(value: &Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        Value::Truth(truth) => (*truth).into(),
        Value::Number(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(entries) => entries.iter().map(to_js).collect::<Array>().into(),
        Value::Object(members) => {
            let object = Object::new();
            for (name, member) in members {
                // Fails only for proxies and frozen objects, which this is not.
                let _ = Reflect::set(&object, &name.as_str().into(), &to_js(member));
            }
            object.into()
        }
    }
}

/// Plain data from JavaScript; what is none becomes [`Value::Null`]. Depth is bounded: a page can nest as deep as it likes.
pub fn from_js(value: &JsValue) -> Value {
    read_js(value, 0)
}

fn read_js(value: &JsValue, depth: u32) -> Value {
    if let Some(text) = value.as_string() {
        return Value::Text(text);
    }
    if let Some(number) = value.as_f64() {
        return Value::Number(number);
    }
    if let Some(truth) = value.as_bool() {
        return Value::Truth(truth);
    }
    if !value.is_object() || depth == DEEPEST {
        return Value::Null;
    }
    if let Some(array) = value.dyn_ref::<Array>() {
        return Value::List(array.iter().map(|entry| read_js(&entry, depth + 1)).collect());
    }
    let entries = Object::entries(value.unchecked_ref());
    let member = |entry: JsValue| {
        let pair: Array = entry.unchecked_into();
        Some((pair.get(0).as_string()?, read_js(&pair.get(1), depth + 1)))
    };
    Value::Object(entries.iter().filter_map(member).collect())
}

/// No setting, message or answer of a browser nests deeper.
const DEEPEST: u32 = 24;

/// Now, by the wall clock.
pub fn now() -> Moment {
    Moment(js_sys::Date::now() as u64)
}

/// The sentence for a key in the browser's language; the key itself where it is missing, so that a gap is seen.
pub fn text(key: &str) -> String {
    text_with(key, &[])
}

/// As [`text`], with values put in.
pub fn text_with(key: &str, values: &[&str]) -> String {
    begin("i18n.getMessage", vec![key.into(), values.to_vec().into()])
        .ok()
        .and_then(|text| text.as_string())
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| key.to_owned())
}

/// A sentence about so many, as the language counts: `key_one`, `key_few` and whatever else CLDR's plural rules have, or `key_other` for all that it has no
/// form of its own for. The number is the first value.
pub fn counted(key: &str, count: usize, more: &[&str]) -> String {
    let rules = js_sys::Intl::PluralRules::new(&js_sys::Array::of1(&language().into()), &js_sys::Object::new());
    let form = rules.select(count as f64).as_string().unwrap_or_default();
    let number = count.to_string();
    let mut values = vec![number.as_str()];
    values.extend(more);
    let [said, other] = [form.as_str(), "other"].map(|form| [key, "_", form].concat());
    match text_with(&said, &values) {
        missing if missing == said => text_with(&other, &values),
        sentence => sentence,
    }
}

/// The language of the words, for the browser's own tables of numbers, days and times; with the digits in which our sentences have theirs.
pub fn language() -> String {
    let mut language = text("page_language");
    language.push_str("-u-nu-latn");
    language
}

/// The address of one of our files.
pub fn own_url(path: &str) -> String {
    begin("runtime.getURL", vec![path.into()]).ok().and_then(|url| url.as_string()).unwrap_or_default()
}

/// One of our JSON files, as JavaScript has it: a big one is not copied for the sake of a few of its members.
pub async fn load(path: &'static str) -> Answer<JsValue> {
    let fetch: Function = Reflect::get(&js_sys::global(), &"fetch".into())?.dyn_into()?;
    let response = settle(fetch.call1(&JsValue::UNDEFINED, &own_url(path).into())?).await?;
    let json: Function = Reflect::get(&response, &"json".into())?.dyn_into()?;
    settle(json.call0(&response)?).await
}

/// Our own id, as tabs name who muted them.
pub fn own_id() -> Option<String> {
    find("runtime.id").ok().and_then(|(_, id)| id.as_string())
}

/// A tab, as browsers describe it.
#[derive(Debug, Clone)]
pub struct RawTab {
    /// Its id.
    pub id: TabId,
    /// Its window.
    pub window: WindowId,
    /// Empty without permission.
    pub url: String,
    /// Likewise.
    pub title: String,
    /// Chromium only: where it is headed; else empty.
    pub headed_for: String,
    /// In front of its window.
    pub active: bool,
    /// Not loaded.
    pub discarded: bool,
    /// What kind of window it is in.
    pub browsing: Browsing,
}

/// A tab's sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MutedBy {
    /// It is heard.
    Nobody,
    /// Turned off by us.
    Us,
    /// Turned off by the agent, the page or another extension.
    Others,
}

impl MutedBy {
    /// As a tab's description says it.
    pub fn read(tab: &Value) -> MutedBy {
        match tab.get("mutedInfo") {
            Some(info) if info.is_true("muted") && info.text_of("extensionId").map(str::to_owned) == own_id() => MutedBy::Us,
            Some(info) if info.is_true("muted") => MutedBy::Others,
            _ => MutedBy::Nobody,
        }
    }
}

impl RawTab {
    /// `None` for a tab without an id, as developer tools have.
    pub fn read(value: &Value) -> Option<RawTab> {
        let text = |name| value.text_of(name).unwrap_or_default().to_owned();
        Some(RawTab {
            id: TabId::read(value, "id")?,
            window: WindowId::read(value, "windowId")?,
            url: text("url"),
            title: text("title"),
            headed_for: text("pendingUrl"),
            active: value.is_true("active"),
            discarded: value.is_true("discarded"),
            browsing: Browsing::read(value),
        })
    }
}

/// One tab.
pub fn tab(id: TabId) -> Pending<RawTab> {
    let asked = ask("tabs.get", vec![id.into()]);
    Box::pin(async move { RawTab::read(&asked.await?).ok_or_else(|| "no such tab".into()) })
}

/// The tabs that fit a query.
pub fn tabs(query: Value) -> Pending<Vec<RawTab>> {
    let asked = ask("tabs.query", vec![query]);
    Box::pin(async move { Ok(asked.await?.list().unwrap_or_default().iter().filter_map(RawTab::read).collect()) })
}

/// Changes a tab.
pub fn change_tab(id: TabId, change: Value) -> Pending<()> {
    act("tabs.update", vec![id.into(), change])
}

/// Sends a message to one frame of a tab.
pub fn tell(tab: TabId, frame: FrameId, message: Value) -> Pending<()> {
    act("tabs.sendMessage", vec![tab.into(), message, object! { "frameId" => frame }])
}

/// What rings or rests at a time: the alarm that outlives the worker.
pub fn set_alarm(at: Option<Moment>) -> Pending<()> {
    match at {
        Some(when) => act("alarms.create", vec!["wake".into(), object! { "when" => when }]),
        None => act("alarms.clear", vec!["wake".into()]),
    }
}

/// Where a frame without an origin of its own sits: the nearest ancestor with a web address.
pub async fn ancestor_origin(tab: TabId, frame: FrameId) -> Option<String> {
    let get = |frame: FrameId| ask("webNavigation.getFrame", vec![object! { "tabId" => tab, "frameId" => frame }]);
    let mut parent = FrameId::read(&get(frame).await.ok()?, "parentFrameId")?;
    // Deeper than any page nests its frames.
    for _ in 0..32 {
        if parent.0 < 0 {
            return None;
        }
        let ancestor = get(parent).await.ok()?;
        if let Some(address) = ancestor.text_of("url").and_then(Address::parse) {
            return Some(address.origin());
        }
        parent = FrameId::read(&ancestor, "parentFrameId")?;
    }
    None
}

/// Whether we may touch pages of these match patterns.
pub fn has_access(origins: &[String]) -> Pending<Value> {
    ask("permissions.contains", vec![object! { "origins" => origins.to_vec() }])
}

/// Asks the person for access. Must be called in the turn of a click.
pub fn request_access(origins: Vec<String>) -> Answer<JsValue> {
    begin("permissions.request", vec![object! { "origins" => origins }])
}

/// Lets a task run by itself. One kind of future for all: each kind that the executor sees costs 400 bytes of wasm.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
    wasm_bindgen_futures::spawn_local(task);
}

/// A task as a promise for JavaScript.
pub fn promise(task: Pending<()>) -> Promise {
    wasm_bindgen_futures::future_to_promise(async move { task.await.map(|()| JsValue::UNDEFINED) })
}

/// Waits for a promise; anything else is an answer already.
pub async fn settle(value: JsValue) -> Answer<JsValue> {
    match value.dyn_into::<Promise>() {
        Ok(promise) => JsFuture::from(promise).await,
        Err(value) => Ok(value),
    }
}

/// The member that `path` names and the object it sits in.
fn find(path: &str) -> Answer<(JsValue, JsValue)> {
    let chrome = Reflect::get(&js_sys::global(), &"chrome".into())?;
    path.split('.').try_fold((JsValue::UNDEFINED, chrome), |(_, owner), name| {
        let member = Reflect::get(&owner, &name.into())?;
        Ok((owner, member))
    })
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn plain_data_crosses_the_border_both_ways() {
        let value = object! {
            "nothing" => Value::Null, "truth" => true, "number" => 1.5, "text" => "Łódź 🙂", "list" => vec!["a", ""], "object" => object! { "in" => object! {} },
        };
        assert_eq!(from_js(&to_js(&value)), value);
    }

    #[wasm_bindgen_test]
    fn what_is_no_plain_data_becomes_nothing_and_depth_has_an_end() {
        let odd = js_sys::eval("({ f() {}, s: Symbol(), u: undefined, big: 5n })").unwrap();
        let read = from_js(&odd);
        assert!(read.members().iter().all(|(_, member)| *member == Value::Null || member.members().is_empty()));
        let endless = js_sys::eval("const ring = {}; ring.ring = ring; ring").unwrap();
        assert_ne!(from_js(&endless), Value::Null);
    }

    #[wasm_bindgen_test]
    async fn an_api_that_this_browser_lacks_is_an_error_and_no_panic() {
        js_sys::eval("globalThis.chrome = { tabs: {} }").unwrap();
        assert!(call("sidePanel.open", vec![object! {}]).await.is_err());
        assert!(call("tabs.get", vec![1.0.into()]).await.is_err());
        assert!(!has("sidebarAction.open"));
    }

    #[wasm_bindgen_test]
    async fn an_api_is_called_on_its_owner_with_plain_arguments_and_its_promise_awaited() {
        js_sys::eval("globalThis.chrome = { tabs: { own: 'tabs', async update(id, change) { return { own: this.own, id, change } } } }")
            .unwrap();
        let answer = ask("tabs.update", vec![TabId(7).into(), object! { "muted" => true }]).await.unwrap();
        assert_eq!(answer, object! { "own" => "tabs", "id" => 7.0, "change" => object! { "muted" => true } });
    }

    #[wasm_bindgen_test]
    async fn what_is_kept_is_read_again_where_the_first_reading_is_refused_and_nothing_else_is() {
        js_sys::eval(
            "let times = 0; const refusing = { async get() { if (times++ === 0) throw new Error('Invalid JSON'); return { settings: times } } };
             globalThis.chrome = { storage: { local: refusing, session: { async get() { throw new Error('no') } } } }",
        )
        .unwrap();
        assert_eq!(ask("storage.local.get", vec!["settings".into()]).await.unwrap(), object! { "settings" => 2.0 });
        assert!(ask("storage.session.get", vec!["state".into()]).await.is_err());
    }
}
