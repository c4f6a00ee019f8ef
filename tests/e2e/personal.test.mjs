// The personal edition: it begins with no access to any page, and the agent gives it for what they choose. Without access a distraction can
// be silenced and stopped, not covered, and that is said. The tests are one story in order: each goes on with what the agent set up before.
//
// The browsers' own question after the click on "Give access" is answered with yes by the harness (see its head); what is tested is that
// the click asks, and for what.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, openLine, until } from "./harness.mjs";
import { told } from "./harness/wait.mjs";
import { browser, openNews, untilAsItWas, untilNoGrips } from "./scene.mjs";
import { coverSeen, watchForCover } from "./watch.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const lab = await startLab();
after(() => lab.close());
const run = await launch({ browser, edition: "personal" });
after(() => run.close());

const tools = [lab.url("phone", "/*"), "phone.example.com", "", "https://second.example/calls/*"].join("\n");
const blocklist = ["# what pulls at me", lab.host("news"), "exa mple", "  ", lab.host("video"), "shop.example:99999"].join("\n");
const phone = "http://phone.localhost/*";
const second = "https://second.example/*";

test("before anything is named, nothing is asked for, and the card says where to begin", async () => {
  const options = await openOptions();
  assert.deepEqual(await access(options), []);
  assert.equal(await isShown(options, "grant"), false);
  const card = await run.sidebarPage();
  await until("the card is drawn", () => isShown(card, "set-up"));
  assert.equal(await mayTouch(phone), false);
  await card.close();
  await options.close();
});

test("a tool site that is typed in is asked for by one click; a bad line is named by its number, and the good ones count", async () => {
  const options = await openOptions();
  await type(options, "tool-sites", tools);
  await type(options, "wrap-up", "0");
  await until("all is saved", async () => (await textOf(options, "saved")) === "Saved, except for the lines named above");
  assert.deepEqual(await complaints(options, "tool-sites"), [["Line 2", "phone.example.com"]]);
  assert.deepEqual(await access(options), [`${phone} missing`, `${second} missing`]);

  await run.click(options, "[data-part=grant]");
  await until("the page shows the access", async () => (await access(options)).every((site) => site.endsWith("granted")));
  assert.deepEqual(await access(options), [`${phone} granted`, `${second} granted`]);
  assert.equal(await isShown(options, "grant"), false, "nothing is missing");
  assert.deepEqual([await mayTouch(phone), await mayTouch(second)], [true, true]);
  assert.equal(await mayTouch("*://*.news.localhost/*"), false, "nothing was given that was not asked for");
  await run.untilView((view) => view.sidebar?.setUp === "ready");
  await options.close();
});

test("the list of distractions is kept as it was typed, bad lines and notes included, also when the page is loaded again", async () => {
  const options = await openOptions();
  await type(options, "blocklist", blocklist);
  const wanted = [`${phone} granted`, `${second} granted`, "news.localhost missing", "video.localhost missing"];
  await until("the page shows what is missing", async () => (await access(options)).length === wanted.length);
  for (const when of ["as typed", "loaded again"]) {
    assert.deepEqual(await access(options), wanted, when);
    assert.deepEqual(await complaints(options, "tool-sites"), [["Line 2", "phone.example.com"]], when);
    assert.deepEqual(await complaints(options, "blocklist"), [["Line 3", "exa mple"], ["Line 6", "shop.example:99999"]], when);
    assert.equal(await isShown(options, "grant"), true, when);
    // Every line ends, also the last one, once it comes from storage.
    assert.equal((await valueOf(options, "tool-sites")).replace(/\n$/, ""), tools, when);
    assert.equal((await valueOf(options, "blocklist")).replace(/\n$/, ""), blocklist, when);
    assert.equal(await valueOf(options, "wrap-up"), "0", when);
    if (when === "as typed") await reload(options);
  }
  await options.close();
});

