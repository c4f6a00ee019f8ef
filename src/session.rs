//! The state machine: events in, effects out. Must never read a clock, reach for a browser, or fail: from any state, any event
//! in any order, twice or never, leads to a state that gives back what it holds once the conversations are over.
//!
//! The shell saves the state before it carries effects out, and reports every outcome as an event, so a death of the worker
//! anywhere loses nothing that a person could see.

use crate::coach::{After, Coach, Counting, Deed, Facts, Kept, Meeting, Met, SETTLES, Screen, Verdict};
use crate::config::{Allowed, AskReason, Chats, Config, Duty, Insights};
use crate::customer::{Customer, clean};
use crate::detect::{Ear, Evidence, Knowledge, SAME_CALL, SILENT, Stand};
use crate::focus::{Arrival, Attempt, Browsing, DigestSite, Focus, Front, Grip, Notice, Outcome, PassFor, Tab, Thing, Wanted};
use crate::ids::{ConversationId, FrameId, Millis, Moment, TabId, WindowId, earliest};
use crate::insights::{HeldCount, Kind, Tally};
use crate::keep::{self, keep_enum, keep_struct};
use crate::object;
use crate::pattern::Page;
use crate::signal::{Airs, Channel, Looked, Origin, Sender, Sharing, Signal, Told};
use crate::value::Value;

/// After an end that only the media showed, focus stays this long at least: a transfer closes one peer connection and opens another.
pub const MEND: Millis = Millis::seconds(5);

/// How long a practice lasts that nobody ends.
pub const PRACTICE: Millis = Millis::minutes(2);
/// How long the notes of a conversation that is over stay, where the agent does not say that they are done with them.
pub const AFTER: Millis = Millis::minutes(15);

/// Of so many conversations notes may lie beside one another; the earliest goes first.
pub const MOST_LEFT: usize = 4;

/// For so long after a conversation what was typed in its last moment still finds it.
pub const LATE: Millis = Millis::seconds(10);

/// All that is remembered between events. Saved to `storage.session`, never to disk.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    ear: Ear,
    focus: Focus,
    conversations: Vec<Conversation>,
    next_id: u32,
    /// Tabs of tools that share the screen.
    shared: Vec<TabId>,
    /// Tabs of tools in private windows.
    private: Vec<TabId>,
    /// Since when there is focus that counts for the insights.
    focused_since: Option<Moment>,
    /// What is left to write down of conversations that are over, the latest last; at most [`MOST_LEFT`].
    left: Vec<After>,
    /// Phrases that stood first in it.
    last_firsts: Vec<String>,
    trouble: Option<Trouble>,
    /// After a second panic: until the conversation that it met is over, new ones hold nothing.
    barred: Option<Moment>,
    clock: Clock,
}

/// The clock of all moments here: the wall's, but that it never goes back. Where somebody sets the wall's back by an hour in a conversation, what was waited
/// for would come an hour late, and a page that vanished would hold that long.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Clock {
    last: Moment,
    /// How far this one is ahead of the wall's.
    lead: Millis,
}

impl Clock {
    fn read(&mut self, wall: Moment) -> Moment {
        let behind = self.last.since(wall + self.lead);
        self.lead = Millis(self.lead.0.saturating_add(behind.0));
        self.last = wall + self.lead;
        self.last
    }

    fn wall(self, at: Moment) -> Moment {
        Moment(at.since(Moment(self.lead.0)).0)
    }
}

/// One conversation.
///
/// ```text
///                  ringing, or a first sign              media flows, or the tool says so
///   idle ──────────────────────────────► Ringing ────────────────────────────────────────► Active ◄──► Hold
///    ▲ ▲                                    │                                                 │ over      │
///    │ └────────── missed, declined ────────┘                                                 ▼           │
///    └◄──────────────────────────── wrap-up time is over, or focus ended ───────────────── WrapUp ◄───────┘
///
///   What is held follows from this: nothing while ringing; everything from Active to the end of WrapUp,
///   unless the agent ended focus, or the conversation is older than `maxCallMinutes`.
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    id: ConversationId,
    place: Venue,
    browsing: Browsing,
    phase: Phase,
    channel: Channel,
    customer: Customer,
    /// What of that the tool said in words.
    told_customer: Customer,
    tool_id: Option<String>,
    told: Knowledge,
    grip: ConversationGrip,
    card: Card,
    coach: Coach,
    brought_back: Option<String>,
    /// Whose widget tells every tab of it, and when the first one heard.
    widget: Option<Widget>,
}

/// A call that a widget tells every tab of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Widget {
    tool: String,
    heard: Moment,
}

/// Where a conversation takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Venue {
    /// In a tool's tab.
    Tab {
        /// The tab.
        tab: TabId,
        /// Its window.
        window: WindowId,
    },
    /// On a desk phone: begun and ended by hand.
    Desk,
    /// On the premises, face to face: begun and ended by hand.
    Premises,
    /// Nowhere: a practice, ended by hand, by somebody real, or after [`PRACTICE`].
    Practice,
}

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// About to begin.
    Ringing {
        /// Since when.
        since: Moment,
    },
    /// They talk.
    Active {
        /// When it began; not reset by a hold.
        began: Moment,
    },
    /// The customer waits.
    Hold {
        /// When the conversation began.
        began: Moment,
    },
    /// Over; there is something to write down.
    WrapUp {
        /// When the conversation began.
        began: Moment,
        /// When it ended.
        ended: Moment,
        /// When focus ends.
        until: Moment,
        /// Who said so.
        by: Ending,
    },
}

/// How a conversation's end was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The tool or the agent said so.
    Said,
    /// Only the media showed it; if they come back in time it is the same conversation.
    Seen,
    /// As before, and another connection is being made: it gets as much time again.
    Mending,
}

/// Whether a conversation holds distractions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ConversationGrip {
    Firm,
    /// A chat, where chats hold nothing.
    Loose,
    /// The agent ended focus, it took too long, or something broke twice.
    LetGo,
}

/// What evidence did to conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follow {
    Began,
    WentOn,
}

/// Whether the sidebar has been offered for this conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Card {
    Due,
    /// The browser is opening it.
    Opening,
    Offered,
}

/// Something went wrong that the agent should know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The core was started anew; everything holds again.
    Restarted,
    /// It broke twice: nothing is held until the next conversation.
    Released,
}

