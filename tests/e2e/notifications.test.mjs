// The promise: while a conversation is on, a distracting page's notifications are not shown, and are listed afterwards; the page notices nothing of
// it; and whatever goes wrong with us, its notifications are the browser's own again.
//
// What the browser itself shows is told apart by what no script can do: its events are trusted, and what a service worker's registration has shown
// is listed in a world of our own, where nothing is patched.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { openLine, ready, until } from "./harness.mjs";
import { inWindow } from "./harness/firefox.mjs";
import { browser } from "./scene.mjs";
import { stage } from "./stage.mjs";

/** @typedef {import("puppeteer-core").Page | import("puppeteer-core").Frame} Page */
/** @typedef {import("./harness.mjs").Call} Call */
/** @typedef {{ title: string, body: string, tag: string }} Notice */

const { lab, run } = await stage();

before(async () => {
  for (const host of /** @type {const} */ (["news", "work", "phone"])) await allow(new URL(lab.url(host)).origin);
  await listen();
});

test("in a conversation a distracting page's own notifications, its worker's and its new frames' are not shown, but listed after it", async () => {
  const bell = await openBell("news");
  const call = await begin(bell);
  await ring(bell, "of the page", { body: "with a body", tag: "p" });
  await ask(bell, "ringWorker", "of the worker", { body: "again", tag: "w" });
  assert.equal(await ask(bell, "inFreshFrame", "of a frame"), false);
  await ask(bell, "inLoadingFrame", "of a frame to be");
  assert.deepEqual(await heard(bell, "of the page"), ["show by a script"]);
  assert.deepEqual(await onScreen(bell), []);
  await untilReported([
    { title: "of the page", body: "with a body", tag: "p" },
    { title: "of the worker", body: "again", tag: "w" },
    { title: "of a frame", body: "", tag: "" },
    { title: "of a frame to be", body: "", tag: "" },
  ]);
  await end(call);
  assert.deepEqual(byTitle(await digest("news")), [
    { title: "of a frame", body: "" },
    { title: "of a frame to be", body: "" },
    { title: "of the page", body: "with a body" },
    { title: "of the worker", body: "again" },
  ]);
});

test("a page gets from notifications that are held what it gets from those that are shown: also in a frame that comes meanwhile", async () => {
  const bell = await openBell("news");
  const shown = await ask(bell, "answers");
  const call = await begin(bell);
  assert.deepEqual(await ask(bell, "answers"), shown);
  await bell.evaluate(() => {
    const frame = document.createElement("iframe");
    frame.src = location.href;
    document.body.append(frame);
  });
  const frame = await until("the frame is ready", async () => {
    const [inner] = bell.mainFrame().childFrames();
    return (await inner?.evaluate(() => document.documentElement.dataset.ready)) && inner;
  });
  assert.ok(frame);
  assert.equal(await isHeld(frame), true);
  assert.deepEqual(await ask(frame, "answers"), shown);
  assert.deepEqual(await onScreen(bell), []);
  await end(call);
});

test("a page that is no distraction shows its own meanwhile", async () => {
  const [bell, colleague] = [await openBell("news"), await openBell("work")];
  const call = await begin(bell);
  await ring(colleague, "a colleague");
  await ask(colleague, "ringWorker", "a colleague's worker");
  assert.deepEqual(await heard(colleague, "a colleague"), ["show by the browser"]);
  assert.deepEqual(await onScreen(colleague), ["a colleague's worker"]);
  await end(call);
  assert.deepEqual([await reported(), await digest("work")], [[], []]);
});

test("where all sites are chosen, those of any site are held, but never a tool's own; where none are, none", async () => {
  await run.saveSettings({ notifications: "all-sites" });
  const [colleague, tool] = [await openBell("work"), await openBell("phone")];
  const call = await begin(colleague);
  await ring(colleague, "a colleague");
  await ring(tool, "a customer");
  assert.deepEqual([await heard(colleague, "a colleague"), await heard(tool, "a customer")], [["show by a script"], ["show by the browser"]]);
  await untilReported([{ title: "a colleague", body: "", tag: "" }]);
  await end(call);
  assert.deepEqual(await digest("work"), [{ title: "a colleague", body: "" }]);

  await run.saveSettings({ notifications: "off" });
  const bell = await openBell("news");
  await call.begin();
  await run.untilCovered(bell);
  await ring(bell, "not our business");
  assert.deepEqual(await heard(bell, "not our business"), ["show by the browser"]);
  await call.hangUp("agent");
  await run.untilPhase("idle");
  await run.saveSettings({ notifications: "held-sites" });
});

