//! The card's life on the page: what it is made of is fetched here, what it says is drawn, and what the agent does on it is sent. Must never change a
//! conversation by itself: all goes through the background, and comes back as the next view.

use std::cell::{Cell, RefCell};

use gloo_timers::callback::Timeout;
use js_sys::{Date, Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement};

use super::api::{self, Answer};
use super::dom::{self, Shown};
use super::page::{library_path, phrase_language, send};
use super::store;
use crate::card::{
    Acquaintance, Card, Folded, Knower, LocalTime, Openness, PLAN_SHOWN, PlaceLine, Sources, Surety, TimeThere, acknowledgement,
    all_phrases, card, whereabouts,
};
use crate::coach::{After, Facts, Meeting, Naming, Solved, Stage};
use crate::guide::{Guide, Memory};
use crate::ids::{ConversationId, Moment};
use crate::name::Name;
use crate::object;
use crate::phrase::{DayPart, Library, Offer, Origin, Phrase};
use crate::places::Places;
use crate::session::Phase;
use crate::signal::Channel;
use crate::value::Value;
use crate::view::SidebarView;

#[wasm_bindgen]
extern "C" {
    /// Puts a text into the reply box of a tab: `"put"` or `"nowhere"`; set by page.js.
    #[wasm_bindgen(js_namespace = undivided, js_name = putReply)]
    fn put_reply(tab: i32, text: &str) -> js_sys::Promise;
}

