// What can be done on our own pages against holding, and about it: let a site through where a visit waits and in the card, read what waited,
// pause until tomorrow; and in the settings choose, ask about an address, and take the last change back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./harness.mjs";
import { stage } from "./stage.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const { lab, run } = await stage();

test("a stopped visit is let through for the reason given, and goes on by itself", async () => {
  await run.saveSettings({ override: { reason: "required" } });
  await desk("on");
  const page = await run.openPage(lab.url("work"));
  await run.head(page, lab.url("news", "/?silent"));
  const waiting = await run.pageAt(run.blockedUrl(lab.url("news", "/?silent")));
  await untilShown(waiting, "#reason");
  await run.click(waiting, "[data-part=pass]");
  assert.equal((await run.view()).override.left, 3, "nothing goes without a reason");
  await run.click(waiting, "#reason");
  await waiting.keyboard.type("the opening hours");
  await waiting.keyboard.press("Enter");
  await run.pageAt(lab.url("news", "/?silent"));
  assert.equal((await run.view()).override.left, 2);
  await desk("off");
});

test("a held site is let through from the card, and afterwards the card says what waited, once", async () => {
  await run.saveSettings({ override: {} });
  const news = await run.openPage(lab.url("news", "/?silent"));
  await desk("on");
  await run.untilCovered(news);
  const card = await run.sidebarPage();
  await run.click(card, ".passes summary");
  assert.equal(await shown(card, "#reason"), false, "no reason is asked for");
  assert.match(await text(card, "passes-left"), /3$/);
  await run.click(card, "[data-part=pass]");
  await run.untilUncovered(news);
  assert.equal((await run.view()).override.left, 2);
  await desk("off");
  await untilShown(card, "[data-part=digest]");
  assert.equal(await text(card, "site"), "news.localhost");
  await run.click(card, ".digest [data-part=remove]");
  await until("it is put away", async () => !(await shown(card, "[data-part=digest]")));
  assert.equal(await run.ext.eval(async () => (await chrome.storage.session.get("digest")).digest), undefined);
});

test("a pause lasts until four in the morning, holds nothing, and ends by a click", async () => {
  const news = await run.openPage(lab.url("news", "/?silent"));
  const card = await run.sidebarPage();
  await run.click(card, "[data-part=pause]");
  await untilShown(card, ".idle .is-paused[data-part=remove]");
  const { pause } = await run.ext.eval(() => chrome.storage.local.get("pause"));
  const ends = await card.evaluate((time) => ({ at: new Date(time).toTimeString().slice(0, 8), after: time - Date.now() }), pause);
  assert.equal(ends.at, "04:00:00");
  assert.ok(ends.after > 0 && ends.after <= 25 * 3_600_000, `in ${ends.after} ms`);
  await run.ext.eval(() => chrome.runtime.sendMessage({ body: { command: "switch" } }));
  await run.untilView((view) => view.sidebar?.focus === "paused");
  await untilShown(card, ".paused [data-part=remove]");
  assert.equal((await run.coverOf(news)).cover, false);
  await run.click(card, ".paused [data-part=remove]");
  await run.untilCovered(news);
  assert.equal(await shown(card, ".paused"), false);
  await desk("off");
});

test("choices are saved, an address is judged by the line that decides, and the last change is taken back", async () => {
  await run.saveSettings({ blocklist: ["news.example"], allowlist: [], presets: [], override: {} });
  const page = await run.extensionPage("www/options.html");
  await untilShown(page, "[data-part=preset-on]");
  await run.click(page, "[data-part=preset-on][value=social]");
  await untilSaved((settings) => settings.presets?.includes("social"));
  await run.click(page, "[data-part=mode][value=everything-but]");
  await untilSaved((settings) => settings.mode === "everything-but");
  await run.click(page, "#let-minutes");
  await page.keyboard.type("7");
  await untilSaved((settings) => settings.override?.minutes === 7);
  await run.click(page, "#allowlist");
  await page.keyboard.type("news.example/weather");
  await untilSaved((settings) => settings.allowlist?.includes("news.example/weather"));

  const answers = {
    "https://www.news.example/today": /^Yes.*“news\.example”.*your list/,
    "news.example/weather/": /^No.*“news\.example\/weather”/,
    "https://www.facebook.com/": /^Yes.*“facebook\.com”.*Social/,
    "https://elsewhere.example/": /^Yes/,
    [lab.url("phone", "/call")]: /^No.*tool/,
    "no such thing": /no web address/,
    "ftp://files.example/": /no web address/,
  };
  for (const [address, answer] of Object.entries(answers)) {
    await run.click(page, "#would");
    await page.evaluate(() => /** @type {HTMLInputElement} */ (document.querySelector("#would")).select());
    await page.keyboard.type(address);
    await until(`${address}: ${answer}`, async () => answer.test(await text(page, "would-answer")));
  }

  await run.click(page, "[data-part=undo]");
  await untilSaved((settings) => settings.allowlist?.length === 0 && settings.mode === "everything-but");
  assert.equal(await page.evaluate(() => /** @type {HTMLTextAreaElement} */ (document.querySelector("#allowlist")).value), "");
  await until("it is one step", async () => !(await shown(page, "[data-part=undo]")));
  await run.click(page, "[data-part=mode][value=listed]");
  await untilSaved((settings) => settings.mode === undefined);
});

/** @param {(settings: any) => unknown} isSo */
async function untilSaved(isSo) {
  await until(`${isSo}`, async () => isSo((await run.ext.eval(() => chrome.storage.local.get("settings"))).settings));
}

/** @param {Page} page @param {string} selector */
async function shown(page, selector) {
  return page.evaluate((wanted) => (document.querySelector(wanted)?.getClientRects().length ?? 0) > 0, selector);
}

/** @param {Page} page @param {string} selector */
async function untilShown(page, selector) {
  await until(`${selector} is shown`, () => shown(page, selector));
}

/** @param {Page} page @param {string} part */
async function text(page, part) {
  return page.evaluate((name) => document.querySelector(`[data-part=${name}]`)?.textContent ?? "", part);
}

/** A call at a desk phone, which needs no page. @param {"on" | "off"} wanted */
async function desk(wanted) {
  await run.ext.eval(() => chrome.runtime.sendMessage({ body: { command: "switch" } }));
  await run.untilView((view) => view.sidebar?.byHand === wanted);
}

test("what another page changed meanwhile stands in the settings' fields, and is not saved over by the next key", async () => {
  const options = await run.extensionPage("www/options.html");
  await run.saveSettings({ blocklist: ["added.example"] });
  const field = "[data-part=blocklist]";
  const there = () => options.$eval(field, (one) => /** @type {HTMLTextAreaElement} */ (one).value);
  await until("it stands there", async () => {
    const lines = await there();
    if (lines.trim() === "added.example") return true;
    throw new Error(lines);
  });
  await options.focus(field);
  await options.keyboard.down("Control");
  await options.keyboard.press("End");
  await options.keyboard.up("Control");
  await options.keyboard.type("typed.example");
  await until("both are kept", async () => {
    const { settings } = await run.ext.eval(() => chrome.storage.local.get("settings"));
    return String(settings.blocklist) === "added.example,typed.example";
  });
  assert.equal(await there(), "added.example\ntyped.example");
});
