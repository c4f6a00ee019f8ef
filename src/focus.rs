//! What is held and how it is given back: tabs, sound, rules, and the call's own tab, each with what is wanted and what is
//! confirmed. Must never know why focus is on, and must never give up before all that was taken is given back.
//!
//! Every grip is idempotent and is asked for again when no answer comes within [`PATIENCE`], so a lost effect, a doubled one or
//! a dead worker ends in the same place. Nothing here closes, reloads or navigates a page that a person could have work in.

use crate::config::{After, Config, Mode, Notifications, Verdict};
use crate::ids::{Millis, Moment, TabId, WindowId, earliest};
use crate::keep::{keep_enum, keep_struct};
use crate::lists::Filters;
use crate::pattern::{Page, host_patterns};
use crate::value::Value;

/// How long an effect may take to be confirmed before it is asked for again. Generous: covering fifty tabs at once takes a while.
pub const PATIENCE: Millis = Millis::seconds(10);

/// Whether distractions are to be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wanted {
    /// Let everything be.
    #[default]
    Free,
    /// Hold.
    Held,
}

/// What has been done about one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hand {
    /// Nothing of ours is there.
    #[default]
    Free,
    /// Something of ours may be there: the worker died, or an answer came too late to trust.
    Unknown,
    /// Asked for.
    Taking {
        /// When, and which attempt it is.
        attempt: Attempt,
        /// Whether its answer will settle it.
        trust: Trust,
    },
    /// Confirmed.
    Taken,
    /// The browser would not, or the agent had done it already: nothing of ours is there, and it isn't tried again.
    Refused,
    /// Giving it back.
    Giving {
        /// When, and which attempt it is.
        attempt: Attempt,
        /// Whether its answer will settle it.
        trust: Trust,
    },
}

/// One attempt at what is asked of the browser in one step. Numbered, because two can fall into one millisecond, and the answer to the
/// earlier must not pass for one to the later (1 in 5 000 random histories ended with rules still held).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempt {
    /// When.
    pub at: Moment,
    /// Which: later ones have higher numbers.
    pub number: u64,
}

/// Whether an answer settles what it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// It was alone under way.
    Sure,
    /// An earlier attempt ended meanwhile: which of the two came last is not known, so there will be one more, alone.
    Doubted,
}

/// What came of an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Took,
    /// It could not be done, or needn't be: nothing of ours is there, not even from an earlier attempt that went unheard.
    Refused,
    /// It is undone, or there was nothing to undo.
    Gave,
}

/// What an effect takes or gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// The cover over a page.
    Cover(TabId),
    /// The sound of a tab.
    Sound(TabId),
    /// Our page in place of a navigation that was stopped.
    Blocked(TabId),
    /// Rules for new navigations.
    Rules,
    /// Cover scripts for pages that load while the worker is dead.
    Covers,
    /// Scripts that hold pages' notifications.
    Notices,
    /// The call's tab being kept from discarding.
    Awake(TabId),
    /// The offer of the sidebar.
    Card,
}

/// A step that the browser has to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grip {
    /// Name all tabs. Answered by [`Focus::listed`].
    List,
    /// Hold this thing.
    Take(Thing),
    /// Hold new navigations by these rules, instead of any earlier ones.
    TakeRules(Rules),
    /// Register the cover for these match patterns, instead of any earlier ones.
    TakeCovers(Scope),
    /// Hold notifications of pages of these match patterns, those that are open and those that load, instead of any earlier ones.
    TakeNotices(Scope),
    /// Let notifications be, and let pages show the held ones or not.
    GiveNotices(After),
    /// Put our page where this navigation was stopped.
    TakeBlocked(TabId, String),
    /// Give this thing back.
    Give(Thing),
    /// Let a stopped navigation go on to its target, if the tab still stands there.
    GiveBlocked(TabId, String),
}

/// Where a script runs, in match patterns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct Scope {
    /// There,
    pub matches: Vec<String>,
    /// but not there.
    pub but: Vec<String>,
}

/// Rules for new navigations, in the browser's own terms.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rules {
    /// What the lists hold and except; sites that are let through are among the excepted.
    pub filters: Filters,
    /// URL filters of tools, which pass whatever the lists say.
    pub tools: Vec<String>,
    /// Everything else, if that is held.
    pub rest: Option<Rest>,
    /// Tabs that stand on a held page, covered, and those with a call: what such a page loads next stays in place, or a form's answer would be
    /// lost.
    pub spared: Vec<TabId>,
}

/// How all else is held.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rest {
    /// Hosts whose pages' links pass: those of tools.
    pub initiators: Vec<String>,
    /// Tabs of tools and those that they opened.
    pub followed: Vec<TabId>,
}

/// A tab as the browser lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Its id.
    pub id: TabId,
    /// Its window.
    pub window: WindowId,
    /// Its address; empty where the browser does not say.
    pub url: String,
    /// Its title, likewise.
    pub title: String,
    /// Whether it is in front of its window.
    pub front: Front,
    /// Whether its page is loaded.
    pub life: Life,
    /// What kind of window it is in.
    pub browsing: Browsing,
}

/// Whether a window is a private one: what is done there is written down nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Browsing {
    /// It is not.
    #[default]
    Usual,
    /// It is.
    Private,
}

impl Browsing {
    /// By the name that browsers have for it.
    pub fn read(value: &Value) -> Browsing {
        if value.is_true("incognito") { Browsing::Private } else { Browsing::Usual }
    }
}

/// Whether a tab is in front of its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Front {
    /// It is.
    Front,
    /// It is not.
    Behind,
}

