// The states in which the gallery shows our pages: what a person may meet, and what a page may do to us. Must never hold a way to open them.

import { readFile } from "node:fs/promises";

/** @typedef {Record<string, unknown>} Json */
/**
 * What the browser would hold for the page.
 *
 * @typedef {object} Stored
 * @property {Json} [session]
 * @property {Json} [local]
 * @property {string[] | "all"} [granted] host permissions
 * @property {string} [query]
 * @property {string} [hash] before it is encoded
 */
/**
 * @typedef {object} Sample
 * @property {string} name
 * @property {"sidebar" | "options" | "welcome" | "coaching" | "blocked" | "why" | "lists" | "policy" | "insights"} page
 * @property {number[]} widths
 * @property {Stored} stored
 * @property {number} [height] the window's; without it the window is as tall as its content
 * @property {{ name: string, value: string }[]} [features] media features beside the theme
 * @property {number} [text] the browser's text size in per cent
 * @property {Record<string, string>} [filled] what is typed or chosen, by part
 * @property {string} [open] what is unfolded, as a selector
 * @property {string} [press] a key that is pressed
 * @property {string} [click] what is clicked, as a selector
 * @property {"rtl"} [direction] the page's, for languages that are not there yet
 */

/** @type {Record<string, { view: { sidebar: Json }, settings: Json, policy: Json }>} written by xtask from states.txt */
const STATES = JSON.parse(await readFile(new URL("../../target/states.json", import.meta.url), "utf8"));
const LONG = "Maximiliana Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh de la Santísima Trinidad";
const MARKUP = `<img src=x onerror="document.body.remove()"><h1>${"𝕬".repeat(60)}</h1>${"W".repeat(400)}`;

/** A conversation of states.txt as the view has it, with what lies around it. @param {string} name @param {Json} [around] @returns {Json} */
const from = (name, around = {}) => {
  const sidebar = STATES[name]?.view.sidebar ?? {};
  const { phase, channel, customer, facts, after, byHand } = sidebar;
  return { ...IDLE, ...around, phase, channel, customer, facts, after, byHand, state: name };
};

const HELD = [
  { host: "news.example", tabs: 3 },
  { host: "video.example", tabs: 1 },
];
const MANY_HELD = Array.from({ length: 14 }, (_, number) => ({ host: `distraction-number-${number + 1}.example`, tabs: 2 }));

/** `since` is an age in milliseconds here, negative; the browser's stand-in adds the present. */
const IDLE = {
  phase: "idle",
  channel: "call",
  customer: { name: null, place: null, tags: [] },
  held: [],
  heldTabs: 0,
  waiting: [],
  queue: 0,
  needsAccess: [],
  focus: "off",
  setUp: "ready",
  byHand: "off",
};
const BESIDE = { since: -252_000, held: HELD, heldTabs: 4, focus: "on" };
const RINGING = from("ringing");
const ACTIVE = from("active", BESIDE);
const NAMELESS = from("nameless", { ...BESIDE, since: -8_000 });
const HOLD = from("hold", { ...BESIDE, since: -431_000 });
const WRAP_UP = from("wrap-up", { ...BESIDE, since: undefined });
const ENDED = { ...ACTIVE, held: [], heldTabs: 0, focus: "ended" };
const QUEUED = {
  ...ACTIVE,
  waiting: [
    { id: 2, tab: 7, name: "Jonas Weber", phase: "ringing", channel: "chat" },
    { id: 3, tab: 8, name: LONG, phase: "hold", channel: "call" },
    { id: 4, tab: 9, name: null, phase: "active", channel: "call" },
  ],
  queue: 7,
};
const BUSY = { ...ACTIVE, since: -4_321_000, broughtBack: "news.example", needsAccess: ["news.example"] };

