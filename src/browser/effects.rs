//! Carries effects out and turns every outcome into an event. Every effect is idempotent: a second time changes nothing that a person
//! could see. Must never decide whether an effect is right.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use super::api::{self, Answer, MutedBy, Pending, RawTab};
use super::store::{log, save_digest};
use super::{books, memory};
use crate::config::{After, Config};
use crate::focus::{Attempt, Front, Grip, Life, Outcome, Rules, Scope, Tab, Thing};
use crate::ids::{FrameId, Moment, TabId, WindowId};
use crate::object;
use crate::session::{Effect, Event};
use crate::value::Value;

#[wasm_bindgen]
extern "C" {
    /// Puts "there is a report" behind all other events; set by background.js.
    #[wasm_bindgen(js_namespace = undivided)]
    fn enqueue();

    /// Keeps a tab from being discarded, or no longer; set by background.js, which remembers whose doing it was.
    #[wasm_bindgen(js_namespace = undivided, js_name = keepAwake)]
    fn keep_awake(tab: i32, wanted: bool) -> js_sys::Promise;

    /// Puts these rules in place of all that there are; set by background.js, which does the same with none to release.
    #[wasm_bindgen(js_namespace = undivided, js_name = replaceRules)]
    fn replace_rules(rules: JsValue) -> js_sys::Promise;
}

thread_local! {
    static REPORTS: RefCell<Vec<Event>> = const { RefCell::new(Vec::new()) };
}

/// Begins an effect; its outcome arrives as an event of its own.
fn begin(effect: Effect, config: &Config) {
    let shelf = memory::Shelf { memory: config.memory, length: config.memory_length };
    let task = match effect {
        // The background's own.
        Effect::Wake(_) => return,
        Effect::Grip(grip, attempt) => return begin_grip(grip, attempt),
        Effect::BringBack(tab) => Box::pin(async move { api::change_tab(tab, object! { "active" => true }).await.map(drop) }),
        Effect::OfferCard(window) => offer_card(window),
        Effect::Ask(tab, frame) => ask_frame(tab, frame),
        Effect::Watch(tab, frame, origin) => api::tell(tab, frame, object! { "watch" => config.watch(&origin).unwrap_or_default() }),
        Effect::Digest(digest) => save_digest(&digest),
        Effect::AskAll => ask_all(config.tool_patterns()),
        Effect::Count(tally) => return books::enter(tally, config.insights_days),
        Effect::Recognise(conversation, identities) => memory::recognise(conversation, identities, shelf),
        Effect::Remember(identities, met) => memory::remember(identities, met, shelf),
        Effect::Keep(identities, kept) => memory::keep(identities, kept, shelf),
    };
    api::spawn(async move {
        if let Err(error) = task.await {
            log(&error);
        }
    });
}

/// Puts an event behind all others.
pub fn report(event: Event) {
    REPORTS.with_borrow_mut(|reports| reports.push(event));
    enqueue();
}

/// All reports that wait, in the order they came.
pub fn reports() -> Vec<Event> {
    REPORTS.take()
}

/// How many covers go before the sounds: those of tabs in front of their windows head the list (`Focus::listed`), and nobody looks at more windows at once.
const SEEN_AT_ONCE: usize = 2;

