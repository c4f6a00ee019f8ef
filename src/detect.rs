//! Signals into evidence: what each frame last reported, how long that must last before it counts, and how long silence is
//! borne. Must never know what is held because of it.
//!
//! The figures: media must flow for [`RISE`] after three growing looks, so that an echo test's blip starts nothing and a real
//! answer still counts within four seconds; a lost link is borne for [`LOST`], longer than ICE takes to mend; a source that
//! falls silent for [`SILENT`] is asked once and forgotten [`ANSWER`] later, so that a crashed page can't hold for hours.

use crate::config::{Chats, Config};
use crate::customer::Customer;
use crate::focus::{Front, Tab};
use crate::ids::{FrameId, Millis, Moment, TabId, WindowId, earliest};
use crate::keep::{keep_enum, keep_struct};
use crate::object;
use crate::signal::{Airs, Channel, Inbound, Link, Looked, Microphone, Origin, Peers, Saying, Sender, Signal, Sound, Told, Word};
use crate::site::Address;
use crate::tool::{self, Page, PhaseName, WebRtc};
use crate::value::Value;

/// How long media must flow before it is a conversation.
pub const RISE: Millis = Millis(1500);
/// How long a link may be lost before the conversation is over.
pub const LOST: Millis = Millis::seconds(12);
/// How long a peer connection may try before it is no longer taken for a call about to begin.
pub const TRIES: Millis = Millis::seconds(90);
/// How long a connection may stand without any sound and be taken for a hold. Some phones keep connection and microphone open after a call, and only
/// their media fall silent (read in the source of Amazon's connect-rtc-js at 04fe005); a hold with music is not silent.
pub const STANDS: Millis = Millis::seconds(15 * 60);
/// How long it may ring; a tool that never says "ended" must not ring all day.
pub const RINGS: Millis = Millis::seconds(120);
/// How long a source may be silent; content.js repeats itself every 20 s.
pub const SILENT: Millis = Millis::seconds(60);
/// How long a tool's page must show a call before it counts: a widget that is drawn and thrown away again starts nothing.
pub const SHOWN_RISE: Millis = Millis(1000);
/// How long a call whose signs are gone from the page is borne. A page draws itself anew, and a tool that was redesigned in the
/// midst of it says nothing; neither is an end.
pub const SHOWN_FADE: Millis = Millis::seconds(8);
/// As [`SHOWN_FADE`], while the tab is heard: somebody still talks, or what came after the call makes a sound.
pub const HEARD_FADE: Millis = Millis::seconds(60);
/// As [`SHOWN_FADE`], while it rings: answered elsewhere, it is over.
pub const RING_FADE: Millis = Millis::seconds(2);
/// How long a source may be silent while its tab is heard: a page that hangs in an `alert` can't answer, and its call goes on.
pub const HEARD_SILENT: Millis = Millis::seconds(300);
/// How long nobody may do anything in a chat.
pub const CHAT_ACTS: Millis = Millis::seconds(120);
/// How long a chat may be left for another tab.
pub const CHAT_LEFT: Millis = Millis::seconds(60);
/// How far apart two tabs may hear of one call from a widget that tells all tabs of it.
pub const SAME_CALL: Millis = Millis::seconds(2);
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
    /// How that is known.
    pub told: Knowledge,
    /// Voice or text.
    pub channel: Channel,
    /// Who it is with, as far as anything in the tab says.
    pub customer: Customer,
    /// What of that was said in words, and not only read from the page.
    pub told_customer: Customer,
    /// The tool's own id of it.
    pub tool_id: Option<String>,
    /// Whose widget tells every tab of it, and when this one heard.
    pub widget: Option<(String, Moment)>,
}

/// How it is known that a conversation is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knowledge {
    /// The tool says or shows so, or the agent.
    InWords,
    /// By its media, or by a sign that may be about anybody's conversation.
    ByMedia,
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
    airs: Airs,
    heard: Moment,
    asked: Option<Moment>,
    report: Report,
}

#[derive(Debug, Clone, PartialEq)]
enum Report {
    Peers(Talk),
    Said(Said),
    Shown(Shown),
    /// A call's sound in an element of a page that was open before us. Evidence where the browser says that the tab has the microphone as well;
    /// elsewhere only a reason to say "reload this page".
    Unheard(Option<Talk>),
}

/// What a tool's page shows.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    tool: String,
    webrtc: WebRtc,
    call: Sign,
    /// What the page shows of a call right now.
    seen: Option<PhaseName>,
    chat: Option<PhaseName>,
    waiting: u32,
    attended: Attended,
    acts: u32,
    activity: u32,
    acted: Moment,
    left: Option<Moment>,
    address: String,
    customer: Customer,
}

