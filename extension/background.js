/**
 * The background's border to the browser: every listener, registered in the first turn so that a dead worker is woken by it, and
 * `releaseEverything()`, which needs neither wasm nor state. Events are handed to the wasm one after the other.
 *
 * It decides nothing about conversations and must never hold state that it could not lose: the worker dies after 30 s of rest.
 */

import { fingerprints } from "./memory.js";
import init, { __wbg_reset_state, dispatch } from "./wasm/background.js";

const OWN_PAGES = chrome.runtime.getURL("");
/**
 * How browsers name a navigation that a rule stopped (measured in Chromium 156 and Firefox 153): the network error, and NS_ERROR_ABORT. A stop by
 * the person, a download or an answer without a page have other names; the tab then stays as it is.
 */
const STOPPED_BY_RULE = /^(net::ERR_BLOCKED_BY_CLIENT|Error code 2147500036)$/;

// --- The wasm instance, and what happens when it breaks ---

/** @type {Promise<unknown> | undefined} */
let instance;
/** @type {string | undefined} what the last panic said, until it is dealt with */
let broken;
/** @type {((reason: Error) => void) | undefined} */
let interrupt;
/** @type {Promise<void>} */
let queue = Promise.resolve();
/** @type {"unknown" | "on" | "off"} whether a conversation is on, as far as this worker knows */
let watching = "unknown";

/**
 * After three panics in one conversation not even an instance that begins with nothing will do. Nothing is handled any more until no
 * tool has reported anything for that long, which is when the conversation is over: sources repeat themselves every 20 s.
 */
const REST = 70_000;
/** @type {number | undefined} when a tool was last heard while we rest */
let resting;
/** What hangs (a page in an `alert`) must not hang us: its cover lifts itself, or with the next attempt. */
const RELEASE_PATIENCE = 2_000;

/** What the wasm calls; it has no other way back here. */
globalThis.undivided = {
	...globalThis.undivided,
	enqueue: () => void enqueue("report"),
	// Called from the panic hook: the instance is poisoned from here on, and promises it made never settle.
	panicked: (text) => {
		broken = text;
		interrupt?.(new Error(text));
		void enqueue({ event: "tick" });
	},
	replaceRules,
	fingerprints,
	keepAwake: (tab, wanted) => (awake = awake.catch(() => {}).then(() => setAwake(tab, wanted))),
	watch: (state) => {
		if (watching === state) return;
		watching = state;
		if (state === "on") listenWhileOn();
		else {
			stopListening();
			void updateIfDue();
		}
	},
};

// Chromium wakes us for what is ours alone, and compiles lazily: beside the registering of listeners it costs nothing. Firefox wakes us for every page.
if (!chrome.sidebarAction) void begun();

/** @param {WorkerEvent} event */
function enqueue(event) {
	queue = queue.then(() => handle(event)).catch((error) => console.error("Undivided:", error));
	return queue;
}

/** The instance, which is compiled and instantiated beside whatever else a new worker does. */
function begun() {
	instance ??= init({ module_or_path: new URL("./wasm/background_bg.wasm", import.meta.url) });
	// Whoever waits for it is told; until then nobody may.
	instance.catch(() => {});
	return instance;
}

/** @param {WorkerEvent} event */
async function handle(event) {
	if (broken !== undefined) await recover();
	if (resting !== undefined && (await isResting(event))) return;
	try {
		await begun();
		const interrupted = new Promise((_, reject) => (interrupt = reject));
		await Promise.race([dispatch(event), interrupted]);
	} catch (error) {
		broken ??= String(error);
		await recover();
	} finally {
		interrupt = undefined;
	}
}

/** Everything is released, the instance is built anew, and the core is told how often that happened in this conversation. */
async function recover() {
	const reason = broken;
	broken = undefined;
	console.error("Undivided broke and starts again:", reason);
	await releaseEverything();
	const { panics = 0 } = await chrome.storage.session.get("panics");
	const times = panics + 1;
	await chrome.storage.session.set({ panics: times });
	__wbg_reset_state();
	instance = undefined;
	// What is in the state may be what breaks it.
	if (times > 1) await chrome.storage.session.remove("state");
	if (times > 2) return rest();
	await handle({ event: { panicked: { times } } });
}