/// Whether a tab's page is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Loaded.
    Awake,
    /// Discarded by the browser; it must not be woken.
    Asleep,
}

/// How a page came to be in a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// An address, a bookmark, a search: can be sent on later without loss.
    Fresh,
    /// A link or a script of the page that was there, or a reload: can be sent on as well.
    Linked,
    /// The answer to a form, which can't be asked for twice.
    Form,
    /// Back or forward: the page may come from memory with typed text in it.
    History,
    /// The same document under another address (`pushState`).
    Same,
    /// Our own blocked page.
    Ours,
}

/// All that is held, wanted and confirmed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Focus {
    wanted: Wanted,
    listing: Hand,
    tabs: Vec<HeldTab>,
    rules: Fixture,
    covers: Fixture,
    notices: Fixture,
    card: Hand,
    calls: Vec<CallTab>,
    fronts: Vec<FrontTab>,
    /// The held tab that the agent turned to last, while it is not known yet whether it can be covered.
    turned: Option<FrontTab>,
    attempts: u64,
    /// Sites that are let through.
    passes: Vec<Pass>,
    /// How many were, since holding began.
    passed: u32,
    /// Tabs of tools and those that they opened: where a tool leads is not held with the rest.
    followed: Vec<TabId>,
    digest: Vec<DigestSite>,
    /// Tabs that are known to be in no private window.
    usual: Vec<TabId>,
    /// The window that the agent turned to last, once they have turned to one.
    focused: Option<WindowId>,
}

/// A tab in front of a window. The last one that is no distraction is where a bring-back leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FrontTab {
    window: WindowId,
    tab: TabId,
}

/// A site that is let through for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pass {
    site: String,
    until: Moment,
}

#[derive(Debug, Clone, PartialEq)]
struct HeldTab {
    tab: TabId,
    wanted: Wanted,
    site: String,
    title: String,
    grip: TabGrip,
}

#[derive(Debug, Clone, PartialEq)]
enum TabGrip {
    Page { cover: Hand, sound: Hand, life: Life },
    Blocked { page: Hand, target: String },
}

/// Rules or scripts: one hand and what it was given last.
#[derive(Debug, Clone, PartialEq, Default)]
struct Fixture {
    hand: Hand,
    /// Fingerprint of what was given.
    mark: u64,
}

#[derive(Debug, Clone, PartialEq)]
struct CallTab {
    tab: TabId,
    wanted: Wanted,
    hand: Hand,
}

/// What was held of a site since holding began, for the digest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DigestSite {
    /// As it stands in the list.
    pub site: String,
    /// The tabs that were covered; one counts once, however often it was let through in between.
    pub tabs: Vec<TabId>,
    /// How many navigations were stopped.
    pub stops: u32,
    /// Its notifications, the latest last.
    pub notices: Vec<Notice>,
    /// Why it was let through, each time; empty where no reason was given.
    pub passes: Vec<String>,
    /// Tabs in which it was met that are in a private window, or may be. While there is one, nothing of the site is written down.
    pub unsure: Vec<TabId>,
}

/// A notification that was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// Its tag; a later one of that tag takes its place.
    pub tag: String,
}

/// What is let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PassFor {
    /// What is held in this tab.
    Tab(TabId),
    /// Where this stopped navigation leads.
    Target(String),
    /// This site, as the digest and the sidebar name it.
    Site(String),
}

/// Most notifications of one site that a digest keeps.
pub const MOST_NOTICES: usize = 20;
/// Most sites in it.
pub const MOST_SITES: usize = 100;

/// What is held, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSite {
    /// Its host as it stands in the list.
    pub host: String,
    /// How many tabs of it.
    pub tabs: u32,
}

impl Focus {
    /// Says what is wanted and does what has to be done for it. `calls` are the tabs with a conversation.
    pub fn settle(&mut self, wanted: Wanted, calls: &[TabId], config: &Config, now: Moment) -> Vec<(Grip, Attempt)> {
        let attempt = self.next_attempt(now);
        let mut grips = Vec::new();
        if self.wanted != wanted {
            self.wanted = wanted;
            self.listing = Hand::Free;
            for held in &mut self.tabs {
                held.wanted = wanted;
            }
            self.turned = None;
            self.passes.clear();
            self.passed = 0;
            self.followed.clear();
            self.usual.clear();
        }
        self.settle_calls(calls, attempt, &mut grips);
        match wanted {
            Wanted::Held => self.settle_held(config, attempt, &mut grips),
            Wanted::Free => self.settle_free(config, attempt, &mut grips),
        }
        self.attempts += u64::from(!grips.is_empty());
        grips.into_iter().map(|grip| (grip, attempt)).collect()
    }

    /// The sidebar is being offered. An offer that is lost is not made again, but it is always taken back.
    pub fn card_offered(&mut self) {
        self.card = Hand::Taken;
    }

    /// Takes the offer back when it is no longer wanted. While one is, a taking back that is under way is not waited for: whether an
    /// offer stands is then uncertain, and it is taken back once more in the end.
    pub fn settle_card(&mut self, wanted: Wanted, now: Moment) -> Option<(Grip, Attempt)> {
        let attempt = self.next_attempt(now);
        match wanted {
            Wanted::Held => {
                self.card.doubt_unfinished();
                None
            }
            Wanted::Free => self.card.settle(Wanted::Free, attempt).map(|_| {
                self.attempts += 1;
                (Grip::Give(Thing::Card), attempt)
            }),
        }
    }

