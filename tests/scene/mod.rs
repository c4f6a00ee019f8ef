//! Runs a scene: a customer, a conversation's events, what the agent does, and what must and must not be offered then. Used by the tests and by
//! `cargo xtask scene`, so that anyone can try one. Everything goes through the real `step` and the real card, with the libraries that ship.
//!
//! ```text
//! --- what it promises (P7) ---
//! settings {"agent": {"name": "Jo", "line": "555 0100"}}      the agent's settings; `policy {…}` for IT's
//! customer {"name": "Maria Silva", "tags": ["VIP"]}           as the page event has it; said with the next event
//! met {"times": 2, "days": 3, "said": ["glad"]}               what is remembered of them: conversations before, the last so many days ago; also first (days), invited, given, note, name
//! there 14:32 Fri +60                                         the clock where they are; without it the place's zone tells, at a fixed time of the agent's
//! call | chat | premises                                      how they meet; a call is the default
//! rings | answers | holds | resumes | ends                    what the tool says
//! wait 90                                                     so many seconds pass
//! stage working · matter complaint · solved · verdict good    what the agent does; also: more, say 1, private, fold, unfold, correct name Ann, language es, pad …
//! shares on                                                   the tool's page shares the screen
//! conversations 3                                             so many went before with others
//! first apologise                                             the first phrase is of that intent
//! offers own listen                                           these are among the three shown
//! finds line                                                  these are offered to one who asks for more
//! another-first                                               the first phrase is another than when `remember` was said
//! never place programme                                       none of these is offered, however often one asks for more
//! says "Maria"                                                one of the three has that in it; `never-says "but"` for none of all
//! card name Maria Silva                                       what the card says: name, spoken, place, time, notes, advice, private, known, again, folded, weekend, hold-due
//! same                                                        the three are those of before
//! ```

use std::fmt::Write;
use std::path::Path;

use undivided::card::{
    Acquaintance, Card, Folded, LocalTime, Openness, PlaceLine, Sources, Surety, Whereabouts, all_phrases, card, whereabouts,
};
use undivided::coach::{Deed, Facts, Kept, Met};
use undivided::config::{Config, Shelf};
use undivided::focus::Browsing;
use undivided::guide::Guide;
use undivided::ids::{ConversationId, FrameId, Moment, TabId, WindowId};
use undivided::object;
use undivided::phrase::{Library, Offer};
use undivided::places::Places;
use undivided::session::{Effect, Event, PanelAsk, State, step};
use undivided::signal::{Airs, Origin, Sender, Sharing, Signal};
use undivided::value::Value;
use undivided::view::view;

/// A Tuesday in November, ten in the morning for the agent.
const BEGAN: u64 = 1_795_514_400_000;
const SITE: &str = "https://phone.example";

/// A scene on its way.
pub struct Scene {
    state: State,
    settings: Value,
    policy: Value,
    customer: Value,
    channel: &'static str,
    met: Option<Met>,
    there: Option<LocalTime>,
    now: u64,
    language: &'static str,
    shown: Vec<String>,
    places: Places,
    libraries: Vec<(&'static str, Library)>,
}

impl Scene {
    /// A scene in which nothing happened yet. `root` is where the tree lies.
    pub fn new(root: &Path) -> Scene {
        let file = |path: &str| -> Value { serde_json::from_str(&std::fs::read_to_string(root.join(path)).unwrap()).unwrap() };
        let libraries =
            ["en", "es", "de", "fr", "pt"].map(|language| (language, Library::read(&file(&format!("data/phrases/{language}.json")))));
        let places = Places::read(&object! {
            "numbers" => file("data/places/numbers.json"), "zones" => file("data/places/zones.json"), "names" => file("data/places/names.json"),
        });
        Scene {
            state: State::default(),
            settings: object! {},
            policy: object! {},
            customer: Value::Null,
            channel: "call",
            met: None,
            there: None,
            now: BEGAN,
            language: "en",
            shown: Vec::new(),
            places,
            libraries: libraries.into(),
        }
    }

