//! What is brought along put to what is there: lists of other blockers and exported settings, entry by entry. Must never overwrite a value of the
//! agent's, take an entry twice, take one that can't be used, or touch a key that only IT may write.

use std::collections::BTreeMap;

use crate::config::Complaint;
use crate::import::{Import, List};
use crate::lists::{Entry, Lists, Origin};
use crate::object;
use crate::pattern::{Pattern, Side};
use crate::settings::{Shape, key};
use crate::value::Value;

/// The member that tells an export from other files.
pub const MARKER: &str = "undivided";

/// What would come of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Offer {
    /// Each entry that can be used, key by key, in the order they came in.
    pub pieces: Vec<Piece>,
    /// The agent's settings afterwards.
    pub settings: Value,
}

/// An entry of a list, a value, or a member of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Where it belongs.
    pub key: &'static str,
    /// The member, where the value is an object; else empty.
    pub member: String,
    /// What it is.
    pub value: Value,
    /// What would become of it.
    pub fate: Fate,
}

/// What would become of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is added.
    New,
    /// It is there already, perhaps in other words.
    There,
    /// The agent has another value, which stays.
    Other,
    /// Only IT may write there.
    Locked,
}

impl Offer {
    /// How many entries have that fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.pieces.iter().filter(|piece| piece.fate == fate).count()
    }
}

/// The agent's settings as a file.
pub fn export(own: &Value) -> Value {
    let mut export = object! { MARKER => 1.0 };
    own.members().iter().for_each(|(name, value)| export.put(name, value.clone()));
    export
}

/// The settings in an exported file; `None` if it is another kind of file.
pub fn exported(file: &Value) -> Option<Value> {
    file.get(MARKER)?;
    Some(Value::Object(file.members().iter().filter(|(name, _)| name != MARKER).cloned().collect()))
}

/// The lines of an import as settings; [`offer`] then has a piece for each of [`Import::taken`], those of the blocklist first.
pub fn imported(import: &Import) -> Value {
    let lines = |list| import.lines(list).collect::<Vec<_>>();
    object! { "blocklist" => lines(List::Block), "allowlist" => lines(List::Allow) }
}

/// What would come of bringing these settings to one's own. `complaints` are those of compiling them, `closed` the keys that only IT may write.
pub fn offer(own: &Value, brought: &Value, complaints: &[Complaint], closed: &[&str]) -> Offer {
    let mut members = own.members().to_vec();
    let mut pieces = Vec::new();
    let mut lines = lines_of(own);
    // A file can have as many bad entries as it likes: each is looked up, not looked for.
    let mut named = Known::new();
    for one in complaints {
        named.insert(place(&one.key, one.entry, None), Vec::new());
        named.insert(place(&one.key, one.entry, Some(&one.text)), Vec::new());
    }
    for (name, value) in brought.members() {
        // An unknown key has its complaint.
        let Some(key) = key(name) else { continue };
        let bad = |entry: u32, names: &[&str]| match names {
            [] => named.contains_key(&place(name, entry, None)),
            names => names.iter().any(|text| named.contains_key(&place(name, entry, Some(text)))),
        };
        let before = own.get(name).filter(|value| **value != Value::Null);
        let mut taken = Taken { key: key.name, closed: closed.contains(&key.name), pieces: &mut pieces };
        let after = match (key.shape, value) {
            (Shape::Texts | Shape::Objects(_), Value::List(_) | Value::Text(_)) => {
                taken.list(before, value, &mut lines, &|entry| bad(entry, &[]))
            }
            (Shape::Object(_), Value::Object(_)) => {
                let is_bad = |name: &str, value: &Value| !key.shape.has_member(name) || bad(0, &[name, value.text().unwrap_or(name)]);
                taken.members(before, value, &is_bad, &|entry| bad(entry, &[]))
            }
            (Shape::Choice(_) | Shape::Text, Value::Text(_)) if !bad(0, &[]) => taken.whole(before, value),
            // As its complaint says, the nearest number that is possible.
            (Shape::Integer { least, most, .. }, Value::Number(number)) if number.is_finite() => {
                taken.whole(before, &Value::Number(number.round().max(f64::from(least)).min(f64::from(most))))
            }
            _ => None,
        };
        if let Some(after) = after {
            match members.iter_mut().find(|(own, _)| own == name) {
                Some((_, value)) => *value = after,
                None => members.push((name.clone(), after)),
            }
        }
    }
    Offer { pieces, settings: Value::Object(members) }
}