    /// Takes in the list of all tabs.
    pub fn listed(&mut self, tabs: &[Tab], config: &Config) {
        if self.wanted == Wanted::Free {
            return;
        }
        self.listing = Hand::Taken;
        self.follow_from(tabs, config);
        self.usual = tabs.iter().filter(|tab| tab.browsing == Browsing::Usual).map(|tab| tab.id).collect();
        for site in &mut self.digest {
            site.unsure.retain(|tab| !self.usual.contains(tab));
        }
        // What is seen comes first, and is covered first: behind fifty others it waited for them.
        let (seen, behind): (Vec<&Tab>, Vec<&Tab>) = tabs.iter().partition(|tab| tab.front == Front::Front);
        // A tab that is not in the list may have been opened since; one that is gone is told of, or found gone when it is given back.
        for tab in seen.into_iter().chain(behind) {
            match self.site_to_hold(tab.id, Page { url: &tab.url, title: &tab.title }, config) {
                Some(site) => match self.held_mut(tab.id) {
                    // It was let through or let go, and is not any more.
                    Some(held) if held.wanted == Wanted::Free && matches!(held.grip, TabGrip::Page { .. }) => {
                        held.wanted = Wanted::Held;
                        held.site = site;
                    }
                    Some(_) => {}
                    None => self.hold_page(tab.id, site, &tab.title, tab.life),
                },
                None => {
                    self.let_go_page(tab.id);
                    if tab.front == Front::Front && self.held(tab.id).is_none() {
                        self.remember_front(tab.window, tab.id);
                    }
                }
            }
        }
    }

    /// A page came to be in a tab.
    pub fn arrived(&mut self, tab: TabId, url: &str, how: Arrival, config: &Config) {
        if how == Arrival::Ours {
            return;
        }
        // A discarded tab wakes by way of an empty page (Firefox 153); its own page comes next and is covered in place.
        if url == "about:blank" && self.held(tab).is_some_and(HeldTab::is_asleep) {
            return;
        }
        // A list that is under way may not know of this yet.
        if matches!(self.listing, Hand::Taking { .. }) {
            self.listing = Hand::Free;
        }
        self.tabs.retain(|held| held.tab != tab || matches!(held.grip, TabGrip::Page { .. }));
        self.follow(tab, url, how, config);
        let title = if how == Arrival::Same { self.held(tab).map(|held| held.title.clone()) } else { None }.unwrap_or_default();
        let Some(site) = self.site_to_hold(tab, Page { url, title: &title }, config) else {
            self.let_go_page(tab);
            return;
        };
        match self.held_mut(tab) {
            Some(held) => {
                held.wanted = Wanted::Held;
                let other = held.site != site;
                held.site.clone_from(&site);
                if let TabGrip::Page { cover, sound, life, .. } = &mut held.grip {
                    *life = Life::Awake;
                    // A new document has lost its cover; the tab's sound stays as it is.
                    if how != Arrival::Same || matches!(cover, Hand::Refused | Hand::Free) {
                        *cover = Hand::Unknown;
                    }
                    if *sound == Hand::Free {
                        *sound = Hand::Unknown;
                    }
                }
                if other {
                    self.met(&site, tab).count(tab);
                }
            }
            None if matches!(how, Arrival::Fresh | Arrival::Linked) => self.stop(tab, url, site),
            None => self.hold_page(tab, site, &title, Life::Awake),
        }
    }

    /// A page has another title.
    pub fn titled(&mut self, tab: TabId, page: Page<'_>, config: &Config) {
        // Only where a line is about words: pages count their news in their titles all the time.
        if self.wanted == Wanted::Free || !config.lists.reads_titles() {
            return;
        }
        match self.site_to_hold(tab, page, config) {
            Some(site) => match self.held_mut(tab) {
                Some(held) => page.title.clone_into(&mut held.title),
                None => self.hold_page(tab, site, page.title, Life::Awake),
            },
            None => self.let_go_page(tab),
        }
    }

    /// A page opened a tab.
    pub fn opened(&mut self, tab: TabId, opener: TabId) {
        if self.followed.contains(&opener) && !self.followed.contains(&tab) {
            self.followed.push(tab);
        }
    }

    /// A rule stopped a navigation, or one got past the rules and has nothing to lose.
    pub fn stopped(&mut self, tab: TabId, url: &str, config: &Config) {
        let Some(site) = self.site_to_hold(tab, Page { url, title: "" }, config) else { return };
        if self.held(tab).is_none_or(|held| !matches!(held.grip, TabGrip::Page { .. })) {
            self.stop(tab, url, site);
        }
    }

    /// Lets a site through until then; `None` where nothing of that is held.
    pub fn let_through(&mut self, what: &PassFor, until: Moment, reason: &str) -> Option<()> {
        if self.wanted == Wanted::Free {
            return None;
        }
        let site = match what {
            PassFor::Tab(tab) => self.held(*tab)?.site.clone(),
            PassFor::Target(url) => self.tabs.iter().find(|held| held.target() == Some(url))?.site.clone(),
            PassFor::Site(site) => self.tabs.iter().find(|held| held.site == *site)?.site.clone(),
        };
        self.passed += 1;
        for held in self.tabs.iter_mut().filter(|held| held.site == site) {
            held.wanted = Wanted::Free;
        }
        self.digest_of(&site).passes.push(reason.to_owned());
        self.passes.retain(|pass| pass.site != site);
        self.passes.push(Pass { site, until });
        Some(())
    }

    /// How often something was let through since holding began.
    pub fn passed(&self) -> u32 {
        self.passed
    }

    /// Sites that are let through, and whose pages no rule would stop any more.
    pub fn open_sites(&self, config: &Config) -> Vec<String> {
        if self.may_pass(config) { self.passes.iter().map(|pass| pass.site.clone()).collect() } else { Vec::new() }
    }

