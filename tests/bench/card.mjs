// How soon an open card shows a customer after storage told of the view: in frames and milliseconds, 26 customers one after the other.
// `UNDIVIDED_BROWSER=firefox node tests/bench/card.mjs` after `cargo xtask bundle`; Chromium without it.

import { startLab } from "../lab/server.mjs";
import { launch, until } from "../e2e/harness.mjs";
import { share } from "../e2e/harness/figures.mjs";
import { browser, usual } from "../e2e/scene.mjs";

const lab = await startLab();
const run = await launch({ browser, settings: usual(lab), dist: process.env.UNDIVIDED_DIST ?? "dist" });
const tool = await run.openPage(lab.url("phone", "/editors?kind=textarea"));
await tool.waitForSelector("body[data-ready]");
const card = await run.sidebarPage();
await card.waitForSelector("body[data-ready]");
await card.bringToFront();
await card.evaluate(() => {
  const page = /** @type {any} */ (globalThis);
  page.seen = [];
  let frame = 0;
  const count = () => {
    frame += 1;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  const name = document.querySelector("[data-part=customer-name]");
  chrome.storage.session.onChanged.addListener((changes) => {
    const wanted = /** @type {any} */ (changes.view)?.newValue?.sidebar?.customer?.name;
    if (!wanted || page.last === wanted) return;
    page.last = wanted;
    const [told, began] = [performance.now(), frame];
    const look = () => {
      if (name?.textContent === wanted && document.querySelector("[data-part=phrase]")?.textContent) page.seen.push([frame - began, performance.now() - told]);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
});
// Letters, as no name has a digit in it.
for (let at = 0; at < 26; at += 1) {
  const customer = { name: `Maria ${String.fromCharCode(65 + at)}okora`, phone: "+351 21 000 0123" };
  const say = (/** @type {string} */ phase) =>
    tool.evaluate((phase, more) => /** @type {any} */ (globalThis).say(phase, more), phase, { channel: "call", conversation: String(at), customer });
  await say("ringing");
  await until("it is drawn", async () => (await card.evaluate(() => /** @type {any} */ (globalThis).seen.length)) > at);
  await say("ended");
  await run.untilPhase("idle");
}
/** @type {[number, number][]} */
const seen = await card.evaluate(() => /** @type {any} */ (globalThis).seen);
const [frames, times] = [seen.map(([frame]) => frame), seen.map(([, time]) => time)];
console.log(`${browser}: frames median ${share(frames, 0.5)}, most ${share(frames, 1)}; milliseconds median ${share(times, 0.5).toFixed(1)}, most ${share(times, 1).toFixed(1)}`);
await run.close();
await lab.close();
