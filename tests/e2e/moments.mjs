// When something was clicked and what was shown since, for tests that promise an order or measure a time.

import assert from "node:assert/strict";

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {import("./harness.mjs").Run} Run */

/**
 * Clicks, and tells when the page felt it.
 * @param {Run} run
 * @param {Page} page
 * @param {string} selector
 * @returns {Promise<number>}
 */
export async function clickTimed(run, page, selector) {
  await page.evaluate((wanted) => {
    document.querySelector(wanted)?.addEventListener("click", () => Object.assign(window, { clickedAt: Date.now() }), { capture: true });
  }, selector);
  await run.click(page, selector);
  return page.evaluate(() => /** @type {any} */ (window).clickedAt);
}

/**
 * The phases since a moment, in their order.
 * @param {Run} run
 * @param {number} since
 * @returns {Promise<string[]>}
 */
export async function phases(run, since) {
  const all = (await run.views()).filter(({ at }) => at >= since).map(({ view }) => view.sidebar.phase);
  return all.filter((phase, index) => phase !== all[index - 1]);
}

/**
 * When a phase was first shown since a moment.
 * @param {Run} run
 * @param {string} phase
 * @param {number} since
 * @returns {Promise<number>}
 */
export async function first(run, phase, since) {
  const found = (await run.views()).find(({ at, view }) => at >= since && view?.sidebar.phase === phase);
  assert.ok(found, `${phase} was shown`);
  return found.at;
}
