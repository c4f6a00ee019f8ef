// The card of the customer in front, as an agent lives with it: what it says, what they do on it, and what is left of it afterwards. What is offered when
// is the scenes' business (tests/scenes); here it is the real card in the real browser.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, until } from "./harness.mjs";
import { browser, usual } from "./scene.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const LISBON = { name: "Maria Silva", phone: "+351 21 000 0123", place: { city: "Lisbon", country: "Portugal" }, tags: ["gold"] };
const LIBRARIES = new URL("../../data/phrases", import.meta.url).pathname;
const lab = await startLab();
after(() => lab.close());
const settings = {
  ...usual(lab),
  agent: { name: "Jo", line: "555 0100" },
  privateWords: ["VIP"],
  placeNotes: [{ country: "PT", note: "Our shop is by the river." }],
  allowances: [{ what: "a refund", limit: "up to 50" }],
  focusPlan: "I put the phone face down.",
};
const run = await launch({ browser, settings });
after(() => run.close());
const tool = await run.openPage(lab.url("phone", "/editors?kind=textarea"));
await tool.waitForSelector("body[data-ready]");
const card = await run.sidebarPage();

test("the card says who it is, where, what time it is there, what to know, and what the agent may give", async (t) => {
  await begin(t, { channel: "call", customer: LISBON });
  await until("the card is drawn", async () => {
    if ((await part("customer-name")) === "Maria Silva") return true;
    throw new Error(`${await card.$eval("body", (body) => JSON.stringify(body.dataset) + body.innerText.slice(0, 300))} ${JSON.stringify(Object.keys(await run.storage("session")))}`);
  });
  assert.equal(await part("customer-place"), "Lisbon, Portugal");
  const clock = new Intl.DateTimeFormat("en", { timeZone: "Europe/Lisbon", hour: "numeric", minute: "2-digit" });
  await until("the clock is theirs", async () => {
    const said = await part("customer-time");
    return [0, -60_000].some((ago) => said.startsWith(`${clock.format(Date.now() + ago)} there`));
  });
  assert.deepEqual(await all("place-note"), ["Our shop is by the river."]);
  assert.equal(await part("advice"), "I put the phone face down.", "the plan, for a moment");
  assert.equal(await part("grant-what"), "a refund");
  assert.match((await phrases()).join(" "), /Maria/);
});

test("by the number alone the place is a guess, and said to be one", async (t) => {
  await begin(t, { channel: "call", customer: { name: "Unknown caller", phone: "+1 204 555 0123" } });
  await until("the card is drawn", async () => (await part("customer-place")) === "Manitoba, Canada, by their number");
  assert.match(await part("customer-time"), /a guess$/);
  assert.equal(await part("customer-name"), "Your customer");
  assert.match((await phrases())[0] ?? "", /name|whom|call you/i);
});

test("keys and clicks: a stage, a matter, a phrase said, others, solved", async (t) => {
  await begin(t, { channel: "call", customer: LISBON });
  await until("there are phrases", async () => (await phrases()).length === 3);
  const first = (await phrases())[0];
  await key("1");
  await until("it is marked as said", () => card.$eval("[data-part=phrase-slot]", (slot) => slot.getAttribute("data-said") === "yes"));
  assert.equal(await part("said"), "Marked as said");
  assert.equal((await phrases())[0], first, "and stays where it is");
  await key("n");
  await until("the next stage", () => is("stage", "understanding"));
  const three = await phrases();
  await key("o");
  await until("there are others", async () => (await phrases()).every((one) => !three.includes(one)));
  await key("c");
  await until("it is a complaint", async () => /sorry|apolog/i.test((await phrases())[0] ?? ""));
  assert.equal(await pressed("matter", 2), "true");
  await key("c");
  await until("it is none any more", async () => (await pressed("matter", 2)) === "false");
  await card.select("[data-part=stage]", "closing");
  await until("closing", () => is("stage", "closing"));
  await until("it is not solved", async () => (await part("advice")) === "Not solved yet. Stay with it.");
  await key("s");
  await until("it is solved", async () => (await pressed("solved", 0)) === "true");
  await until("the verdict can be noted", () => shows("verdicts"));
  await card.click("[data-part=verdict][value=good]");
  await until("it is noted", async () => (await pressed("verdict", 0)) === "true");
});