/// A call, as a page shows it.
///
/// ```text
///            shown          SHOWN_RISE         shown on hold
///   Unseen ─────────► Rising ────────► On ◄───────────────────► Hold
///     ▲  │ rings                        │ no sign any more       │
///     │  └──────► Ringing               └───────► Fading ◄───────┘
///     └───────────── SHOWN_FADE, RING_FADE ──────────┘
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Unseen,
    Ringing { since: Moment },
    Rising { since: Moment },
    On,
    Hold,
    Fading { since: Moment, was: Faded },
    Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Faded {
    Ringing,
    On,
    Hold,
}

/// Whether somebody is in the chat that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attended {
    Yes,
    No,
}

#[derive(Debug, Clone, PartialEq)]
struct Said {
    word: SaidWord,
    since: Moment,
    conversation: Option<String>,
    channel: Channel,
    customer: Customer,
    /// The tool whose widget said so to the page around it.
    widget: Option<String>,
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
///      │                             └──► Standing ──┘  ◄── STANDS ─────┼───────────┤
///      │                                                                ▼           │
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
    Still {
        since: Moment,
    },
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
    /// Takes a report in. The caller has checked that the sender is a tool, and that answers are to questions of now. Gives back whom the page
    /// shows, if no conversation is on there: of that nothing is kept here.
    pub fn hear(&mut self, sender: &Sender, signal: &Signal, now: Moment, config: &Config) -> Customer {
        self.note_airs(sender.tab, sender.airs, now);
        if let (Signal::Looked(looked), Origin::Own(origin)) = (signal, &sender.origin) {
            return self.hear_looked(sender, origin, looked, now, config);
        }
        self.hear_other(sender, signal, now, config);
        Customer::default()
    }

    fn hear_other(&mut self, sender: &Sender, signal: &Signal, now: Moment, config: &Config) {
        let (Origin::Own(origin) | Origin::Ancestor(origin)) = &sender.origin;
        // Of a tool that keeps its connections open all shift they tell nothing.
        let deaf = || self.sources.iter().filter(|source| source.tab == sender.tab).filter_map(Source::shown).any(Shown::is_deaf);
        if let Signal::Peers(peers) = signal {
            if deaf() || !config.peers_count(origin) {
                return;
            }
            let before = self.take(sender, |report| matches!(report, Report::Peers(_)));
            let talk = match before {
                Some(Report::Peers(talk)) => Some(talk),
                _ => None,
            };
            if let Some(talk) = next(talk, peers, now) {
                self.put(sender, origin, now, Report::Peers(talk));
            }
            return;
        }
        if let Signal::Unheard(sound) = signal {
            let deaf = deaf();
            let before = match self.take(sender, |report| matches!(report, Report::Unheard(_))) {
                Some(Report::Unheard(talk)) => talk,
                _ => None,
            };
            if *sound == Sound::Plays && !deaf {
                self.put(sender, origin, now, Report::Unheard(overheard(before, sender.airs, now)));
            }
            return;
        }
        // Frames without an origin of their own show customers' HTML: their words and looks are not the tool's.
        let Origin::Own(_) = sender.origin else { return };
        match signal {
            Signal::Said(detail) | Signal::SaidAgain(detail) if config.is_named_origin(origin) => {
                let Some(saying) = Saying::read(detail) else { return };
                let news = if matches!(signal, Signal::Said(_)) { News::New } else { News::Again };
                self.hear_saying(sender, origin, saying, news, None, now);
            }
            Signal::Told(told) | Signal::ToldAgain(told) => {
                let news = if matches!(signal, Signal::Told(_)) { News::New } else { News::Again };
                self.hear_told(sender, origin, told, news, now, config);
            }
            _ => {}
        }
    }

    /// Lets time pass: what was long enough counts, what was silent too long is asked or forgotten.
    pub fn settle(&mut self, now: Moment) -> Vec<Question> {
        let mut questions = Vec::new();
        self.sources.retain_mut(|source| {
            if source.expired(now) {
                return false;
            }
            match &mut source.report {
                Report::Peers(talk) | Report::Unheard(Some(talk)) => *talk = talk.settle(now),
                Report::Shown(shown) => shown.settle(source.airs.sound, now),
                Report::Unheard(None) | Report::Said(_) => {}
            }
            match source.asked {
                // Holds nothing, so its silence is no news.
                _ if source.is_bystander() => true,
                Some(asked) if now.since(asked) < ANSWER => true,
                Some(_) if source.airs.sound == Sound::Over || now.since(source.heard) >= HEARD_SILENT => false,
                _ => {
                    if source.asked.is_some() || now.since(source.heard) >= SILENT {
                        source.asked = Some(now);
                        questions.push(Question { tab: source.tab, frame: source.frame });
                    }
                    true
                }
            }
        });
        self.answer_rings();
        self.forget_strangers();
        questions
    }