test("what was held stays held after the conversation, and the page can still close it; what comes then is shown, and held in the next one", async () => {
  const bell = await openBell("news");
  const call = await begin(bell);
  await ring(bell, "during");
  await end(call);
  await untilFree(bell);
  await ring(bell, "after");
  assert.deepEqual([await heard(bell, "during"), await heard(bell, "after")], [["show by a script"], ["show by the browser"]]);
  await close(bell, "during");
  assert.deepEqual(await heard(bell, "during"), ["show by a script", "close by a script"]);
  await call.begin();
  await untilHeld(bell);
  await ring(bell, "the next time");
  assert.deepEqual(await heard(bell, "the next time"), ["show by a script"]);
  await until("it is reported", async () => (await reported()).length === 2);
  await end(call);
  assert.deepEqual(await digest("news"), [{ title: "the next time", body: "" }]);
});

test("where they shall be shown as well, the browser shows those that the page has not closed; closed then, they go from the screen", async () => {
  await run.saveSettings({ heldNotifications: "show" });
  const bell = await openBell("news");
  const call = await begin(bell);
  await ring(bell, "closed before");
  await close(bell, "closed before");
  await ring(bell, "waits");
  await ask(bell, "ringWorker", "the worker's waits", { tag: "w" });
  await until("all are reported", async () => (await reported()).length === 3);
  await end(call);
  await until("the worker's is on the screen", async () => (await onScreen(bell)).join() === "the worker's waits");
  await close(bell, "waits");
  assert.deepEqual(await heard(bell, "closed before"), ["show by a script", "close by a script"]);
  assert.deepEqual((await digest("news")).map(({ title }) => title), ["closed before", "waits", "the worker's waits"]);
  await run.saveSettings({ heldNotifications: "list" });
});

test("what a push has left on the screen is taken away and listed when holding begins", async () => {
  const bell = await openBell("news");
  await ask(bell, "pushed", "of a push");
  assert.deepEqual(await onScreen(bell), ["of a push"]);
  const call = await begin(bell);
  await untilReported([{ title: "of a push", body: "", tag: "" }]);
  await until("it is gone", async () => (await onScreen(bell)).length === 0);
  await end(call);
  assert.deepEqual(await digest("news"), [{ title: "of a push", body: "" }]);
});

test("long texts are cut, and of a page that issues two hundred at once no more than fifty wait to be reported", async () => {
  const bell = await openBell("news");
  const call = await begin(bell);
  await ring(bell, "t".repeat(1000), { body: "b".repeat(1000), tag: "g".repeat(1000) });
  await until("it is reported", async () => (await reported()).length === 1);
  assert.deepEqual((await reported()).map(({ title, body, tag }) => [title.length, body.length, tag.length]), [[200, 500, 100]]);
  await bell.evaluate(() => {
    for (let at = 0; at < 200; at += 1) new Notification(`flood ${at}`);
  });
  // One less where the page has not heard yet that the long one is listed: it waits with them.
  await until("what waits of the flood is reported", async () => (await reported()).length >= 50);
  await ring(bell, "the last one");
  assert.deepEqual(await heard(bell, "the last one"), ["show by a script"]);
  await until("it is reported", async () => (await reported()).at(-1)?.title === "the last one");
  assert.ok([51, 52].includes((await reported()).length));
  await end(call);
});

test("the worker dies: what comes next is held and listed all the same", async () => {
  const bell = await openBell("news");
  const call = await begin(bell);
  assert.equal(await run.killBackground(), true);
  await ring(bell, "of a dead worker's time");
  assert.deepEqual(await heard(bell, "of a dead worker's time"), ["show by a script"]);
  await untilReported([{ title: "of a dead worker's time", body: "", tag: "" }]);
  await end(call);
  assert.deepEqual(await digest("news"), [{ title: "of a dead worker's time", body: "" }]);
});