const SETTINGS = {
  tools: ["chatwoot", "amazon-connect"],
  toolSites: ["https://phone.example.com/*"],
  blocklist: ["news.example", "# the endless ones", "video.example/shorts", "social.example"],
  allowlist: ["news.example/weather"],
  presets: ["social", "games"],
  mode: "everything-but",
  notifications: "all-sites",
  heldNotifications: "show",
  override: { minutes: 10, perConversation: 0, reason: "asked" },
  wrapUpSeconds: 20,
  agent: { name: "Jo Almeida", line: "+351 21 555 01 99" },
};
const WRONG = {
  tools: ["no-such-tool"],
  adapters: [{ id: "desk", name: "Desk", category: "phone", confidence: "source", references: ["-"], sites: ["https://desk.example/*"], call: { activ: {} } }],
  toolSites: ["phone.example.com/*", "https://phone.example.com/*", "https://phone.example.com:99999/*"],
  blocklist: ["news.example", "not a site", `${"verylong".repeat(20)}..example`],
  allowlist: ["*", "title:"],
  override: { minutes: 0, reason: "maybe" },
  wrapUpSeconds: 20,
  agent: { name: "Jo" },
};
/** As the background keeps the insights: a day's sums, of the days before today. */
const BOOKS = Array.from({ length: 60 }, (_, ago) => ({
  day: new Date(Date.now() - ago * 86_400_000).toLocaleDateString("sv"),
  calls: (ago * 7) % 23, chats: (ago * 5) % 11, visits: ago % 2, seconds: ((ago * 7) % 23) * 340, passes: ago % 3, ended: ago % 4 === 0 ? 1 : 0,
  good: (ago * 3) % 9, mixed: ago % 3, bad: ago % 5 === 0 ? 1 : 0,
  sites: [["news.example", (ago * 3) % 8, ago % 5, 2], ["video.example/shorts", ago % 4, 1, 0], [`${"a-very-long-part.".repeat(6)}example`, 1, 0, 0]],
  hours: Array.from({ length: 9 }, (_, hour) => [String(hour + 9), (ago + hour) % 4, (ago * hour) % 6]),
  phrases: [["glad", 3], ["right-place", 1], ["gone-from-the-library", 1]],
}));
const RATED = { phrases: { language: "en", liked: ["glad"], disliked: ["right-place"] } };
/** As the background saves it for those who ask. */
const WHY = {
  made: [
    { phase: "active", channel: "call", known: "words", held: "yes", front: true },
    { phase: "ringing", channel: "chat", known: "media", held: "notYet", front: false },
  ],
  heard: [
    { origin: "https://desk.contoso.example", by: "page", tool: "chatwoot", word: "active", rule: "call.active" },
    { origin: `https://${"a-very-long-part.".repeat(6)}example`, by: "media", tool: "", word: "stands", rule: "" },
    { origin: "https://crm.contoso.example", by: "widget", tool: "ringcentral-embeddable", word: "hold", rule: "" },
  ],
};
/** As the background keeps it beside the settings. */
const POLICY = {
  tools: ["3cx", "browser-phone"],
  chats: "show",
  toolSites: ["https://desk.contoso.example/*", "https://*.telephony.contoso.example/*"],
  blocklist: ["intranet-games.contoso.example"],
  agent: { name: "Jo Almeida", line: "+351 21 555 01 99" },
  allowlist: ["shop.contoso.example"],
  presets: ["social"],
  override: { allowed: "nothing", minutes: 2 },
  wrapUpSeconds: 45,
  locked: ["wrapUpSeconds", "agent"],
};

const COACHING = {
  focusPlan: "I put the phone face down and breathe once.",
  phrases: { language: "de", own: [{ stages: ["greeting"], text: "Moin, {customer}." }, { id: "mine", stages: ["working", "understanding"], intent: "own", text: LONG.repeat(2) }] },
  placeNotes: [{ city: "Lisbon", country: "Portugal", note: "Our tram-line shop is two streets from the river." }, { country: LONG, note: LONG }],
  privateWords: ["VIP", "high net worth"],
  allowances: [{ what: "a refund", limit: "up to 50 €" }],
  extras: [{ what: "a free month", limit: "once a year" }],
  programme: { name: "the Inner Circle", invitation: "Early news, twice a year", everyDays: 180 },
  memory: "on",
};
const COACHING_WRONG = {
  phrases: { own: [{ stages: ["greeting"], text: "Hello {nobody}" }, { stages: ["greeting"], text: "Hello there" }] },
  placeNotes: [{ city: "Lisbon" }],
  allowances: [{ limit: "up to 50 €" }],
  holdReminderSeconds: 9_999,
};
const COACHING_POLICY = {
  phrases: { own: [{ stages: ["greeting"], text: "Welcome to Contoso." }] },
  privateWords: ["board member"],
  allowances: [{ what: "a replacement", limit: "once an order" }],
  memory: "off",
  focusPlan: "Headset on, phone down.",
  locked: ["holdReminderSeconds"],
};
const KEPT = [
  { ids: ["1"], name: "Mia", sounds: "MEE-ah", note: "her daughter’s first term", at: Date.UTC(2026, 10, 2) },
  { ids: ["2"], name: null, sounds: null, note: LONG, at: Date.UTC(2026, 9, 12) },
];
const PROMISES = [{ id: "1", text: "Call back about the refund", at: Date.UTC(2026, 10, 28, 9) }];