/// All that a page of the card knows.
#[derive(Default)]
struct Desk {
    guide: Option<Guide>,
    policy: Value,
    libraries: Vec<(&'static str, Library)>,
    places: Option<Places>,
    facts: Option<Facts>,
    card: Option<Card>,
    after: Option<After>,
    waiting: Vec<(ConversationId, Option<crate::ids::TabId>, Channel)>,
    /// What stands on the pad and was not sent yet.
    unsent: Option<(ConversationId, &'static str, String)>,
    /// The phrase whose dialog is open.
    open: Option<Offer>,
    keys: bool,
    /// A conversation whose phrase was reported as the first.
    stood: Option<(ConversationId, String)>,
}

thread_local! {
    /// Counts views.
    static TURN: Cell<u32> = const { Cell::new(0) };
    static DESK: RefCell<Desk> = RefCell::new(Desk::default());
}

/// Listens to the page; once.
pub fn listen() {
    dom::on_page("click", clicked);
    dom::on_page("change", changed);
    dom::on_page("input", typed);
    dom::on_page("submit", submitted);
    dom::on_page("keydown", pressed);
    dom::on_page("focusout", |_| flush());
}

/// Reads the settings again.
pub async fn read_settings() {
    let raw = store::load_raw().await;
    let kept = api::ask("storage.local.get", vec!["keys".into()]).await.unwrap_or_default();
    DESK.with_borrow_mut(|desk| {
        desk.guide = Some(Guide::compile(&raw.settings, &raw.policy));
        desk.policy = raw.policy;
        desk.keys = kept.text_of("keys") != Some("off");
    });
}

/// Draws the card of a view. What it is made of may have to be fetched; where a newer view came meanwhile, that one is drawn.
pub async fn draw(view: &SidebarView) {
    let turn = TURN.get().wrapping_add(1);
    TURN.set(turn);
    if DESK.with_borrow(|desk| desk.guide.is_none()) {
        read_settings().await;
    }
    // What was typed belongs to the conversation that it was typed in, also where another one is in front by now.
    let front = view.facts.as_ref().map(|facts| facts.id);
    if DESK.with_borrow(|desk| desk.unsent.as_ref().is_some_and(|(id, ..)| Some(*id) != front)) {
        flush();
    }
    let customer = view.facts.as_ref().map(Facts::customer).unwrap_or_default();
    let language = DESK.with_borrow(|desk| language(desk, view.facts.as_ref()));
    fetch_library(language).await;
    if customer.phone.is_some() || customer.place != Default::default() {
        fetch_places().await;
    } else if view.facts.is_none() {
        // While nothing rings: fetched with the first customer, the card of that one came six frames late (tests/bench/card.mjs).
        wasm_bindgen_futures::spawn_local(fetch_places());
    }
    if TURN.get() != turn {
        return;
    }
    DESK.with_borrow_mut(|desk| {
        desk.waiting = view.waiting.iter().map(|one| (one.id, one.tab, one.channel)).collect();
        desk.after.clone_from(&view.after);
        desk.facts.clone_from(&view.facts);
        desk.card = make(desk, language);
    });
    redraw();
}

/// What changes with time alone: the clock there, a hold that lasts, the plan that goes.
pub fn tick() {
    DESK.with_borrow(|desk| {
        if let (Some(facts), Some(card)) = (&desk.facts, &desk.card) {
            draw_moment(desk, facts, card);
        }
    });
}

fn make(desk: &Desk, language: &'static str) -> Option<Card> {
    let (facts, guide) = (desk.facts.as_ref()?, desk.guide.as_ref()?);
    let nothing = (Library::default(), Places::default());
    let library = desk.libraries.iter().find(|(one, _)| *one == language).map_or(&nothing.0, |(_, library)| library);
    let places = desk.places.as_ref().unwrap_or(&nothing.1);
    let whereabouts = desk.places.as_ref().map(|places| whereabouts(&facts.customer(), places)).unwrap_or_default();
    let there = whereabouts.zone().and_then(|(zone, _)| local_time(zone));
    Some(card(Sources { facts, guide, library, whereabouts: &whereabouts, places, there }))
}

fn redraw() {
    let stood = DESK.with_borrow(|desk| {
        draw_left(desk);
        let (Some(facts), Some(card)) = (&desk.facts, &desk.card) else {
            dom::mark_body("fold", "open");
            return None;
        };
        draw_card(desk, facts, card);
        let first =
            card.phrases.first().filter(|first| matches!(facts.phase, Phase::Active { .. }) && !facts.coach.firsts.contains(&first.id))?;
        Some((facts.id, first.id.clone()))
    });
    let Some(stood) = stood else { return };
    let news = DESK.with_borrow_mut(|desk| desk.stood.replace(stood.clone()) != Some(stood.clone()));
    if news {
        deed_of(stood.0, object! { "stood" => stood.1 });
    }
}

fn draw_card(desk: &Desk, facts: &Facts, card: &Card) {
    let coach = &facts.coach;
    dom::mark_body("fold", card.folded.name());
    dom::mark_body("channel", facts.channel.name());
    dom::mark_body("meeting", if facts.meeting == Meeting::InPerson { "inPerson" } else { "remote" });
    dom::mark_body("stage", coach.stage.name());
    let plan = desk.guide.as_ref().is_some_and(|guide| guide.focus_plan.is_some());
    dom::mark_body("plan", if plan { "set" } else { "none" });
    dom::mark_body("customer", if card.name.is_some() { "known" } else { "unknown" });
    let folded = match card.folded {
        Folded::Shared => "folded_shared",
        Folded::ByHand | Folded::Open => "folded_by_hand",
    };
    dom::set_text("folded-text", &api::text(folded));
    dom::show("unfold", Shown::when(card.folded == Folded::ByHand));

    dom::set_text("customer-name", &card.name.clone().unwrap_or_else(|| api::text("customer_unknown")));
    dom::set_text("customer-place", &place_text(&card.place));
    let mut known = Vec::new();
    match &card.openness {
        Openness::Open => {}
        Openness::ByHand => known.push(api::text("private_by_hand")),
        Openness::ByTag(tag) => known.push(api::text_with("private_by_tag", &[tag])),
        Openness::ByPolicy => known.push(api::text("private_by_policy")),
    }
    if card.acquaintance != Acquaintance::Unknown {
        let mut key = String::from("acquaintance_");
        key.push_str(card.acquaintance.name());
        known.push(api::text(&key));
    }
    if card.again {
        known.push(api::text("acquaintance_again"));
    }
    dom::set_text("customer-known", &dotted(&known));
    draw_moment(desk, facts, card);

    for stage in dom::parts("stage") {
        dom::put_value(&stage, coach.stage.name());
    }
    // Not hidden: with the words of some languages the line would then be one fewer, and all below would move.
    dom::flag("next", "disabled", coach.stage.next() == coach.stage);
    let (slots, buttons) = (dom::parts("phrase"), dom::parts("phrase-slot"));
    let spoken = language(desk, Some(facts));
    for (at, (slot, whole)) in slots.iter().zip(&buttons).enumerate() {
        let offer = card.phrases.get(at);
        dom::set_text_of(slot, offer.map(|offer| offer.text.as_str()).unwrap_or_default());
        // A screen reader would read German with an English voice.
        let _ = slot.set_attribute("lang", spoken);
        let was_said = |offer: &Offer| coach.said.iter().any(|said| said.id == offer.id && said.text == offer.text);
        let mark = |name: &str, value: &str| drop(whole.set_attribute(name, value));
        mark("data-said", if offer.is_some_and(was_said) { "yes" } else { "no" });
        mark("data-origin", offer.map_or("shipped", |offer| offer.origin.name()));
    }
    dom::show("more", Shown::when(card.more));
    for language in dom::parts("language") {
        dom::put_value(&language, coach.language.as_deref().unwrap_or_default());
    }
    press("matter", coach.matter.map(|matter| matter.name()));
    press("solved", (coach.solved == Solved::Solved).then_some("solved"));
    press("verdict", coach.verdict.map(|verdict| verdict.name()));
    let private = matches!(card.openness, Openness::ByHand | Openness::ByTag(_) | Openness::ByPolicy);
    press("private", private.then_some("private"));

    if desk.unsent.is_none() {
        for pad in dom::parts("pad") {
            dom::put_value(&pad, &coach.pad);
        }
        for field in dom::parts("advice-answer") {
            dom::put_value(&field, &coach.advice);
        }
    }
    let asks = card.asks_advice || !coach.advice.is_empty();
    dom::show("asks-advice", Shown::when(asks));
    let verdicts = matches!(coach.stage, Stage::Resolving | Stage::Closing | Stage::AfterCall) || coach.verdict.is_some();
    dom::show("verdicts", Shown::when(verdicts));

    let mut notes: Vec<Value> = Vec::new();
    let kept = card.kept.as_ref();
    for (key, text) in
        [("kept_note", kept.and_then(|kept| kept.note.as_deref())), ("kept_sounds", kept.and_then(|kept| kept.sounds.as_deref()))]
    {
        notes.extend(text.map(|text| api::text_with(key, &[text]).into()));
    }
    notes.extend(card.notes.iter().map(|note| note.as_str().into()));
    dom::show("place-notes", Shown::when(!notes.is_empty()));
    dom::fill("place-note-list", &notes);
    draw_grants(desk);
    draw_details(facts, card);
    draw_keep(desk, facts);
    let ways = desk.waiting.iter().zip(dom::parts("shortly"));
    for ((_, tab, channel), button) in ways {
        button.set_hidden(tab.is_none() || *channel != Channel::Chat);
    }
}

/// One quiet line, by what weighs most; and the clock there.
fn draw_moment(desk: &Desk, facts: &Facts, card: &Card) {
    let now = api::now();
    let time = card.time.map(|time| time_text(refreshed(time, now)));
    dom::set_text("customer-time", &time.unwrap_or_default());
    let plan = desk.guide.as_ref().and_then(|guide| guide.focus_plan.clone());
    let just_began =
        matches!(facts.phase, Phase::Active { .. }) && facts.coach.stage == Stage::Greeting && now.since(facts.began()) < PLAN_SHOWN;
    let plan = plan.filter(|_| just_began);
    let waited = card.hold_due.filter(|due| now >= *due);
    let line = match (waited, plan, card.advice) {
        (Some(_), ..) => api::text("advice_hold"),
        (_, Some(plan), _) => plan,
        (_, _, Some(advice)) => {
            let mut key = String::from("advice_");
            key.push_str(advice.name());
            api::text(&key)
        }
        _ => String::new(),
    };
    dom::set_text("advice", &line);
}

fn draw_details(facts: &Facts, card: &Card) {
    for (field, by) in dom::parts("detail").iter().zip(dom::parts("detail-by")) {
        let name = field.get_attribute("data-detail").unwrap_or_default();
        let row = card.rows.iter().find(|row| row.detail.name() == name);
        dom::put_value(field, row.map(|row| row.text.as_str()).unwrap_or_default());
        let words = row.map(|row| match row.by {
            Knower::Agent => "by_agent",
            Knower::Tool => "by_tool",
            Knower::Page => "by_page",
        });
        dom::set_text_of(&by, &words.map(api::text).unwrap_or_default());
    }
    let customer = facts.customer();
    for (list, lines) in [("tag-list", &customer.tags), ("history-list", &customer.history)] {
        let lines: Vec<Value> = lines.iter().map(|line| line.as_str().into()).collect();
        dom::fill(list, &lines);
    }
}

fn draw_keep(desk: &Desk, facts: &Facts) {
    let may = desk.guide.as_ref().is_some_and(|guide| guide.memory == Memory::On && guide.may_keep(facts));
    dom::show("keep", Shown::when(may));
    let kept = facts.coach.met.as_ref().and_then(|met| met.kept.clone()).unwrap_or_default();
    for (part, text) in [("keep-name", kept.name), ("keep-sounds", kept.sounds), ("keep-note", kept.note)] {
        // Left alone while somebody writes in the form at all.
        let writes = dom::document()
            .and_then(|document| document.active_element())
            .is_some_and(|one| one.closest("form.keep").ok().flatten().is_some());
        if let (false, Some(field)) = (writes, dom::part(part)) {
            dom::put_value(&field, text.as_deref().unwrap_or_default());
        }
    }
}

fn draw_grants(desk: &Desk) {
    let Some(guide) = &desk.guide else { return };
    let mut rows = Vec::new();
    for grant in guide.allowances.iter().chain(&guide.extras) {
        rows.push(object! { "grant-what" => grant.what.as_str(), "grant-limit" => grant.limit.as_deref().unwrap_or_default() });
    }
    if let Some(programme) = &guide.programme {
        rows.push(
            object! { "grant-what" => programme.name.as_str(), "grant-limit" => programme.invitation.as_deref().unwrap_or_default() },
        );
    }
    dom::show("grants", Shown::when(!rows.is_empty()));
    dom::fill("grant-list", &rows);
}

/// What is left to write down of the conversation before.
fn draw_left(desk: &Desk) {
    dom::show("left", Shown::when(desk.after.is_some()));
    let Some(after) = &desk.after else { return };
    let title = match after.name.as_deref().and_then(Name::shown_of) {
        Some(name) => api::text_with("left_title", &[&name]),
        None => api::text("left_title_unknown"),
    };
    dom::set_text("left-title", &title);
    if let (None, Some(pad)) = (&desk.unsent, dom::part("left-pad")) {
        dom::put_value(&pad, &after.pad);
    }
}

/// Draws what an alarm reminded of.
pub fn draw_due(due: &Value) {
    let rows: Vec<Value> = due
        .list()
        .unwrap_or_default()
        .iter()
        .map(|one| object! { "due-text" => one.text_of("text").unwrap_or_default(), "due-done" => object! { "value" => one.text_of("id").unwrap_or_default() } })
        .collect();
    dom::show("due", Shown::when(!rows.is_empty()));
    dom::fill("due-list", &rows);
}

// --- What the agent does ---

fn clicked(event: &Event) {
    let Some(button) = closest(event, "button") else { return };
    let part = button.get_attribute("data-part").unwrap_or_default();
    let at = || dom::parts(&part).iter().position(|one| one == &button).unwrap_or_default();
    match part.as_str() {
        "say" => say(at()),
        "about-phrase" => open_phrase(at()),
        "next" => next_stage(),
        "copy" | "left-copy" => copy_notes(&part),
        "left-done" => {
            DESK.with_borrow(|desk| desk.after.as_ref().map(|after| after.id)).into_iter().for_each(|id| deed_of(id, "done".into()))
        }
        "walk-in" => super::page::command("walkIn"),
        "forget" => {
            deed(object! { "keep" => Value::Null });
            dom::set_text("kept", &api::text("forgotten"));
        }
        "shortly" => acknowledge(at()),
        "due-done" => due_done(dom::value_of(&button)),
        "help" => open_dialog("help-dialog"),
        _ => {
            let Some(kind) = button.get_attribute("data-deed") else { return };
            let pressed = button.get_attribute("aria-pressed").as_deref() == Some("true");
            toggle(&kind, &dom::value_of(&button), pressed);
        }
    }
}

/// A deed with a word; pressed once more, it is taken back.
fn toggle(kind: &str, word: &str, pressed: bool) {
    let word = match (pressed, kind) {
        (false, _) => word,
        (true, "solved") => "open",
        (true, "privacy") => "asTagged",
        (true, _) => "",
    };
    let mut body = object! {};
    body.put(kind, word.into());
    deed(body);
}

fn changed(event: &Event) {
    let Some(field) = closest(event, "input, select, textarea") else { return };
    match field.get_attribute("data-part").as_deref() {
        Some("detail") => {
            let detail = field.get_attribute("data-detail").unwrap_or_default();
            deed(object! { "correct" => object! { "detail" => detail, "text" => dom::value_of(&field) } });
        }
        Some("keys-on") => {
            let on = Reflect::get(&field, &"checked".into()).is_ok_and(|on| on.is_truthy());
            DESK.with_borrow_mut(|desk| desk.keys = on);
            drop(api::begin("storage.local.set", vec![object! { "keys" => if on { "on" } else { "off" } }]));
        }
        _ => {
            if let Some(kind) = field.get_attribute("data-deed") {
                toggle(&kind, &dom::value_of(&field), false);
            }
        }
    }
}

/// For so long after the last letter what was typed is sent.
const PAUSE: u32 = 400;

fn typed(event: &Event) {
    let Some(field) = closest(event, "textarea, input") else { return };
    let (kind, left) = match field.get_attribute("data-part").as_deref() {
        Some("pad") => ("pad", false),
        Some("left-pad") => ("pad", true),
        Some("advice-answer") => ("advice", false),
        _ => return,
    };
    let first = DESK.with_borrow_mut(|desk| {
        let id = if left { desk.after.as_ref().map(|after| after.id) } else { desk.facts.as_ref().map(|facts| facts.id) };
        let Some(id) = id else { return false };
        // What was typed somewhere else a moment ago is not lost for it.
        let other = desk.unsent.as_ref().is_some_and(|(other, what, _)| (*other, *what) != (id, kind));
        let first = desk.unsent.is_none();
        if !other {
            desk.unsent = Some((id, kind, dom::value_of(&field)));
        }
        first || other
    });
    if first {
        Timeout::new(PAUSE, flush).forget();
    }
}

/// Sends what was typed; at once where the field is left.
fn flush() {
    let Some((id, kind, text)) = DESK.with_borrow_mut(|desk| desk.unsent.take()) else { return };
    let mut body = object! {};
    body.put(kind, text.into());
    deed_of(id, body);
}

fn submitted(event: &Event) {
    let Some(form) = closest(event, "form") else { return };
    match form.get_attribute("data-part").as_deref() {
        Some("promise") => {
            event.prevent_default();
            promise();
        }
        Some("keep-form") => {
            event.prevent_default();
            let part = |name: &str| dom::value(name);
            deed(
                object! { "keep" => object! { "name" => part("keep-name"), "sounds" => part("keep-sounds"), "note" => part("keep-note") } },
            );
            dom::set_text("kept", &api::text("kept"));
        }
        Some("phrase-form") => {
            let button = Reflect::get(event, &"submitter".into()).unwrap_or_default();
            let word = Reflect::get(&button, &"value".into()).ok().and_then(|word| word.as_string()).unwrap_or_default();
            keep_phrase(event, &word);
        }
        _ => {}
    }
}

fn pressed(event: &Event) {
    let told = |name: &str| Reflect::get(event, &name.into()).unwrap_or_default();
    if ["ctrlKey", "metaKey", "altKey", "isComposing"].iter().any(|name| told(name).is_truthy()) || !DESK.with_borrow(|desk| desk.keys) {
        return;
    }
    if closest(event, "input, textarea, select, dialog").is_some() {
        return;
    }
    let on = DESK.with_borrow(|desk| desk.facts.is_some());
    let open = dom::document().and_then(|document| document.query_selector("dialog[open]").ok().flatten()).is_some();
    let key = told("key").as_string().unwrap_or_default();
    match (key.as_str(), on && !open) {
        ("?", _) if !open => open_dialog("help-dialog"),
        ("1", true) => say(0),
        ("2", true) => say(1),
        ("3", true) => say(2),
        ("n" | "N", true) => next_stage(),
        ("o" | "O", true) => deed("more".into()),
        ("q" | "Q", true) => press_button("matter", 0),
        ("p" | "P", true) => press_button("matter", 1),
        ("c" | "C", true) => press_button("matter", 2),
        ("s" | "S", true) => press_button("solved", 0),
        ("f" | "F", true) => {
            let folded = DESK.with_borrow(|desk| desk.card.as_ref().is_some_and(|card| card.folded == Folded::ByHand));
            toggle("fold", if folded { "open" } else { "folded" }, false);
        }
        ("e" | "E", true) => {
            event.prevent_default();
            if let Some(pad) = dom::part("pad") {
                let _ = pad.focus();
            }
        }
        _ => {}
    }
}

fn press_button(part: &str, at: usize) {
    if let Some(button) = dom::parts(part).get(at) {
        button.click();
    }
}

fn say(at: usize) {
    let offered = DESK.with_borrow(|desk| {
        let (facts, card) = (desk.facts.as_ref()?, desk.card.as_ref()?);
        Some((facts.id, facts.tab.filter(|_| facts.channel == Channel::Chat), facts.channel, card.phrases.get(at)?.clone()))
    });
    let Some((id, tab, channel, offer)) = offered else { return };
    let naming = if offer.naming == Naming::Named { "named" } else { "plain" };
    let said =
        object! { "id" => offer.id.as_str(), "text" => offer.text.as_str(), "naming" => naming, "doing" => offer.intent.doing().name() };
    deed_of(id, object! { "said" => said });
    match channel {
        Channel::Call => dom::set_text("said", &api::text("said")),
        Channel::Chat => api::spawn(async move { dom::set_text("said", &api::text(put(tab, &offer.text).await)) }),
    }
}

/// Puts a text into a tab's reply box, or on the clipboard; the word for what came of it.
async fn put(tab: Option<crate::ids::TabId>, text: &str) -> &'static str {
    if let Some(tab) = tab {
        let put = api::settle(put_reply(tab.0, text).into()).await;
        if put.is_ok_and(|outcome| outcome.as_string().as_deref() == Some("put")) {
            return "said_put";
        }
    }
    if copy(text).await.is_ok() { "said_copied" } else { "said_nowhere" }
}

async fn copy(text: &str) -> Answer<JsValue> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into())?;
    let clipboard = Reflect::get(&navigator, &"clipboard".into())?;
    let write: Function = Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
    api::settle(write.call1(&clipboard, &text.into())?).await
}

