//! Undivided notices that a customer conversation is on and holds distractions for just that time.
//!
//! Everything is decided by one pure function, [`session::step`]: a state and an event in, a state and effects out. The core
//! knows no browser, no clock and no randomness; `browser/` carries effects out and turns what happens into events. The `mod`
//! lines below are in reading order. ARCHITECTURE.md has the map and the invariants.

pub mod session;

pub mod signal;

pub mod detect;

pub mod tool;

pub mod focus;

pub mod site;

pub mod glob;

pub mod words;

pub mod pattern;

pub mod lists;

pub mod import;

pub mod name;

pub mod customer;

pub mod places;

pub mod coach;

pub mod insights;

pub mod phrase;

pub mod settings;

pub mod guide;

pub mod card;

pub mod config;

pub mod merge;

pub mod rollout;

pub mod message;

pub mod view;

pub mod value;

pub mod ids;

pub mod keep;

#[cfg(target_arch = "wasm32")]
mod browser;
