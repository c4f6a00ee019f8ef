//! Spark phrases: the library as data, and their order for a situation. docs/phrases.md says the same for people; change both.
//! Must never show a phrase with a hole in it, and must never change its mind: the same situation gives the same order.
//!
//! Stage and matter come first, practices next, variety last: a table gives the intents that help at a stage, in their order; of each intent the best
//! phrase is taken in turn, so that three phrases are three kinds of help; within an intent what was not said yet, what the agent likes and what goes easy
//! with the name stands before the rest.

use crate::coach::{Doing, Matter, Naming, Stage};
use crate::customer::clean_to;
use crate::signal::Channel;
use crate::value::{Value, names};

/// How many are shown at a time.
pub const SHOWN: usize = 3;
/// Longest phrase, in characters, with its placeholders.
pub const LONGEST_PHRASE: usize = 300;

/// What a phrase is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// Glad to hear from you.
    Welcome,
    /// Glad to hear from you again.
    WelcomeAgain,
    /// My own name.
    Introduce,
    /// You asked how I am; and you?
    HowAreYou,
    /// May I have your name?
    AskName,
    /// Something true about where they live.
    Place,
    /// After what they told before.
    AskAfter,
    /// Thanks for the first time.
    ThankFirst,
    /// Thanks for coming back.
    ThankReturning,
    /// Thanks for many years.
    ThankLong,
    /// This is mine until it is solved.
    Own,
    /// Here is my direct line.
    Line,
    /// You have my best effort.
    Effort,
    /// Tell me all of it.
    Listen,
    /// This is what I heard.
    PlayBack,
    /// An open question.
    Clarify,
    /// We have time.
    Unhurried,
    /// Sorry.
    Apologise,
    /// Making good a failure of ours.
    MakeGood,
    /// I can grant that.
    Decide,
    /// What I am doing.
    Explain,
    /// May I put you on hold?
    BeforeHold,
    /// A line to one who waits.
    OnHold,
    /// First words after a hold.
    BackFromHold,
    /// To another one who waits.
    Waiting,
    /// Is it solved?
    Resolve,
    /// I stay with it though you would give up.
    Stay,
    /// What would you advise?
    Advice,
    /// Into the inner circle.
    Programme,
    /// A small extra.
    Surprise,
    /// Was it good, in your terms?
    Verdict,
    /// What happens next.
    Promise,
    /// Goodbye.
    Goodbye,
    /// A written line afterwards.
    AfterCall,
    /// To somebody who stands here.
    Premises,
    /// None of these: a phrase of the agent's or the company's own.
    Free,
}

names! {
    pub Intent {
        Welcome = "welcome", WelcomeAgain = "welcomeAgain", Introduce = "introduce", HowAreYou = "howAreYou", AskName = "askName", Place = "place",
        AskAfter = "askAfter", ThankFirst = "thankFirst", ThankReturning = "thankReturning", ThankLong = "thankLong", Own = "own", Line = "line",
        Effort = "effort", Listen = "listen", PlayBack = "playBack", Clarify = "clarify", Unhurried = "unhurried", Apologise = "apologise",
        MakeGood = "makeGood", Decide = "decide", Explain = "explain", BeforeHold = "beforeHold", OnHold = "onHold", BackFromHold = "backFromHold",
        Waiting = "waiting", Resolve = "resolve", Stay = "stay", Advice = "advice", Programme = "programme", Surprise = "surprise", Verdict = "verdict",
        Promise = "promise", Goodbye = "goodbye", AfterCall = "afterCall", Premises = "premises", Free = "free",
    }
    pub Address { Formal = "formal", Informal = "informal" }
    pub Fact {
        Private = "private", Question = "question", Problem = "problem", Complaint = "complaint", LongHold = "longHold", First = "first",
        Returning = "returning", LongStanding = "longStanding", Again = "again", Weekend = "weekend", Note = "note", Unsolved = "unsolved",
    }
    pub Blank {
        Customer = "customer", Agent = "agent", Line = "line", Place = "place", DayPart = "dayPart", Company = "company", Subject = "subject",
        Extra = "extra", Allowance = "allowance", Programme = "programme",
    }
    pub Origin { Shipped = "shipped", Own = "own", Company = "company" }
    Medium { Spoken = "spoken", Written = "written" }
}

