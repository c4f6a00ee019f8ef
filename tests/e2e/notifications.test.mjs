// The promise: while a conversation is on, a distracting page's notifications are not shown and are listed, the page notices nothing of it, and
// whatever goes wrong with us, its notifications are the browser's own again.
//
// What the browser itself shows is told apart by what no script can do: its events are trusted, and what a service worker's registration has shown
// is listed in a world of our own, where nothing is patched.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { openLine, ready, until } from "./harness.mjs";
import { inWindow } from "./harness/firefox.mjs";
import { browser } from "./scene.mjs";
import { stage } from "./stage.mjs";

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {{ title: string, body: string, tag: string }} Notice */

const { lab, run } = await stage();

const SCRIPTS = [["quiet", "MAIN"], ["notices", "ISOLATED"]];

before(async () => {
  for (const host of /** @type {const} */ (["news", "work"])) await allow(new URL(lab.url(host)).origin);
  await listen();
});

test("a page gets from notifications that are held what it gets from those that are shown: also in a frame that comes meanwhile", async () => {
  const bell = await openBell("news");
  const shown = await answers(bell);
  const call = await openLine(run, lab);
  await begin(call);
  assert.deepEqual(await answers(bell), shown);
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
  assert.deepEqual(await answers(frame), shown);
  await end(call);
});

test("in a conversation a distracting page's own notifications, its worker's and its fresh frames' are not shown, and all are listed", async () => {
  const bell = await openBell("news");
  const call = await openLine(run, lab);
  await begin(call);
  await ring(bell, "of the page", { body: "with a body", tag: "p" });
  await ask(bell, "ringWorker", "of the worker", { body: "again", tag: "w" });
  assert.equal(await ask(bell, "inFreshFrame", "of a frame"), false);
  assert.deepEqual(await heard(bell, "of the page"), ["show by a script"]);
  assert.deepEqual(await onScreen(bell), []);
  await untilListed([
    { title: "of the page", body: "with a body", tag: "p" },
    { title: "of the worker", body: "again", tag: "w" },
    { title: "of a frame", body: "", tag: "" },
  ]);
  await end(call);
});

test("a page that is no distraction shows its own meanwhile", async () => {
  const bell = await openBell("work");
  const call = await openLine(run, lab);
  await begin(call);
  await ring(bell, "a colleague");
  await ask(bell, "ringWorker", "a colleague's worker");
  assert.deepEqual(await heard(bell, "a colleague"), ["show by the browser"]);
  assert.deepEqual(await onScreen(bell), ["a colleague's worker"]);
  await end(call);
  assert.deepEqual(await listed(), []);
});

test("what was held stays held after the conversation, and the page can still close it; what comes then is shown, and held in the next one", async () => {
  const bell = await openBell("news");
  const call = await openLine(run, lab);
  await begin(call);
  await ring(bell, "during");
  await end(call);
  await ring(bell, "after");
  assert.deepEqual([await heard(bell, "during"), await heard(bell, "after")], [["show by a script"], ["show by the browser"]]);
  await close(bell, "during");
  assert.deepEqual(await heard(bell, "during"), ["show by a script", "close by a script"]);
  await begin(call);
  await ring(bell, "the next time");
  assert.deepEqual(await heard(bell, "the next time"), ["show by a script"]);
  await end(call);
  assert.deepEqual((await listed()).map(({ title }) => title), ["during", "the next time"]);
});

test("what a push leaves on the screen is taken away and listed when holding begins", async () => {
  const bell = await openBell("news");
  await ask(bell, "pushed", "of a push");
  assert.deepEqual(await onScreen(bell), ["of a push"]);
  const call = await openLine(run, lab);
  await begin(call);
  await untilListed([{ title: "of a push", body: "", tag: "" }]);
  await until("it is gone", async () => (await onScreen(bell)).length === 0);
  await end(call);
});