    /// When [`Ear::settle`] has something to do next, if nothing is heard until then.
    pub fn deadline(&self) -> Option<Moment> {
        self.sources.iter().filter(|source| !source.is_bystander()).map(Source::deadline).min()
    }

    /// What the tabs' sources come to, a tab each.
    pub fn evidence(&self) -> Vec<Evidence> {
        let mut all: Vec<Evidence> = Vec::new();
        for source in &self.sources {
            if !all.iter().any(|evidence| evidence.tab == source.tab) {
                all.extend(self.evidence_of(source.tab, source.window));
            }
        }
        all
    }

    /// The frames of a tab that only show something: asked again once a conversation is on there, as what they showed of the customer before is not kept.
    pub fn bystanders(&self, tab: TabId) -> Vec<FrameId> {
        self.sources
            .iter()
            .filter(|source| source.tab == tab && source.shown().is_some() && source.is_bystander())
            .map(|one| one.frame)
            .collect()
    }

    /// Where a call's sound plays that can't be looked at: pages that have to be loaded again once. Not where the call is known by other means.
    pub fn unheard(&self) -> Option<&str> {
        let known = |tab: TabId| self.evidence().iter().any(|evidence| evidence.tab == tab);
        let unheard = |source: &&Source| matches!(source.report, Report::Unheard(_)) && !known(source.tab);
        self.sources.iter().find(unheard).map(|source| source.origin.as_str())
    }

    /// Each source's last word, for people who ask why: `{ tab, origin, by, tool, word, rule }`, and nothing of a customer's.
    pub fn why(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for source in &self.sources {
            let mut say = |by: &str, tool: &str, word: &str, rule: String| {
                all.push(object! { "tab" => source.tab, "origin" => source.origin.as_str(), "by" => by, "tool" => tool, "word" => word, "rule" => rule });
            };
            match &source.report {
                Report::Peers(talk) => say("media", "", talk.name(), String::new()),
                Report::Unheard(talk) => say("sound", "", talk.map_or("unheard", Talk::name), String::new()),
                Report::Said(said) => {
                    let by = if said.widget.is_some() { "widget" } else { "event" };
                    say(by, said.widget.as_deref().unwrap_or_default(), said.word.name(), String::new());
                }
                Report::Shown(shown) => {
                    let rule = |kind: &str, phase: Option<PhaseName>| phase.map(|phase| phase.rule(kind)).unwrap_or_default();
                    let chat = match (shown.chat, shown.attended) {
                        (None, _) => None,
                        (Some(_), Attended::No) => Some("left"),
                        (Some(phase), Attended::Yes) => Some(phase.name()),
                    };
                    if shown.call != Sign::Unseen || chat.is_none() {
                        say("page", &shown.tool, shown.call.name(), rule("call", shown.seen));
                    }
                    if let Some(word) = chat {
                        say("page", &shown.tool, word, rule("chat", shown.chat));
                    }
                }
            }
        }
        all
    }

    /// The tab is gone.
    pub fn forget_tab(&mut self, tab: TabId) {
        self.sources.retain(|source| source.tab != tab);
    }

    /// Tabs that were closed while nobody listened. Only what says nothing is dropped: a tab that isn't listed may have been opened since.
    pub fn forget_closed(&mut self, open: &[Tab]) {
        self.sources.retain(|source| !source.is_bystander() || open.iter().any(|tab| tab.id == source.tab));
    }

    /// The frame has another document now; a page's takes all its frames along.
    pub fn forget_frame(&mut self, tab: TabId, frame: FrameId) {
        self.sources.retain(|source| source.tab != tab || (frame != FrameId::TOP && source.frame != frame));
    }

    /// The frame says goodbye: what is there now is asked.
    pub fn doubt(&mut self, tab: TabId, frame: FrameId, now: Moment) -> Option<Question> {
        let of_frame = self.sources.iter_mut().filter(|source| source.tab == tab && source.frame == frame && !source.is_bystander());
        let doubted = of_frame.map(|source| source.asked = Some(now)).count();
        (doubted > 0).then_some(Question { tab, frame })
    }

    /// What the browser says of the tab now.
    pub fn note_airs(&mut self, tab: TabId, airs: Airs, now: Moment) {
        for source in self.sources.iter_mut().filter(|source| source.tab == tab) {
            source.airs = airs;
            if let Report::Unheard(talk) = &mut source.report {
                *talk = overheard(*talk, airs, now);
            }
        }
    }