/// The pieces of one key on their way; each function gives the key's value afterwards where it is another one.
struct Taken<'a> {
    key: &'static str,
    closed: bool,
    pieces: &'a mut Vec<Piece>,
}

impl Taken<'_> {
    fn add(&mut self, member: &str, value: &Value, fate: Fate) -> Fate {
        let fate = if self.closed { Fate::Locked } else { fate };
        self.pieces.push(Piece { key: self.key, member: member.to_owned(), value: value.clone(), fate });
        fate
    }

    fn list(&mut self, before: Option<&Value>, value: &Value, lines: &mut Lists, is_bad: &dyn Fn(u32) -> bool) -> Option<Value> {
        let mut after = before.map(entries).unwrap_or_default();
        // Notes and empty lines belong to the list that they stand in, and would be lost in another.
        let is_first = after.iter().all(is_empty);
        let mut known = known_of(&after);
        let mut is_new = before.is_none();
        for (at, entry) in (1..).zip(entries(value)) {
            if is_bad(at) || matches!(entry, Value::Null | Value::Truth(_) | Value::Number(_)) {
                continue;
            }
            let is_there = match parsed(self.key, &entry) {
                Some(pattern) => !remember(lines, pattern),
                // A note, as what can't be read has its complaint.
                None if is_list(self.key) || is_empty(&entry) => {
                    if is_first {
                        after.push(entry);
                        is_new = true;
                    }
                    continue;
                }
                None => known.insert(spelled(&entry), Vec::new()).is_some(),
            };
            if self.add("", &entry, if is_there { Fate::There } else { Fate::New }) == Fate::New {
                after.push(entry);
                is_new = true;
            }
        }
        (is_new && !self.closed).then_some(Value::List(after))
    }

    fn members(
        &mut self,
        before: Option<&Value>,
        value: &Value,
        is_bad: &dyn Fn(&str, &Value) -> bool,
        is_bad_entry: &dyn Fn(u32) -> bool,
    ) -> Option<Value> {
        let mut after = before.unwrap_or(&Value::Null).members().to_vec();
        let mut is_new = before.is_none();
        for (name, value) in value.members() {
            if is_bad(name, value) || !matches!(value, Value::Text(_) | Value::Number(_) | Value::List(_)) {
                continue;
            }
            if let Value::List(brought) = value {
                let mut own = after.iter().find(|(own, _)| own == name).map(|(_, own)| entries(own)).unwrap_or_default();
                let mut known = known_of(&own);
                for (at, entry) in (1..).zip(brought) {
                    // Objects are what complaints count; texts are ids.
                    if (is_bad_entry(at) && entry.text().is_none()) || is_empty(entry) {
                        continue;
                    }
                    let fate = if known.insert(spelled(entry), Vec::new()).is_none() { Fate::New } else { Fate::There };
                    if self.add(name, entry, fate) == Fate::New {
                        own.push(entry.clone());
                        is_new = true;
                    }
                }
                after.retain(|(member, _)| member != name);
                after.push((name.clone(), Value::List(own)));
                continue;
            }
            let own = after.iter_mut().find(|(own, _)| own == name);
            // An empty one says nothing, and so is no news.
            if is_empty(value) {
                if own.is_none() {
                    after.push((name.clone(), value.clone()));
                }
                continue;
            }
            let fate = match &own {
                Some((_, own)) if own == value => Fate::There,
                Some((_, own)) if !is_empty(own) => Fate::Other,
                _ => Fate::New,
            };
            if self.add(name, value, fate) == Fate::New {
                match own {
                    Some((_, own)) => *own = value.clone(),
                    None => after.push((name.clone(), value.clone())),
                }
                is_new = true;
            }
        }
        (is_new && !self.closed).then_some(Value::Object(after))
    }

    fn whole(&mut self, before: Option<&Value>, value: &Value) -> Option<Value> {
        let fate = match before {
            None => Fate::New,
            Some(before) if before == value => Fate::There,
            Some(_) => Fate::Other,
        };
        (self.add("", value, fate) == Fate::New).then(|| value.clone())
    }
}

fn is_list(key: &str) -> bool {
    key == "blocklist" || key == "allowlist"
}

