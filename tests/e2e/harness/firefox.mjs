// How Firefox is started and asked for what only it can do. Much of it happens in the browser's own window (WebDriver BiDi's chrome scope,
// which --remote-allow-system-access opens). Everything a test may rely on in both browsers is in ../harness.mjs.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { firstOf } from "./chromium.mjs";
import { until } from "./wait.mjs";
import { writeXpi } from "./xpi.mjs";

/** @typedef {import("./driver.mjs").Driver} Driver */

/** Firefox gives every extension a random origin; this pref makes it the same in every profile. */
export const uuids = {
  "managed@undivided": "5f3c9a70-6d1e-4b52-9a0b-000000000001",
  "personal@undivided": "5f3c9a70-6d1e-4b52-9a0b-000000000002",
};

const preferences = {
  "extensions.webextensions.uuids": JSON.stringify(uuids),
  // Calls: a microphone that is always there and never asks, both ends on this machine, sound without a click.
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  "media.peerconnection.ice.loopback": true,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "media.autoplay.default": 0,
  "media.autoplay.blocking_policy": 0,
  // An unsigned extension that stays (ESR and developer editions only), found in the profile at start.
  "xpinstall.signatures.required": false,
  "extensions.autoDisableScopes": 0,
  "extensions.startupScanScopes": 15,
  // After a kill, all tabs come back and load.
  "browser.sessionstore.resume_from_crash": true,
  "browser.sessionstore.max_resumed_crashes": -1,
  "browser.sessionstore.restore_on_demand": false,
  "browser.sessionstore.restore_pinned_tabs_on_demand": false,
  // Notifications drawn by Firefox itself: a desktop's service may be missing, and then they close at once.
  "alerts.useSystemBackend": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "browser.shell.checkDefaultBrowser": false,
};