    /// Does what a line says, or says what does not hold.
    pub fn line(&mut self, line: &str) -> Result<(), String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        let json = || serde_json::from_str::<Value>(rest).map_err(|error| format!("{rest}: {error}"));
        match word {
            "settings" => self.settings = json()?,
            "policy" => self.policy = json()?,
            "customer" => self.customer = json()?,
            "met" => self.met = Some(self.met(&json()?)),
            "there" => self.there = Some(clock(rest).ok_or("there 14:32 Fri +60")?),
            "call" => self.channel = "call",
            "chat" => self.channel = "chat",
            "premises" => self.step(Event::WalkedIn),
            "rings" => self.say("ringing"),
            "answers" => self.say("active"),
            "holds" => self.say("hold"),
            "resumes" => self.say("active"),
            "ends" => self.say("ended"),
            "wait" => self.now += 1000 * rest.parse::<u64>().map_err(|error| error.to_string())?,
            "conversations" => {
                for _ in 0..rest.parse::<u32>().map_err(|error| error.to_string())? {
                    self.step(Event::Switched);
                    self.draw();
                    self.step(Event::FocusEnded);
                }
            }
            "shares" => {
                let sharing = if rest == "on" { Sharing::On } else { Sharing::Off };
                self.heard(Signal::Shares(sharing));
            }
            "more" => self.deed("more".into())?,
            "stage" | "matter" | "verdict" | "pad" | "advice" | "language" => {
                let mut body = object! {};
                body.put(word, rest.into());
                if word == "language" {
                    self.language = self.libraries.iter().map(|(language, _)| *language).find(|language| *language == rest).unwrap_or("en");
                }
                self.deed(body)?;
            }
            "solved" => self.deed(object! { "solved" => "solved" })?,
            "private" => self.deed(object! { "privacy" => "private" })?,
            "fold" => self.deed(object! { "fold" => "folded" })?,
            "unfold" => self.deed(object! { "fold" => "open" })?,
            "correct" => {
                let (detail, text) = rest.split_once(' ').ok_or("correct name Ann")?;
                self.deed(object! { "correct" => object! { "detail" => detail, "text" => text } })?;
            }
            "keep" => self.deed(object! { "keep" => json()? })?,
            "say" => {
                let at: usize = rest.parse().map_err(|_| "say 1")?;
                let offer = self.card()?.phrases.get(at - 1).cloned().ok_or("there is no such phrase")?;
                let said = object! {
                    "id" => offer.id, "text" => offer.text, "naming" => offer.naming.name(), "doing" => offer.intent.doing().name(),
                };
                self.deed(object! { "said" => said })?;
            }
            _ => return self.check(word, rest),
        }
        self.draw();
        Ok(())
    }

    /// The card as it is now, for people to read.
    pub fn print(&self) -> String {
        let mut out = String::new();
        let Ok(card) = self.card() else { return "No conversation is on.\n".to_owned() };
        for what in CARD {
            let told = self.told(&card, what);
            if !told.is_empty() {
                let _ = writeln!(out, "{what}: {told}");
            }
        }
        for (offer, key) in card.phrases.iter().zip(1..) {
            let _ = writeln!(out, "{key}  {}  [{}, {}]", offer.text, offer.intent.name(), offer.id);
        }
        out
    }

    /// What storage would hold for the sidebar: the view, as JSON.
    pub fn view(&self) -> serde_json::Value {
        json_of(&view(&self.state, &self.config()).write())
    }

    /// The agent's settings, for the same.
    pub fn settings(&self) -> serde_json::Value {
        json_of(&self.settings)
    }

    /// IT's, for the same.
    pub fn policy(&self) -> serde_json::Value {
        json_of(&self.policy)
    }