test("a distraction without access is silenced and not covered, the agent is brought back from it once, and a new visit waits", async () => {
  const { news, marker } = await openNews(run, lab);
  await watchForCover(news);
  await until("the news sound", async () => (await sound(news)).playing);
  const before = await sound(news);
  assert.equal(before.muted, false);
  const work = await run.openPage(lab.url("work"));
  const card = await run.sidebarPage();
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilPhase("active");
  await until("the news are silent", async () => (await sound(news)).muted);
  await run.untilView((view) => view.sidebar?.needsAccess.length === 1 && view.sidebar.heldTabs === 1);
  assert.deepEqual((await run.view()).sidebar.needsAccess, ["news.localhost"]);
  assert.deepEqual(await run.coverOf(news), { cover: false, hidden: false });
  assert.equal((await sound(news)).playing, true, "only its tab is silent: without access its player is out of reach");

  // Fronts are written down by the browser's own event, so that "once" is seen without waiting for what must not come.
  const fronts = await watchFronts();
  await run.selectTab(news);
  await until("the agent is brought back", async () => (await fronts()).length === 2);
  assert.deepEqual(await fronts(), ["news", "phone"]);
  await run.untilView((view) => view.sidebar?.broughtBack === "news.localhost");
  await run.selectTab(news);
  await until("the agent goes there again", async () => (await fronts()).length === 3);
  // What comes after that visit has been taken in, so the visit has been too. Clicks of a script leave the news in front.
  await call.phone.evaluate(() => /** @type {HTMLElement} */ (document.querySelector("#hold")).click());
  await run.untilPhase("hold");
  await call.untilBoth("hold");
  assert.deepEqual(await fronts(), ["news", "phone", "news"], "and may stay");
  assert.deepEqual([(await run.tab(lab.url("news"))).active, (await sound(news)).muted], [true, true]);

  await until("the card says both", async () => (await isShown(card, "needs-access")) && (await isShown(card, "brought-back")));
  assert.equal(await textOf(card, "needs-access-text"), "news.localhost is silenced. With access it can be covered too.");
  assert.equal(await textOf(card, "brought-back-text"), "You were brought back from news.localhost, this once. If you need it, go there again.");

  // A rule needs no access to the site that it stops.
  await run.head(work, lab.url("video"));
  await run.untilAt(work, run.blockedUrl(lab.url("video")));
  assert.equal(lab.hits("GET video /"), 0, "its server was not asked");

  await call.hangUp("customer");
  await run.untilAt(work, lab.url("video"));
  assert.equal(lab.hits("GET video /"), 1, "it was loaded once");
  await until("the news are heard as before", async () => {
    const now = await sound(news);
    if (now.muted === before.muted && now.playing === before.playing) return true;
    throw new Error(told(now));
  });
  assert.equal(await coverSeen(news), false, "not for a moment");
  await untilAsItWas(news, marker);
  assert.equal(lab.hits("GET news /"), 1);
  await run.untilPhase("idle");
  await until("the card is at rest", async () => !(await isShown(card, "needs-access")) && !(await isShown(card, "brought-back")));
  await untilNoGrips(run);
  for (const page of [news, work, card, call.phone, call.customer]) await page.close();
});

test("one click gives access to all that is still missing, and from then on it is covered", async () => {
  const options = await openOptions();
  assert.deepEqual((await access(options)).slice(2), ["news.localhost missing", "video.localhost missing"]);
  await run.click(options, "[data-part=grant]");
  await until("all is given", async () => (await access(options)).every((site) => site.endsWith("granted")));
  assert.equal(await isShown(options, "grant"), false);
  const { news, marker } = await openNews(run, lab);
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilCovered(news);
  await run.untilView((view) => view.sidebar?.heldTabs === 1 && view.sidebar.needsAccess.length === 0);
  await call.hangUp("agent");
  await run.untilUncovered(news);
  await untilNoGrips(run);
  await untilAsItWas(news, marker);
});

// --- The settings' page ---------------------------------------------------------------------------------------------------------------------

async function openOptions() {
  const options = await run.extensionPage("www/options.html");
  await untilDrawn(options);
  return options;
}

/** @param {Page} page */
async function untilDrawn(page) {
  await until("the settings are drawn", () => page.evaluate(() => document.body?.dataset.ready === ""));
}