async function rest() {
	resting = Date.now();
	await chrome.storage.session.set({ resting });
}

/** @param {WorkerEvent} event */
async function isResting(event) {
	const over = Date.now() - (resting ?? 0) >= REST;
	const heard = typeof event === "object" && "message" in event;
	if (!over) {
		if (heard) await rest();
		return true;
	}
	resting = undefined;
	await chrome.storage.session.remove(["resting", "panics"]);
	return false;
}

/**
 * Undoes all that we could have done, from nothing but what the browser remembers: after a crash, a start or a panic. Firefox's
 * session restore brings our mutes back after a crash, while `storage.session` is gone; that is why `extensionId` is what counts.
 */
async function releaseEverything() {
	// Each by itself: one that fails must not keep the others.
	const released = Promise.allSettled([dropRules(), dropCovers(), freeTabs(), letSleep()]);
	await Promise.race([released, new Promise((resolve) => setTimeout(resolve, RELEASE_PATIENCE))]);
	// Our blocked pages read this and go on; last, or a rule would stop them again.
	await chrome.storage.session.remove("view");
}

/** @type {Promise<void>} one at a time, as each reads and writes the list */
let awake = Promise.resolve();

/**
 * Browsers don't say who keeps a tab from being discarded, so what we do is written down before it is done.
 *
 * @param {number} tab
 * @param {boolean} wanted
 */
async function setAwake(tab, wanted) {
	const { awake: ours = [] } = await chrome.storage.session.get("awake");
	if (wanted && !ours.includes(tab)) {
		if (!(await chrome.tabs.get(tab)).autoDiscardable) throw new Error("kept by somebody else");
		await chrome.storage.session.set({ awake: [...ours, tab] });
	}
	if (wanted || ours.includes(tab)) await chrome.tabs.update(tab, { autoDiscardable: !wanted });
	if (!wanted) await chrome.storage.session.set({ awake: ours.filter((/** @type {number} */ one) => one !== tab) });
}

/** @param {number} added @param {number} removed */
async function renameAwake(added, removed) {
	const { awake: ours = [] } = await chrome.storage.session.get("awake");
	if (!ours.includes(removed)) return;
	await chrome.storage.session.set({ awake: ours.map((/** @type {number} */ one) => (one === removed ? added : one)) });
}

async function letSleep() {
	const { awake: ours = [] } = await chrome.storage.session.get("awake");
	for (const tab of ours) await globalThis.undivided.keepAwake(tab, false).catch(() => {});
}

const dropRules = () => replaceRules([]);

/** @param {Rule[]} rules */
async function replaceRules(rules) {
	const { getSessionRules, updateSessionRules } = chrome.declarativeNetRequest;
	const removeRuleIds = (await getSessionRules()).map(({ id }) => id);
	try {
		// One atomic call, so that there is no moment in between.
		await updateSessionRules({ removeRuleIds, addRules: rules });
	} catch (error) {
		if (rules.length === 0) throw error;
		console.error("Undivided:", error);
		// One entry that this browser dislikes makes it refuse them all: then each by itself, and the others count.
		await updateSessionRules({ removeRuleIds });
		const alone = rules.flatMap((rule) => rule.condition.requestDomains?.map((host) => withHost(rule, host)) ?? [rule]);
		// `async`, because Firefox throws at once for what its schema does not take.
		const taken = await Promise.allSettled(alone.map(async (rule, at) => updateSessionRules({ addRules: [{ ...rule, id: at + 1 }] })));
		if (taken.every(({ status }) => status === "rejected")) throw error;
	}
}

/** @param {Rule} rule @param {string} host @returns {Rule} */
const withHost = (rule, host) => ({ ...rule, condition: { ...rule.condition, requestDomains: [host] } });