fn acknowledge(at: usize) {
    let found = DESK.with_borrow(|desk| {
        let (_, tab, _) = *desk.waiting.get(at)?;
        let language = language(desk, None);
        let library = desk.libraries.iter().find(|(one, _)| *one == language).map(|(_, library)| library)?;
        Some((tab, acknowledgement(library, desk.guide.as_ref()?)?))
    });
    if let Some((tab, offer)) = found {
        api::spawn(async move { dom::set_text("said", &api::text(put(tab, &offer.text).await)) });
    }
}

fn next_stage() {
    let next = DESK.with_borrow(|desk| desk.facts.as_ref().map(|facts| facts.coach.stage.next()));
    if let Some(next) = next {
        deed(object! { "stage" => next.name() });
    }
}

fn deed(body: Value) {
    if let Some(id) = DESK.with_borrow(|desk| desk.facts.as_ref().map(|facts| facts.id)) {
        deed_of(id, body);
    }
}

fn deed_of(id: ConversationId, body: Value) {
    send(object! { "coach" => body, "conversation" => id });
}

/// The notes with what was said and when, as they go into a ticket.
fn copy_notes(part: &str) {
    flush();
    let left = part == "left-copy";
    let text = DESK.with_borrow(|desk| {
        if left {
            let after = desk.after.as_ref()?;
            return Some(notes(
                after.name.as_deref().and_then(Name::shown_of).as_deref(),
                &dom::value("left-pad"),
                &after.advice,
                after.verdict.map(|one| one.name()),
                &after.said,
            ));
        }
        let (facts, card) = (desk.facts.as_ref()?, desk.card.as_ref()?);
        let coach = &facts.coach;
        Some(notes(
            card.name.as_deref(),
            &dom::value("pad"),
            &dom::value("advice-answer"),
            coach.verdict.map(|one| one.name()),
            &coach.said,
        ))
    });
    let Some(text) = text else { return };
    let status = if left { "left-copied" } else { "copied" };
    api::spawn(async move { dom::set_text(status, &api::text(if copy(&text).await.is_ok() { "copied" } else { "not_copied" })) });
}

