// Many tabs, many conversations, and a worker that dies at any moment: nothing stays held, and nothing is lost. `cargo xtask endure` runs the
// same with larger numbers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cameTo } from "./endured.mjs";
import { say, until } from "./harness.mjs";
import { told } from "./harness/wait.mjs";
import { randomOf } from "./random.mjs";
import { grips, openNews, untilAsItWas, untilNoGrips } from "./scene.mjs";
import { stage } from "./stage.mjs";
import { holdsSeen, watchHolds } from "./watch.mjs";

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
  await watchHolds(run, start);
  const began = await say(phone, { phase: "active" });
  const { muted, covered, seen } = await until("all are silent and covered", async () => {
    const { muted, tabs } = await holdsSeen(run);
    const covers = tabs.map(({ covered }) => covered);
    if (muted.length === DISTRACTING && covers.every((at) => at > 0)) return { muted, covered: covers, seen: covers[0] ?? 0 };
    throw new Error(`${muted.length} muted, ${covers.filter((at) => at > 0).length} covered`);
  }, 60_000);
  assert.equal(covered.length, DISTRACTING);
  t.diagnostic(`from the event: all ${DISTRACTING} muted ${Math.max(...muted) - began} ms, the tab in front covered ${seen - began} ms, all covered ${Math.max(...covered) - began} ms`);
  assert.equal((await run.view()).sidebar.heldTabs, DISTRACTING);

  await say(phone, { phase: "ended" });
  await untilNoGrips(run);
  await until("no cover is left", async () => (await holdsSeen(run)).tabs.every(({ standing }) => !standing), 60_000);
  await run.ext.eval(async () => {
    const ours = await chrome.tabs.query({ url: "http://*/*" });
    await /** @type {any} */ (chrome).tabs.remove(ours.filter((/** @type {any} */ tab) => /\?tab=/.test(tab.url ?? "")).map((/** @type {any} */ tab) => tab.id));
  });
});

test(`${holds} conversations one after the other leave everything as it was, each time`, async (t) => {
  const { news, marker } = await openNews(run, lab);
  const phone = await run.openPage(lab.url("phone"));
  for (let count = 0; count < holds; count += 1) {
    await say(phone, { phase: "active" });
    await run.untilCovered(news);
    await untilGripped();
    await say(phone, { phase: "ended" });
    await run.untilUncovered(news);
    await untilNoGrips(run);
  }
  await untilAsItWas(news, marker);
  cameTo(t, `${holds} conversations one after the other`, "everything as it was after each");
});

test(`the worker dies ${kills} times at any moment of it (seed ${seed}): all is held while a conversation is on, and none of it after`, async (t) => {
  const random = randomOf(seed);
  const { news, marker } = await openNews(run, lab);
  const phone = await run.openPage(lab.url("phone"));
  for (let count = 0; count < kills; count += 1) {
    // Before, in the midst of and after what an event sets off, which takes some 100 ms.
    const wait = Math.floor(random() * 150);
    const dies = random() < 0.5 ? "active" : "ended";
    await say(phone, { phase: "active" });
    if (dies === "active") await dieAfter(wait);
    await run.untilCovered(news);
    await untilGripped();
    await say(phone, { phase: "ended" });
    if (dies === "ended") await dieAfter(wait);
    await run.untilUncovered(news);
    await untilNoGrips(run);
  }
  await untilAsItWas(news, marker);
  cameTo(t, `the worker killed ${kills} times in conversations (seed ${seed})`, "all held while each was on, nothing after");
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

async function tabs() {
  return run.ext.eval(async () => (await chrome.tabs.query({})).filter((/** @type {any} */ tab) => /\?tab=/.test(tab.url ?? "")).map((/** @type {any} */ tab) => ({ status: tab.status })));
}