async function dropCovers() {
	const covers = await chrome.scripting.getRegisteredContentScripts({ ids: ["cover", "quiet", "notices"] });
	if (covers.length) await chrome.scripting.unregisterContentScripts({ ids: covers.map(({ id }) => id) });
}

async function freeTabs() {
	const tabs = await chrome.tabs.query({});
	await Promise.allSettled(tabs.flatMap(({ id = -1, url = "", mutedInfo, discarded }) => {
		const undo = [];
		if (mutedInfo?.muted && mutedInfo.extensionId === chrome.runtime.id) undo.push(chrome.tabs.update(id, { muted: false }));
		if (/^https?:/.test(url) && !discarded) {
			undo.push(chrome.scripting.removeCSS({ target: { tabId: id }, files: ["cover.css"], origin: "USER" }));
			undo.push(chrome.tabs.sendMessage(id, { cover: "lift" }, { frameId: 0 }));
			undo.push(chrome.tabs.sendMessage(id, { notices: "release" }));
		}
		return undo;
	}));
}

// --- Events that matter at any time ---

chrome.runtime.onMessage.addListener((message, sender, sendResponse) => {
	if (sender.id !== chrome.runtime.id) return;
	// Before its turn comes, or a worker that was dead would first look up what is on and compile after that (in Firefox 5 ms later, measured).
	void begun();
	// `open` loses its click at the first `await`: asked for at once, and the core is told what came of it.
	const opening = message.gesture === "fresh" && sender.tab ? openSidebar(sender.tab.windowId) : undefined;
	const panel = opening ? "asked" : "notAsked";
	// The answer means "saved": who gets none (the worker died) says it again. A cover that nobody answers lifts itself.
	void enqueue({ message: { body: message.body, from: from(sender), panel } }).then(async () => {
		if (message.asks !== "override") return sendResponse(watching === "on" ? "on" : "off");
		// A cover asks what its buttons may do; without a view nothing is held, and it lifts itself.
		const { view } = await chrome.storage.session.get("view");
		sendResponse({ on: watching === "on", channel: view?.sidebar.channel, override: view?.override });
	});
	opening?.then(
		() => enqueue({ event: { panel: { outcome: "opened" } } }),
		() => enqueue({ event: { panel: { outcome: "refused" } } }),
	);
	return true;
});

// A page that crashes says no goodbye, and no event of tabs tells of it in Chromium; the port that its script keeps open while something is on there ends
// in 13 to 33 ms (measured). What became of the page is asked.
chrome.runtime.onConnect.addListener((port) => {
	const { sender } = port;
	if (!sender || sender.id !== chrome.runtime.id) return;
	port.onDisconnect.addListener(() => void enqueue({ message: { body: "left", from: from(sender), panel: "notAsked" } }));
});

chrome.action.onClicked.addListener((tab) => {
	openSidebar(tab.windowId)?.catch(() => {});
	void enqueue({ event: "button" });
});

chrome.commands.onCommand.addListener((command, tab) => {
	if (tab) openSidebar(tab.windowId)?.catch(() => {});
	if (command === "switch") void enqueue({ event: "switched" });
});

// Chrome alone: Firefox has another way to offer the card, and is not asked for this permission.
chrome.notifications?.onClicked.addListener((id) => {
	// The id carries the window, because nothing may be awaited before `open`.
	openSidebar(Number(id.split(":")[1]))?.catch(() => {});
	void chrome.notifications?.clear(id);
});

const PROMISE = "promise:";

/** Chromium refuses the first reading of a file whose end was torn off, mends it, and answers the second (src/browser/api.rs). @param {string} key */
const kept = (key) => chrome.storage.local.get(key).catch(() => chrome.storage.local.get(key));