test("a phrase can be changed, liked and hidden, and another language chosen for one conversation", async (t) => {
  t.after(() => run.saveSettings({ phrases: {} }));
  await begin(t, { channel: "call", customer: LISBON });
  await until("there are phrases", async () => (await phrases()).length === 3);
  const first = (await phrases())[0] ?? "";
  await card.click("[data-part=about-phrase]");
  await until("its words are there", async () => (await value("phrase-words")).length > 0);
  await fill("phrase-words", "Hello {nobody}");
  await card.click("[data-part=phrase-form] button[value=save]");
  await until("what is wrong is named", () => shows("phrase-wrong"));
  await fill("phrase-words", "I am all yours, {customer}.");
  await card.click("[data-part=phrase-form] button[value=save]");
  await until("it is in the agent's words", async () => (await phrases()).includes("I am all yours, Maria."));
  assert.ok(!(await phrases()).includes(first));
  await card.select("[data-part=language]", "es");
  await until("it is Spanish", async () => /[¿áéíóúñ]|\b(usted|qué|hola)\b/i.test((await phrases()).join(" ")));
});

test("a detail put right by hand counts, and says whose word it is; a private customer hears nothing of their place", async (t) => {
  await begin(t, { channel: "call", customer: LISBON });
  await until("the card is drawn", async () => (await part("customer-name")) === "Maria Silva");
  await card.$eval(".everything details", (details) => details.setAttribute("open", ""));
  await fill("detail", "Mia Silva");
  await until("it counts", async () => (await part("customer-name")) === "Mia Silva");
  await until("it says whose word it is", async () => (await part("detail-by")) === "from you");
  await card.click("[data-part=private]");
  await until("nothing of the place is said", async () => !(await shows("place-notes")) && (await part("customer-known")).startsWith("Private"));
});

test("the card folds by a key, and nothing of the customer is left on it", async (t) => {
  await begin(t, { channel: "call", customer: LISBON });
  await until("the card is drawn", async () => (await part("customer-name")) === "Maria Silva");
  await key("f");
  await until("it is folded", async () => (await shows("folded")) && !(await shows("customer-name")));
  assert.doesNotMatch(await card.$eval("body", (body) => body.innerText), /Maria|Lisbon/);
  await key("f");
  await until("it is open", () => shows("customer-name"));
});

test("on hold the card says so, and the first words afterwards are for coming back", async (t) => {
  await run.saveSettings({ holdReminderSeconds: 1 });
  t.after(() => run.saveSettings({ holdReminderSeconds: 60 }));
  await begin(t, { channel: "call", customer: LISBON });
  await until("there are phrases", async () => (await phrases()).length === 3);
  await say("hold");
  await until("on hold", () => is("stage", "hold"));
  await until("the reminder", async () => (await part("advice")) === "They still wait. Go back to them.");
  await say("active");
  await until("back", async () => /back with you|wait|hold/i.test((await phrases())[0] ?? ""));
});

for (const width of [280, 480]) {
  test(`while a call is on nothing on the card moves from its place, ${width} px wide`, async (t) => {
    await card.setViewport({ width, height: 900 });
    t.after(() => card.setViewport({ width: 340, height: 900 }));
    await begin(t, { channel: "call", customer: { name: "Maria Silva" } });
    await until("there are phrases", async () => (await phrases()).length === 3);
    await until("the plan is gone", async () => (await part("advice")) === "", 15_000);
    const stood = await places();
    /** @type {[string, () => Promise<unknown>, () => Promise<boolean>][]} */
    const steps = [
      ["where they are", () => ((said = { channel: "call", customer: LISBON }), say("active")), async () => (await part("customer-place")) !== ""],
      ["a hold", () => say("hold"), () => is("stage", "hold")],
      ["the end of it", () => say("active"), async () => !(await is("stage", "hold"))],
      ["another stage", () => card.select("[data-part=stage]", "understanding"), () => is("stage", "understanding")],
      ["a complaint", () => key("c"), async () => (await pressed("matter", 2)) === "true"],
      ["a phrase said", () => key("1"), () => card.$eval("[data-part=phrase-slot]", (slot) => slot.getAttribute("data-said") === "yes")],
      ["others", () => key("o"), () => card.$eval("[data-part=phrase-slot]", (slot) => slot.getAttribute("data-said") === "no")],
      ["another language", () => card.select("[data-part=language]", "de"), async () => (await card.$eval("[data-part=phrase]", (phrase) => phrase.getAttribute("lang"))) === "de"],
      ["a line of advice", () => card.select("[data-part=stage]", "closing"), async () => (await part("advice")) === "Not solved yet. Stay with it."],
    ];
    for (const [what, act, seen] of steps) {
      await act();
      await until(what, seen);
      assert.deepEqual(await places(), stood, `after ${what}`);
    }
  });
}

