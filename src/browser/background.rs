//! The background's entry: background.js hands events in, one after the other; each is a step, a save, and the effects that follow.
//! Must never let an effect begin before the state that wants it is saved, and must never keep anything that the save does not hold.

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::api::{self, Answer};
use super::{books, effects, store};
use crate::config::{Config, Duty};
use crate::focus::Browsing;
use crate::ids::{FrameId, Moment, TabId, WindowId};
use crate::message::{From, FromFrame, Message, admit, read_event};
use crate::object;
use crate::session::{Event, PanelAsk, State, step};
use crate::signal::{Airs, Origin};
use crate::value::Value;
use crate::view::{FocusView, PhaseView, view};

#[wasm_bindgen]
extern "C" {
    /// Whether the listeners that matter only in a conversation are needed.
    #[wasm_bindgen(js_namespace = undivided)]
    fn watch(state: &str);
}

thread_local! {
    static SHELL: RefCell<Option<Shell>> = const { RefCell::new(None) };
}

/// What an instance knows; all of it can be had again from storage.
struct Shell {
    state: State,
    config: Config,
    /// What was saved last, and what the button shows; `None` before the first save and when settings changed.
    saved: Option<String>,
    button: Option<(PhaseView, FocusView)>,
    wake: Option<Moment>,
    timer: Option<Timeout>,
    /// How many more saves there are before this instance stands still; see [`Shell::fault`].
    #[cfg(feature = "faults")]
    saves_left: Option<u32>,
}

/// Takes one event in. Called by background.js alone, and never before the last call's promise has settled.
///
/// # Errors
/// When storage fails, or what is handed in is no event: then background.js releases everything.
#[wasm_bindgen]
pub fn dispatch(incoming: JsValue) -> Promise {
    api::promise(Box::pin(take_in(incoming)))
}

async fn take_in(incoming: JsValue) -> Answer<()> {
    let incoming = api::from_js(&incoming);
    let mut shell = match SHELL.take() {
        Some(shell) => shell,
        None => Shell::load(&incoming).await?,
    };
    let answer = shell.take_in(&incoming).await;
    SHELL.set(Some(shell));
    answer
}

impl Shell {
    async fn load(first: &Value) -> Answer<Shell> {
        let raw = store::load_raw().await;
        let config = store::compile(&raw).await;
        let mut shell = Shell {
            state: store::load_state().await,
            config,
            saved: None,
            button: None,
            wake: None,
            timer: None,
            #[cfg(feature = "faults")]
            saves_left: None,
        };
        // The browser may take seconds to say what IT wants; what it said last is good enough until then.
        api::spawn(store::refresh_policy());
        // After a panic all was torn down: to take things again for having woken and once more for that would double them.
        let panicked = first.get("event").is_some_and(|event| event.get("panicked").is_some());
        if !shell.state.is_idle() && !panicked {
            shell.step(Event::Woke).await?;
        }
        Ok(shell)
    }

    async fn take_in(&mut self, incoming: &Value) -> Answer<()> {
        let event = match incoming.tagged() {
            // All that wait at once, with one save: what came of holding fifty tabs is a hundred reports.
            Some(("report", _)) => return self.steps(effects::reports()).await,
            Some(("event", event)) => read_event(event),
            Some(("message", message)) => read_message(message).await,
            #[cfg(feature = "faults")]
            Some(("fault", fault)) => self.fault(fault).await,
            _ => None,
        };
        match event {
            Some(Event::Configured) => {
                self.configure().await;
                self.step(Event::Configured).await
            }
            Some(event) => self.step(event).await,
            None => Ok(()),
        }
    }

    async fn step(&mut self, event: Event) -> Answer<()> {
        self.steps(vec![event]).await
    }

    /// A step for each event, one save, and then what follows from all of them, in that order.
    async fn steps(&mut self, events: Vec<Event>) -> Answer<()> {
        if events.is_empty() {
            return Ok(());
        }
        let mut effects = Vec::new();
        let mut state = std::mem::take(&mut self.state);
        for event in events {
            let (next, more) = step(state, event, api::now(), &self.config);
            state = next;
            effects.extend(more);
        }
        let on = !state.is_idle();
        let shown = view(&state, &self.config);
        let written = state.write();
        if self.saved.as_deref() != Some(written.as_str()) {
            store::save(&written, &shown, state.why(), on).await?;
            #[cfg(feature = "faults")]
            self.stop_if_this_was_the_last_save().await;
            if state.is_calm() {
                // Panics are counted a conversation; see recover() in background.js.
                api::act("storage.session.remove", vec!["panics".into()]).await?;
            }
            self.saved = Some(written);
        }
        self.state = state;
        watch(if on { "on" } else { "off" });
        let button = (shown.sidebar.phase, shown.sidebar.focus);
        if self.button.replace(button) != Some(button) {
            api::spawn(show_button(button));
        }
        if let Some(at) = effects::begin_all(effects, &self.config) {
            self.wake_at(at);
        }
        Ok(())
    }

