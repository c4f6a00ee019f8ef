//! What our pages show: a pure function of state and settings. What the card makes of a conversation's facts is [`crate::card`]'s. Must never hold a sentence of the product's own
//! (those are in `_locales`) nor anything that a page does not show.

use crate::coach::{After, Facts, Fold, Screen};
use crate::config::{Allowed, AskReason, Config, Duty};
use crate::focus::HeldSite;
use crate::ids::{ConversationId, Moment, TabId};
use crate::keep;
use crate::object;
use crate::session::{Conversation, PassesLeft, Phase, State, Trouble};
use crate::signal::Channel;
use crate::value::{Value, names};

/// All pages' views; saved in one write with the state, so that a page needs no worker to draw itself.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// For the sidebar and the popup.
    pub sidebar: SidebarView,
    /// For pages that stand in place of a stopped navigation.
    pub blocked: BlockedView,
    /// What may be done against holding, for all pages and covers.
    pub overrides: OverrideView,
}

/// What the agent may do against holding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverrideView {
    /// Whether a site may be let through now.
    pub letting: Letting,
    /// How often still; `None` where nobody counts.
    pub left: Option<u32>,
    /// For how many minutes.
    pub minutes: u32,
    /// Whether a reason is asked for.
    pub reason: AskReason,
    /// Whether focus may be ended.
    pub ending: Ending,
}

/// Whether a site may be let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letting {
    /// Yes.
    Open,
    /// Not again in this conversation.
    Spent,
    /// Settings or policy say no.
    No,
}

/// Whether focus may be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// By one click.
    Allowed,
    /// IT says no.
    Locked,
}

/// The sidebar.
#[derive(Debug, Clone, PartialEq)]
pub struct SidebarView {
    /// Where the conversation in front stands.
    pub phase: PhaseView,
    /// When it began, where elapsed time means something.
    pub since: Option<Moment>,
    /// Voice or text.
    pub channel: Channel,
    /// Who it is, for the first glance: a page that opens shows it before it has read what a card is made of.
    pub customer: CustomerView,
    /// The conversation in front.
    pub facts: Option<Facts>,
    /// What is left to write down of the one before.
    pub after: Option<After>,
    /// What is held.
    pub held: Vec<HeldSite>,
    /// In how many tabs.
    pub held_tabs: u32,
    /// The other conversations that ring or are on.
    pub waiting: Vec<WaitingView>,
    /// How many more wait, by what the tool's page says; 0 where it says nothing.
    pub queue: u32,
    /// The site that the agent was brought back from.
    pub brought_back: Option<String>,
    /// Sites that can't be covered for want of access.
    pub needs_access: Vec<String>,
    /// The site of a tool whose page was open before us and plays a call that can't be looked at.
    pub needs_reload: Option<String>,
    /// What went wrong.
    pub trouble: Option<Trouble>,
    /// Whether distractions are held.
    pub focus: FocusView,
    /// Nothing is held until then: the agent asked for a pause.
    pub paused: Option<Moment>,
    /// Whether there is a tool to listen to.
    pub set_up: SetUp,
    /// Whether the manual switch is on.
    pub by_hand: ByHand,
}

/// The phase, without its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhaseView {
    /// Nothing is on.
    Idle,
    /// It rings.
    Ringing,
    /// They talk.
    Active,
    /// The customer waits.
    Hold,
    /// Over; a moment to write down.
    WrapUp,
}

/// Whether distractions are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FocusView {
    /// Nothing is to be held now.
    Off,
    /// They are.
    On,
    /// A conversation is on, and focus was ended.
    Ended,
    /// A conversation is on during a pause.
    Paused,
}

/// Whether there is a tool to listen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetUp {
    /// There is.
    Ready,
    /// There is none yet.
    NoTools,
    /// The organisation's edition is here, and does the work.
    TheOthers,
}

/// Whether the manual switch is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByHand {
    /// It is.
    On,
    /// It is not.
    Off,
}

/// The customer at a first glance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomerView {
    /// Name; absent when unknown, and where somebody may look on.
    pub name: Option<String>,
    /// Place as one says it.
    pub place: Option<String>,
    /// How the tool marks them or their matter.
    pub tags: Vec<String>,
}

/// A conversation beside the one in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingView {
    /// Which.
    pub id: ConversationId,
    /// Its tab, where it has one.
    pub tab: Option<TabId>,
    /// Whose, where it is known.
    pub name: Option<String>,
    /// Where it stands.
    pub phase: PhaseView,
    /// Voice or text.
    pub channel: Channel,
}

/// A page that stands in place of a stopped navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedView {
    /// Whether it may go on.
    pub gate: Gate,
    /// Sites that are let through: pages of theirs may go on all the same.
    pub open: Vec<String>,
    /// Who the agent is with, if known.
    pub name: Option<String>,
}

/// Whether a stopped navigation may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// It has to wait.
    Shut,
    /// It may; no rule would stop it again.
    Open,
}

