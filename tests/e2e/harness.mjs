// The end-to-end harness: a real Chromium or Firefox with the real, unpacked extension, driven by puppeteer-core, and one set of words for
// both. It sees what a person or the extension's own pages can see (pages, tabs, the view in storage.session) and knows nothing of how the
// extension decides. UNDIVIDED_DIST says where the bundles are, UNDIVIDED_HEADFUL=1 shows the browsers.
//
// What a browser does not let anybody drive:
// - Chromium: a keyboard shortcut of an extension (headless has no window that would take it), the click on a notification.
// - The prompt of permissions.request: Chromium is told beforehand that it was answered, Firefox by a pref that it need not ask.
// - Firefox: code inside the background page or the real sidebar (see view(), snapshot()); a policy that changes while it runs.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { atExit } from "../lab/exit.mjs";
import { chromium } from "./harness/chromium.mjs";
import { firefox, inWindow } from "./harness/firefox.mjs";
import { policyFolder } from "./harness/policy.mjs";
import { patience, told, until, within } from "./harness/wait.mjs";

export { until, within } from "./harness/wait.mjs";

/**
 * @typedef {import("puppeteer-core").Page} Page
 *
 * @typedef {object} Options
 * @property {"chromium" | "firefox"} browser
 * @property {"managed" | "personal"} [edition] managed unless said
 * @property {string} [dist] the folder with the bundles
 * @property {Record<string, unknown>} [settings] written to storage.local's `settings` before launch() gives the browser
 * @property {unknown} [policy] what storage.managed shall give, there before the start
 * @property {boolean} [latePolicy] no policy yet: setPolicy() brings it (Firefox reads it at its next start)
 * @property {Record<string, unknown>} [browserPolicy] more of the policy file, e.g. ExtensionSettings
 * @property {string} [policyFile] the policy file's text as it is, however broken
 * @property {"temporary" | "permanent" | "policy"} [install] permanent: there again after relaunch() (Chromium by --load-extension, Firefox as an
 *   unsigned add-on in the profile, which ESR and developer editions take); policy: the policy file brings it, and nobody else does
 * @property {string} [id] the extension's, where the bundle does not tell it: in Chromium a packed one has the id of its key
 * @property {boolean} [acceptPrompts] permissions.request is answered with yes (default); else nobody answers
 * @property {boolean} [headless]
 * @property {string[]} [args] more arguments for the browser
 * @property {Record<string, unknown>} [prefs] more preferences for Firefox
 */

/**
 * Starts a browser with the extension in it.
 * @param {Options} options
 * @returns {Promise<Run>}
 */
export async function launch(options) {
  const run = new Run(options);
  try {
    await run.start(false);
    if (options.settings) await run.saveSettings(options.settings);
    return run;
  } catch (error) {
    await run.close();
    throw error;
  }
}

/**
 * The folder of one bundle, e.g. dist/chrome-managed; `dist` may be that folder itself.
 * @param {"chromium" | "firefox"} browser
 * @param {"managed" | "personal"} edition
 * @param {string} [dist]
 */
export function bundle(browser, edition, dist) {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const named = dist ?? process.env.UNDIVIDED_DIST;
  const candidates = named === undefined ? [join(root, "target/e2e-dist"), join(root, "dist")] : [named];
  const name = `${browser === "chromium" ? "chrome" : "firefox"}-${edition}`;
  const found = candidates.flatMap((folder) => [join(folder, name), folder]).map((folder) => resolve(folder)).find((folder) => existsSync(join(folder, "manifest.json")));
  if (!found) throw new Error(`no bundle ${name} in ${candidates.join(", ")}: build it first (cargo xtask bundle)`);
  return found;
}

