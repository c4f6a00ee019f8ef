// The settings of what is said, given and kept: rows and lines are saved as they are typed, wrong ones named and the others used, IT's shown and not
// changed; and notes on customers are found, taken along and deleted.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, until } from "./harness.mjs";
import { browser, usual } from "./scene.mjs";

const lab = await startLab();
after(() => lab.close());
const kept = { phrases: { hidden: ["glad"], own: [{ id: "mine", stages: ["working", "understanding"], intent: "own", text: "It is mine now." }] } };
const run = await launch({
  browser,
  settings: { ...usual(lab), ...kept },
  policy: { allowances: [{ what: "a replacement", limit: "once an order" }], focusPlan: "Headset on, phone down." },
});
after(() => run.close());

test("rows and lines are saved as they are typed, a wrong one is named, and what the page has no field for stays", async () => {
  await until("the policy is known", async () => (await run.storage("local")).policy?.focusPlan !== undefined);
  const page = await run.extensionPage("www/coaching.html");
  await page.waitForSelector("body[data-ready]");
  assert.equal(await value("focus-plan"), "Headset on, phone down.", "IT's");
  assert.equal(await page.$eval("#focus-plan", (field) => field.hasAttribute("readonly")), true);
  assert.deepEqual(await texts("policy-allowance-rows"), ["a replacement · once an order"]);

  await click("add-phrase-rows");
  await fill("[data-part=phrase-rows] [data-part=row]:last-child [data-member=text]", "Hello {nobody}.");
  await until("the wrong placeholder is named", async () => (await texts("phrases-complaints")).join().includes("Hello {nobody}"));
  await fill("[data-part=phrase-rows] [data-part=row]:last-child [data-member=text]", "Hello there, {customer}.");
  await click("add-place-rows");
  await fill("[data-part=place-rows] [data-member=city]", "Lisbon");
  await fill("[data-part=place-rows] [data-member=note]", "By the river.");
  await click("add-extra-rows");
  await fill("[data-part=extra-rows] [data-member=what]", "a free month");
  await fill("#private-words", "VIP\nhigh net worth\n");
  await fill("#hold-reminder", "45");
  await fill("#memory", "on");
  await until("all is saved", async () => {
    const { settings } = await run.storage("local");
    const own = settings.phrases?.own ?? [];
    const is = own.length === 2 && own[1].text === "Hello there, {customer}." && settings.extras?.[0]?.what === "a free month"
      && settings.placeNotes?.[0]?.note === "By the river." && settings.privateWords?.[1] === "high net worth"
      && settings.holdReminderSeconds === 45 && settings.memory === "on";
    if (is) return true;
    throw new Error(JSON.stringify(settings));
  });
  const { settings } = await run.storage("local");
  assert.deepEqual(settings.phrases.hidden, ["glad"]);
  assert.deepEqual(settings.phrases.own[0], kept.phrases.own[0], "its intent and second stage are still there");
  assert.equal(settings.focusPlan, undefined, "nothing was saved in IT's place");

  await page.$eval("[data-part=phrase-rows] [data-part=remove-row]", (button) => /** @type {HTMLElement} */ (button).click());
  await until("the first is gone", async () => (await run.storage("local")).settings.phrases.own.length === 1);
  await page.close();

  /** @param {string} part */
  async function texts(part) {
    return page.$$eval(`[data-part=${part}] li`, (all) => all.map((one) => one.textContent?.trim() ?? ""));
  }
  /** @param {string} part */
  async function value(part) {
    return page.$eval(`[data-part=${part}]`, (field) => /** @type {HTMLInputElement} */ (field).value);
  }
  /** @param {string} part */
  async function click(part) {
    await page.$eval(`[data-part=${part}]`, (button) => /** @type {HTMLElement} */ (button).click());
  }
  /** @param {string} selector @param {string} text */
  async function fill(selector, text) {
    await page.waitForSelector(selector);
    await page.$eval(
      selector,
      (field, text) => {
        const input = /** @type {HTMLInputElement} */ (field);
        input.value = text;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
      },
      text,
    );
  }
});

test("kept notes are listed, found by a word or by the number, deleted one by one or all, and too old ones are gone", async () => {
  const day = 24 * 60 * 60 * 1000;
  const page = await run.extensionPage("www/coaching.html");
  await page.waitForSelector("body[data-ready]");
  await page.evaluate(
    async (now, day) => {
      const { fingerprints } = /** @type {any} */ (globalThis).undivided;
      const note = async (/** @type {string} */ who, /** @type {string} */ note, /** @type {number} */ at) => ({ ids: await fingerprints([who], "local"), name: null, sounds: null, note, at });
      const kept = [await note("351210000123", "her new garden", now), await note("maria@example.com", "the boat", now - day), await note("49301234", "too old", now - 400 * day)];
      await chrome.storage.local.set({ kept, met: [{ ids: kept[0]?.ids, times: 1, first: now, last: now, said: [] }], promises: [{ id: "9", text: "Call back", at: now + day }] });
    },
    Date.now(),
    day,
  );
  await page.close();
  const opened = await run.extensionPage("www/coaching.html");
  await opened.waitForSelector("body[data-ready]");
  const notes = () => opened.$$eval("[data-part=kept-list] [data-part=kept-note]", (all) => all.map((one) => one.textContent));
  assert.deepEqual(await notes(), ["her new garden", "the boat"]);
  const find = (/** @type {string} */ text) =>
    opened.$eval(
      "#kept-search",
      (field, text) => {
        /** @type {HTMLInputElement} */ (field).value = text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      },
      text,
    );
  for (const [wanted, found] of /** @type {const} */ ([["garden", "her new garden"], ["+351 21 000 0123", "her new garden"], ["Maria@Example.com", "the boat"]])) {
    await find(wanted);
    await until(`${wanted} finds it`, async () => (await notes()).join() === found);
  }
  await find("");
  await until("both are listed", async () => (await notes()).length === 2);
  await opened.$eval("[data-part=kept-delete]", (button) => /** @type {HTMLElement} */ (button).click());
  await until("one is gone", async () => (await notes()).join() === "the boat");
  await opened.$eval("[data-part=promise-delete]", (button) => /** @type {HTMLElement} */ (button).click());
  await until("the reminder is gone", async () => ((await run.storage("local")).promises ?? []).length === 0);
  await opened.$eval("[data-part=kept-delete-all]", (button) => /** @type {HTMLElement} */ (button).click());
  await until("nothing is left, not even the key", async () => {
    const local = await run.storage("local");
    return local.kept === undefined && local.met === undefined && local.memoryKey === undefined;
  });
  await opened.close();
});
