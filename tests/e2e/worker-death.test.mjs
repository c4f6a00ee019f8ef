// The background may die at any moment: browsers end it after half a minute of rest, and whenever they like. A call must not notice.
// Needs the bundle with faults: it can be told to stop right after a save, and to panic.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { maria } from "../lab/server.mjs";
import { openLine, say, until, within } from "./harness.mjs";
import { patience } from "./harness/wait.mjs";
import { browser, grips, Scene, untilNoGrips } from "./scene.mjs";
import { coverSeen, watchForCover } from "./watch.mjs";

/** @type {Scene} */
let scene;

before(async () => {
  scene = await Scene.open();
});

afterEach(async (context) => {
  // What a failed test left behind must not fail the next one.
  if (/** @type {import("node:test").TestContext} */ (context).passed) return;
  await scene.close();
  scene = await Scene.open();
});

after(() => scene?.close());

test("the worker dies while it rings: the card keeps the name, the answer holds, the end releases", async () => {
  const { run, call, news } = scene;
  await call.ring();
  await run.untilView((view) => view.sidebar?.customer.name === maria.name);
  await die();
  const sidebar = await run.sidebarPage();
  assert.equal(await textOf(sidebar, "customer-name"), maria.name, "drawn without a worker");
  await sidebar.close();
  assert.equal((await run.coverOf(news)).cover, false, "ringing holds nothing");

  await call.answer();
  await scene.untilHeld();
  await call.hangUp("customer");
  await scene.untilReleased();
});

test("the worker dies during the call: all stays held, once, a new visit is stopped meanwhile, and the end releases all", async () => {
  const { run, call, lab } = scene;
  await call.begin();
  await scene.untilHeld();
  const rules = await run.sessionRules();
  const { sidebar } = await run.view();
  await die();
  await scene.untilHeld();
  assert.deepEqual(await run.sessionRules(), rules);

  const work = await run.openPage(lab.url("work"));
  const visits = lab.hits("GET video /");
  await run.head(work, lab.url("video"));
  await run.untilAt(work, run.blockedUrl(lab.url("video")));
  await run.untilView((view) => view.sidebar?.heldTabs === 2);
  assert.equal(lab.hits("GET video /"), visits, "the site was not asked for anything");
  assert.equal((await run.view()).sidebar.since, sidebar.since, "it is the same conversation");
  assert.equal(await news().evaluate(() => document.querySelectorAll("undivided-cover").length), 1, "covered once");

  await die();
  await call.hangUp("agent");
  await run.untilAt(work, lab.url("video"));
  await work.close();
  await scene.untilReleased();
});

test("the worker dies on hold, and again after it: the call goes on, and its end releases all", async () => {
  const { run, call } = scene;
  await call.begin();
  await scene.untilHeld();
  await call.hold();
  await run.untilPhase("hold");
  await die();
  await scene.untilHeld();
  await call.resume();
  await run.untilPhase("active");
  await die();
  await call.hangUp("customer");
  await scene.untilReleased();
});

test("the phone's page is closed while the worker is dead: all is released", async () => {
  const { run, call, lab } = scene;
  await call.begin();
  await scene.untilHeld();
  await die();
  await call.phone.close();
  // Nobody said that it is over, so it might come back: five seconds are left for that.
  await run.untilPhase("wrapUp");
  await scene.untilReleased();
  await call.customer.close();
  scene.call = await openLine(run, lab);
});

test("the worker dies while the agent wraps up: the time after the call ends all the same", async () => {
  const { run, call } = scene;
  await run.saveSettings({ wrapUpSeconds: 2 });
  await call.begin();
  await scene.untilHeld();
  await call.hangUp("agent");
  await run.untilPhase("wrapUp");
  await die();
  await scene.untilReleased();
  await run.saveSettings({ wrapUpSeconds: 0 });
});

// A tool that only says how its conversation stands, without a call of its own: then every save is known. Those of the hold: the state that
// wants things held, the list of tabs, and what came of each grip.
for (const save of [1, 2, 3, 4, 5, 6]) {
  test(`the worker dies between saving and acting, at save ${save} of the hold: nothing is lost or doubled`, async () => {
    const { run } = scene;
    const tool = await ringing();
    const stalled = await stall(save);
    await tool.say("active");
    await stalled();
    await die();
    await nudge();
    await scene.untilHeld();
    await run.untilPhase("active");
    await tool.say("ended");
    await scene.untilReleased();
  });
}

