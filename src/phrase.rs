//! Spark phrases: the library as data, and which three fit now. Must never show a phrase with a hole in it, and must never
//! change its mind while the stage stays the same: the same state gives the same phrases.

use crate::config::Agent;
use crate::customer::{Customer, clean_to};
use crate::session::Stage;
use crate::value::Value;

/// How many are shown.
pub const SHOWN: usize = 3;

/// A library, as read from `data/phrases`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Library {
    phrases: Vec<Phrase>,
}

#[derive(Debug, Clone, PartialEq)]
struct Phrase {
    stage: Stage,
    text: String,
    names_customer: bool,
}

impl Library {
    /// Reads a library; an entry without a stage or text that we know is left out.
    pub fn read(value: &Value) -> Library {
        let entries = value.get("phrases").and_then(Value::list).unwrap_or_default();
        Library { phrases: entries.iter().filter_map(Phrase::read).collect() }
    }

    /// The first phrases of a stage that can be said in full, those with the customer's name first.
    pub fn choose(&self, stage: Stage, customer: &Customer, agent: &Agent) -> Vec<String> {
        let fitting = self.phrases.iter().filter(|phrase| phrase.stage == stage);
        let (named, plain): (Vec<&Phrase>, Vec<&Phrase>) = fitting.partition(|phrase| phrase.names_customer);
        named.into_iter().chain(plain).filter_map(|phrase| phrase.fill(customer, agent)).take(SHOWN).collect()
    }
}

impl Phrase {
    fn read(value: &Value) -> Option<Phrase> {
        let stage = match value.text_of("stage")? {
            "greeting" => Stage::Greeting,
            "working" => Stage::Working,
            "hold" => Stage::Hold,
            "closing" => Stage::Closing,
            _ => return None,
        };
        let text = value.text_of("text").and_then(|text| clean_to(text, 300))?;
        let names_customer = text.split('{').any(|piece| piece.starts_with("customer}"));
        Some(Phrase { stage, text, names_customer })
    }

    /// The text with every placeholder filled; `None` when one can't be.
    fn fill(&self, customer: &Customer, agent: &Agent) -> Option<String> {
        let mut filled = String::new();
        let mut rest = self.text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            let place = customer.place.city.as_deref();
            let value = match name {
                "customer" => customer.spoken_name(),
                "agent" => agent.name.as_deref(),
                "line" => agent.line.as_deref(),
                "place" => place,
                _ => None,
            };
            filled.push_str(before);
            filled.push_str(value?);
            rest = after;
        }
        filled.push_str(rest);
        Some(filled)
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn library() -> Library {
        Library::read(&serde_json::from_str(include_str!("../data/phrases/en.json")).unwrap())
    }

    fn maria() -> Customer {
        Customer { name: Some("Maria Silva".to_owned()), ..Customer::default() }
    }

    const STAGES: [Stage; 4] = [Stage::Greeting, Stage::Working, Stage::Hold, Stage::Closing];

    #[test]
    fn every_stage_has_three_phrases_with_the_customers_name() {
        for stage in STAGES {
            let phrases = library().choose(stage, &maria(), &Agent::default());
            assert_eq!(phrases.len(), SHOWN, "{stage:?}");
            assert!(phrases.iter().all(|phrase| phrase.contains("Maria")), "{phrases:?}");
        }
    }

    #[test]
    fn an_unknown_name_leaves_no_hole() {
        for stage in STAGES {
            let phrases = library().choose(stage, &Customer::default(), &Agent::default());
            assert_eq!(phrases.len(), SHOWN, "{stage:?}");
            assert!(phrases.iter().all(|phrase| !phrase.contains(['{', '}'])), "{phrases:?}");
        }
    }

    #[test]
    fn the_agents_own_name_is_said_once_it_is_set() {
        let agent = Agent { name: Some("Jo".to_owned()), line: None };
        let phrases = library().choose(Stage::Greeting, &maria(), &agent);
        assert!(phrases.iter().any(|phrase| phrase.contains("Jo")), "{phrases:?}");
    }

    #[test]
    fn an_odd_entry_is_left_out_and_the_others_stay() {
        let value = serde_json::from_str(r#"{"phrases": [5, {"stage": "x", "text": "no"}, {"stage": "hold", "text": "{what} is this"}, {"stage": "hold", "text": "Thanks"}]}"#).unwrap();
        assert_eq!(Library::read(&value).choose(Stage::Hold, &maria(), &Agent::default()), ["Thanks"]);
    }
}