    /// How many wait, where a tool's page says so: the most that any of these tabs says, as two tabs of one tool say the same.
    pub fn queue(&self, counts: impl Fn(TabId) -> bool) -> u32 {
        let of_tabs = self.sources.iter().filter(|source| counts(source.tab));
        of_tabs.filter_map(Source::shown).map(|shown| shown.waiting).max().unwrap_or_default()
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
        self.sources.retain_mut(|source| {
            if open.contains(&source.tab) {
                return true;
            }
            if let Report::Shown(shown) = &mut source.report
                && shown.call == Sign::Ended
            {
                shown.call = Sign::Unseen;
            }
            !source.said().is_some_and(ended)
        });
    }

    /// Whether nothing is on or might be about to. Connections that stand open all shift are remembered, or each new report of one
    /// would be taken for a call that begins; pages that show no conversation, so that it is known what is new in them. Neither wakes anybody.
    pub fn is_quiet(&self) -> bool {
        self.sources.iter().all(Source::is_bystander)
    }

    fn evidence_of(&self, tab: TabId, window: WindowId) -> Option<Evidence> {
        let of_tab = || self.sources.iter().filter(|source| source.tab == tab);
        let said = of_tab().filter_map(Source::said).max_by_key(|said| said.since);
        let sign = of_tab().filter_map(Source::shown).map(|shown| shown.call).max_by_key(|sign| sign.rank()).unwrap_or(Sign::Unseen);
        let talk = of_tab().filter_map(Source::talk).max_by_key(|talk| rank(*talk));
        let chat = of_tab().filter_map(Source::shown).find_map(|shown| Some((shown, shown.chat_stand()?)));
        let mut customer = Customer::default();
        let mut told_customer = Customer::default();
        let mut tool_id = None;
        let (stand, told, channel) = match stand(said, sign, talk) {
            Some((stand, told)) => {
                // A page that shows a call knows whose; the one that tells of it in words knows better. Not one whose signs are gone, which may show somebody else by now,
                // nor one with an open chat while another customer's call rings.
                let knows = |shown: &&Shown| match shown.call {
                    Sign::Fading { .. } => false,
                    Sign::Ringing { .. } => shown.chat.is_none(),
                    _ => true,
                };
                of_tab().filter_map(Source::shown).filter(knows).for_each(|shown| customer.learn(&shown.customer));
                if let Some(said) = said {
                    customer.learn(&said.customer);
                    told_customer.clone_from(&said.customer);
                    tool_id.clone_from(&said.conversation);
                }
                (stand, told, said.map_or(Channel::Call, |said| said.channel))
            }
            // Calls come before chats.
            None => {
                let (shown, stand) = chat?;
                // What rings is another chat than the one that is open.
                if stand != Stand::Ringing {
                    customer.learn(&shown.customer);
                }
                tool_id = Some(shown.address.clone());
                let told = if stand == Stand::Ringing { Knowledge::ByMedia } else { Knowledge::InWords };
                (stand, told, Channel::Chat)
            }
        };
        let widget = said.and_then(|said| Some((said.widget.clone()?, said.since)));
        Some(Evidence { tab, window, stand, told, channel, customer, told_customer, tool_id, widget })
    }

    fn hear_saying(&mut self, sender: &Sender, origin: &str, saying: Saying, news: News, widget: Option<&str>, now: Moment) {
        let before = self.take(sender, |report| matches!(report, Report::Said(said) if said.widget.as_deref() == widget));
        let said = match before {
            // A sign of life says nothing new.
            Some(Report::Said(said)) if news == News::Again => said,
            Some(Report::Said(said)) => said.then(saying, now),
            // Forgotten since: a conversation that is on still is; a ring that was answered or given up does not ring again.
            _ if news == News::Again && !matches!(saying.word, Word::Active | Word::Hold) => return,
            _ => Said::first(saying, widget.map(str::to_owned), now),
        };
        self.put(sender, origin, now, Report::Said(said));
    }

    fn hear_told(&mut self, sender: &Sender, origin: &str, told: &Told, news: News, now: Moment, config: &Config) {
        let Some(tool) = config.tools.iter().find(|tool| tool.id == told.tool) else { return };
        let Some(mut saying) = tool.hear(&told.values) else { return };
        let before = self.sources.iter().filter(|source| source.tab == sender.tab && source.frame == sender.frame);
        let known = before.filter_map(Source::said).find(|said| said.widget.as_deref() == Some(tool.id.as_str()));
        // Widgets name their calls in some messages and not in others; those are about the one that is on.
        if saying.conversation.is_none() {
            saying.conversation = known.and_then(|said| said.conversation.clone());
        }
        self.hear_saying(sender, origin, saying, news, Some(&tool.id), now);
    }