chrome.alarms.onAlarm.addListener(({ name }) => {
	if (name === LOOK) void look();
	else if (name.startsWith(PROMISE)) reminders = reminders.then(() => remind(name.slice(PROMISE.length))).catch((error) => console.error("Undivided:", error));
	else void enqueue({ event: "tick" });
});
// Firefox forgets alarms with its run, and those that fell due meanwhile fire at once.
chrome.runtime.onStartup.addListener(async () => {
	const { promises = [] } = await kept("promises");
	for (const { id, at } of promises) await chrome.alarms.create(PROMISE + id, { when: at });
});
chrome.runtime.onInstalled.addListener(async ({ reason }) => {
	void enqueue({ event: "configured" });
	// Who installs it by hand has something to say first. What comes by policy is given to people in the midst of their work, and is set by others.
	if (reason !== "install" || !personal || (await chrome.management.getSelf()).installType === "admin") return;
	await chrome.tabs.create({ url: chrome.runtime.getURL("www/welcome.html") });
});
chrome.runtime.onStartup.addListener(() => void enqueue({ event: "configured" }));
chrome.permissions.onAdded.addListener(() => void enqueue({ event: "configured" }));
chrome.permissions.onRemoved.addListener(() => void enqueue({ event: "configured" }));
chrome.storage.local.onChanged.addListener((changes) => {
	if (["settings", "policy", "pause", "dormant"].some((key) => key in changes)) void enqueue({ event: "configured" });
});
chrome.storage.managed.onChanged.addListener(() => void enqueue({ event: "configured" }));

/** @type {Promise<void>} one at a time, as each reads and writes the lists */
let reminders = Promise.resolve();

/**
 * What an agent promised is due: from the disk into memory, where the card shows it until it is done, and a word without it, as others may read the screen.
 *
 * @param {string} id
 */
async function remind(id) {
	const { promises = [] } = await kept("promises");
	const due = promises.find((/** @type {{ id: string }} */ one) => one.id === id);
	if (!due) return;
	const { due: before = [] } = await chrome.storage.session.get("due");
	await chrome.storage.session.set({ due: [...before.filter((/** @type {{ id: string }} */ one) => one.id !== id), due] });
	await chrome.storage.local.set({ promises: promises.filter((/** @type {{ id: string }} */ one) => one.id !== id) });
	const window = (await chrome.windows.getLastFocused()).id;
	// The id carries the window, as the card's does. Firefox has no such API before the agent allows it; then the card alone tells.
	await chrome.notifications?.create(`${PROMISE}${window}`, {
		type: "basic",
		iconUrl: chrome.runtime.getURL("icons/icon-128.png"),
		title: chrome.i18n.getMessage("reminder_title"),
		message: chrome.i18n.getMessage("reminder_text"),
	});
}

// --- The other edition ---

/**
 * Where an organisation has put its edition into a browser that has ours already, that one does the work, and the personal one does nothing: what both held
 * would be given back by one while the other still holds it. Chrome's manifest names the other's id; Firefox has no such list.
 */
const { externally_connectable: others, optional_host_permissions: grantable } = chrome.runtime.getManifest();
/** Firefox gives an empty list where the manifest has none. */
const personal = grantable?.length;
const OTHER = others?.ids[0] ?? (personal ? "managed@undivided" : "personal@undivided");
/** Nobody tells us that the other one is gone, so it is asked again as long as it answers. */
const LOOK = "other";
const LOOK_MINUTES = 5;

chrome.runtime.onMessageExternal.addListener((_, sender, sendResponse) => {
	if (sender.id !== OTHER) return;
	if (personal) void look();
	else sendResponse("managed");
});

/** Asks whether the managed edition is here. */
async function look() {
	const dormant = (await chrome.runtime.sendMessage(OTHER, "who").catch(() => undefined)) === "managed";
	const { dormant: was = false } = await kept("dormant");
	if (dormant !== was) await chrome.storage.local.set({ dormant });
	if (dormant) await chrome.alarms.create(LOOK, { periodInMinutes: LOOK_MINUTES });
	else await chrome.alarms.clear(LOOK);
}

