//! The card of the conversation in front: what is known of the customer, what is left unsaid about them, and the phrases for now. A pure function of
//! the conversation's facts, the settings, a phrase library, and what time it is there. Must never hold a sentence of the product's own.
//!
//! What may be offered follows the facts as they are, what is offered in which order those of the last turn of the page ([`crate::coach::Basis`]): a word that
//! must not be said any more is gone at once, and nothing else moves by itself.

use crate::coach::{Facts, Fold, Matter, Meeting, Met, Privacy, Screen, Solved, Stage, Verdict};
use crate::customer::{Customer, Detail, notes_for};
use crate::focus::Browsing;
use crate::guide::{Grant, Guide, Memory, Packs};
use crate::ids::{Millis, Moment};
use crate::phrase::{Address, Back, Blank, DayPart, Fact, Intent, Library, Offer, Phrase, Premises, SHOWN, Situation, Use, order};
use crate::places::{Hint, Places};
use crate::session::Phase;
use crate::signal::Channel;
use crate::value::names;

/// A hold is long from here on: then an apology for it fits.
pub const LONG_HOLD: Millis = Millis::minutes(2);
/// So often a conversation may carry the customer's name before phrases without it come first (P1).
pub const NAME_ENOUGH: u32 = 3;
/// As [`NAME_ENOUGH`], with a customer who is private.
pub const NAME_ENOUGH_PRIVATE: u32 = 1;
/// Somebody who was in touch so lately is here again about the same thing, more likely than not.
pub const AGAIN: Millis = Millis::minutes(7 * 24 * 60);
/// A customer gets a small extra once in so long.
pub const GIVEN: Millis = Millis::minutes(180 * 24 * 60);
/// Without a failure of ours, one conversation in so many may offer a small extra.
pub const SURPRISES: u32 = 5;
/// Somebody who has been for so long is long-standing.
pub const LONG_STANDING: Millis = Millis::minutes(2 * 365 * 24 * 60);
/// For so long the plan is shown when focus begins.
pub const PLAN_SHOWN: Millis = Millis::seconds(12);

/// Where somebody is, or may be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Whereabouts {
    /// Country, region and time zones.
    pub hint: Hint,
    /// How it is known.
    pub surety: Surety,
}

/// How a place is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Surety {
    /// The tool or the agent says so.
    Told,
    /// By the telephone number: people take those along.
    #[default]
    Hint,
}

impl Whereabouts {
    /// The zone whose clock is theirs, and how sure that is.
    pub fn zone(&self) -> Option<(&str, Surety)> {
        match (self.hint.zones.as_slice(), &self.hint.mostly) {
            ([one], _) => Some((one, self.surety)),
            (_, Some(mostly)) => Some((mostly, Surety::Hint)),
            _ => None,
        }
    }
}

/// What the clock says somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 is Sunday.
    pub weekday: u8,
    /// Minutes that it is ahead of the agent's.
    pub ahead: i32,
}

/// What the card is made of.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The conversation.
    pub facts: &'a Facts,
    /// The settings.
    pub guide: &'a Guide,
    /// The phrases of its language.
    pub library: &'a Library,
    /// Where the customer is.
    pub whereabouts: &'a Whereabouts,
    /// To know countries by their names.
    pub places: &'a Places,
    /// What time it is there, where there is one zone.
    pub there: Option<LocalTime>,
}

