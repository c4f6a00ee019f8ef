//! The settings that coach: who the agent is, what may be said, granted and remembered. Apart from [`crate::config`], so that the background carries none
//! of it and the sidebar none of the rest. Must never fail: a bad entry is named, the others count.

use crate::config::{Complaint, Reader, Reason, Source};
use crate::customer::{PlaceNote, clean, clean_to};
use crate::ids::Millis;
use crate::phrase::{Address, Flaw, Origin, Phrase, Rating};
use crate::settings::key;
use crate::value::Value;
use crate::words::words;

/// Everything of the settings that the card needs, ready to use.
#[derive(Debug, Clone, PartialEq)]
pub struct Guide {
    /// Who the agent is.
    pub agent: Agent,
    /// Lines about places, IT's first.
    pub place_notes: Vec<PlaceNote>,
    /// The language of phrases; `None` for the browser's.
    pub language: Option<String>,
    /// How people speak to one another.
    pub address: Address,
    /// Whose phrases count.
    pub packs: Packs,
    /// Phrases of the company's and of the agent's own, in this order.
    pub own: Vec<Phrase>,
    /// Phrases that the agent hid.
    pub hidden: Vec<String>,
    /// Phrases that the agent rated.
    pub ratings: Vec<(String, Rating)>,
    /// Words in a customer's tags that silence remarks on their place and person.
    pub private_words: PrivateWords,
    /// What the agent may grant without asking.
    pub allowances: Vec<Grant>,
    /// Small extras that the agent may give.
    pub extras: Vec<Grant>,
    /// What good customers are invited into.
    pub programme: Option<Programme>,
    /// "When a call starts, I …"
    pub focus_plan: Option<String>,
    /// How long a customer is on hold before the card reminds of them; `None` for never.
    pub hold_reminder: Option<Millis>,
    /// Whether notes on customers are kept.
    pub memory: Memory,
    /// For how many days.
    pub memory_days: u32,
    /// What could not be taken.
    pub complaints: Vec<Complaint>,
}

/// The agent, as phrases name them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Agent {
    /// First name or as the agent likes it.
    pub name: Option<String>,
    /// Direct line.
    pub line: Option<String>,
}

/// Whose phrases count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packs {
    /// Ours, the company's and the agent's own.
    All,
    /// The company's and the agent's own.
    WithoutShipped,
    /// The company's.
    Company,
}

/// What makes a customer private.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrivateWords {
    /// One of these in a tag, each as its words.
    Words(Vec<Vec<String>>),
    /// Being a customer: IT says so.
    Everybody,
}

/// Something that may be given, and how far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What.
    pub what: String,
    /// Up to where, in the company's words.
    pub limit: Option<String>,
}

/// What good customers are invited into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    /// Its name.
    pub name: String,
    /// What it is, in a sentence that may be said.
    pub invitation: Option<String>,
    /// A customer is invited once in so many days.
    pub every_days: u32,
}

/// Whether notes on customers are kept on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// They are not.
    Off,
    /// They are, as long as the settings say.
    On,
}

impl Guide {
    /// Compiles the agent's settings and IT's policy; both may be anything at all.
    pub fn compile(agent: &Value, policy: &Value) -> Guide {
        let mut reader = Reader::new(agent, policy);
        // Those about keys that lock are the configuration's to name.
        reader.complaints.clear();
        let phrases = reader.phrases();
        Guide {
            agent: reader.agent(),
            place_notes: reader.place_notes(),
            language: phrases.language,
            address: phrases.address,
            packs: phrases.packs,
            own: phrases.own,
            hidden: phrases.hidden,
            ratings: phrases.ratings,
            private_words: reader.private_words(),
            allowances: reader.grants("allowances"),
            extras: reader.grants("extras"),
            programme: reader.programme(),
            focus_plan: reader.text("focusPlan"),
            hold_reminder: Some(Millis::seconds(reader.integer("holdReminderSeconds"))).filter(|length| length.0 > 0),
            memory: if reader.choice("memory") == "on" { Memory::On } else { Memory::Off },
            memory_days: reader.integer("memoryDays") as u32,
            complaints: reader.complaints,
        }
    }
}

impl PrivateWords {
    /// The tag that makes a customer private, if one does; an empty text where everybody is.
    pub fn found_in<'a>(&self, tags: &'a [String]) -> Option<&'a str> {
        let PrivateWords::Words(wanted) = self else { return Some("") };
        tags.iter().map(String::as_str).find(|tag| {
            let there = words(tag);
            wanted.iter().any(|wanted| there.windows(wanted.len()).any(|part| part == wanted.as_slice()))
        })
    }
}

struct Phrases {
    language: Option<String>,
    address: Address,
    packs: Packs,
    own: Vec<Phrase>,
    hidden: Vec<String>,
    ratings: Vec<(String, Rating)>,
}