/** As the browser's button does it; puppeteer's own waits in Firefox for ever where the page is an extension's. @param {Page} page */
async function reload(page) {
  await page.evaluate(() => {
    Object.assign(window, { old: true });
    setTimeout(() => location.reload());
  });
  await until("the page is another", () => page.evaluate(() => !("old" in window)));
  await untilDrawn(page);
}

/**
 * Types into an empty field, and waits until all of it is stored.
 * @param {Page} page
 * @param {"tool-sites" | "blocklist" | "wrap-up"} name
 * @param {string} text
 */
async function type(page, name, text) {
  await run.click(page, `[data-part=${name}]`);
  await page.keyboard.type(text);
  const key = { "tool-sites": "toolSites", blocklist: "blocklist", "wrap-up": "wrapUpSeconds" }[name];
  await until(`${key} is stored`, async () => {
    const { settings = {} } = await run.ext.eval(() => chrome.storage.local.get("settings"));
    const stored = Array.isArray(settings[key]) ? settings[key].join("\n") : String(settings[key]);
    if (stored === text) return true;
    throw new Error(stored);
  });
  await until("the page says so", async () => (await textOf(page, "saved")).startsWith("Saved"));
}

/** @param {Page} page @returns {Promise<string[]>} as in "news.localhost missing" */
async function access(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll("[data-part=access] > li")].map((item) => {
      const { state } = /** @type {HTMLElement} */ (item).dataset;
      return `${item.querySelector("[data-part=host]")?.textContent} ${state}`;
    }),
  );
}

/**
 * Which line, and what it quotes.
 * @param {Page} page
 * @param {"tool-sites" | "blocklist"} name
 */
async function complaints(page, name) {
  return page.evaluate(
    (wanted) =>
      [...document.querySelectorAll(`[data-part=${wanted}-complaints]:not([hidden]) > li`)].map((item) => [
        item.querySelector("[data-part=complaint-line]")?.textContent,
        /“(.*)”/.exec(item.querySelector("[data-part=complaint-text]")?.textContent ?? "")?.[1],
      ]),
    name,
  );
}

/** @param {Page} page @param {string} name */
async function valueOf(page, name) {
  return page.evaluate((wanted) => /** @type {HTMLTextAreaElement} */ (document.querySelector(`[data-part=${wanted}]`)).value, name);
}

/** @param {Page} page @param {string} name */
async function textOf(page, name) {
  return page.evaluate((wanted) => document.querySelector(`[data-part=${wanted}]`)?.textContent ?? "", name);
}

/** @param {Page} page @param {string} name */
async function isShown(page, name) {
  return page.evaluate((wanted) => (document.querySelector(`[data-part=${wanted}]`)?.getClientRects().length ?? 0) > 0, name);
}

// --- What the browser says ------------------------------------------------------------------------------------------------------------------

/** @param {string} pattern @returns {Promise<boolean>} */
async function mayTouch(pattern) {
  return run.ext.eval(async (origin) => /** @type {any} */ (chrome).permissions.contains({ origins: [origin] }), pattern);
}

/**
 * The tab's own `audible` would say more, but on a machine without a sound device Firefox never sets it.
 * @param {Page} news
 */
async function sound(news) {
  const playing = await news.evaluate(() => !(/** @type {HTMLAudioElement} */ (document.querySelector("#sound")).paused));
  return { muted: await run.muted(lab.url("news")), playing };
}

/**
 * Notes from now on which tab comes to the front, by the first word of its host.
 * @returns {Promise<() => Promise<string[]>>}
 */
async function watchFronts() {
  await run.ext.eval(() => {
    const fronts = /** @type {number[]} */ ([]);
    Object.assign(globalThis, { fronts });
    chrome.tabs.onActivated.addListener(({ tabId }) => fronts.push(tabId));
  });
  return async () => {
    const seen = /** @type {number[]} */ (await run.ext.eval(() => /** @type {any} */ (globalThis).fronts));
    const tabs = await run.tabs();
    return seen.map((id) => new URL(tabs.find((tab) => tab.id === id)?.url ?? "http://none/").hostname.split(".")[0] ?? "");
  };
}