/// Begins the effects of a step in the order in which they matter to a person: what is seen, what is heard, and then what nobody sees or hears.
///
/// Sounds go together, because browsers are asked once which tabs are muted and not once for each. The covers of tabs behind others wait for them: fifty
/// keep Chromium busy for 70 ms, and for 400 the first time (measured; what is seen was covered after 388 ms then, and all were muted after 105). That an
/// effect begins late is as if its answer came late: `Hand` doubts it.
///
/// Gives back what the last `Wake` said, if there is one: that is the background's own business.
pub fn begin_all(effects: Vec<Effect>, config: &Config) -> Option<Option<Moment>> {
    let (mut wake, mut muted, mut first) = (None, None, SEEN_AT_ONCE);
    let (mut sounds, mut covers) = (Vec::new(), Vec::new());
    for effect in effects {
        let sound = match &effect {
            Effect::Grip(Grip::Take(Thing::Sound(tab)), attempt) => Some((*tab, Outcome::Took, *attempt)),
            Effect::Grip(Grip::Give(Thing::Sound(tab)), attempt) => Some((*tab, Outcome::Gave, *attempt)),
            _ => None,
        };
        match (effect, sound) {
            (_, Some(sound)) => {
                muted.get_or_insert_with(|| api::ask("tabs.query", vec![object! { "muted" => true }]));
                sounds.push(sound);
            }
            (Effect::Wake(at), _) => wake = Some(at),
            (Effect::Grip(grip @ Grip::Take(Thing::Cover(_)), attempt), _) => {
                if first == 0 && muted.is_some() {
                    covers.push((grip, attempt));
                } else {
                    first = first.saturating_sub(1);
                    begin_grip(grip, attempt);
                }
            }
            (effect, _) => begin(effect, config),
        }
    }
    if let Some(muted) = muted {
        api::spawn(async move {
            match muted.await {
                Ok(muted) => {
                    let begun: Vec<_> =
                        sounds.into_iter().map(|(tab, done, attempt)| (tab, set_sound(tab, &muted, done), done, attempt)).collect();
                    for (tab, asked, done, attempt) in begun {
                        tell(Thing::Sound(tab), asked.await, done, attempt);
                    }
                }
                // Overdue in a while, and asked for again.
                Err(error) => log(&error),
            }
            for (grip, attempt) in covers {
                begin_grip(grip, attempt);
            }
        });
    }
    wake
}

/// Only what is heard is muted, and only what we muted is unmuted: an agent who turned the sound on and off again has the last word.
fn set_sound(tab: TabId, muted: &Value, done: Outcome) -> Pending<()> {
    let mut of_tab = muted.list().unwrap_or_default().iter().filter(|one| TabId::read(one, "id") == Some(tab));
    let (by, wanted) = (of_tab.next().map_or(MutedBy::Nobody, MutedBy::read), done == Outcome::Took);
    match by {
        MutedBy::Others => refuse("muted by somebody else"),
        _ if wanted == (by == MutedBy::Us) => Box::pin(async { Ok(()) }),
        _ => api::change_tab(tab, object! { "muted" => wanted }),
    }
}

fn begin_grip(grip: Grip, attempt: Attempt) {
    let (thing, asked, done) = match grip {
        Grip::List => {
            let tabs = api::tabs(object! {});
            return api::spawn(async move {
                match tabs.await {
                    Ok(tabs) => report(Event::Listed { tabs: tabs.into_iter().map(listed).collect() }),
                    Err(error) => log(&error),
                }
            });
        }
        Grip::Take(thing) => (thing, take(thing), Outcome::Took),
        Grip::Give(thing) => (thing, give(thing), Outcome::Gave),
        Grip::TakeRules(rules) => (Thing::Rules, set_rules(Some(rules)), Outcome::Took),
        Grip::TakeCovers(scope) => (Thing::Covers, register_covers(scope), Outcome::Took),
        Grip::TakeNotices(scope) => (Thing::Notices, hold_notices(scope), Outcome::Took),
        Grip::GiveNotices(after) => (Thing::Notices, let_notices(after), Outcome::Gave),
        Grip::TakeBlocked(tab, target) => (Thing::Blocked(tab), show_blocked(tab, target), Outcome::Took),
        Grip::GiveBlocked(tab, target) => (Thing::Blocked(tab), send_on(tab, target), Outcome::Gave),
    };
    api::spawn(async move { tell(thing, asked.await, done, attempt) });
}

/// What came of it.
fn tell(thing: Thing, answer: Answer<()>, done: Outcome, asked: Attempt) {
    let outcome = match answer {
        Ok(()) => done,
        Err(error) => {
            // Ordinary: no access to the site, muted before us, gone. What is gone holds nothing of ours.
            web_sys::console::debug_2(&"Undivided: not done:".into(), &error);
            if done == Outcome::Took { Outcome::Refused } else { Outcome::Gave }
        }
    };
    report(Event::Done { thing, outcome, asked });
}