test("told to show them, the browser shows those that the page has not closed, and closing one of them takes it from the screen", async () => {
  const bell = await openBell("news");
  const call = await openLine(run, lab);
  await begin(call);
  await ring(bell, "closed before");
  await close(bell, "closed before");
  await ring(bell, "waits");
  await ask(bell, "ringWorker", "the worker's waits", { tag: "w" });
  await untilListed(["closed before", "waits", "the worker's waits"].map((title) => ({ title, body: "", tag: title.startsWith("the") ? "w" : "" })));
  await tell("show");
  await until("the worker's is on the screen", async () => (await onScreen(bell)).join() === "the worker's waits");
  await close(bell, "waits");
  assert.deepEqual(await heard(bell, "closed before"), ["show by a script", "close by a script"]);
  await end(call);
});

test("long texts are cut, and a page that issues two hundred at once is listed with fifty at most", async () => {
  const bell = await openBell("news");
  const call = await openLine(run, lab);
  await begin(call);
  await ring(bell, "t".repeat(1000), { body: "b".repeat(1000), tag: "g".repeat(1000) });
  await until("it is listed", async () => (await listed()).length === 1);
  assert.deepEqual((await listed()).map(({ title, body, tag }) => [title.length, body.length, tag.length]), [[200, 500, 100]]);
  await bell.evaluate(() => {
    for (let at = 0; at < 200; at += 1) new Notification(`flood ${at}`);
  });
  await ring(bell, "the last one");
  await until("the flood is over", async () => (await listed()).length > 50);
  assert.ok((await listed()).length <= 1 + 51, "what waits to be said is bounded");
  assert.deepEqual(await heard(bell, "the last one"), ["show by a script"]);
  await end(call);
});

test("the worker dies: what is held next is held and listed all the same", async () => {
  const bell = await openBell("news");
  const call = await openLine(run, lab);
  await begin(call);
  assert.equal(await run.killBackground(), true);
  await ring(bell, "of a dead worker's time");
  assert.deepEqual(await heard(bell, "of a dead worker's time"), ["show by a script"]);
  await untilListed([{ title: "of a dead worker's time", body: "", tag: "" }]);
  await end(call);
});

test("where no conversation is on and we hold by mistake, the first one that is held ends it, and is shown", async () => {
  const bell = await openBell("news");
  await hold();
  await ask(bell, "ringWorker", "by mistake");
  await until("it is shown after all", async () => (await onScreen(bell)).join() === "by mistake");
  await ring(bell, "and from then on");
  assert.deepEqual(await heard(bell, "and from then on"), ["show by the browser"]);
  await drop();
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
  const call = await openLine(run, lab);
  await begin(call);
  await ring(bell, "wrapped", { body: "b", tag: "t" });
  assert.deepEqual(await heard(bell, "wrapped"), ["show by a script"]);
  assert.equal(await bell.evaluate(() => /** @type {any} */ (new Notification("wrapped", { tag: "t" })).loud), "wrapped!");
  await bell.evaluate(() => {
    document.open();
    document.close();
  });
  await ring(bell, "anew");
  assert.deepEqual(await heard(bell, "anew"), ["show by a script"]);
  await untilListed([{ title: "wrapped", body: "b", tag: "t" }, { title: "wrapped", body: "", tag: "t" }, { title: "anew", body: "", tag: "" }]);
  await end(call);
});

test("a page that lets nothing be put in place of its own is left alone", async () => {
  const bell = await openBell("news");
  await bell.evaluate(() => void Object.freeze(Notification.prototype));
  const call = await openLine(run, lab);
  await begin(call);
  await ring(bell, "frozen");
  assert.deepEqual(await heard(bell, "frozen"), ["show by the browser"]);
  await end(call);
});

test("the extension is switched off in the midst of it: from then on everything is the browser's own", async () => {
  const bell = await openBell("news");
  const call = await openLine(run, lab);
  await begin(call);
  await ring(bell, "held");
  await run.disableExtension();
  await until("one is shown again", async () => {
    await ring(bell, "free");
    return (await heard(bell, "free")).join() === "show by the browser";
  });
  await close(bell, "held");
  assert.deepEqual(await heard(bell, "held"), ["show by a script", "close by a script"]);
  await run.enableExtension();
  await listen();
});

