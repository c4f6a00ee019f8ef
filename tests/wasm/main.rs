//! The border to JavaScript, run as wasm in Node: what native tests can't see. Needs no browser and no `chrome`.
#![cfg(target_arch = "wasm32")]

use undivided::session::State;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn an_empty_state_is_idle_here_too() {
    assert!(State::default().is_idle());
}