test("every phrase of ours fits the room it has, wide or narrow", async (t) => {
  await begin(t, { channel: "call", customer: LISBON });
  await until("there are phrases", async () => (await phrases()).length === 3);
  t.after(() => card.setViewport({ width: 340, height: 900 }));
  /** @type {Record<string, string>} */
  const blanks = { customer: "Katharina", agent: "Jo", line: "555 0100", place: "Lisbon", dayPart: "afternoon", programme: "the Inner Circle", extra: "a free month" };
  const texts = readdirSync(LIBRARIES).flatMap((file) =>
    JSON.parse(readFileSync(`${LIBRARIES}/${file}`, "utf8")).phrases.map(({ text = "" }) => text.replaceAll(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ blank) => blanks[blank] ?? whole)),
  );
  assert.ok(texts.length > 600, `${texts.length} were read`);
  for (const width of [280, 310, 311, 340, 359, 360, 479, 480]) {
    await card.setViewport({ width, height: 900 });
    const outgrown = await card.$eval(
      "[data-part=phrase-slot]",
      (slot, texts) => {
        const [words, room] = [slot.querySelector("[data-part=phrase]"), slot.getBoundingClientRect().height];
        const was = words?.textContent ?? "";
        const outgrown = texts.filter((text) => {
          if (words) words.textContent = text;
          return slot.getBoundingClientRect().height > room + 0.5;
        });
        if (words) words.textContent = was;
        return outgrown;
      },
      texts,
    );
    assert.deepEqual(outgrown, [], `${width} px wide`);
  }
});

test("notes are there after the call until they are taken, and the clipboard has them with what was said", async (t) => {
  await begin(t, { channel: "call", customer: LISBON });
  await until("there are phrases", async () => (await phrases()).length === 3);
  const phrase = (await phrases())[0] ?? "";
  await key("1");
  await key("e");
  await card.keyboard.type("Wants a call on Tuesday");
  await until("it is saved as it is typed", async () => String((await run.view()).sidebar.facts).includes("Tuesday"));
  await say("ended");
  await until("the card is at rest", () => is("phase", "idle"));
  await until("the notes are still there", async () => (await value("left-pad")) === "Wants a call on Tuesday");
  await card.evaluate(() => {
    const page = /** @type {any} */ (globalThis);
    Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText: async (/** @type {string} */ text) => void (page.copied = text) } });
  });
  await card.click("[data-part=left-copy]");
  await until("they are copied", async () => (await part("left-copied")) === "Copied");
  const copied = await card.evaluate(() => /** @type {any} */ (globalThis).copied);
  assert.ok(copied.startsWith("Maria Silva\nWants a call on Tuesday\n") && copied.includes(phrase), copied);
  await card.click("[data-part=left-done]");
  await until("they are gone", async () => !(await shows("left")));
  const kept = JSON.stringify(await run.storage("session"));
  assert.doesNotMatch(kept, /Tuesday|Maria/, "nothing of the customer is left");
});

test("a word typed in a call's last moment is not lost with it", async (t) => {
  await begin(t, { channel: "call", customer: LISBON });
  await until("there are phrases", async () => (await phrases()).length === 3);
  await key("e");
  await card.keyboard.type("Quick");
  await say("ended");
  await until("it is there", async () => (await value("left-pad")) === "Quick");
  await card.click("[data-part=left-done]");
  await until("and taken", async () => !(await shows("left")));
});

test("a note on a customer is kept under a fingerprint, known at the next call, and forgotten by a click", async (t) => {
  await run.saveSettings({ memory: "on" });
  t.after(() => run.saveSettings({ memory: "off" }));
  await begin(t, { channel: "call", customer: LISBON });
  await until("a note may be kept", () => exists("keep"));
  await card.$eval("[data-part=keep]", (details) => details.setAttribute("open", ""));
  await fill("keep-note", "her new garden");
  await card.click("[data-part=keep-form] button");
  await until("it is kept", async () => (await part("kept")) === "Kept");
  await until("it is on disk", async () => JSON.stringify(await run.storage("local")).includes("her new garden"));
  assert.doesNotMatch(JSON.stringify(await run.storage("local")), /000.?0123/, "the number is nowhere");
  await say("ended");
  await run.untilPhase("idle");

  await begin(t, { channel: "call", conversation: "2", customer: { ...LISBON, phone: "00351 210000123" } });
  await until("it is known again", async () => (await all("place-note")).includes("Ask after: her new garden"));
  assert.match(await part("customer-known"), /With you before · again this week/);
  await card.click("[data-part=forget]");
  await until("it is forgotten", async () => !JSON.stringify(await run.storage("local")).includes("garden"));
});

