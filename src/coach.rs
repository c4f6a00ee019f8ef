//! What a conversation comes to by the agent's own doing: its stage, what it is about, what was said, what is noted. Facts alone, as `step`
//! keeps them; what is shown for them is made in [`crate::card`]. Must never know a phrase library, a setting or a place.
//!
//! Phrases must not change by themselves while somebody speaks (P14). So what they are chosen from is kept apart, as it was when the agent or the phone last
//! turned a page: the [`Basis`].

use crate::customer::{Customer, Detail, clean, clean_lines, clean_to};
use crate::focus::Browsing;
use crate::ids::{ConversationId, Millis, Moment, TabId};
use crate::keep::{self, keep_enum, keep_struct};
use crate::session::Phase;
use crate::signal::Channel;
use crate::value::{Value, names};

/// For so long after its beginning a conversation's card still follows what the tool comes to tell: names arrive up to two seconds after the media.
pub const SETTLES: Millis = Millis::seconds(3);
/// Longest notes pad, in characters.
pub const LONGEST_PAD: usize = 8_000;
/// Most phrases that are written down as said.
pub const MOST_SAID: usize = 60;

/// Where a conversation has got to; each has phrases of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Hello.
    Greeting,
    /// What it is about.
    Understanding,
    /// At it.
    Working,
    /// The customer waits.
    Hold,
    /// Whether it is solved.
    Resolving,
    /// Goodbye.
    Closing,
    /// They are gone; what is left to do.
    AfterCall,
}

/// What the customer came for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// To know something.
    Question,
    /// Something does not work.
    Problem,
    /// We did something wrong.
    Complaint,
}

/// The customer's own word on how it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Good.
    Good,
    /// In part.
    Mixed,
    /// Not good.
    Bad,
}

/// Whether the customer has what they came for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Solved {
    /// Not yet, or nobody has said so.
    #[default]
    Open,
    /// The agent says so.
    Solved,
}

/// Whether remarks on a customer's place and person are silenced, by the agent's own hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Privacy {
    /// As their tags say.
    #[default]
    AsTagged,
    /// Silenced.
    Private,
}

/// Whether the card shows no more than the phase, by the agent's own hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fold {
    /// It shows all.
    #[default]
    Open,
    /// The customer may be looking.
    Folded,
}

/// Whether a sentence carries the customer's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// It does.
    Named,
    /// It does not.
    Plain,
}

/// What saying a phrase does beside saying it, for what is remembered of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Nothing more.
    Speaks,
    /// It invites into the programme.
    Invites,
    /// It gives a small extra.
    Gives,
}

/// A phrase that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The phrase's id.
    pub id: String,
    /// As it was shown.
    pub text: String,
    /// When.
    pub at: Moment,
    /// Whether it named them.
    pub naming: Naming,
    /// What else it did.
    pub doing: Doing,
}

/// What is remembered of somebody from before, by a keyed hash of their number or address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Met {
    /// How many conversations before this one.
    pub times: u32,
    /// When the first one was.
    pub first: Moment,
    /// When the last one was.
    pub last: Moment,
    /// Phrases that stood first or were said, the latest last.
    pub said: Vec<String>,
    /// When they were last invited into the programme.
    pub invited: Option<Moment>,
    /// When they were last given a small extra.
    pub given: Option<Moment>,
    /// What the agent kept, if they did.
    pub kept: Option<Kept>,
}

/// A note on a customer that the agent chose to keep.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// What they like to be called.
    pub name: Option<String>,
    /// How to say it.
    pub sounds: Option<String>,
    /// What to ask after.
    pub note: Option<String>,
    /// When it was written.
    pub at: Moment,
}

/// What phrases are chosen from, as it was when a page was last turned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Basis {
    /// Who it was known to be, with what the agent had put right.
    pub customer: Customer,
    /// From before.
    pub met: Option<Met>,
    /// Phrases that had stood first by then.
    pub stood: Vec<String>,
    /// Phrases that were said by then.
    pub said: Vec<String>,
    /// How often they had been called by their name.
    pub named: u32,
    /// How often more was asked for in this stage.
    pub page: u32,
    /// How long the hold was that this stage follows.
    pub held: Option<Millis>,
}