fn notes(name: Option<&str>, pad: &str, advice: &str, verdict: Option<&str>, said: &[crate::coach::Said]) -> String {
    let mut text = String::new();
    let mut line = |part: &str| {
        text.push_str(part);
        text.push('\n');
    };
    if let Some(name) = name {
        line(name);
    }
    if !pad.trim().is_empty() {
        line(pad.trim_end());
    }
    if !advice.trim().is_empty() {
        line(&api::text_with("notes_advice", &[advice]));
    }
    if let Some(verdict) = verdict {
        let mut key = String::from("verdict_");
        key.push_str(verdict);
        line(&api::text_with("notes_verdict", &[&api::text(&key)]));
    }
    for one in said {
        line(&api::text_with("notes_said", &[&clock(one.at), &one.text]));
    }
    text
}

fn promise() {
    let (text, at) = (dom::value("promise-text"), dom::value("promise-at"));
    let when = Date::new(&at.into()).get_time();
    if text.trim().is_empty() || when.is_nan() {
        return;
    }
    // Chrome has it, for the card; Firefox is asked once there is something to remind of, and in the turn of this click.
    if !api::has("notifications.create") {
        drop(api::begin("permissions.request", vec![object! { "permissions" => vec!["notifications"] }]));
    }
    api::spawn(async move {
        let kept = api::ask("storage.local.get", vec!["promises".into()]).await.unwrap_or_default();
        let mut promises = kept.get("promises").and_then(Value::list).unwrap_or_default().to_vec();
        let mut id = (api::now().0 as f64).to_string();
        id.push('-');
        id.push_str(&promises.len().to_string());
        let mut alarm = String::from("promise:");
        alarm.push_str(&id);
        promises.push(object! { "id" => id, "text" => text, "at" => when });
        // The alarm second: one that is due at once would find nothing. Each start of the browser makes the alarms of all promises that are there.
        let done = async {
            api::act("storage.local.set", vec![object! { "promises" => promises }]).await?;
            api::act("alarms.create", vec![alarm.into(), object! { "when" => when }]).await
        };
        let words = if done.await.is_ok() { "promised" } else { "not_promised" };
        dom::set_text("promised", &api::text(words));
        for part in ["promise-text", "promise-at"] {
            if let Some(field) = dom::part(part) {
                let _ = Reflect::set(&field, &"value".into(), &"".into());
            }
        }
    });
}