/** A browser with the extension in it. */
export class Run {
  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    this.driver = options.browser === "firefox" ? firefox : chromium;
    this.name = options.browser;
    this.edition = options.edition ?? "managed";
    this.dist = bundle(this.name, this.edition, options.dist);
    const known = this.driver.identity(this.dist);
    const { id, origin } = options.id === undefined ? known : { id: options.id, origin: known.origin.replace(known.id, options.id) };
    this.id = id;
    /** As in `chrome-extension://<id>`. */
    this.origin = origin;
    const manifest = JSON.parse(readFileSync(join(this.dist, "manifest.json"), "utf8"));
    /** The page by which the harness speaks for the extension: an icon of its, so that none of its scripts run there. */
    this.controlUrl = `${origin}/${Object.values(manifest.icons)[0]}`;
    this.profile = mkdtempSync(join(tmpdir(), `undivided-${this.name}-`));
    /** @type {import("./harness/policy.mjs").PolicyFolder | undefined} */
    this.policies = undefined;
    /** @type {Page | undefined} */
    this.control = undefined;
    /** Puppeteer's own object, for what the harness has no word for. */
    this.puppeteer = /** @type {import("puppeteer-core").Browser} */ (/** @type {unknown} */ (undefined));
    this.cleanUp = () => {
      this.killNow();
      rmSync(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
      this.policies?.remove();
    };
    this.forget = atExit(this.cleanUp);
    this.ext = {
      /**
       * Runs a function in an extension page, with `chrome` there, in both browsers.
       * @template {unknown[]} A
       * @template R
       * @param {(...args: A) => R} what
       * @param {A} args
       * @returns {Promise<Awaited<R>>}
       */
      eval: async (what, ...args) => /** @type {any} */ ((await this.controlPage()).evaluate(/** @type {any} */ (what), ...args)),
    };
  }

  // --- its life ---------------------------------------------------------------------------------------------------------------------

  /** @param {boolean} restore */
  async start(restore) {
    const { options, driver } = this;
    const real = driver.executable();
    const wantsPolicy = options.policy !== undefined || options.latePolicy || options.browserPolicy || options.policyFile !== undefined;
    if (wantsPolicy && !this.policies) {
      this.policies = policyFolder(real, driver.policyTarget(real), driver.policyName);
      if (options.policyFile !== undefined) this.policies.write(options.policyFile);
      else if (!options.latePolicy) this.setPolicy(options.policy);
    }
    this.control = undefined;
    this.puppeteer = await driver.start({
      executable: this.policies?.executable ?? real,
      dist: this.dist,
      id: this.id,
      origin: this.origin,
      profile: this.profile,
      headless: options.headless ?? process.env.UNDIVIDED_HEADFUL !== "1",
      install: options.install ?? "temporary",
      restore,
      confined: this.policies !== undefined && process.getuid?.() !== 0,
      acceptPrompts: options.acceptPrompts ?? true,
      args: options.args ?? [],
      prefs: options.prefs ?? {},
    });
    await this.controlPage();
  }

  /** Ends the browser as a crash does: no process of it gets a chance to do anything. Give saveSession() its time before. */
  async kill() {
    const process = this.puppeteer.process();
    const gone = process && process.exitCode === null && process.signalCode === null ? new Promise((resolve) => process.once("exit", resolve)) : undefined;
    this.killNow();
    await gone;
    await this.puppeteer.disconnect().catch(() => {});
    // Seeing its Firefox end, puppeteer puts back the preferences it found; a start in the middle of that would lose ours.
    await until("puppeteer is done with the profile", () => !readdirSync(this.profile).some((name) => name.endsWith(".puppeteer")));
  }

  /** Starts it again with the same profile, its session restored. Needs `install: "permanent"` if the extension shall be there. */
  async relaunch() {
    await this.start(true);
  }

  /** Ends everything and leaves nothing behind. */
  async close() {
    this.forget();
    // A browser that does not end by itself in time is ended; either way none is left.
    if (this.puppeteer) await within(this.puppeteer.close(), 5_000, "the browser closes").catch(() => {});
    this.cleanUp();
  }

  killNow() {
    const pid = this.puppeteer?.process()?.pid;
    if (!pid) return;
    try {
      process.kill(-pid, "SIGKILL"); // puppeteer gives the browser a process group of its own
    } catch {
      // it is gone already
    }
  }