test("where we hold by mistake, as no conversation is on, the first one that is held ends it, and is shown", async () => {
  const bell = await openBell("news");
  await holdByMistake(bell);
  await ask(bell, "ringWorker", "by mistake");
  await until("it is shown after all", async () => (await onScreen(bell)).join() === "by mistake");
  await ring(bell, "and from then on");
  assert.deepEqual(await heard(bell, "and from then on"), ["show by the browser"]);
});

test("a page that has a class of its own in place of the browser's, or writes itself anew, is held as well", async () => {
  const bell = await openBell("news");
  await bell.evaluate(() => {
    // As wrappers of such pages do, with copies of the options.
    window.Notification = class extends Notification {
      /** @param {string} title @param {NotificationOptions} [options] */
      constructor(title, options) {
        super(title, { ...options });
      }
      get loud() {
        return `${this.title}!`;
      }
    };
  });
  const call = await begin(bell);
  await ring(bell, "wrapped", { body: "b", tag: "t" });
  assert.deepEqual(await heard(bell, "wrapped"), ["show by a script"]);
  assert.equal(await bell.evaluate(() => /** @type {any} */ (new Notification("wrapped", { tag: "t" })).loud), "wrapped!");
  await bell.evaluate(() => {
    document.open();
    document.close();
  });
  await ring(bell, "anew");
  assert.deepEqual(await heard(bell, "anew"), ["show by a script"]);
  await untilReported([{ title: "wrapped", body: "b", tag: "t" }, { title: "wrapped", body: "", tag: "t" }, { title: "anew", body: "", tag: "" }]);
  await end(call);
});

test("a page that lets nothing be put in place of its own is left alone", async () => {
  const bell = await openBell("news");
  await bell.evaluate(() => void Object.freeze(Notification.prototype));
  const call = await begin(bell);
  await ring(bell, "frozen");
  assert.deepEqual(await heard(bell, "frozen"), ["show by the browser"]);
  await end(call);
});

test("the extension is switched off in the midst of it: from then on everything is the browser's own", async () => {
  const bell = await openBell("news");
  await begin(bell);
  await ring(bell, "held");
  await run.disableExtension();
  await untilFree(bell);
  await ring(bell, "free");
  assert.deepEqual(await heard(bell, "free"), ["show by the browser"]);
  await close(bell, "held");
  assert.deepEqual(await heard(bell, "held"), ["show by a script", "close by a script"]);
  await run.enableExtension();
  await listen();
  // As after an update: what the old one left in the page does not keep the new one from its work.
  await run.untilPhase("active");
  await untilHeld(bell);
});

// --- The conversation -----------------------------------------------------------------------------------------------------------------------

/** A call, and this page's notifications are held. @param {import("puppeteer-core").Page} bell */
async function begin(bell) {
  const call = await openLine(run, lab);
  await call.begin();
  await untilHeld(bell);
  return call;
}

/** Puts the scripts into a page although nobody is to hold it. @param {import("puppeteer-core").Page} page */
async function holdByMistake(page) {
  const { id } = await run.tab(page.url());
  await run.ext.eval(async (tabId) => {
    const { executeScript } = /** @type {any} */ (chrome.scripting);
    for (const [file, world] of [["/notices.js", "ISOLATED"], ["/quiet.js", "MAIN"]]) await executeScript({ target: { tabId }, files: [file], world });
  }, id);
  assert.equal(await isHeld(page), true);
}

/** @param {Call} call */
async function end(call) {
  await call.hangUp("agent");
  await run.untilPhase("idle");
  await until("no scripts for pages to come are left", () =>
    run.ext.eval(async () => (await chrome.scripting.getRegisteredContentScripts({ ids: ["quiet", "notices"] })).length === 0),
  );
}

/** Whether a notification that comes now would be held: what quiet.js asks, and whether it is there to ask. @param {Page} page */
async function isHeld(page) {
  return page.evaluate(() => Symbol.for("undivided.quiet") in window && !document.dispatchEvent(new CustomEvent("undivided:hold", { cancelable: true })));
}