/// How people speak to one another, in languages that have two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// As strangers.
    Formal,
    /// As friends.
    Informal,
}

/// What a phrase may need, or be forbidden by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// No remarks on place and person.
    Private,
    /// They came to know something.
    Question,
    /// Something does not work.
    Problem,
    /// We did something wrong.
    Complaint,
    /// They waited long.
    LongHold,
    /// Their first contact.
    First,
    /// They were here before.
    Returning,
    /// They have been for years.
    LongStanding,
    /// They were in touch within the last seven days.
    Again,
    /// It is week-end where they are.
    Weekend,
    /// There is a kept note on them.
    Note,
    /// It is not solved yet.
    Unsolved,
}

/// A placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank {
    /// What to call them.
    Customer,
    /// The agent's name.
    Agent,
    /// The agent's direct line.
    Line,
    /// Where they are.
    Place,
    /// Morning, afternoon, evening, where they are.
    DayPart,
    /// Whom they speak for.
    Company,
    /// What it is about.
    Subject,
    /// A small extra.
    Extra,
    /// What the agent may grant.
    Allowance,
    /// The programme's name.
    Programme,
}

/// Whose a phrase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It came with us.
    Shipped,
    /// The agent's.
    Own,
    /// The company's, by policy.
    Company,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Medium {
    Spoken,
    Written,
}

/// A phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// Its id; the same thought has the same in all languages.
    pub id: String,
    /// What it is for.
    pub intent: Intent,
    /// As written, with placeholders.
    pub text: String,
    /// Whose it is.
    pub origin: Origin,
    stages: Vec<Stage>,
    needs: Vec<Fact>,
    not: Vec<Fact>,
    channel: Option<Channel>,
    address: Option<Address>,
    matter: Option<Matter>,
}

/// The words that fill [`Blank::DayPart`], one a part of the day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayParts {
    morning: Option<String>,
    afternoon: Option<String>,
    evening: Option<String>,
    night: Option<String>,
}

/// A part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayPart {
    /// From five.
    Morning,
    /// From twelve.
    Afternoon,
    /// From eighteen.
    Evening,
    /// From twenty-two.
    Night,
}

/// The phrases of a language.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Library {
    /// The phrases, in the file's order.
    pub phrases: Vec<Phrase>,
    /// Words for parts of the day.
    pub day_parts: DayParts,
}

/// Why a phrase could not be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It says nothing.
    NoText,
    /// No stage that is known.
    Stage,
    /// A word that is not known where one of some is expected.
    Word,
    /// A placeholder that is not known, or a brace that is not closed.
    Placeholder,
}

/// All that the order depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Situation<'a> {
    /// Where the conversation has got to.
    pub stage: Stage,
    /// What it is about.
    pub matter: Option<Matter>,
    /// Voice or text.
    pub channel: Channel,
    /// How people speak to one another here.
    pub address: Address,
    /// What is so.
    pub facts: Vec<Fact>,
    /// What fills placeholders; none where it is unknown or must not be said.
    pub blanks: Vec<(Blank, String)>,
    /// Whether a greeting is for somebody who stands here.
    pub premises: Premises,
    /// Whether the first words after a hold are due.
    pub back: Back,
    /// Intents that are out of place now, beside those that the facts rule out.
    pub shut: Vec<Intent>,
    /// Phrases that stood first in this conversation.
    pub stood: &'a [String],
    /// Phrases that were said in it.
    pub said: &'a [String],
    /// Phrases that this customer has heard before, or that stood first in the conversation before.
    pub stale: &'a [String],
    /// Phrases that the agent rated, and how.
    pub ratings: &'a [(String, Rating)],
    /// Phrases that the agent hid.
    pub hidden: &'a [String],
    /// Whether the name has been used as often as is good.
    pub name: Use,
    /// Turns the order within an intent from one conversation to the next.
    pub seed: u32,
}

