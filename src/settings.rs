//! The catalogue of settings: every key, its shape, and whether IT's entries are added to the agent's or stand in their place.
//! The one source of `managed_schema.json`, of what [`crate::config`] reads and of what the options page marks as fixed.
//! Must never hold a value; those come from storage and policy as [`crate::value::Value`].

/// One settings key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name in storage and policy.
    pub name: &'static str,
    /// Its shape.
    pub shape: Shape,
    /// What IT's value does.
    pub policy: Policy,
}

/// The shape of a value.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// A list of texts.
    Texts,
    /// One of these words; the first is what counts without a value.
    Choice(&'static [&'static str]),
    /// A whole number within bounds, both included.
    Integer {
        /// Smallest.
        least: u32,
        /// Largest.
        most: u32,
        /// Without a value.
        default: u32,
    },
    /// An object with these members.
    Object(&'static [(&'static str, Member)]),
    /// A list of objects whose members are texts.
    Objects(&'static [&'static str]),
    /// A text.
    Text,
}

impl Shape {
    /// Whether it is an object with a member of that name.
    pub fn has_member(self, name: &str) -> bool {
        matches!(self, Shape::Object(members) if members.iter().any(|(known, _)| *known == name))
    }
}

/// A member of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// A text or one of some words.
    Text,
    /// A whole number.
    Integer,
    /// A list of texts.
    Texts,
    /// A list of objects whose members are texts, or lists of texts where they are `stages`, `needs` or `not`.
    Objects(&'static [&'static str]),
}

/// What a policy's value does to the agent's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Both count, unless the key is in `exclusive`.
    Adds,
    /// IT's stands in place of the agent's.
    Sets,
}

/// Every key that this version knows. A key that does nothing yet is not in here: a policy must not promise what isn't kept.
pub const KEYS: &[Key] = &[
    Key { name: "toolSites", shape: Shape::Texts, policy: Policy::Adds },
    Key { name: "tools", shape: Shape::Texts, policy: Policy::Adds },
    Key { name: "adapters", shape: Shape::Texts, policy: Policy::Adds },
    Key { name: "chats", shape: Shape::Choice(&["hold", "show", "ignore"]), policy: Policy::Sets },
    Key { name: "blocklist", shape: Shape::Texts, policy: Policy::Adds },
    Key { name: "allowlist", shape: Shape::Texts, policy: Policy::Adds },
    Key { name: "presets", shape: Shape::Texts, policy: Policy::Adds },
    Key { name: "mode", shape: Shape::Choice(&["listed", "everything-but"]), policy: Policy::Sets },
    Key { name: "notifications", shape: Shape::Choice(&["held-sites", "all-sites", "off"]), policy: Policy::Sets },
    Key { name: "heldNotifications", shape: Shape::Choice(&["list", "show"]), policy: Policy::Sets },
    Key {
        name: "override",
        shape: Shape::Object(&[
            ("allowed", Member::Text),
            ("minutes", Member::Integer),
            ("perConversation", Member::Integer),
            ("reason", Member::Text),
        ]),
        policy: Policy::Sets,
    },
    Key { name: "exclusive", shape: Shape::Texts, policy: Policy::Sets },
    Key { name: "wrapUpSeconds", shape: Shape::Integer { least: 0, most: 600, default: 20 }, policy: Policy::Sets },
    Key { name: "maxCallMinutes", shape: Shape::Integer { least: 1, most: 600, default: 240 }, policy: Policy::Sets },
    Key { name: "agent", shape: Shape::Object(&[("name", Member::Text), ("line", Member::Text)]), policy: Policy::Sets },
    Key { name: "placeNotes", shape: Shape::Objects(&["country", "region", "city", "postcode", "note"]), policy: Policy::Adds },
    Key {
        name: "phrases",
        shape: Shape::Object(&[
            ("language", Member::Text),
            ("address", Member::Text),
            ("packs", Member::Text),
            ("own", Member::Objects(&["id", "stages", "intent", "needs", "not", "channel", "address", "matter", "text"])),
            ("hidden", Member::Texts),
            ("liked", Member::Texts),
            ("disliked", Member::Texts),
        ]),
        policy: Policy::Adds,
    },
    Key { name: "privateWords", shape: Shape::Texts, policy: Policy::Adds },
    Key { name: "allowances", shape: Shape::Objects(&["what", "limit"]), policy: Policy::Adds },
    Key { name: "extras", shape: Shape::Objects(&["what", "limit"]), policy: Policy::Adds },
    Key {
        name: "programme",
        shape: Shape::Object(&[("name", Member::Text), ("invitation", Member::Text), ("everyDays", Member::Integer)]),
        policy: Policy::Sets,
    },
    Key { name: "focusPlan", shape: Shape::Text, policy: Policy::Sets },
    Key { name: "holdReminderSeconds", shape: Shape::Integer { least: 0, most: 600, default: 60 }, policy: Policy::Sets },
    Key { name: "memory", shape: Shape::Choice(&["off", "on"]), policy: Policy::Sets },
    Key { name: "memoryDays", shape: Shape::Integer { least: 1, most: 3650, default: 365 }, policy: Policy::Sets },
    Key { name: "insights", shape: Shape::Choice(&["on", "off"]), policy: Policy::Sets },
    Key { name: "insightsDays", shape: Shape::Integer { least: 1, most: 3650, default: 90 }, policy: Policy::Sets },
    Key { name: "locked", shape: Shape::Texts, policy: Policy::Sets },
];