/// What happens.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The worker is here, for the first time or again.
    Woke,
    /// Settings or policy are others now.
    Configured,
    /// The wasm instance panicked; all was released and this is a new one.
    Panicked {
        /// How often in this conversation, from 1.
        times: u32,
    },
    /// A frame reports.
    Heard {
        /// Who, as the browser says.
        sender: Sender,
        /// What.
        signal: Signal,
        /// Whether the browser was asked to open the sidebar on the way.
        panel: PanelAsk,
    },
    /// The sidebar that was asked for came, or did not.
    Panel {
        /// In answer to this.
        outcome: PanelOutcome,
    },
    /// The manual switch.
    Switched,
    /// Somebody stands before the agent.
    WalkedIn,
    /// The agent wants to see how it is, with nobody at the other end.
    Practised {
        /// Whom the card then shows.
        customer: Box<Customer>,
    },
    /// The agent does something on a conversation's card.
    Coached {
        /// Whose.
        conversation: ConversationId,
        /// What.
        deed: Deed,
    },
    /// The memory answers [`Effect::Recognise`].
    Recognised {
        /// Whose customer.
        conversation: ConversationId,
        /// What it knows.
        met: Option<Met>,
    },
    /// The toolbar button: the switch, unless a conversation is on that was noticed.
    Button,
    /// "End focus."
    FocusEnded,
    /// A page came to be in a tab.
    Navigated {
        /// The tab.
        tab: TabId,
        /// The frame; only the top one can be held.
        frame: FrameId,
        /// Where to.
        url: String,
        /// How.
        how: Arrival,
    },
    /// A rule stopped a navigation of a tab.
    Stopped {
        /// The tab.
        tab: TabId,
        /// Where it was headed.
        url: String,
    },
    /// A cover script ran in a page that loaded.
    CoverLoaded {
        /// Its tab.
        tab: TabId,
        /// The page's address.
        url: String,
    },
    /// A page has another title.
    Titled {
        /// Its tab.
        tab: TabId,
        /// Its address.
        url: String,
        /// The title.
        title: String,
    },
    /// A page opened a tab.
    Opened {
        /// The tab.
        tab: TabId,
        /// The tab of that page.
        opener: TabId,
    },
    /// The agent wants something let through.
    LetThrough {
        /// What.
        what: PassFor,
        /// Why; may be empty.
        reason: String,
    },
    /// A page's notification was held.
    Noticed {
        /// Its tab.
        tab: TabId,
        /// The page's host.
        site: String,
        /// What it says.
        notice: Notice,
    },
    /// The agent turned to a tab.
    Activated {
        /// The tab.
        tab: TabId,
        /// Its window.
        window: WindowId,
    },
    /// What the browser says of a tab's sound and microphone is another thing now.
    Airs {
        /// The tab.
        tab: TabId,
        /// What it says.
        airs: Airs,
    },
    /// The agent turned to a window.
    Focused {
        /// Which.
        window: WindowId,
    },
    /// A tab is gone.
    TabRemoved {
        /// The tab.
        tab: TabId,
    },
    /// A tab has another id now.
    TabReplaced {
        /// The old id.
        old: TabId,
        /// The new one.
        new: TabId,
    },
    /// All tabs, in answer to [`Grip::List`].
    Listed {
        /// The tabs.
        tabs: Vec<Tab>,
    },
    /// What came of a grip.
    Done {
        /// On what.
        thing: Thing,
        /// What.
        outcome: Outcome,
        /// Which attempt it answers: an answer to an earlier one must not pass for one to the last.
        asked: Attempt,
    },
    /// A source that was asked is not there.
    NoAnswer {
        /// Its tab.
        tab: TabId,
        /// Its frame.
        frame: FrameId,
    },
    /// A document says goodbye, or crashed.
    Left {
        /// Its tab.
        tab: TabId,
        /// Its frame.
        frame: FrameId,
    },
    /// Time passed, as asked by [`Effect::Wake`].
    Tick,
}

/// Whether the sidebar was asked for in the turn of a signal. `sidePanel.open` loses its click at the first `await`, so this is
/// decided before the core runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelAsk {
    /// It was.
    Asked,
    /// It was not: no click to spend, or no such browser.
    NotAsked,
}

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelOutcome {
    /// It is open.
    Opened,
    /// It is not.
    Refused,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Hold something, give it back, or look. What comes of it is told as [`Event::Done`] of that attempt, or [`Event::Listed`].
    Grip(Grip, Attempt),
    /// Bring the agent back to this tab.
    BringBack(TabId),
    /// Offer the sidebar in the way that this browser lets us: never the customer's name.
    OfferCard(Option<WindowId>),
    /// Keep this of what was held, for the agent to read; an empty one takes away what there was.
    Digest(Vec<DigestSite>),
    /// Ask a frame whether it is still there.
    Ask(TabId, FrameId),
    /// Tell a frame of that origin what to look for, as [`Config::watch`] has it.
    Watch(TabId, FrameId, String),
    /// Ask every tool page to report.
    AskAll,
    /// Wake at this time, or not at all.
    Wake(Option<Moment>),
    /// Ask the memory who that is, by number and address. What it knows is told as [`Event::Recognised`].
    Recognise(ConversationId, Vec<String>),
    /// Remember that there was a conversation with them.
    Remember(Vec<String>, Met),
    /// Keep a note on them, or forget the one there is.
    Keep(Vec<String>, Option<Kept>),
    /// Count this for the insights.
    Count(Tally),
}

/// How often something may still be let through in this conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassesLeft {
    /// So often.
    Just(u32),
    /// As often as one likes.
    Unlimited,
}

/// One step. Pure: the same arguments give the same answer.
pub fn step(mut state: State, event: Event, now: Moment, config: &Config) -> (State, Vec<Effect>) {
    let mut effects = Vec::new();
    let now = state.clock.read(now);
    state.take_in(event, now, config, &mut effects);
    state.settle(now, config, &mut effects);
    if state.is_calm() && state.left.is_empty() {
        // Nothing is compared to an earlier moment any more.
        state.clock = Clock::default();
    }
    (state, effects)
}