    /// A page's notification was held.
    pub fn noticed(&mut self, tab: TabId, site: &str, notice: Notice) {
        if self.wanted == Wanted::Free {
            return;
        }
        let notices = &mut self.met(site, tab).notices;
        notices.retain(|one| notice.tag.is_empty() || one.tag != notice.tag);
        if notices.len() == MOST_NOTICES {
            notices.remove(0);
        }
        notices.push(notice);
    }

    /// What was held, once nothing is to be held any more; given once.
    pub fn take_digest(&mut self) -> Option<Vec<DigestSite>> {
        if self.wanted == Wanted::Held || self.digest.is_empty() {
            return None;
        }
        Some(std::mem::take(&mut self.digest))
    }

    /// Something of ours is in a page that loaded by itself: a registered cover script ran.
    pub fn cover_loaded(&mut self, tab: TabId, url: &str, config: &Config) {
        let wanted = self.wanted;
        match self.held_mut(tab) {
            Some(HeldTab { grip: TabGrip::Page { cover, .. }, .. }) => {
                if *cover == Hand::Free || (*cover == Hand::Taken && wanted == Wanted::Free) {
                    *cover = Hand::Unknown;
                }
            }
            // A page that our blocked page is about to replace.
            Some(_) => {}
            // Its arrival is about to be told, too. Any other page was covered because browsers' patterns know no ports.
            None if wanted == Wanted::Held && config.verdict(Page { url, title: "" }).held_site(url).is_some() => {}
            None => self.stray(tab),
        }
    }

    /// The agent turned to a tab. Without access to a distraction it can't be covered: the agent is brought back instead.
    pub fn activated(&mut self, window: WindowId, tab: TabId, calls: &[TabId]) -> Option<(TabId, String)> {
        let front = self.fronts.iter().find(|front| front.window == window).map(|front| front.tab);
        let back_to = front.or(calls.first().copied()).filter(|to| *to != tab);
        self.turned = None;
        if self.wanted == Wanted::Held
            && let Some(held) = self.held(tab)
        {
            return match held.grip {
                TabGrip::Page { cover: Hand::Refused, .. } => back_to.map(|to| (to, held.site.clone())),
                TabGrip::Page { cover: Hand::Taken, .. } | TabGrip::Blocked { .. } => None,
                TabGrip::Page { .. } => {
                    self.turned = Some(FrontTab { window, tab });
                    None
                }
            };
        }
        self.remember_front(window, tab);
        None
    }

    /// As [`Focus::activated`], for a tab that the agent turned to before the browser's refusal to cover it was known: a PDF that is put in front, say,
    /// is tried once more just then.
    pub fn turned_in_vain(&mut self, calls: &[TabId]) -> Option<(TabId, String)> {
        let FrontTab { window, tab } = self.turned?;
        match self.held(tab)?.grip {
            TabGrip::Page { cover: Hand::Refused | Hand::Taken, .. } => self.activated(window, tab, calls),
            _ => None,
        }
    }

    /// What came of an effect.
    pub fn done(&mut self, thing: Thing, outcome: Outcome, asked: Attempt) {
        match thing {
            Thing::Rules => self.rules.hand.answer(outcome, asked),
            Thing::Covers => self.covers.hand.answer(outcome, asked),
            Thing::Notices => self.notices.hand.answer(outcome, asked),
            Thing::Card => self.card.answer(outcome, asked),
            Thing::Awake(tab) => match self.calls.iter_mut().find(|call| call.tab == tab) {
                Some(call) => call.hand.answer(outcome, asked),
                None if outcome == Outcome::Took => self.calls.push(CallTab { tab, wanted: Wanted::Free, hand: Hand::Unknown }),
                None => {}
            },
            Thing::Cover(tab) | Thing::Sound(tab) | Thing::Blocked(tab) => match self.held_mut(tab) {
                Some(held) => held.answer(thing, outcome, asked),
                // Too late: the tab was let go meanwhile, and now carries something of ours.
                None if outcome == Outcome::Took && !matches!(thing, Thing::Blocked(_)) => self.stray(tab),
                None => {}
            },
        }
    }

    /// The tab is gone.
    pub fn forget_tab(&mut self, tab: TabId) {
        self.tabs.retain(|held| held.tab != tab);
        self.calls.retain(|call| call.tab != tab);
        self.fronts.retain(|front| front.tab != tab);
        self.turned = self.turned.filter(|turned| turned.tab != tab);
        self.followed.retain(|followed| *followed != tab);
    }

    /// The tab has another id now.
    pub fn rename_tab(&mut self, old: TabId, new: TabId) {
        if old == new {
            return;
        }
        self.forget_tab(new);
        self.tabs.iter_mut().filter(|held| held.tab == old).for_each(|held| held.tab = new);
        self.calls.iter_mut().filter(|call| call.tab == old).for_each(|call| call.tab = new);
        self.fronts.iter_mut().chain(&mut self.turned).filter(|front| front.tab == old).for_each(|front| front.tab = new);
        self.usual.iter_mut().filter(|usual| **usual == old).for_each(|usual| *usual = new);
        self.followed.iter_mut().filter(|followed| **followed == old).for_each(|followed| *followed = new);
    }

    /// The worker died and is back, or the lists changed: what was under way is uncertain, and the tabs are looked at again.
    pub fn look_again(&mut self) {
        self.listing = Hand::Free;
        self.rules.hand.doubt();
        self.covers.hand.doubt();
        self.notices.hand.doubt();
        self.card.doubt_unfinished();
        self.calls.iter_mut().for_each(|call| call.hand.doubt_unfinished());
        for held in &mut self.tabs {
            match &mut held.grip {
                TabGrip::Page { cover, sound, .. } => {
                    cover.doubt_unfinished();
                    sound.doubt_unfinished();
                }
                TabGrip::Blocked { page, .. } => page.doubt_unfinished(),
            }
        }
    }

