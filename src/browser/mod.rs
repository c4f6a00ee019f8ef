//! The only place with a browser in it: bindings, storage, effects, the background's entry and our pages. Must never decide what
//! is held, shown or said; the core does.

// Bindings and storage are for all parts; what only one of them needs is no mistake in the others.
#![cfg_attr(not(all(feature = "background", feature = "files", feature = "pages", feature = "sidebar")), allow(dead_code))]

mod api;
#[cfg(feature = "background")]
mod background;
#[cfg(feature = "pages")]
mod blocked;
#[cfg(any(feature = "background", feature = "files"))]
mod books;
#[cfg(feature = "pages")]
mod checkup;
#[cfg(feature = "sidebar")]
mod coaching;
#[cfg(any(feature = "files", feature = "pages", feature = "sidebar"))]
mod dom;
#[cfg(feature = "background")]
mod effects;
#[cfg(feature = "pages")]
mod finder;
#[cfg(any(feature = "files", feature = "pages"))]
mod handover;
#[cfg(feature = "files")]
mod insights;
#[cfg(feature = "pages")]
mod kept;
#[cfg(feature = "files")]
mod lists;
#[cfg(feature = "background")]
mod memory;
#[cfg(feature = "pages")]
mod options;
#[cfg(any(feature = "files", feature = "pages", feature = "sidebar"))]
mod page;
#[cfg(any(feature = "pages", feature = "sidebar"))]
mod passes;
#[cfg(feature = "files")]
mod policy;
#[cfg(any(feature = "files", feature = "pages"))]
mod seen;
#[cfg(feature = "sidebar")]
mod sidebar;
mod store;
#[cfg(feature = "pages")]
mod why;

use wasm_bindgen::prelude::*;

#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[wasm_bindgen]
extern "C" {
    /// Set by background.js; absent in pages.
    #[wasm_bindgen(js_namespace = undivided, catch)]
    fn panicked(text: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(js_namespace = console)]
    fn error(text: &str);
}

/// Runs once an instance. A panic aborts it; without this hook its promises would never settle and nobody would know.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|info| {
        let text = info.to_string();
        error(&text);
        // In a page there is nobody to tell; page.js shows its own line.
        let _ = panicked(&text);
    }));
}