/** @param {Page} page */
const untilHeld = (page) => until("it is held", () => isHeld(page));

/** @param {Page} page */
const untilFree = (page) => until("it is free", async () => !(await isHeld(page)));

/** Hears what pages report, beside the background. */
async function listen() {
  await run.ext.eval(() => {
    /** @type {unknown[]} */
    const notices = [];
    Object.assign(globalThis, { notices });
    chrome.runtime.onMessage.addListener(({ body }) => void (body?.notice && notices.push(body.notice)));
  });
}

/** What was reported since the last time that a bell was opened. @returns {Promise<Notice[]>} */
async function reported() {
  return run.ext.eval(() => /** @type {any} */ (globalThis).notices);
}

/** @param {Notice[]} wanted */
async function untilReported(wanted) {
  await until(`${wanted.length} are reported`, async () => (await reported()).length >= wanted.length);
  assert.deepEqual(byTitle(await reported()), byTitle(wanted));
}

/** Each frame reports in its own time. @template {{ title: string }} T @param {T[]} notices */
const byTitle = (notices) => notices.toSorted((one, other) => one.title.localeCompare(other.title));

/** What is kept for the agent of one site's. @param {"news" | "work"} host @returns {Promise<{ title: string, body: string }[]>} */
async function digest(host) {
  const { digest = [] } = await run.ext.eval(() => chrome.storage.session.get("digest"));
  return digest.find((/** @type {any} */ one) => one.site.startsWith(`${host}.`))?.notices ?? [];
}

// --- Pages ----------------------------------------------------------------------------------------------------------------------------------

/** A page that issues notifications, with none on the screen and none reported. @param {"news" | "work" | "phone"} host */
async function openBell(host) {
  const page = await run.openPage(lab.url(host, "/bell"));
  await ready(page);
  await onScreen(page, "clear");
  await until("nothing is on the screen", async () => (await onScreen(page)).length === 0);
  await run.ext.eval(() => void (/** @type {any} */ (globalThis).notices.length = 0));
  return page;
}

/** One of the page's own words (../lab/pages/bell.js). @param {Page} page @param {string} word @param {unknown[]} args */
async function ask(page, word, ...args) {
  return page.evaluate((name, given) => /** @type {any} */ (window).bell[name](...given), word, args);
}

/** @param {Page} page @param {string} title @param {NotificationOptions} [options] */
const ring = (page, title, options = {}) => ask(page, "ring", title, options);

/** @param {Page} page @param {string} title */
const close = (page, title) => ask(page, "close", title);

/** What the page heard of one: "show by the browser", or "by a script". @param {Page} page @param {string} title @returns {Promise<string[]>} */
async function heard(page, title) {
  const all = await ask(page, "heard", title);
  return all.map((/** @type {{ type: string, trusted: boolean }} */ one) => `${one.type} by ${one.trusted ? "the browser" : "a script"}`);
}

/**
 * The titles of what the browser itself has shown for the site's worker; takes them away, if asked to.
 * @param {import("puppeteer-core").Page} page
 * @param {"clear"} [clear]
 * @returns {Promise<string[]>}
 */
async function onScreen(page, clear) {
  const { id } = await run.tab(page.url());
  return run.ext.eval(async (tabId, away) => {
    const list = async (/** @type {boolean} */ away) => {
      const [registration] = await navigator.serviceWorker.getRegistrations();
      const all = (await registration?.getNotifications()) ?? [];
      if (away) for (const one of all) one.close();
      return all.map(({ title }) => title);
    };
    return (await /** @type {any} */ (chrome.scripting).executeScript({ target: { tabId }, func: list, args: [away] }))[0].result;
  }, id, clear === "clear");
}

/** Lets a site show notifications, as a person did who once clicked "Allow". @param {string} origin */
async function allow(origin) {
  if (browser === "chromium") await run.puppeteer.defaultBrowserContext().overridePermissions(origin, ["notifications"]);
  else {
    await inWindow(run, `Services.perms.addFromPrincipal(Services.scriptSecurityManager.createContentPrincipalFromOrigin(${JSON.stringify(origin)}),
      "desktop-notification", Services.perms.ALLOW_ACTION); return true;`);
  }
}
