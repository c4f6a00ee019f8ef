// What the agent was in the middle of is there after the call, as it was: the first promise, because a tool that loses somebody's work
// once is removed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openLine, until } from "./harness.mjs";
import { browser, draft } from "./scene.mjs";
import { stage } from "./stage.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

// Chromium's older way of discarding puts a new, empty tab in the place of the old one, and loads it as soon as a debugger attaches, as ours does.
const { lab, run } = await stage(undefined, { args: browser === "chromium" ? ["--enable-features=WebContentsDiscard"] : [] });
const bounds = { width: 900, height: 420 };

test("typed text, the document itself, its place on the page and its sound are as before the call", async () => {
  const news = await run.openPage(lab.url("news"));
  await news.setViewport(bounds);
  await run.click(news, "#draft");
  await news.keyboard.type(draft);
  await news.evaluate(() => scrollTo(0, 150));
  await until("the news sound", async () => (await sound(news)).playing);
  const before = await state(news);
  assert.equal(before.draft, draft);
  assert.equal(before.scroll, 150, "the page is longer than its window");
  assert.equal(before.muted, false);

  const call = await openLine(run, lab);
  await call.begin();
  await run.untilCovered(news);
  await until("the tab is muted", () => run.muted(lab.url("news")));
  await until("what played is paused", async () => !(await sound(news)).playing);
  const { at } = await sound(news);
  await call.hangUp("customer");

  await run.untilUncovered(news);
  await until("the tab may sound", async () => !(await run.muted(lab.url("news"))));
  await until("it plays on from where it was", async () => {
    const now = await sound(news);
    return now.playing && now.at > at;
  });
  assert.deepEqual(await state(news), before);
  assert.equal(lab.hits("GET news /"), 1, "nothing was loaded again");
});

test("what was paused before the call stays paused after it", async () => {
  const news = await run.openPage(lab.url("news", "/?silent"));
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilCovered(news);
  await call.hangUp("agent");
  await run.untilUncovered(news);
  await until("the tab may sound", async () => !(await run.muted(lab.url("news"))));
  assert.deepEqual(await sound(news), { playing: false, at: 0 });
});

test("keys reach nothing of a covered page, and its draft has the focus again after the call", async () => {
  const news = await run.openPage(lab.url("news", "/?silent"));
  await run.click(news, "#draft");
  await news.keyboard.type(draft);
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilCovered(news);
  await news.bringToFront();
  await news.evaluate(async () => {
    // A page in front again gets its focus back until the first frame finds the field hidden.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const heard = /** @type {string[]} */ ([]);
    Object.assign(window, { heard });
    for (const type of ["focusin", "keydown", "keypress", "keyup", "input"]) {
      document.addEventListener(type, (event) => heard.push(`${type} ${/** @type {Element} */ (event.target).localName}`));
    }
  });
  await news.keyboard.type("jk");
  await news.keyboard.press("Backspace");
  await news.keyboard.press("Tab");
  await news.keyboard.type("x");
  const heard = await news.evaluate(() => /** @type {any} */ (window).heard);
  assert.deepEqual(heard.filter((/** @type {string} */ one) => !one.endsWith(" undivided-cover")), [], "neither fields nor shortcuts of the page");
  assert.equal((await state(news)).draft, draft);
  assert.equal(await news.evaluate(() => document.activeElement?.localName), "undivided-cover", "the way out can be reached by the keyboard");

  await call.phone.evaluate(() => /** @type {HTMLElement} */ (document.querySelector("#hangup")).click()); // which leaves the news in front
  await run.untilUncovered(news);
  await until("the draft has the focus again", () => news.evaluate(() => document.activeElement?.id === "draft"));
  await news.keyboard.type(" that");
  assert.equal((await state(news)).draft, `${draft} that`, "the cursor stands where it stood");
});

test("neither keys nor the wheel move a covered page", async () => {
  const news = await run.openPage(lab.url("news", "/?silent"));
  await news.setViewport(bounds);
  await news.evaluate(() => scrollTo(0, 150));
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilCovered(news);
  await news.bringToFront();
  await news.mouse.move(300, 200);
  await news.mouse.wheel({ deltaY: 100 });
  for (const key of /** @type {const} */ (["PageDown", "ArrowDown", "End"])) await news.keyboard.press(key);
  await news.mouse.wheel({ deltaY: -40 });
  // What scrolls smoothly does so within some frames of the input; this many are far more than it begins in.
  await frames(news, 30);
  assert.equal((await state(news)).scroll, 150);
  await call.hangUp("agent");
  await run.untilUncovered(news);
  assert.equal((await state(news)).scroll, 150);
});

test("a tab that the agent had muted stays muted, by the agent's hand", async () => {
  const video = await run.openPage(lab.url("video"));
  const news = await run.openPage(lab.url("news"));
  await run.muteByHand(video);
  const before = await run.tab(lab.url("video"));
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilCovered(video);
  await until("the other tab is muted", () => run.muted(lab.url("news")));
  const during = await run.tab(lab.url("video"));
  await call.hangUp("customer");
  await run.untilUncovered(video);
  await until("the other tab may sound", async () => !(await run.muted(lab.url("news"))));
  const after = await run.tab(lab.url("video"));
  for (const [when, tab] of /** @type {const} */ ([["before", before], ["during", during], ["after", after]])) {
    assert.deepEqual([tab.muted, tab.mutedReason, tab.mutedBy], [true, "user", undefined], `${when} the call`);
  }
});

test("a discarded tab is not woken by a call; turned to during one, it comes back covered", async () => {
  const url = lab.url("news", "/?silent");
  const news = await run.openPage(url);
  const call = await openLine(run, lab);
  const { id } = await run.tab(url);
  await run.ext.eval(async (tab) => void (await chrome.tabs.discard(tab)), id);
  await until("the tab sleeps", async () => (await run.tab(url)).discarded);
  const loaded = lab.hits("GET news /");

  await call.begin();
  await run.untilView((view) => view.sidebar?.heldTabs === 1);
  await call.hangUp("agent");
  await run.untilPhase("idle");
  assert.equal((await run.tab(url)).discarded, true, "a whole call did not wake it");

  await call.begin();
  await run.untilView((view) => view.sidebar?.heldTabs === 1);
  assert.equal((await run.tab(url)).discarded, true);
  assert.equal(lab.hits("GET news /"), loaded, "its server was not asked for anything");
  await run.ext.eval(async (tab) => void (await chrome.tabs.update(tab, { active: true })), id);
  const woken = await run.pageAt(url);
  await run.untilCovered(woken);
  await until("it is silent", () => run.muted(url));
  await call.hangUp("agent");
  await run.untilUncovered(woken);
  await until("it may sound", async () => !(await run.muted(url)));
});

/** @param {Page} news */
async function state(news) {
  const seen = await news.evaluate(() => ({
    draft: /** @type {HTMLTextAreaElement} */ (document.querySelector("#draft")).value,
    marker: /** @type {any} */ (window).marker,
    scroll: scrollY,
  }));
  return { ...seen, muted: await run.muted(lab.url("news")) };
}

/** @param {Page} page in front @param {number} count */
async function frames(page, count) {
  await page.evaluate(async (wanted) => {
    for (let seen = 0; seen < wanted; seen += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  }, count);
}

/** @param {Page} news */
async function sound(news) {
  return news.evaluate(() => {
    const { paused, currentTime } = /** @type {HTMLAudioElement} */ (document.querySelector("#sound"));
    return { playing: !paused, at: currentTime };
  });
}
