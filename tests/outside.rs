//! Every parser of text from outside, given what people, pages and programs might write: seeds from `fuzz/seeds`, those seeds cut, doubled and mixed,
//! and anything at all. The fuzzer looks further (`cargo xtask fuzz`); this much is part of every test.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod parsers;

use std::fs;
use std::path::{Path, PathBuf};

use parsers::TARGETS;
use proptest::prelude::*;
use proptest::sample::Index;

#[test]
fn what_is_a_seed_breaks_nothing() {
    for (name, holds) in TARGETS {
        let seeds = seeds(name);
        assert!(!seeds.is_empty(), "{name} has no seed");
        seeds.iter().for_each(|seed| holds(seed));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_a_parser(text in "\\PC{0,200}|[ -~\n]{0,300}|[\\x00-\\x{10FFFF}]{0,80}") {
        TARGETS.iter().for_each(|(_, holds)| holds(&text));
    }

    #[test]
    fn no_seed_that_was_cut_doubled_or_mixed_breaks_a_parser(target in any::<Index>(), one in any::<Index>(), other in any::<Index>(), cuts in prop::collection::vec((any::<Index>(), any::<Index>()), 1..5)) {
        let (name, holds) = target.get(&TARGETS);
        let seeds = seeds(name);
        let (mut text, other) = (one.get(&seeds).clone(), other.get(&seeds));
        for (from, to) in cuts {
            // A piece of the other one in the place of a piece of this one, each from one sign that bears the structure to another.
            let (here, there) = (joints(&text), joints(other));
            let (start, end) = ordered(*from.get(&here), *to.get(&here));
            let (first, last) = ordered(*to.get(&there), *from.get(&there));
            text.replace_range(start..end, &other[first..last]);
        }
        holds(&text);
    }
}

/// Where a text can be cut: beside quotes, brackets, commas, colons and line ends.
fn joints(text: &str) -> Vec<usize> {
    let marks = text.char_indices().filter(|(_, one)| "\"{}[],:.*/ \n".contains(*one)).map(|(at, _)| at);
    [0, text.len()].into_iter().chain(marks).collect()
}

fn ordered(one: usize, other: usize) -> (usize, usize) {
    (one.min(other), one.max(other))
}

/// The seeds of one parser: its own, and the data that we ship where that is what it reads.
fn seeds(name: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = files_in(&root.join("fuzz/seeds").join(name));
    if name == "adapters" {
        files.extend(files_in(&root.join("data/tools")));
    }
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}