test("what was promised comes back as a reminder that names nobody, and is gone once it is done", async (t) => {
  await run.saveSettings({ wrapUpSeconds: 60 });
  t.after(() => run.saveSettings({ wrapUpSeconds: 0 }));
  await begin(t, { channel: "call", customer: LISBON });
  await say("ended");
  await until("wrap-up", () => is("phase", "wrapUp"));
  await fill("promise-text", "Call Maria about the refund");
  // A minute that is over by now: it falls due at once.
  const at = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000 - 60_000).toISOString().slice(0, 16);
  await fill("promise-at", at);
  await card.click("[data-part=promise] button");
  await until("it is due, and off the disk", async () => {
    const [disk, memory] = [await run.storage("local"), await run.storage("session")];
    return !JSON.stringify(disk.promises ?? []).includes("refund") && JSON.stringify(memory.due ?? []).includes("refund");
    // Chromium rings no alarm earlier than 30 s from now.
  }, 40_000);
  await card.click("[data-part=end-focus]");
  await until("the card reminds", () => shows("due"));
  await card.click("[data-part=due-done]");
  await until("it is done", async () => !(await shows("due")));
});

test("somebody who stands there has a card of their own, begun and ended by hand", async () => {
  await run.untilPhase("idle");
  await card.bringToFront();
  await card.click("[data-part=walk-in]");
  await until("the card is for them", () => is("meeting", "inPerson"));
  assert.ok(await card.$eval(".premises", (element) => element.getClientRects().length > 0));
  await card.click("[data-part=call-over]");
  await run.untilPhase("idle");
});

/** @param {import("node:test").TestContext} t @param {object} more */
async function begin(t, more) {
  await run.untilPhase("idle");
  said = more;
  t.after(async () => {
    await say("ended");
    await run.untilPhase("idle");
  });
  await say("active");
  await run.untilPhase("active");
  await card.bringToFront();
}

/** @type {object} */
let said = {};

/** @param {string} phase */
function say(phase) {
  return tool.evaluate((phase, more) => /** @type {any} */ (globalThis).say(phase, more), phase, said);
}

/** @param {string} one */
async function key(one) {
  await card.bringToFront();
  await card.evaluate(() => /** @type {HTMLElement | null} */ (document.activeElement)?.blur());
  await card.keyboard.press(/** @type {any} */ (one));
}

/** @param {string} name */
const part = (name) => card.$eval(`[data-part=${name}]`, (element) => element.textContent?.trim() ?? "");
/** @param {string} name */
const value = (name) => card.$eval(`[data-part=${name}]`, (field) => /** @type {HTMLInputElement} */ (field).value);
/** @param {string} name */
const all = (name) => card.$$eval(`[data-part=${name}]`, (elements) => elements.map((element) => element.textContent?.trim() ?? "").filter(Boolean));
const phrases = () => all("phrase");
/** @param {string} name */
const shows = (name) => card.$eval(`[data-part=${name}]`, (element) => element.getClientRects().length > 0);
/** @param {string} name */
const exists = (name) => card.$eval(`[data-part=${name}]`, (element) => !(/** @type {HTMLElement} */ (element).hidden));
/** @param {string} mark @param {string} wanted */
const is = (mark, wanted) => card.$eval("body", (body, mark, wanted) => body.dataset[mark] === wanted, mark, wanted);
/** @param {string} name @param {number} at */
const pressed = (name, at) => card.$$eval(`[data-part=${name}]`, (all, at) => all[at]?.getAttribute("aria-pressed"), at);

/** As a person does: all of it, and away from the field. @param {string} name @param {string} text */
async function fill(name, text) {
  await card.$eval(
    `[data-part=${name}]`,
    (field, text) => {
      const input = /** @type {HTMLInputElement} */ (field);
      input.focus();
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input.blur();
    },
    text,
  );
}

/** Where an agent's eye and hand have learned to find things, in whole pixels. */
const places = () =>
  card.$$eval("h1, .line, [data-part=stage], [data-part=phrase-slot], [data-part=more], [data-part=language], [data-part=matter], [data-part=pad]", (all) =>
    all.filter((one) => one.getClientRects().length > 0).map((one) => `${one.getAttribute("data-part")} ${Math.round(one.getBoundingClientRect().top)}`),
  );