/// The card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// How much of it may be seen.
    pub folded: Folded,
    /// Their name to read; none where there is none that one would use.
    pub name: Option<String>,
    /// What to call them; none for a company or a name that is none.
    pub spoken: Option<String>,
    /// Why nothing is said about place and person.
    pub openness: Openness,
    /// How long they have been known.
    pub acquaintance: Acquaintance,
    /// They were in touch within the last days.
    pub again: bool,
    /// All that is known, with where it comes from.
    pub rows: Vec<Row>,
    /// Where they are, as one says it.
    pub place: PlaceLine,
    /// What time it is there.
    pub time: Option<TimeThere>,
    /// What to know of that place.
    pub notes: Vec<String>,
    /// What the agent kept on them; without what is personal where remarks are silenced.
    pub kept: Option<crate::coach::Kept>,
    /// One quiet line of advice.
    pub advice: Option<Advice>,
    /// The phrases for now.
    pub phrases: Vec<Offer>,
    /// Whether there are more.
    pub more: bool,
    /// When to remind of a customer on hold.
    pub hold_due: Option<Moment>,
    /// Whether asking for advice is in place, and its field.
    pub asks_advice: bool,
}

/// How much of the card may be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folded {
    /// All.
    Open,
    /// The agent folded it.
    ByHand,
    /// The tool's page shares the screen.
    Shared,
}

/// Whether remarks on place and person are in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Openness {
    /// They are.
    Open,
    /// The agent silenced them.
    ByHand,
    /// This tag did.
    ByTag(String),
    /// IT did, for everybody.
    ByPolicy,
}

/// How long a customer has been known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acquaintance {
    /// Nothing says.
    Unknown,
    /// This is the first contact.
    First,
    /// They were here before.
    Returning,
    /// For years.
    LongStanding,
}

/// A detail and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub detail: Detail,
    /// As it is shown.
    pub text: String,
    /// Who says so.
    pub by: Knower,
}

/// Who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knower {
    /// The agent.
    Agent,
    /// The tool, in words.
    Tool,
    /// It stands on the tool's page.
    Page,
}

/// Where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceLine {
    /// Nobody knows.
    Unknown,
    /// As told.
    Told(String),
    /// By the number: country code and region.
    Hint(Option<String>, Option<String>),
}

/// What time it is where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeThere {
    /// The clock.
    pub clock: LocalTime,
    /// Morning, afternoon, evening or night.
    pub part: DayPart,
    /// Whether it is week-end there.
    pub weekend: bool,
    /// How the place is known.
    pub surety: Surety,
}

/// One quiet line of advice; the locale has `advice_` and this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Ask for their name.
    AskName,
    /// The name was used enough.
    NameEnough,
    /// Play back what you heard before you solve it.
    PlayBack,
    /// It is not solved yet.
    StillOpen,
}

names! {
    pub Folded { Open = "open", ByHand = "byHand", Shared = "shared" }
    pub Acquaintance { Unknown = "unknown", First = "first", Returning = "returning", LongStanding = "longStanding" }
    pub Knower { Agent = "agent", Tool = "tool", Page = "page" }
    pub Advice { AskName = "askName", NameEnough = "nameEnough", PlayBack = "playBack", StillOpen = "stillOpen" }
}

/// Where a customer is: by what the tool or the agent says, else by the number.
pub fn whereabouts(customer: &Customer, places: &Places) -> Whereabouts {
    let place = &customer.place;
    if place.country.is_some() || place.region.is_some() || place.city.is_some() || place.written.is_some() {
        let by_name = places.by_name(place.country.as_deref().or(place.written.as_deref()), place.region.as_deref(), place.city.as_deref());
        return Whereabouts { hint: by_name.unwrap_or_default(), surety: Surety::Told };
    }
    let by_phone = customer.phone.as_deref().and_then(|phone| places.by_phone(phone));
    Whereabouts { hint: by_phone.unwrap_or_default(), surety: Surety::Hint }
}

