//! What is remembered of customers, by fingerprints that memory.js makes: that there was a conversation, for this run of the browser or, where the agent
//! switched the memory on, on disk with the notes they kept. Must never see anything but fingerprints beside a note.

use wasm_bindgen::prelude::*;

use super::api::{self, Answer, Pending};
use super::effects::report;
use crate::coach::{Kept, Met};
use crate::guide::Memory;
use crate::ids::{ConversationId, Millis, Moment};
use crate::object;
use crate::session::Event;
use crate::value::Value;

#[wasm_bindgen]
extern "C" {
    /// A fingerprint an identity; set by background.js.
    #[wasm_bindgen(js_namespace = undivided)]
    fn fingerprints(identities: JsValue, area: &str) -> js_sys::Promise;
}

/// Most customers that are remembered; the ones longest ago go first.
const MOST: usize = 2_000;

/// Where it lies and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Shelf {
    /// Whether on disk.
    pub memory: Memory,
    /// How long.
    pub length: Millis,
}

impl Shelf {
    fn area(self) -> &'static str {
        if self.memory == Memory::On { "local" } else { "session" }
    }
}

/// Looks somebody up and reports what is known.
pub fn recognise(conversation: ConversationId, identities: Vec<String>, shelf: Shelf) -> Pending<()> {
    Box::pin(async move {
        let ids = ids_of(identities, shelf).await?;
        let now = api::now();
        let met = entry(&load("met", shelf).await, &ids).filter(|one| is_young(one, "last", shelf, now)).map(|one| Met::read(&one));
        let kept = match shelf.memory {
            Memory::On => entry(&load("kept", shelf).await, &ids).filter(|one| is_young(one, "at", shelf, now)).map(|one| Kept::read(&one)),
            Memory::Off => None,
        };
        let met = if met.is_none() && kept.is_none() { None } else { Some(Met { kept, ..met.unwrap_or_default() }) };
        report(Event::Recognised { conversation, met });
        Ok(())
    })
}

/// Remembers that there was a conversation.
pub fn remember(identities: Vec<String>, met: Met, shelf: Shelf) -> Pending<()> {
    Box::pin(async move { put("met", "last", identities, Some(met.write()), shelf).await })
}

/// Keeps a note, or forgets the one there is. Without the memory nothing is kept.
pub fn keep(identities: Vec<String>, kept: Option<Kept>, shelf: Shelf) -> Pending<()> {
    Box::pin(async move {
        match shelf.memory {
            Memory::On => put("kept", "at", identities, kept.map(|kept| kept.write()), shelf).await,
            Memory::Off => Ok(()),
        }
    })
}

/// Puts an entry in the place of those of the same person, and leaves out what is too old.
async fn put(list: &'static str, dated: &'static str, identities: Vec<String>, entry: Option<Value>, shelf: Shelf) -> Answer<()> {
    let mut ids = ids_of(identities, shelf).await?;
    let now = api::now();
    let mut all = load(list, shelf).await;
    // A number that was known before belongs to the address that is known now.
    for one in &all {
        let theirs = one.get("ids").map(Value::texts).unwrap_or_default();
        if theirs.iter().any(|id| ids.contains(id)) {
            let known = ids.clone();
            ids.extend(theirs.into_iter().filter(|id| !known.contains(id)));
        }
    }
    all.retain(|one| !is_of(one, &ids) && is_young(one, dated, shelf, now));
    if let Some(mut entry) = entry {
        entry.put("ids", ids.into());
        all.push(entry);
    }
    let over = all.len().saturating_sub(MOST);
    all.drain(..over);
    let mut change = object! {};
    change.put(list, Value::List(all));
    api::act(if shelf.memory == Memory::On { "storage.local.set" } else { "storage.session.set" }, vec![change]).await
}

async fn load(list: &'static str, shelf: Shelf) -> Vec<Value> {
    let path = if shelf.memory == Memory::On { "storage.local.get" } else { "storage.session.get" };
    let kept = api::ask(path, vec![list.into()]).await.unwrap_or_default();
    kept.get(list).and_then(Value::list).unwrap_or_default().to_vec()
}

async fn ids_of(identities: Vec<String>, shelf: Shelf) -> Answer<Vec<String>> {
    let made = api::settle(fingerprints(api::to_js(&identities.into()), shelf.area()).into()).await?;
    Ok(api::from_js(&made).texts())
}

fn entry(all: &[Value], ids: &[String]) -> Option<Value> {
    all.iter().rev().find(|one| is_of(one, ids)).cloned()
}

fn is_of(one: &Value, ids: &[String]) -> bool {
    one.get("ids").map(Value::texts).unwrap_or_default().iter().any(|id| ids.contains(id))
}

fn is_young(one: &Value, dated: &str, shelf: Shelf, now: Moment) -> bool {
    now.since(Moment::read(one, dated).unwrap_or_default()) < shelf.length
}