    /// Everything of ours was torn down at once (`releaseEverything`): nothing is taken any more.
    pub fn torn_down(&mut self) {
        self.look_again();
        self.rules = Fixture::default();
        self.covers = Fixture::default();
        self.notices = Fixture::default();
        self.calls.iter_mut().for_each(|call| call.hand = Hand::Free);
        for held in &mut self.tabs {
            if let TabGrip::Page { cover, sound, .. } = &mut held.grip {
                (*cover, *sound) = (Hand::Free, Hand::Free);
            }
        }
    }

    /// Whether nothing is held, wanted or under way.
    pub fn is_idle(&self) -> bool {
        self.wanted == Wanted::Free
            && self.tabs.is_empty()
            && self.calls.is_empty()
            && self.rules.hand == Hand::Free
            && self.covers.hand == Hand::Free
            && self.notices.hand == Hand::Free
            && self.digest.is_empty()
            && self.card == Hand::Free
    }

    /// Whether nothing is wanted held, up to now.
    pub fn is_free(&self) -> bool {
        self.wanted == Wanted::Free
    }

    /// Whether stopped navigations may go on: focus is off, and no rule would stop them again.
    pub fn may_go_on(&self) -> bool {
        self.wanted == Wanted::Free && self.rules.hand == Hand::Free && self.covers.hand == Hand::Free
    }

    /// When an unanswered effect has to be asked for again. Names only what [`Focus::settle`] would then act on, or time would stand still.
    pub fn deadline(&self) -> Option<Moment> {
        let mut deadline = self.listing.deadline();
        let mut heed = |hand: Hand| deadline = earliest(deadline, hand.deadline());
        heed(self.card);
        if self.wanted == Wanted::Free || self.listing == Hand::Taken {
            heed(self.rules.hand);
            heed(self.covers.hand);
            heed(self.notices.hand);
        }
        for call in &self.calls {
            heed(call.hand);
        }
        for held in &self.tabs {
            match &held.grip {
                TabGrip::Page { life: Life::Asleep, .. } if held.wanted == Wanted::Held => {}
                TabGrip::Page { cover, sound, .. } => {
                    heed(*cover);
                    heed(*sound);
                }
                TabGrip::Blocked { page, .. } => heed(*page),
            }
        }
        for pass in &self.passes {
            deadline = earliest(deadline, Some(pass.until));
        }
        deadline
    }

    /// Whether the tab is in front of its window, as far as is known while something is held.
    pub fn is_in_front(&self, tab: TabId) -> bool {
        self.fronts.iter().any(|front| front.tab == tab)
    }

    /// Whether it is so in the window that the agent turned to last.
    pub fn is_looked_at(&self, tab: TabId) -> bool {
        self.fronts.iter().any(|front| front.tab == tab && Some(front.window) == self.focused)
    }

    /// Whether the agent has it before them: in the window that they turned to last, or in any where that isn't known.
    pub fn is_seen(&self, tab: TabId) -> bool {
        if self.focused.is_some() { self.is_looked_at(tab) } else { self.is_in_front(tab) }
    }

    /// The agent turned to a window.
    pub fn focused(&mut self, window: WindowId) {
        self.focused = Some(window);
    }

    /// What is held now, a site a row, in the order it was met.
    pub fn held_sites(&self) -> Vec<HeldSite> {
        let mut sites: Vec<HeldSite> = Vec::new();
        for held in self.tabs.iter().filter(|held| held.wanted == Wanted::Held) {
            match sites.iter_mut().find(|site| site.host == held.site) {
                Some(site) => site.tabs += 1,
                None => sites.push(HeldSite { host: held.site.clone(), tabs: 1 }),
            }
        }
        sites
    }

    /// Sites whose pages could not be covered for want of access.
    pub fn sites_without_access(&self) -> Vec<String> {
        let mut hosts: Vec<String> = Vec::new();
        for held in &self.tabs {
            if matches!(held.grip, TabGrip::Page { cover: Hand::Refused, .. }) && !hosts.contains(&held.site) {
                hosts.push(held.site.clone());
            }
        }
        hosts
    }

    fn next_attempt(&self, now: Moment) -> Attempt {
        Attempt { at: now, number: self.attempts + 1 }
    }

    fn settle_calls(&mut self, calls: &[TabId], attempt: Attempt, grips: &mut Vec<Grip>) {
        for tab in calls {
            if !self.calls.iter().any(|call| call.tab == *tab) {
                self.calls.push(CallTab { tab: *tab, wanted: Wanted::Held, hand: Hand::Free });
                // Whatever the lists say of the page around a tool's frame.
                self.let_go_page(*tab);
            }
        }
        let mut over = false;
        self.calls.retain_mut(|call| {
            let wanted = if calls.contains(&call.tab) { Wanted::Held } else { Wanted::Free };
            over |= call.wanted == Wanted::Held && wanted == Wanted::Free;
            call.wanted = wanted;
            act(grips, call.hand.settle(call.wanted, attempt), Thing::Awake(call.tab));
            call.wanted == Wanted::Held || call.hand != Hand::Free
        });
        if over {
            // Its page may be one that is held.
            self.listing = Hand::Free;
        }
    }