names! {
    PhaseView { Idle = "idle", Ringing = "ringing", Active = "active", Hold = "hold", WrapUp = "wrapUp" }
    FocusView { Off = "off", On = "on", Ended = "ended", Paused = "paused" }
    Letting { Open = "open", Spent = "spent", No = "no" }
    Ending { Allowed = "allowed", Locked = "locked" }
    AskReason { Never = "never", Asked = "asked", Required = "required" }
    SetUp { Ready = "ready", NoTools = "noTools", TheOthers = "theOthers" }
    ByHand { On = "on", Off = "off" }
    Gate { Shut = "shut", Open = "open" }
    Channel { Call = "call", Chat = "chat" }
    Trouble { Restarted = "restarted", Released = "released" }
}

impl View {
    /// As plain data, for storage; what is unknown is `null`.
    pub fn write(&self) -> Value {
        let (sidebar, blocked) = (&self.sidebar, &self.blocked);
        let waiting = sidebar.waiting.iter().map(WaitingView::write).collect::<Vec<_>>();
        let held: Vec<Value> =
            sidebar.held.iter().map(|site| object! { "host" => site.host.as_str(), "tabs" => f64::from(site.tabs) }).collect();
        object! {
            "sidebar" => object! {
                "phase" => sidebar.phase.name(),
                "since" => sidebar.since.map_or(Value::Null, Value::from),
                "channel" => sidebar.channel.name(),
                "customer" => object! {
                    "name" => maybe(&sidebar.customer.name), "place" => maybe(&sidebar.customer.place), "tags" => sidebar.customer.tags.clone(),
                },
                "facts" => sidebar.facts.as_ref().map_or(Value::Null, |facts| facts.write().into()),
                "after" => sidebar.after.as_ref().map_or(Value::Null, |after| keep::write(after).into()),
                "held" => held,
                "heldTabs" => f64::from(sidebar.held_tabs),
                "waiting" => waiting,
                "queue" => f64::from(sidebar.queue),
                "broughtBack" => maybe(&sidebar.brought_back),
                "needsAccess" => sidebar.needs_access.clone(),
                "needsReload" => maybe(&sidebar.needs_reload),
                "trouble" => sidebar.trouble.map_or(Value::Null, |trouble| trouble.name().into()),
                "focus" => sidebar.focus.name(),
                "paused" => sidebar.paused.map_or(Value::Null, Value::from),
                "setUp" => sidebar.set_up.name(),
                "byHand" => sidebar.by_hand.name(),
            },
            "blocked" => object! { "gate" => blocked.gate.name(), "open" => blocked.open.clone(), "name" => maybe(&blocked.name) },
            "override" => self.overrides.write(),
        }
    }

    /// What [`View::write`] wrote; `None` for anything else.
    pub fn read(value: &Value) -> Option<View> {
        let (sidebar, blocked) = (value.get("sidebar")?, value.get("blocked")?);
        let customer = sidebar.get("customer")?;
        let held = sidebar.get("held")?.list()?.iter();
        let host = |site: &Value| Some(HeldSite { host: text(site, "host")?, tabs: site.number_of("tabs")? as u32 });
        Some(View {
            sidebar: SidebarView {
                phase: PhaseView::read(sidebar.text_of("phase"))?,
                since: Moment::read(sidebar, "since"),
                channel: Channel::read(sidebar.text_of("channel"))?,
                customer: CustomerView { name: text(customer, "name"), place: text(customer, "place"), tags: texts(customer, "tags") },
                facts: sidebar.text_of("facts").and_then(Facts::read),
                after: sidebar.text_of("after").and_then(keep::read),
                held: held.filter_map(host).collect(),
                held_tabs: sidebar.number_of("heldTabs")? as u32,
                waiting: sidebar.get("waiting")?.list()?.iter().filter_map(WaitingView::read).collect(),
                queue: sidebar.number_of("queue")? as u32,
                brought_back: text(sidebar, "broughtBack"),
                needs_access: texts(sidebar, "needsAccess"),
                needs_reload: text(sidebar, "needsReload"),
                trouble: Trouble::read(sidebar.text_of("trouble")),
                focus: FocusView::read(sidebar.text_of("focus"))?,
                paused: Moment::read(sidebar, "paused"),
                set_up: SetUp::read(sidebar.text_of("setUp"))?,
                by_hand: ByHand::read(sidebar.text_of("byHand"))?,
            },
            blocked: BlockedView { gate: Gate::read(blocked.text_of("gate"))?, open: texts(blocked, "open"), name: text(blocked, "name") },
            overrides: OverrideView::read(value.get("override")?)?,
        })
    }
}

impl OverrideView {
    fn of(state: &State, config: &Config) -> OverrideView {
        let (letting, left) = match state.passes_left(config) {
            None => (Letting::No, None),
            Some(PassesLeft::Unlimited) => (Letting::Open, None),
            Some(PassesLeft::Just(0)) => (Letting::Spent, Some(0)),
            Some(PassesLeft::Just(left)) => (Letting::Open, Some(left)),
        };
        let ending = if config.overrides.allowed == Allowed::Nothing { Ending::Locked } else { Ending::Allowed };
        OverrideView { letting, left, minutes: (config.overrides.length.0 / 60_000) as u32, reason: config.overrides.reason, ending }
    }

