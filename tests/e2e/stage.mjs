// What the files of end-to-end tests share beyond the harness: one lab and one browser for a whole file, set up for that lab, and ended
// with it.

import assert from "node:assert/strict";
import { after, afterEach } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch } from "./harness.mjs";

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {import("./harness.mjs").Run} Run */
/** @typedef {import("../lab/server.mjs").Lab} Lab */

/** Which browser the tests are for. */
export const browser = process.env.UNDIVIDED_BROWSER === "firefox" ? "firefox" : "chromium";

/**
 * A lab, and a browser whose extension takes the lab's phone for the agent's tool. Without a wrap-up unless said, so that what is held
 * comes back as soon as the call ends. After each test all its pages are closed and nothing may be held any more.
 * @param {(lab: Lab) => Record<string, unknown>} settings
 * @param {{ sip?: boolean }} [options]
 * @returns {Promise<{ lab: Lab, run: Run }>}
 */
export async function stage(settings, options = {}) {
  const lab = await startLab(options);
  after(() => lab.close());
  const run = await launch({ browser, settings: { toolSites: [`${lab.url("phone")}*`], wrapUpSeconds: 0, ...settings(lab) } });
  after(() => run.close());
  await run.untilView((view) => view.sidebar?.setUp === "ready");
  afterEach(() => idle(run));
  return { lab, run };
}

/** @param {Run} run */
async function idle(run) {
  const control = await run.controlPage();
  for (const page of await run.puppeteer.pages()) if (page !== control) await page.close();
  await run.untilView((view) => view.sidebar?.phase === "idle" && view.blocked.gate === "open");
  assert.deepEqual((await run.tabs()).filter((tab) => tab.mutedBy === run.id), [], "no tab is muted by us");
  assert.deepEqual(await run.sessionRules(), [], "no rule is left");
}

/**
 * Notes in a page whether it is ever covered from now on: `coverSeen(page)` asks.
 * @param {Page} page
 */
export async function watchForCover(page) {
  await page.evaluate(() => {
    const seen = /** @type {any} */ (window);
    const look = () => (seen.coverSeen ||= document.querySelector("undivided-cover") !== null);
    new MutationObserver(look).observe(document, { subtree: true, childList: true });
    look();
  });
}

/** @param {Page} page @returns {Promise<boolean>} */
export async function coverSeen(page) {
  return page.evaluate(() => Boolean(/** @type {any} */ (window).coverSeen));
}