/// What each key is for, for people who write policies; becomes the schema's descriptions. Not in the wasm.
#[cfg(not(target_arch = "wasm32"))]
const MEANINGS: &[(&str, &str)] = &[
    ("toolSites", "Match patterns of the pages where calls are noticed, ports allowed: https://phone.example.com/*"),
    ("tools", "Ids of the tools that agents work with, as docs/tools.md lists them: zendesk, ringcentral-embeddable"),
    ("adapters", "Adapters for tools of your own, each as JSON text; docs/adapters.md has the format"),
    ("chats", "What a chat does: hold (as a call does), show (the card alone) or ignore"),
    ("blocklist", "What is held during a conversation: example.com, example.com/feed, title:football; docs/patterns.md has the grammar"),
    ("allowlist", "What is never held, in the same words"),
    ("presets", "Ids of ready-made lists, as docs/presets.md has them: social, video, news"),
    ("mode", "listed (hold what is listed) or everything-but (hold all but tools, where they lead, and the allowlist)"),
    ("notifications", "Whose notifications are held: held-sites, all-sites or off"),
    ("heldNotifications", "What becomes of them afterwards: list, or show (listed and shown as well)"),
    (
        "override",
        "Letting a site through: allowed (all, ending or nothing), minutes, perConversation (0: no limit), reason (never, asked or required)",
    ),
    ("exclusive", "Keys where only the organisation's entries count"),
    ("wrapUpSeconds", "How long focus stays after a conversation, in seconds"),
    ("maxCallMinutes", "After so many minutes everything is released, whatever the phone says"),
    ("agent", "The agent's name and direct line, for phrases"),
    ("placeNotes", "Lines about places, shown when a customer is there; a postcode fits by its beginning"),
    (
        "phrases",
        "Spark phrases: language (en, es, de, fr, pt), address (formal, informal), packs (all, own, company), own (phrases with stages and text), hidden, liked and disliked ids; docs/phrases.md",
    ),
    ("privateWords", "Words in a customer's tags that silence remarks on their place and person; * makes everybody private"),
    ("allowances", "What agents may grant without asking, each with its limit"),
    ("extras", "Small extras that agents may give now and then, each with its limit"),
    ("programme", "What good customers are invited into: name, invitation (a sentence), everyDays (once in so many days a customer)"),
    ("focusPlan", "One line on what the agent does when a conversation begins, shown for a moment then"),
    ("holdReminderSeconds", "After so many seconds on hold the card reminds of the customer; 0 for never"),
    ("memory", "Whether agents may keep notes on customers in the browser: off or on"),
    ("memoryDays", "After so many days a kept note is deleted"),
    ("insights", "Whether the agent's days are counted in the browser, for the agent's own eyes: on or off"),
    ("insightsDays", "After so many days what was counted is deleted"),
    ("locked", "Keys that an agent can't change"),
];