fn due_done(id: String) {
    api::spawn(async move {
        let kept = api::ask("storage.session.get", vec!["due".into()]).await.unwrap_or_default();
        let left: Vec<Value> = kept
            .get("due")
            .and_then(Value::list)
            .unwrap_or_default()
            .iter()
            .filter(|one| one.text_of("id") != Some(&id))
            .cloned()
            .collect();
        drop(api::act("storage.session.set", vec![object! { "due" => left }]).await);
    });
}

// --- A phrase of one's own ---

fn open_phrase(at: usize) {
    let written = DESK.with_borrow_mut(|desk| {
        let offer = desk.card.as_ref()?.phrases.get(at)?.clone();
        let words = with_phrase(desk, &offer.id, |phrase| phrase.text.clone())?;
        let company = offer.origin == Origin::Company || is_closed(&desk.policy);
        desk.open = Some(offer);
        Some((words, company))
    });
    let Some((words, company)) = written else { return };
    if let Some(field) = dom::part("phrase-words") {
        dom::put_value(&field, &words);
        dom::flag("phrase-words", "readonly", company);
    }
    dom::show("phrase-company", Shown::when(company));
    dom::show("phrase-wrong", Shown::No);
    open_dialog("phrase-dialog");
}

fn with_phrase<T>(desk: &Desk, id: &str, read: impl Fn(&Phrase) -> T) -> Option<T> {
    let language = language(desk, desk.facts.as_ref());
    let nothing = Library::default();
    let library = desk.libraries.iter().find(|(one, _)| *one == language).map_or(&nothing, |(_, library)| library);
    all_phrases(library, desk.guide.as_ref()?).into_iter().find(|phrase| phrase.id == id).map(read)
}