    /// What tests break on purpose: `"panic"`, or `{ "stall": n }`, after which the n-th save is the last thing this instance does,
    /// so that a test can kill the worker exactly between saving and acting. And what benches time where it runs: `{ "time": … }`.
    #[cfg(feature = "faults")]
    #[allow(clippy::panic)]
    async fn fault(&mut self, fault: &Value) -> Option<Event> {
        match fault.tagged() {
            Some(("stall", saves)) => self.saves_left = saves.number().map(|saves| saves as u32),
            Some(("time", what)) => {
                let timed = timing::time(what, &self.config).await;
                drop(api::act("storage.session.set", vec![object! { "timed" => timed }]).await);
            }
            _ => panic!("asked for by a test"),
        }
        None
    }

    #[cfg(feature = "faults")]
    async fn stop_if_this_was_the_last_save(&mut self) {
        if let Some(left) = &mut self.saves_left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Settings or policy may be others: they are read again, and the listening scripts put where they now belong.
    async fn configure(&mut self) {
        let raw = store::load_raw().await;
        self.config = store::compile(&raw).await;
        self.saved = None;
        // Whole origins: signals are judged by origin, and Chromium refuses a path for scripts that follow into frames without one.
        let (mut tools, mut listening) = (Vec::new(), Vec::new());
        let ours = self.config.duty == Duty::Ours;
        for site in self.config.all_tool_sites().filter(|_| ours) {
            let pattern = site.origin_pattern();
            if !tools.contains(&pattern) {
                tools.push(pattern);
            }
            listening.push(site.listening_pattern());
        }
        store::save_listening(listening);
        if let Err(error) = effects::listen_at(&tools, self.config.tools.len()).await {
            store::log(&error);
        }
        api::spawn(store::refresh_policy());
        let days = self.config.insights_days;
        api::spawn(async move {
            if let Err(error) = books::cut(days).await {
                store::log(&error);
            }
        });
    }

    /// A timer is exact and dies with the worker; an alarm wakes it again, in some browsers 30 s later at the earliest.
    fn wake_at(&mut self, at: Option<Moment>) {
        if self.wake == at {
            return;
        }
        self.wake = at;
        self.timer = at.map(|at| {
            let wait = at.since(api::now()).0.min(24 * 60 * 60 * 1000);
            Timeout::new(wait as u32 + 1, || effects::report(Event::Tick))
        });
        api::spawn(async move {
            if let Err(error) = api::set_alarm(at).await {
                store::log(&error);
            }
        });
    }
}

/// Settles who speaks, and drops what that sender may not say or what is no message of ours.
async fn read_message(message: &Value) -> Option<Event> {
    let body = Message::read(message.get("body")?)?;
    let panel = if message.text_of("panel") == Some("asked") { PanelAsk::Asked } else { PanelAsk::NotAsked };
    let from = match message.get("from")?.tagged()? {
        ("ours", _) => From::Ours,
        ("frame", sender) => {
            let (tab, frame) = (TabId::read(sender, "tab")?, FrameId::read(sender, "frame")?);
            let origin = match sender.text_of("origin").filter(|origin| origin.starts_with("http")) {
                Some(origin) => Some(Origin::Own(origin.to_owned())),
                None => api::ancestor_origin(tab, frame).await.map(Origin::Ancestor),
            };
            let url = sender.text_of("url").unwrap_or_default().to_owned();
            From::Frame(FromFrame {
                tab,
                frame,
                window: WindowId::read(sender, "window")?,
                origin,
                url,
                airs: Airs::read(sender),
                browsing: Browsing::read(sender),
            })
        }
        _ => return None,
    };
    admit(body, from, panel)
}

/// The toolbar button says by sign and title whether focus is on.
async fn show_button((phase, focus): (PhaseView, FocusView)) {
    let (title, badge) = match (focus, phase) {
        (FocusView::Ended, _) => (api::text("action_ended"), String::new()),
        (_, PhaseView::Idle | PhaseView::WrapUp) => (api::text("action_idle"), String::new()),
        _ => (api::text("action_on"), api::text("badge_on")),
    };
    let _ = api::call("action.setBadgeText", vec![object! { "text" => badge }]).await;
    let _ = api::call("action.setTitle", vec![object! { "title" => title }]).await;
}

/// How long the core takes in this browser's engine, for `tests/bench/proof.mjs`.
#[cfg(feature = "faults")]
mod timing {
    use std::hint::black_box;

    use super::*;
    use crate::pattern::Page;
    use crate::signal::{Airs, Inbound, Link, Microphone, Peers, Sender, Signal};