/// Makes the card.
pub fn card(sources: Sources<'_>) -> Card {
    let Sources { facts, guide, whereabouts, there, .. } = sources;
    let customer = facts.customer();
    let openness = openness(facts, guide, &customer);
    let met = facts.coach.met.as_ref();
    let kept = met
        .and_then(|met| met.kept.clone())
        .map(|kept| if openness == Openness::Open { kept } else { crate::coach::Kept { note: None, ..kept } });
    let name = Called::of(&customer, met);
    let time = there.map(|clock| {
        let country = whereabouts.hint.country.as_ref().map(|code| code.as_str());
        let surety = whereabouts.zone().map_or(whereabouts.surety, |(_, surety)| surety);
        TimeThere { clock, part: DayPart::at(clock.hour), weekend: is_weekend(clock.weekday, country), surety }
    });
    let told = customer.place.spoken();
    let place = match (told, whereabouts.surety) {
        (Some(place), _) => PlaceLine::Told(place),
        (None, Surety::Hint) if whereabouts.hint.country.is_some() => {
            PlaceLine::Hint(whereabouts.hint.country.as_ref().map(|code| code.as_str().to_owned()), whereabouts.hint.region.clone())
        }
        _ => PlaceLine::Unknown,
    };
    let notes = if openness == Openness::Open { notes(&customer, &sources) } else { Vec::new() };
    let began = facts.began();
    let (phrases, more) = phrases(&sources, &openness, time);
    let stage = facts.coach.stage;
    let named = facts.coach.named();
    let enough = name_enough(&openness);
    let unsolved = facts.coach.solved == Solved::Open;
    let advice = match stage {
        Stage::AfterCall | Stage::Closing if unsolved && facts.was_answered() => Some(Advice::StillOpen),
        _ if facts.coach.fold == Fold::Folded => None,
        Stage::Greeting if name.spoken.is_none() => Some(Advice::AskName),
        Stage::Understanding => Some(Advice::PlayBack),
        _ if named >= enough => Some(Advice::NameEnough),
        _ => None,
    };
    Card {
        folded: match (facts.screen, facts.coach.fold) {
            (Screen::Shared, _) => Folded::Shared,
            (_, Fold::Folded) => Folded::ByHand,
            _ => Folded::Open,
        },
        name: name.shown,
        spoken: name.spoken,
        acquaintance: acquaintance(&customer, met, began),
        again: met.is_some_and(|met| is_again(met, began)),
        rows: rows(facts, &customer),
        place,
        time,
        notes,
        kept,
        advice,
        phrases,
        more,
        hold_due: facts.coach.held_since.zip(guide.hold_reminder).map(|(since, length)| since + length),
        asks_advice: !unsolved && matches!(stage, Stage::Resolving | Stage::Closing | Stage::AfterCall),
        openness,
    }
}

/// The words for another customer who waits, in their chat: "with you shortly" (P11).
pub fn acknowledgement(library: &Library, guide: &Guide) -> Option<Offer> {
    let mut blanks = Vec::new();
    if let Some(name) = &guide.agent.name {
        blanks.push((Blank::Agent, name.clone()));
    }
    let fits = |phrase: &&&Phrase| phrase.intent == Intent::Waiting && phrase.suits(Channel::Chat, guide.address);
    let all = all_phrases(library, guide);
    all.iter().filter(fits).find_map(|phrase| {
        let text = phrase.fill(&blanks)?;
        Some(Offer { id: phrase.id.clone(), text, intent: Intent::Waiting, origin: phrase.origin, naming: phrase.naming() })
    })
}

fn notes(customer: &Customer, sources: &Sources<'_>) -> Vec<String> {
    let hint = &sources.whereabouts.hint;
    let mut place = customer.place.clone();
    place.region = place.region.or_else(|| hint.region.clone());
    let is_country = |written: &str| {
        let meant = sources.places.country(written);
        meant.is_some() && meant == hint.country
    };
    notes_for(&place, &sources.guide.place_notes, &is_country)
}

/// How to read and how to say a customer's name.
struct Called {
    shown: Option<String>,
    spoken: Option<String>,
}

impl Called {
    /// What the agent kept ("likes to be called") before what the tool says.
    fn of(customer: &Customer, met: Option<&Met>) -> Called {
        let name = customer.called();
        let liked = met.and_then(|met| met.kept.as_ref()).and_then(|kept| kept.name.clone());
        let shown = name.shown().map(str::to_owned).or_else(|| liked.clone());
        Called { shown, spoken: liked.or_else(|| name.spoken()) }
    }
}

