// Many tabs, many conversations, and a worker that dies at any moment: nothing stays held, and nothing is lost. `cargo xtask soak` runs the
// same with larger numbers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./harness.mjs";
import { told } from "./harness/wait.mjs";
import { draft, grips, openNews, pageOf, untilNoGrips } from "./scene.mjs";
import { stage } from "./stage.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const holds = Number(process.env.UNDIVIDED_HOLDS ?? 50);
const kills = Number(process.env.UNDIVIDED_KILLS ?? 20);
const seed = Number(process.env.UNDIVIDED_SEED ?? 4);
const ALL = 200;
const DISTRACTING = 50;

const { lab, run } = await stage();
const start = lab.url("news", "/?tab=");

test(`of ${ALL} tabs the ${DISTRACTING} distracting ones are silenced and covered, the one in front first of all that is seen, and all are given back`, async (t) => {
  const phone = await run.openPage(lab.url("phone"));
  await run.ext.eval(
    async (work, news, all, distracting) => {
      const every = all / distracting;
      for (let at = 0; at < all; at += 1) await /** @type {any} */ (chrome).tabs.create({ url: at % every === 0 ? news + at : work + at, active: false });
    },
    lab.url("work", "/?tab="), start, ALL, DISTRACTING,
  );
  await until("all are loaded", async () => (await tabs()).filter((tab) => tab.status === "complete").length >= ALL, 120_000);
  const front = await run.pageAt(`${start}0`);
  await run.selectTab(front);
  await watchCovers();
  const began = await say(phone, "active");
  const { muted, covered, seen } = await until("all are silent and covered", async () => {
    const { muted, covers } = await marks();
    if (muted.length === DISTRACTING && covers.every((at) => at > 0)) return { muted, covered: covers, seen: covers[0] ?? 0 };
    throw new Error(`${muted.length} muted, ${covers.filter((at) => at > 0).length} covered`);
  }, 60_000);
  assert.equal(covered.length, DISTRACTING);
  t.diagnostic(`from the event: all ${DISTRACTING} muted ${Math.max(...muted) - began} ms, the tab in front covered ${seen - began} ms, all covered ${Math.max(...covered) - began} ms`);
  assert.equal((await run.view()).sidebar.heldTabs, DISTRACTING);

  await say(phone, "ended");
  await untilNoGrips(run);
  await until("no cover is left", async () => (await marks()).standing === 0, 60_000);
  await run.ext.eval(async () => {
    const ours = await chrome.tabs.query({ url: "http://*/*" });
    await /** @type {any} */ (chrome).tabs.remove(ours.filter((/** @type {any} */ tab) => /\?tab=/.test(tab.url ?? "")).map((/** @type {any} */ tab) => tab.id));
  });
});

test(`${holds} conversations one after the other leave everything as it was, each time`, async () => {
  const { news, marker } = await openNews(run, lab);
  const phone = await run.openPage(lab.url("phone"));
  for (let count = 0; count < holds; count += 1) {
    await say(phone, "active");
    await run.untilCovered(news);
    await untilGripped();
    await say(phone, "ended");
    await run.untilUncovered(news);
    await untilNoGrips(run);
  }
  assert.deepEqual(await pageOf(news), { marker, draft, hidden: false, sheet: false });
});

test(`the worker dies ${kills} times at any moment of it (seed ${seed}): all is held while a conversation is on, and none of it after`, async () => {
  const random = randomOf(seed);
  const { news, marker } = await openNews(run, lab);
  const phone = await run.openPage(lab.url("phone"));
  for (let count = 0; count < kills; count += 1) {
    // Before, in the midst of and after what an event sets off, which takes some 100 ms.
    const wait = Math.floor(random() * 150);
    const dies = random() < 0.5 ? "active" : "ended";
    await say(phone, "active");
    if (dies === "active") await dieAfter(wait);
    await run.untilCovered(news);
    await untilGripped();
    await say(phone, "ended");
    if (dies === "ended") await dieAfter(wait);
    await run.untilUncovered(news);
    await untilNoGrips(run);
  }
  assert.deepEqual(await pageOf(news), { marker, draft, hidden: false, sheet: false });
});

/** @param {number} wait milliseconds */
async function dieAfter(wait) {
  // The moment is what is drawn by lot; nothing is waited for.
  await new Promise((resolve) => setTimeout(resolve, wait));
  await run.killBackground();
  // Whatever comes next wakes it; without anything it would be the alarm, in some browsers after 30 s.
  await run.ext.eval(() => chrome.runtime.sendMessage({}));
}

async function untilGripped() {
  await until("it is held in every way", async () => {
    const seen = await grips(run);
    if (seen.muted.length === 1 && seen.rules > 0 && seen.covers === 1) return true;
    throw new Error(told(seen));
  });
}

/**
 * What the tool tells of its conversation. Told again until it counts would be a tool's own doing; content.js sees to that by itself.
 * @param {Page} phone
 * @param {"active" | "ended"} phase
 * @returns {Promise<number>} when
 */
async function say(phone, phase) {
  return phone.evaluate((word) => {
    const now = Date.now();
    document.dispatchEvent(new CustomEvent("undivided", { detail: { phase: word } }));
    return now;
  }, phase);
}

async function tabs() {
  return run.ext.eval(async () => (await chrome.tabs.query({})).filter((/** @type {any} */ tab) => /\?tab=/.test(tab.url ?? "")).map((/** @type {any} */ tab) => ({ status: tab.status })));
}

/** Has each page remember when its cover came, and the harness when a tab was muted. */
async function watchCovers() {
  await run.ext.eval(async (news) => {
    const seen = /** @type {any} */ (globalThis);
    seen.mutedAt = {};
    /** @type {any} */ (chrome).tabs.onUpdated.addListener((/** @type {number} */ tab, /** @type {any} */ change) => {
      if (change.mutedInfo?.muted) seen.mutedAt[tab] ??= Date.now();
    });
    const distracting = (await chrome.tabs.query({})).filter((/** @type {any} */ tab) => tab.url?.startsWith(news));
    seen.distracting = distracting.sort((/** @type {any} */ one, /** @type {any} */ other) => one.index - other.index).map((/** @type {any} */ tab) => tab.id);
    const watch = () => {
      new MutationObserver((_, observer) => {
        if (document.querySelector(":root > undivided-cover")) {
          /** @type {any} */ (globalThis).coveredAt = Date.now();
          observer.disconnect();
        }
      }).observe(document.documentElement, { childList: true });
    };
    for (const tabId of seen.distracting) await /** @type {any} */ (chrome).scripting.executeScript({ target: { tabId }, func: watch });
  }, start);
}

/** @returns {Promise<{ muted: number[], covers: number[], standing: number }>} */
async function marks() {
  return run.ext.eval(async () => {
    const seen = /** @type {any} */ (globalThis);
    const read = () => ({ at: /** @type {any} */ (globalThis).coveredAt ?? 0, standing: document.querySelector(":root > undivided-cover") !== null });
    const all = await Promise.all(
      seen.distracting.map((/** @type {number} */ tabId) => /** @type {any} */ (chrome).scripting.executeScript({ target: { tabId }, func: read }).then((/** @type {any} */ [one]) => one.result)),
    );
    return { muted: Object.values(seen.mutedAt), covers: all.map(({ at }) => at), standing: all.filter(({ standing }) => standing).length };
  });
}

/** Mulberry32, so that a failure can be had again. @param {number} from */
function randomOf(from) {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
