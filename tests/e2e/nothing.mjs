// What a test needs to promise that nothing came of something: the news are watched, and a real call that begins later is the first and the
// only thing that the extension has noticed. By then whatever came before has done what it could.

import assert from "node:assert/strict";
import { maria } from "../lab/server.mjs";
import { openLine, until } from "./harness.mjs";
import { coverSeen, watchForCover } from "./watch.mjs";

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {import("./harness.mjs").Run} Run */
/** @typedef {import("../lab/server.mjs").Lab} Lab */

/**
 * The news, watched; and the panel closed that a real call before has opened, so that one opening is seen.
 * @param {Run} run
 * @param {Lab} lab
 */
export async function openWatched(run, lab) {
  if (await run.sidebarIsOpen()) {
    const panel = await run.realSidebar();
    await panel.evaluate(() => void setTimeout(() => close()));
    await until("the panel is closed", async () => !(await run.sidebarIsOpen()));
  }
  const news = await run.openPage(lab.url("news"));
  await watchForCover(news);
  return news;
}

/** @param {Run} run @returns {Promise<number>} */
export async function countOfViews(run) {
  return (await run.views()).length;
}

/**
 * A real call now, in a real tool: it is the first and the only thing that the extension has noticed since.
 * @param {Run} run
 * @param {Lab} lab
 * @param {Page} news
 * @param {number} before how many views there were then
 */
export async function onlyMaria(run, lab, news, before) {
  assert.equal(await coverSeen(news), false, "nothing was covered");
  assert.equal(await run.muted(lab.url("news")), false);
  assert.equal(await run.sidebarIsOpen(), false, "nothing was opened");
  const call = await openLine(run, lab);
  await call.ring();
  await run.untilPhase("ringing");
  await call.answer();
  await run.untilPhase("active");
  await run.untilCovered(news);
  const views = (await run.views()).slice(before).map(({ view }) => view.sidebar);
  // Firefox tells of a view that was stored once more as it was.
  const noticed = views.filter(({ phase, focus }) => phase !== "idle" || focus !== "off");
  assert.equal(noticed[0].phase, "ringing", "nothing was noticed before");
  for (const { customer, waiting } of noticed) assert.deepEqual([customer.name, waiting], [maria.name, []]);
  await call.hangUp("agent");
  await run.untilPhase("idle");
  await run.untilUncovered(news);
}