/// Whether only IT's phrases count.
fn is_closed(policy: &Value) -> bool {
    ["locked", "exclusive"].iter().any(|key| policy.get(key).map(Value::texts).unwrap_or_default().iter().any(|key| key == "phrases"))
}

fn keep_phrase(event: &Event, word: &str) {
    let Some(offer) = DESK.with_borrow(|desk| desk.open.clone()) else { return };
    let words = dom::value("phrase-words");
    let mut entry = None;
    if matches!(word, "save" | "add") {
        let written = DESK.with_borrow(|desk| with_phrase(desk, &offer.id, |phrase| phrase.write(&words)));
        let mut written = written.unwrap_or_default();
        if word == "add" {
            let mut id = String::from("own-");
            id.push_str(&(api::now().0 as f64).to_string());
            written.set("id", "", id.into());
        }
        if Phrase::read(&written, Origin::Own, 0).is_err() {
            event.prevent_default();
            dom::show("phrase-wrong", Shown::Yes);
            dom::set_text("phrase-wrong", &api::text_with("complaint_phrasePlaceholder", &[&words]));
            return;
        }
        entry = Some(written);
    }
    let word = word.to_owned();
    api::spawn(async move {
        let raw = store::load_raw().await;
        let mut phrases = raw.settings.get("phrases").filter(|one| matches!(one, Value::Object(_))).cloned().unwrap_or_else(|| object! {});
        let list = |phrases: &Value, name: &str| phrases.get(name).and_then(Value::list).unwrap_or_default().to_vec();
        let without = |phrases: &Value, name: &str| -> Vec<Value> {
            list(phrases, name).into_iter().filter(|one| one.text() != Some(&offer.id)).collect()
        };
        match (word.as_str(), entry) {
            ("save" | "add", Some(entry)) => {
                let id = entry.text_of("id").map(str::to_owned);
                let mut own = list(&phrases, "own");
                own.retain(|one| one.text_of("id").map(str::to_owned) != id);
                own.push(entry);
                phrases.set("own", "", own.into());
            }
            ("like" | "dislike" | "hide", _) => {
                for name in ["liked", "disliked", "hidden"] {
                    let left = without(&phrases, name);
                    phrases.set(name, "", left.into());
                }
                let name = match word.as_str() {
                    "like" => "liked",
                    "dislike" => "disliked",
                    _ => "hidden",
                };
                let mut ids = list(&phrases, name);
                ids.push(offer.id.as_str().into());
                phrases.set(name, "", ids.into());
            }
            _ => return,
        }
        let mut settings = if matches!(raw.settings, Value::Object(_)) {
            raw.settings
        } else {
            object! {}
        };
        settings.set("phrases", "", phrases);
        let saved = store::save_settings(settings).await;
        dom::set_text("said", &api::text(if saved.is_ok() { "saved" } else { "not_saved" }));
    });
}

