// What an earlier version has stored is read by this one, and what a later one has stored is neither lost nor in the way. tests/stored has a file for each
// version: what storage.local held after a call with all there is, as Chromium gave it (PORT is the lab's; a version that is released adds its own).

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, ready, say, until } from "./harness.mjs";
import { browser } from "./scene.mjs";

const lab = await startLab();
after(() => lab.close());
const run = await launch({ browser });
after(() => run.close());
const folder = new URL("../stored/", import.meta.url);

for (const file of readdirSync(folder)) {
  test(`what ${file.replace(".json", "")} has stored counts: settings, notes, reminders and days`, async () => {
    const settings = await store(read(file));
    await allIsThere();
    assert.deepEqual((await run.storage("local")).settings, settings, "nothing of it was written anew");
    assert.deepEqual(await complaints(), []);
  });
}

test("what a later version has stored is named where it is not known, counts as far as it is, and is still there after a change here", async () => {
  const later = read("0.1.0.json");
  later.settings.ringtone = { name: "bell" };
  later.settings.agent.pronoun = "she";
  later.settings.mode = "by-mood";
  later.settings.blocklist.push("mood:low news.localhost");
  later.moods = [{ day: "2031-01-01", mood: "good" }];
  later.insights[0].moods = 3;
  later.kept[0].photo = "none";
  await store(later);
  await allIsThere();
  const named = (await complaints()).join("\n");
  for (const word of ["ringtone", "pronoun", "by-mood", "mood:low"]) assert.ok(named.includes(word), `${word} is named: ${named}`);
  const options = await openOptions();
  await options.$eval("#agent-name", (field) => {
    /** @type {HTMLInputElement} */ (field).value = "Rui";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await until("the change is stored", async () => (await run.storage("local")).settings.agent.name === "Rui");
  await options.close();
  const now = await run.storage("local");
  assert.deepEqual([now.settings.ringtone, now.settings.agent.pronoun, now.settings.mode, now.moods], [{ name: "bell" }, "she", "by-mood", later.moods]);
  assert.equal(now.settings.blocklist.at(-1), "mood:low news.localhost");
  assert.equal(now.kept[0].photo, "none");
});

/** @param {string} file */
function read(file) {
  return JSON.parse(readFileSync(new URL(file, folder), "utf8").replaceAll("PORT", String(lab.port)));
}

/**
 * Puts it into the browser as if it had been stored there a moment ago, and a new worker reads it.
 * @param {any} stored
 */
async function store(stored) {
  const later = Date.now() - stored.kept[0].at;
  const moved = (/** @type {any} */ value, /** @type {string} */ key) => (["at", "first", "last"].includes(key) && value < 2e12 ? value + later : value);
  const today = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  const now = JSON.parse(JSON.stringify(stored, (key, value) => moved(value, key)));
  now.insights[0].day = today;
  await run.ext.eval(async (all) => {
    const others = Object.keys(await chrome.storage.local.get(/** @type {any} */ (null))).filter((key) => !(key in all));
    await chrome.storage.local.remove(others);
    await chrome.storage.local.set(all);
  }, now);
  await until("its scripts listen in the tool's pages", () => run.ext.eval(async () => (await chrome.scripting.getRegisteredContentScripts({ ids: ["hook"] })).length > 0));
  await run.killBackground();
  return now.settings;
}

/** A call by the stored settings, with the customer of the stored note; the days and the lists of what is kept. */
async function allIsThere() {
  const news = await run.openPage(lab.url("news"));
  const phone = await run.openPage(lab.url("phone", "/?line=second"));
  await ready(phone);
  const card = await run.sidebarPage();
  const customer = { name: "Maria Silva", phone: "+351 21 000 0123", place: { city: "Lisbon", country: "Portugal" } };
  await say(phone, { phase: "active", customer });
  await run.untilCovered(news);
  const text = () => card.evaluate(() => document.body.textContent ?? "");
  await until("the card knows what was kept and set", async () => {
    const shown = await text();
    return ["her new garden", "Ana trained there."].every((wanted) => shown.includes(wanted));
  });
  await say(phone, { phase: "ended", customer });
  await run.untilPhase("idle");
  await run.untilUncovered(news);
  const coaching = await run.extensionPage("www/coaching.html");
  await until("the note and the reminder are listed", () =>
    coaching.evaluate(() => ["her new garden", "Call back about the refund"].every((wanted) => document.body.textContent?.includes(wanted))),
  );
  const insights = await run.extensionPage("www/insights.html");
  await until("the days are there", () => insights.evaluate(() => document.body.textContent?.includes("news.localhost")));
  for (const page of [news, phone, card, coaching, insights]) await page.close();
}

async function openOptions() {
  const options = await run.extensionPage("www/options.html");
  await until("the settings are drawn", () => options.evaluate(() => document.body?.dataset.ready === ""));
  return options;
}

/** What the pages of settings say is wrong. */
async function complaints() {
  const all = [];
  for (const path of ["www/options.html", "www/coaching.html"]) {
    const page = await run.extensionPage(path);
    await until("it is drawn", () => page.evaluate(() => document.body?.dataset.ready === ""));
    all.push(...(await page.$$eval("[data-part$=complaints] > li", (items) => items.map((one) => one.textContent ?? ""))));
    await page.close();
  }
  return all;
}
