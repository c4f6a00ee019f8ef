// The scene that several promises begin with: an agent's phone, a customer, and a news page with a half-written comment; and what can be
// asked of it: is everything of ours there, is nothing of ours left. It knows only what a page or the browser shows.

import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { startLab } from "../lab/server.mjs";
import { launch, openLine, until } from "./harness.mjs";
import { told } from "./harness/wait.mjs";

/**
 * @typedef {import("puppeteer-core").Page} Page
 * @typedef {import("./harness.mjs").Run} Run
 * @typedef {import("../lab/server.mjs").Lab} Lab
 */

/** Which browser this run of the tests is about. */
export const browser = process.env.UNDIVIDED_BROWSER === "firefox" ? "firefox" : "chromium";

/** What the agent has typed into the news page. */
export const draft = "Number four is no lighthouse, and I can prove it";

/**
 * The usual settings: the phone is the tool, news and video wait, and the end of a call is the end of focus.
 * @param {Lab} lab
 */
export function usual(lab) {
  return { toolSites: [lab.url("phone", "/*")], blocklist: [lab.host("news"), lab.host("video")], wrapUpSeconds: 0 };
}

/** A lab, a browser, a news page that the agent is busy with, and a line between the agent's phone and a customer. */
export class Scene {
  /** @param {Lab} lab @param {Run} run @param {Page} news @param {string} marker @param {import("./harness.mjs").Call} call */
  constructor(lab, run, news, marker, call) {
    this.lab = lab;
    this.run = run;
    this.news = news;
    this.marker = marker;
    this.call = call;
  }

  /** @param {Partial<import("./harness.mjs").Options>} [options] @returns {Promise<Scene>} */
  static async open(options = {}) {
    const lab = await startLab();
    /** @type {Run | undefined} */
    let run;
    try {
      run = await launch({ browser, settings: usual(lab), ...options });
      const { news, marker } = await openNews(run, lab);
      return new Scene(lab, run, news, marker, await openLine(run, lab));
    } catch (error) {
      await run?.close();
      await lab.close();
      throw error;
    }
  }

  async close() {
    await this.run.close();
    await this.lab.close();
  }

  /** Waits until the news page is held in every way there is, and sees that each way was taken once. */
  async untilHeld() {
    const { run, news } = this;
    await run.untilCovered(news);
    await until("the news page is held in every way", async () => {
      const seen = await grips(run);
      if (seen.muted.length === 1 && seen.rules > 0 && seen.covers === 1 && seen.kept.length === 1) return true;
      throw new Error(told(seen));
    });
    assert.equal(await news.evaluate(() => document.querySelectorAll("undivided-cover").length), 1, "one cover");
    const { sidebar } = await run.view();
    assert.deepEqual([sidebar.focus, sidebar.heldTabs, sidebar.needsAccess], ["on", 1, []]);
  }

  /** Waits until nothing of ours is left anywhere, and the news page is the very document that it was. */
  async untilReleased() {
    const { run, news } = this;
    await run.untilUncovered(news);
    await untilNoGrips(run);
    await run.untilView((view) => view.sidebar?.focus === "off" && view.sidebar.phase === "idle" && view.sidebar.heldTabs === 0);
    await until("it is at rest", () => run.ext.eval(async () => (await chrome.storage.session.get("on")).on === false));
    await untilAsItWas(news, this.marker);
  }
}

/**
 * Opens the news page and begins a comment there.
 * @param {Run} run
 * @param {Lab} lab
 */
export async function openNews(run, lab) {
  const news = await run.openPage(lab.url("news"));
  await run.click(news, "#draft");
  await news.keyboard.type(draft);
  const marker = await news.evaluate(() => /** @type {any} */ (window).marker);
  return { news, marker };
}

/**
 * The news page as the agent left it, or not. `sheet`: a style sheet of ours is still in the page, and would hide it for whoever appends
 * an element of that name.
 * @param {Page} page
 */
export async function pageOf(page) {
  return page.evaluate(() => {
    const hidden = getComputedStyle(document.body).visibility === "hidden";
    const probe = document.createElement("undivided-cover");
    document.documentElement.append(probe);
    const sheet = getComputedStyle(document.body).visibility === "hidden";
    probe.remove();
    const text = /** @type {HTMLTextAreaElement} */ (document.querySelector("#draft")).value;
    return { marker: /** @type {any} */ (window).marker, draft: text, hidden, sheet };
  });
}

/**
 * Waits until the news page is as the agent left it. The sheet is the last to go: the cover has been lifted, and nothing is hidden any more,
 * when the browser is asked to take it away.
 * @param {Page} page
 * @param {string} marker
 */
export async function untilAsItWas(page, marker) {
  await until("the page is as it was", async () => {
    assert.deepEqual(await pageOf(page), { marker, draft, hidden: false, sheet: false });
    return true;
  });
}

/**
 * What the browser holds for us: rules, cover scripts for pages to come, tabs that we muted, tabs that are kept from being discarded.
 * @param {Run} run
 * @returns {Promise<{ rules: number, covers: number, muted: string[], kept: string[] }>}
 */
export async function grips(run) {
  return run.ext.eval(async () => {
    const tabs = await chrome.tabs.query({});
    /** @param {(tab: any) => boolean} wanted */
    const addresses = (wanted) => tabs.filter(wanted).map((/** @type {any} */ tab) => String(tab.url));
    return {
      rules: (await chrome.declarativeNetRequest.getSessionRules()).length,
      covers: (await chrome.scripting.getRegisteredContentScripts({ ids: ["cover"] })).length,
      muted: addresses((tab) => tab.mutedInfo?.muted && tab.mutedInfo.extensionId === chrome.runtime.id),
      kept: addresses((tab) => tab.autoDiscardable === false),
    };
  });
}

/** @param {Run} run */
export async function untilNoGrips(run) {
  await until("nothing of ours is left", async () => {
    const seen = await grips(run);
    if (seen.rules === 0 && seen.covers === 0 && seen.muted.length === 0 && seen.kept.length === 0) return true;
    throw new Error(told(seen));
  });
}

/** Waits until new navigations are held, which is the last thing to be. @param {Run} run */
export async function untilRules(run) {
  await run.untilPhase("active");
  await until("the rules are there", async () => (await run.sessionRules()).length > 0);
}

/**
 * What a page handed over as a file, once it is whole: Firefox keeps the name by an empty file while it writes another one beside it.
 * @param {string} folder where the browser puts downloads
 * @param {string} name
 */
export async function downloaded(folder, name) {
  await until(`${name} is there`, () => readdirSync(folder).includes(name) && statSync(join(folder, name)).size > 0);
  return readFileSync(join(folder, name));
}