/// Whether somebody stands before the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Premises {
    /// They do.
    Here,
    /// They don't.
    Away,
}

/// Whether a hold has just ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// It has.
    FromHold,
    /// It has not.
    No,
}

/// Whether the customer's name may still stand in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It may.
    Free,
    /// It was used enough.
    Enough,
}

/// What an agent thinks of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rating {
    /// It is good.
    Liked,
    /// It is not theirs.
    Disliked,
}

/// A phrase, ready to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Which.
    pub id: String,
    /// With every placeholder filled.
    pub text: String,
    /// What it is for.
    pub intent: Intent,
    /// Whose it is.
    pub origin: Origin,
    /// Whether it carries their name.
    pub naming: Naming,
}

impl Library {
    /// Reads a library; an entry that can't be used is left out. Ours are checked before they are packed.
    pub fn read(value: &Value) -> Library {
        let entries = value.get("phrases").and_then(Value::list).unwrap_or_default();
        let parts = value.get("dayParts").cloned().unwrap_or_default();
        let part = |name| parts.text_of(name).map(str::to_owned);
        Library {
            phrases: entries.iter().filter_map(|entry| Phrase::read(entry, Origin::Shipped, 0).ok()).collect(),
            day_parts: DayParts { morning: part("morning"), afternoon: part("afternoon"), evening: part("evening"), night: part("night") },
        }
    }
}

impl DayPart {
    /// By the hour there, 0 to 23.
    pub fn at(hour: u8) -> DayPart {
        match hour {
            5..12 => DayPart::Morning,
            12..18 => DayPart::Afternoon,
            18..22 => DayPart::Evening,
            _ => DayPart::Night,
        }
    }
}

impl DayParts {
    /// The words for it.
    pub fn words(&self, part: DayPart) -> Option<&str> {
        let words = match part {
            DayPart::Morning => &self.morning,
            DayPart::Afternoon => &self.afternoon,
            DayPart::Evening => &self.evening,
            DayPart::Night => &self.night,
        };
        words.as_deref()
    }
}

impl Phrase {
    /// Reads a phrase. `number` names one without an id. Only the text and a stage must be there.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(value: &Value, origin: Origin, number: u32) -> Result<Phrase, Flaw> {
        let text = value.text_of("text").and_then(|text| clean_to(text, LONGEST_PHRASE)).ok_or(Flaw::NoText)?;
        let mut rest = text.as_str();
        while let Some((_, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or(Flaw::Placeholder)?;
            Blank::read(Some(name)).ok_or(Flaw::Placeholder)?;
            rest = after;
        }
        // A list, or one word, as the settings page writes it.
        let mut stages = Vec::new();
        let written = value.get("stages").map(Value::texts).unwrap_or_default();
        let one = value.text_of("stage").filter(|word| !word.is_empty()).map(str::to_owned);
        for word in written.into_iter().chain(one) {
            stages.push(Stage::read(Some(&word)).ok_or(Flaw::Stage)?);
        }
        if stages.is_empty() {
            return Err(Flaw::Stage);
        }
        let id = value.text_of("id").and_then(|id| clean_to(id, 60));
        let id = id.unwrap_or_else(|| {
            let whose = if origin == Origin::Company { "company-" } else { "own-" };
            let mut id = whose.to_owned();
            id.push_str(&number.to_string());
            id
        });
        let channel =
            word(value, "channel", Medium::read)?.map(|medium| if medium == Medium::Spoken { Channel::Call } else { Channel::Chat });
        Ok(Phrase {
            id,
            intent: word(value, "intent", Intent::read)?.unwrap_or(Intent::Free),
            text,
            origin,
            stages,
            needs: facts(value, "needs")?,
            not: facts(value, "not")?,
            channel,
            address: word(value, "address", Address::read)?,
            matter: word(value, "matter", Matter::read)?,
        })
    }