fn take(thing: Thing) -> Pending<()> {
    match thing {
        Thing::Cover(tab) => cover(tab),
        Thing::Awake(tab) => set_awake(tab, Outcome::Took),
        // These carry what they need in grips of their own, and sounds go together.
        Thing::Sound(_) | Thing::Rules | Thing::Covers | Thing::Notices | Thing::Card | Thing::Blocked(_) => refuse("nothing to take"),
    }
}

fn give(thing: Thing) -> Pending<()> {
    match thing {
        Thing::Cover(tab) => uncover(tab),
        Thing::Awake(tab) => set_awake(tab, Outcome::Gave),
        Thing::Rules => set_rules(None),
        Thing::Covers => unregister(&["cover"]),
        Thing::Card => withdraw_card(),
        Thing::Sound(_) | Thing::Notices | Thing::Blocked(_) => refuse("nothing to give back"),
    }
}

fn refuse(reason: &'static str) -> Pending<()> {
    Box::pin(async move { Err(reason.into()) })
}

fn ask_frame(tab: TabId, frame: FrameId) -> Pending<()> {
    Box::pin(async move {
        if api::tell(tab, frame, ask()).await.is_err() {
            report(Event::NoAnswer { tab, frame });
        }
        Ok(())
    })
}

fn ask_all(tools: Vec<String>) -> Pending<()> {
    Box::pin(async move {
        for tab in tabs_at(&tools).await? {
            // Every frame of it; one without a listener is no tool page of ours.
            let told = api::act("tabs.sendMessage", vec![tab.into(), ask()]);
            api::spawn(async move { drop(told.await) });
        }
        Ok(())
    })
}

fn ask() -> Value {
    object! { "ask" => true }
}

fn listed(tab: RawTab) -> Tab {
    let front = if tab.active { Front::Front } else { Front::Behind };
    let life = if tab.discarded { Life::Asleep } else { Life::Awake };
    Tab { id: tab.id, window: tab.window, url: tab.url, title: tab.title, front, life, browsing: tab.browsing }
}

fn cover_sheet(tab: TabId) -> Value {
    object! { "target" => object! { "tabId" => tab }, "files" => vec!["cover.css"], "origin" => "USER" }
}

fn cover(tab: TabId) -> Pending<()> {
    Box::pin(async move {
        // Both at once: they are independent, and each is a round trip to the page.
        let sheet = api::begin("scripting.insertCSS", vec![cover_sheet(tab)])?;
        let script = object! { "target" => object! { "tabId" => tab }, "files" => vec!["cover.js"], "injectImmediately" => true };
        let script = api::begin("scripting.executeScript", vec![script])?;
        api::settle(sheet).await?;
        api::settle(script).await.map(drop)
    })
}

fn uncover(tab: TabId) -> Pending<()> {
    Box::pin(async move {
        let lifted = api::tell(tab, FrameId::TOP, object! { "cover" => "lift" }).await;
        // Several times: Chromium inserts a sheet again for each attempt that went unheard, and removes one at a time.
        for _ in 0..4 {
            api::act("scripting.removeCSS", vec![cover_sheet(tab)]).await?;
        }
        lifted
    })
}

fn set_awake(tab: TabId, done: Outcome) -> Pending<()> {
    let promise = keep_awake(tab.0, done == Outcome::Took);
    Box::pin(async move { api::settle(promise.into()).await.map(drop) })
}

/// Instead of all session rules that there are.
fn set_rules(rules: Option<Rules>) -> Pending<()> {
    let written = rules.map(written).unwrap_or_default();
    let promise = replace_rules(api::to_js(&Value::List(written)));
    Box::pin(async move { api::settle(promise.into()).await.map(drop) })
}

/// Most rules that say a part; browsers take 5 000 of a session in all. Pages that the others mean are met as they arrive.
const MOST_PARTS: usize = 2_000;