test("the worker dies half-way into the hold, and the call is over when it is back: all is released", async () => {
  const tool = await ringing();
  const stalled = await stall(4);
  await tool.say("active");
  await stalled();
  await die();
  await tool.say("ended");
  await scene.untilReleased();
});

test("the worker dies with the call's end in its hand, not yet saved: the next one hears of it, and all is released", async () => {
  const { run } = scene;
  const tool = await ringing();
  await tool.say("active");
  await scene.untilHeld();
  const stalled = await stall(1);
  await tool.say("hold");
  await stalled();
  await tool.say("ended");
  await die();
  await run.untilPhase("idle");
  await scene.untilReleased();
});

for (const save of [1, 2, 3, 4]) {
  test(`the worker dies between saving and acting, at save ${save} of the release: everything is given back`, async () => {
    const { run } = scene;
    const tool = await ringing();
    await tool.say("active");
    await scene.untilHeld();
    const stalled = await stall(save);
    await tool.say("ended");
    await stalled();
    await die();
    await nudge();
    await scene.untilReleased();
    // Firefox offers the card in a popup that closes by itself.
    if (browser === "chromium") await until("the offer is taken back", async () => (await run.notificationsShown()).length === 0);
  });
}

test("the core panics in a call: all is released, it starts anew, holds again, and the sidebar says so", async () => {
  const { run, call } = scene;
  await call.begin();
  await scene.untilHeld();
  const { sidebar } = await run.view();
  const freed = await watchCover();
  await panic();
  await freed();
  await run.untilView((view) => view.sidebar?.trouble === "restarted");
  await scene.untilHeld();
  const now = (await run.view()).sidebar;
  assert.deepEqual([now.customer.name, now.phase, now.since], [maria.name, "active", sidebar.since]);
  const page = await run.sidebarPage();
  assert.match(await textOf(page, "trouble"), /\w/);
  await page.close();
  await call.hangUp("agent");
  await scene.untilReleased();
});

test("a panic in the next call is the first one of that call, and a second one releases until the call after it", async () => {
  const { run, call, news } = scene;
  await call.begin();
  await scene.untilHeld();
  await panic();
  await run.untilView((view) => view.sidebar?.trouble === "restarted");
  await scene.untilHeld();

  await panic();
  await run.untilView((view) => view.sidebar?.trouble === "released" && view.sidebar.phase === "active");
  await run.untilUncovered(news);
  const page = await run.sidebarPage();
  assert.match(await textOf(page, "trouble"), /\w/);
  await page.close();
  // Not even what the call goes on to say brings it back.
  await call.hold();
  await run.untilPhase("hold");
  await call.resume();
  await run.untilPhase("active");
  assert.deepEqual(await run.coverOf(news), { cover: false, hidden: false });
  assert.deepEqual((await grips(run)).muted, []);
  await call.hangUp("customer");
  await scene.untilReleased();

  await call.begin();
  await scene.untilHeld();
  assert.equal((await run.view()).sidebar.trouble, null, "the next conversation knows nothing of it");
  await call.hangUp("customer");
  await scene.untilReleased();
});

test("a third panic in one call: nothing is held any more, whatever is said, until the tools have been silent", async (t) => {
  await scene.close();
  scene = await Scene.open();
  t.after(async () => {
    await scene.close();
    scene = await Scene.open();
  });
  const { run, call, news, lab } = scene;
  await watchForCover(news);
  await call.begin();
  await scene.untilHeld();
  for (const trouble of ["restarted", "released"]) {
    await panic();
    await run.untilView((view) => view.sidebar?.trouble === trouble && view.sidebar.phase === "active");
  }
  await run.untilUncovered(news);
  await news.evaluate(() => (/** @type {any} */ (window).coverSeen = false));
  await panic();
  await until("it rests", () => run.ext.eval(async () => typeof (await chrome.storage.session.get("resting")).resting === "number"));
  await untilNoGrips(run);
  await call.hold();
  await call.resume();
  await call.hangUp("agent");
  // Answered, so taken in: and nothing came of it.
  await nudge();
  assert.equal(await coverSeen(news), false);
  await untilNoGrips(run);

  // More than a minute later; the worker has died long since.
  await die();
  await run.ext.eval(async () => chrome.storage.session.set({ resting: Date.now() - 80_000 }));
  const again = await openLine(run, lab, { phone: "/?line=second", customer: "/?line=second" });
  await again.begin();
  await run.untilCovered(news);
  await again.hangUp("customer");
  await run.untilUncovered(news);
});