    fn write(&self) -> Value {
        object! {
            "letting" => self.letting.name(), "left" => self.left.map_or(Value::Null, |left| f64::from(left).into()),
            "minutes" => f64::from(self.minutes), "reason" => self.reason.name(), "ending" => self.ending.name(),
        }
    }

    fn read(value: &Value) -> Option<OverrideView> {
        Some(OverrideView {
            letting: Letting::read(value.text_of("letting"))?,
            left: value.number_of("left").map(|left| left as u32),
            minutes: value.number_of("minutes")? as u32,
            reason: AskReason::read(value.text_of("reason"))?,
            ending: Ending::read(value.text_of("ending"))?,
        })
    }
}

impl WaitingView {
    fn of(conversation: &Conversation) -> WaitingView {
        WaitingView {
            id: conversation.id(),
            tab: conversation.tab(),
            name: conversation.coach().customer(conversation.customer()).name,
            phase: PhaseView::of(conversation.phase()),
            channel: conversation.channel(),
        }
    }

    fn write(&self) -> Value {
        object! {
            "id" => self.id, "tab" => self.tab.map_or(Value::Null, Value::from),
            "name" => maybe(&self.name), "phase" => self.phase.name(), "channel" => self.channel.name(),
        }
    }

    fn read(value: &Value) -> Option<WaitingView> {
        Some(WaitingView {
            id: ConversationId::read(value, "id")?,
            tab: TabId::read(value, "tab"),
            name: text(value, "name"),
            phase: PhaseView::read(value.text_of("phase"))?,
            channel: Channel::read(value.text_of("channel"))?,
        })
    }
}

fn maybe(text: &Option<String>) -> Value {
    text.as_deref().map_or(Value::Null, Value::from)
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.text_of(name).map(str::to_owned)
}

fn texts(value: &Value, name: &str) -> Vec<String> {
    value.get(name).map(Value::texts).unwrap_or_default()
}

/// Draws everything.
pub fn view(state: &State, config: &Config) -> View {
    let front = state.front();
    let held = state.focus().held_sites();
    let phase = front.map(|one| one.phase());
    let let_go = front.is_some_and(|one| one.is_let_go());
    let focus = match (state.focus().is_free(), let_go, state.holds_something()) {
        (false, ..) => FocusView::On,
        (true, true, _) => FocusView::Ended,
        (true, false, true) => FocusView::Paused,
        (true, false, false) => FocusView::Off,
    };
    let facts = front.map(|one| state.facts(one));
    // Nobody who looks on is to read it on a page that stands in another's place.
    let open = facts.as_ref().filter(|facts| facts.screen == Screen::Own && facts.coach.fold == Fold::Open);
    let customer = open.map(Facts::customer).map(|one| CustomerView { name: one.name, place: one.place.spoken(), tags: one.tags });
    let customer = customer.unwrap_or_default();
    let name = customer.name.clone();
    View {
        sidebar: SidebarView {
            phase: phase.map_or(PhaseView::Idle, PhaseView::of),
            since: phase.and_then(began).map(|at| state.wall(at)),
            channel: front.map(|one| one.channel()).unwrap_or_default(),
            customer,
            facts,
            after: state.after().cloned(),
            held_tabs: held.iter().map(|site| site.tabs).sum(),
            held,
            waiting: state.waiting().map(WaitingView::of).collect(),
            queue: if front.is_some() { state.queue() } else { 0 },
            brought_back: front.and_then(|one| one.brought_back().map(str::to_owned)),
            needs_access: state.focus().sites_without_access(),
            needs_reload: state.needs_reload().map(str::to_owned),
            trouble: state.trouble(),
            focus,
            paused: config.paused_until,
            set_up: match config.duty {
                Duty::TheOthers => SetUp::TheOthers,
                Duty::Ours if config.all_tool_sites().next().is_none() => SetUp::NoTools,
                Duty::Ours => SetUp::Ready,
            },
            by_hand: if front.is_some_and(|one| one.is_by_hand()) { ByHand::On } else { ByHand::Off },
        },
        blocked: BlockedView {
            gate: if state.focus().may_go_on() { Gate::Open } else { Gate::Shut },
            open: state.focus().open_sites(config),
            name,
        },
        overrides: OverrideView::of(state, config),
    }
}

fn began(phase: Phase) -> Option<Moment> {
    match phase {
        Phase::Active { began } | Phase::Hold { began } => Some(began),
        Phase::Ringing { .. } | Phase::WrapUp { .. } => None,
    }
}

impl PhaseView {
    fn of(phase: Phase) -> PhaseView {
        match phase {
            Phase::Ringing { .. } => PhaseView::Ringing,
            Phase::Active { .. } => PhaseView::Active,
            Phase::Hold { .. } => PhaseView::Hold,
            Phase::WrapUp { .. } => PhaseView::WrapUp,
        }
    }
}
