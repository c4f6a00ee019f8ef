// The lab's studio: a page in which a test makes a peer connection step by step, with whatever it wants sent.

import { ready } from "./harness.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

/**
 * @param {import("./harness.mjs").Run} run
 * @param {import("../lab/server.mjs").Lab} lab
 * @param {"phone" | "work" | "customer"} host
 */
export async function openStudio(run, lab, host) {
  const page = await run.openPage(lab.url(host, "/studio"));
  await ready(page);
  return page;
}

/**
 * @param {Page} page
 * @param {"offer" | "answer" | "accept"} step
 * @param {unknown[]} args
 * @returns {Promise<string>}
 */
export async function studio(page, step, ...args) {
  return page.evaluate((name, given) => /** @type {any} */ (window).studio[name](...given), step, args);
}
