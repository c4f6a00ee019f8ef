// Sees from within a page whether it was ever covered, however shortly; and of many tabs when each was covered, silenced and given back.

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {import("./harness.mjs").Run} Run */

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

/**
 * Has each tab at an address that starts so remember when its cover comes and goes, and the harness when one is muted: `holdsSeen(run)` asks. Again, and all
 * begins anew.
 * @param {Run} run
 * @param {string} start
 */
export async function watchHolds(run, start) {
  await run.ext.eval(async (url) => {
    const seen = /** @type {any} */ (globalThis);
    [seen.mutedAt, seen.unmutedAt] = [{}, {}];
    seen.hears ??= /** @type {any} */ (chrome).tabs.onUpdated.addListener((/** @type {number} */ tab, /** @type {any} */ change) => {
      if (change.mutedInfo) (change.mutedInfo.muted ? seen.mutedAt : seen.unmutedAt)[tab] ??= Date.now();
    }) ?? true;
    const distracting = (await chrome.tabs.query({})).filter((/** @type {any} */ tab) => tab.url?.startsWith(url));
    seen.distracting = distracting.sort((/** @type {any} */ one, /** @type {any} */ other) => one.index - other.index).map((/** @type {any} */ tab) => tab.id);
    const watch = () => {
      const page = /** @type {any} */ (globalThis);
      [page.coveredAt, page.liftedAt] = [0, 0];
      page.watcher ??= new MutationObserver(() => {
        if (document.querySelector(":root > undivided-cover")) page.coveredAt ||= Date.now();
        else if (page.coveredAt) page.liftedAt ||= Date.now();
      }).observe(document.documentElement, { childList: true }) ?? true;
    };
    await Promise.all(seen.distracting.map((/** @type {number} */ tabId) => /** @type {any} */ (chrome).scripting.executeScript({ target: { tabId }, func: watch })));
  }, start);
}

/**
 * When tabs were muted and unmuted, and each tab, in the order of their places in their windows; 0 is never.
 * @param {Run} run
 * @returns {Promise<{ muted: number[], unmuted: number[], tabs: { url: string, covered: number, lifted: number, standing: boolean }[] }>}
 */
export async function holdsSeen(run) {
  return run.ext.eval(async () => {
    const seen = /** @type {any} */ (globalThis);
    const read = () => {
      const { coveredAt, liftedAt } = /** @type {any} */ (globalThis);
      return { url: location.href, covered: coveredAt, lifted: liftedAt, standing: document.querySelector(":root > undivided-cover") !== null };
    };
    const tabs = await Promise.all(
      seen.distracting.map((/** @type {number} */ tabId) => /** @type {any} */ (chrome).scripting.executeScript({ target: { tabId }, func: read }).then((/** @type {any} */ [one]) => one.result)),
    );
    return { muted: Object.values(seen.mutedAt), unmuted: Object.values(seen.unmutedAt), tabs };
  });
}

/** How often the background that lives now has loaded its wasm; 0 where none lives. @param {import("./harness.mjs").Run} run @returns {Promise<number>} */
export async function wasmLoads(run) {
  if (!(await run.backgroundAlive())) return 0;
  return run.ext.eval(async () => {
    const page = await /** @type {any} */ (chrome.runtime).getBackgroundPage();
    return page.performance.getEntriesByType("resource").filter((/** @type {any} */ { name }) => name.endsWith(".wasm")).length;
  });
}