/// Everything that the agent adds to a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Coach {
    /// Where it has got to.
    pub stage: Stage,
    /// What it is about; `None` until somebody says.
    pub matter: Option<Matter>,
    /// Whether it is done.
    pub solved: Solved,
    /// What phrases are chosen from; `None` while it follows what is known.
    pub basis: Option<Basis>,
    /// What was said, the earliest first; at most [`MOST_SAID`].
    pub said: Vec<Said>,
    /// Phrases that stood first in this conversation.
    pub firsts: Vec<String>,
    /// The notes pad; at most [`LONGEST_PAD`].
    pub pad: String,
    /// What the customer answered when asked for advice.
    pub advice: String,
    /// How it was for them.
    pub verdict: Option<Verdict>,
    /// Silenced by hand.
    pub privacy: Privacy,
    /// Folded by hand.
    pub fold: Fold,
    /// What the agent put right.
    pub by_hand: Customer,
    /// The language of this conversation's phrases, where it is another than usual.
    pub language: Option<String>,
    /// Since when the customer waits.
    pub held_since: Option<Moment>,
    /// From before.
    pub met: Option<Met>,
    /// Whom the memory was last asked about.
    pub recognised: Vec<String>,
    before_hold: Stage,
    held: Option<Millis>,
}

/// Something that the agent does on the card.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Goes to a stage.
    Stage(Stage),
    /// Says what it is about, or takes that back.
    Matter(Option<Matter>),
    /// Says whether it is done.
    Solved(Solved),
    /// Said a phrase; the moment is ours to fill in.
    Said(Said),
    /// Wants other phrases.
    More,
    /// This phrase stands first now: what a card reports, so that it does not stand first again for the next customer.
    Stood(String),
    /// Wrote on the pad; all of it.
    Pad(String),
    /// Wrote down the customer's advice; all of it.
    Advice(String),
    /// Notes the customer's verdict, or takes it back.
    Verdict(Option<Verdict>),
    /// Silences remarks, or no longer.
    Privacy(Privacy),
    /// Folds the card, or opens it.
    Fold(Fold),
    /// Puts a detail right; an empty text gives it back to the tool.
    Correct(Detail, Option<String>),
    /// Changes the language of this conversation's phrases.
    Language(Option<String>),
    /// Keeps a note on the customer, or forgets it.
    Keep(Option<Kept>),
    /// Is done with the card of a conversation that is over.
    Done,
}

/// A conversation as its card needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Which.
    pub id: ConversationId,
    /// Where it stands.
    pub phase: Phase,
    /// Voice or text.
    pub channel: Channel,
    /// Its tab, where it has one.
    pub tab: Option<TabId>,
    /// Where they are.
    pub meeting: Meeting,
    /// Who it is with, as the tool says.
    pub customer: Customer,
    /// What of that it said in words, and was not only read from its page.
    pub told: Customer,
    /// The agent's part.
    pub coach: Coach,
    /// Whether the customer may see the screen.
    pub screen: Screen,
    /// What kind of window it is in.
    pub browsing: Browsing,
    /// Phrases that stood first in the conversation before.
    pub last_firsts: Vec<String>,
}

/// How agent and customer meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    /// By a tool or a telephone.
    Remote,
    /// They stand before the agent.
    InPerson,
}

/// Whether a tool's page shares the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// It does not.
    Own,
    /// It does.
    Shared,
}

/// Whether a conversation is one for the insights; a practice is none, nor is what is done in a private window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// It is.
    Counted,
    /// It is not.
    Not,
}

/// What is left of a conversation that is over, for as long as there is something in its notes, or may still come to be: a pad is sent a moment
/// after the last letter.
#[derive(Debug, Clone, PartialEq)]
pub struct After {
    /// Which.
    pub id: ConversationId,
    /// Who it was.
    pub name: Option<String>,
    /// The notes pad.
    pub pad: String,
    /// The customer's advice.
    pub advice: String,
    /// Their verdict.
    pub verdict: Option<Verdict>,
    /// What was said.
    pub said: Vec<Said>,
    /// Whether a verdict counts.
    pub counting: Counting,
    /// When it is wiped.
    pub until: Moment,
}

names! {
    pub Stage {
        Greeting = "greeting", Understanding = "understanding", Working = "working", Hold = "hold", Resolving = "resolving", Closing = "closing",
        AfterCall = "afterCall"
    }
    pub Matter { Question = "question", Problem = "problem", Complaint = "complaint" }
    pub Verdict { Good = "good", Mixed = "mixed", Bad = "bad" }
    pub Solved { Open = "open", Solved = "solved" }
    pub Privacy { AsTagged = "asTagged", Private = "private" }
    pub Fold { Open = "open", Folded = "folded" }
    pub Naming { Named = "named", Plain = "plain" }
    pub Doing { Speaks = "speaks", Invites = "invites", Gives = "gives" }
}