test("a page that hangs in a dialog keeps nobody waiting: after a panic the rest is held again, and released", async () => {
  const { run, call, lab } = scene;
  const video = await run.openPage(lab.url("video"));
  const dialog = new Promise((resolve) => video.once("dialog", resolve));
  await call.begin();
  await run.untilView((view) => view.sidebar?.heldTabs === 2);
  await video.evaluate(() => void setTimeout(() => alert("Are you still watching?")));
  const shown = /** @type {import("puppeteer-core").Dialog} */ (await within(dialog, patience, "the dialog"));
  await panic();
  await run.untilView((view) => view.sidebar?.trouble === "restarted" && view.sidebar.phase === "active");
  await run.untilCovered(news());
  await call.hangUp("customer");
  await run.untilUncovered(news());
  await run.untilPhase("idle");
  await shown.accept();
  await run.untilUncovered(video);
  await video.close();
  await scene.untilReleased();
});

/** Lets a tool without media of its own say that it rings. */
async function ringing() {
  const { run, call } = scene;
  const conversation = crypto.randomUUID();
  const tool = {
    /** @param {"ringing" | "active" | "hold" | "ended"} phase */
    say: (phase) => say(call.phone, { phase, conversation, customer: { name: maria.name } }),
  };
  await tool.say("ringing");
  await run.untilPhase("ringing");
  await until("the tool's tab is kept", async () => (await grips(run)).kept.length === 1);
  return tool;
}

function news() {
  return scene.news;
}

/** Kills the worker. Where a message was in its hand, the next one may be there already. */
async function die() {
  assert.equal(await scene.run.killBackground(), true, "it was alive");
}

/** Anything that happens to the extension wakes the background; here a message that says nothing. */
async function nudge() {
  await scene.run.ext.eval(() => chrome.runtime.sendMessage({}));
}

/**
 * From now on, the background's n-th save is the last thing it does.
 * @param {number} save
 * @returns {Promise<() => Promise<unknown>>} resolves when that save is there
 */
async function stall(save) {
  const { ext } = scene.run;
  await ext.eval(async (count) => {
    const page = /** @type {any} */ (globalThis);
    let left = count;
    page.stalled = new Promise((resolve) => {
      const seen = (/** @type {any} */ changes) => {
        if (!changes.state || (left -= 1) > 0) return;
        /** @type {any} */ (chrome).storage.session.onChanged.removeListener(seen);
        resolve(true);
      };
      /** @type {any} */ (chrome).storage.session.onChanged.addListener(seen);
    });
    await chrome.runtime.sendMessage({ fault: { stall: count } });
  }, save);
  return () => within(ext.eval(() => /** @type {any} */ (globalThis).stalled), patience, `save ${save}`);
}

async function panic() {
  await scene.run.ext.eval(() => chrome.runtime.sendMessage({ fault: "panic" }));
}

/** @returns {Promise<() => Promise<unknown>>} resolves when the news page has been without its cover, however shortly */
async function watchCover() {
  await news().evaluate(() => {
    const page = /** @type {any} */ (globalThis);
    page.freed = new Promise((resolve) => {
      new MutationObserver((_, observer) => {
        if (document.querySelector("undivided-cover")) return;
        observer.disconnect();
        resolve(true);
      }).observe(document.documentElement, { childList: true });
    });
  });
  return () => within(news().evaluate(() => /** @type {any} */ (globalThis).freed), patience, "the page is free for a moment");
}

/**
 * @param {import("puppeteer-core").Page} page one of ours
 * @param {string} part
 */
async function textOf(page, part) {
  return until(`${part} is drawn`, () =>
    page.evaluate((name) => {
      const element = /** @type {HTMLElement | null} */ (document.querySelector(`[data-part=${name}]`));
      return element?.getClientRects().length ? element.innerText.trim() : "";
    }, part),
  );
}