/// GET only: a rule that blocks a POST loses what was sent (measured).
fn written(rules: Rules) -> Vec<Value> {
    let mut written = Vec::new();
    let mut add = |priority: Priority, which: &str, what: Value, but: Value| {
        let mut condition = vec![
            (which.to_owned(), what),
            ("resourceTypes".to_owned(), vec!["main_frame"].into()),
            ("requestMethods".to_owned(), vec!["get"].into()),
        ];
        if which == "urlFilter" {
            // As the core compares; browsers ignore case by default.
            condition.push(("isUrlFilterCaseSensitive".to_owned(), true.into()));
        }
        for (name, value) in but.members() {
            // Browsers refuse an empty list.
            if value.list().is_some_and(|list| !list.is_empty()) {
                condition.push((name.clone(), value.clone()));
            }
        }
        let id = written.len() as f64 + 1.0;
        let (rank, action) = match priority {
            Priority::Rest => (1.0, "block"),
            Priority::Listed => (2.0, "block"),
            Priority::Free => (3.0, "allow"),
        };
        written.push(
            object! { "id" => id, "priority" => rank, "action" => object! { "type" => action }, "condition" => Value::Object(condition) },
        );
    };
    let spared = object! { "excludedTabIds" => rules.spared.clone() };
    if let Some(rest) = rules.rest {
        let tabs: Vec<TabId> = rules.spared.into_iter().chain(rest.followed).collect();
        add(
            Priority::Rest,
            "urlFilter",
            "|http".into(),
            object! { "excludedTabIds" => tabs, "excludedInitiatorDomains" => rest.initiators },
        );
    }
    let filters = rules.filters;
    if !filters.hosts.is_empty() {
        add(Priority::Listed, "requestDomains", filters.hosts.into(), spared.clone());
    }
    for part in filters.parts.into_iter().take(MOST_PARTS) {
        add(Priority::Listed, "urlFilter", part.into(), spared.clone());
    }
    if !filters.free_hosts.is_empty() {
        add(Priority::Free, "requestDomains", filters.free_hosts.into(), Value::Null);
    }
    for part in rules.tools.into_iter().chain(filters.free_parts).take(MOST_PARTS) {
        add(Priority::Free, "urlFilter", part.into(), Value::Null);
    }
    written
}

/// Which rule wins where several fit.
#[derive(Clone, Copy)]
enum Priority {
    Rest,
    Listed,
    Free,
}

/// For pages that load while the worker is dead, and so that none flashes. Gone with the browser run, whatever happens to us.
fn register_covers(scope: Scope) -> Pending<()> {
    Box::pin(async move {
        unregister(&["cover"]).await?;
        if scope.matches.is_empty() {
            return Ok(());
        }
        let mut script = object! { "id" => "cover", "js" => vec!["cover.js"], "css" => vec!["cover.css"] };
        within(&mut script, &scope);
        api::act("scripting.registerContentScripts", vec![vec![script].into()]).await
    })
}