  /**
   * Waits until the browser has written to disk that this page is open, so that a kill right after brings it back.
   * @param {string} url
   */
  async saveSession(url) {
    await this.driver.saveSession(this, url);
  }

  // --- settings and policy ------------------------------------------------------------------------------------------------------------

  /**
   * Adds to the settings, as the options page does.
   * @param {Record<string, unknown>} values
   */
  async saveSettings(values) {
    await this.ext.eval(async (added) => {
      const { settings = {} } = await chrome.storage.local.get("settings");
      await chrome.storage.local.set({ settings: { ...settings, ...added } });
    }, values);
  }

  /**
   * Replaces the policy; undefined takes it away. Chromium notices in about 2 s, Firefox at its next start.
   * @param {unknown} values
   */
  setPolicy(values) {
    if (!this.policies) throw new Error("launch with policy or latePolicy to have a policy folder");
    const more = this.options.browserPolicy ?? {};
    this.policies.write(values === undefined && Object.keys(more).length === 0 ? undefined : this.driver.policyText(this.id, values, more));
  }

  // --- pages --------------------------------------------------------------------------------------------------------------------------

  /**
   * Opens a page in a new tab in front, or in a window of its own.
   * @param {string} url
   * @param {{ window?: import("./harness/driver.mjs").Bounds }} [options]
   */
  async openPage(url, options) {
    return this.driver.open(this.puppeteer, url, options);
  }

  /**
   * Opens one of the extension's own pages in a tab, e.g. "www/options.html".
   * @param {string} path
   * @param {{ width: number, height: number }} [size]
   */
  async extensionPage(path, size) {
    const page = await this.driver.openExtensionPage(this.puppeteer, `${this.origin}/${path}`);
    if (size) await page.setViewport(size);
    return page;
  }

  /** The sidebar's page in a tab, as wide as a sidebar. The real one, if it opened, is realSidebar(). */
  async sidebarPage() {
    return this.extensionPage("www/sidebar.html?harness", { width: 360, height: 760 });
  }

  /**
   * The page open at an address that starts so, also one that the harness did not open.
   * @param {string} start
   * @param {number} [deadline]
   * @returns {Promise<Page>}
   */
  async pageAt(start, deadline = patience) {
    const found = await until(
      `a page at ${start} is open`,
      async () => {
        const pages = await this.puppeteer.pages();
        // Asked, not read: Firefox does not tell puppeteer that a page became one of an extension's.
        const addresses = await Promise.all(pages.map((page) => within(page.evaluate(() => location.href), 1_000, "an address").catch(() => page.url())));
        return pages.find((_, at) => addresses[at]?.startsWith(start));
      },
      deadline,
    );
    return /** @type {Page} */ (found);
  }

  /**
   * Starts a navigation of a page without waiting for what comes of it, because it may be stopped.
   * @param {Page} page
   * @param {string} url
   */
  async head(page, url) {
    await page.evaluate((to) => void setTimeout(() => location.assign(to)), url);
  }

  /**
   * Waits until a page shows an address that starts so, and is loaded.
   * @param {Page} page
   * @param {string} start
   * @param {number} [deadline]
   */
  async untilAt(page, start, deadline = patience) {
    await until(
      `the page comes to ${start}`,
      async () => {
        const [href, state] = await page.evaluate(() => [location.href, document.readyState]);
        if (href?.startsWith(start) && state !== "loading") return true;
        throw new Error(`it is at ${href} (${state})`);
      },
      deadline,
    );
  }

  /**
   * Where blocked.html is for a target.
   * @param {string} target
   */
  blockedUrl(target) {
    return `${this.origin}/www/blocked.html#${encodeURIComponent(target)}`;
  }

  /**
   * Clicks as a person does: a real mouse, on the page in front.
   * @param {Page} page
   * @param {string} selector
   */
  async click(page, selector) {
    await page.bringToFront();
    await until(`${selector} can be clicked`, () =>
      page.evaluate((wanted) => {
        const element = document.querySelector(wanted);
        return element !== null && element.getClientRects().length > 0;
      }, selector),
    );
    // A side panel that opens at that moment narrows the page, and the mouse comes down beside the button: until it has felt a click, it was none.
    const end = Date.now() + patience;
    while (!(await landed(page, selector))) {
      if (Date.now() >= end) throw new Error(`waited ${patience} ms: ${selector} feels the click`);
    }
  }

