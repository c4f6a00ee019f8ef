//! The page that stands in place of a stopped navigation, and goes on to its target as soon as nothing would stop it again.
//! Must never go to anything but a web page, and must never need the background: restored after a crash it goes on by itself.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::api::{self, Answer};
use super::dom::{self, Shown};
use super::page::{command, on_change};
use super::passes;
use super::store;
use crate::name::Name;
use crate::site::{Address, is_same_or_subdomain};
use crate::view::Gate;

/// Mounts the page; the promise settles when it is drawn.
#[wasm_bindgen]
pub fn mount_blocked() -> Promise {
    api::promise(Box::pin(mount()))
}

async fn mount() -> Answer<()> {
    let target = target();
    let site = target.as_deref().and_then(Address::parse).map(|address| address.site());
    dom::set_text("target", site.as_deref().unwrap_or_default());
    dom::show("waits", Shown::when(target.is_some()));
    dom::show("end-focus", Shown::when(target.is_some()));
    dom::on("end-focus", "click", |_| command("endFocus"));
    passes::listen();
    for button in dom::parts("pass") {
        let _ = button.set_attribute("value", target.as_deref().unwrap_or_default());
    }
    let Some(target) = target else {
        dom::set_text("moment", &api::text("blocked_none"));
        return Ok(());
    };
    let again = target.clone();
    on_change("storage.session.onChanged", "view", move || {
        let target = again.clone();
        api::spawn(async move { draw(&target).await });
    });
    draw(&target).await;
    Ok(())
}

thread_local! {
    static GONE_ON: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

async fn draw(target: &str) {
    // No view: the browser or the add-on started anew, and nothing is held.
    let view = store::load_view().await;
    let free = view.as_ref().is_none_or(|view| view.blocked.gate == Gate::Open || view.blocked.open.iter().any(|site| is_of(target, site)));
    if free {
        // Once: the view may change again while the target is still on its way.
        if GONE_ON.replace(true) {
            return;
        }
        dom::set_text("moment", &api::text("blocked_opening"));
        // Replaces this page in the tab's history: Back never lands here.
        if let Some(window) = web_sys::window() {
            let _ = window.location().replace(target);
        }
        return;
    }
    if let Some(view) = &view {
        passes::draw(&view.overrides);
    }
    let moment = match view.and_then(|view| Name::shown_of(&view.blocked.name?)) {
        Some(name) => api::text_with("blocked_moment", &[&name]),
        None => api::text("blocked_moment_unknown"),
    };
    dom::set_text("moment", &moment);
}

fn is_of(target: &str, site: &str) -> bool {
    Address::parse(target).is_some_and(|address| is_same_or_subdomain(address.host, site))
}

fn target() -> Option<String> {
    let hash = web_sys::window()?.location().hash().ok()?;
    let target = js_sys::decode_uri_component(hash.strip_prefix('#')?).ok().map(String::from)?;
    Address::parse(&target)?;
    Some(target)
}
