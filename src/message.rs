//! What scripts may send to the background, one enum a direction, and who may send it. Must never trust anything but the sender
//! that the browser filled in: a script in a page can't command, and a page of ours can't report a call.

use crate::coach::Deed;
use crate::customer::{Customer, clean_to};
use crate::focus::{Arrival, Browsing, Notice, PassFor};
use crate::ids::{ConversationId, FrameId, TabId, WindowId};
use crate::session::{Event, PanelAsk, PanelOutcome};
use crate::signal::{Airs, Origin, Sender, Signal};
use crate::site::Address;
use crate::value::Value;

/// Any message, as it arrives.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// From content.js in a tool's page.
    Signal(Signal),
    /// A tool's document is being unloaded, taken away, or has crashed. What stands in its place is asked what is true.
    Left,
    /// From notices.js: a page's notification was held.
    Notice(Notice),
    /// From cover.js in a distraction's page.
    Cover(FromCover),
    /// From a page of ours.
    Command(Command),
}

/// From a cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromCover {
    /// It ran in a page that loaded by itself.
    Loaded,
    /// A trusted click on its way out.
    EndFocus,
    /// One on "let this site through", with the reason that was given.
    LetThrough(String),
}

/// From a page of ours.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Release everything; the conversation goes on.
    EndFocus,
    /// The manual switch.
    Switch,
    /// Somebody stands before the agent.
    WalkIn,
    /// Show how it is, with this customer.
    Practise(Box<Customer>),
    /// Let this through, for that reason.
    LetThrough(PassFor, String),
    /// Something on a conversation's card.
    Coach(ConversationId, Deed),
}

/// Who sent a message, as the browser says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// A script in a web page's frame.
    Frame(FromFrame),
    /// A page of this extension.
    Ours,
}

/// A frame of a web page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromFrame {
    /// Its tab.
    pub tab: TabId,
    /// The frame.
    pub frame: FrameId,
    /// The tab's window.
    pub window: WindowId,
    /// Its origin; `None` when not even an ancestor has one.
    pub origin: Option<Origin>,
    /// Its address.
    pub url: String,
    /// What the browser says of the tab.
    pub airs: Airs,
    /// What kind of window it is in.
    pub browsing: Browsing,
}

impl Message {
    /// Reads a message; `None` when it is none of ours.
    pub fn read(value: &Value) -> Option<Message> {
        match value.tagged()? {
            ("signal", signal) => Signal::read(signal).map(Message::Signal),
            ("left", _) => Some(Message::Left),
            ("notice", notice) => {
                let text = |name, longest| notice.text_of(name).and_then(|text| clean_to(text, longest)).unwrap_or_default();
                let notice = Notice { title: text("title", 200), body: text("body", 500), tag: text("tag", 100) };
                (!notice.title.is_empty() || !notice.body.is_empty()).then_some(Message::Notice(notice))
            }
            ("letThrough", what) => {
                let reason = what.text_of("reason").unwrap_or_default().to_owned();
                if let Some(target) = what.text_of("target") {
                    return Some(Message::Command(Command::LetThrough(PassFor::Target(target.to_owned()), reason)));
                }
                match what.text_of("site") {
                    Some(site) => Some(Message::Command(Command::LetThrough(PassFor::Site(site.to_owned()), reason))),
                    None => Some(Message::Cover(FromCover::LetThrough(reason))),
                }
            }
            ("cover", word) => match word.text()? {
                "loaded" => Some(Message::Cover(FromCover::Loaded)),
                "endFocus" => Some(Message::Cover(FromCover::EndFocus)),
                _ => None,
            },
            ("command", word) => match word.text()? {
                "endFocus" => Some(Message::Command(Command::EndFocus)),
                "switch" => Some(Message::Command(Command::Switch)),
                "walkIn" => Some(Message::Command(Command::WalkIn)),
                _ => None,
            },
            ("practise", customer) => Some(Message::Command(Command::Practise(Box::new(Customer::read(customer))))),
            ("coach", deed) => {
                let conversation = ConversationId::read(value, "conversation")?;
                Some(Message::Command(Command::Coach(conversation, Deed::read(deed)?)))
            }
            _ => None,
        }
    }
}

