// Sees from within a page whether it was ever covered, however shortly.

/** @typedef {import("puppeteer-core").Page} Page */

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
