// How Chromium is started and asked for what only it can do. Everything a test may rely on in both browsers is in ../harness.mjs.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { until, within } from "./wait.mjs";

/** @typedef {import("./driver.mjs").Driver} Driver */
/** @typedef {import("./driver.mjs").Start} Start */

/** @type {Driver} */
export const chromium = {
  name: "chromium",
  folder: "chrome",
  policyName: "undivided-test.json",

  executable: () =>
    firstOf("UNDIVIDED_CHROMIUM", [
      "/usr/bin/chromium",
      "/usr/bin/chromium-browser",
      "/usr/bin/google-chrome",
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ]),

  policyTarget: (executable) => (executable.includes("google-chrome") ? "/etc/opt/chrome/policies/managed" : "/etc/chromium/policies/managed"),

  policyText: (id, values, more) => JSON.stringify({ ...more, ...(values === undefined ? {} : { "3rdparty": { extensions: { [id]: values } } }) }),

  identity(dist) {
    const manifest = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"));
    if (!manifest.key) throw new Error(`${dist}: the manifest has no key, so its id is not known`);
    const hash = createHash("sha256").update(Buffer.from(manifest.key, "base64")).digest("hex").slice(0, 32);
    const id = hash.replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16)));
    return { id, origin: `chrome-extension://${id}` };
  },

  async start(start) {
    // Loaded by the debugging protocol, as branded Chrome allows it too. An extension that must be there before the session is restored
    // has to come by the command line, which Chromium keeps for developers and Chrome 137+ ignores.
    const byCommandLine = start.install === "permanent";
    if (!start.restore) {
      // Chromium writes its preferences only after a while; killed before, its next start would be a first one that restores nothing.
      mkdirSync(join(start.profile, "Default"), { recursive: true });
      writeFileSync(join(start.profile, "Default/Preferences"), JSON.stringify({ session: { restore_on_startup: 1 } }));
    }
    const browser = await puppeteer.launch({
      executablePath: start.executable,
      headless: start.headless,
      pipe: true,
      userDataDir: start.profile,
      defaultViewport: null,
      // Muted at the source, no tab would ever count as audible.
      // Without networking in the background nothing is fetched that a policy wants to have installed.
      ignoreDefaultArgs: ["--mute-audio", ...(start.install === "policy" ? ["--disable-background-networking"] : [])],
      enableExtensions: start.install === "temporary" ? [start.dist] : true,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: [
        ...(byCommandLine ? [`--load-extension=${start.dist}`] : []),
        ...(start.restore ? ["--restore-last-session", "--hide-crash-restore-bubble"] : []),
        ...(process.getuid?.() === 0 || start.confined ? ["--no-sandbox"] : []),
        "--window-size=1280,900",
        "--disable-quic",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        // Both ends of a call are on this machine; names made by mDNS need a network that answers them.
        "--disable-features=WebRtcHideLocalIpsWithMdns",
        "--autoplay-policy=no-user-gesture-required",
        ...start.args,
      ],
    });
    await withoutGestures(browser);
    const manifest = JSON.parse(readFileSync(join(start.dist, "manifest.json"), "utf8"));
    if (start.acceptPrompts && manifest.optional_host_permissions) await acceptPrompts(browser, start.id, manifest.optional_host_permissions);
    return browser;
  },

  async open(browser, url, options = {}) {
    const page = await browser.newPage(options.window ? { type: "window", windowBounds: options.window } : { type: "tab" });
    await page.goto(url, { waitUntil: "load" });
    return page;
  },

  async openExtensionPage(browser, url) {
    const page = await browser.newPage();
    // Chromium 156 has told of the extension as loaded and then blocked its pages for a moment (ERR_BLOCKED_BY_CLIENT, in 6 of 50 starts on a
    // busy machine). The page that says so loads, too, and later: its load can be taken for that of the next attempt.
    const { protocol } = new URL(url);
    await until(`${url} opens`, async () => (await page.goto(url, { waitUntil: "load" }), (await page.evaluate(() => location.protocol)) === protocol));
    return page;
  },

  async killBackground(run) {
    const target = backgroundTarget(run);
    if (!target) return false;
    const gone = new Promise((resolve) => {
      /** @param {import("puppeteer-core").Target} destroyed */
      const seen = (destroyed) => {
        if (destroyed !== target) return;
        run.puppeteer.off("targetdestroyed", seen);
        resolve(null);
      };
      run.puppeteer.on("targetdestroyed", seen);
    });
    // Closed by its id and not as an attached worker: one that is woken again at once would wait for a debugger that has just left.
    const session = await run.puppeteer.target().createCDPSession();
    const { targetInfos } = await session.send("Target.getTargets");
    const targetId = targetInfos.find((one) => one.type === "service_worker" && one.url === target.url())?.targetId;
    if (targetId) await session.send("Target.closeTarget", { targetId });
    await session.detach();
    await within(gone, 5_000, "the service worker ends");
    return true;
  },

  async backgroundAlive(run) {
    return backgroundTarget(run) !== undefined;
  },

  async selectTab(run, page) {
    await page.bringToFront();
  },

  async triggerAction(run, page) {
    const extension = (await run.puppeteer.extensions()).get(run.id);
    if (!extension) throw new Error("the extension is not installed");
    await extension.triggerAction(page);
  },

  async runCommand() {
    throw new Error("Chromium has no way to run an extension's command: see the harness's head");
  },

  async mute(run, page) {
    // What "Mute site" in a tab's menu does: a content setting, which the tab then reports as muted by the user.
    const settings = await run.puppeteer.newPage();
    await settings.goto("chrome://settings/content/sound");
    await settings.evaluate((origin) => /** @type {any} */ (chrome).send("setCategoryPermissionForPattern", [origin, "", "sound", "block", false]), new URL(page.url()).origin);
    await settings.close();
  },

  async sidebar(run) {
    return run.puppeteer.targets().some((target) => target.type() === "page" && isSidebar(run, target.url()));
  },

  async realSidebar(run) {
    const target = await run.puppeteer.waitForTarget((one) => one.type() === "page" && isSidebar(run, one.url()), { timeout: 5_000 });
    return target.asPage();
  },

  async removeExtension(run) {
    await run.puppeteer.uninstallExtension(run.id);
  },

  async collect(run) {
    for (const page of await run.puppeteer.pages()) {
      const session = await page.createCDPSession();
      await session.send("HeapProfiler.collectGarbage");
      await session.detach();
    }
  },

  async enableExtension(run, on) {
    // The extensions page is the only one that may switch an extension that is not its own.
    const page = await run.puppeteer.newPage();
    await page.goto("chrome://extensions/");
    await page.evaluate(
      async (id, enabled) => {
        await /** @type {any} */ (chrome).management.setEnabled(id, enabled);
      },
      run.id,
      on,
    );
    await page.close();
  },

  async saveSession(run, url) {
    // Chromium writes its session file some seconds after a change and tells nobody.
    const folder = join(run.profile, "Default/Sessions");
    await until(`the session on disk has ${url}`, () => {
      const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("Session_")) : [];
      return files.some((name) => readFileSync(join(folder, name)).includes(url));
    });
  },
};