/// Reads an event as background.js writes it: `"tick"`, or `{ "tabRemoved": { "tab": 7 } }`.
pub fn read_event(value: &Value) -> Option<Event> {
    let (kind, inner) = value.tagged()?;
    let tab = || TabId::read(inner, "tab");
    let url = || inner.text_of("url").map(str::to_owned);
    Some(match kind {
        "tick" => Event::Tick,
        "configured" => Event::Configured,
        "switched" => Event::Switched,
        "walkedIn" => Event::WalkedIn,
        "practised" => Event::Practised { customer: Box::new(Customer::read(inner)) },
        "button" => Event::Button,
        "focusEnded" => Event::FocusEnded,
        "panicked" => Event::Panicked { times: inner.number_of("times")? as u32 },
        "panel" => {
            Event::Panel { outcome: if inner.text_of("outcome")? == "opened" { PanelOutcome::Opened } else { PanelOutcome::Refused } }
        }
        "navigated" => {
            let how = match inner.text_of("how")? {
                "form" => Arrival::Form,
                "history" => Arrival::History,
                "same" => Arrival::Same,
                "ours" => Arrival::Ours,
                "linked" => Arrival::Linked,
                _ => Arrival::Fresh,
            };
            Event::Navigated { tab: tab()?, frame: FrameId::read(inner, "frame")?, url: url()?, how }
        }
        "stopped" => Event::Stopped { tab: tab()?, url: url()? },
        "titled" => Event::Titled { tab: tab()?, url: url()?, title: inner.text_of("title")?.to_owned() },
        "opened" => Event::Opened { tab: tab()?, opener: TabId::read(inner, "opener")? },
        "activated" => Event::Activated { tab: tab()?, window: WindowId::read(inner, "window")? },
        "airs" => Event::Airs { tab: tab()?, airs: Airs::read(inner) },
        "focused" => Event::Focused { window: WindowId::read(inner, "window")? },
        "tabRemoved" => Event::TabRemoved { tab: tab()? },
        "tabReplaced" => Event::TabReplaced { old: TabId::read(inner, "old")?, new: TabId::read(inner, "new")? },
        _ => return None,
    })
}

/// What the message means, if this sender may send it.
pub fn admit(message: Message, from: From, panel: PanelAsk) -> Option<Event> {
    match (message, from) {
        // From whomever: it can only lead to a question, and a frame that is gone has no origin to be found any more.
        (Message::Left, From::Frame(FromFrame { tab, frame, .. })) => Some(Event::Left { tab, frame }),
        (Message::Signal(signal), From::Frame(FromFrame { tab, frame, window, origin: Some(origin), airs, browsing, .. })) => {
            Some(Event::Heard { sender: Sender { tab, frame, window, origin, airs, browsing }, signal, panel })
        }
        (Message::Cover(FromCover::Loaded), From::Frame(FromFrame { tab, frame: FrameId::TOP, url, .. })) => {
            Some(Event::CoverLoaded { tab, url })
        }
        (Message::Cover(FromCover::EndFocus), From::Frame(FromFrame { frame: FrameId::TOP, .. })) => Some(Event::FocusEnded),
        (Message::Cover(FromCover::LetThrough(reason)), From::Frame(FromFrame { tab, frame: FrameId::TOP, .. })) => {
            Some(Event::LetThrough { what: PassFor::Tab(tab), reason })
        }
        (Message::Command(Command::LetThrough(what, reason)), From::Ours) => Some(Event::LetThrough { what, reason }),
        // By the site that a frame stands in the browser's books with, never by what the page calls itself.
        (Message::Notice(notice), From::Frame(FromFrame { tab, origin: Some(Origin::Own(origin) | Origin::Ancestor(origin)), .. })) => {
            let site = Address::parse(&origin)?.host.to_owned();
            Some(Event::Noticed { tab, site, notice })
        }
        (Message::Command(Command::EndFocus), From::Ours) => Some(Event::FocusEnded),
        (Message::Command(Command::Switch), From::Ours) => Some(Event::Switched),
        (Message::Command(Command::WalkIn), From::Ours) => Some(Event::WalkedIn),
        (Message::Command(Command::Practise(customer)), From::Ours) => Some(Event::Practised { customer }),
        (Message::Command(Command::Coach(conversation, deed)), From::Ours) => Some(Event::Coached { conversation, deed }),
        _ => None,
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    fn frame(frame: FrameId, origin: Option<Origin>) -> From {
        From::Frame(FromFrame {
            tab: TabId(1),
            frame,
            window: WindowId(1),
            origin,
            url: String::new(),
            airs: Airs::default(),
            browsing: Browsing::Usual,
        })
    }

    #[test]
    fn a_script_in_a_page_cannot_command() {
        let origin = Some(Origin::Own("https://phone.example".to_owned()));
        assert_eq!(admit(Message::Command(Command::EndFocus), frame(FrameId::TOP, origin), PanelAsk::NotAsked), None);
    }

    #[test]
    fn a_page_of_ours_cannot_report_a_call() {
        let signal = Message::Signal(Signal::Said(crate::value::Value::Null));
        assert_eq!(admit(signal, From::Ours, PanelAsk::NotAsked), None);
    }

    #[test]
    fn a_frame_within_a_distraction_cannot_end_focus() {
        assert_eq!(admit(Message::Cover(FromCover::EndFocus), frame(FrameId(4), None), PanelAsk::NotAsked), None);
        assert_eq!(admit(Message::Cover(FromCover::EndFocus), frame(FrameId::TOP, None), PanelAsk::NotAsked), Some(Event::FocusEnded));
    }

    #[test]
    fn a_frame_without_any_origin_is_not_heard() {
        let signal = Message::Signal(Signal::Said(crate::value::Value::Null));
        assert_eq!(admit(signal, frame(FrameId(4), None), PanelAsk::NotAsked), None);
    }
}
