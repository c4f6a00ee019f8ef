//! Runs the scenarios in `tests/scenarios/*.txt`: timed events in, effects and what the sidebar shows out.
//!
//! A file holds sections `--- what it promises ---`. Flush lines say what happens, indented lines what must come of it, in order:
//!
//! ```text
//! settings {"toolSites": ["https://phone.example/*"]}     the agent's settings; `policy {…}` for IT's
//! tab 2 https://news.example/ muted                       a tab that is open: `front`, `asleep`, `muted`, `shut` (no access), `private` (window), and `title=With_words` may follow
//! 4s said 1 {"phase": "active"}                           at four seconds, the page in tab 1 fires the page event
//! 5s peers 1 connected live growing                       … hook.js reports: link, microphone, inbound
//! 5s again 1 {"phase": "active"}                          … content.js repeats the last page event
//! 5s looked 1 {"#bar": {"visible": true}, "title": …}     … look.js answers what it was asked; what is not named is missing. Also `path`, `behind`, `acts`
//! 5s told 1 aircall {"name": "…", "value": {…}}           … a widget in a frame of the page sends that message to it; `told-again` repeats it
//! 5s unheard 1 plays                                      … content.js hears a call's sound in a page that was open before us, or "over"
//! 5s left 1                                               … its document says goodbye
//! 5s no-answer 1                                          … a document that was asked is not there
//! 5s airs 1 sound microphone                              … from now on the browser says that the tab is heard, has the microphone, both or none
//! 6s event {"tabRemoved": {"tab": 1}}                     … anything that background.js can hand in
//! 6s cover 2 https://news.example/                         … a registered cover script ran there
//! 5s let-through 2 for a reason                           … the agent lets the site in tab 2 through
//! 5s notice news.example 1 Rain                           … a page there would have shown a notification with that tag and title
//! duty theOthers                                          the organisation's edition is in the same browser, from here on (or `ours`: it is gone)
//! counting                                                what is counted is among what comes of it
//! paused 30s                                              the agent asked for a pause of that length
//! 7s worker dies                                          … and is woken by the next event
//! 600s asleep                                             the machine slept until then: no timer went off
//! 60s nothing                                             time passes until then
//! ```
//!
//! Effects are answered at once, as a browser would. Time passes in the steps that the core asks for; what comes of those has
//! its time in front. `UPDATE_SCENARIOS=1` writes what came into the files, to be read and committed.

// Helpers of a test are tests too; clippy knows only functions marked as such.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use undivided::config::{Config, Duty, Shelf};
use undivided::focus::{Browsing, Front, Grip, Life, Notice, Outcome, PassFor, Tab, Thing};
use undivided::ids::{FrameId, Moment, TabId, WindowId};
use undivided::insights::Tally;
use undivided::message::read_event;
use undivided::session::{Effect, Event, PanelAsk, State, step};
use undivided::signal::{Airs, Looked, Microphone, Origin, Sender, Signal, Sound, Told};
use undivided::value::Value;
use undivided::view::view;

#[test]
fn every_scenario_goes_as_it_is_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut count = 0;
    let mut wrong = String::new();
    for file in files {
        let written = std::fs::read_to_string(&file).unwrap();
        let came = run_file(&written, &mut count);
        if came != written {
            if std::env::var_os("UPDATE_SCENARIOS").is_some() {
                std::fs::write(&file, came).unwrap();
            } else {
                writeln!(wrong, "{}:\n{}", file.display(), first_difference(&written, &came)).unwrap();
            }
        }
    }
    assert!(count >= 20, "only {count} scenarios were found");
    assert!(wrong.is_empty(), "{wrong}");
}

fn first_difference(written: &str, came: &str) -> String {
    let at = written.lines().zip(came.lines()).take_while(|(one, other)| one == other).count();
    let from = at.saturating_sub(8);
    let part = |text: &str| text.lines().skip(from).take(at - from + 6).collect::<Vec<_>>().join("\n");
    format!("written:\n{}\n\ncame:\n{}\n", part(written), part(came))
}

fn run_file(written: &str, count: &mut usize) -> String {
    let mut out = String::new();
    let mut run = Run::new();
    for line in written.lines() {
        if line.starts_with("    ") {
            continue;
        }
        if line.starts_with("--- ") {
            run = Run::new();
            *count += 1;
        }
        writeln!(out, "{line}").unwrap();
        if line.is_empty() || line.starts_with('#') || line.starts_with("--- ") {
            continue;
        }
        for result in run.line(line) {
            writeln!(out, "    {result}").unwrap();
        }
    }
    out
}