fn is_empty(value: &Value) -> bool {
    *value == Value::Null || value.text().is_some_and(|text| text.trim().is_empty())
}

/// What is there, to be found again at once: to compare a list of 2,500 phrases one by one took 55 ms, and four times that for twice as many. The map's
/// type is that of the lists, as each kind of map is 2 KB of wasm; hashes took 20.
type Known = BTreeMap<String, Vec<u32>>;

fn known_of(entries: &[Value]) -> Known {
    entries.iter().map(|entry| (spelled(entry), Vec::new())).collect()
}

/// The value as text; two that differ have two texts.
fn spelled(value: &Value) -> String {
    match value {
        Value::Null => "n".to_owned(),
        Value::Truth(truth) => (if *truth { "1" } else { "0" }).to_owned(),
        // By its bits, as to write a number out takes 20 KB; zero is one, as it is when compared.
        Value::Number(number) => ["#", &(number + 0.0).to_bits().to_string()].concat(),
        Value::Text(text) => bounded(text),
        Value::List(entries) => {
            let mut all = "[".to_owned();
            entries.iter().for_each(|entry| all.push_str(&spelled(entry)));
            all.push(']');
            all
        }
        Value::Object(members) => {
            let mut all = "{".to_owned();
            for (name, value) in members {
                all.push_str(&bounded(name));
                all.push_str(&spelled(value));
            }
            all.push('}');
            all
        }
    }
}

/// So that one can tell where it ends, whatever is in it.
fn bounded(text: &str) -> String {
    [&text.len().to_string(), ":", text].concat()
}

/// Where a complaint is about.
fn place(key: &str, entry: u32, text: Option<&str>) -> String {
    let place = [key, " ", &entry.to_string()].concat();
    match text {
        Some(text) => [&place, " ", text].concat(),
        None => place,
    }
}

/// A list as settings may have it; a single text is lines.
fn entries(value: &Value) -> Vec<Value> {
    match value {
        Value::List(entries) => entries.clone(),
        Value::Text(text) => text.lines().map(Value::from).collect(),
        _ => Vec::new(),
    }
}

fn parsed(key: &str, entry: &Value) -> Option<Pattern> {
    if !is_list(key) {
        return None;
    }
    let mut pattern = Pattern::parse(entry.text()?).ok()??;
    if key == "allowlist" {
        pattern.side = Side::Except;
    }
    Some(pattern)
}

/// Whether it was not known before.
fn remember(lines: &mut Lists, pattern: Pattern) -> bool {
    let known = lines.entries().len();
    lines.add(Entry { pattern, text: String::new(), origin: Origin::Agent });
    lines.entries().len() > known
}

