//! What pages may report: how their peer connections do, and what an in-house tool says of its conversation.
//! Must never be believed further than this: facts about media carry no text, and text is cleaned before anyone sees it.

use crate::customer::{Customer, clean};
use crate::focus::{Browsing, Front};
use crate::ids::{FrameId, TabId, WindowId};
use crate::keep::{keep_enum, keep_struct};
use crate::value::Value;

/// One report from one frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Signal {
    /// What hook.js measured over all peer connections of the frame that are not a loopback pair.
    Peers(Peers),
    /// The `detail` of the documented page event, unread. See docs/page-api.md.
    Said(Value),
    /// The last such detail once more, as a sign of life.
    SaidAgain(Value),
    /// A page that was open before we came plays a call's sound, or no longer; its connection was made before anybody could look.
    Unheard(Sound),
    /// look.js is there, and asks what to look for.
    Ready,
    /// What look.js saw.
    Looked(Looked),
    /// What a widget told the page around it.
    Told(Told),
    /// The last such message once more, as a sign of life.
    ToldAgain(Told),
    /// The page shares the screen, or no longer: the customer may see what is on it.
    Shares(Sharing),
}

/// Whether a page shares the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// It does.
    On,
    /// It does not.
    Off,
}

/// Sound that a page or a whole tab makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sound {
    /// It plays.
    Plays,
    /// No longer.
    #[default]
    Over,
}

/// What the browser itself says of a tab: it can't be faked by the page, and is no evidence of a call by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Airs {
    /// Whether it makes a sound.
    pub sound: Sound,
    /// Whether it has the microphone. Firefox alone says so.
    pub microphone: Microphone,
}

impl Airs {
    /// Reads `{ sound, microphone }`; what isn't there is off.
    pub fn read(value: &Value) -> Airs {
        Airs {
            sound: if value.is_true("sound") { Sound::Plays } else { Sound::Over },
            microphone: if value.is_true("microphone") { Microphone::Live } else { Microphone::None },
        }
    }
}

/// The answers of a page to what it was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    /// Which questions these are answers to; see [`crate::config::Config::watch`].
    pub mark: u32,
    /// The page's address, as the page says: it may move within its origin.
    pub url: String,
    /// Its title, where it matters.
    pub title: String,
    /// Whether its tab is in front.
    pub front: Front,
    /// Grows when the agent does something in the page.
    pub acts: u32,
    /// The answers, of all tools that were asked for.
    pub facts: Vec<Value>,
}

/// A message of a telephony widget.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Which questions it is an answer to.
    pub mark: u32,
    /// Whose widget.
    pub tool: String,
    /// The members that were asked for.
    pub values: Vec<Value>,
}

impl Signal {
    /// Reads a report; `None` when it is none.
    pub fn read(value: &Value) -> Option<Signal> {
        match value.tagged()? {
            ("peers", peers) => Some(Signal::Peers(Peers::read(peers)?)),
            ("said", detail) => Some(Signal::Said(detail.clone())),
            ("saidAgain", detail) => Some(Signal::SaidAgain(detail.clone())),
            ("unheard", sound) => Some(Signal::Unheard(if sound.text()? == "plays" { Sound::Plays } else { Sound::Over })),
            ("shares", word) => Some(Signal::Shares(if word.text()? == "on" { Sharing::On } else { Sharing::Off })),
            ("ready", _) => Some(Signal::Ready),
            ("looked", looked) => Looked::read(looked).map(Signal::Looked),
            ("told", told) => Told::read(told).map(Signal::Told),
            ("toldAgain", told) => Told::read(told).map(Signal::ToldAgain),
            _ => None,
        }
    }
}

impl Looked {
    fn read(value: &Value) -> Option<Looked> {
        let text = |name| value.text_of(name).unwrap_or_default().to_owned();
        Some(Looked {
            mark: value.number_of("mark")? as u32,
            url: text("url"),
            title: text("title"),
            front: if value.is_true("front") { Front::Front } else { Front::Behind },
            acts: value.number_of("acts")? as u32,
            facts: value.get("facts")?.list()?.to_vec(),
        })
    }
}