const MAY = { letting: "open", left: 3, minutes: 5, reason: "never", ending: "allowed" };
const WHAT_FOR = { ...MAY, left: null, reason: "required" };
const SPENT = { ...MAY, letting: "spent", left: 0 };
const LOCKED = { ...MAY, letting: "no", left: null, ending: "locked" };

/**
 * A view as the background stores it.
 *
 * @param {Json} sidebar
 * @param {Json} [may]
 * @returns {Stored}
 */
const shown = (sidebar, may = MAY) => ({
  session: {
    view: { sidebar, blocked: { gate: "shut", open: [], name: /** @type {{ name?: string }} */ (sidebar.customer).name }, override: may },
  },
  local: { settings: STATES[String(sidebar.state)]?.settings ?? {}, policy: STATES[String(sidebar.state)]?.policy ?? {} },
});

const DIGEST = [
  {
    site: "news.example",
    tabs: 3,
    stops: 1,
    notices: [
      { title: "Number four is a lighthouse", body: "212 comments so far" },
      { title: "", body: "Ten harbours you will never sail to" },
    ],
    passes: ["the opening hours", ""],
  },
  { site: `${"a-very-long-part.".repeat(6)}example`, tabs: 0, stops: 2, notices: [{ title: MARKUP, body: MARKUP }], passes: [MARKUP] },
  { site: "video.example", tabs: 1, stops: 0, notices: [], passes: [] },
];

/** @type {(name: string, sidebar: Json, more?: Partial<Sample>) => Sample} */
const card = (name, sidebar, more = {}) => ({ name, page: "sidebar", widths: [280, 340, 480], stored: shown(sidebar), ...more });
/** @type {(name: string, sidebar: Json, height: number) => Sample} */
const popup = (name, sidebar, height) => card(name, sidebar, { widths: [360], height, stored: { ...shown(sidebar), query: "?popup" } });
/** @type {(name: string, stored: Stored, more?: Partial<Sample>) => Sample} */
const settings = (name, stored, more = {}) => ({ name, page: "options", widths: [320, 900], stored, ...more });
/** @type {(name: string, stored: Stored, more?: Partial<Sample>) => Sample} */
const welcome = (name, stored, more = {}) => ({ name, page: "welcome", widths: [320, 900], stored, ...more });
/** @type {(name: string, stored: Stored, more?: Partial<Sample>) => Sample} */
const coaching = (name, stored, more = {}) => ({ name, page: "coaching", widths: [320, 900], stored, ...more });
/** @type {(name: string, sidebar: Json, target: string, may?: Json) => Sample} */
const blocked = (name, sidebar, target, may) => ({
  name,
  page: "blocked",
  widths: [280, 400, 1200],
  stored: { ...shown(sidebar, may), hash: target },
});

const WRONG_POLICY = JSON.stringify({
  policies: { "3rdparty": { Extensions: { "managed@undivided": {
    blocklist: ["news.example", `${"a-very-long-part.".repeat(9)}example`, "not a site", 7], wrapUpSeconds: 9_999, blokclist: [], tools: ["zendesk", "nobody"], locked: ["wrapUpSeconds"],
    phrases: { own: [{ text: "Hello {nobody}" }] }, placeNotes: [{ country: "PT", note: MARKUP }],
  } } } },
});
const LEECHBLOCK = `sites1=news.example video.example/shorts *.social.example ex*.com ~football +news.example/weather ${"a-very-long-part.".repeat(9)}example/${"Way/".repeat(40)}
sites2=games.example >mail.example \u202egnp.example
regexpBlock1=${"(cats|dogs)".repeat(30)}
times1=0900-1700
setName2=${"W".repeat(200)}
limitMins2=10
`;
const EXPORT = JSON.stringify({
  undivided: 1,
  toolSites: ["https://phone.example.com/*"],
  blocklist: ["news.example", "not a site"],
  chats: "ignore",
  wrapUpSeconds: 9_999,
  agent: { name: "Jo Almeida" },
  placeNotes: [{ country: "PT", city: "Lisbon", note: "Our tram-line shop is two streets from the river." }],
  nonsense: 1,
});

/** @param {string} name @param {Record<string, string>} filled @param {Json} [local] @returns {Sample} */
const lists = (name, filled, local = { settings: { blocklist: ["news.example"] } }) => ({ name, page: "lists", widths: [320, 360, 900, 1200], stored: { local }, filled });