    /// Milliseconds of one of many, and how many of them were held: `{ "decide": addresses }`, `"compile"` of what is stored, or `{ "signals": tabs }`,
    /// which are the reports of forty frames in so many tabs with calls.
    pub async fn time(what: &Value, config: &Config) -> Value {
        match what.tagged() {
            Some(("decide", addresses)) => {
                let urls = addresses.texts();
                let is_held = |url: &&String| config.verdict(Page { url, title: "A quiet page" }).held_site(url).is_some();
                let held = urls.iter().filter(is_held).count();
                object! { "each" => each(urls.len(), || urls.iter().filter(is_held).count()), "held" => held as f64 }
            }
            Some(("signals", tabs)) => {
                let tabs = tabs.number().unwrap_or(1.0) as i32;
                let Some(site) = config.all_tool_sites().next() else { return Value::Null };
                let origin = ["http://", site.host()].concat();
                let peers = Peers { link: Link::Connected, microphone: Microphone::Live, inbound: Inbound::Growing };
                let report = |at: i32| Event::Heard {
                    sender: Sender {
                        tab: TabId(at % tabs + 1),
                        frame: FrameId(i64::from(at / tabs)),
                        window: WindowId(1),
                        origin: Origin::Own(origin.clone()),
                        airs: Airs::default(),
                        browsing: Browsing::Usual,
                    },
                    signal: Signal::Peers(peers),
                    panel: PanelAsk::NotAsked,
                };
                let mut state = State::default();
                let mut on = |_| {
                    for at in 0..40 {
                        (state, _) = step(std::mem::take(&mut state), report(at), api::now(), config);
                    }
                    !state.is_idle()
                };
                let held = on(());
                object! { "each" => each(40, || on(())), "held" => held }
            }
            _ => {
                let raw = store::load_raw().await;
                let start = api::now();
                let compiled = store::compile(&raw).await;
                object! { "each" => api::now().since(start).0 as f64, "held" => compiled.complaints.len() as f64 }
            }
        }
    }

    fn each<T>(count: usize, mut round: impl FnMut() -> T) -> f64 {
        // The first compiles.
        black_box(round());
        let (start, mut rounds) = (api::now(), 0.0);
        while api::now().since(start).0 < 500 {
            black_box(round());
            rounds += 1.0;
        }
        api::now().since(start).0 as f64 / rounds / count.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// A browser that writes down what is asked of it, with one distracting tab and the switch's settings.
    const BROWSER: &str = r#"
        globalThis.asked = [];
        globalThis.undivided = { async fingerprints(all) { return all }, enqueue() { asked.push("enqueue") }, watch(state) { asked.push("watch " + state) }, panicked() {}, async keepAwake() {}, async replaceRules() { asked.push("rules") } };
        const kept = { settings: { blocklist: ["news.example"], wrapUpSeconds: 0 } };
        const note = (name, answer) => async (...args) => { asked.push(name); return answer?.(...args) };
        const area = (name) => ({ get: async () => name === "local" ? kept : {}, set: note(name + ".set"), remove: async () => {} });
        globalThis.chrome = {
            runtime: { id: "us", getURL: (path) => "ours://" + path },
            i18n: { getMessage: (key) => key },
            storage: { session: area("session"), local: area("local"), managed: area("managed") },
            alarms: { create: async () => {}, clear: async () => {} },
            action: { setBadgeText: async () => {}, setTitle: async () => {} },
            tabs: {
                query: note("tabs.query", () => [{ id: 2, windowId: 1, url: "https://news.example/", active: true }]),
                get: async () => ({ id: 2, windowId: 1, url: "https://news.example/", mutedInfo: { muted: false } }),
                update: note("tabs.update"),
            },
            scripting: {
                getRegisteredContentScripts: async () => [], registerContentScripts: note("register"),
                insertCSS: note("insertCSS"), executeScript: note("executeScript"),
            },
        };
    "#;

    async fn hand_in(json: &str) {
        let event = js_sys::JSON::parse(json).unwrap();
        api::settle(dispatch(event).into()).await.unwrap();
    }

    fn asked() -> Vec<String> {
        js_sys::Array::from(&js_sys::eval("asked").unwrap()).iter().filter_map(|one| one.as_string()).collect()
    }

    #[wasm_bindgen_test]
    async fn the_state_is_saved_before_any_effect_begins() {
        js_sys::eval(BROWSER).unwrap();
        hand_in(r#"{ "event": "switched" }"#).await;
        let so_far = asked();
        assert_eq!(so_far.first().map(String::as_str), Some("session.set"), "{so_far:?}");
        // The list of tabs comes as a report of its own, and what is held follows from it.
        while !asked().contains(&"enqueue".to_owned()) {
            api::settle(js_sys::Promise::resolve(&JsValue::NULL).into()).await.unwrap();
        }
        js_sys::eval("asked.length = 0").unwrap();
        hand_in(r#""report""#).await;
        let then = asked();
        let saved = then.iter().position(|one| one == "session.set");
        let held = then.iter().position(|one| one == "insertCSS");
        assert!(saved.is_some() && held.is_some() && saved < held, "{then:?}");
    }

    #[wasm_bindgen_test]
    async fn what_is_no_event_changes_nothing() {
        js_sys::eval(BROWSER).unwrap();
        SHELL.set(None);
        for odd in [
            r#"{}"#,
            r#"{ "event": "boo" }"#,
            r#"{ "message": { "body": { "command": "switch" }, "from": { "frame": {} } } }"#,
            r#""report""#,
        ] {
            hand_in(odd).await;
        }
        assert!(!asked().contains(&"session.set".to_owned()), "{:?}", asked());
    }
}