impl Told {
    fn read(value: &Value) -> Option<Told> {
        let tool = value.text_of("tool")?.to_owned();
        Some(Told { mark: value.number_of("mark")? as u32, tool, values: value.get("values")?.list()?.to_vec() })
    }
}

/// The frame's peer connections, taken together: some phones send on one and receive on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peers {
    /// The furthest that any of them got.
    pub link: Link,
    /// Whether one of them sends a microphone. Muted counts: mute is not the end of a call.
    pub microphone: Microphone,
    /// Whether audio packets arrived in three looks running.
    pub inbound: Inbound,
}

impl Peers {
    fn read(value: &Value) -> Option<Peers> {
        let link = match value.text_of("link")? {
            "none" => Link::None,
            "open" => Link::Open,
            "connected" => Link::Connected,
            _ => return None,
        };
        let microphone = if value.text_of("microphone")? == "live" { Microphone::Live } else { Microphone::None };
        let inbound = if value.text_of("inbound")? == "growing" { Inbound::Growing } else { Inbound::Still };
        Some(Peers { link, microphone, inbound })
    }
}

/// How far a peer connection got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// There is none, or all are closed.
    None,
    /// Open, not connected: before the answer, or after the other side vanished.
    Open,
    /// Connected.
    Connected,
}

/// A sender with a live track from the microphone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Microphone {
    /// Sent.
    Live,
    /// Not sent.
    #[default]
    None,
}

/// Inbound audio packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inbound {
    /// Their count grows.
    Growing,
    /// It stands.
    Still,
}

/// Who sent a report, as the browser says; never as the page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The tab.
    pub tab: TabId,
    /// The frame in it.
    pub frame: FrameId,
    /// The tab's window.
    pub window: WindowId,
    /// Where the frame comes from.
    pub origin: Origin,
    /// What the browser says of the tab.
    pub airs: Airs,
    /// What kind of window it is in.
    pub browsing: Browsing,
}

/// A frame's origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Its own.
    Own(String),
    /// The browser names none (`srcdoc`): the nearest ancestor's. Such frames show customers' HTML, so their peers count and their words do not. Of a
    /// sandboxed one, which can have no microphone, content.js sends nothing at all.
    Ancestor(String),
}

/// What a tool said, read and cleaned.
#[derive(Debug, Clone, PartialEq)]
pub struct Saying {
    /// How the conversation stands.
    pub word: Word,
    /// The tool's own id of it.
    pub conversation: Option<String>,
    /// Voice or text.
    pub channel: Channel,
    /// Who it is with.
    pub customer: Customer,
}

/// How a conversation stands, in a tool's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It rings.
    Ringing,
    /// They talk.
    Active,
    /// The customer waits on the line.
    Hold,
    /// It is over.
    Ended,
}

/// Voice or text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Channel {
    /// Voice.
    #[default]
    Call,
    /// Text.
    Chat,
}

impl Saying {
    /// Reads the event's detail: an object, or `None` when its `phase` is none that we know.
    pub fn read(detail: &Value) -> Option<Saying> {
        let word = match detail.text_of("phase")? {
            "ringing" => Word::Ringing,
            "active" => Word::Active,
            "hold" => Word::Hold,
            "ended" => Word::Ended,
            _ => return None,
        };
        let channel = if detail.text_of("channel") == Some("chat") { Channel::Chat } else { Channel::Call };
        let customer = detail.get("customer").map(Customer::read).unwrap_or_default();
        Some(Saying { word, conversation: detail.text_of("conversation").and_then(clean), channel, customer })
    }
}

keep_struct!(Airs { sound, microphone });
keep_enum!(Sound { 0 = Plays, 1 = Over });
keep_enum!(Microphone { 0 = Live, 1 = None });
keep_enum!(Word { 0 = Ringing, 1 = Active, 2 = Hold, 3 = Ended });
keep_enum!(Channel { 0 = Call, 1 = Chat });