    /// As plain data, as [`Phrase::read`] takes it, with other words.
    pub fn write(&self, text: &str) -> Value {
        let facts = |facts: &[Fact]| facts.iter().map(|fact| fact.name().into()).collect::<Vec<Value>>();
        let mut entry = crate::object! {
            "id" => self.id.as_str(), "stages" => self.stages.iter().map(|stage| stage.name().into()).collect::<Vec<Value>>(),
            "intent" => self.intent.name(), "needs" => facts(&self.needs), "not" => facts(&self.not),
        };
        let mut put = |name: &str, word: Option<&'static str>| {
            if let Some(word) = word {
                entry.put(name, word.into());
            }
        };
        put(
            "channel",
            self.channel.map(|channel| if channel == Channel::Call { Medium::Spoken } else { Medium::Written }).map(Medium::name),
        );
        put("address", self.address.map(Address::name));
        put("matter", self.matter.map(Matter::name));
        entry.put("text", text.into());
        entry
    }

    /// Whether it carries the customer's name.
    pub fn naming(&self) -> Naming {
        let named = self.text.split('{').any(|piece| piece.starts_with("customer}"));
        if named { Naming::Named } else { Naming::Plain }
    }

    /// Voice or text; `None` for both.
    pub fn channel(&self) -> Option<Channel> {
        self.channel
    }

    /// How people who say it speak to one another; `None` for both.
    pub fn address(&self) -> Option<Address> {
        self.address
    }

    fn fits(&self, now: &Situation<'_>) -> bool {
        let is = |fact: &Fact| now.facts.contains(fact);
        self.stages.contains(&now.stage)
            && self.channel.is_none_or(|channel| channel == now.channel)
            && self.address.is_none_or(|address| address == now.address)
            && self.matter.is_none_or(|matter| now.matter == Some(matter))
            && self.needs.iter().all(is)
            && !self.not.iter().any(is)
            && self.intent.fits(now)
            && !now.hidden.contains(&self.id)
    }

    /// The text with every placeholder filled; `None` when one can't be.
    pub fn fill(&self, blanks: &[(Blank, String)]) -> Option<String> {
        let mut filled = String::new();
        let mut rest = self.text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            let blank = Blank::read(Some(name))?;
            filled.push_str(before);
            filled.push_str(&blanks.iter().find(|(one, _)| *one == blank)?.1);
            rest = after;
        }
        filled.push_str(rest);
        Some(filled)
    }
}

impl Intent {
    /// What saying it does beside saying it.
    pub fn doing(self) -> Doing {
        match self {
            Intent::Programme => Doing::Invites,
            Intent::Surprise | Intent::MakeGood => Doing::Gives,
            _ => Doing::Speaks,
        }
    }

    /// What the facts rule out, whatever a phrase says of itself.
    fn fits(self, now: &Situation<'_>) -> bool {
        use Intent::*;
        let is = |fact| now.facts.contains(&fact);
        if now.shut.contains(&self) {
            return false;
        }
        match self {
            Place | AskAfter if is(Fact::Private) || now.matter == Some(Matter::Complaint) || now.matter == Some(Matter::Question) => false,
            Place => !is(Fact::Again),
            AskAfter => is(Fact::Note),
            Welcome => now.matter != Some(Matter::Complaint) && !is(Fact::Returning),
            WelcomeAgain => now.matter != Some(Matter::Complaint) && is(Fact::Returning),
            ThankFirst => is(Fact::First) && now.matter != Some(Matter::Complaint),
            ThankReturning => is(Fact::Returning) && !is(Fact::LongStanding) && now.matter != Some(Matter::Complaint),
            ThankLong => is(Fact::LongStanding),
            AskName => !now.blanks.iter().any(|(blank, _)| *blank == Blank::Customer),
            Apologise => matches!(now.matter, Some(Matter::Complaint | Matter::Problem)) || is(Fact::LongHold),
            MakeGood => now.matter == Some(Matter::Complaint),
            Advice | Verdict => !is(Fact::Unsolved),
            Programme | Surprise => !is(Fact::Unsolved) && now.matter != Some(Matter::Complaint),
            Premises => now.premises == self::Premises::Here,
            BackFromHold => now.back == Back::FromHold || now.stage == Stage::Hold,
            Waiting => false,
            Stay => is(Fact::Unsolved),
            _ => true,
        }
    }
}

