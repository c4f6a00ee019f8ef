//! One parser of text from outside; what must hold of it is in `tests/parsers`, where the test command tries it, too.

#![no_main]

#[path = "../../tests/parsers/mod.rs"]
mod parsers;

libfuzzer_sys::fuzz_target!(|text: &str| parsers::settings(text));