    fn check(&mut self, word: &str, rest: &str) -> Result<(), String> {
        let card = self.card()?;
        let shown = || card.phrases.iter().map(|one| one.intent.name()).collect::<Vec<_>>();
        match word {
            "first" => match card.phrases.first() {
                Some(first) if rest.split(' ').any(|wanted| first.intent.name() == wanted) => Ok(()),
                first => Err(format!("the first phrase is {:?} and not {rest}", first.map(|one| (one.intent.name(), &one.text)))),
            },
            "offers" => match rest.split(' ').find(|wanted| !shown().contains(wanted)) {
                None => Ok(()),
                Some(missing) => Err(format!("{missing} is not among {:?}", shown())),
            },
            "finds" => {
                let all = self.all(&card);
                match rest.split(' ').find(|wanted| !all.iter().any(|one| one.intent.name() == *wanted)) {
                    None => Ok(()),
                    Some(missing) => {
                        Err(format!("{missing} is nowhere in {:#?}", all.iter().map(|one| one.intent.name()).collect::<Vec<_>>()))
                    }
                }
            }
            "another-first" => {
                if self.shown.first() == texts(&card).first() {
                    Err(format!("{:?} stands first again", self.shown.first()))
                } else {
                    Ok(())
                }
            }
            "never" => {
                let all = self.all(&card);
                match all.iter().find(|one| rest.split(' ').any(|intent| one.intent.name() == intent)) {
                    None => Ok(()),
                    Some(one) => Err(format!("{} is offered: {}", one.intent.name(), one.text)),
                }
            }
            "says" => {
                let wanted = rest.trim_matches('"');
                if card.phrases.iter().any(|one| one.text.contains(wanted)) {
                    Ok(())
                } else {
                    Err(format!("{wanted} is in none of {:#?}", texts(&card)))
                }
            }
            "never-says" => {
                let wanted = rest.trim_matches('"').to_lowercase();
                let is_in = |text: &str| {
                    text.to_lowercase().split(|one: char| !one.is_alphanumeric()).any(|word| word == wanted)
                        || (wanted.contains(' ') && text.to_lowercase().contains(&wanted))
                };
                match self.all(&card).iter().find(|one| is_in(&one.text)) {
                    None => Ok(()),
                    Some(one) => Err(format!("it says {wanted}: {}", one.text)),
                }
            }
            "card" => {
                let (what, wanted) = rest.split_once(' ').unwrap_or((rest, ""));
                let told = self.told(&card, what);
                if told == wanted { Ok(()) } else { Err(format!("{what} is {told:?} and not {wanted:?}")) }
            }
            "same" => {
                if self.shown == texts(&card) {
                    Ok(())
                } else {
                    Err(format!("{:#?} became {:#?}", self.shown, texts(&card)))
                }
            }
            "others" => {
                let common = texts(&card).into_iter().find(|text| self.shown.contains(text));
                let answer = common.map_or(Ok(()), |text| Err(format!("{text} is still there")));
                self.shown = texts(&card);
                answer
            }
            "remember" => {
                self.shown = texts(&card);
                Ok(())
            }
            _ => Err(format!("nobody knows what `{word}` is")),
        }
    }

    /// Every phrase that more and more asking would show.
    fn all(&self, card: &Card) -> Vec<Offer> {
        let mut all = card.phrases.clone();
        let Some(mut facts) = self.facts() else { return all };
        for page in 0..80 {
            let mut basis = facts.coach.basis(&facts.customer);
            basis.page = page;
            facts.coach.basis = Some(basis);
            all.extend(self.card_of(&facts).phrases);
        }
        all
    }