struct Run {
    state: State,
    settings: Value,
    policy: Value,
    shelf: Value,
    pause: Option<Moment>,
    duty: Duty,
    counts: Counts,
    now: u64,
    tabs: BTreeMap<i32, OpenTab>,
    wake: Option<u64>,
    airs: BTreeMap<i32, Airs>,
    shown: (String, String, String),
}

struct OpenTab {
    url: String,
    front: bool,
    asleep: bool,
    muted: bool,
    shut: bool,
    browsing: Browsing,
    title: String,
}

/// Most scenarios are about other things.
#[derive(PartialEq)]
enum Counts {
    Seen,
    Unseen,
}

fn counted(tally: &Tally) -> String {
    match tally {
        Tally::Conversation { kind, began, said } => format!("count {kind:?} of {} s, said {said:?}", began.0 / 1000),
        Tally::Verdict { before, now } => format!("count verdict {before:?} to {now:?}"),
        Tally::Focus { began, length, sites, passes } => {
            let sites: Vec<_> = sites.iter().map(|site| format!("{} {}/{}/{}", site.site, site.tabs, site.stops, site.notices)).collect();
            format!("count focus of {} s, {} s, held {sites:?}, let through {passes}", began.0 / 1000, length.0 / 1000)
        }
        Tally::Ended => "count an end of focus".to_owned(),
    }
}

impl Run {
    fn new() -> Run {
        let shown = ("idle".to_owned(), "off".to_owned(), String::new());
        Run {
            state: State::default(),
            settings: Value::Null,
            policy: Value::Null,
            pause: None,
            duty: Duty::Ours,
            counts: Counts::Unseen,
            shelf: shelf(),
            now: 0,
            tabs: BTreeMap::new(),
            wake: None,
            airs: BTreeMap::new(),
            shown,
        }
    }