impl State {
    /// Whether there is nothing to do or to watch: listeners can go, events can be let pass.
    pub fn is_idle(&self) -> bool {
        self.conversations.is_empty() && self.ear.is_quiet() && self.focus.is_idle()
    }

    /// Idle, and nothing that went wrong is still being waited out.
    pub fn is_calm(&self) -> bool {
        self.is_idle() && self.barred.is_none()
    }

    /// The conversation in front of the agent, if there is one: one that is on before one that rings before one that is over, calls before
    /// chats, and of those the one whose tab is in front in the window that has the focus, or in any, then the latest.
    pub fn front(&self) -> Option<&Conversation> {
        self.conversations.iter().max_by_key(|one| {
            let is = |of: fn(&Focus, TabId) -> bool| one.place.tab().is_some_and(|tab| of(&self.focus, tab));
            let call = one.phase.rank() > 0 && one.channel == Channel::Call;
            (one.phase.rank(), call, is(Focus::is_looked_at), is(Focus::is_in_front), one.phase.began(), one.id)
        })
    }

    /// The others that are on or ring, in the order in which they began.
    pub fn waiting(&self) -> impl Iterator<Item = &Conversation> {
        let front = self.front().map(|one| one.id);
        self.conversations.iter().filter(move |one| one.phase.rank() > 0 && Some(one.id) != front)
    }

    /// How many more wait, by what a tool's page says.
    pub fn queue(&self) -> u32 {
        self.ear.queue(|tab| self.focus.is_in_front(tab) || self.conversations.iter().any(|one| one.place.tab() == Some(tab)))
    }

    /// A conversation as its card needs it.
    pub fn facts(&self, one: &Conversation) -> Facts {
        let shared = one.place.tab().is_some_and(|tab| self.shared.contains(&tab));
        Facts {
            id: one.id,
            phase: one.phase,
            channel: one.channel,
            tab: one.place.tab(),
            meeting: if one.place == Venue::Premises { Meeting::InPerson } else { Meeting::Remote },
            customer: one.customer.clone(),
            told: one.told_customer.clone(),
            coach: one.coach.clone(),
            screen: if shared { Screen::Shared } else { Screen::Own },
            browsing: one.browsing,
            last_firsts: self.last_firsts.clone(),
        }
    }

    /// What is left to write down of the last conversation that is over and has notes.
    pub fn after(&self) -> Option<&After> {
        self.left.iter().rev().find(|after| after.is_noted())
    }

    /// What is held.
    pub fn focus(&self) -> &Focus {
        &self.focus
    }

    /// A moment of this state's, as the wall's clock has it.
    pub fn wall(&self, at: Moment) -> Moment {
        self.clock.wall(at)
    }