    fn hear_looked(&mut self, sender: &Sender, origin: &str, looked: &Looked, now: Moment, config: &Config) -> Customer {
        let mut whom = Customer::default();
        let Some(address) = Address::parse(&looked.url).filter(|address| address.origin() == *origin) else { return whom };
        let path = address.path.split('?').next().unwrap_or_default();
        let hash = looked.url.char_indices().find(|(_, one)| *one == '#').and_then(|(at, _)| looked.url.get(at..)).unwrap_or_default();
        let mut from = 0;
        for (tool, site) in config.tools_at(origin) {
            let until = from + tool.look_count();
            let Some(facts) = looked.facts.get(from..until) else { return whom };
            from = until;
            let page = Page { path, hash, title: &looked.title, facts };
            let before = self.take(sender, |report| matches!(report, Report::Shown(shown) if shown.tool == tool.id));
            let before = match before {
                Some(Report::Shown(shown)) => Some(shown),
                _ => None,
            };
            let is_here = tool.sites.iter().any(|site| site.matches(&address)) || tool.is_here(site, &page);
            let showed_a_call = before.as_ref().is_some_and(|shown| !matches!(shown.call, Sign::Unseen | Sign::Ended));
            let seen = match is_here {
                true => tool.show(&page),
                // A page that is being drawn anew lacks the tool's own marks, too: that is no end.
                false if showed_a_call => tool::Shown::default(),
                false => continue,
            };
            whom.learn(&seen.customer);
            let chat = seen.chat.filter(|_| config.chats != Chats::Ignore);
            let moved = before.as_ref().is_none_or(|shown| shown.acts != looked.acts || shown.activity != seen.activity);
            let left = match (looked.front, before.as_ref().and_then(|shown| shown.left)) {
                (Front::Front, _) => None,
                (Front::Behind, left) => left.or(Some(now)),
            };
            let mut place = path.to_owned();
            place.push_str(hash);
            let shown = Shown {
                tool: tool.id.clone(),
                webrtc: tool.webrtc,
                call: before.as_ref().map_or(Sign::Unseen, |shown| shown.call).then(seen.call, now),
                seen: seen.call,
                waiting: seen.waiting.unwrap_or_default(),
                chat,
                attended: Attended::No,
                acts: looked.acts,
                activity: seen.activity,
                acted: before.as_ref().filter(|_| !moved).map_or(now, |shown| shown.acted),
                left,
                address: place,
                customer: seen.customer,
            };
            if shown.is_deaf() {
                self.sources.retain(|source| source.tab != sender.tab || !matches!(source.report, Report::Peers(_) | Report::Unheard(_)));
            }
            self.put(sender, origin, now, Report::Shown(shown));
        }
        for source in self.sources.iter_mut().filter(|source| source.tab == sender.tab) {
            if let Report::Shown(shown) = &mut source.report {
                shown.settle(source.airs.sound, now);
            }
        }
        self.forget_strangers();
        if self.is_engaged(sender.tab) { Customer::default() } else { whom }
    }

    /// Whether a conversation is on in the tab, or rings.
    fn is_engaged(&self, tab: TabId) -> bool {
        self.sources.iter().any(|source| source.tab == tab && !source.is_bystander())
    }

    /// Of a page that shows no conversation, or none any more, nothing is kept of whom it shows.
    fn forget_strangers(&mut self) {
        let engaged: Vec<TabId> = self.sources.iter().filter(|source| !source.is_bystander()).map(|source| source.tab).collect();
        for source in self.sources.iter_mut().filter(|source| !engaged.contains(&source.tab)) {
            match &mut source.report {
                Report::Shown(Shown { customer, .. }) | Report::Said(Said { customer, .. }) => *customer = Customer::default(),
                _ => {}
            }
        }
    }

    fn take(&mut self, sender: &Sender, wanted: impl Fn(&Report) -> bool) -> Option<Report> {
        let at =
            self.sources.iter().position(|source| source.tab == sender.tab && source.frame == sender.frame && wanted(&source.report))?;
        Some(self.sources.swap_remove(at).report)
    }

    fn put(&mut self, sender: &Sender, origin: &str, heard: Moment, report: Report) {
        if self.sources.len() == MOST_SOURCES
            && let Some(at) = self.sources.iter().position(Source::is_bystander)
        {
            self.sources.swap_remove(at);
        }
        if self.sources.len() < MOST_SOURCES {
            let Sender { tab, frame, window, airs, .. } = *sender;
            self.sources.push(Source { tab, frame, window, origin: origin.to_owned(), airs, heard, asked: None, report });
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
            _ => None,
        }
    }