/** @param {import("../harness.mjs").Run} run */
function backgroundTarget(run) {
  return run.puppeteer.targets().find((target) => target.type() === "service_worker" && target.url().startsWith(`${run.origin}/`));
}

/**
 * Puppeteer lets whatever it evaluates in a page count as a gesture of the person. Then merely looking at a page would let the side panel
 * open; here only clicks and keys count.
 * @param {import("puppeteer-core").Browser} browser
 */
async function withoutGestures(browser) {
  const session = await browser.target().createCDPSession();
  const connection = /** @type {any} */ (session.connection());
  const send = connection._rawSend.bind(connection);
  connection._rawSend = (/** @type {any} */ callbacks, /** @type {string} */ method, /** @type {any} */ parameters, /** @type {unknown[]} */ ...rest) =>
    send(callbacks, method, parameters?.userGesture ? { ...parameters, userGesture: false } : parameters, ...rest);
}

/**
 * Nothing can click the prompt of permissions.request. But what a person granted once and took back is given without asking: so that is
 * written down for the hosts the manifest calls optional. The extension has no access until it asks for it.
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} id
 * @param {string[]} hosts
 */
async function acceptPrompts(browser, id, hosts) {
  const page = await browser.newPage();
  await page.goto("chrome://extensions/");
  await page.evaluate(
    async (extension, patterns) => {
      for (const pattern of patterns) await /** @type {any} */ (chrome).developerPrivate.addHostPermission(extension, pattern);
    },
    id,
    hosts,
  );
  await page.close();
}

/**
 * The panel's own document; a sidebar page that the harness opened in a tab is told apart by its query.
 * @param {import("../harness.mjs").Run} run
 * @param {string} url
 */
function isSidebar(run, url) {
  return url.startsWith(`${run.origin}/www/sidebar.html`) && !url.includes("harness");
}

/**
 * @param {string} variable
 * @param {string[]} paths
 */
export function firstOf(variable, paths) {
  const named = process.env[variable];
  const found = named ?? paths.find((path) => existsSync(path));
  if (!found) throw new Error(`no browser found: install one, or name its path in ${variable}`);
  return found;
}