fn phrases(sources: &Sources<'_>, openness: &Openness, time: Option<TimeThere>) -> (Vec<Offer>, bool) {
    let Sources { facts, guide, library, .. } = *sources;
    let coach = &facts.coach;
    let basis = coach.basis(&facts.customer);
    let met = basis.met.as_ref();
    let began = facts.began();
    let seed = facts.id.0;
    let private = *openness != Openness::Open;
    let solved = coach.solved == Solved::Solved;

    let mut facts_now = Vec::new();
    let mut note = |fact, so| {
        if so {
            facts_now.push(fact);
        }
    };
    let known = acquaintance(&basis.customer, met, began);
    note(Fact::Private, private);
    note(Fact::Question, coach.matter == Some(Matter::Question));
    note(Fact::Problem, coach.matter == Some(Matter::Problem));
    note(Fact::Complaint, coach.matter == Some(Matter::Complaint));
    note(Fact::LongHold, basis.held.is_some_and(|held| held >= LONG_HOLD));
    note(Fact::First, known == Acquaintance::First);
    note(Fact::Returning, matches!(known, Acquaintance::Returning | Acquaintance::LongStanding));
    note(Fact::LongStanding, known == Acquaintance::LongStanding);
    note(Fact::Again, met.is_some_and(|met| is_again(met, began)));
    note(Fact::Weekend, time.is_some_and(|time| time.weekend && time.surety == Surety::Told));
    note(Fact::Note, met.and_then(|met| met.kept.as_ref()).is_some_and(|kept| kept.note.is_some()));
    note(Fact::Unsolved, !solved);

    let mut blanks: Vec<(Blank, String)> = Vec::new();
    let mut fill = |blank, text: Option<&str>| {
        if let Some(text) = text {
            blanks.push((blank, text.to_owned()));
        }
    };
    let said_once = |grants: &[Grant]| grants.get(seed as usize % grants.len().max(1)).map(|grant| grant.what.clone());
    fill(Blank::Customer, Called::of(&basis.customer, met).spoken.as_deref());
    fill(Blank::Agent, guide.agent.name.as_deref());
    fill(Blank::Line, guide.agent.line.as_deref());
    if !private {
        fill(Blank::Place, basis.customer.place.city.as_deref());
    }
    let told = time.filter(|time| time.surety == Surety::Told);
    fill(Blank::DayPart, told.and_then(|time| library.day_parts.words(time.part)));
    fill(Blank::Company, basis.customer.company.as_deref());
    fill(Blank::Subject, basis.customer.subject.as_deref());
    fill(Blank::Extra, said_once(&guide.extras).as_deref());
    fill(Blank::Allowance, said_once(&guide.allowances).as_deref());
    fill(Blank::Programme, guide.programme.as_ref().map(|programme| programme.name.as_str()));

    let mut shut = Vec::new();
    // A name that came after the page was turned: to ask for it now would show that nobody looks.
    if Called::of(&facts.customer(), coach.met.as_ref()).spoken.is_some() {
        shut.push(Intent::AskName);
    }
    let last = |moment: Option<Moment>| moment.map(|moment| began.since(moment));
    let bad = matches!(coach.verdict, Some(Verdict::Bad | Verdict::Mixed));
    let every = guide.programme.as_ref().map_or(Millis(0), |programme| Millis::minutes(u64::from(programme.every_days) * 24 * 60));
    let invited = last(met.and_then(|met| met.invited)).is_some_and(|ago| ago < every);
    let doing = |doing| coach.said.iter().any(|said| said.doing == doing);
    if bad || invited || doing(crate::coach::Doing::Invites) {
        shut.push(Intent::Programme);
    }
    let given = last(met.and_then(|met| met.given)).is_some_and(|ago| ago < GIVEN) || doing(crate::coach::Doing::Gives);
    let our_failure = matches!(coach.matter, Some(Matter::Problem | Matter::Complaint));
    if given || !(our_failure || seed % SURPRISES == 0) {
        shut.push(Intent::Surprise);
    }
    if doing(crate::coach::Doing::Gives) {
        shut.push(Intent::MakeGood);
    }
    if bad {
        shut.push(Intent::Advice);
    }
    if coach.verdict.is_some() {
        shut.push(Intent::Verdict);
    }

    let mut stale = met.map(|met| met.said.clone()).unwrap_or_default();
    stale.extend(facts.last_firsts.iter().cloned());
    let situation = Situation {
        stage: coach.stage,
        matter: coach.matter,
        channel: facts.channel,
        address: guide.address,
        facts: facts_now,
        blanks,
        premises: if facts.meeting == Meeting::InPerson { Premises::Here } else { Premises::Away },
        back: if basis.held.is_some() { Back::FromHold } else { Back::No },
        shut,
        stood: &basis.stood,
        said: &basis.said,
        stale: &stale,
        ratings: &guide.ratings,
        hidden: &guide.hidden,
        name: if basis.named >= name_enough(openness) { Use::Enough } else { Use::Free },
        seed,
    };
    let mut all = order(&all_phrases(library, guide), &situation);
    let more = all.len() > SHOWN;
    let pages = all.len().div_ceil(SHOWN).max(1);
    let from = (basis.page as usize % pages) * SHOWN;
    all.drain(..from.min(all.len()));
    all.truncate(SHOWN);
    (all, more)
}