/** @type {Sample[]} */
export const SAMPLES = [
  card("idle-the-others", { ...IDLE, setUp: "theOthers" }),
  card("idle-no-tools", { ...IDLE, setUp: "noTools" }),
  card("idle-ready", IDLE),
  card("idle-digest", IDLE, { stored: { session: { ...shown(IDLE).session, digest: DIGEST } }, open: "details" }),
  card("idle-paused", { ...IDLE, paused: Date.now() + 40_000_000 }),
  card("idle-locked", IDLE, { stored: shown(IDLE, LOCKED) }),
  card("idle-needs-reload", { ...IDLE, needsReload: "https://phone.example.com" }),
  popup("idle-popup", IDLE, 480),
  card("idle-after", from("after")),
  card("idle-due", IDLE, { stored: { session: { ...shown(IDLE).session, due: [{ id: "1", text: "Call Maria about the tiles", at: 0 }, { id: "2", text: LONG, at: 0 }] } } }),
  card("ringing", RINGING),
  card("greeting", from("greeting", { ...BESIDE, since: -2_000 })),
  card("active", ACTIVE),
  card("active-complaint", from("complaint", BESIDE)),
  card("active-by-number", from("by-number", BESIDE)),
  card("active-german", from("german", BESIDE)),
  card("active-premises", from("premises", { ...BESIDE, byHand: "on" })),
  popup("active-popup", ACTIVE, 600),
  card("active-details", ACTIVE, { open: "details" }),
  card("active-help", ACTIVE, { press: "?" }),
  card("active-phrase", ACTIVE, { click: "[data-part=about-phrase]" }),
  card("closing", from("closing", BESIDE)),
  card("closing-still-open", from("still-open", BESIDE)),
  card("folded", from("folded", BESIDE)),
  card("folded-shared", from("shared", BESIDE)),
  card("active-others-wait", QUEUED),
  card("active-nameless", NAMELESS),
  card("active-nothing-held", { ...ACTIVE, held: [], heldTabs: 0 }),
  card("active-busy", BUSY),
  card("active-focus-ended", ENDED),
  card("active-paused", { ...ENDED, focus: "paused", paused: Date.now() + 40_000_000 }),
  card("active-let-through", ACTIVE, { open: "details" }),
  card("active-let-through-why", { ...ACTIVE, held: MANY_HELD.concat({ host: `${"a-very-long-part.".repeat(6)}example`, tabs: 1 }) }, {
    stored: shown({ ...ACTIVE, held: MANY_HELD.concat({ host: `${"a-very-long-part.".repeat(6)}example`, tabs: 1 }) }, WHAT_FOR),
    open: "details",
  }),
  card("active-spent", ACTIVE, { stored: shown(ACTIVE, SPENT) }),
  card("active-locked", ACTIVE, { stored: shown(ACTIVE, LOCKED) }),
  card("active-by-hand", { ...NAMELESS, byHand: "on" }),
  card("chat", from("chat", BESIDE)),
  card("hold", HOLD),
  card("wrap-up", WRAP_UP),
  card("long", from("long", BESIDE), { open: "details" }),
  card("hostile", from("hostile", BESIDE), { open: "details" }),
  card("right-to-left-name", from("right-to-left", BESIDE)),
  card("right-to-left", ACTIVE, { direction: "rtl" }),
  card("many-held", { ...ACTIVE, held: MANY_HELD, heldTabs: 28, needsAccess: ["a.example", "b.example", "c.example"] }),
  card("trouble-restarted", { ...ACTIVE, trouble: "restarted" }),
  card("trouble-released", { ...ENDED, trouble: "released" }),
  card("active-large-text", ACTIVE, { widths: [340], text: 200 }),
  card("active-low", ACTIVE, { widths: [340], height: 380 }),
  card("active-forced-colors", ACTIVE, { widths: [340], features: [{ name: "forced-colors", value: "active" }] }),
  card("hold-more-contrast", HOLD, { widths: [340], features: [{ name: "prefers-contrast", value: "more" }] }),
  settings("options-first", { granted: [] }),
  settings("options-filled", { local: { settings: SETTINGS }, granted: ["https://phone.example.com/*"] }),
  settings("options-granted", { local: { settings: SETTINGS }, granted: "all" }),
  settings("options-complaints", { local: { settings: WRONG }, granted: [] }),
  settings("options-policy", { local: { settings: SETTINGS, policy: POLICY }, granted: "all" }),
  settings("options-large-text", { local: { settings: WRONG }, granted: [] }, { widths: [640], text: 200 }),
  settings(
    "options-forced-colors",
    { local: { settings: WRONG, policy: POLICY }, granted: [] },
    { widths: [900], features: [{ name: "forced-colors", value: "active" }] },
  ),
  settings("options-found", { local: { settings: SETTINGS, policy: POLICY }, granted: "all" }, { filled: { find: "reminder" } }),
  settings("options-not-found", { local: { settings: SETTINGS }, granted: "all" }, { widths: [320], filled: { find: LONG } }),
  settings("options-the-others", { local: { settings: SETTINGS, dormant: true }, granted: "all" }, { widths: [320] }),
  welcome("welcome-first", { granted: [] }),
  welcome("welcome-filled", { local: { settings: SETTINGS }, granted: ["https://phone.example.com/*"] }),
  welcome("welcome-wrong", { local: { settings: WRONG, policy: POLICY }, granted: [] }),
  welcome("welcome-practising", { local: { settings: SETTINGS }, granted: "all" }, { click: "[data-part=practise]" }),
  welcome("welcome-large-text", { granted: [] }, { widths: [640], text: 200 }),
  { name: "policy-nothing", page: "policy", widths: [320, 900], stored: {} },
  { name: "policy-wrong", page: "policy", widths: [320, 900], stored: {}, filled: { "policy-text": WRONG_POLICY } },
  { name: "policy-good", page: "policy", widths: [320, 900], stored: {}, filled: { "policy-text": JSON.stringify(POLICY) } },
  { name: "policy-large-text", page: "policy", widths: [640], stored: {}, filled: { "policy-text": WRONG_POLICY }, text: 200 },
  coaching("coaching-first", {}),
  coaching("coaching-filled", { local: { settings: COACHING, kept: KEPT, promises: PROMISES } }),
  coaching("coaching-wrong", { local: { settings: COACHING_WRONG } }),
  coaching("coaching-policy", { local: { settings: COACHING, policy: COACHING_POLICY, kept: KEPT } }),
  coaching("coaching-large-text", { local: { settings: COACHING, kept: KEPT } }, { widths: [640], text: 200 }),
  { name: "insights-nothing", page: "insights", widths: [320, 900], stored: {} },
  { name: "insights-week", page: "insights", widths: [320, 900], stored: { local: { insights: BOOKS, settings: RATED } } },
  { name: "insights-all", page: "insights", widths: [320, 900], stored: { local: { insights: BOOKS, settings: RATED } }, filled: { period: "all" } },
  { name: "insights-off", page: "insights", widths: [320], stored: { local: { insights: BOOKS, settings: { insights: "off" } } } },
  { name: "insights-large-text", page: "insights", widths: [640], stored: { local: { insights: BOOKS, settings: RATED } }, text: 200 },
  { name: "insights-forced-colors", page: "insights", widths: [640], stored: { local: { insights: BOOKS } }, features: [{ name: "forced-colors", value: "active" }] },
  { name: "why-nothing", page: "why", widths: [320, 900], stored: { local: { settings: SETTINGS } } },
  { name: "why-a-call", page: "why", widths: [320, 900], stored: { session: { why: WHY }, local: { settings: SETTINGS } } },
  lists("lists-nothing", {}),
  lists("lists-preview", { paste: LEECHBLOCK }),
  lists("lists-many", { from: "hosts", paste: Array.from({ length: 900 }, (_, at) => `0.0.0.0 host-${at}.example`).join("\n") }),
  lists("lists-refused", { from: "blocksite", paste: "a.example" }),
  lists("lists-locked", { from: "undivided", paste: EXPORT }, { settings: { chats: "show" }, policy: POLICY }),
  { ...lists("lists-forced-colors", { paste: LEECHBLOCK }), widths: [640], features: [{ name: "forced-colors", value: "active" }] },
  { ...lists("lists-large-text", { paste: LEECHBLOCK }), widths: [640], text: 200 },
  blocked("blocked", ACTIVE, "https://news.example/today/a-story"),
  blocked("blocked-nameless", NAMELESS, "https://video.example/"),
  blocked("blocked-what-for", ACTIVE, "https://news.example/today", WHAT_FOR),
  blocked("blocked-spent", ACTIVE, "https://news.example/today", SPENT),
  blocked("blocked-locked", ACTIVE, "https://news.example/today", LOCKED),
  blocked("blocked-long", from("hostile", BESIDE), `https://${"a-very-long-part.".repeat(9)}example/`),
];

/** A conversation as it may become after its first seconds: in none of these may what the agent reads have moved. */
export const BEGINS = card("still", NAMELESS);
export const BECOMES = [
  ACTIVE,
  HOLD,
  { ...BUSY, trouble: "restarted" },
  { ...ENDED, trouble: "released" },
].map((view) => /** @type {Json} */ (shown({ ...view, since: -9_000 }).session));
