//! Signals into evidence: what each frame last reported, how long that must last before it counts, and how long silence is
//! borne. Must never know what is held because of it.
//!
//! The figures: media must flow for [`RISE`] after three growing looks, so that an echo test's blip starts nothing and a real
//! answer still counts within four seconds; a lost link is borne for [`LOST`], longer than ICE takes to mend; a source that
//! falls silent for [`SILENT`] is asked once and forgotten [`ANSWER`] later, so that a crashed page can't hold for hours.

use crate::customer::Customer;
use crate::ids::{FrameId, Millis, Moment, TabId, WindowId, earliest};
use crate::keep::{keep_enum, keep_struct};
use crate::signal::{Channel, Inbound, Link, Microphone, Origin, Peers, Saying, Sender, Signal, Word};

/// How long media must flow before it is a conversation.
pub const RISE: Millis = Millis(1500);
/// How long a link may be lost before the conversation is over.
pub const LOST: Millis = Millis::seconds(12);
/// How long a peer connection may try before it is no longer taken for a call about to begin.
pub const TRIES: Millis = Millis::seconds(90);
/// How long it may ring; a tool that never says "ended" must not ring all day.
pub const RINGS: Millis = Millis::seconds(120);
/// How long a source may be silent; content.js repeats itself every 20 s.
pub const SILENT: Millis = Millis::seconds(60);
/// How long it has to answer when asked.
pub const ANSWER: Millis = Millis::seconds(10);

/// Everything heard and not yet forgotten. Bounded by [`MOST_SOURCES`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ear {
    sources: Vec<Source>,
}

/// More frames than any tool has; a page that makes frames without end gets no further.
pub const MOST_SOURCES: usize = 64;

/// What a tab's sources come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Where.
    pub tab: TabId,
    /// Its window.
    pub window: WindowId,
    /// How it stands.
    pub stand: Stand,
    /// The tool's own words on it, if it has any.
    pub saying: Option<Saying>,
}

/// How a conversation stands, all sources taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// About to begin.
    Ringing,
    /// On.
    On,
    /// On, and the customer waits.
    Hold,
    /// Over, by the tool's own word.
    Ended,
}

#[derive(Debug, Clone, PartialEq)]
struct Source {
    tab: TabId,
    frame: FrameId,
    window: WindowId,
    origin: String,
    heard: Moment,
    asked: Option<Moment>,
    report: Report,
}

#[derive(Debug, Clone, PartialEq)]
enum Report {
    Peers(Talk),
    Said(Said),
}

#[derive(Debug, Clone, PartialEq)]
struct Said {
    word: SaidWord,
    since: Moment,
    conversation: Option<String>,
    channel: Channel,
    customer: Customer,
}

/// A tool's word, and what became of a ring that the media answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SaidWord {
    Now(Word),
    /// The tool said "ringing" and then left it to the media.
    Answered,
}