    fn settle_held(&mut self, config: &Config, attempt: Attempt, grips: &mut Vec<Grip>) {
        let before = self.passes.len();
        self.passes.retain(|pass| attempt.at < pass.until);
        if self.passes.len() < before {
            self.listing = Hand::Free;
        }
        if self.listing.settle(Wanted::Held, attempt).is_some() {
            grips.push(Grip::List);
        }
        self.settle_tabs(self.may_pass(config), attempt, grips);
        // Rules need to know which tabs to spare; until the list is there, arrivals are met one by one.
        if self.listing != Hand::Taken {
            return;
        }
        if self.rules.settle(self.rules_mark(config), attempt) {
            grips.push(Grip::TakeRules(self.wanted_rules(config)));
        }
        if self.covers.settle(self.covers_mark(config), attempt) {
            grips.push(Grip::TakeCovers(self.wanted_scope(config)));
        }
        match wanted_notices(config) {
            Some(all) => {
                if self.notices.settle(mark(&(self.covers_mark(config), all)), attempt) {
                    let mut scope = self.wanted_scope(config);
                    if all == Notifications::AllSites {
                        scope.matches = vec!["*://*/*".to_owned()];
                    }
                    grips.push(Grip::TakeNotices(scope));
                }
            }
            None => self.free_notices(config, attempt, grips),
        }
    }

    fn settle_free(&mut self, config: &Config, attempt: Attempt, grips: &mut Vec<Grip>) {
        self.listing = Hand::Free;
        self.fronts.clear();
        self.focused = None;
        for (fixture, thing) in [(&mut self.rules, Thing::Rules), (&mut self.covers, Thing::Covers)] {
            act(grips, fixture.hand.settle(Wanted::Free, attempt), thing);
        }
        self.free_notices(config, attempt, grips);
        self.settle_tabs(self.may_go_on(), attempt, grips);
    }

    fn free_notices(&mut self, config: &Config, attempt: Attempt, grips: &mut Vec<Grip>) {
        if self.notices.hand.settle(Wanted::Free, attempt).is_some() {
            grips.push(Grip::GiveNotices(config.after));
        }
    }

    fn settle_tabs(&mut self, may_go_on: bool, attempt: Attempt, grips: &mut Vec<Grip>) {
        self.tabs.retain_mut(|held| {
            let tab = held.tab;
            match &mut held.grip {
                TabGrip::Page { cover, sound, life, .. } => {
                    if *life == Life::Awake || held.wanted == Wanted::Free {
                        act(grips, sound.settle(held.wanted, attempt), Thing::Sound(tab));
                        act(grips, cover.settle(held.wanted, attempt), Thing::Cover(tab));
                    }
                    held.wanted == Wanted::Held || *cover != Hand::Free || *sound != Hand::Free
                }
                TabGrip::Blocked { page, target } => {
                    match held.wanted {
                        Wanted::Held => {
                            if page.settle(Wanted::Held, attempt).is_some() {
                                grips.push(Grip::TakeBlocked(tab, target.clone()));
                            }
                        }
                        // Whether our page ever stood there or the browser's own error page does, this tab has to go on.
                        Wanted::Free if may_go_on => {
                            page.doubt_refusal();
                            if page.settle(Wanted::Free, attempt).is_some() {
                                grips.push(Grip::GiveBlocked(tab, target.clone()));
                            }
                        }
                        // Its turn comes when the rules are gone; until then nothing is overdue.
                        Wanted::Free => {
                            page.doubt_unfinished();
                            return true;
                        }
                    }
                    held.wanted == Wanted::Held || *page != Hand::Free
                }
            }
        });
    }

    /// Whether pages of sites that are let through may go on: the rules and scripts in place know of it.
    fn may_pass(&self, config: &Config) -> bool {
        let in_place = |fixture: &Fixture, mark: u64| fixture.hand == Hand::Taken && fixture.mark == mark;
        !self.passes.is_empty() && in_place(&self.rules, self.rules_mark(config)) && in_place(&self.covers, self.covers_mark(config))
    }

    fn rules_mark(&self, config: &Config) -> u64 {
        mark(&(self.covers_mark(config), self.spared(), &self.followed))
    }

    fn covers_mark(&self, config: &Config) -> u64 {
        mark(&(config.stamp, self.passes.iter().map(|pass| &pass.site).collect::<Vec<_>>()))
    }

    fn spared(&self) -> Vec<TabId> {
        let calls = self.calls.iter().filter(|call| call.wanted == Wanted::Held).map(|call| call.tab);
        self.tabs.iter().filter(|held| held.is_covered_page()).map(|held| held.tab).chain(calls).collect()
    }

    fn wanted_rules(&self, config: &Config) -> Rules {
        let mut filters = config.filters.clone();
        filters.free_hosts.extend(self.passes.iter().map(|pass| pass.site.clone()));
        let rest = (config.mode == Mode::EverythingBut && !config.lists.hides_exceptions()).then(|| Rest {
            initiators: config.all_tool_sites().map(|site| site.host().to_owned()).collect(),
            followed: self.followed.clone(),
        });
        Rules { filters, tools: config.all_tool_sites().flat_map(|site| site.url_filters()).collect(), rest, spared: self.spared() }
    }

    /// Where scripts run. Pages that only words tell apart are left out: a script is in place before there is a title.
    fn wanted_scope(&self, config: &Config) -> Scope {
        let mut scope = config.scope.clone();
        scope.but.extend(self.passes.iter().flat_map(|pass| host_patterns(&pass.site)));
        scope.but.extend(config.tool_patterns());
        scope
    }

    /// The site as which a page is held, if it is to be.
    fn site_to_hold(&self, tab: TabId, page: Page<'_>, config: &Config) -> Option<String> {
        if self.wanted == Wanted::Free || self.calls.iter().any(|call| call.tab == tab && call.wanted == Wanted::Held) {
            return None;
        }
        let verdict = config.verdict(page);
        if verdict == Verdict::Rest && self.followed.contains(&tab) {
            return None;
        }
        verdict.held_site(page.url).filter(|site| self.passes.iter().all(|pass| pass.site != *site))
    }