fn lines_of(own: &Value) -> Lists {
    let mut lines = Lists::default();
    for key in ["blocklist", "allowlist"] {
        for entry in own.get(key).map(entries).unwrap_or_default() {
            if let Some(pattern) = parsed(key, &entry) {
                remember(&mut lines, pattern);
            }
        }
    }
    lines
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::config::{Config, Shelf};
    use crate::guide::Guide;

    fn value(json: &str) -> Value {
        serde_json::from_str(json).unwrap()
    }

    fn brought(own: &str, brought: &str, closed: &[&str]) -> Offer {
        let brought = value(brought);
        let mut complaints = Config::compile(&brought, &Value::Null, &Shelf::default()).complaints;
        complaints.extend(Guide::compile(&brought, &Value::Null).complaints);
        offer(&value(own), &brought, &complaints, closed)
    }

    fn fates(offer: &Offer) -> Vec<(&str, &str, Fate)> {
        offer.pieces.iter().map(|one| (one.key, one.value.text().unwrap_or(&one.member), one.fate)).collect()
    }

    #[test]
    fn lines_are_added_behind_ones_own_and_none_of_them_twice() {
        let offer = brought(
            r##"{"blocklist": ["# mine", "a.example", "b.example", "+d.example"], "agent": {"name": "Jo"}}"##,
            r##"{"blocklist": ["www.a.example", "c.example", "# theirs", "C.example."], "allowlist": ["d.example", "b.example"]}"##,
            &[],
        );
        assert_eq!(
            fates(&offer),
            [
                ("blocklist", "www.a.example", Fate::There),
                ("blocklist", "c.example", Fate::New),
                ("blocklist", "C.example.", Fate::There),
                ("allowlist", "d.example", Fate::There),
                ("allowlist", "b.example", Fate::New),
            ]
        );
        assert_eq!(
            offer.settings,
            value(
                r##"{"blocklist": ["# mine", "a.example", "b.example", "+d.example", "c.example"], "agent": {"name": "Jo"}, "allowlist": ["b.example"]}"##
            )
        );
    }

    #[test]
    fn lines_that_lie_there_as_one_text_stay_and_are_known() {
        let offer = brought(r#"{"blocklist": "a.example\nb.example"}"#, r#"{"blocklist": ["b.example", "c.example"]}"#, &[]);
        assert_eq!(offer.settings, value(r#"{"blocklist": ["a.example", "b.example", "c.example"]}"#));
    }

    #[test]
    fn nothing_goes_into_a_key_that_only_it_may_write() {
        let own = r#"{"blocklist": ["a.example"], "agent": {"name": ""}}"#;
        let more = r##"{"blocklist": ["b.example", "# note"], "agent": {"name": "Jo"}, "chats": "show", "tools": []}"##;
        let offer = brought(own, more, &["blocklist", "agent", "chats", "tools"]);
        assert_eq!(offer.settings, value(own));
        assert_eq!(offer.count(Fate::Locked), 3);
    }

    #[test]
    fn a_value_of_ones_own_stays_and_an_empty_one_is_filled() {
        let own = r#"{"chats": "show", "wrapUpSeconds": 5, "agent": {"name": "Jo", "line": ""}}"#;
        let offer =
            brought(own, r#"{"chats": "ignore", "wrapUpSeconds": 5, "agent": {"name": "Kim", "line": "555"}, "mode": "listed"}"#, &[]);
        assert_eq!(
            fates(&offer),
            [
                ("chats", "ignore", Fate::Other),
                ("wrapUpSeconds", "", Fate::There),
                ("agent", "Kim", Fate::Other),
                ("agent", "555", Fate::New),
                ("mode", "listed", Fate::New),
            ]
        );
        assert_eq!(
            offer.settings,
            value(r#"{"chats": "show", "wrapUpSeconds": 5, "agent": {"name": "Jo", "line": "555"}, "mode": "listed"}"#)
        );
    }

    #[test]
    fn what_is_exported_comes_back_as_it_was() {
        let own = value(
            r##"{"toolSites": ["https://phone.example/*"], "tools": [], "adapters": ["[]"], "blocklist": ["# mine", "", "a.example", "title:cats"],
                 "allowlist": ["+a.example/help"], "chats": "show", "mode": "everything-but", "override": {"minutes": 3, "reason": "asked"}, "exclusive": ["agent"],
                 "wrapUpSeconds": 0, "agent": {"name": "Jo", "line": ""}, "placeNotes": [{"country": "PT", "note": "Tram"}]}"##,
        );
        let file = exported(&export(&own)).unwrap();
        for nothing in [Value::Null, object! {}] {
            assert_eq!(offer(&nothing, &file, &[], &[]).settings, own);
        }
        let again = offer(&own, &file, &[], &[]);
        assert!(again.pieces.iter().all(|piece| piece.fate == Fate::There));
        assert_eq!(again.settings, own);
    }

    #[test]
    fn what_cannot_be_used_is_left_out_and_the_rest_counts() {
        let offer = brought(
            "{}",
            r#"{"blocklist": ["a.example", "exa mple", 7, null], "toolSites": {"a": 1}, "wrapUpSeconds": 9999, "maxCallMinutes": 60, "chats": "maybe",
                "override": {"minutes": 0, "reason": "asked", "allowed": "nothing", "odd": "x"}, "agent": [], "placeNotes": [{"city": "Rome"}], "nonsense": 1}"#,
            &[],
        );
        assert_eq!(
            offer.settings,
            value(
                r#"{"blocklist": ["a.example"], "wrapUpSeconds": 600, "maxCallMinutes": 60, "override": {"reason": "asked"}, "placeNotes": []}"#
            )
        );
    }

    #[test]
    fn only_a_file_with_our_mark_is_an_export() {
        assert_eq!(exported(&value(r#"{"blocklist": ["a.example"]}"#)), None);
        assert_eq!(exported(&value("[]")), None);
        assert_eq!(exported(&value(r#"{"undivided": 1}"#)), Some(object! {}));
    }
}