  // --- what the extension says ---------------------------------------------------------------------------------------------------------

  /** The view, as the sidebar gets it. @returns {Promise<any>} */
  async view() {
    return this.ext.eval(async () => (await chrome.storage.session.get("view")).view);
  }

  /** All that lies in a storage area. @param {"local" | "session"} area @returns {Promise<Record<string, any>>} */
  async storage(area) {
    return this.ext.eval(async (area) => chrome.storage[/** @type {"local"} */ (area)].get(/** @type {any} */ (null)), area);
  }

  /** Every view since the browser started, with the moment it was stored. @returns {Promise<{ at: number, view: any }[]>} */
  async views() {
    return this.ext.eval(() => /** @type {any} */ (globalThis).harness.views);
  }

  /**
   * The views since they were last taken, and the last one of then. The harness keeps only that one: all views of a long shift are a hundred megabytes of
   * Firefox's memory, which looked like the extension's.
   * @returns {Promise<{ at: number, view: any }[]>}
   */
  async takeViews() {
    return this.ext.eval(() => {
      const views = /** @type {{ at: number, view: any }[]} */ (/** @type {any} */ (globalThis).harness.views);
      const taken = views.filter(({ view }) => view).map((one) => ({ ...one }));
      for (const one of views.slice(0, -1)) one.view = undefined;
      return taken;
    });
  }

  /**
   * Waits for a view that is so; looks only when storage says that it changed.
   * @param {(view: any) => unknown} isSo gets {} while there is no view
   * @param {number} [deadline] in ms
   * @returns {Promise<{ at: number, view: any }>} `at` is when it was stored, 0 if before the harness looked
   */
  async untilView(isSo, deadline = patience) {
    const end = Date.now() + deadline;
    /** @type {{ at: number, view: any, count: number }} */
    let seen = await this.latestView();
    for (;;) {
      if (isSo(seen.view ?? {})) return { at: seen.at, view: seen.view };
      const left = end - Date.now();
      if (left <= 0) throw new Error(`waited ${deadline} ms for a view: ${isSo}. The last one: ${told(seen.view)}`);
      const changed = this.ext.eval((count) => /** @type {any} */ (globalThis).harness.after(count), seen.count);
      // The deadline is reported above, with the last view.
      await within(changed, left, "a change of the view").catch((error) => {
        if (Date.now() < end) throw error;
      });
      seen = await this.latestView();
    }
  }

  /**
   * Waits until the sidebar's phase is this.
   * @param {"idle" | "ringing" | "active" | "hold" | "wrapUp"} phase
   * @param {number} [deadline]
   */
  async untilPhase(phase, deadline) {
    return this.untilView((view) => view.sidebar?.phase === phase, deadline);
  }

  /** @returns {Promise<{ at: number, view: any, count: number }>} */
  async latestView() {
    return this.ext.eval(async () => {
      const { harness } = /** @type {any} */ (globalThis);
      const count = harness.views.length; // before the read: what changes during it must not be waited for
      const { view } = await chrome.storage.session.get("view");
      return { at: harness.views.at(-1)?.at ?? 0, view, count };
    });
  }

  // --- tabs and covers ------------------------------------------------------------------------------------------------------------------

  /** All tabs but the harness's own. @returns {Promise<any[]>} */
  async tabs() {
    const all = await this.ext.eval(async () =>
      (await chrome.tabs.query({})).map((/** @type {any} */ tab) => ({
        id: tab.id,
        windowId: tab.windowId,
        url: tab.url,
        title: tab.title,
        active: tab.active,
        audible: tab.audible,
        discarded: tab.discarded,
        autoDiscardable: tab.autoDiscardable,
        muted: tab.mutedInfo?.muted,
        mutedBy: tab.mutedInfo?.extensionId,
        mutedReason: tab.mutedInfo?.reason,
      })),
    );
    return all.filter((/** @type {any} */ tab) => tab.url !== this.controlUrl);
  }

