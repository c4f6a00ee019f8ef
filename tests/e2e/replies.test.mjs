// A phrase into the reply box of a chat tool: at the caret, as if typed, never sent. With the editors that tools use, as their makers publish them; what
// counts is what the editor itself holds, not what its page looks like.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { bundleEditors } from "../lab/editors.mjs";
import { startLab } from "../lab/server.mjs";
import { launch, until } from "./harness.mjs";
import { browser, usual } from "./scene.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const lab = await startLab();
lab.clients.set("editors", await bundleEditors());
after(() => lab.close());
const run = await launch({ browser, settings: usual(lab) });
after(() => run.close());

const model = (/** @type {Page} */ page) => page.evaluate(() => /** @type {any} */ (globalThis).model());
const flat = (/** @type {string} */ text) => text.replace(/[\s\u00a0]+/g, " ").trim();

for (const kind of ["input", "textarea", "react", "contenteditable", "prosemirror", "slate", "quill", "ckeditor", "frame", "shadow"]) {
  test(`a phrase goes into ${kind} at the caret, nothing is sent, and typing goes on behind it`, async (t) => {
    const { page, card } = await chat(kind, t);
    await focus(page, kind);
    await page.keyboard.type("Hello");
    assert.equal(flat(await model(page)), "Hello", "typed by the agent");
    const phrase = await say(card, 0);
    await until("the editor has both", async () => {
      const held = flat(await model(page));
      if (held === flat(`Hello ${phrase}`)) return true;
      throw new Error(`it holds ${JSON.stringify(held)}, the card says ${JSON.stringify(await part(card, "said"))}`);
    });
    await until("the card says so", async () => (await part(card, "said")) === "In your reply. Send it when it is right.");
    await page.bringToFront();
    await page.keyboard.type(" So");
    await until("typing goes on behind it", async () => flat(await model(page)) === flat(`Hello ${phrase} So`));
    const sent = await page.evaluate(() => /** @type {any} */ (globalThis).sent);
    assert.equal(sent, 0, "nothing was sent");
  });
}

test("a phrase twice is there twice, and no more", async (t) => {
  const { page, card } = await chat("prosemirror", t);
  await focus(page, "prosemirror");
  const one = await say(card, 0);
  await until("the first is there", async () => flat(await model(page)) === flat(one));
  const other = await say(card, 1);
  await until("both are there", async () => {
    const held = flat(await model(page));
    if (held === flat(`${one} ${other}`)) return true;
    throw new Error(`it holds ${JSON.stringify(held)}`);
  });
});

test("no password, search or read-only field is written in: the phrase is copied", async (t) => {
  const { page, card } = await chat("nothing", t);
  const phrase = await say(card, 0);
  await until("the card says so", async () => /^(Copied|Marked)/.test((await part(card, "said")) ?? ""));
  const values = await page.$$eval("input, textarea", (fields) => fields.map((field) => /** @type {HTMLInputElement} */ (field).value));
  assert.deepEqual(values.filter((value) => value.includes(phrase)), [], "no password, search or read-only field was written in");
});

test("another customer whose chat waits gets a word by one click, without leaving the present one", async (t) => {
  const other = await run.openPage(lab.url("phone", "/editors?kind=textarea"));
  await other.waitForSelector("body[data-ready]");
  await other.evaluate(() => /** @type {any} */ (globalThis).say("active", { conversation: "other", customer: { name: "Tom Berg" } }));
  t.after(async () => {
    await other.evaluate(() => /** @type {any} */ (globalThis).say("ended", { conversation: "other" }));
    await other.close();
  });
  const { page, card } = await chat("textarea", t);
  await until("he waits on the card", async () => ((await part(card, "waiting-who")) ?? "").startsWith("Tom Berg"));
  await card.bringToFront();
  await card.$eval("[data-part=shortly]", (button) => /** @type {HTMLElement} */ (button).click());
  await until("it is in his reply box", async () => /with you|shortly|moment/.test(await model(other)));
  assert.equal(await model(page), "", "and not in the other");
  assert.equal(await part(card, "customer-name"), "Maria Silva");
});

/** A chat in a page with that kind of reply box, and the card beside it. @param {string} kind @param {import("node:test").TestContext} t */
async function chat(kind, t) {
  const page = await run.openPage(lab.url("phone", `/editors?kind=${kind}`));
  await page.waitForSelector("body[data-ready]");
  await page.bringToFront();
  await until("the chat is on", async () => {
    await page.evaluate(() => /** @type {any} */ (globalThis).say("active"));
    return (await run.view())?.sidebar?.customer.name === "Maria Silva";
  });
  const card = await run.sidebarPage();
  t.after(() => leave(page, card));
  await until("there are phrases", async () => Boolean(await part(card, "phrase")));
  return { page, card };
}

/** @param {Page} page @param {Page} card */
async function leave(page, card) {
  await page.evaluate(() => /** @type {any} */ (globalThis).say("ended"));
  await run.untilPhase("idle");
  await card.close();
  await page.close();
}

/** @param {Page} page @param {string} kind */
async function focus(page, kind) {
  await page.bringToFront();
  if (kind === "frame") {
    const inner = await (await page.$("#inner"))?.contentFrame();
    await inner?.waitForSelector("body[data-ready]");
    await inner?.click("#reply");
    return;
  }
  if (kind === "shadow") {
    await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector("#box > div")?.shadowRoot?.querySelector("textarea")).focus());
    return;
  }
  await page.waitForSelector("#reply");
  await page.click("#reply");
}

/** Clicks the phrase, from the card: away from the page. @param {Page} card @param {number} at */
async function say(card, at) {
  await card.bringToFront();
  const texts = await card.$$eval("[data-part=phrase]", (all) => all.map((one) => one.textContent ?? ""));
  await card.$$eval("[data-part=say]", (all, at) => /** @type {HTMLElement} */ (all[at]).click(), at);
  return texts[at] ?? "";
}

/** @param {Page} page @param {string} name */
const part = (page, name) => page.$eval(`[data-part=${name}]`, (element) => element.textContent?.trim());
