//! The sidebar, and the popup with the same card: draws the view that the background saved. Must never ask the background for
//! anything to draw, so that it shows at once and while the worker is dead. What coaches is in [`super::coaching`].

use std::cell::{Cell, RefCell};

use gloo_timers::callback::Timeout;
use js_sys::{Date, Promise, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event};

use super::api::{self, Answer};
use super::dom::{self, Shown};
use super::page::{command, on_change};
use super::{coaching, passes, store};
use crate::config::{Config, Shelf};
use crate::ids::Moment;
use crate::name::Name;
use crate::object;
use crate::session::Trouble;
use crate::signal::Channel;
use crate::value::Value;
use crate::view::{Letting, PhaseView, SidebarView, View, WaitingView};

/// Mounts the page; the promise settles when it is drawn.
#[wasm_bindgen]
pub fn mount_sidebar() -> Promise {
    api::promise(Box::pin(mount()))
}

async fn mount() -> Answer<()> {
    let popup = web_sys::window().and_then(|window| window.location().search().ok()).is_some_and(|search| search == "?popup");
    if popup {
        dom::mark_body("popup", "");
        show_shortcut().await;
    }
    // First, or what changes while the page is drawn would be missed. What changed comes with the news of it: to ask storage again would cost a frame.
    api::listen_forever("storage.session.onChanged", Box::new(draw_changed))?;
    draw_stored().await;
    for key in ["settings", "policy", "pause", "dormant"] {
        on_change("storage.local.onChanged", key, || {
            api::spawn(async {
                coaching::read_settings().await;
                draw_stored().await;
            });
        });
    }
    coaching::listen();
    dom::on("end-focus", "click", |_| command("endFocus"));
    for part in ["switch", "call-over"] {
        dom::on(part, "click", |_| command("switch"));
    }
    dom::on("open-options", "click", |_| drop(api::begin("runtime.openOptionsPage", vec![])));
    passes::listen();
    dom::on("pause", "click", |_| drop(api::begin("storage.local.set", vec![object! { "pause" => next_morning() }])));
    dom::on("remove", "click", remove);
    tick_on();
    Ok(())
}

/// A button's own words on what it takes away: `data-from` and `data-key`.
fn remove(event: &Event) {
    if let Some(button) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
        let told = |name| button.get_attribute(name).unwrap_or_default();
        drop(api::begin(&told("data-from"), vec![told("data-key").into()]));
    }
}