    /// What went wrong, if something did.
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble
    }

    /// Whether distractions are to be held; not during a pause.
    fn wanted(&self, config: &Config, now: Moment) -> Wanted {
        if self.holds_something() && !config.is_paused(now) { Wanted::Held } else { Wanted::Free }
    }

    /// Whether a conversation is on that holds, but for a pause.
    pub fn holds_something(&self) -> bool {
        self.conversations.iter().any(Conversation::holds)
    }

    /// What the agent may let through now, if that is allowed at all.
    pub fn passes_left(&self, config: &Config) -> Option<PassesLeft> {
        if config.overrides.allowed != Allowed::All {
            return None;
        }
        Some(config.overrides.most.map_or(PassesLeft::Unlimited, |most| PassesLeft::Just(most.saturating_sub(self.focus.passed()))))
    }

    /// A tool whose page has to be loaded again before its calls can be noticed.
    pub fn needs_reload(&self) -> Option<&str> {
        self.ear.unheard()
    }

    /// Why things are as they are, for people who ask: `{ heard, made }`, with nothing of a customer's in it.
    pub fn why(&self) -> Value {
        let front = self.front().map(|one| one.id);
        let made: Vec<Value> = self
            .conversations
            .iter()
            .map(|one| {
                let known = match (one.place, one.told) {
                    (Venue::Desk | Venue::Premises | Venue::Practice, _) => "hand",
                    (_, Knowledge::InWords) => "words",
                    (_, Knowledge::ByMedia) => "media",
                };
                let held = match one.grip {
                    _ if matches!(one.phase, Phase::Ringing { .. }) => "notYet",
                    ConversationGrip::Firm => "yes",
                    ConversationGrip::Loose => "chats",
                    ConversationGrip::LetGo => "letGo",
                };
                let channel = if one.channel == Channel::Chat { "chat" } else { "call" };
                object! { "phase" => one.phase.name(), "channel" => channel, "known" => known, "held" => held, "front" => front == Some(one.id) }
            })
            .collect();
        object! { "heard" => self.ear.why(), "made" => made }
    }

    /// The state as text for storage. Opaque and for this version alone; browsers clear `storage.session` when an extension is updated.
    pub fn write(&self) -> String {
        keep::write(self)
    }

    /// What [`State::write`] wrote; `None` for anything else.
    pub fn read(text: &str) -> Option<State> {
        keep::read(text)
    }

    fn take_in(&mut self, event: Event, now: Moment, config: &Config, effects: &mut Vec<Effect>) {
        match event {
            Event::Heard { .. } | Event::Switched | Event::WalkedIn | Event::Practised { .. } | Event::Button
                if config.duty == Duty::TheOthers => {}
            Event::Tick => {}
            Event::Woke => {
                self.focus.look_again();
                for conversation in &mut self.conversations {
                    if conversation.card == Card::Opening {
                        conversation.card = Card::Offered;
                    }
                    // The worker may have died before the memory answered.
                    if conversation.coach.met.is_none() {
                        conversation.coach.recognised.clear();
                    }
                }
            }
            Event::Configured => {
                self.ear.keep_origins(|origin| config.is_tool_origin(origin));
                self.focus.look_again();
                // What pages are asked may be another matter now.
                if !config.tools.is_empty() {
                    effects.push(Effect::AskAll);
                }
            }
            Event::Panicked { times } => self.panicked(times, now, effects),
            Event::Heard { sender, signal, panel } => self.heard(&sender, &signal, panel, now, config, effects),
            Event::Panel { outcome } => {
                for conversation in self.conversations.iter_mut().filter(|one| one.card == Card::Opening) {
                    conversation.card = match outcome {
                        PanelOutcome::Opened => Card::Offered,
                        PanelOutcome::Refused => Card::Due,
                    };
                }
            }
            Event::Switched => self.switch(Venue::Desk, now, config, effects),
            Event::WalkedIn => self.switch(Venue::Premises, now, config, effects),
            Event::Practised { customer } => self.practise(*customer, now),
            Event::Coached { conversation, deed } => self.coached(conversation, deed, now, config, effects),
            Event::Recognised { conversation, met } => {
                if let Some(one) = self.conversations.iter_mut().find(|one| one.id == conversation) {
                    one.coach.met = met;
                    one.card_settles(now);
                }
            }
            Event::Button => {
                // One by hand is ended by hand, also while a noticed one rings beside it.
                let on = || self.conversations.iter().filter(|one| one.phase.rank() > 0);
                if on().any(Conversation::is_by_hand) || on().next().is_none() {
                    self.switch(Venue::Desk, now, config, effects);
                }
            }
            // IT may have said no; the pages say so where the button would be.
            Event::FocusEnded => {
                if config.overrides.allowed != Allowed::Nothing {
                    if self.focused_since.is_some() {
                        tally(Tally::Ended, config, effects);
                    }
                    self.end_focus(now, config, effects);
                }
            }
            Event::Navigated { tab, frame, url, how } => {
                if how != Arrival::Same {
                    self.ear.forget_frame(tab, frame);
                    if frame == FrameId::TOP {
                        self.shared.retain(|one| *one != tab);
                    }
                }
                if frame == FrameId::TOP {
                    self.focus.arrived(tab, &url, how, config);
                }
            }
            Event::Stopped { tab, url } => self.focus.stopped(tab, &url, config),
            Event::Titled { tab, url, title } => self.focus.titled(tab, Page { url: &url, title: &title }, config),
            Event::Opened { tab, opener } => self.focus.opened(tab, opener),
            Event::LetThrough { what, reason } => self.let_through(&what, &reason, now, config),
            Event::Noticed { tab, site, notice } => self.focus.noticed(tab, &site, notice),
            Event::CoverLoaded { tab, url } => self.focus.cover_loaded(tab, &url, config),
            Event::Activated { tab, window } => {
                let back = self.focus.activated(window, tab, &self.call_tabs());
                self.bring_back(back, effects);
            }
            Event::Airs { tab, airs } => self.ear.note_airs(tab, airs, now),
            Event::Focused { window } => self.focus.focused(window),
            Event::TabRemoved { tab } => {
                self.ear.forget_tab(tab);
                self.focus.forget_tab(tab);
                self.shared.retain(|one| *one != tab);
                self.private.retain(|one| *one != tab);
            }
            Event::TabReplaced { old, new } => {
                self.ear.rename_tab(old, new);
                self.focus.rename_tab(old, new);
                // What stood there under that number is gone; two conversations in one tab would shadow one another.
                if old != new {
                    self.leave(|one| one.place.tab() == Some(new), now, config, effects);
                }
                for conversation in &mut self.conversations {
                    if let Venue::Tab { tab, .. } = &mut conversation.place
                        && *tab == old
                    {
                        *tab = new;
                    }
                }
            }
            Event::Listed { tabs } => {
                self.ear.forget_closed(&tabs);
                self.focus.listed(&tabs, config);
                // A call on a desk phone is most likely about the customer whose ticket lies open.
                if self.front().is_some_and(Conversation::lacks_a_customer) {
                    for tab in tabs.iter().filter(|tab| tab.front == Front::Front) {
                        self.ask_bystanders(tab.id, effects);
                    }
                }
            }
            Event::Done { thing, outcome, asked } => {
                self.focus.done(thing, outcome, asked);
                let back = self.focus.turned_in_vain(&self.call_tabs());
                self.bring_back(back, effects);
            }
            Event::NoAnswer { tab, frame } => self.ear.forget_frame(tab, frame),
            Event::Left { tab, frame } => effects.extend(self.ear.doubt(tab, frame, now).map(|one| Effect::Ask(one.tab, one.frame))),
        }
    }

    /// Once a conversation: an agent who goes there again means it.
    fn bring_back(&mut self, back: Option<(TabId, String)>, effects: &mut Vec<Effect>) {
        if let Some((to, host)) = back
            && let Some(front) = self.front_mut().filter(|front| front.brought_back.is_none())
        {
            effects.push(Effect::BringBack(to));
            front.brought_back = Some(host);
        }
    }

    fn settle(&mut self, now: Moment, config: &Config, effects: &mut Vec<Effect>) {
        let engaged = !self.conversations.is_empty();
        if config.duty == Duty::TheOthers {
            self.ear.keep_origins(|_| false);
            self.leave(|_| true, now, config, effects);
        }
        self.listen(now, effects);
        self.follow(now, config, effects);
        self.ear.forget_ended();
        for conversation in &mut self.conversations {
            conversation.settle(now, config);
        }
        self.leave(|conversation| conversation.is_over(now), now, config, effects);
        // Somebody real is here.
        if self.conversations.len() > 1 {
            self.leave(|one| one.place == Venue::Practice, now, config, effects);
        }
        self.left.retain(|after| now < after.until);
        for conversation in &mut self.conversations {
            let identities = conversation.coach.identities(&conversation.customer);
            if !identities.is_empty() && identities != conversation.coach.recognised {
                conversation.coach.recognised.clone_from(&identities);
                effects.push(Effect::Recognise(conversation.id, identities));
            }
        }
        if let Some(front) = self.front_mut()
            && front.card == Card::Due
            && front.is_worth_a_card()
        {
            front.card = Card::Offered;
            effects.push(Effect::OfferCard(front.place.window()));
            self.focus.card_offered();
        }
        let offer = if self.has_offered() { Wanted::Held } else { Wanted::Free };
        if let Some((grip, attempt)) = self.focus.settle_card(offer, now) {
            effects.push(Effect::Grip(grip, attempt));
        }
        // The conversation that broke is over; or none came back within the time in which sources repeat themselves.
        if self.conversations.is_empty() && self.barred.is_some_and(|since| engaged || now.since(since) >= SILENT) {
            self.barred = None;
        }
        let (wanted, calls) = (self.wanted(config, now), self.call_tabs());
        if wanted == Wanted::Held && self.focus.is_free() {
            effects.push(Effect::Digest(Vec::new()));
        }
        effects.extend(self.focus.settle(wanted, &calls, config, now).into_iter().map(|(grip, attempt)| Effect::Grip(grip, attempt)));
        let held = self.focus.take_digest();
        self.count_focus(wanted, held.as_deref().unwrap_or_default(), now, config, effects);
        effects.extend(held.map(Effect::Digest));
        effects.push(Effect::Wake(self.deadline(now, config).map(|at| self.clock.wall(at))));
    }

    /// Focus that is for practice alone, or in private windows, comes to nothing.
    fn count_focus(&mut self, wanted: Wanted, held: &[DigestSite], now: Moment, config: &Config, effects: &mut Vec<Effect>) {
        match (wanted, self.focused_since) {
            (Wanted::Held, None) if self.conversations.iter().any(|one| one.holds() && one.counts()) => self.focused_since = Some(now),
            (Wanted::Free, Some(began)) => {
                self.focused_since = None;
                let sites = held.iter().filter_map(HeldCount::of).collect();
                let passes = held.iter().filter(|site| site.unsure.is_empty()).map(|site| site.passes.len() as u32).sum();
                tally(Tally::Focus { began, length: now.since(began), sites, passes }, config, effects);
            }
            _ => {}
        }
    }

    fn listen(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        for question in self.ear.settle(now) {
            effects.push(Effect::Ask(question.tab, question.frame));
        }
    }

    /// Turns evidence into conversations.
    fn follow(&mut self, now: Moment, config: &Config, effects: &mut Vec<Effect>) {
        let evidence = self.without_echoes(self.ear.evidence());
        for one in &evidence {
            if self.follow_one(one, now, config, effects) == Follow::Began {
                self.ask_bystanders(one.tab, effects);
            }
        }
        for conversation in &mut self.conversations {
            let Venue::Tab { tab, .. } = conversation.place else { continue };
            if !evidence.iter().any(|one| one.tab == tab) {
                conversation.end(Ending::Seen, now, config);
            }
        }
    }

    fn ask_bystanders(&self, tab: TabId, effects: &mut Vec<Effect>) {
        effects.extend(self.ear.bystanders(tab).into_iter().map(|frame| Effect::Ask(tab, frame)));
    }

    /// Some widgets tell of a call in every tab that has them: one of these tabs is its place, the others are its echoes.
    fn without_echoes(&self, evidence: Vec<Evidence>) -> Vec<Evidence> {
        let mut kept: Vec<Evidence> = Vec::new();
        // The tab that has the conversation comes first, and keeps it.
        let at_home = |one: &Evidence| self.conversations.iter().any(|conversation| conversation.place.tab() == Some(one.tab));
        let (home, away): (Vec<_>, Vec<_>) = evidence.into_iter().partition(at_home);
        for one in home.into_iter().chain(away) {
            if !kept.iter().any(|other| is_same_call(other, &one)) {
                kept.push(one);
            }
        }
        kept
    }

    fn follow_one(&mut self, evidence: &Evidence, now: Moment, config: &Config, effects: &mut Vec<Effect>) -> Follow {
        let (tab, window, tool_id) = (evidence.tab, evidence.window, evidence.tool_id.clone());
        let here = self.conversations.iter().position(|one| one.place.tab() == Some(tab));
        // Its tab is gone, and another one tells of it still.
        let known = here.or(self.conversations.iter().position(|one| one.is_told_by(evidence)));
        let mut began = Follow::WentOn;
        let next = known.filter(|at| self.conversations.get(*at).is_some_and(|one| one.continues(evidence, &tool_id, now)));
        let at = match (next, evidence.stand) {
            (Some(at), _) => at,
            (None, Stand::Ended) => {
                // All that the tab still tells of is the end of another one: nothing speaks for this one any more.
                if let Some(forsaken) = here.and_then(|at| self.conversations.get_mut(at)) {
                    forsaken.end(Ending::Seen, now, config);
                }
                return Follow::WentOn;
            }
            (None, stand) => {
                began = Follow::Began;
                self.leave(|one| one.place.tab() == Some(tab), now, config, effects);
                let phase = if stand == Stand::Ringing { Phase::Ringing { since: now } } else { Phase::Active { began: now } };
                self.begin(Venue::Tab { tab, window }, phase)
            }
        };
        let Some(conversation) = self.conversations.get_mut(at) else { return began };
        conversation.place = Venue::Tab { tab, window };
        conversation.browsing = if self.private.contains(&tab) { Browsing::Private } else { Browsing::Usual };
        if evidence.told == Knowledge::InWords {
            conversation.told = Knowledge::InWords;
        }
        // A word that it is over need not say what it was.
        if evidence.stand != Stand::Ended {
            conversation.channel = evidence.channel;
        }
        if evidence.channel == Channel::Chat && config.chats != Chats::Hold && conversation.grip == ConversationGrip::Firm {
            conversation.grip = ConversationGrip::Loose;
        }
        conversation.customer.follow(&evidence.customer);
        conversation.told_customer.follow(&evidence.told_customer);
        if tool_id.is_some() {
            conversation.tool_id = tool_id;
        }
        if let Some((tool, heard)) = &evidence.widget {
            conversation.widget = Some(Widget { tool: tool.clone(), heard: *heard });
        }
        conversation.stand(evidence.stand, now, config);
        conversation.card_settles(now);
        began
    }

    fn begin(&mut self, place: Venue, phase: Phase) -> usize {
        self.next_id = self.next_id.wrapping_add(1);
        let grip = if self.barred.is_some() { ConversationGrip::LetGo } else { ConversationGrip::Firm };
        if self.barred.is_none() && self.conversations.is_empty() {
            self.trouble = None;
        }
        self.conversations.push(Conversation {
            id: ConversationId(self.next_id),
            place,
            browsing: Browsing::Usual,
            phase,
            channel: Channel::Call,
            customer: Customer::default(),
            told_customer: Customer::default(),
            tool_id: None,
            told: Knowledge::ByMedia,
            grip,
            card: Card::Due,
            coach: Coach::default(),
            brought_back: None,
            widget: None,
        });
        self.conversations.len() - 1
    }

    fn heard(&mut self, sender: &Sender, signal: &Signal, panel: PanelAsk, now: Moment, config: &Config, effects: &mut Vec<Effect>) {
        let (Origin::Own(origin) | Origin::Ancestor(origin)) = &sender.origin;
        if !config.is_tool_origin(origin) {
            return;
        }
        // Who asks, or answers what is no longer asked, is told what to look for now.
        let mark = match signal {
            Signal::Ready => None,
            Signal::Looked(Looked { mark, .. }) | Signal::Told(Told { mark, .. }) | Signal::ToldAgain(Told { mark, .. }) => Some(*mark),
            _ => Some(config.mark(origin)),
        };
        if mark != Some(config.mark(origin)) {
            if let Origin::Own(origin) = &sender.origin {
                effects.push(Effect::Watch(sender.tab, sender.frame, origin.clone()));
            }
            return;
        }
        if sender.browsing == Browsing::Private && !self.private.contains(&sender.tab) {
            self.private.push(sender.tab);
        }
        if let Signal::Shares(sharing) = signal {
            self.shared.retain(|tab| *tab != sender.tab);
            if *sharing == Sharing::On {
                self.shared.push(sender.tab);
            }
            return;
        }
        let whom = self.ear.hear(sender, signal, now, config);
        let seen = self.focus.is_seen(sender.tab);
        if let Some(front) = self.front_mut().filter(|front| seen && front.lacks_a_customer()) {
            front.customer = whom;
            front.card_settles(now);
        }
        if panel == PanelAsk::Asked {
            self.listen(now, effects);
            self.follow(now, config, effects);
            for conversation in self.conversations.iter_mut().filter(|one| one.card == Card::Due) {
                conversation.card = Card::Opening;
            }
        }
    }

    fn switch(&mut self, place: Venue, now: Moment, config: &Config, effects: &mut Vec<Effect>) {
        let on = self.conversations.iter_mut().find(|one| one.is_by_hand() && one.phase.rank() > 0);
        match on {
            Some(conversation) => conversation.end(Ending::Said, now, config),
            None => {
                self.leave(Conversation::is_by_hand, now, config, effects);
                let at = self.begin(place, Phase::Active { began: now });
                if let Some(conversation) = self.conversations.get_mut(at) {
                    // The click that began it opens the sidebar, too.
                    conversation.card = Card::Offered;
                    conversation.card_settles(now);
                }
            }
        }
    }

    /// Beside a real conversation there is nothing to practise.
    fn practise(&mut self, customer: Customer, now: Moment) {
        if !self.conversations.is_empty() {
            return;
        }
        let at = self.begin(Venue::Practice, Phase::Active { began: now });
        if let Some(conversation) = self.conversations.get_mut(at) {
            conversation.customer = customer;
            conversation.card = Card::Offered;
            conversation.card_settles(now);
        }
    }

    fn coached(&mut self, id: ConversationId, deed: Deed, now: Moment, config: &Config, effects: &mut Vec<Effect>) {
        if let Some(after) = self.left.iter_mut().find(|after| after.id == id) {
            if let (Deed::Verdict(verdict), Counting::Counted) = (&deed, after.counting) {
                tally_verdict(after.verdict, *verdict, config, effects);
            }
            match deed {
                Deed::Done => self.left.retain(|after| after.id != id),
                Deed::Pad(_) | Deed::Advice(_) | Deed::Verdict(_) => {
                    after.take(deed);
                    after.until = now + AFTER;
                }
                _ => {}
            }
            return;
        }
        let Some(one) = self.conversations.iter_mut().find(|one| one.id == id) else { return };
        match deed {
            Deed::Keep(kept) => {
                if one.browsing == Browsing::Private {
                    return;
                }
                let identities = one.coach.identities(&one.customer);
                let kept = kept.map(|kept| Kept { at: now, ..kept }).filter(|kept| !kept.is_empty());
                if !identities.is_empty() {
                    let met = one.coach.met.get_or_insert_default();
                    met.kept.clone_from(&kept);
                    effects.push(Effect::Keep(identities, kept));
                }
            }
            // While it is on there is more to come; its focus ends with the wrap-up, not by being done with the card.
            Deed::Done => {}
            Deed::Verdict(verdict) if one.counts() => {
                tally_verdict(one.coach.verdict, verdict, config, effects);
                one.coach.take(deed, &one.customer, now);
            }
            deed => one.coach.take(deed, &one.customer, now),
        }
    }

    /// Conversations that are over, or were: what was noted stays for a while, and who it was with is remembered.
    fn leave(&mut self, over: impl Fn(&Conversation) -> bool, now: Moment, config: &Config, effects: &mut Vec<Effect>) {
        let (gone, stay) = std::mem::take(&mut self.conversations).into_iter().partition(over);
        self.conversations = stay;
        let gone: Vec<Conversation> = gone;
        for one in gone {
            let identities = one.coach.identities(&one.customer);
            if !one.coach.firsts.is_empty() {
                self.last_firsts.clone_from(&one.coach.firsts);
            }
            if one.was_on() && one.counts() {
                let kind = match (one.place, one.channel) {
                    (Venue::Premises, _) => Kind::Visit,
                    (_, Channel::Chat) => Kind::Chat,
                    (_, Channel::Call) => Kind::Call,
                };
                let said = one.coach.said.iter().map(|said| said.id.clone()).collect();
                tally(Tally::Conversation { kind, began: one.phase.began(), said }, config, effects);
            }
            // Whoever works in a private window wants nothing of it on the disk.
            if !identities.is_empty() && one.was_on() && one.browsing == Browsing::Usual {
                effects.push(Effect::Remember(identities, one.coach.met.clone().unwrap_or_default().and(&one.coach, now)));
            }
            if let Some(after) = one.into_after(now) {
                if self.left.len() >= MOST_LEFT {
                    self.left.remove(0);
                }
                self.left.push(after);
            }
        }
    }

    fn let_through(&mut self, what: &PassFor, reason: &str, now: Moment, config: &Config) {
        let reason = clean(reason).unwrap_or_default();
        let may = matches!(self.passes_left(config), Some(PassesLeft::Unlimited | PassesLeft::Just(1..)));
        if may && !(reason.is_empty() && config.overrides.reason == AskReason::Required) {
            let _ = self.focus.let_through(what, now + config.overrides.length, &reason);
        }
    }

    fn end_focus(&mut self, now: Moment, config: &Config, effects: &mut Vec<Effect>) {
        for conversation in &mut self.conversations {
            conversation.grip = ConversationGrip::LetGo;
        }
        // A conversation by hand is there for nothing but focus.
        self.leave(|one| one.is_by_hand() || matches!(one.phase, Phase::WrapUp { .. }), now, config, effects);
    }

    fn panicked(&mut self, times: u32, now: Moment, effects: &mut Vec<Effect>) {
        self.focus.torn_down();
        if times > 1 {
            self.trouble = Some(Trouble::Released);
            self.barred = Some(now);
            for conversation in &mut self.conversations {
                conversation.grip = ConversationGrip::LetGo;
            }
        } else {
            self.trouble = Some(Trouble::Restarted);
        }
        effects.push(Effect::AskAll);
    }

    fn has_offered(&self) -> bool {
        self.conversations.iter().any(|one| one.card == Card::Offered)
    }

    fn front_mut(&mut self) -> Option<&mut Conversation> {
        let id = self.front()?.id;
        self.conversations.iter_mut().find(|one| one.id == id)
    }

    /// Tabs whose discarding would end a conversation.
    fn call_tabs(&self) -> Vec<TabId> {
        self.conversations.iter().filter(|one| !matches!(one.phase, Phase::WrapUp { .. })).filter_map(|one| one.place.tab()).collect()
    }

    fn deadline(&self, now: Moment, config: &Config) -> Option<Moment> {
        let mut deadline = earliest(self.ear.deadline(), self.focus.deadline());
        if config.is_paused(now) && !self.conversations.is_empty() {
            deadline = earliest(deadline, config.paused_until);
        }
        for conversation in &self.conversations {
            deadline = earliest(deadline, conversation.deadline(config));
        }
        deadline = earliest(deadline, self.left.iter().map(|after| after.until).min());
        let barred = self.barred.filter(|_| self.conversations.is_empty()).map(|since| since + SILENT);
        earliest(deadline, barred)
    }
}