    fn shown(&self) -> Option<&Shown> {
        match &self.report {
            Report::Shown(shown) => Some(shown),
            _ => None,
        }
    }

    fn talk(&self) -> Option<Talk> {
        match self.report {
            Report::Peers(talk) => Some(talk),
            Report::Unheard(talk) => talk,
            _ => None,
        }
    }

    /// Whether it is no evidence of anything now.
    fn is_bystander(&self) -> bool {
        match &self.report {
            Report::Peers(talk) => *talk == Talk::Standing,
            Report::Shown(shown) => matches!(shown.call, Sign::Unseen | Sign::Ended) && shown.chat_stand().is_none(),
            // Kept as long as media go on, which must not begin the conversation anew.
            Report::Said(said) => said.word == SaidWord::Now(Word::Ended),
            Report::Unheard(_) => false,
        }
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
        let rise = match &self.report {
            Report::Peers(talk) | Report::Unheard(Some(talk)) => talk.deadline(),
            Report::Shown(shown) => shown.deadline(self.airs.sound),
            Report::Unheard(None) | Report::Said(_) => None,
        };
        earliest(self.expires(), rise).map_or(liveness, |end| end.min(liveness))
    }
}

impl Said {
    fn first(saying: Saying, widget: Option<String>, now: Moment) -> Said {
        let Saying { word, conversation, channel, customer } = saying;
        Said { word: SaidWord::Now(word), since: now, conversation, channel, customer, widget }
    }

    /// A page that repeats itself keeps its `since`; one that names the customer later is believed then.
    fn then(mut self, saying: Saying, now: Moment) -> Said {
        let other = saying.conversation.is_some() && saying.conversation != self.conversation;
        let again = self.word == SaidWord::Now(Word::Ended) && saying.word != Word::Ended;
        if other || again {
            // A ring while another conversation is on waits its turn, and may end before it came.
            let engaged = matches!(self.word, SaidWord::Now(Word::Active | Word::Hold) | SaidWord::Answered);
            let aside = matches!(saying.word, Word::Ringing | Word::Ended);
            return if engaged && aside { self } else { Said::first(saying, self.widget, now) };
        }
        self.channel = saying.channel;
        self.customer.follow(&saying.customer);
        let repeated = self.word == SaidWord::Now(saying.word) || (self.word == SaidWord::Answered && saying.word == Word::Ringing);
        if !repeated {
            self.word = SaidWord::Now(saying.word);
            self.since = now;
        }
        self
    }
}

impl Shown {
    fn settle(&mut self, sound: Sound, now: Moment) {
        self.call = self.call.settle(self.patience(sound), now);
        let acting = now.since(self.acted) < CHAT_ACTS;
        let here = self.left.is_none_or(|left| now.since(left) < CHAT_LEFT);
        self.attended = if acting && here { Attended::Yes } else { Attended::No };
    }

    fn is_deaf(&self) -> bool {
        self.webrtc == WebRtc::Ignored
    }

    fn chat_stand(&self) -> Option<Stand> {
        match (self.chat?, self.attended) {
            (PhaseName::Ringing, _) => Some(Stand::Ringing),
            (PhaseName::Active, Attended::Yes) => Some(Stand::On),
            (PhaseName::Hold, Attended::Yes) => Some(Stand::Hold),
            (PhaseName::WrapUp | PhaseName::Ended, _) | (_, Attended::No) => None,
        }
    }

    fn deadline(&self, sound: Sound) -> Option<Moment> {
        let chat = matches!(self.chat_stand(), Some(Stand::On | Stand::Hold));
        let attended = earliest(Some(self.acted + CHAT_ACTS), self.left.map(|left| left + CHAT_LEFT)).filter(|_| chat);
        earliest(self.call.deadline(self.patience(sound)), attended)
    }

    /// How long a call that isn't shown any more is taken to go on.
    fn patience(&self, sound: Sound) -> Millis {
        if sound == Sound::Plays { HEARD_FADE } else { SHOWN_FADE }
    }
}

impl SaidWord {
    fn name(self) -> &'static str {
        match self {
            SaidWord::Now(Word::Ringing) => "ringing",
            SaidWord::Now(Word::Active) => "active",
            SaidWord::Now(Word::Hold) => "hold",
            SaidWord::Now(Word::Ended) => "ended",
            SaidWord::Answered => "answered",
        }
    }
}

impl Talk {
    fn settle(self, now: Moment) -> Talk {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return self;
        }
        if matches!(self, Talk::Flowing { .. }) { Talk::On } else { Talk::Standing }
    }

    fn deadline(self) -> Option<Moment> {
        match self {
            Talk::Flowing { since } => Some(since + RISE),
            Talk::Trying { since } => Some(since + TRIES),
            Talk::Still { since } => Some(since + STANDS),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Talk::Trying { .. } | Talk::Flowing { .. } => "begins",
            Talk::Standing => "stands",
            Talk::On => "active",
            Talk::Still { .. } => "hold",
            Talk::Lost { .. } => "fading",
        }
    }
}