impl Stage {
    /// All of them, in their order.
    pub const ALL: [Stage; 7] =
        [Stage::Greeting, Stage::Understanding, Stage::Working, Stage::Hold, Stage::Resolving, Stage::Closing, Stage::AfterCall];

    /// The one that one key leads to. Hold and after-call are the phone's to say.
    pub fn next(self) -> Stage {
        match self {
            Stage::Greeting => Stage::Understanding,
            Stage::Understanding | Stage::Hold => Stage::Working,
            Stage::Working => Stage::Resolving,
            Stage::Resolving | Stage::Closing => Stage::Closing,
            Stage::AfterCall => Stage::AfterCall,
        }
    }
}

impl Default for Coach {
    fn default() -> Coach {
        Coach {
            stage: Stage::Greeting,
            matter: None,
            solved: Solved::Open,
            basis: None,
            said: Vec::new(),
            firsts: Vec::new(),
            pad: String::new(),
            advice: String::new(),
            verdict: None,
            privacy: Privacy::AsTagged,
            fold: Fold::Open,
            by_hand: Customer::default(),
            language: None,
            held_since: None,
            met: None,
            recognised: Vec::new(),
            before_hold: Stage::Greeting,
            held: None,
        }
    }
}

impl Coach {
    /// Who it is, with what the agent put right.
    pub fn customer(&self, told: &Customer) -> Customer {
        let mut customer = told.clone();
        customer.learn(&self.by_hand);
        customer
    }

    /// Turns a page: from now on phrases are chosen from what is known now.
    pub fn turn(&mut self, told: &Customer) {
        self.basis = Some(self.as_it_is(told));
    }

    /// Follows what comes to be known, and nothing else: who it is, and what is remembered of them.
    pub fn follow(&mut self, told: &Customer) {
        let (customer, met) = (self.customer(told), self.met.clone());
        match &mut self.basis {
            Some(basis) => (basis.customer, basis.met) = (customer, met),
            None => self.turn(told),
        }
    }

    /// What phrases are chosen from.
    pub fn basis(&self, told: &Customer) -> Basis {
        self.basis.clone().unwrap_or_else(|| self.as_it_is(told))
    }

    /// The customer waits.
    pub fn hold(&mut self, told: &Customer, now: Moment) {
        if self.held_since.is_none() {
            self.held_since = Some(now);
            // Nobody says hello again to somebody who waited.
            match self.stage {
                Stage::Hold => {}
                Stage::Greeting => self.before_hold = Stage::Understanding,
                stage => self.before_hold = stage,
            }
            self.go(Stage::Hold, told);
        }
    }

    /// They no longer wait.
    pub fn resume(&mut self, told: &Customer, now: Moment) {
        if let Some(since) = self.held_since.take() {
            let back = if self.stage == Stage::Hold { self.before_hold } else { self.stage };
            self.stage = back;
            self.held = Some(now.since(since));
            self.turn(told);
        }
    }

    /// They are gone.
    pub fn end(&mut self, told: &Customer) {
        self.held_since = None;
        self.go(Stage::AfterCall, told);
    }

    /// They are back, as after a transfer.
    pub fn go_on(&mut self, told: &Customer) {
        if self.stage == Stage::AfterCall {
            self.go(Stage::Working, told);
        }
    }

    /// Takes a deed in; those about memory and the end are the session's.
    pub fn take(&mut self, deed: Deed, told: &Customer, now: Moment) {
        match deed {
            Deed::Stage(stage) => self.go(stage, told),
            Deed::Matter(matter) => {
                self.matter = matter;
                self.turn(told);
            }
            Deed::Solved(solved) => {
                self.solved = solved;
                self.turn(told);
            }
            Deed::Said(said) => {
                let (Some(id), Some(text)) = (clean_to(&said.id, LONGEST_ID), clean_to(&said.text, LONGEST_SAID)) else { return };
                let again = self.said.iter().any(|said| said.id == id && said.text == text);
                if !again && self.said.len() < MOST_SAID {
                    self.said.push(Said { id, text, at: now, ..said });
                }
            }
            Deed::More => {
                // From the same facts: what is behind the first three is asked for, not another first three.
                let mut basis = self.basis(told);
                basis.page += 1;
                self.basis = Some(basis);
            }
            Deed::Stood(id) => {
                if let Some(id) = clean_to(&id, LONGEST_ID)
                    && !self.firsts.contains(&id)
                    && self.firsts.len() < MOST_SAID
                {
                    self.firsts.push(id);
                }
            }
            Deed::Pad(text) => self.pad = clean_lines(&text, LONGEST_PAD),
            Deed::Advice(text) => self.advice = clean_lines(&text, LONGEST_ADVICE),
            Deed::Verdict(verdict) => {
                self.verdict = verdict;
                self.turn(told);
            }
            Deed::Privacy(privacy) => {
                self.privacy = privacy;
                self.turn(told);
            }
            Deed::Fold(fold) => self.fold = fold,
            Deed::Correct(detail, text) => {
                *detail.of(&mut self.by_hand) = text.as_deref().and_then(clean);
                self.turn(told);
            }
            Deed::Language(language) => {
                self.language = language.as_deref().and_then(|text| clean_to(text, 12));
                self.turn(told);
            }
            Deed::Keep(_) | Deed::Done => {}
        }
    }