impl Conversation {
    /// Where it stands.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Voice or text.
    pub fn channel(&self) -> Channel {
        self.channel
    }

    /// Who it is with.
    pub fn customer(&self) -> &Customer {
        &self.customer
    }

    /// The agent's part in it.
    pub fn coach(&self) -> &Coach {
        &self.coach
    }

    /// Its tab, where it has one.
    pub fn tab(&self) -> Option<TabId> {
        self.place.tab()
    }

    /// Which.
    pub fn id(&self) -> ConversationId {
        self.id
    }

    /// The site that the agent was brought back from, if they were.
    pub fn brought_back(&self) -> Option<&str> {
        self.brought_back.as_deref()
    }

    /// Whether it takes place where no browser can hear it: begun and ended by hand.
    pub fn is_by_hand(&self) -> bool {
        matches!(self.place, Venue::Desk | Venue::Premises | Venue::Practice)
    }

    /// Whether focus was ended while it goes on.
    pub fn is_let_go(&self) -> bool {
        self.grip == ConversationGrip::LetGo
    }

    /// Whether it is one for the insights.
    fn counts(&self) -> bool {
        self.place != Venue::Practice && self.browsing == Browsing::Usual
    }

    /// Begun by hand, and nobody has said yet with whom.
    fn lacks_a_customer(&self) -> bool {
        self.place == Venue::Desk && matches!(self.phase, Phase::Active { .. } | Phase::Hold { .. }) && self.customer == Customer::default()
    }