    fn line(&mut self, line: &str) -> Vec<String> {
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        match first {
            "settings" => self.settings = serde_json::from_str(rest).unwrap(),
            "paused" => self.pause = Some(Moment(self.now + 1000 * rest.trim_end_matches('s').parse::<u64>().unwrap())),
            "duty" => self.duty = if rest == "ours" { Duty::Ours } else { Duty::TheOthers },
            "counting" => self.counts = Counts::Seen,
            "policy" => self.policy = serde_json::from_str(rest).unwrap(),
            "tab" => self.open(rest),
            time => {
                let at = (time.strip_suffix('s').expect(line).parse::<f64>().expect(line) * 1000.0) as u64;
                if rest == "asleep" {
                    self.now = at;
                    return Vec::new();
                }
                let mut out = self.pass(at);
                let (kind, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                match kind {
                    "nothing" => {}
                    "worker" => self.state = State::read(&self.state.write()).unwrap(),
                    "tab" => self.open(rest),
                    _ => {
                        let event = self.event(kind, rest).unwrap_or_else(|| panic!("no event: {line}"));
                        self.step(event, &mut out);
                    }
                }
                if kind == "worker" {
                    self.step(Event::Woke, &mut out);
                }
                return out;
            }
        }
        Vec::new()
    }

    fn open(&mut self, text: &str) {
        let mut words = text.split(' ');
        let id = words.next().unwrap().parse().unwrap();
        let url = words.next().unwrap().to_owned();
        let marks: Vec<&str> = words.collect();
        let has = |mark| marks.contains(&mark);
        let told = |name| marks.iter().find_map(|mark| mark.strip_prefix(name));
        let title = told("title=").unwrap_or_default().replace('_', " ");
        let browsing = if has("private") { Browsing::Private } else { Browsing::Usual };
        let (asleep, muted, shut) = (has("asleep"), has("muted"), has("shut"));
        self.tabs.insert(id, OpenTab { url, front: has("front"), asleep, muted, shut, browsing, title });
    }

    fn event(&mut self, kind: &str, rest: &str) -> Option<Event> {
        if kind == "event" {
            return read_event(&serde_json::from_str(rest).unwrap());
        }
        if kind == "notice" {
            let mut words = rest.splitn(3, ' ').map(str::to_owned);
            let site = words.next().unwrap();
            let (tag, title) = (words.next().unwrap(), words.next().unwrap());
            // From whatever tab of that site is open.
            let tab = self.tabs.iter().find(|(_, tab)| tab.url.contains(&site)).map_or(-1, |(id, _)| *id);
            return Some(Event::Noticed { tab: TabId(tab), site, notice: Notice { title, body: String::new(), tag } });
        }
        let (tab, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let tab: i32 = tab.parse().ok()?;
        if kind == "let-through" {
            return Some(Event::LetThrough { what: PassFor::Tab(TabId(tab)), reason: rest.to_owned() });
        }
        if kind == "left" {
            return Some(Event::Left { tab: TabId(tab), frame: FrameId::TOP });
        }
        if kind == "no-answer" {
            return Some(Event::NoAnswer { tab: TabId(tab), frame: FrameId::TOP });
        }
        if kind == "cover" {
            return Some(Event::CoverLoaded { tab: TabId(tab), url: rest.to_owned() });
        }
        if kind == "airs" {
            let air = |name: &str| rest.split(' ').any(|word| word == name);
            let airs = Airs {
                sound: if air("sound") { Sound::Plays } else { Sound::Over },
                microphone: if air("microphone") { Microphone::Live } else { Microphone::None },
            };
            self.airs.insert(tab, airs);
            return Some(Event::Airs { tab: TabId(tab), airs });
        }
        let url = &self.tabs.get(&tab)?.url;
        let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
        let airs = self.airs.get(&tab).copied().unwrap_or_default();
        let browsing = self.tabs.get(&tab)?.browsing;
        let mut sender =
            Sender { tab: TabId(tab), frame: FrameId::TOP, window: WindowId(1), origin: Origin::Own(origin.clone()), airs, browsing };
        let signal = match kind {
            "peers" => {
                let words: Vec<&str> = rest.split(' ').collect();
                let json = format!(r#"{{"peers": {{"link": "{}", "microphone": "{}", "inbound": "{}"}}}}"#, words[0], words[1], words[2]);
                Signal::read(&serde_json::from_str(&json).unwrap())?
            }
            "said" => Signal::Said(serde_json::from_str(rest).unwrap()),
            "ready" => Signal::Ready,
            "unheard" => Signal::Unheard(if rest == "plays" { Sound::Plays } else { Sound::Over }),
            "looked" => Signal::Looked(self.looked(&origin, url, &serde_json::from_str(rest).unwrap())),
            "told" | "told-again" => {
                let (tool, message) = rest.split_once(' ').unwrap();
                let told = self.told(&origin, tool, &serde_json::from_str(message).unwrap());
                if kind == "told" { Signal::Told(told) } else { Signal::ToldAgain(told) }
            }
            "again" => Signal::SaidAgain(serde_json::from_str(rest).unwrap()),
            "sandboxed-said" => {
                sender.frame = FrameId(7);
                sender.origin = Origin::Ancestor(origin);
                Signal::Said(serde_json::from_str(rest).unwrap())
            }
            _ => return None,
        };
        Some(Event::Heard { sender, signal, panel: PanelAsk::NotAsked })
    }

    fn config(&self) -> Config {
        let mut config = Config::compile(&self.settings, &self.policy, &Shelf { tools: self.shelf.clone(), ..Shelf::default() });
        config.paused_until = self.pause;
        config.duty = self.duty;
        config
    }

    /// Answers as look.js would in a page that has just these elements.
    fn looked(&self, origin: &str, url: &str, page: &serde_json::Value) -> Looked {
        let config = self.config();
        let watch = config.watch(origin).expect("something is looked for there");
        let facts = watch.get("looks").unwrap().list().unwrap().iter().map(|look| {
            let look = look.texts();
            let (take, of) = (look[0].as_str(), look[1].as_str());
            let element = &page[of];
            match take {
                "present" => Value::Truth(!element.is_null()),
                "count" => Value::Number(element["count"].as_f64().unwrap_or(0.0)),
                "attribute" => serde_json::from_value(element["attributes"][&look[2]].clone()).unwrap(),
                _ => serde_json::from_value(element[take].clone()).unwrap(),
            }
        });
        let path = page["path"].as_str().map_or_else(|| url.to_owned(), |path| format!("{origin}{path}"));
        Looked {
            mark: config.mark(origin),
            url: path,
            title: page["title"].as_str().unwrap_or_default().to_owned(),
            front: if page["behind"].is_null() { Front::Front } else { Front::Behind },
            acts: page["acts"].as_u64().unwrap_or_default() as u32,
            facts: facts.collect(),
        }
    }

    fn told(&self, origin: &str, tool: &str, message: &serde_json::Value) -> Told {
        let config = self.config();
        let watch = config.watch(origin).expect("something is listened to there");
        let messages = watch.get("messages").unwrap().list().unwrap();
        let asked = messages.iter().find(|one| one.text_of("tool") == Some(tool)).expect("its messages are listened to");
        let values = asked.get("paths").unwrap().texts().into_iter().map(|path| {
            let member = path.split('.').try_fold(message, |inner, name| inner.get(name));
            member.map_or(Value::Null, |member| serde_json::from_value(member.clone()).unwrap())
        });
        Told { mark: config.mark(origin), tool: tool.to_owned(), values: values.collect() }
    }

    /// Lets the core have every wake-up that it asked for until then.
    fn pass(&mut self, until: u64) -> Vec<String> {
        let mut out = Vec::new();
        while let Some(at) = self.wake.filter(|at| *at <= until) {
            self.now = self.now.max(at);
            let mut lines = Vec::new();
            self.step(Event::Tick, &mut lines);
            out.extend(lines.into_iter().map(|line| format!("{}s: {line}", self.now as f64 / 1000.0)));
            assert_ne!(self.wake, Some(at), "a tick at {at} asks for itself again");
        }
        self.now = until;
        out
    }

    fn step(&mut self, event: Event, out: &mut Vec<String>) {
        let config = self.config();
        let (state, effects) = step(std::mem::take(&mut self.state), event, Moment(self.now), &config);
        self.state = state;
        let sidebar = view(&self.state, &config).sidebar;
        let mut name = sidebar.customer.name.map(|name| format!(" {name}")).unwrap_or_default();
        if !sidebar.customer.tags.is_empty() {
            name.push_str(&format!(" {:?}", sidebar.customer.tags));
        }
        let mut beside: Vec<String> =
            sidebar.waiting.iter().map(|one| format!("{} {}", one.phase.name(), one.name.as_deref().unwrap_or("?"))).collect();
        if sidebar.queue > 0 {
            beside.push(format!("queue {}", sidebar.queue));
        }
        let shown = (format!("{}{name}", sidebar.phase.name()), sidebar.focus.name().to_owned(), beside.join(", "));
        if shown.0 != self.shown.0 {
            out.push(format!("phase {}", shown.0));
        }
        if shown.1 != self.shown.1 {
            out.push(format!("focus {}", shown.1));
        }
        if shown.2 != self.shown.2 {
            out.push(format!("beside: {}", if shown.2.is_empty() { "nobody" } else { &shown.2 }));
        }
        self.shown = shown;
        let mut answers = Vec::new();
        for effect in effects {
            answers.extend(self.carry_out(effect, out));
        }
        for answer in answers {
            self.step(answer, out);
        }
    }

    fn carry_out(&mut self, effect: Effect, out: &mut Vec<String>) -> Option<Event> {
        let mut say = |text: String| out.push(text);
        match effect {
            Effect::Recognise(_, identities) => {
                say(format!("recognise {}", identities.join(" ")));
                None
            }
            Effect::Remember(identities, met) => {
                say(format!("remember {} ({} times)", identities.join(" "), met.times));
                None
            }
            Effect::Keep(identities, kept) => {
                say(format!("keep {} {:?}", identities.join(" "), kept.and_then(|kept| kept.note)));
                None
            }
            Effect::Count(tally) => {
                if self.counts == Counts::Seen {
                    say(counted(&tally));
                }
                None
            }
            Effect::Wake(at) => {
                self.wake = at.map(|at| at.0);
                None
            }
            Effect::BringBack(tab) => {
                say(format!("bring back to {}", tab.0));
                None
            }
            Effect::OfferCard(_) => {
                say("offer card".to_owned());
                None
            }
            Effect::Ask(tab, _) => {
                say(format!("ask {}", tab.0));
                None
            }
            Effect::Watch(tab, _, origin) => {
                let watch = self.config().watch(&origin);
                let count = |name| watch.as_ref().and_then(|watch| watch.get(name)?.list()).map_or(0, <[Value]>::len);
                say(format!("watch {}: {} looks, messages of {} tools", tab.0, count("looks"), count("messages")));
                None
            }
            Effect::Digest(digest) => {
                for site in digest {
                    let notices: Vec<_> = site.notices.iter().map(|one| one.title.as_str()).collect();
                    say(format!(
                        "digest {}: {} tabs, {} stops, notifications {notices:?}, let through {:?}",
                        site.site,
                        site.tabs.len(),
                        site.stops,
                        site.passes
                    ));
                }
                None
            }
            Effect::AskAll => {
                say("ask all".to_owned());
                None
            }
            Effect::Grip(grip, asked) => {
                let done = |thing, outcome| Some(Event::Done { thing, outcome, asked });
                match grip {
                    Grip::List => Some(Event::Listed { tabs: self.tabs.iter().map(|(id, tab)| tab.listed(*id)).collect() }),
                    Grip::TakeRules(rules) => {
                        let spared: Vec<i32> = rules.spared.iter().map(|tab| tab.0).collect();
                        let filters = rules.filters;
                        let free = [filters.free_hosts, filters.free_parts].concat();
                        let free = if free.is_empty() { String::new() } else { format!(" free {free:?}") };
                        let rest =
                            rules.rest.map(|rest| format!(" and the rest but links of {:?} and tabs {:?}", rest.initiators, rest.followed));
                        say(format!("rules {:?} {:?}{free}{} but tabs {spared:?}", filters.hosts, filters.parts, rest.unwrap_or_default()));
                        done(Thing::Rules, Outcome::Took)
                    }
                    Grip::TakeNotices(scope) => {
                        say(format!("hold notifications of {:?}", scope.matches));
                        done(Thing::Notices, Outcome::Took)
                    }
                    Grip::GiveNotices(after) => {
                        say(format!("let notifications be: {after:?}"));
                        done(Thing::Notices, Outcome::Gave)
                    }
                    Grip::TakeCovers(scope) => {
                        say(format!("cover scripts for {:?}", scope.matches));
                        done(Thing::Covers, Outcome::Took)
                    }
                    Grip::TakeBlocked(tab, target) => {
                        say(format!("blocked page in {} for {target}", tab.0));
                        done(Thing::Blocked(tab), Outcome::Took)
                    }
                    Grip::GiveBlocked(tab, target) => {
                        say(format!("go on in {} to {target}", tab.0));
                        done(Thing::Blocked(tab), Outcome::Gave)
                    }
                    Grip::Take(thing) => {
                        let outcome = self.take(thing);
                        let refused = if outcome == Outcome::Refused { ": refused" } else { "" };
                        say(format!("take {}{refused}", named(thing)));
                        done(thing, outcome)
                    }
                    Grip::Give(thing) => {
                        say(format!("give {}", named(thing)));
                        done(thing, Outcome::Gave)
                    }
                }
            }
        }
    }

    fn take(&self, thing: Thing) -> Outcome {
        let tab = match thing {
            Thing::Cover(tab) | Thing::Sound(tab) => self.tabs.get(&tab.0),
            _ => None,
        };
        match (thing, tab) {
            (Thing::Cover(_), Some(tab)) if tab.shut => Outcome::Refused,
            (Thing::Sound(_), Some(tab)) if tab.muted => Outcome::Refused,
            _ => Outcome::Took,
        }
    }
}

/// All adapters that come with us, by id, as the bundle packs them.
fn shelf() -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/tools");
    let mut shelf = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let adapter: Value = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        shelf.push((adapter.text_of("id").unwrap().to_owned(), adapter));
    }
    Value::Object(shelf)
}

impl OpenTab {
    fn listed(&self, id: i32) -> Tab {
        let front = if self.front { Front::Front } else { Front::Behind };
        let life = if self.asleep { Life::Asleep } else { Life::Awake };
        Tab { id: TabId(id), window: WindowId(1), url: self.url.clone(), title: self.title.clone(), front, life, browsing: self.browsing }
    }
}

fn named(thing: Thing) -> String {
    match thing {
        Thing::Cover(tab) => format!("page {}", tab.0),
        Thing::Sound(tab) => format!("sound {}", tab.0),
        Thing::Blocked(tab) => format!("navigation {}", tab.0),
        Thing::Awake(tab) => format!("call tab {}", tab.0),
        Thing::Rules => "rules".to_owned(),
        Thing::Covers => "cover scripts".to_owned(),
        Thing::Notices => "notifications".to_owned(),
        Thing::Card => "card".to_owned(),
    }
}
