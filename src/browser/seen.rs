//! A key that IT has set, as an agent meets it: for the agent in the settings, for IT on the page that checks a policy. Must never know where it is shown.

use js_sys::JSON;

use super::api;
use crate::config::{Complaint, Config, Hand, Reason, Source};
use crate::settings::{Policy, Shape, key};
use crate::value::Value;

/// So much of a value is shown.
const LONGEST_SHOWN: usize = 200;

/// A key of IT's as the agent meets it.
pub struct Seen {
    /// What counts of the value, as text: without the entries that could not be used, and within the limits.
    pub value: String,
    /// Whether the agent may add to it.
    pub hand: Hand,
}

/// That of a key and the value that IT gave it; nothing of a key that isn't known, or where nothing of the value could be used.
pub fn seen(name: &str, value: &Value, config: &Config) -> Option<Seen> {
    let key = key(name)?;
    let hand = match config.fixed.iter().find(|one| one.key == name).map(|one| one.hand) {
        Some(hand) => hand,
        None if key.policy == Policy::Adds => Hand::Open,
        None => Hand::Closed,
    };
    let bad = |entry: u32| {
        let is_it = |one: &Complaint| one.source == Source::Policy && one.key == name && one.entry == entry;
        config.complaints.iter().any(|one| one.reason != Reason::OutOfRange && is_it(one))
    };
    let counting = match (value, &key.shape) {
        (Value::List(entries), _) => {
            let good = (1..).zip(entries).filter(|(at, _)| !bad(*at)).map(|(_, entry)| entry.clone());
            Value::List(good.collect())
        }
        (Value::Number(number), Shape::Integer { least, most, .. }) => {
            Value::Number(number.round().max(f64::from(*least)).min(f64::from(*most)))
        }
        (Value::Object(_), _) => value.clone(),
        _ if bad(0) => return None,
        _ => value.clone(),
    };
    // Closed without a value: the default counts.
    let text = match counting {
        Value::Null => String::new(),
        Value::Text(text) => text,
        Value::List(entries) if entries.is_empty() => return None,
        Value::List(entries) if entries.iter().all(|entry| entry.text().is_some()) => {
            let entries: Vec<&str> = entries.iter().filter_map(Value::text).collect();
            entries.join(", ")
        }
        // As people write it; braces and quotation marks are for machines.
        Value::Object(members) if members.iter().all(|(_, value)| matches!(value, Value::Text(_) | Value::Number(_))) => {
            let said = members.iter().map(|(name, value)| match value {
                Value::Number(number) => [name.as_str(), ": ", (*number as i64).to_string().as_str()].concat(),
                other => [name.as_str(), ": ", other.text().unwrap_or_default()].concat(),
            });
            said.collect::<Vec<_>>().join(" · ")
        }
        other => JSON::stringify(&api::to_js(&other)).ok().and_then(|text| text.as_string()).unwrap_or_default(),
    };
    let mut shown: String = text.chars().take(LONGEST_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    Some(Seen { value: shown, hand })
}