    fn holds(&self) -> bool {
        self.grip == ConversationGrip::Firm && !matches!(self.phase, Phase::Ringing { .. })
    }

    /// A first sign without a word or a click could be a device test: the sidebar shows it if open, and nothing is offered for it.
    fn is_worth_a_card(&self) -> bool {
        !matches!(self.phase, Phase::Ringing { .. }) || self.told == Knowledge::InWords
    }

    /// Whether evidence in this conversation's tab is about this conversation.
    fn continues(&self, evidence: &Evidence, tool_id: &Option<String>, now: Moment) -> bool {
        let named = tool_id.is_some() && self.tool_id.is_some() && *tool_id != self.tool_id;
        // A call in a tab with a chat, or the other way round.
        let other = named || (self.channel != evidence.channel && evidence.stand != Stand::Ended);
        match self.phase {
            _ if other => false,
            Phase::WrapUp { ended, by, .. } => evidence.stand == Stand::Ended || now.since(ended) < by.patience(),
            // A tool without ids that says "ringing" again has a new conversation.
            Phase::Active { .. } | Phase::Hold { .. } => evidence.stand != Stand::Ringing,
            Phase::Ringing { .. } => true,
        }
    }

    fn is_told_by(&self, evidence: &Evidence) -> bool {
        let (Some(widget), Some((tool, heard))) = (&self.widget, &evidence.widget) else { return false };
        let same = (self.tool_id.is_some() && self.tool_id == evidence.tool_id) || is_close(*heard, widget.heard);
        widget.tool == *tool && same && !matches!(self.phase, Phase::WrapUp { .. })
    }