thread_local! {
    /// Counts the views that storage told of.
    static NEWS: Cell<u32> = const { Cell::new(0) };
    static BEGAN: Cell<Option<Moment>> = const { Cell::new(None) };
    static PAUSED: Cell<Option<Moment>> = const { Cell::new(None) };
    /// The sites that have a button now.
    static OFFERED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn draw_changed(changes: JsValue) {
    let new = |key: &str| {
        let change = Reflect::get(&changes, &key.into()).ok().filter(|change| !change.is_undefined())?;
        Some(api::from_js(&Reflect::get(&change, &"newValue".into()).unwrap_or_default()))
    };
    if let Some(view) = new("view") {
        NEWS.set(NEWS.get().wrapping_add(1));
        let view = View::read(&view);
        api::spawn(async move {
            match view {
                Some(view) => draw(view).await,
                None => draw_stored().await,
            }
        });
    }
    if let Some(digest) = new("digest") {
        draw_digest(&digest);
    }
    if let Some(due) = new("due") {
        coaching::draw_due(&due);
    }
}

async fn draw_stored() {
    let news = NEWS.get();
    let (view, digest, due) = store::load_card().await;
    let view = match view {
        Some(view) => view,
        None => {
            // Before the first conversation there is no view; whether there are tools is all that matters then.
            let raw = store::load_raw().await;
            let mut config = Config::compile(&raw.settings, &raw.policy, &Shelf::default());
            config.duty = raw.duty;
            crate::view::view(&Default::default(), &config)
        }
    };
    // What was read may be older than what came meanwhile.
    if NEWS.get() == news {
        draw(view).await;
    }
    draw_digest(&digest);
    coaching::draw_due(&due);
}

async fn draw(view: View) {
    draw_sidebar(&view.sidebar);
    passes::draw(&view.overrides);
    let sites = view.sidebar.held.iter().map(|site| site.host.clone()).collect();
    draw_passes(if view.overrides.letting == Letting::Open { sites } else { Vec::new() });
    draw_pause(view.sidebar.paused);
    dom::mark_body("ending", view.overrides.ending.name());
    coaching::draw(&view.sidebar).await;
}

/// What waited in the last conversation, as store::save_digest wrote it.
fn draw_digest(digest: &Value) {
    let digest = digest.list().unwrap_or_default();
    dom::show("digest", Shown::when(!digest.is_empty()));
    dom::fill("digest-list", digest);
}

/// Left alone where the sites are the same: a button that has the focus keeps it.
fn draw_passes(sites: Vec<String>) {
    dom::show("passes", Shown::when(!sites.is_empty()));
    if OFFERED.with_borrow(|offered| *offered == sites) {
        return;
    }
    let button = |site: &String| object! { "value" => site.as_str(), "aria-label" => api::text_with("let_site", &[site]) };
    let rows: Vec<Value> = sites.iter().map(|site| object! { "pass-site" => site.as_str(), "pass" => button(site) }).collect();
    dom::fill("pass-list", &rows);
    OFFERED.set(sites);
}

fn draw_pause(until: Option<Moment>) {
    let until = until.filter(|until| *until > api::now());
    PAUSED.set(until);
    dom::mark_body("pause", if until.is_some() { "on" } else { "off" });
    if let Some(until) = until {
        let form = api::to_js(&object! { "weekday" => "long", "hour" => "2-digit", "minute" => "2-digit" });
        let time = Date::new(&(until.0 as f64).into()).to_locale_string(&api::language(), &form);
        dom::set_text("paused-text", &api::text_with("paused_until", &[&String::from(time)]));
    }
}

/// Four in the morning, here: nobody's shift ends later, and none begins before.
fn next_morning() -> f64 {
    let morning = Date::new_0();
    morning.set_hours(4);
    morning.set_minutes(0);
    morning.set_seconds(0);
    morning.set_milliseconds(0);
    if morning.get_time() <= Date::now() {
        morning.set_date(morning.get_date() + 1);
    }
    morning.get_time()
}

fn draw_sidebar(view: &SidebarView) {
    dom::mark_body("phase", view.phase.name());
    dom::mark_body("focus", view.focus.name());
    dom::mark_body("set-up", view.set_up.name());
    dom::mark_body("by-hand", view.by_hand.name());
    dom::set_text("phase", &phase_text(view.phase, view.channel));
    BEGAN.set(view.since);
    tick();
    dom::show("waiting", Shown::when(!view.waiting.is_empty() || view.queue > 0));
    let waiting: Vec<Value> = view.waiting.iter().map(|one| object! { "waiting-who" => waiting_text(one) }).collect();
    dom::fill("waiting-list", &waiting);
    let queue = if view.queue > 0 { api::text_with("queue", &[&view.queue.to_string()]) } else { String::new() };
    dom::set_text("queue", &queue);

    dom::show("needs-reload", Shown::when(view.needs_reload.is_some()));
    if let Some(site) = &view.needs_reload {
        dom::set_text("needs-reload", &api::text_with("needs_reload", &[site]));
    }
    dom::set_text("held", &held_text(view));
    let back = view.brought_back.as_deref();
    dom::show("brought-back", Shown::when(back.is_some()));
    dom::set_text("brought-back-text", &api::text_with("brought_back", &[back.unwrap_or_default()]));
    dom::show("needs-access", Shown::when(!view.needs_access.is_empty()));
    let access = match view.needs_access.as_slice() {
        [one] => api::text_with("needs_access_site", &[one]),
        all => api::counted("needs_access", all.len(), &[]),
    };
    dom::set_text("needs-access-text", &access);
    dom::show("trouble", Shown::when(view.trouble.is_some()));
    let trouble = match view.trouble {
        Some(Trouble::Released) => api::text("trouble_released"),
        Some(Trouble::Restarted) => api::text("trouble_restarted"),
        None => String::new(),
    };
    dom::set_text("trouble", &trouble);
}

fn waiting_text(waiting: &WaitingView) -> String {
    let name = waiting.name.as_deref().and_then(Name::shown_of).unwrap_or_else(|| api::text("waiting_unknown"));
    format!("{name} · {}", phase_text(waiting.phase, waiting.channel))
}

fn phase_text(phase: PhaseView, channel: Channel) -> String {
    let name = format!("phase_{}", phase.name());
    let chat = channel == Channel::Chat && matches!(phase, PhaseView::Ringing | PhaseView::Active | PhaseView::Hold);
    api::text(&if chat { format!("{name}_chat") } else { name })
}

/// Not more sites than a glance takes in.
const NAMED_SITES: usize = 3;

fn held_text(view: &SidebarView) -> String {
    let mut sites = String::new();
    for site in view.held.iter().take(NAMED_SITES) {
        if !sites.is_empty() {
            sites.push_str(", ");
        }
        sites.push_str(&site.host);
    }
    if view.held.len() > NAMED_SITES {
        sites = api::text_with("held_sites_more", &[&sites, &(view.held.len() - NAMED_SITES).to_string()]);
    }
    match view.held_tabs {
        0 => api::text("held_none"),
        tabs => api::counted("held", tabs as usize, &[&sites]),
    }
}

/// Only the figures of the elapsed time change by themselves.
fn tick_on() {
    tick();
    Timeout::new(1000, tick_on).forget();
}

fn tick() {
    coaching::tick();
    if PAUSED.get().is_some_and(|until| until <= api::now()) {
        PAUSED.set(None);
        dom::mark_body("pause", "off");
    }
    let Some(began) = BEGAN.get() else { return dom::set_text("elapsed", "") };
    let seconds = api::now().since(began).0 / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let text = if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") };
    dom::set_text("elapsed", &text);
}

async fn show_shortcut() {
    let commands = api::ask("commands.getAll", vec![]).await.unwrap_or_default();
    let opens = |command: &&Value| matches!(command.text_of("name"), Some("_execute_sidebar_action" | "open-sidebar"));
    let keys = commands.list().unwrap_or_default().iter().find(opens).and_then(|command| command.text_of("shortcut"));
    let keys = keys.filter(|keys| !keys.is_empty());
    dom::show("shortcut", Shown::when(keys.is_some()));
    dom::set_text("shortcut-keys", keys.unwrap_or_default());
}