/** @param {boolean} first whether this is the first worker of a run */
async function meetTheOther(first) {
	const { dormant = false } = await kept("dormant");
	if (personal && (first || dormant)) await look();
	// It may have been here before us, and then asks.
	if (!personal && first) await chrome.runtime.sendMessage(OTHER, "here").catch(() => {});
}

// --- Events that matter only in a conversation ---

/** @param {WatchedEvent} event */
async function whileOn(event) {
	// Without a conversation nothing is instantiated for it: one read of memory, and the worker rests again.
	if (watching === "off") return;
	// Looked up in its turn, or what comes after it would overtake it.
	queue = queue.then(async () => {
		if (watching === "on" || (await chrome.storage.session.get("on")).on) await handle({ event });
	}).catch((error) => console.error("Undivided:", error));
	await queue;
}

/** Where the person said where to go, and no page did. */
const OWN_WILL = /^(typed|auto_bookmark|generated|start_page|keyword|keyword_generated)$/;

/** @param {chrome.webNavigation.Committed} details */
function onCommitted({ tabId: tab, frameId: frame, url, transitionType, transitionQualifiers, documentLifecycle }) {
	if (documentLifecycle === "prerender") return;
	const how = url.startsWith(OWN_PAGES) ? "ours"
		: transitionType === "form_submit" ? "form"
		: transitionQualifiers.includes("forward_back") ? "history"
		: OWN_WILL.test(transitionType) || transitionQualifiers.includes("from_address_bar") ? "fresh"
		: "linked";
	void whileOn({ navigated: { tab, frame, url, how } });
}

/** @param {chrome.webNavigation.Details} details */
function onHistoryStateUpdated({ tabId: tab, frameId: frame, url }) {
	if (frame === 0) void whileOn({ navigated: { tab, frame, url, how: "same" } });
}

/** @param {chrome.webNavigation.Details & { error: string }} details */
function onErrorOccurred({ tabId: tab, frameId: frame, url, error }) {
	if (frame === 0 && STOPPED_BY_RULE.test(error)) void whileOn({ stopped: { tab, url } });
}

/** @param {{ tabId: number, sourceTabId: number }} details */
const onCreatedNavigationTarget = ({ tabId: tab, sourceTabId: opener }) => void whileOn({ opened: { tab, opener } });

/** @param {{ tabId: number, windowId: number }} info */
const onActivated = ({ tabId: tab, windowId: window }) => void whileOn({ activated: { tab, window } });
/** @param {number} tab */
const onRemoved = (tab) => void whileOn({ tabRemoved: { tab } });
/** @param {number} added @param {number} removed */
function onReplaced(added, removed) {
	awake = awake.catch(() => {}).then(() => renameAwake(added, removed));
	void whileOn({ tabReplaced: { old: removed, new: added } });
}

/** @param {number} window */
function onFocusChanged(window) {
	// None of ours: the agent is in another program, and comes back to the one they left.
	if (window >= 0) void whileOn({ focused: { window } });
}

/** @param {number} tab @param {Partial<chrome.tabs.Tab>} change @param {chrome.tabs.Tab} now */
function onUpdated(tab, change, now) {
	if ("audible" in change || "sharingState" in change) void whileOn({ airs: { tab, ...airs(now) } });
	if (change.title !== undefined && /^https?:/.test(now.url ?? "")) void whileOn({ titled: { tab, url: now.url, title: change.title } });
}

/** Firefox can be asked for these alone; Chromium tells of everything, and takes no filter. */
const HEARD = chrome.sidebarAction ? [{ properties: ["audible", "sharingState", "title"] }] : [];
/** @type {[Listenable<any>, (...args: any[]) => void, ...object[]][]} */
const WATCHED = [
	[chrome.webNavigation.onCommitted, onCommitted],
	[chrome.webNavigation.onHistoryStateUpdated, onHistoryStateUpdated],
	[chrome.webNavigation.onErrorOccurred, onErrorOccurred],
	[chrome.webNavigation.onCreatedNavigationTarget, onCreatedNavigationTarget],
	[chrome.tabs.onActivated, onActivated],
	[chrome.tabs.onUpdated, onUpdated, ...HEARD],
	[chrome.tabs.onRemoved, onRemoved],
	[chrome.windows.onFocusChanged, onFocusChanged],
	[chrome.tabs.onReplaced, onReplaced],
];