impl Sign {
    fn name(self) -> &'static str {
        match self {
            Sign::Unseen => "unseen",
            Sign::Ringing { .. } => "ringing",
            Sign::Rising { .. } => "begins",
            Sign::On => "active",
            Sign::Hold => "hold",
            Sign::Fading { .. } => "fading",
            Sign::Ended => "ended",
        }
    }

    /// What the page shows now, after what it showed before.
    fn then(self, shown: Option<PhaseName>, now: Moment) -> Sign {
        let on = matches!(self, Sign::On | Sign::Hold | Sign::Fading { was: Faded::On | Faded::Hold, .. });
        match (shown, self) {
            (Some(PhaseName::WrapUp | PhaseName::Ended), Sign::Unseen) => Sign::Unseen,
            (Some(PhaseName::WrapUp | PhaseName::Ended), _) => Sign::Ended,
            (Some(PhaseName::Active), _) if on => Sign::On,
            (Some(PhaseName::Active), Sign::Rising { since }) => Sign::Rising { since },
            (Some(PhaseName::Active), _) => Sign::Rising { since: now },
            (Some(PhaseName::Hold), _) => Sign::Hold,
            // Somebody else rings, or it is drawn anew.
            (Some(PhaseName::Ringing), _) if on => self.fade(now),
            (Some(PhaseName::Ringing), Sign::Ringing { since }) => Sign::Ringing { since },
            (Some(PhaseName::Ringing), _) => Sign::Ringing { since: now },
            (None, Sign::Rising { .. }) => Sign::Unseen,
            (None, _) => self.fade(now),
        }
    }

    fn fade(self, now: Moment) -> Sign {
        match self {
            Sign::On => Sign::Fading { since: now, was: Faded::On },
            Sign::Hold => Sign::Fading { since: now, was: Faded::Hold },
            Sign::Ringing { .. } => Sign::Fading { since: now, was: Faded::Ringing },
            other => other,
        }
    }

    fn settle(self, patience: Millis, now: Moment) -> Sign {
        if self.deadline(patience).is_none_or(|deadline| now < deadline) {
            return self;
        }
        match self {
            Sign::Rising { .. } => Sign::On,
            _ => Sign::Unseen,
        }
    }

    fn deadline(self, patience: Millis) -> Option<Moment> {
        match self {
            Sign::Ringing { since } => Some(since + RINGS),
            Sign::Rising { since } => Some(since + SHOWN_RISE),
            Sign::Fading { since, was: Faded::Ringing } => Some(since + RING_FADE),
            Sign::Fading { since, .. } => Some(since + patience),
            _ => None,
        }
    }

    fn rank(self) -> u8 {
        match self {
            Sign::Unseen => 0,
            Sign::Ended => 1,
            Sign::Fading { .. } => 2,
            Sign::Ringing { .. } => 3,
            Sign::Rising { .. } => 4,
            Sign::Hold => 5,
            Sign::On => 6,
        }
    }
}

/// Whether a report is news, or a sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    New,
    Again,
}

fn next(before: Option<Talk>, peers: &Peers, now: Moment) -> Option<Talk> {
    use Talk::*;
    match (before, peers.link, peers.microphone, peers.inbound) {
        (_, Link::None, _, _) => None,
        (Some(On | Still { .. } | Lost { .. }), Link::Connected, Microphone::Live, Inbound::Growing) => Some(On),
        // Music is heard where the microphone was taken away meanwhile.
        (Some(Still { .. }), Link::Connected, Microphone::None, Inbound::Growing) => Some(Still { since: now }),
        (Some(still @ Still { .. }), Link::Connected, _, _) => Some(still),
        (Some(On | Lost { .. }), Link::Connected, Microphone::Live, Inbound::Still) => Some(Still { since: now }),
        // The microphone may be taken away for hold music; the link still stands.
        (Some(On | Lost { .. }), Link::Connected, Microphone::None, _) => Some(Still { since: now }),
        (Some(On), Link::Open, _, _) => Some(Lost { since: now, was: Was::On }),
        (Some(Still { .. }), Link::Open, _, _) => Some(Lost { since: now, was: Was::Still }),
        (Some(lost @ Lost { .. }), Link::Open, _, _) => Some(lost),
        (Some(flowing @ Flowing { .. }), Link::Connected, Microphone::Live, Inbound::Growing) => Some(flowing),
        (_, Link::Connected, Microphone::Live, Inbound::Growing) => Some(Flowing { since: now }),
        (Some(waiting @ (Trying { .. } | Standing)), _, Microphone::Live, _) => Some(waiting),
        (None | Some(Flowing { .. }), _, Microphone::Live, _) => Some(Trying { since: now }),
        (None | Some(Trying { .. } | Standing | Flowing { .. }), _, Microphone::None, _) => None,
    }
}