  /**
   * The one tab at an address that starts so.
   * @param {string} start
   */
  async tab(start) {
    const tabs = await this.tabs();
    const found = tabs.find((tab) => tab.url?.startsWith(start));
    if (!found) throw new Error(`no tab at ${start}; there are ${told(tabs.map((tab) => tab.url))}`);
    return found;
  }

  /** @param {string} start the address of the tab, or how it begins @returns {Promise<boolean>} */
  async muted(start) {
    return (await this.tab(start)).muted;
  }

  /**
   * Mutes a page's tab as the person at the browser does (`mutedInfo.reason` is "user"). In Chromium this is the site's setting: it holds
   * for every tab of that origin, and does nothing to a tab that an extension muted or unmuted before.
   * @param {Page} page
   */
  async muteByHand(page) {
    await this.driver.mute(this, page);
    await until("the tab is muted", () => this.muted(page.url()));
  }

  /**
   * What is to be seen of a page.
   * @param {Page} page
   * @returns {Promise<{ cover: boolean, hidden: boolean }>}
   */
  async coverOf(page) {
    return page.evaluate(() => ({
      cover: document.querySelector(":root > undivided-cover") !== null,
      hidden: getComputedStyle(document.body).visibility === "hidden",
    }));
  }

  /** @param {Page} page @param {number} [deadline] */
  async untilCovered(page, deadline) {
    await this.untilCover(page, true, deadline);
  }

  /** @param {Page} page @param {number} [deadline] */
  async untilUncovered(page, deadline) {
    await this.untilCover(page, false, deadline);
  }

  /** @param {Page} page @param {boolean} on @param {number} [deadline] */
  async untilCover(page, on, deadline) {
    await until(
      `${page.url()} is ${on ? "covered" : "free"}`,
      async () => {
        const seen = await this.coverOf(page);
        if (seen.cover === on && seen.hidden === on) return true;
        throw new Error(told(seen));
      },
      deadline,
    );
  }

  // --- what happens to the extension, and what a person does to it -----------------------------------------------------------------------

  /** Ends the background as the browser does when it is idle. False when it was not running. */
  async killBackground() {
    return this.driver.killBackground(this);
  }

  async backgroundAlive() {
    return this.driver.backgroundAlive(this);
  }

  /** As a click on its tab does: waits for nothing, since what that sets off may take the agent away again. @param {Page} page */
  async selectTab(page) {
    await this.driver.selectTab(this, page);
  }

  /** Clicks the toolbar button while this page is in front. @param {Page} page */
  async triggerAction(page) {
    await page.bringToFront();
    await this.driver.triggerAction(this, page);
  }

  /** Runs a command as its shortcut does; Firefox only. @param {string} name @param {Page} page */
  async runCommand(name, page) {
    await this.driver.runCommand(this, name, page);
  }

  /** Is the real side panel or sidebar open? */
  async sidebarIsOpen() {
    return this.driver.sidebar(this);
  }

  /** @param {number} [deadline] */
  async untilSidebarOpens(deadline) {
    await until("the sidebar opens", () => this.sidebarIsOpen(), deadline);
  }

  /** The real side panel as a page; Chromium only. */
  async realSidebar() {
    return this.driver.realSidebar(this);
  }

  /**
   * What pages are told of the person's colour scheme.
   * @param {Page} page
   * @param {"light" | "dark"} scheme
   */
  async colours(page, scheme) {
    if (this.name === "chromium") await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    else await inWindow(this, `Services.prefs.setIntPref("layout.css.prefers-color-scheme.content-override", ${scheme === "dark" ? 0 : 1});`, false);
    await until(`the page is ${scheme}`, () => page.evaluate((wanted) => matchMedia(`(prefers-color-scheme: ${wanted})`).matches, scheme));
  }