// --- What it is made of ---

fn language(desk: &Desk, facts: Option<&Facts>) -> &'static str {
    let chosen = facts.and_then(|facts| facts.coach.language.clone()).or_else(|| desk.guide.as_ref()?.language.clone());
    phrase_language(chosen)
}

async fn fetch_library(language: &'static str) {
    if DESK.with_borrow(|desk| desk.libraries.iter().any(|(one, _)| *one == language)) {
        return;
    }
    match api::load(library_path(language)).await {
        Ok(library) => DESK.with_borrow_mut(|desk| desk.libraries.push((language, Library::read(&api::from_js(&library))))),
        Err(error) => store::log(&error),
    }
}

async fn fetch_places() {
    if DESK.with_borrow(|desk| desk.places.is_some()) {
        return;
    }
    match api::load("data/places.json").await {
        Ok(places) => DESK.with_borrow_mut(|desk| desk.places = Some(Places::read(&api::from_js(&places)))),
        Err(error) => store::log(&error),
    }
}

/// What the clock says in a time zone, by the browser's own tables.
fn local_time(zone: &str) -> Option<LocalTime> {
    let wall = |zone: Option<&str>| -> Option<f64> {
        let form = match zone {
            Some(zone) => object! { "timeZone" => zone },
            None => object! {},
        };
        // Swedish writes a date as machines do: 2026-11-24 14:32:05. A zone that the browser does not know throws.
        let now = Date::new_0();
        let written: Function = Reflect::get(&now, &"toLocaleString".into()).ok()?.dyn_into().ok()?;
        let text = written.call2(&now, &"sv-SE".into(), &api::to_js(&form)).ok()?.as_string()?;
        let mut text = text;
        text.push('Z');
        let moment = Date::parse(&text.splitn(2, ' ').collect::<Vec<_>>().join("T"));
        (!moment.is_nan()).then_some(moment)
    };
    let (there, here) = (wall(Some(zone))?, wall(None)?);
    let there_date = Date::new(&there.into());
    Some(LocalTime {
        hour: there_date.get_utc_hours() as u8,
        minute: there_date.get_utc_minutes() as u8,
        weekday: there_date.get_utc_day() as u8,
        ahead: ((there - here) / 60_000.0).round() as i32,
    })
}