// --- The conversation -----------------------------------------------------------------------------------------------------------------------

/** @param {import("./harness.mjs").Call} call */
async function begin(call) {
  await call.begin();
  await run.untilPhase("active");
  await hold();
}

/** @param {import("./harness.mjs").Call} call */
async function end(call) {
  await call.hangUp("agent");
  await run.untilPhase("idle");
  await drop();
}

/** As the background does at "active": for pages and frames to come, and in those that are open. */
async function hold() {
  await run.ext.eval(async (scripts, matches) => {
    const { registerContentScripts, executeScript } = /** @type {any} */ (chrome.scripting);
    const always = { matches, runAt: "document_start", allFrames: true, matchOriginAsFallback: true, persistAcrossSessions: false };
    await registerContentScripts(scripts.map(([id, world]) => ({ ...always, id, world, js: [`/${id}.js`] })));
    for (const { id } of await chrome.tabs.query({ url: matches })) {
      for (const [name, world] of scripts) await executeScript({ target: { tabId: id, allFrames: true }, files: [`/${name}.js`], world, injectImmediately: true });
    }
  }, SCRIPTS, ["http://news.localhost/*"]);
}

/** As it does at the end. */
async function drop() {
  await run.ext.eval(async (ids) => {
    for (const id of ids) await chrome.scripting.unregisterContentScripts({ ids: [id] }).catch(() => {});
  }, SCRIPTS.map(([id]) => String(id)));
  await tell("release");
}

/** @param {"release" | "show"} what */
async function tell(what) {
  await run.ext.eval(async (notices, url) => {
    const tabs = await chrome.tabs.query({ url });
    // To every frame, which is what no `frameId` means.
    await Promise.allSettled(tabs.map(({ id }) => /** @type {any} */ (chrome.tabs).sendMessage(id, { notices })));
  }, what, "http://news.localhost/*");
}

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
async function listed() {
  return run.ext.eval(() => /** @type {any} */ (globalThis).notices);
}

/** @param {Notice[]} wanted */
async function untilListed(wanted) {
  await until(`${wanted.length} are listed`, async () => (await listed()).length >= wanted.length);
  assert.deepEqual(await listed(), wanted);
}

// --- Pages ----------------------------------------------------------------------------------------------------------------------------------

/** A page that issues notifications, with none on the screen and none listed. @param {"news" | "work"} host */
async function openBell(host) {
  const page = await run.openPage(lab.url(host, "/bell"));
  await ready(page);
  await onScreen(page, "clear");
  await until("nothing is on the screen", async () => (await onScreen(page)).length === 0);
  await run.ext.eval(() => void (/** @type {any} */ (globalThis).notices.length = 0));
  return page;
}

/** One of the page's own words (../lab/pages/bell.js). @param {Page | import("puppeteer-core").Frame} page @param {string} word @param {unknown[]} args */
async function ask(page, word, ...args) {
  return page.evaluate((name, given) => /** @type {any} */ (window).bell[name](...given), word, args);
}

/** @param {Page | import("puppeteer-core").Frame} page */
const answers = (page) => ask(page, "answers");

/** @param {Page} page @param {string} title @param {NotificationOptions} [options] */
const ring = (page, title, options = {}) => ask(page, "ring", title, options);

/** @param {Page} page @param {string} title */
const close = (page, title) => ask(page, "close", title);

/** What the page heard of one: "show by the browser", or "by a script". @param {Page} page @param {string} title @returns {Promise<string[]>} */
async function heard(page, title) {
  const all = await ask(page, "heard", title);
  return all.map((/** @type {{ type: string, trusted: boolean }} */ one) => `${one.type} by ${one.trusted ? "the browser" : "a script"}`);
}

/** The titles of what the browser itself has shown for the site's worker; and takes them away, if asked to. @param {Page} page @param {"clear"} [clear] @returns {Promise<string[]>} */
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