/// The phrases that count: the company's and the agent's own, then ours.
pub fn all_phrases<'a>(library: &'a Library, guide: &'a Guide) -> Vec<&'a Phrase> {
    use crate::phrase::Origin;
    // One of the agent's own with a shipped one's id stands in its place: that is how an edited phrase is kept.
    let is_edited = |phrase: &&Phrase| guide.own.iter().any(|own| own.id == phrase.id);
    let own = guide.own.iter().filter(|phrase| guide.packs != Packs::Company || phrase.origin == Origin::Company);
    let shipped = library.phrases.iter().filter(|phrase| guide.packs == Packs::All && !is_edited(phrase));
    own.chain(shipped).collect()
}

fn name_enough(openness: &Openness) -> u32 {
    if *openness == Openness::Open { NAME_ENOUGH } else { NAME_ENOUGH_PRIVATE }
}

fn openness(facts: &Facts, guide: &Guide, customer: &Customer) -> Openness {
    if facts.coach.privacy == Privacy::Private {
        return Openness::ByHand;
    }
    let tags: Vec<String> = customer.tags.iter().chain(&customer.plan).cloned().collect();
    match guide.private_words.found_in(&tags) {
        None => Openness::Open,
        Some("") => Openness::ByPolicy,
        Some(tag) => Openness::ByTag(tag.to_owned()),
    }
}

/// From the tool's own words before the memory's, which knows no more than since it was switched on: it can't say that somebody is here for the first time.
fn acquaintance(customer: &Customer, met: Option<&Met>, now: Moment) -> Acquaintance {
    let lines = || customer.tags.iter().chain(&customer.plan);
    let year = 1970 + (now.0 / 31_556_952_000) as u32;
    if lines().any(|line| since_year(line).is_some_and(|since| since + 2 <= year)) {
        return Acquaintance::LongStanding;
    }
    let has = |marks: &[&[&str]]| {
        lines().any(|line| {
            let words = crate::words::words(line);
            marks.iter().any(|mark| words.windows(mark.len()).any(|part| part.iter().zip(*mark).all(|(one, other)| one == other)))
        })
    };
    if has(LONG_MARKS) {
        return Acquaintance::LongStanding;
    }
    if has(FIRST_MARKS) {
        return Acquaintance::First;
    }
    match met {
        Some(met) if met.times > 0 && now.since(met.first) >= LONG_STANDING => Acquaintance::LongStanding,
        Some(met) if met.times > 0 => Acquaintance::Returning,
        _ if !customer.history.is_empty() => Acquaintance::Returning,
        _ => Acquaintance::Unknown,
    }
}