function listenWhileOn() {
	for (const [event, listener, ...filter] of WATCHED) event.addListener(listener, ...filter);
}

/** A standing listener wakes Chromium's worker on every navigation (measured), so they go when the conversation does. */
function stopListening() {
	for (const [event, listener] of WATCHED) event.removeListener(listener);
}

listenWhileOn();

// --- Updates ---

/** A new version waits until no conversation is on: browsers close every page of ours with the old one, the blocked pages as well. */
chrome.runtime.onUpdateAvailable.addListener(() => {
	void chrome.storage.session.set({ update: true }).then(updateIfDue);
});

async function updateIfDue() {
	const { update, on } = await chrome.storage.session.get(["update", "on"]);
	if (!update || on) return;
	// Pages of ours that are open (options, a blocked page about to go on) are waited for; the browser's next start updates anyway.
	const open = await chrome.tabs.query({ url: `${OWN_PAGES}*` });
	if (open.length === 0) chrome.runtime.reload();
}

// --- Start ---

/** The first start of a browser run, an install, an update: nothing can be rightly held. Any later one: carry on where it was. */
async function start() {
	const kept = await chrome.storage.session.get(["on", "resting"]);
	const { on } = kept;
	resting = kept.resting;
	// The worker may have died while the popup was lent to the toolbar button (see offer_card), which is a switch.
	void chrome.action.setPopup({ popup: "" });
	void meetTheOther(on === undefined);
	if (on === undefined) {
		freeLateMutes();
		await releaseEverything();
		await chrome.storage.session.set({ on: false });
		return { event: "configured" };
	}
	if (on) return { event: "tick" };
	globalThis.undivided.watch("off");
	return undefined;
}

/**
 * Firefox's session restore may bring our mutes back only after our own start (seen). Not registered in the first turn and so not kept: it
 * listens as long as this first worker lives, and wakes none.
 */
function freeLateMutes() {
	if (!chrome.sidebarAction) return;
	chrome.tabs.onUpdated.addListener((tab, { mutedInfo }) => {
		if (watching === "on" || !mutedInfo?.muted || mutedInfo.extensionId !== chrome.runtime.id) return;
		void chrome.tabs.update(tab, { muted: false });
	}, { properties: ["mutedInfo"] });
}

queue = start().then((event) => (event ? handle(event) : undefined)).catch((error) => console.error("Undivided:", error));

// --- Small things ---

/**
 * Asks for the sidebar, if this browser can open one here. Must be called in the turn of the click.
 *
 * @param {number} windowId
 * @returns {Promise<void> | undefined}
 */
function openSidebar(windowId) {
	const { sidePanel, sidebarAction } = chrome;
	if (sidePanel) return sidePanel.open({ windowId });
	// Firefox takes clicks on our own button and keys only, never a page's; there the core offers the card in another way.
	return sidebarAction?.open();
}

/**
 * What the browser itself says of a tab's sound, and in Firefox of its microphone.
 *
 * @param {chrome.tabs.Tab | undefined} tab
 */
const airs = (tab) => ({ sound: tab?.audible === true, microphone: tab?.sharingState?.microphone === true });

/** @param {chrome.runtime.MessageSender} sender */
function from({ tab, frameId = 0, origin = "null", url = "" }) {
	if (url.startsWith(OWN_PAGES)) return "ours";
	return { frame: { tab: tab?.id ?? -1, frame: frameId, window: tab?.windowId ?? -1, origin, url, incognito: tab?.incognito === true, ...airs(tab) } };
}