  /** A picture of the whole window with all that is in it, as PNG; Firefox only. */
  async snapshot() {
    const base64 = await inWindow(
      this,
      `const width = window.innerWidth, height = window.innerHeight;
       const image = await window.browsingContext.currentWindowGlobal.drawSnapshot(new DOMRect(0, 0, width, height), 1, "white");
       const canvas = document.createElementNS("http://www.w3.org/1999/xhtml", "canvas");
       canvas.width = width; canvas.height = height;
       canvas.getContext("2d").drawImage(image, 0, 0);
       return canvas.toDataURL("image/png").split(",")[1];`,
      false,
    );
    return Buffer.from(base64, "base64");
  }

  /** The ids of the extension's notifications that are shown. @returns {Promise<string[]>} */
  async notificationsShown() {
    return this.ext.eval(async () => Object.keys(await /** @type {any} */ (chrome).notifications.getAll()));
  }

  /** @returns {Promise<any[]>} */
  async sessionRules() {
    return this.ext.eval(() => chrome.declarativeNetRequest.getSessionRules());
  }

  /**
   * Removes the extension from the browser; the harness cannot ask it anything after that. Chromium removes only what was installed as
   * "temporary", Firefox both.
   */
  async removeExtension() {
    await this.driver.removeExtension(this);
    this.control = undefined;
  }

  async disableExtension() {
    await this.driver.enableExtension(this, false);
    this.control = undefined;
  }

  async enableExtension() {
    await this.driver.enableExtension(this, true);
    await this.controlPage();
  }

  // --- inside ------------------------------------------------------------------------------------------------------------------------------

  /** Closes every page but the harness's own. */
  async closePages() {
    const control = await this.controlPage();
    for (const page of await this.puppeteer.pages()) if (page !== control) await page.close();
  }

  async controlPage() {
    if (this.control && !this.control.isClosed()) return this.control;
    const page = await this.driver.openExtensionPage(this.puppeteer, this.controlUrl);
    await page.evaluate(async () => {
      /** @type {{ at: number, view: any }[]} */
      const views = [];
      /** @type {(() => void)[]} */
      const waiting = [];
      const harness = {
        views,
        after: (/** @type {number} */ count) => new Promise((resolve) => (views.length > count ? resolve(null) : waiting.push(() => resolve(null)))),
      };
      Object.assign(globalThis, { harness });
      /** @type {any} */ (chrome).storage.onChanged.addListener((/** @type {any} */ changes, /** @type {string} */ area) => {
        if (area !== "session" || !changes.view) return;
        views.push({ at: Date.now(), view: changes.view.newValue });
        for (const go of waiting.splice(0)) go();
      });
    });
    this.control = page;
    return page;
  }
}

/**
 * One click; true if the element felt it, or the page is gone, which has felt it as well. The page says so in the moment of the click: asked
 * afterwards, Chromium 156 never answers in one of 40 clicks that begin a navigation to another site (measured, in the protocol itself).
 * @param {Page} page
 * @param {string} selector
 */
async function landed(page, selector) {
  await page.evaluate((wanted) => {
    /** @type {any} */ (window).harnessLanded = new Promise((resolve) => {
      addEventListener("click", ({ target }) => resolve(target instanceof Element && target.closest(wanted) !== null), { capture: true, once: true });
    });
  }, selector);
  const felt = page.evaluate(() => /** @type {any} */ (window).harnessLanded).catch(() => true);
  const found = await page.$(selector);
  await found?.click();
  // No click at all: the mouse came down outside of the page.
  return within(felt, 2_000, "a click").catch(() => false);
}

// --- calls ------------------------------------------------------------------------------------------------------------------------------

/**
 * The two ends of a lab line, in the browser: the agent's phone page and the customer's.
 * @param {Run} run
 * @param {import("../lab/server.mjs").Lab} lab
 * @param {{ phone?: string, customer?: string, at?: "phone" | "work", window?: import("./harness/driver.mjs").Bounds }} [options] paths with
 *   their queries, e.g. { phone: "/?events=off" }; a window of her own for the customer
 */