/// The phrases that fit, in their order.
pub fn order(library: &[&Phrase], now: &Situation<'_>) -> Vec<Offer> {
    let mut fitting: Vec<(&Phrase, Offer)> = Vec::new();
    for phrase in library.iter().filter(|phrase| phrase.fits(now)) {
        if let Some(text) = phrase.fill(&now.blanks) {
            let offer = Offer { id: phrase.id.clone(), text, intent: phrase.intent, origin: phrase.origin, naming: phrase.naming() };
            fitting.push((phrase, offer));
        }
    }
    let mut ordered: Vec<Offer> = Vec::new();
    let said = |id: &String| now.said.contains(id) || now.stood.contains(id);
    let apologised = library.iter().any(|phrase| phrase.intent == Intent::Apologise && now.said.contains(&phrase.id));
    // An apology comes before all else until one was made, the company's own words included.
    if now.matter == Some(Matter::Complaint) && matches!(now.stage, Stage::Greeting | Stage::Understanding | Stage::Working) && !apologised
    {
        take_best(&mut fitting, &mut ordered, now, &|offer| offer.intent == Intent::Apologise);
    }
    while take_best(&mut fitting, &mut ordered, now, &|offer| offer.origin == Origin::Company && !said(&offer.id)) {}
    // In turns, so that three phrases are three kinds of help.
    let table = table(now);
    let intents: Vec<Intent> = table.iter().copied().chain(ALL_INTENTS.into_iter().filter(|intent| !table.contains(intent))).collect();
    loop {
        let before = ordered.len();
        for intent in &intents {
            take_best(&mut fitting, &mut ordered, now, &|offer| offer.intent == *intent && !said(&offer.id));
        }
        if ordered.len() == before {
            break;
        }
    }
    // What was said already, for those who ask for more and more.
    while take_best(&mut fitting, &mut ordered, now, &|_| true) {}
    ordered
}

/// Moves the best of those that `counts` over; whether there was one.
fn take_best(fitting: &mut Vec<(&Phrase, Offer)>, ordered: &mut Vec<Offer>, now: &Situation<'_>, counts: &dyn Fn(&Offer) -> bool) -> bool {
    // The name in every other sentence sounds like a friend, in every one like a script.
    let wanted = if now.name == Use::Enough || ordered.len() % 2 == 1 { Naming::Plain } else { Naming::Named };
    let count = fitting.len() as u32;
    let best = fitting.iter().enumerate().filter(|(_, (_, offer))| counts(offer)).min_by_key(|(at, (_, offer))| {
        let rating = now.ratings.iter().find(|(id, _)| *id == offer.id).map(|(_, rating)| *rating);
        let liking = match (rating, offer.origin) {
            (Some(Rating::Liked), _) => 0,
            (None, Origin::Company | Origin::Own) => 1,
            (None, Origin::Shipped) => 2,
            (Some(Rating::Disliked), _) => 3,
        };
        let turned = (*at as u32).wrapping_add(count - now.seed % count.max(1)) % count.max(1);
        let position = |list: &[String]| list.iter().position(|id| *id == offer.id).map_or(0, |at| at + 1);
        (position(now.said), position(now.stood), position(now.stale), liking == 3, offer.naming != wanted, liking, turned)
    });
    let Some((at, _)) = best else { return false };
    let (_, offer) = fitting.remove(at);
    ordered.push(offer);
    true
}