/// Id, file and world.
type Script = (&'static str, &'static str, &'static str);

const NOTICE_SCRIPTS: [Script; 2] = [("notices", "notices.js", "ISOLATED"), ("quiet", "quiet.js", "MAIN")];
const NOTICE_IDS: &[&str] = &["notices", "quiet"];

/// Into pages that load, and into those that are open.
fn hold_notices(scope: Scope) -> Pending<()> {
    Box::pin(async move {
        unregister(NOTICE_IDS).await?;
        let script = |(id, file, world): (&str, &str, &str)| {
            let mut script =
                object! { "id" => id, "js" => vec![file], "world" => world, "allFrames" => true, "matchOriginAsFallback" => true };
            within(&mut script, &Scope { matches: origins(&scope.matches), but: origins(&scope.but) });
            script
        };
        let scripts: Vec<Value> = NOTICE_SCRIPTS.into_iter().map(script).collect();
        api::act("scripting.registerContentScripts", vec![scripts.into()]).await?;
        let spared = tabs_at(&scope.but).await?;
        for tab in &spared {
            // Let through since: what holds there holds no longer.
            let told = api::act("tabs.sendMessage", vec![(*tab).into(), object! { "notices" => "release" }]);
            api::spawn(async move { drop(told.await) });
        }
        for tab in tabs_at(&scope.matches).await?.into_iter().filter(|tab| !spared.contains(tab)) {
            put_into(tab, &NOTICE_SCRIPTS);
        }
        Ok(())
    })
}

/// Chromium refuses a path for scripts that follow into frames without an origin of their own.
fn origins(patterns: &[String]) -> Vec<String> {
    let mut origins = Vec::new();
    for pattern in patterns {
        let mut parts = pattern.splitn(4, '/');
        if let (Some(scheme), Some(_), Some(host)) = (parts.next(), parts.next(), parts.next()) {
            let origin = [scheme, "//", host, "/*"].concat();
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
    }
    origins
}

/// No page is told to hold again by what is registered; those that hold are told to stop, in all their frames.
fn let_notices(after: After) -> Pending<()> {
    let word = if after == After::Show { "show" } else { "release" };
    Box::pin(async move {
        unregister(NOTICE_IDS).await?;
        for tab in api::tabs(object! { "url" => vec!["*://*/*"], "discarded" => false }).await? {
            let told = api::act("tabs.sendMessage", vec![tab.id.into(), object! { "notices" => word }]);
            api::spawn(async move { drop(told.await) });
        }
        Ok(())
    })
}

fn within(script: &mut Value, scope: &Scope) {
    script.put("matches", scope.matches.clone().into());
    if !scope.but.is_empty() {
        script.put("excludeMatches", scope.but.clone().into());
    }
    script.put("runAt", "document_start".into());
    script.put("persistAcrossSessions", false.into());
}

/// Puts the listening scripts into tool pages: registered for those that load, and into those that are open.
///
/// look.js comes last: it asks hook.js, and only where there is an adapter to look for.
pub async fn listen_at(tools: &[String], adapters: usize) -> Answer<()> {
    const SCRIPTS: [Script; 3] = [("content", "content.js", "ISOLATED"), ("hook", "hook.js", "MAIN"), ("look", "look.js", "ISOLATED")];
    const IDS: &[&str] = &["content", "hook", "look"];
    let scripts = if adapters == 0 { &SCRIPTS[..2] } else { &SCRIPTS[..] };
    // Left alone where they are as wanted: a page that loads between taking them out and putting them in again gets none (seen in Firefox, whose
    // start configures us several times).
    let known = api::ask("scripting.getRegisteredContentScripts", vec![object! { "ids" => IDS.to_vec() }]).await.unwrap_or_default();
    let known = known.list().unwrap_or_default();
    let fits = |one: &Value| {
        let matches = one.get("matches").map(Value::texts).unwrap_or_default();
        matches.len() == tools.len() && matches.iter().all(|one| tools.contains(one))
    };
    let same = !tools.is_empty() && known.len() == scripts.len() && known.iter().all(fits);
    if !same {
        unregister(IDS).await?;
    }
    if tools.is_empty() {
        return Ok(());
    }
    let script = |(id, file, world): (&str, &str, &str)| {
        // Persistent, because a tab that the browser restores loads before the worker is up.
        object! {
            "id" => id, "matches" => tools.to_vec(), "js" => vec![file], "world" => world, "runAt" => "document_start",
            "allFrames" => true, "matchOriginAsFallback" => true, "persistAcrossSessions" => true,
        }
    };
    if !same {
        api::call("scripting.registerContentScripts", vec![scripts.iter().copied().map(script).collect::<Vec<_>>().into()]).await?;
    }
    for tab in tabs_at(tools).await? {
        put_into(tab, scripts);
    }
    Ok(())
}

/// Into all frames of a page that is open. Without access to its site nothing comes of it: options show that, with a button.
fn put_into(tab: TabId, scripts: &[Script]) {
    for (_, file, world) in scripts.iter().copied() {
        let target = object! { "tabId" => tab, "allFrames" => true };
        let script = object! { "target" => target, "files" => vec![file], "injectImmediately" => true, "world" => world };
        let put = api::act("scripting.executeScript", vec![script]);
        api::spawn(async move { drop(put.await) });
    }
}

/// One by one, because a name that isn't registered fails the whole call and means nothing.
fn unregister(ids: &'static [&'static str]) -> Pending<()> {
    Box::pin(async move {
        for id in ids {
            let _ = api::act("scripting.unregisterContentScripts", vec![object! { "ids" => vec![*id] }]).await;
        }
        Ok(())
    })
}

/// Tabs with pages of these patterns. Asleep ones are left out: a script would wake them, and they are given theirs when they load.
async fn tabs_at(patterns: &[String]) -> Answer<Vec<TabId>> {
    if patterns.is_empty() {
        return Ok(Vec::new());
    }
    let tabs = api::tabs(object! { "url" => patterns.to_vec(), "discarded" => false }).await?;
    Ok(tabs.into_iter().map(|tab| tab.id).collect())
}

/// Our page in place of the browser's error page (Chromium), of the page that the navigation began in (Firefox shows no error), or of
/// one that got past the rules a moment ago. Had the agent gone elsewhere since, the core would know and not ask for it.
fn show_blocked(tab: TabId, target: String) -> Pending<()> {
    Box::pin(async move {
        let url = format!("{}#{}", api::own_url("www/blocked.html"), String::from(js_sys::encode_uri_component(&target)));
        let raw = api::tab(tab).await?;
        if raw.url == url {
            return Ok(());
        }
        // What got past the rules is replaced where the browser can (Firefox alone), so that Back does not lead there.
        let replace = is_firefox() && same_page(&raw.url, &target);
        let change = if replace {
            object! { "url" => url, "loadReplace" => true }
        } else {
            object! { "url" => url }
        };
        api::change_tab(tab, change).await
    })
}

/// Our blocked page goes on by itself. Where it could not stand (private windows), the browser's error page still does.
fn send_on(tab: TabId, target: String) -> Pending<()> {
    Box::pin(async move {
        let raw = api::tab(tab).await?;
        let at_error_page = same_page(&raw.url, &target) && raw.headed_for.is_empty();
        if at_error_page { api::change_tab(tab, object! { "url" => target }).await } else { Ok(()) }
    })
}

fn same_page(one: &str, other: &str) -> bool {
    one.split('#').next() == other.split('#').next()
}

/// By what it can do, not by what it calls itself.
fn is_firefox() -> bool {
    api::has("sidebarAction.open")
}

/// Chrome: a silent notification whose click opens the sidebar. Firefox: the popup with the same card. Never the customer's name,
/// as desktops keep what they were shown. Not where the sidebar is open already.
fn offer_card(window: Option<WindowId>) -> Pending<()> {
    Box::pin(async move {
        let place = window.map_or(object! {}, |window| object! { "windowId" => window });
        if !is_firefox() {
            let panels = api::ask("runtime.getContexts", vec![object! { "contextTypes" => vec!["SIDE_PANEL"] }]).await?;
            if panels.list().is_some_and(|open| !open.is_empty()) {
                return Ok(());
            }
            let notification = object! {
                "type" => "basic", "iconUrl" => api::own_url("icons/icon-128.png"), "silent" => true,
                "title" => api::text("notification_title"), "message" => api::text("notification_text"),
            };
            // background.js reads the window back from the id: nothing may be awaited before the sidebar is asked for.
            let id = format!("card:{}", window.map_or(-2, |window| window.0));
            return api::act("notifications.create", vec![id.into(), notification]).await;
        }
        if api::ask("sidebarAction.isOpen", vec![place.clone()]).await? == Value::Truth(true) {
            return Ok(());
        }
        // The button has no popup otherwise: a click on it is the manual switch.
        api::call("action.setPopup", vec![object! { "popup" => "www/sidebar.html?popup" }]).await?;
        let opened = api::call("action.openPopup", vec![place]).await;
        api::call("action.setPopup", vec![object! { "popup" => "" }]).await?;
        opened.map(drop)
    })
}

fn withdraw_card() -> Pending<()> {
    Box::pin(async move {
        // A popup closes by itself.
        if is_firefox() {
            return Ok(());
        }
        let all = api::ask("notifications.getAll", vec![]).await?;
        for (id, _) in all.members() {
            api::call("notifications.clear", vec![id.as_str().into()]).await?;
        }
        Ok(())
    })
}