    fn told(&self, card: &Card, what: &str) -> String {
        let some = |text: &Option<String>| text.clone().unwrap_or_default();
        match what {
            "name" => some(&card.name),
            "spoken" => some(&card.spoken),
            "place" => match &card.place {
                PlaceLine::Unknown => String::new(),
                PlaceLine::Told(place) => place.clone(),
                PlaceLine::Hint(country, region) => {
                    format!("{} by number", [region.clone(), country.clone()].into_iter().flatten().collect::<Vec<_>>().join(", "))
                }
            },
            "time" => card.time.map_or(String::new(), |time| {
                format!(
                    "{:02}:{:02} {:?} {:+}{}",
                    time.clock.hour,
                    time.clock.minute,
                    time.part,
                    time.clock.ahead,
                    if time.surety == Surety::Hint { " guess" } else { "" }
                )
            }),
            "weekend" => card.time.filter(|time| time.weekend).map_or(String::new(), |_| "yes".to_owned()),
            "notes" => card.notes.join(" | "),
            "advice" => card.advice.map_or(String::new(), |advice| advice.name().to_owned()),
            "private" => match &card.openness {
                Openness::Open => String::new(),
                Openness::ByHand => "by hand".to_owned(),
                Openness::ByTag(tag) => format!("by tag {tag}"),
                Openness::ByPolicy => "by policy".to_owned(),
            },
            "known" => {
                if card.acquaintance == Acquaintance::Unknown {
                    String::new()
                } else {
                    card.acquaintance.name().to_owned()
                }
            }
            "again" => {
                if card.again {
                    "yes".to_owned()
                } else {
                    String::new()
                }
            }
            "folded" => {
                if card.folded == Folded::Open {
                    String::new()
                } else {
                    card.folded.name().to_owned()
                }
            }
            "kept" => card.kept.as_ref().and_then(|kept| kept.note.clone()).unwrap_or_default(),
            "hold-due" => card.hold_due.map_or(String::new(), |due| if self.now >= due.0 { "now".to_owned() } else { "later".to_owned() }),
            "asks-advice" => {
                if card.asks_advice {
                    "yes".to_owned()
                } else {
                    String::new()
                }
            }
            "by" => card.rows.iter().map(|row| format!("{} {}", row.detail.name(), row.by.name())).collect::<Vec<_>>().join(", "),
            "rows" => card.rows.iter().map(|row| format!("{} {}", row.detail.name(), row.text)).collect::<Vec<_>>().join(", "),
            "stage" => self.facts().map_or(String::new(), |facts| facts.coach.stage.name().to_owned()),
            "waits" => self.state.waiting().filter_map(|one| one.customer().name.clone()).collect::<Vec<_>>().join(", "),
            "granted" => {
                let guide = self.guide();
                guide
                    .allowances
                    .iter()
                    .chain(&guide.extras)
                    .map(|grant| format!("{} ({})", grant.what, grant.limit.as_deref().unwrap_or("no limit")))
                    .collect::<Vec<_>>()
                    .join(", ")
            }
            "plan" => self.guide().focus_plan.unwrap_or_default(),
            "after" => self.state.after().map_or(String::new(), |after| after.pad.clone()),
            "said" => self
                .facts()
                .map_or(String::new(), |facts| facts.coach.said.iter().map(|said| said.text.clone()).collect::<Vec<_>>().join(" | ")),
            _ => format!("nobody knows what `{what}` is"),
        }
    }

    fn met(&self, value: &Value) -> Met {
        let days = |name: &str| value.number_of(name).map(|days| Moment(BEGAN - (days * 24.0 * 3600.0 * 1000.0) as u64));
        let kept = Kept {
            note: value.text_of("note").map(str::to_owned),
            name: value.text_of("name").map(str::to_owned),
            sounds: None,
            at: Moment(BEGAN),
        };
        Met {
            times: value.number_of("times").unwrap_or(1.0) as u32,
            first: days("first").or(days("days")).unwrap_or_default(),
            last: days("days").unwrap_or_default(),
            said: value.get("said").map(Value::texts).unwrap_or_default(),
            invited: days("invited"),
            given: days("given"),
            kept: Some(kept).filter(|kept| !kept.is_empty()),
        }
    }

    fn say(&mut self, phase: &str) {
        let detail = object! { "phase" => phase, "conversation" => "1", "channel" => self.channel, "customer" => self.customer.clone() };
        self.heard(Signal::Said(detail));
    }