impl Reader<'_> {
    fn agent(&mut self) -> Agent {
        let mut agent = Agent::default();
        for (source, value) in self.counting("agent") {
            match value {
                Value::Object(_) => {
                    agent.name = value.text_of("name").and_then(clean);
                    agent.line = value.text_of("line").and_then(clean);
                    self.strange_members(source, "agent", value);
                }
                _ => self.complain(source, "agent", 0, "", Reason::NotAnObject),
            }
        }
        agent
    }

    fn place_notes(&mut self) -> Vec<PlaceNote> {
        self.objects("placeNotes", |reader, source, entry, value| {
            let note = PlaceNote::read(value);
            if note.is_none() {
                reader.complain(source, "placeNotes", entry, value.text_of("note").unwrap_or_default(), Reason::NotAnObject);
            }
            note
        })
    }

    fn grants(&mut self, name: &'static str) -> Vec<Grant> {
        self.objects(name, |reader, source, entry, value| {
            let text = |member| value.text_of(member).and_then(clean);
            let grant = text("what").map(|what| Grant { what, limit: text("limit") });
            if grant.is_none() {
                reader.complain(source, name, entry, "", Reason::NotAnObject);
            }
            grant
        })
    }

    fn programme(&mut self) -> Option<Programme> {
        for (source, value) in self.counting("programme") {
            // Not `clamp`, as in Reader::integer.
            let (least, most) = (1.0, 3650.0);
            self.strange_members(source, "programme", value);
            let days = value.number_of("everyDays").unwrap_or(180.0).round().max(least).min(most);
            match value.text_of("name").and_then(clean) {
                Some(name) => {
                    let invitation = value.text_of("invitation").and_then(|text| clean_to(text, 300));
                    return Some(Programme { name, invitation, every_days: days as u32 });
                }
                None if value.members().iter().all(|(_, value)| value.text() == Some("")) && !value.members().is_empty() => {}
                None => self.complain(source, "programme", 0, "", Reason::NotAnObject),
            }
        }
        None
    }

    fn text(&mut self, name: &str) -> Option<String> {
        for (source, value) in self.counting(name) {
            match value.text() {
                Some(text) => return clean_to(text, 300),
                None => self.complain(source, name, 0, "", Reason::NotText),
            }
        }
        None
    }

    fn private_words(&mut self) -> PrivateWords {
        let mut all = Vec::new();
        for (source, value) in self.counting("privateWords") {
            for (entry, text) in self.texts(source, "privateWords", value) {
                let text = text.trim();
                if text == "*" && source == Source::Policy {
                    return PrivateWords::Everybody;
                }
                let there = words(text);
                if !there.is_empty() {
                    all.push(there);
                } else if !text.is_empty() {
                    self.complain(source, "privateWords", entry, text, Reason::NoWords);
                }
            }
        }
        PrivateWords::Words(all)
    }

    fn phrases(&mut self) -> Phrases {
        let mut phrases = Phrases {
            language: None,
            address: Address::Formal,
            packs: Packs::All,
            own: Vec::new(),
            hidden: Vec::new(),
            ratings: Vec::new(),
        };
        let mut sources = self.counting("phrases");
        // IT's phrases come first, but its language and packs have the last word.
        sources.reverse();
        for (source, value) in sources {
            if !matches!(value, Value::Object(_)) {
                self.complain(source, "phrases", 0, "", Reason::NotAnObject);
                continue;
            }
            let origin = if source == Source::Policy { Origin::Company } else { Origin::Own };
            for (name, value) in value.members() {
                match (name.as_str(), value) {
                    ("language", Value::Text(word)) => phrases.language = clean_to(word, 12).or(phrases.language),
                    ("address", Value::Text(word)) => match Address::read(Some(word)) {
                        Some(address) => phrases.address = address,
                        None if word.is_empty() => {}
                        None => self.complain(source, "phrases", 0, word, Reason::UnknownWord),
                    },
                    ("packs", Value::Text(word)) => match word.as_str() {
                        "all" | "" => phrases.packs = Packs::All,
                        "own" => phrases.packs = Packs::WithoutShipped,
                        "company" if source == Source::Policy => phrases.packs = Packs::Company,
                        _ => self.complain(source, "phrases", 0, word, Reason::UnknownWord),
                    },
                    ("own", Value::List(entries)) => {
                        let mut read = Vec::new();
                        for (entry, value) in (1..).zip(entries) {
                            match Phrase::read(value, origin, entry) {
                                Ok(phrase) => read.push(phrase),
                                Err(flaw) => {
                                    self.complain(source, "phrases", entry, value.text_of("text").unwrap_or_default(), flaw.into());
                                }
                            }
                        }
                        read.append(&mut phrases.own);
                        phrases.own = read;
                    }
                    ("hidden", Value::List(_)) => phrases.hidden.append(&mut value.texts()),
                    ("liked", Value::List(_)) => phrases.ratings.extend(value.texts().into_iter().map(|id| (id, Rating::Liked))),
                    ("disliked", Value::List(_)) => phrases.ratings.extend(value.texts().into_iter().map(|id| (id, Rating::Disliked))),
                    ("language" | "address" | "packs", _) => self.complain(source, "phrases", 0, name, Reason::NotText),
                    ("own" | "hidden" | "liked" | "disliked", _) => self.complain(source, "phrases", 0, name, Reason::NotAList),
                    _ => self.complain(source, "phrases", 0, name, Reason::UnknownKey),
                }
            }
        }
        phrases
    }

    fn strange_members(&mut self, source: Source, name: &str, value: &Value) {
        for (member, _) in value.members() {
            if !key(name).is_some_and(|key| key.shape.has_member(member)) {
                self.complain(source, name, 0, member, Reason::UnknownKey);
            }
        }
    }

    fn objects<T>(&mut self, name: &str, mut read: impl FnMut(&mut Self, Source, u32, &Value) -> Option<T>) -> Vec<T> {
        let mut all = Vec::new();
        for (source, value) in self.counting(name) {
            let Some(entries) = value.list() else {
                self.complain(source, name, 0, "", Reason::NotAList);
                continue;
            };
            for (entry, value) in (1..).zip(entries) {
                all.extend(read(self, source, entry, value));
            }
        }
        all
    }
}

impl From<Flaw> for Reason {
    fn from(flaw: Flaw) -> Reason {
        match flaw {
            Flaw::NoText => Reason::PhraseNoText,
            Flaw::Stage => Reason::PhraseStage,
            Flaw::Word => Reason::UnknownWord,
            Flaw::Placeholder => Reason::PhrasePlaceholder,
        }
    }
}
