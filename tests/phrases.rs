//! The phrase libraries that ship: all of them read, none of them with a hole, and enough of each kind in each language; and the data on places is taken whole.

// Helpers of a test are tests too; clippy knows only functions marked as such.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use undivided::coach::Stage;
use undivided::phrase::{Address, Blank, Intent, LONGEST_PHRASE, Library, Origin, Phrase};
use undivided::signal::Channel;
use undivided::value::Value;

const LANGUAGES: [(&str, usize); 5] = [("en", 150), ("es", 80), ("de", 80), ("fr", 80), ("pt", 80)];

fn file(language: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/phrases/{language}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn entries(language: &str) -> Vec<Value> {
    file(language).get("phrases").unwrap().list().unwrap().to_vec()
}

#[test]
fn every_phrase_is_read_has_an_id_of_its_own_and_fits_the_card() {
    for (language, least) in LANGUAGES {
        let entries = entries(language);
        let mut ids = Vec::new();
        for entry in &entries {
            let text = entry.text_of("text").unwrap();
            let phrase = Phrase::read(entry, Origin::Shipped, 0).unwrap_or_else(|flaw| panic!("{language}: {text}: {flaw:?}"));
            assert!(!ids.contains(&phrase.id), "{language}: {} is there twice", phrase.id);
            assert!(text.chars().count() <= 140 && text.chars().count() <= LONGEST_PHRASE, "{language}: {text} is too long for a glance");
            assert!(!text.contains(['"', '\'']), "{language}: {text} has marks of a typewriter");
            ids.push(phrase.id);
        }
        assert!(ids.len() >= least, "{language} has {} phrases and not {least}", ids.len());
        assert_eq!(Library::read(&file(language)).phrases.len(), entries.len());
    }
}

#[test]
fn an_apology_never_argues() {
    let but = ["but", "however", "pero", "aber", "jedoch", "mais", "cependant", "mas", "porém"];
    for (language, _) in LANGUAGES {
        for phrase in Library::read(&file(language)).phrases.iter().filter(|phrase| phrase.intent == Intent::Apologise) {
            let lower = phrase.text.to_lowercase();
            let found = lower.split(|one: char| !one.is_alphabetic()).find(|word| but.contains(word));
            // "mais" is "more" in Portuguese, "mas" "more" in no Spanish that has its accent.
            assert!(found.is_none() || (language == "pt" && found == Some("mais")), "{language}: {}", phrase.text);
        }
    }
}

#[test]
fn every_stage_has_phrases_for_voice_and_text_and_for_both_ways_to_address_people_also_when_nothing_is_known() {
    for (language, _) in LANGUAGES {
        let entries = entries(language);
        for stage in Stage::ALL {
            for channel in [Channel::Call, Channel::Chat] {
                for address in [Address::Formal, Address::Informal] {
                    let fits = |entry: &&Value| {
                        let phrase = Phrase::read(entry, Origin::Shipped, 0).unwrap();
                        entry.get("stages").unwrap().texts().iter().any(|word| word == stage.name())
                            && phrase.channel().is_none_or(|one| one == channel)
                            && phrase.address().is_none_or(|one| one == address)
                    };
                    let there: Vec<&Value> = entries.iter().filter(fits).collect();
                    let needs_nothing =
                        there.iter().filter(|entry| entry.get("needs").is_none() && !entry.text_of("text").unwrap().contains('{'));
                    assert!(there.len() >= 4, "{language} {} {channel:?} {address:?}: {}", stage.name(), there.len());
                    assert!(needs_nothing.count() >= 3, "{language} {} {channel:?} {address:?} needs something each time", stage.name());
                }
            }
        }
    }
}

#[test]
fn no_placeholder_is_left_in_what_is_said() {
    let all = [
        Blank::Customer,
        Blank::Agent,
        Blank::Line,
        Blank::Place,
        Blank::DayPart,
        Blank::Company,
        Blank::Subject,
        Blank::Extra,
        Blank::Allowance,
        Blank::Programme,
    ];
    for (language, _) in LANGUAGES {
        for phrase in &Library::read(&file(language)).phrases {
            let filled = phrase.fill(&all.map(|blank| (blank, "X".to_owned()))).unwrap();
            assert!(!filled.contains(['{', '}']), "{filled}");
            let missing: Vec<_> = all.iter().filter(|blank| phrase.text.contains(&format!("{{{}}}", blank.name()))).collect();
            for blank in missing {
                let others: Vec<_> = all.iter().filter(|one| *one != blank).map(|one| (*one, "X".to_owned())).collect();
                assert_eq!(phrase.fill(&others), None, "{} is said with a hole", phrase.text);
            }
        }
    }
}