/// Whether a member of an object in a list is itself a list of texts; all others are texts.
pub fn is_list(member: &str) -> bool {
    matches!(member, "stages" | "needs" | "not")
}

/// The key of that name.
pub fn key(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// Chrome's `managed_schema.json`. As loose as Chrome allows: one value that breaks the schema drops its whole key without a
/// word (measured in Chromium 156), so bounds and patterns are checked by [`crate::config`], entry by entry, with a complaint.
#[cfg(not(target_arch = "wasm32"))]
pub fn schema_json() -> String {
    let text = r#"{ "type": "string" }"#;
    let object = |members: &[(&str, Member)]| {
        let texts = format!(r#"{{ "type": "array", "items": {text} }}"#);
        let shape = |member: Member| match member {
            Member::Text => text.to_owned(),
            Member::Integer => r#"{ "type": "integer" }"#.to_owned(),
            Member::Texts => texts.clone(),
            Member::Objects(names) => {
                let of = |name: &str| if is_list(name) { texts.as_str() } else { text };
                let names: Vec<_> = names.iter().map(|name| format!(r#""{name}": {}"#, of(name))).collect();
                format!(r#"{{ "type": "array", "items": {{ "type": "object", "properties": {{ {} }} }} }}"#, names.join(", "))
            }
        };
        let members: Vec<_> = members.iter().map(|(name, member)| format!(r#""{name}": {}"#, shape(*member))).collect();
        format!(r#"{{ "type": "object", "properties": {{ {} }} }}"#, members.join(", "))
    };
    let mut keys = Vec::new();
    for key in KEYS {
        let shape = match key.shape {
            Shape::Texts => format!(r#""type": "array", "items": {text}"#),
            Shape::Integer { .. } => r#""type": "integer""#.to_owned(),
            // Not as an enumeration: a word that is none of them would drop the key without a word.
            Shape::Choice(_) | Shape::Text => r#""type": "string""#.to_owned(),
            Shape::Object(members) => {
                let object = object(members);
                object.trim_start_matches('{').trim_end_matches('}').trim().to_owned()
            }
            Shape::Objects(members) => {
                let members: Vec<_> = members.iter().map(|name| (*name, Member::Text)).collect();
                format!(r#""type": "array", "items": {}"#, object(&members))
            }
        };
        // Descriptions hold no quotes or backslashes; a test parses the result.
        let meaning = MEANINGS.iter().find(|(name, _)| *name == key.name).map_or("", |(_, meaning)| meaning);
        keys.push(format!("    \"{}\": {{\n      \"description\": \"{meaning}\",\n      {shape}\n    }}", key.name));
    }
    format!("{{\n  \"type\": \"object\",\n  \"properties\": {{\n{}\n  }}\n}}\n", keys.join(",\n"))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn the_schema_gives_every_value_one_type_and_no_bounds() {
        let schema: serde_json::Value = serde_json::from_str(&schema_json()).unwrap();
        let properties = schema["properties"].as_object().unwrap();
        assert_eq!(properties.len(), KEYS.len());
        for (name, property) in properties {
            assert!(!property["description"].as_str().unwrap().is_empty(), "{name} needs a meaning");
            assert!(property["type"].is_string(), "{name} needs exactly one type, or Chromium refuses the extension");
            assert!(property.get("minimum").is_none() && property.get("pattern").is_none(), "{name} must not be dropped for one bad value");
        }
        assert_eq!(properties["agent"]["properties"]["line"]["type"], "string");
    }
}