    /// How often they have been called by their name.
    pub fn named(&self) -> u32 {
        self.said.iter().filter(|said| said.naming == Naming::Named).count() as u32
    }

    /// By what the memory knows them: their number's digits and their address.
    pub fn identities(&self, told: &Customer) -> Vec<String> {
        let who = self.customer(told);
        let digits = who.phone.map(|phone| phone.chars().filter(char::is_ascii_digit).collect::<String>());
        let digits = digits.map(|digits| digits.strip_prefix("00").map(str::to_owned).unwrap_or(digits)).filter(|digits| digits.len() >= 5);
        let address = who.email.map(|email| email.chars().map(crate::words::lower).collect::<String>());
        digits.into_iter().chain(address).collect()
    }

    fn go(&mut self, stage: Stage, told: &Customer) {
        if self.stage != stage {
            self.stage = stage;
            self.held = None;
            self.turn(told);
        }
    }

    fn as_it_is(&self, told: &Customer) -> Basis {
        let said = self.said.iter().map(|said| said.id.clone()).collect();
        Basis {
            customer: self.customer(told),
            met: self.met.clone(),
            stood: self.firsts.clone(),
            said,
            named: self.named(),
            page: 0,
            held: self.held,
        }
    }
}

/// Ids are ours or the agent's; no page has a say in them.
const LONGEST_ID: usize = 60;
const LONGEST_SAID: usize = 400;
const LONGEST_ADVICE: usize = 1_000;

impl Deed {
    /// Reads a deed: `{ "stage": "working" }`, `"more"`, `{ "said": { … } }`.
    pub fn read(value: &Value) -> Option<Deed> {
        let (kind, inner) = value.tagged()?;
        let text = || inner.text().unwrap_or_default().to_owned();
        let word = || inner.text().filter(|text| !text.is_empty());
        Some(match kind {
            "stage" => Deed::Stage(Stage::read(word())?),
            "matter" => Deed::Matter(Matter::read(word())),
            "solved" => Deed::Solved(Solved::read(word())?),
            "said" => {
                let part = |name| inner.text_of(name).map(str::to_owned);
                let (naming, doing) = (Naming::read(inner.text_of("naming"))?, Doing::read(inner.text_of("doing"))?);
                Deed::Said(Said { id: part("id")?, text: part("text")?, at: Moment::default(), naming, doing })
            }
            "more" => Deed::More,
            "stood" => Deed::Stood(text()),
            "pad" => Deed::Pad(text()),
            "advice" => Deed::Advice(text()),
            "verdict" => Deed::Verdict(Verdict::read(word())),
            "privacy" => Deed::Privacy(Privacy::read(word())?),
            "fold" => Deed::Fold(Fold::read(word())?),
            "correct" => Deed::Correct(Detail::read(inner.text_of("detail"))?, inner.text_of("text").map(str::to_owned)),
            "language" => Deed::Language(word().map(str::to_owned)),
            "keep" => Deed::Keep(Some(inner).filter(|inner| !inner.members().is_empty()).map(Kept::read)),
            "done" => Deed::Done,
            _ => return None,
        })
    }
}

impl Kept {
    /// Reads a note as [`Kept::write`] has it.
    pub fn read(value: &Value) -> Kept {
        let text = |name, longest| value.text_of(name).and_then(|text| clean_to(text, longest));
        Kept {
            name: text("name", 120),
            sounds: text("sounds", 120),
            note: text("note", 400),
            at: Moment::read(value, "at").unwrap_or_default(),
        }
    }

    /// As plain data, for storage.
    pub fn write(&self) -> Value {
        let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
        crate::object! { "name" => text(&self.name), "sounds" => text(&self.sounds), "note" => text(&self.note), "at" => self.at }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.name.is_none() && self.sounds.is_none() && self.note.is_none()
    }
}