/// The same place's clock, now.
fn refreshed(time: TimeThere, _now: Moment) -> TimeThere {
    let here = Date::new_0();
    let minutes = here.get_hours() as i32 * 60 + here.get_minutes() as i32 + time.clock.ahead;
    let weekday = (here.get_day() as i32 + minutes.div_euclid(24 * 60)).rem_euclid(7) as u8;
    let minutes = minutes.rem_euclid(24 * 60);
    let clock = LocalTime { hour: (minutes / 60) as u8, minute: (minutes % 60) as u8, weekday, ..time.clock };
    TimeThere { clock, part: DayPart::at(clock.hour), ..time }
}

// --- Words ---

fn place_text(place: &PlaceLine) -> String {
    match place {
        PlaceLine::Unknown => String::new(),
        PlaceLine::Told(place) => place.clone(),
        PlaceLine::Hint(country, region) => {
            let country = country.as_deref().map(country_name).unwrap_or_default();
            let place = match region {
                Some(region) => format!("{region}, {country}"),
                None => country,
            };
            api::text_with("place_by_number", &[&place])
        }
    }
}

/// A country in the words of the page's language, by the browser's own tables.
fn country_name(code: &str) -> String {
    let name = || -> Answer<Option<String>> {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
        let names: Function = Reflect::get(&intl, &"DisplayNames".into())?.dyn_into()?;
        let arguments = js_sys::Array::of2(&api::language().into(), &api::to_js(&object! { "type" => "region" }));
        let names = Reflect::construct(&names, &arguments)?;
        let of: Function = Reflect::get(&names, &"of".into())?.dyn_into()?;
        Ok(of.call1(&names, &code.into())?.as_string())
    };
    name().ok().flatten().unwrap_or_else(|| code.to_owned())
}

/// 1 January 2023 in UTC: weekdays count from there.
const A_SUNDAY: f64 = 1_672_531_200_000.0;

fn time_text(time: TimeThere) -> String {
    let clock = time.clock;
    let minutes = (f64::from(clock.weekday) * 24.0 + f64::from(clock.hour)) * 60.0 + f64::from(clock.minute);
    let date = Date::new(&(A_SUNDAY + minutes * 60_000.0).into());
    let said = |form: Value| String::from(date.to_locale_string(&api::language(), &api::to_js(&form)));
    let hour = said(object! { "hour" => "numeric", "minute" => "2-digit", "timeZone" => "UTC" });
    let day = said(object! { "weekday" => "short", "timeZone" => "UTC" });
    let part = api::text(match time.part {
        DayPart::Morning => "part_morning",
        DayPart::Afternoon => "part_afternoon",
        DayPart::Evening => "part_evening",
        DayPart::Night => "part_night",
    });
    let mut parts = vec![api::text_with("time_there", &[&hour, &day, &part])];
    if time.weekend {
        parts.push(api::text("weekend"));
    }
    let hours = clock.ahead.unsigned_abs();
    let mut distance = (hours / 60).to_string();
    match hours % 60 {
        15 => distance.push('¼'),
        30 => distance.push('½'),
        45 => distance.push('¾'),
        _ => {}
    }
    if clock.ahead != 0 {
        parts.push(api::text_with(if clock.ahead > 0 { "hours_ahead" } else { "hours_behind" }, &[&distance]));
    }
    if time.surety == Surety::Hint {
        parts.push(api::text("time_by_number"));
    }
    dotted(&parts)
}

fn clock(at: Moment) -> String {
    let form = api::to_js(&object! { "hour" => "2-digit", "minute" => "2-digit" });
    Date::new(&(at.0 as f64).into()).to_locale_string(&api::language(), &form).into()
}

fn dotted(parts: &[String]) -> String {
    let mut text = String::new();
    for part in parts {
        if !text.is_empty() {
            text.push_str(" · ");
        }
        text.push_str(part);
    }
    text
}

// --- Small things ---

fn press(part: &str, word: Option<&str>) {
    for button in dom::parts(part) {
        let on = word.is_some_and(|word| dom::value_of(&button) == word);
        let _ = button.set_attribute("aria-pressed", if on { "true" } else { "false" });
    }
}

fn closest(event: &Event, selector: &str) -> Option<HtmlElement> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(selector).ok()??.dyn_into().ok()
}

fn open_dialog(part: &str) {
    let Some(dialog) = dom::part(part) else { return };
    if let Ok(open) = Reflect::get(&dialog, &"showModal".into()).and_then(|open| open.dyn_into::<Function>()) {
        let _ = open.call0(&dialog);
    }
    if let Some(field) = dom::part("keys-on") {
        let _ = Reflect::set(&field, &"checked".into(), &DESK.with_borrow(|desk| desk.keys).into());
    }
}