/// The sound of a call in a tab that has the microphone: what the peer connections would say, if they could be looked at.
fn overheard(before: Option<Talk>, airs: Airs, now: Moment) -> Option<Talk> {
    let live = airs.microphone == Microphone::Live;
    if live { before.or(Some(Talk::Flowing { since: now })) } else { None }
}

fn is_conversation(talk: Talk) -> bool {
    matches!(talk, Talk::On | Talk::Still { .. } | Talk::Lost { .. })
}

fn rank(talk: Talk) -> u8 {
    match talk {
        Talk::Standing => 0,
        Talk::Trying { .. } => 1,
        Talk::Flowing { .. } => 2,
        Talk::Still { .. } | Talk::Lost { was: Was::Still, .. } => 3,
        Talk::On | Talk::Lost { was: Was::On, .. } => 4,
    }
}

/// The tool's own word outranks what its page shows, and that its media: phones keep connections and microphones open between calls.
fn stand(said: Option<&Said>, sign: Sign, talk: Option<Talk>) -> Option<(Stand, Knowledge)> {
    let word = said.and_then(|said| match said.word {
        SaidWord::Now(Word::Ended) => Some(Stand::Ended),
        SaidWord::Now(Word::Active) => Some(Stand::On),
        SaidWord::Now(Word::Hold) => Some(Stand::Hold),
        SaidWord::Now(Word::Ringing) => Some(Stand::Ringing),
        SaidWord::Answered => None,
    });
    let media = talk.and_then(|talk| match talk {
        Talk::Standing => None,
        Talk::Trying { .. } | Talk::Flowing { .. } => Some(Stand::Ringing),
        Talk::On | Talk::Lost { was: Was::On, .. } => Some(Stand::On),
        Talk::Still { .. } | Talk::Lost { was: Was::Still, .. } => Some(Stand::Hold),
    });
    let by_media = media.map(|stand| (stand, if said.is_some() { Knowledge::InWords } else { Knowledge::ByMedia }));
    let shown = |stand| Some((stand, Knowledge::InWords));
    match (word, sign) {
        (Some(stand), _) => shown(stand),
        (None, Sign::On) => shown(Stand::On),
        (None, Sign::Hold) => shown(Stand::Hold),
        (None, Sign::Ended) => shown(Stand::Ended),
        // Some tools show a second caller in place of the first, whose sound goes on.
        (None, Sign::Ringing { .. }) => by_media.filter(|(stand, _)| *stand == Stand::On).or(shown(Stand::Ringing)),
        (None, Sign::Rising { .. }) => by_media.filter(|(stand, _)| *stand != Stand::Ringing).or(shown(Stand::Ringing)),
        // The page says nothing any more: what else there is decides, and for a while that it was on.
        (None, Sign::Fading { was, .. }) => by_media.or(shown(match was {
            Faded::Ringing => Stand::Ringing,
            Faded::On => Stand::On,
            Faded::Hold => Stand::Hold,
        })),
        (None, Sign::Unseen) => by_media,
    }
}

keep_struct!(Ear { sources });
keep_struct!(Source { tab, frame, window, origin, airs, heard, asked, report });
keep_enum!(Report { 0 = Peers(talk), 1 = Said(said), 2 = Shown(shown), 3 = Unheard(talk) });
keep_struct!(Shown { tool, webrtc, call, seen, chat, waiting, attended, acts, activity, acted, left, address, customer });
keep_enum!(Sign { 0 = Unseen, 1 = Ringing { since }, 2 = Rising { since }, 3 = On, 4 = Hold, 5 = Fading { since, was }, 6 = Ended });
keep_enum!(Faded { 0 = Ringing, 1 = On, 2 = Hold });
keep_enum!(Attended { 0 = Yes, 1 = No });
keep_struct!(Said { word, since, conversation, channel, customer, widget });
keep_enum!(SaidWord { 0 = Now(word), 1 = Answered });
keep_enum!(Talk { 0 = Trying { since }, 1 = Standing, 2 = Flowing { since }, 3 = On, 4 = Still { since }, 5 = Lost { since, was } });
keep_enum!(Was { 0 = On, 1 = Still });
keep_enum!(Knowledge { 0 = InWords, 1 = ByMedia });