    fn heard(&mut self, signal: Signal) {
        let sender = Sender {
            tab: TabId(1),
            frame: FrameId::TOP,
            window: WindowId(1),
            origin: Origin::Own(SITE.to_owned()),
            airs: Airs::default(),
            browsing: Browsing::Usual,
        };
        self.step(Event::Heard { sender, signal, panel: PanelAsk::NotAsked });
    }

    fn deed(&mut self, body: Value) -> Result<(), String> {
        let id = self.facts().map(|facts| facts.id).or(self.state.after().map(|after| after.id)).unwrap_or(ConversationId(0));
        let deed = Deed::read(&body).ok_or_else(|| format!("no such deed: {body:?}"))?;
        self.step(Event::Coached { conversation: id, deed });
        Ok(())
    }

    fn step(&mut self, event: Event) {
        let config = self.config();
        let (state, effects) = step(std::mem::take(&mut self.state), event, Moment(self.now), &config);
        self.state = state;
        for effect in effects {
            if let Effect::Recognise(conversation, _) = effect {
                let met = self.met.clone();
                self.step(Event::Recognised { conversation, met });
            }
        }
    }

    /// What an open sidebar does: it reports what stands first.
    fn draw(&mut self) {
        let Ok(card) = self.card() else { return };
        let active = self.facts().is_some_and(|facts| matches!(facts.phase, undivided::session::Phase::Active { .. }));
        if let (Some(first), true) = (card.phrases.first(), active) {
            let _ = self.deed(object! { "stood" => first.id.as_str() });
        }
    }

    fn config(&self) -> Config {
        let mut settings = self.settings.clone();
        settings.set("toolSites", "", vec![format!("{SITE}/*")].into());
        Config::compile(&settings, &self.policy, &Shelf::default())
    }

    fn guide(&self) -> Guide {
        Guide::compile(&self.settings, &self.policy)
    }

    fn facts(&self) -> Option<Facts> {
        self.state.front().map(|front| self.state.facts(front))
    }

    fn card(&self) -> Result<Card, String> {
        let facts = self.facts().ok_or("no conversation is on")?;
        Ok(self.card_of(&facts))
    }

    fn card_of(&self, facts: &Facts) -> Card {
        let guide = self.guide();
        let language = facts.coach.language.clone().or(guide.language.clone()).unwrap_or_else(|| self.language.to_owned());
        let library = self.libraries.iter().find(|(one, _)| *one == language).map(|(_, library)| library).unwrap_or(&self.libraries[0].1);
        let whereabouts: Whereabouts = whereabouts(&facts.customer(), &self.places);
        let there = self.there.filter(|_| whereabouts.hint.country.is_some());
        assert!(!all_phrases(library, &guide).is_empty() || self.policy != object! {}, "no phrases at all");
        card(Sources { facts, guide: &guide, library, whereabouts: &whereabouts, places: &self.places, there })
    }
}

/// What [`Scene::print`] shows of a card, in its order.
const CARD: [&str; 13] =
    ["name", "spoken", "place", "time", "weekend", "known", "again", "private", "folded", "notes", "kept", "advice", "hold-due"];

fn texts(card: &Card) -> Vec<String> {
    card.phrases.iter().map(|one| one.text.clone()).collect()
}

/// `14:32 Fri +60`
fn clock(text: &str) -> Option<LocalTime> {
    let mut words = text.split(' ');
    let (hour, minute) = words.next()?.split_once(':')?;
    let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].iter().position(|day| Some(*day) == words.clone().next())? as u8;
    words.next();
    Some(LocalTime { hour: hour.parse().ok()?, minute: minute.parse().ok()?, weekday, ahead: words.next().unwrap_or("0").parse().ok()? })
}

fn json_of(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Truth(truth) => (*truth).into(),
        Value::Number(number) => serde_json::json!(number),
        Value::Text(text) => text.as_str().into(),
        Value::List(list) => list.iter().map(json_of).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), json_of(value))).collect::<serde_json::Map<_, _>>().into()
        }
    }
}