    fn stand(&mut self, stand: Stand, now: Moment, config: &Config) {
        let began = match self.phase {
            Phase::Ringing { .. } => now,
            Phase::Active { began } | Phase::Hold { began } | Phase::WrapUp { began, .. } => began,
        };
        match stand {
            // A connection after an end that was only seen, as in a transfer: ringing again means no more than that.
            Stand::Ringing => {
                if let Phase::WrapUp { ended, until, by, .. } = &mut self.phase
                    && *by == Ending::Seen
                {
                    *by = Ending::Mending;
                    *until = (*until).max(*ended + by.patience());
                }
            }
            Stand::On => {
                self.phase = Phase::Active { began };
                self.coach.go_on(&self.customer);
                self.coach.resume(&self.customer, now);
            }
            Stand::Hold => {
                self.phase = Phase::Hold { began };
                self.coach.hold(&self.customer, now);
            }
            Stand::Ended => self.end(Ending::Said, now, config),
        }
    }

    fn end(&mut self, by: Ending, now: Moment, config: &Config) {
        match self.phase {
            // Missed or declined: nothing to write down.
            Phase::Ringing { since } => self.phase = Phase::WrapUp { began: since, ended: now, until: now, by },
            Phase::Active { began } | Phase::Hold { began } => {
                let wrap_up = if by == Ending::Seen { config.wrap_up.max(MEND) } else { config.wrap_up };
                self.phase = Phase::WrapUp { began, ended: now, until: now + wrap_up, by };
                self.coach.end(&self.customer);
            }
            Phase::WrapUp { .. } => {}
        }
    }