/// ```text
///             mic, not connected            audio flows          RISE
///  (nothing) ────────────────────► Trying ─────────────► Flowing ─────► On ◄──► Still (hold)
///      ▲                             │ TRIES         ▲                  │ link lost │
///      │                             └──► Standing ──┘                  ▼           │
///      │◄─────────────────────── LOST ──────────────────────────────── Lost ◄───────┘
///      └◄──────────────── closed, from anywhere
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Talk {
    Trying {
        since: Moment,
    },
    /// Open all shift without audio, as some contact centres keep it; no evidence of anything.
    Standing,
    Flowing {
        since: Moment,
    },
    On,
    Still,
    Lost {
        since: Moment,
        was: Was,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Was {
    On,
    Still,
}

/// A source that has to be asked whether it is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Its tab.
    pub tab: TabId,
    /// Its frame.
    pub frame: FrameId,
}

impl Ear {
    /// Takes a report in. The caller has checked that the sender is a tool.
    pub fn hear(&mut self, sender: &Sender, signal: &Signal, now: Moment) {
        let (Origin::Own(origin) | Origin::Ancestor(origin)) = &sender.origin;
        match signal {
            Signal::Peers(peers) => {
                let before = self.take(sender, |report| matches!(report, Report::Peers(_)));
                let talk = match before {
                    Some(Report::Peers(talk)) => Some(talk),
                    _ => None,
                };
                if let Some(talk) = next(talk, peers, now) {
                    self.put(sender, origin, now, Report::Peers(talk));
                }
            }
            Signal::Said(detail) | Signal::SaidAgain(detail) => {
                let Origin::Own(_) = sender.origin else { return };
                let Some(saying) = Saying::read(detail) else { return };
                let again = matches!(signal, Signal::SaidAgain(_));
                let before = self.take(sender, |report| matches!(report, Report::Said(_)));
                let said = match before {
                    // A sign of life says nothing new.
                    Some(Report::Said(said)) if again => said,
                    Some(Report::Said(said)) => said.then(saying, now),
                    // Forgotten since: a conversation that is on still is; a ring that was answered or given up does not ring again.
                    _ if again && !matches!(saying.word, Word::Active | Word::Hold) => return,
                    _ => Said::first(saying, now),
                };
                self.put(sender, origin, now, Report::Said(said));
            }
        }
    }

    /// Lets time pass: what was long enough counts, what was silent too long is asked or forgotten.
    pub fn settle(&mut self, now: Moment) -> Vec<Question> {
        let mut questions = Vec::new();
        self.sources.retain_mut(|source| {
            if source.expired(now) {
                return false;
            }
            match source.report {
                Report::Peers(Talk::Flowing { since }) if now.since(since) >= RISE => source.report = Report::Peers(Talk::On),
                Report::Peers(Talk::Trying { since }) if now.since(since) >= TRIES => source.report = Report::Peers(Talk::Standing),
                _ => {}
            }
            match source.asked {
                // Holds nothing, so its silence is no news.
                _ if source.is_standing() => true,
                Some(asked) => now.since(asked) < ANSWER,
                None => {
                    if now.since(source.heard) >= SILENT {
                        source.asked = Some(now);
                        questions.push(Question { tab: source.tab, frame: source.frame });
                    }
                    true
                }
            }
        });
        self.answer_rings();
        questions
    }

    /// When [`Ear::settle`] has something to do next, if nothing is heard until then.
    pub fn deadline(&self) -> Option<Moment> {
        self.sources.iter().filter(|source| !source.is_standing()).map(Source::deadline).min()
    }

    /// What the tabs' sources come to, a tab each.
    pub fn evidence(&self) -> Vec<Evidence> {
        let mut all: Vec<Evidence> = Vec::new();
        for source in &self.sources {
            if all.iter().any(|evidence| evidence.tab == source.tab) {
                continue;
            }
            let of_tab = self.sources.iter().filter(|other| other.tab == source.tab);
            let said = of_tab.clone().filter_map(|source| source.said()).max_by_key(|said| said.since);
            let talk = of_tab.filter_map(|source| source.talk()).max_by_key(|talk| rank(*talk));
            if let Some(stand) = stand(said, talk) {
                all.push(Evidence { tab: source.tab, window: source.window, stand, saying: said.map(Said::saying) });
            }
        }
        all
    }

    /// The tab is gone.
    pub fn forget_tab(&mut self, tab: TabId) {
        self.sources.retain(|source| source.tab != tab);
    }

    /// The frame has another document now; a page's takes all its frames along.
    pub fn forget_frame(&mut self, tab: TabId, frame: FrameId) {
        self.sources.retain(|source| source.tab != tab || (frame != FrameId::TOP && source.frame != frame));
    }

    /// The tab has another id now.
    pub fn rename_tab(&mut self, old: TabId, new: TabId) {
        if old == new {
            return;
        }
        self.forget_tab(new);
        for source in &mut self.sources {
            if source.tab == old {
                source.tab = new;
            }
        }
    }

    /// Drops what is no longer a tool's.
    pub fn keep_origins(&mut self, is_tool: impl Fn(&str) -> bool) {
        self.sources.retain(|source| is_tool(&source.origin));
    }

    /// Once it has been acted on, "ended" is remembered only as long as media goes on, which must not begin the conversation anew.
    pub fn forget_ended(&mut self) {
        let open: Vec<TabId> = self.sources.iter().filter(|source| source.talk().is_some()).map(|source| source.tab).collect();
        let ended = |said: &Said| said.word == SaidWord::Now(Word::Ended);
        self.sources.retain(|source| open.contains(&source.tab) || !source.said().is_some_and(ended));
    }

    /// Whether nothing is on or might be about to. Connections that stand open all shift are remembered, or each new report of one
    /// would be taken for a call that begins; they wake nobody.
    pub fn is_quiet(&self) -> bool {
        self.sources.iter().all(Source::is_standing)
    }

    fn take(&mut self, sender: &Sender, wanted: impl Fn(&Report) -> bool) -> Option<Report> {
        let at =
            self.sources.iter().position(|source| source.tab == sender.tab && source.frame == sender.frame && wanted(&source.report))?;
        Some(self.sources.swap_remove(at).report)
    }

    fn put(&mut self, sender: &Sender, origin: &str, heard: Moment, report: Report) {
        if self.sources.len() == MOST_SOURCES
            && let Some(at) = self.sources.iter().position(Source::is_standing)
        {
            self.sources.swap_remove(at);
        }
        if self.sources.len() < MOST_SOURCES {
            let Sender { tab, frame, window, .. } = *sender;
            self.sources.push(Source { tab, frame, window, origin: origin.to_owned(), heard, asked: None, report });
        }
    }

    /// A ring whose media began is answered; an answered one whose media ended is over.
    fn answer_rings(&mut self) {
        let talking: Vec<TabId> =
            self.sources.iter().filter(|source| source.talk().is_some_and(is_conversation)).map(|source| source.tab).collect();
        self.sources.retain_mut(|source| {
            let on = talking.contains(&source.tab);
            match &mut source.report {
                Report::Said(said) if said.word == SaidWord::Now(Word::Ringing) && on => said.word = SaidWord::Answered,
                Report::Said(said) if said.word == SaidWord::Answered && !on => return false,
                _ => {}
            }
            true
        });
    }
}

impl Source {
    fn said(&self) -> Option<&Said> {
        match &self.report {
            Report::Said(said) => Some(said),
            Report::Peers(_) => None,
        }
    }

    fn talk(&self) -> Option<Talk> {
        match self.report {
            Report::Peers(talk) => Some(talk),
            Report::Said(_) => None,
        }
    }

    fn is_standing(&self) -> bool {
        self.talk() == Some(Talk::Standing)
    }

    fn expires(&self) -> Option<Moment> {
        match &self.report {
            Report::Peers(Talk::Lost { since, .. }) => Some(*since + LOST),
            Report::Said(Said { word: SaidWord::Now(Word::Ringing), since, .. }) => Some(*since + RINGS),
            _ => None,
        }
    }

    fn expired(&self, now: Moment) -> bool {
        self.expires().is_some_and(|end| now >= end)
    }

    fn deadline(&self) -> Moment {
        let liveness = self.asked.map_or(self.heard + SILENT, |asked| asked + ANSWER);
        let rise = match self.report {
            Report::Peers(Talk::Flowing { since }) => Some(since + RISE),
            Report::Peers(Talk::Trying { since }) => Some(since + TRIES),
            _ => None,
        };
        earliest(self.expires(), rise).map_or(liveness, |end| end.min(liveness))
    }
}

impl Said {
    fn first(saying: Saying, now: Moment) -> Said {
        let Saying { word, conversation, channel, customer } = saying;
        Said { word: SaidWord::Now(word), since: now, conversation, channel, customer }
    }

    /// A page that repeats itself keeps its `since`; one that names the customer later is believed then.
    fn then(mut self, saying: Saying, now: Moment) -> Said {
        let other = saying.conversation.is_some() && saying.conversation != self.conversation;
        let again = self.word == SaidWord::Now(Word::Ended) && saying.word != Word::Ended;
        if other || again {
            // A ring while another conversation is on waits its turn, and may end before it came.
            let engaged = matches!(self.word, SaidWord::Now(Word::Active | Word::Hold) | SaidWord::Answered);
            let aside = matches!(saying.word, Word::Ringing | Word::Ended);
            return if engaged && aside { self } else { Said::first(saying, now) };
        }
        self.channel = saying.channel;
        self.customer.learn(&saying.customer);
        let repeated = self.word == SaidWord::Now(saying.word) || (self.word == SaidWord::Answered && saying.word == Word::Ringing);
        if !repeated {
            self.word = SaidWord::Now(saying.word);
            self.since = now;
        }
        self
    }

    fn saying(&self) -> Saying {
        let word = match self.word {
            SaidWord::Now(word) => word,
            SaidWord::Answered => Word::Active,
        };
        Saying { word, conversation: self.conversation.clone(), channel: self.channel, customer: self.customer.clone() }
    }
}

fn next(before: Option<Talk>, peers: &Peers, now: Moment) -> Option<Talk> {
    use Talk::*;
    match (before, peers.link, peers.microphone, peers.inbound) {
        (_, Link::None, _, _) => None,
        (Some(On | Still | Lost { .. }), Link::Connected, Microphone::Live, Inbound::Growing) => Some(On),
        (Some(On | Still | Lost { .. }), Link::Connected, Microphone::Live, Inbound::Still) => Some(Still),
        // The microphone may be taken away for hold music; the link still stands.
        (Some(On | Still | Lost { .. }), Link::Connected, Microphone::None, _) => Some(Still),
        (Some(On), Link::Open, _, _) => Some(Lost { since: now, was: Was::On }),
        (Some(Still), Link::Open, _, _) => Some(Lost { since: now, was: Was::Still }),
        (Some(lost @ Lost { .. }), Link::Open, _, _) => Some(lost),
        (Some(flowing @ Flowing { .. }), Link::Connected, Microphone::Live, Inbound::Growing) => Some(flowing),
        (_, Link::Connected, Microphone::Live, Inbound::Growing) => Some(Flowing { since: now }),
        (Some(waiting @ (Trying { .. } | Standing)), _, Microphone::Live, _) => Some(waiting),
        (None | Some(Flowing { .. }), _, Microphone::Live, _) => Some(Trying { since: now }),
        (None | Some(Trying { .. } | Standing | Flowing { .. }), _, Microphone::None, _) => None,
    }
}

fn is_conversation(talk: Talk) -> bool {
    matches!(talk, Talk::On | Talk::Still | Talk::Lost { .. })
}

fn rank(talk: Talk) -> u8 {
    match talk {
        Talk::Standing => 0,
        Talk::Trying { .. } => 1,
        Talk::Flowing { .. } => 2,
        Talk::Still | Talk::Lost { was: Was::Still, .. } => 3,
        Talk::On | Talk::Lost { was: Was::On, .. } => 4,
    }
}

/// The tool's own word outranks its media: phones keep connections and microphones open between calls.
fn stand(said: Option<&Said>, talk: Option<Talk>) -> Option<Stand> {
    let media = talk.and_then(|talk| match talk {
        Talk::Standing => None,
        Talk::Trying { .. } | Talk::Flowing { .. } => Some(Stand::Ringing),
        Talk::On | Talk::Lost { was: Was::On, .. } => Some(Stand::On),
        Talk::Still | Talk::Lost { was: Was::Still, .. } => Some(Stand::Hold),
    });
    match said.map(|said| said.word) {
        Some(SaidWord::Now(Word::Ended)) => Some(Stand::Ended),
        Some(SaidWord::Now(Word::Active)) => Some(Stand::On),
        Some(SaidWord::Now(Word::Hold)) => Some(Stand::Hold),
        Some(SaidWord::Now(Word::Ringing)) => Some(Stand::Ringing),
        Some(SaidWord::Answered) | None => media,
    }
}

keep_struct!(Ear { sources });
keep_struct!(Source { tab, frame, window, origin, heard, asked, report });
keep_enum!(Report { 0 = Peers(talk), 1 = Said(said) });
keep_struct!(Said { word, since, conversation, channel, customer });
keep_enum!(SaidWord { 0 = Now(word), 1 = Answered });
keep_enum!(Talk { 0 = Trying { since }, 1 = Standing, 2 = Flowing { since }, 3 = On, 4 = Still, 5 = Lost { since, was } });
keep_enum!(Was { 0 = On, 1 = Still });
