// A shift: real calls and chats one after the other, with holds, transfers, reloads, a computer that sleeps, tabs that come and go, and a worker that dies at
// any moment, all drawn by lot. Every conversation is found, none is invented, nothing is left held. `cargo xtask endure` does 200 calls and 300 chats.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BROWSER, cameTo } from "./endured.mjs";
import { openLine, ready, say, until } from "./harness.mjs";
import { kilobytes, median } from "./harness/figures.mjs";
import { proportional } from "./harness/memory.mjs";
import { randomOf } from "./random.mjs";
import { openNews, untilAsItWas, untilNoGrips } from "./scene.mjs";
import { stage } from "./stage.mjs";

const calls = Number(process.env.UNDIVIDED_CALLS ?? 4);
const chats = Number(process.env.UNDIVIDED_CHATS ?? 6);
const seed = Number(process.env.UNDIVIDED_SEED ?? 7);

const { lab, run } = await stage();
const random = randomOf(seed);
/** @template T @param {readonly T[]} list @returns {T} */
const draw = (list) => /** @type {T} */ (list[Math.floor(random() * list.length)]);

test(`a shift of ${calls} calls and ${chats} chats (seed ${seed}): each is found, none is invented, nothing stays held`, async (t) => {
  const { news, marker } = await openNews(run, lab);
  const desk = await run.openPage(lab.url("phone", "/?line=desk"));
  await ready(desk);
  let line = await openLine(run, lab);
  /** @type {("call" | "chat")[]} */
  const kinds = [...Array(calls).fill("call"), ...Array(chats).fill("chat")].map((kind) => ({ kind, at: random() })).sort((one, other) => one.at - other.at).map(({ kind }) => kind);
  /** @type {Record<string, number>} */
  const met = {};
  /** @type {[number, number][]} */
  const memory = [];
  const begun = new Set();
  for (const [at, kind] of kinds.entries()) {
    if (random() < 0.15) await churn();
    await (kind === "call" ? call() : chat(at));
    await run.untilPhase("idle", 20_000);
    await run.untilUncovered(news);
    await untilNoGrips(run);
    if (at % 20 !== 19) continue;
    await count();
    await run.driver.collect(run);
    memory.push([at, proportional(run)]);
  }
  await count();
  await untilAsItWas(news, marker);
  assert.equal(begun.size, kinds.length, "as many as there were");
  cameTo(t, BROWSER, await run.puppeteer.version());
  cameTo(t, `a shift of ${calls} calls and ${chats} chats (seed ${seed})`, `${begun.size} found, none invented, nothing held after any`);
  cameTo(t, "what it met on the way", Object.entries(met).map(([what, count]) => `${what} ${count}`).join(", "));
  if (memory.length > 3) {
    const half = memory.slice(Math.floor(memory.length / 2));
    cameTo(t, "memory of the whole browser, once it has collected what nothing needs", `${(median(memory.map(([, bytes]) => bytes)) / 1e6).toFixed(0)} MB; ${kilobytes(slope(memory.slice(1)))} more a conversation, ${kilobytes(slope(half))} over the second half`);
  }

  async function call() {
    await line.ring();
    await run.untilPhase("ringing");
    await die();
    await line.answer();
    await run.untilPhase("active", 20_000);
    await run.untilCovered(news);
    const what = draw(["nothing", "hold", "sleep", "reload", "death", "tabs", "closed"]);
    meet(what);
    if (what === "hold") {
      await line.hold();
      await run.untilPhase("hold");
      await die();
      await line.resume();
      await run.untilPhase("active");
    }
    if (what === "sleep") await sleep();
    if (what === "death") await run.killBackground();
    if (what === "tabs") await churn();
    if (what === "reload") {
      await line.phone.reload();
      await ready(line.phone);
      await until("the customer hears that it is over", () => line.customer.evaluate(() => document.body.dataset.phase === "idle"));
      return;
    }
    if (what === "closed") {
      await line.phone.close();
      await line.customer.close();
      await run.untilPhase("idle", 20_000);
      line = await openLine(run, lab);
      return;
    }
    await line.hangUp(draw(/** @type {const} */ (["agent", "customer"])));
  }

  /** @param {number} at */
  async function chat(at) {
    const chat = { channel: "chat", conversation: `chat-${at}`, customer: { name: draw(["Maria Silva", "Rui Costa"]) } };
    await say(desk, { phase: "active", ...chat });
    await run.untilPhase("active");
    await run.untilCovered(news);
    const what = draw(["nothing", "death", "again", "tabs"]);
    meet(`${what} in a chat`);
    if (what === "death") await run.killBackground();
    if (what === "again") await say(desk, { phase: "active", ...chat });
    if (what === "tabs") await churn();
    await say(desk, { phase: "ended", ...chat });
  }

  /** Tabs come and go, one of them a distraction. */
  async function churn() {
    meet("tabs came and went");
    await run.ext.eval(async (urls) => {
      const opened = [];
      for (const url of urls) opened.push(await /** @type {any} */ (chrome).tabs.create({ url, active: false }));
      await /** @type {any} */ (chrome).tabs.remove(opened.map(({ id }) => id));
    }, [lab.url("work", "/?a"), lab.url("news", "/?b"), lab.url("work", "/?c")]);
  }

  async function die() {
    if (random() < 0.2) {
      meet("death on the way");
      await run.killBackground();
    }
  }

  /** All of the browser stands still for a moment, as when a lid is closed. */
  async function sleep() {
    const pid = run.puppeteer.process()?.pid ?? 0;
    process.kill(-pid, "SIGSTOP");
    // How long it sleeps; nothing could be awaited.
    await new Promise((resolve) => setTimeout(resolve, 500 + random() * 2_000));
    process.kill(-pid, "SIGCONT");
  }

  /** Which conversations there have been: each has its own beginning. */
  async function count() {
    for (const { view } of await run.takeViews()) if (view.sidebar.phase === "active") begun.add(view.sidebar.since);
  }

  /** @param {string} what */
  function meet(what) {
    met[what] = (met[what] ?? 0) + 1;
  }
});

/** By how much it grows for each, by least squares. @param {[number, number][]} points */
function slope(points) {
  const mean = (/** @type {number[]} */ list) => list.reduce((sum, one) => sum + one, 0) / list.length;
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, bytes]) => bytes))];
  return points.reduce((sum, [at, bytes]) => sum + (at - x) * (bytes - y), 0) / points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
}
