// What a conversation is known by besides its media and words: frames that are taken away, the ticket that lies open, the others that wait.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ready, say, until } from "./harness.mjs";
import { stage } from "./stage.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const { lab, run } = await stage((own) => ({ tools: ["zammad", "browser-phone"], toolSites: [own.url("phone", "/*")], wrapUpSeconds: 0 }));

test("a call on a desk phone is with the customer whose ticket lies open, and stays with them when the agent looks at another", async () => {
  const desk = await open("/made/zammad");
  await show(desk, "ticket");
  const card = await run.sidebarPage();
  await desk.bringToFront();
  await run.triggerAction(desk);
  await run.untilView(({ sidebar }) => sidebar?.byHand === "on" && sidebar.customer.name === "Jun Sato");
  await card.evaluate(() => document.querySelector("[data-part=everything] details")?.setAttribute("open", ""));
  await until("the card shows them, and what the ticket says", async () => (await textOf(card, "customer-name")) === "Jun Sato" && (await textOf(card, "tag-list")).includes("billing"));
  await show(desk, "other-ticket");
  await until("the other ticket was looked at", async () => (await titleOf(desk)) === "A new address");
  // The next look is the first one after that.
  await show(desk, "waits");
  await run.untilView(({ sidebar }) => sidebar?.queue === 1);
  assert.equal((await run.view()).sidebar.customer.name, "Jun Sato");
  assert.equal(await textOf(card, "queue"), "Waiting in your tool: 1");
  await run.triggerAction(desk);
  await run.untilView(({ sidebar }) => sidebar?.byHand === "off");
});

test("a call in a frame that its page takes away is over at once", async () => {
  const news = await run.openPage(lab.url("news"));
  const page = await run.openPage(lab.url("phone", "/made/zammad"));
  for (const [what, path, begin] of /** @type {const} */ ([
    ["a page event", "/made/zammad", () => document.dispatchEvent(new CustomEvent("undivided", { detail: { phase: "active" } }))],
    ["what the page shows", "/made/browser-phone", () => /** @type {any} */ (window).show("answered")],
  ])) {
    await page.evaluate((src) => {
      const frame = document.createElement("iframe");
      frame.src = src;
      document.body.append(frame);
    }, path);
    const frame = () => page.frames().find((one) => one.parentFrame() !== null && one.url().endsWith(path));
    await until(`the frame for ${what} is there`, async () => (await frame()?.evaluate(() => document.documentElement.dataset.ready)) === "yes");
    await frame()?.evaluate(begin);
    await run.untilCovered(news);
    await page.evaluate(() => document.querySelector("iframe")?.remove());
    // By silence alone it took a minute. Nobody waits here for the time that an end has which is only seen.
    await run.untilPhase("wrapUp");
    await run.ext.eval(() => chrome.runtime.sendMessage({ body: { command: "endFocus" } }));
    await run.untilUncovered(news);
    await run.untilPhase("idle");
  }
});

test("a call whose signs are gone from the page is not over while its tab is heard", async () => {
  // For ten seconds what was typed in its last moment still finds the conversation before; what the core wants to be woken at is to be this one's.
  await until("the conversation before is done with", async () => !((await wakesIn()) < 20_000), 15_000);
  const page = await open("/made/browser-phone");
  await show(page, "answered");
  await run.untilPhase("active");
  await page.evaluate(() => {
    const air = new AudioContext();
    const tone = air.createOscillator();
    const out = air.createMediaStreamDestination();
    tone.connect(out);
    tone.start();
    const player = new Audio();
    player.srcObject = out.stream;
    Object.assign(window, { player });
    return player.play();
  });
  await until("the browser hears it", async () => (await run.ext.eval(() => chrome.tabs.query({ audible: true }))).length === 1);
  await show(page, "waiting");
  await until("its signs fade", async () => (await words()).includes("fading"));
  // Seen by the time that the core wants to be woken at, not by waiting for what must not come; tests/scenarios/tools.txt has the rest.
  await until("it is borne for a minute", async () => (await wakesIn()) > 20_000);
  await page.evaluate(() => /** @type {any} */ (window).player.pause());
  await until("it is borne for seconds", async () => (await wakesIn()) < 9_000);
  assert.equal((await run.view()).sidebar.phase, "active");
});

test("who rings while a conversation is on is shown beside it by name, and comes to the front when it is over", async () => {
  const one = await open("/made/zammad");
  await say(one, { phase: "active", customer: { name: "Maria Silva" } });
  const other = await open("/made/browser-phone");
  await say(other, { phase: "ringing", channel: "chat", customer: { name: "Jonas Weber" } });
  const card = await run.sidebarPage();
  await until("he is listed", async () => (await textOf(card, "waiting-list")).startsWith("Jonas Weber · Someone is writing"));
  assert.equal(await textOf(card, "customer-name"), "Maria Silva");
  await say(one, { phase: "ended" });
  await until("he is in front", async () => (await textOf(card, "customer-name")) === "Jonas Weber");
  assert.equal(await textOf(card, "waiting-list"), "");
  await say(other, { phase: "ended" });
});

/** @param {string} path */
async function open(path) {
  const page = await run.openPage(lab.url("phone", path));
  await ready(page);
  return page;
}

/** @param {Page} page @param {string} state */
const show = (page, state) => page.evaluate((which) => /** @type {any} */ (window).show(which), state);

/** @param {Page} page */
const titleOf = (page) => page.evaluate(() => document.title);

/** Nothing where it is not laid out. @param {Page} page @param {string} name */
const textOf = (page, name) => page.evaluate((wanted) => /** @type {HTMLElement} */ (document.querySelector(`[data-part=${wanted}]`)).innerText.trim(), name);

/** The last word of each source. @returns {Promise<string[]>} */
const words = async () => (await run.ext.eval(async () => (await chrome.storage.session.get("why")).why?.heard ?? [])).map((/** @type {{ word: string }} */ { word }) => word);

/** In so many milliseconds. @returns {Promise<number>} */
const wakesIn = async () => ((await run.ext.eval(() => /** @type {any} */ (chrome).alarms.getAll()))[0]?.scheduledTime ?? NaN) - Date.now();