impl After {
    /// Whether anything was noted.
    pub fn is_noted(&self) -> bool {
        !self.pad.trim().is_empty() || !self.advice.trim().is_empty()
    }

    /// Takes in what is still written down afterwards.
    pub fn take(&mut self, deed: Deed) {
        match deed {
            Deed::Pad(text) => self.pad = clean_lines(&text, LONGEST_PAD),
            Deed::Advice(text) => self.advice = clean_lines(&text, LONGEST_ADVICE),
            Deed::Verdict(verdict) => self.verdict = verdict,
            _ => {}
        }
    }
}

/// Longest list of phrases that is remembered of somebody.
const MOST_REMEMBERED: usize = 40;

impl Met {
    /// Reads what [`Met::write`] wrote; the note is kept elsewhere.
    pub fn read(value: &Value) -> Met {
        let moment = |name| Moment::read(value, name);
        Met {
            times: value.number_of("times").unwrap_or_default() as u32,
            first: moment("first").unwrap_or_default(),
            last: moment("last").unwrap_or_default(),
            said: value.get("said").map(Value::texts).unwrap_or_default(),
            invited: moment("invited"),
            given: moment("given"),
            kept: None,
        }
    }

    /// As plain data, for storage.
    pub fn write(&self) -> Value {
        let moment = |moment: Option<Moment>| moment.map_or(Value::Null, Value::from);
        crate::object! {
            "times" => f64::from(self.times), "first" => self.first, "last" => self.last, "said" => self.said.clone(),
            "invited" => moment(self.invited), "given" => moment(self.given),
        }
    }

    /// With one more conversation.
    pub fn and(mut self, coach: &Coach, now: Moment) -> Met {
        self.times += 1;
        if self.first == Moment::default() {
            self.first = now;
        }
        self.last = now;
        for said in &coach.said {
            match said.doing {
                Doing::Speaks => {}
                Doing::Invites => self.invited = Some(said.at),
                Doing::Gives => self.given = Some(said.at),
            }
        }
        for id in coach.firsts.iter().chain(coach.said.iter().map(|said| &said.id)) {
            self.said.retain(|one| one != id);
            self.said.push(id.clone());
        }
        let over = self.said.len().saturating_sub(MOST_REMEMBERED);
        self.said.drain(..over);
        self
    }
}

impl Facts {
    /// As text for storage, for this version alone.
    pub fn write(&self) -> String {
        keep::write(self)
    }

    /// What [`Facts::write`] wrote; `None` for anything else.
    pub fn read(text: &str) -> Option<Facts> {
        keep::read(text)
    }

    /// Who it is, with what the agent put right.
    pub fn customer(&self) -> Customer {
        self.coach.customer(&self.customer)
    }
}

keep_enum!(Stage { 0 = Greeting, 1 = Understanding, 2 = Working, 3 = Hold, 4 = Resolving, 5 = Closing, 6 = AfterCall });
keep_enum!(Matter { 0 = Question, 1 = Problem, 2 = Complaint });
keep_enum!(Verdict { 0 = Good, 1 = Mixed, 2 = Bad });
keep_enum!(Solved { 0 = Open, 1 = Solved });
keep_enum!(Privacy { 0 = AsTagged, 1 = Private });
keep_enum!(Fold { 0 = Open, 1 = Folded });
keep_enum!(Naming { 0 = Named, 1 = Plain });
keep_enum!(Doing { 0 = Speaks, 1 = Invites, 2 = Gives });
keep_enum!(Meeting { 0 = Remote, 1 = InPerson });
keep_enum!(Screen { 0 = Own, 1 = Shared });
keep_struct!(Said { id, text, at, naming, doing });
keep_struct!(Met { times, first, last, said, invited, given, kept });
keep_struct!(Kept { name, sounds, note, at });
keep_struct!(Basis { customer, met, stood, said, named, page, held });
keep_struct!(Coach {
    stage,
    matter,
    solved,
    basis,
    said,
    firsts,
    pad,
    advice,
    verdict,
    privacy,
    fold,
    by_hand,
    language,
    held_since,
    met,
    recognised,
    before_hold,
    held
});
keep_struct!(Facts { id, phase, channel, tab, meeting, customer, told, coach, screen, browsing, last_firsts });
keep_enum!(Counting { 0 = Counted, 1 = Not });
keep_struct!(After { id, name, pad, advice, verdict, said, counting, until });