    fn settle(&mut self, now: Moment, config: &Config) {
        if let Phase::Active { began } | Phase::Hold { began } = self.phase
            && now.since(began) >= self.longest(config)
        {
            self.grip = ConversationGrip::LetGo;
            // A desk phone has nobody else to say that it is over.
            if self.is_by_hand() {
                self.end(Ending::Said, now, config);
            }
        }
    }

    /// While it has just begun the card follows what comes to be known; from then on it changes at a turn of the page alone.
    fn card_settles(&mut self, now: Moment) {
        let fresh = |began: Moment| now.since(began) < SETTLES;
        if let Phase::Active { began } | Phase::Hold { began } = self.phase
            && (self.coach.basis.is_none() || fresh(began))
        {
            self.coach.follow(&self.customer);
        }
    }

    /// Whether they talked at all.
    fn was_on(&self) -> bool {
        !matches!(self.phase, Phase::Ringing { .. }) && self.coach.basis.is_some()
    }

    fn into_after(self, now: Moment) -> Option<After> {
        if !self.was_on() {
            return None;
        }
        let counting = if self.counts() { Counting::Counted } else { Counting::Not };
        let Coach { pad, advice, verdict, said, .. } = self.coach;
        let after = After { id: self.id, name: self.customer.name, pad, advice, verdict, said, counting, until: now + AFTER };
        // Without notes nothing of the customer stays; only room for a word that is still on its way.
        let empty = || After { name: None, said: Vec::new(), until: now + LATE, ..after.clone() };
        Some(if after.is_noted() { after } else { empty() })
    }

    /// For which it may last.
    fn longest(&self, config: &Config) -> Millis {
        if self.place == Venue::Practice { PRACTICE } else { config.max_call }
    }

    fn is_over(&self, now: Moment) -> bool {
        matches!(self.phase, Phase::WrapUp { until, .. } if now >= until)
    }

    fn deadline(&self, config: &Config) -> Option<Moment> {
        match self.phase {
            Phase::Ringing { .. } => None,
            Phase::Active { began } | Phase::Hold { began } if self.grip == ConversationGrip::Firm || self.is_by_hand() => {
                Some(began + self.longest(config))
            }
            Phase::Active { .. } | Phase::Hold { .. } => None,
            Phase::WrapUp { until, .. } => Some(until),
        }
    }
}

fn tally(tally: Tally, config: &Config, effects: &mut Vec<Effect>) {
    if config.insights == Insights::On {
        effects.push(Effect::Count(tally));
    }
}

fn tally_verdict(before: Option<Verdict>, now: Option<Verdict>, config: &Config, effects: &mut Vec<Effect>) {
    if before != now {
        tally(Tally::Verdict { before, now }, config, effects);
    }
}

fn is_same_call(one: &Evidence, other: &Evidence) -> bool {
    let (Some((tool, heard)), Some((other_tool, other_heard))) = (&one.widget, &other.widget) else { return false };
    let same_id = one.tool_id.is_some() && one.tool_id == other.tool_id;
    tool == other_tool && (same_id || is_close(*heard, *other_heard))
}

/// Either may come first: a word from long before is of an earlier call (to take its end for this one's began and ended it without end).
fn is_close(one: Moment, other: Moment) -> bool {
    one.since(other).max(other.since(one)) <= SAME_CALL
}

impl Ending {
    /// How long it may be that the same conversation goes on.
    fn patience(self) -> Millis {
        match self {
            Ending::Said => Millis(0),
            Ending::Seen => MEND,
            Ending::Mending => Millis(2 * MEND.0),
        }
    }
}

impl Venue {
    fn tab(self) -> Option<TabId> {
        match self {
            Venue::Tab { tab, .. } => Some(tab),
            Venue::Desk | Venue::Premises | Venue::Practice => None,
        }
    }

    fn window(self) -> Option<WindowId> {
        match self {
            Venue::Tab { window, .. } => Some(window),
            Venue::Desk | Venue::Premises | Venue::Practice => None,
        }
    }
}

impl Phase {
    fn name(self) -> &'static str {
        match self {
            Phase::Ringing { .. } => "ringing",
            Phase::Active { .. } => "active",
            Phase::Hold { .. } => "hold",
            Phase::WrapUp { .. } => "wrapUp",
        }
    }

    /// What comes first when there are several.
    fn rank(self) -> u8 {
        match self {
            Phase::WrapUp { .. } => 0,
            Phase::Ringing { .. } => 1,
            Phase::Hold { .. } => 2,
            Phase::Active { .. } => 3,
        }
    }

    fn began(self) -> Moment {
        match self {
            Phase::Ringing { since } => since,
            Phase::Active { began } | Phase::Hold { began } | Phase::WrapUp { began, .. } => began,
        }
    }
}

keep_struct!(State { ear, focus, conversations, next_id, shared, private, focused_since, left, last_firsts, trouble, barred, clock });
keep_struct!(Clock { last, lead });
keep_struct!(Conversation {
    id,
    place,
    browsing,
    phase,
    channel,
    customer,
    told_customer,
    tool_id,
    told,
    grip,
    card,
    coach,
    brought_back,
    widget
});
keep_enum!(Venue { 0 = Tab { tab, window }, 1 = Desk, 2 = Premises, 3 = Practice });
keep_enum!(Phase { 0 = Ringing { since }, 1 = Active { began }, 2 = Hold { began }, 3 = WrapUp { began, ended, until, by } });
keep_enum!(Ending { 0 = Said, 1 = Seen, 2 = Mending });
keep_struct!(Widget { tool, heard });
keep_enum!(ConversationGrip { 0 = Firm, 1 = LetGo, 2 = Loose });
keep_enum!(Card { 0 = Due, 1 = Opening, 2 = Offered });
keep_enum!(Trouble { 0 = Restarted, 1 = Released });