    /// What was opened before is not known for sure: Chromium names the tab in front as the opener of any new one.
    fn follow_from(&mut self, tabs: &[Tab], config: &Config) {
        for tab in tabs.iter().filter(|tab| config.is_tool(&tab.url)) {
            if !self.followed.contains(&tab.id) {
                self.followed.push(tab.id);
            }
        }
    }

    fn follow(&mut self, tab: TabId, url: &str, how: Arrival, config: &Config) {
        if self.wanted == Wanted::Free {
            return;
        }
        let is_tool = config.is_tool(url);
        if is_tool && !self.followed.contains(&tab) {
            self.followed.push(tab);
        }
        // Whoever types an address goes there of their own will.
        if !is_tool && how == Arrival::Fresh {
            self.followed.retain(|followed| *followed != tab);
        }
    }

    fn hold_page(&mut self, tab: TabId, site: String, title: &str, life: Life) {
        self.met(&site, tab).count(tab);
        let grip = TabGrip::Page { cover: Hand::Free, sound: Hand::Free, life };
        self.tabs.push(HeldTab { tab, wanted: Wanted::Held, site, title: title.to_owned(), grip });
    }

    fn stop(&mut self, tab: TabId, url: &str, site: String) {
        // Told of twice, by the rule and by its arrival.
        let again = self.held(tab).is_some_and(|held| held.target().map(String::as_str) == Some(url));
        self.tabs.retain(|held| held.tab != tab);
        if !again {
            self.met(&site, tab).stops += 1;
        }
        let grip = TabGrip::Blocked { page: Hand::Unknown, target: url.to_owned() };
        self.tabs.push(HeldTab { tab, wanted: Wanted::Held, site, title: String::new(), grip });
    }

    /// The site's place in the digest, with this tab seen there. What kind of window it is in is asked where that isn't known.
    fn met(&mut self, site: &str, tab: TabId) -> &mut DigestSite {
        if !self.usual.contains(&tab) && !self.digest_of(site).unsure.contains(&tab) {
            self.digest_of(site).unsure.push(tab);
            self.listing = Hand::Free;
        }
        self.digest_of(site)
    }

    fn digest_of(&mut self, site: &str) -> &mut DigestSite {
        let full = self.digest.len() >= MOST_SITES;
        // What comes after the last place shares it.
        let at = self.digest.iter().position(|one| one.site == site).or(if full { Some(MOST_SITES - 1) } else { None });
        let at = at.unwrap_or_else(|| {
            self.digest.push(DigestSite { site: site.to_owned(), ..DigestSite::default() });
            self.digest.len() - 1
        });
        &mut self.digest[at]
    }

    /// A tab that carries something of ours and is not in the books: it is put there to be freed, or held if that is wanted.
    fn stray(&mut self, tab: TabId) {
        let grip = TabGrip::Page { cover: Hand::Unknown, sound: Hand::Unknown, life: Life::Awake };
        self.tabs.push(HeldTab { tab, wanted: Wanted::Free, site: String::new(), title: String::new(), grip });
    }

    fn let_go_page(&mut self, tab: TabId) {
        if let Some(held) = self.held_mut(tab)
            && let TabGrip::Page { life, .. } = &mut held.grip
        {
            *life = Life::Awake;
            held.wanted = Wanted::Free;
        }
    }

    fn remember_front(&mut self, window: WindowId, tab: TabId) {
        self.fronts.retain(|front| front.window != window);
        if self.wanted == Wanted::Held {
            self.fronts.push(FrontTab { window, tab });
        }
    }

    fn held(&self, tab: TabId) -> Option<&HeldTab> {
        self.tabs.iter().find(|held| held.tab == tab)
    }

    fn held_mut(&mut self, tab: TabId) -> Option<&mut HeldTab> {
        self.tabs.iter_mut().find(|held| held.tab == tab)
    }
}

impl HeldTab {
    fn target(&self) -> Option<&String> {
        match &self.grip {
            TabGrip::Blocked { target, .. } => Some(target),
            TabGrip::Page { .. } => None,
        }
    }

    /// Covered, or about to be. A page that can't be covered for want of access has its tab's next visits stopped like anybody's.
    fn is_covered_page(&self) -> bool {
        self.wanted == Wanted::Held && matches!(self.grip, TabGrip::Page { cover, .. } if cover != Hand::Refused)
    }

    fn is_asleep(&self) -> bool {
        matches!(self.grip, TabGrip::Page { life: Life::Asleep, .. })
    }

    fn answer(&mut self, thing: Thing, outcome: Outcome, asked: Attempt) {
        match (&mut self.grip, thing) {
            (TabGrip::Page { cover, .. }, Thing::Cover(_)) => cover.answer(outcome, asked),
            (TabGrip::Page { sound, .. }, Thing::Sound(_)) => sound.answer(outcome, asked),
            (TabGrip::Blocked { page, .. }, Thing::Blocked(_)) => page.answer(outcome, asked),
            // The tab's page was taken before our blocked page stood there.
            (TabGrip::Blocked { .. }, _) | (TabGrip::Page { .. }, _) => {}
        }
    }
}

impl DigestSite {
    fn count(&mut self, tab: TabId) {
        if !self.tabs.contains(&tab) {
            self.tabs.push(tab);
        }
    }
}