/// What tools' tags call a new customer, in the languages of our phrases.
const FIRST_MARKS: &[&[&str]] = &[
    &["new", "customer"],
    &["first", "contact"],
    &["first", "time"],
    &["neukunde"],
    &["erstkontakt"],
    &["cliente", "nuevo"],
    &["nuevo", "cliente"],
    &["nouveau", "client"],
    &["novo", "cliente"],
    &["cliente", "novo"],
];

/// What they call one of many years.
const LONG_MARKS: &[&[&str]] = &[
    &["long", "standing"],
    &["loyal"],
    &["stammkunde"],
    &["cliente", "fiel"],
    &["client", "fidèle"],
    &["cliente", "antiguo"],
    &["cliente", "antigo"],
];

/// "Customer since 2014" in a tag.
fn since_year(line: &str) -> Option<u32> {
    let words = crate::words::words(line);
    let at = words.iter().position(|word| matches!(word.as_str(), "since" | "seit" | "desde" | "depuis"))?;
    words.get(at + 1..)?.iter().find_map(|word| word.parse().ok().filter(|year| (1900..2200).contains(year)))
}

fn is_again(met: &Met, now: Moment) -> bool {
    met.times > 0 && now.since(met.last) < AGAIN
}

fn rows(facts: &Facts, customer: &Customer) -> Vec<Row> {
    let (mut all, mut by_hand, mut told) = (customer.clone(), facts.coach.by_hand.clone(), facts.told.clone());
    let mut rows = Vec::new();
    for detail in Detail::ALL {
        let Some(text) = detail.of(&mut all).clone() else { continue };
        let by = match (detail.of(&mut by_hand), detail.of(&mut told)) {
            (Some(_), _) => Knower::Agent,
            (None, Some(told)) if *told == text => Knower::Tool,
            _ => Knower::Page,
        };
        rows.push(Row { detail, text, by });
    }
    rows
}

/// Where the week ends on another day than Saturday and Sunday, by the CLDR's `weekData` (version 48).
fn is_weekend(weekday: u8, country: Option<&str>) -> bool {
    let days: &[u8] = match country {
        Some("BH" | "DZ" | "EG" | "IL" | "IQ" | "JO" | "KW" | "LY" | "OM" | "QA" | "SA" | "SD" | "SY" | "YE") => &[5, 6],
        Some("AF") => &[4, 5],
        Some("IR") => &[5],
        Some("IN" | "UG") => &[0],
        _ => &[6, 0],
    };
    days.contains(&weekday)
}

impl Facts {
    /// When it began, or began to ring.
    pub fn began(&self) -> Moment {
        match self.phase {
            Phase::Ringing { since } => since,
            Phase::Active { began } | Phase::Hold { began } | Phase::WrapUp { began, .. } => began,
        }
    }

    /// Whether they talked, as far as the card knows: a ring that nobody took has nothing to be solved.
    fn was_answered(&self) -> bool {
        self.coach.basis.is_some()
    }
}

impl Phrase {
    fn suits(&self, channel: Channel, address: Address) -> bool {
        self.channel().is_none_or(|one| one == channel) && self.address().is_none_or(|one| one == address)
    }
}

impl Guide {
    /// Whether a note on this customer may be kept: the memory is on, there is something to know them by, and it is in no private window.
    pub fn may_keep(&self, facts: &Facts) -> bool {
        self.memory == Memory::On && facts.browsing == Browsing::Usual && !facts.coach.identities(&facts.customer).is_empty()
    }
}