/// The intents that help, the most helpful first; the others follow in the order of [`ALL_INTENTS`].
fn table(now: &Situation<'_>) -> &'static [Intent] {
    use Intent::*;
    let unsolved = now.facts.contains(&Fact::Unsolved);
    match (now.stage, now.matter) {
        (_, _) if now.back == Back::FromHold => &[BackFromHold, Apologise, Explain, Own, Stay],
        (Stage::Greeting, _) if now.premises == self::Premises::Here => &[Premises, Introduce, Listen, WelcomeAgain, Welcome],
        (Stage::Greeting, Some(Matter::Complaint)) => &[Apologise, Own, Listen, Introduce, AskName, Unhurried, Effort],
        (Stage::Greeting, Some(Matter::Problem)) => &[AskName, Own, Introduce, Listen, Effort, WelcomeAgain, Welcome],
        (Stage::Greeting, Some(Matter::Question)) => &[AskName, WelcomeAgain, Welcome, Introduce, Clarify, Listen],
        (Stage::Greeting, None) => {
            &[AskName, WelcomeAgain, Welcome, Introduce, ThankLong, ThankFirst, Listen, HowAreYou, ThankReturning, AskAfter, Place]
        }
        (Stage::Understanding, Some(Matter::Complaint)) => &[Apologise, Listen, PlayBack, Own, Clarify, Unhurried],
        (Stage::Understanding, Some(Matter::Problem)) => &[PlayBack, Own, Clarify, Listen, Effort],
        (Stage::Understanding, Some(Matter::Question)) => &[Clarify, PlayBack, Explain, Listen],
        (Stage::Understanding, None) => &[Listen, PlayBack, Clarify, Own, Effort, Unhurried],
        (Stage::Working, Some(Matter::Complaint)) => &[Own, MakeGood, Decide, Explain, Stay, Line, Apologise],
        (Stage::Working, Some(Matter::Question)) => &[Explain, Decide, Clarify, Line, Effort],
        (Stage::Working, _) => &[Own, Explain, Decide, Effort, Stay, BeforeHold, Line],
        (Stage::Hold, _) => &[OnHold, BackFromHold, Apologise],
        (Stage::Resolving, Some(Matter::Complaint)) => &[MakeGood, Resolve, Apologise, Stay, Promise, Decide],
        (Stage::Resolving, _) if unsolved => &[Resolve, Stay, Promise, Line, Decide],
        (Stage::Resolving, _) => &[Resolve, Verdict, Advice, Promise, Surprise, Line],
        (Stage::Closing, _) if unsolved => &[Stay, Promise, Resolve, Line, Goodbye],
        (Stage::Closing, Some(Matter::Complaint)) => &[Verdict, Promise, Line, Goodbye, ThankLong, Advice],
        (Stage::Closing, _) => &[Verdict, Surprise, Advice, Programme, ThankLong, ThankFirst, ThankReturning, Line, Goodbye, Promise],
        (Stage::AfterCall, _) => &[AfterCall, Promise, ThankFirst, ThankLong, ThankReturning],
    }
}

/// For what no table names.
const ALL_INTENTS: [Intent; 36] = [
    Intent::Free,
    Intent::AskName,
    Intent::Own,
    Intent::Listen,
    Intent::PlayBack,
    Intent::Clarify,
    Intent::Explain,
    Intent::Decide,
    Intent::Effort,
    Intent::Line,
    Intent::Stay,
    Intent::Resolve,
    Intent::Promise,
    Intent::Unhurried,
    Intent::Introduce,
    Intent::WelcomeAgain,
    Intent::Welcome,
    Intent::HowAreYou,
    Intent::ThankLong,
    Intent::ThankFirst,
    Intent::ThankReturning,
    Intent::AskAfter,
    Intent::Place,
    Intent::Apologise,
    Intent::MakeGood,
    Intent::BeforeHold,
    Intent::OnHold,
    Intent::BackFromHold,
    Intent::Verdict,
    Intent::Advice,
    Intent::Programme,
    Intent::Surprise,
    Intent::Goodbye,
    Intent::AfterCall,
    Intent::Premises,
    Intent::Waiting,
];

fn word<T>(value: &Value, name: &str, read: fn(Option<&str>) -> Option<T>) -> Result<Option<T>, Flaw> {
    match value.text_of(name).filter(|word| !word.is_empty()) {
        Some(word) => read(Some(word)).map(Some).ok_or(Flaw::Word),
        None => Ok(None),
    }
}

fn facts(value: &Value, name: &str) -> Result<Vec<Fact>, Flaw> {
    let words = value.get(name).map(Value::texts).unwrap_or_default();
    words.iter().map(|word| Fact::read(Some(word)).ok_or(Flaw::Word)).collect()
}