export async function openLine(run, lab, options = {}) {
  const customer = await run.openPage(lab.url("customer", options.customer ?? "/"), options.window ? { window: options.window } : undefined);
  await ready(customer);
  await until("the customer's page is there", () => customer.evaluate(() => document.documentElement.dataset.loaded === "yes"));
  const phone = await run.openPage(lab.url(options.at ?? "phone", options.phone ?? "/"));
  await ready(phone);
  return new Call(run, phone, customer);
}

/**
 * The two ends of a SIP call, registered at the lab's SIP server.
 * @param {Run} run
 * @param {import("../lab/server.mjs").Lab} lab
 * @param {number} sipPort
 * @param {{ events?: "all" | "ring" | "off", name?: string }} [options]
 */
export async function openSipLine(run, lab, sipPort, options = {}) {
  const name = encodeURIComponent(options.name ?? "Maria Silva");
  const customer = await run.openPage(lab.url("customer", `/sip-customer?ws=${sipPort}&name=${name}`));
  await ready(customer);
  const phone = await run.openPage(lab.url("phone", `/sip-agent?ws=${sipPort}&events=${options.events ?? "ring"}`));
  await ready(phone);
  return new Call(run, phone, customer);
}

/** A call between two lab pages; every step is a real click and waits until both ends show that it happened. */
export class Call {
  /** @param {Run} run @param {Page} phone @param {Page} customer */
  constructor(run, phone, customer) {
    this.run = run;
    this.phone = phone;
    this.customer = customer;
  }

  async ring() {
    await this.run.click(this.customer, "#call");
    await this.untilPhone("ringing");
  }

  async answer() {
    await this.run.click(this.phone, "#answer");
    await this.untilBoth("active");
  }

  async hold() {
    await this.run.click(this.phone, "#hold");
    await this.untilBoth("hold");
  }

  async resume() {
    await this.run.click(this.phone, "#resume");
    await this.untilBoth("active");
  }

  async mute() {
    await this.run.click(this.phone, "#mute");
  }

  /** @param {"agent" | "customer"} who */
  async hangUp(who) {
    await this.run.click(who === "agent" ? this.phone : this.customer, "#hangup");
    await this.untilBoth("idle");
  }

  /** Ring and answer. */
  async begin() {
    await this.ring();
    await this.answer();
  }

  /** @param {"idle" | "ringing" | "active" | "hold"} phase */
  async untilPhone(phase) {
    await untilPhase(this.phone, phase);
  }

  /** @param {"idle" | "ringing" | "active" | "hold"} phase */
  async untilBoth(phase) {
    await untilPhase(this.phone, phase);
    await untilPhase(this.customer, phase);
  }
}

/**
 * @param {Page} page
 * @param {string} phase
 */
async function untilPhase(page, phase) {
  await until(`${page.url()} shows ${phase}`, async () => {
    const seen = await page.evaluate(() => document.body.dataset.phase);
    if (seen === phase) return true;
    throw new Error(`it shows ${seen}`);
  });
}

/**
 * What a tool's page says by the page event (docs/page-api.md).
 * @param {Page} page
 * @param {object} detail
 * @returns {Promise<number>} when, by the page's clock
 */
export async function say(page, detail) {
  return page.evaluate((said) => {
    const now = Date.now();
    document.dispatchEvent(new CustomEvent("undivided", { detail: said }));
    return now;
  }, detail);
}

/** Waits until a lab page says that it is ready to be used. @param {Page} page */
export async function ready(page) {
  await until(`${page.url()} is ready`, () => page.evaluate(() => document.documentElement.dataset.ready === "yes"));
}

/**
 * Writes a picture of a page, for people.
 * @param {Page} page
 * @param {string} file
 */
export async function picture(page, file) {
  mkdirSync(join(file, ".."), { recursive: true });
  await page.bringToFront();
  // Not in the midst of a change of colours; waiting for it is no use, as a page that nobody draws stands still.
  await page.evaluate(() => {
    for (const one of document.getAnimations()) if (one.effect?.getComputedTiming().endTime !== Infinity) one.finish();
  });
  writeFileSync(file, await page.screenshot());
}