impl Fixture {
    /// Whether the browser has to be told: the first time, after a doubt, and whenever what is wanted has changed.
    fn settle(&mut self, mark: u64, attempt: Attempt) -> bool {
        if self.mark != mark && matches!(self.hand, Hand::Taken | Hand::Refused | Hand::Taking { .. }) {
            self.hand = Hand::Unknown;
        }
        let told = self.hand.settle(Wanted::Held, attempt).is_some();
        if told {
            self.mark = mark;
        }
        told
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Take,
    Give,
}

fn act(grips: &mut Vec<Grip>, act: Option<Act>, thing: Thing) {
    match act {
        Some(Act::Take) => grips.push(Grip::Take(thing)),
        Some(Act::Give) => grips.push(Grip::Give(thing)),
        None => {}
    }
}

impl Hand {
    fn settle(&mut self, wanted: Wanted, attempt: Attempt) -> Option<Act> {
        let overdue = self.deadline().is_some_and(|deadline| attempt.at >= deadline);
        match (wanted, *self) {
            (Wanted::Held, Hand::Free | Hand::Unknown) => self.take(attempt),
            (Wanted::Held, Hand::Taking { .. } | Hand::Giving { .. }) if overdue => self.take(attempt),
            (Wanted::Held, _) => None,
            (Wanted::Free, Hand::Free) => None,
            (Wanted::Free, Hand::Refused) => {
                *self = Hand::Free;
                None
            }
            (Wanted::Free, Hand::Giving { .. }) if !overdue => None,
            (Wanted::Free, _) => {
                *self = Hand::Giving { attempt, trust: Trust::Sure };
                Some(Act::Give)
            }
        }
    }

    fn take(&mut self, attempt: Attempt) -> Option<Act> {
        *self = Hand::Taking { attempt, trust: Trust::Sure };
        Some(Act::Take)
    }

    fn answer(&mut self, outcome: Outcome, asked: Attempt) {
        *self = match (*self, outcome) {
            // An answer to an earlier attempt. To act on it now would have two under way for ever (seen in Firefox, a save every 8 ms).
            (Hand::Taking { attempt, .. }, _) if attempt != asked => Hand::Taking { attempt, trust: Trust::Doubted },
            (Hand::Giving { attempt, .. }, _) if attempt != asked => Hand::Giving { attempt, trust: Trust::Doubted },
            (Hand::Taking { trust: Trust::Doubted, .. } | Hand::Giving { trust: Trust::Doubted, .. }, _) => Hand::Unknown,
            (Hand::Taking { .. } | Hand::Taken | Hand::Unknown | Hand::Refused, Outcome::Took) => Hand::Taken,
            (Hand::Free | Hand::Giving { .. }, Outcome::Took) => Hand::Unknown,
            (Hand::Taking { .. }, Outcome::Refused) => Hand::Refused,
            (hand, Outcome::Refused) => hand,
            (Hand::Giving { .. } | Hand::Free, Outcome::Gave) => Hand::Free,
            (Hand::Refused, Outcome::Gave) => Hand::Refused,
            (Hand::Taking { .. } | Hand::Taken | Hand::Unknown, Outcome::Gave) => Hand::Unknown,
        };
    }

    fn doubt(&mut self) {
        if *self != Hand::Free {
            *self = Hand::Unknown;
        }
    }

    fn doubt_unfinished(&mut self) {
        if matches!(self, Hand::Taking { .. } | Hand::Giving { .. }) {
            *self = Hand::Unknown;
        }
    }

    fn doubt_refusal(&mut self) {
        if *self == Hand::Refused {
            *self = Hand::Unknown;
        }
    }

    fn deadline(self) -> Option<Moment> {
        match self {
            Hand::Taking { attempt, .. } | Hand::Giving { attempt, .. } => Some(attempt.at + PATIENCE),
            _ => None,
        }
    }
}

/// Which notifications are held, if any are.
fn wanted_notices(config: &Config) -> Option<Notifications> {
    match config.notifications {
        Notifications::Off => None,
        Notifications::HeldSites if config.mode == Mode::EverythingBut => Some(Notifications::AllSites),
        Notifications::HeldSites if config.scope.matches.is_empty() => None,
        which => Some(which),
    }
}

/// A fingerprint, to see that something changed without keeping it twice. Not for anything where a collision could be made on purpose
/// to matter: lists come from the agent and IT.
pub fn mark(what: &impl std::hash::Hash) -> u64 {
    use std::hash::Hasher;
    let mut hasher = std::hash::DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

keep_struct!(Focus {
    wanted,
    listing,
    tabs,
    rules,
    covers,
    notices,
    card,
    calls,
    fronts,
    turned,
    attempts,
    passes,
    passed,
    followed,
    digest,
    usual,
    focused
});
keep_enum!(Browsing { 0 = Usual, 1 = Private });
keep_enum!(Wanted { 0 = Free, 1 = Held });
keep_enum!(Hand { 0 = Free, 1 = Unknown, 2 = Taking { attempt, trust }, 3 = Taken, 4 = Refused, 5 = Giving { attempt, trust } });
keep_enum!(Trust { 0 = Sure, 1 = Doubted });
keep_struct!(HeldTab { tab, wanted, site, title, grip });
keep_struct!(Pass { site, until });
keep_struct!(DigestSite { site, tabs, stops, notices, passes, unsure });
keep_struct!(Notice { title, body, tag });
keep_enum!(TabGrip { 0 = Page { cover, sound, life }, 1 = Blocked { page, target } });
keep_enum!(Life { 0 = Awake, 1 = Asleep });
keep_struct!(Fixture { hand, mark });
keep_struct!(CallTab { tab, wanted, hand });
keep_struct!(Attempt { at, number });
keep_struct!(FrontTab { window, tab });