/** @type {Driver} */
export const firefox = {
  name: "firefox",
  folder: "firefox",
  policyName: "policies.json",

  executable: () => firstOf("UNDIVIDED_FIREFOX", ["/usr/bin/firefox-esr", "/usr/bin/firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"]),

  policyTarget: () => "/etc/firefox/policies",

  policyText: (id, values, more) => JSON.stringify({ policies: { ...more, ...(values === undefined ? {} : { "3rdparty": { Extensions: { [id]: values } } }) } }),

  identity(dist) {
    const manifest = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"));
    const id = /** @type {keyof typeof uuids} */ (manifest.browser_specific_settings?.gecko?.id);
    if (!uuids[id]) throw new Error(`${dist}: the manifest's id is not one of ${Object.keys(uuids).join(", ")}`);
    return { id, origin: `moz-extension://${uuids[id]}` };
  },

  async start(start) {
    if (start.install === "permanent") {
      const folder = join(start.profile, "extensions");
      mkdirSync(folder, { recursive: true });
      writeXpi(start.dist, join(folder, `${start.id}.xpi`));
    }
    const browser = await puppeteer.launch({
      browser: "firefox",
      executablePath: start.executable,
      headless: start.headless,
      userDataDir: start.profile,
      defaultViewport: null,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: ["--remote-allow-system-access", "--width=1280", "--height=900", ...start.args],
      extraPrefsFirefox: {
        ...preferences,
        // Grants what permissions.request asks for; its prompt is part of the browser's own window.
        ...(start.acceptPrompts ? { "extensions.webextOptionalPermissionPrompts": false } : {}),
        ...(start.restore ? { "browser.startup.page": 3 } : {}),
        ...start.prefs,
      },
    });
    withoutGestures(browser);
    if (start.install === "temporary") await browser.installExtension(start.dist);
    // Access that is given with the installation is written half a second later; killed before, the next start has none (measured).
    else if (!start.restore) {
      const file = join(start.profile, "extension-preferences.json");
      await until("what the extension was granted is on disk", () => existsSync(file) && readFileSync(file, "utf8").includes(start.id));
    }
    return browser;
  },

  async open(browser, url, options = {}) {
    const page = await browser.newPage(options.window ? { type: "window" } : { type: "tab" });
    await page.goto(url, { waitUntil: "load" });
    return page;
  },

  async openExtensionPage(browser, url) {
    // Puppeteer's goto never settles here: the page moves to the extensions' process under it. So navigate and look until it is there.
    const page = await browser.newPage();
    const context = /** @type {any} */ (page.mainFrame())._id;
    await send(browser, "browsingContext.navigate", { context, url, wait: "none" });
    await until(`${url} opens`, () => page.evaluate((wanted) => location.href === wanted && document.readyState === "complete", url));
    return page;
  },

  async killBackground(run) {
    return inWindow(
      run,
      `const was = extension.backgroundState;
       if (was === "stopped") return false;
       await extension.terminateBackground({ ignoreDevToolsAttached: true, disableResetIdleForTest: true });
       return true;`,
    );
  },

  async backgroundAlive(run) {
    return (await inWindow(run, `return extension.backgroundState;`)) !== "stopped";
  },

  async selectTab(run, page) {
    // BiDi's own way then waits until the page is visible, for ever if the extension was quicker to take the agent back (seen: 180 s).
    await inWindow(
      run,
      `const { NavigableManager } = ChromeUtils.importESModule("chrome://remote/content/shared/NavigableManager.sys.mjs");
       const browser = NavigableManager.getBrowserById(${JSON.stringify(/** @type {any} */ (page.mainFrame())._id)});
       const { gBrowser } = browser.ownerDocument.defaultView;
       gBrowser.selectedTab = gBrowser.getTabForBrowser(browser);`,
    );
  },

  async triggerAction(run, page) {
    await page.bringToFront();
    await inWindow(
      run,
      `const { ExtensionParent } = ChromeUtils.importESModule("resource://gre/modules/ExtensionParent.sys.mjs");
       ExtensionParent.apiManager.global.browserActionFor(extension).triggerAction(window);`,
    );
  },

  async runCommand(run, name, page) {
    await page.bringToFront();
    // The very <key> that the shortcut presses, made anew, because the one in the window does not say which command it is.
    await inWindow(
      run,
      `const command = (await extension.shortcuts.commands).get(${JSON.stringify(name)});
       if (!command?.shortcut) throw new Error("no shortcut for this command");
       extension.shortcuts.buildKey(document, ${JSON.stringify(name)}, command.shortcut).dispatchEvent(new Event("command"));`,
    );
  },

  async mute(run, page) {
    await page.bringToFront();
    await inWindow(run, `if (!gBrowser.selectedTab.muted) gBrowser.selectedTab.toggleMuteAudio();`);
  },

  async sidebar(run) {
    return inWindow(
      run,
      `const { ExtensionCommon } = ChromeUtils.importESModule("resource://gre/modules/ExtensionCommon.sys.mjs");
       return SidebarController.isOpen && SidebarController.currentID === ExtensionCommon.makeWidgetId(extension.id) + "-sidebar-action";`,
    );
  },

  async realSidebar() {
    throw new Error("Firefox's sidebar is no page that BiDi knows: use snapshot() to see it");
  },

  async removeExtension(run) {
    await inWindow(run, `await (await AddonManager.getAddonByID(extension.id)).uninstall();`);
  },

  async collect(run) {
    await inWindow(
      run,
      `Services.obs.notifyObservers(null, "child-mmu-request");
       const reporters = Cc["@mozilla.org/memory-reporter-manager;1"].getService(Ci.nsIMemoryReporterManager);
       return new Promise((resolve) => reporters.minimizeMemoryUsage(() => resolve(true)));`,
      false,
    );
    // The other processes do it meanwhile, and say nothing when they are done.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  },

  async enableExtension(run, on) {
    await inWindow(run, `await (await AddonManager.getAddonByID(${JSON.stringify(run.id)})).${on ? "enable" : "disable"}();`, false);
  },

  async saveSession(run, url) {
    const state = await inWindow(
      run,
      `const { SessionSaver } = ChromeUtils.importESModule("resource:///modules/sessionstore/SessionSaver.sys.mjs");
       const { SessionStore } = ChromeUtils.importESModule("resource:///modules/sessionstore/SessionStore.sys.mjs");
       const { TabStateFlusher } = ChromeUtils.importESModule("resource:///modules/sessionstore/TabStateFlusher.sys.mjs");
       for (const one of Services.wm.getEnumerator("navigator:browser")) await TabStateFlusher.flushWindow(one);
       await SessionSaver.run();
       return SessionStore.getBrowserState();`,
    );
    if (!state.includes(url)) throw new Error(`the session has no ${url}`);
  },
};

/**
 * Runs in the browser's window, with `extension` (the browser's own object for ours) and `AddonManager` at hand.
 * @param {import("../harness.mjs").Run} run
 * @param {string} script the body of an async function that returns something JSON can carry
 * @param {boolean} [needsExtension]
 * @returns {Promise<any>}
 */
export async function inWindow(run, script, needsExtension = true) {
  const tree = await send(run.puppeteer, "browsingContext.getTree", { "moz:scope": "chrome" });
  const context = tree.contexts.find((/** @type {any} */ one) => one.url === "chrome://browser/content/browser.xhtml")?.context;
  const expression = `(async () => {
    const { AddonManager } = ChromeUtils.importESModule("resource://gre/modules/AddonManager.sys.mjs");
    const extension = WebExtensionPolicy.getByID(${JSON.stringify(run.id)})?.extension;
    if (${needsExtension} && !extension) throw new Error("the extension is not running");
    return JSON.stringify(await (async () => { ${script} })());
  })()`;
  const answer = await send(run.puppeteer, "script.evaluate", { expression, target: { context }, awaitPromise: true });
  if (answer.type === "exception") throw new Error(answer.exceptionDetails.text);
  return answer.result.type === "string" ? JSON.parse(answer.result.value) : undefined;
}

/**
 * Puppeteer lets whatever it evaluates in a page count as a gesture of the person; here only clicks and keys count.
 * @param {import("puppeteer-core").Browser} browser
 */
function withoutGestures(browser) {
  const { connection } = /** @type {any} */ (browser);
  const send = connection.send.bind(connection);
  connection.send = (/** @type {string} */ method, /** @type {any} */ parameters) =>
    send(method, parameters?.userActivation ? { ...parameters, userActivation: false } : parameters);
}

/**
 * A BiDi command that puppeteer has no method for.
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} method
 * @param {object} parameters
 */
async function send(browser, method, parameters) {
  return (await /** @type {any} */ (browser).connection.send(method, parameters)).result;
}
