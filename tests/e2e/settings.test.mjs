// The settings' page as a whole: anything in it is found by its words, reached by a link, put back to how it came and back again; what IT has set is
// listed in plain words; and a tool's button tells what is missing until it is heard.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, openLine, until } from "./harness.mjs";
import { browser, usual } from "./scene.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const lab = await startLab();
after(() => lab.close());
const own = { wrapUpSeconds: 5, agent: { name: "Ada" }, tools: ["crisp"] };
const policy = { blocklist: ["news.localhost", "http://"], maxCallMinutes: 9000, privateWords: ["VIP"], locked: ["agent"] };
const run = await launch({ browser, settings: { ...usual(lab), ...own }, policy });
after(() => run.close());
await until("the policy is known", async () => (await run.storage("local")).policy?.maxCallMinutes !== undefined);

test("a setting is found by any of its words or its key, on this page and on the others", async () => {
  const page = await open("www/options.html");
  const all = await sections(page);
  await look(page, "wrapUpSeconds");
  assert.deepEqual(await sections(page), ["after-title"], "IT knows it by its key");
  await look(page, "MINUTES  conversation");
  const found = await sections(page);
  assert.ok(found.includes("after-title") && found.includes("let-title") && !found.includes("you-title"), String(found));
  await look(page, "allowances");
  assert.ok((await links(page, "elsewhere")).some(({ href }) => href === "coaching.html#give-title"), JSON.stringify(await links(page, "elsewhere")));
  await look(page, "xyzzy");
  assert.deepEqual([await sections(page), await shown(page, "found")], [[], "No setting has these words. Try one word, or the name of what you want to change."]);
  await look(page, "");
  assert.deepEqual(await sections(page), all);
  await page.close();
});

test("a link to a setting brings it into view and the keyboard to it, also where it is folded away", async () => {
  const page = await open("www/options.html#adapters");
  await until("the field has the keyboard", () => page.evaluate(() => document.activeElement?.id === "adapters"));
  const { top, bottom, height } = await page.$eval("#adapters", (field) => ({ ...field.getBoundingClientRect().toJSON(), height: innerHeight }));
  assert.ok(top >= -1 && bottom <= height + 1, `${top} to ${bottom} of ${height}`);
  await page.evaluate(() => location.assign("#insights-title"));
  await until("so has a heading", () => page.evaluate(() => document.activeElement?.id === "insights-title"));
  await page.close();
  // What is no part of the page, and no address either, is nothing that went wrong.
  const odd = await open("www/options.html#100%");
  assert.equal(await odd.$eval("[data-part=broken]", (line) => /** @type {HTMLElement} */ (line).hidden), true);
  await odd.close();
});

test("what IT has set is listed by its name, with what counts of it and the way there", async () => {
  const page = await open("www/options.html");
  const set = await page.$$eval("[data-part=set-list] > li", (rows) =>
    rows.map((row) => ["set-name", "set-value", "set-hand"].map((part) => row.querySelector(`[data-part=${part}]`)?.textContent ?? "")),
  );
  assert.deepEqual(set.map(([name, value]) => [name, value]), [
    ["Waits while you talk", "news.localhost"],
    ["Most minutes of a call", "600"],
    ["You", ""],
    ["Words that keep remarks back", "VIP"],
  ], "without the entry that could not be used, and within the limits");
  assert.notEqual(set[0]?.[2], set[1]?.[2], "to a list one may add");
  const hrefs = await links(page, "set-list");
  assert.deepEqual(hrefs.map(({ href }) => href), ["options.html#blocklist-title", "options.html#after-title", "options.html#you-title", "coaching.html#private-title"]);
  await page.close();
});

test("the settings are put back to how they came, and back again", async () => {
  const page = await open("www/options.html");
  const before = (await run.storage("local")).settings;
  await run.click(page, "[data-part=reset]");
  await until("they are as they came", async () => Object.keys((await run.storage("local")).settings).length === 0);
  await until("the page says so", async () => (await shown(page, "saved")) === "The settings are as they came.");
  assert.deepEqual(await page.$$eval("#blocklist, #wrap-up", (fields) => fields.map((field) => /** @type {HTMLInputElement} */ (field).value)), ["", ""]);
  await run.click(page, "[data-part=undo]");
  await until("they are as they were", async () => JSON.stringify((await run.storage("local")).settings) === JSON.stringify(before));
  assert.equal(await page.$eval("#wrap-up", (field) => /** @type {HTMLInputElement} */ (field).value), "5");
  await page.close();
});

test("a tool's button tells what is missing, until it is heard", async () => {
  const page = await open("www/options.html");
  assert.equal(await asked(page, "[data-part=tool-row]:has([value=crisp])"), "It is open in no tab. Open it, then test again.");
  const phone = "[data-part=access] > li:first-child";
  assert.equal(await asked(page, phone), "It is open in no tab. Open it, then test again.");
  await openLine(run, lab);
  assert.equal(await asked(page, phone), "Undivided listens there. It has shown no conversation yet: begin one, and test again.");
  assert.equal(await page.$eval("[data-part=tool-row]:has([value=intercom])", (row) => /** @type {HTMLElement | null} */ (row.querySelector("[data-part=tool-test]"))?.hidden), true);
  await page.close();
});

test("without access, the tool says so beside its box", async () => {
  const bare = await launch({ browser, edition: "personal", settings: { tools: ["crisp"] } });
  after(() => bare.close());
  const page = await bare.extensionPage("www/options.html");
  await page.waitForSelector("body[data-ready]");
  await until("it says so", async () => (await page.$eval("[data-part=tool-row]:has([value=crisp]) [data-part=tool-answer]", (said) => said.textContent)) === "No access yet: give it under “Access to these sites”.");
});

/** @param {string} path */
async function open(path) {
  const page = await run.extensionPage(path);
  await page.waitForSelector("body[data-ready]");
  return page;
}

/** The sections that can be seen. @param {Page} page */
async function sections(page) {
  return page.$$eval("main > section", (all) => all.filter((one) => one.getClientRects().length > 0).map((one) => one.getAttribute("aria-labelledby") ?? ""));
}

/** @param {Page} page @param {string} words */
async function look(page, words) {
  await page.$eval("#find", (field, text) => {
    /** @type {HTMLInputElement} */ (field).value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }, words);
}

/** @param {Page} page @param {string} list */
async function links(page, list) {
  return page.$$eval(`[data-part=${list}] a`, (all) => all.map((one) => ({ href: one.getAttribute("href"), text: one.textContent })));
}

/** @param {Page} page @param {string} part */
async function shown(page, part) {
  return page.$eval(`[data-part=${part}]`, (one) => one.textContent);
}

/** What a tool's button answers. @param {Page} page @param {string} row */
async function asked(page, row) {
  await page.$eval(`${row} [data-part=tool-answer]`, (said) => (said.textContent = ""));
  await page.$eval(`${row} [data-part=tool-test]`, (button) => /** @type {HTMLElement} */ (button).click());
  return until("it answers", () => page.$eval(`${row} [data-part=tool-answer]`, (said) => said.textContent));
}
