// What the agent was in the middle of is there after the call, as it was: the first promise, because a tool that loses somebody's work
// once is removed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openLine, until } from "./harness.mjs";
import { stage } from "./stage.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const { lab, run } = await stage((lab) => ({ blocklist: [lab.host("news"), lab.host("video")] }));
const comment = "I once stayed in a lighthouse for a week, and what nobody tells you is";
const bounds = { width: 900, height: 420 };

test("typed text, the document itself, its place on the page and its sound are as before the call", async () => {
  const news = await run.openPage(lab.url("news"));
  await news.setViewport(bounds);
  await run.click(news, "#draft");
  await news.keyboard.type(comment);
  await news.evaluate(() => scrollTo(0, 150));
  await until("the news sound", async () => (await sound(news)).playing);
  const before = await state(news);
  assert.equal(before.draft, comment);
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

test("keys reach nothing of a covered page, and the draft has the focus again when it is back", async () => {
  const news = await run.openPage(lab.url("news", "/?silent"));
  await run.click(news, "#draft");
  await news.keyboard.type(comment);
  await news.evaluate(() => {
    const heard = /** @type {string[]} */ ([]);
    Object.assign(window, { heard });
    for (const type of ["focusin", "input"]) document.addEventListener(type, (event) => heard.push(`${type} ${/** @type {Element} */ (event.target).localName}`), true);
  });
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilCovered(news);
  await news.bringToFront();
  await news.keyboard.type("keys meant for the customer");
  // Once around: the page has more to focus than its form.
  for (let times = 0; times < 8; times += 1) await news.keyboard.press("Tab");
  await news.keyboard.type("and more of them");
  const heard = await news.evaluate(() => /** @type {any} */ (window).heard.filter((/** @type {string} */ one) => one !== "focusin undivided-cover"));
  assert.deepEqual(heard, [], "no element of the page was focused or written to");
  assert.equal((await state(news)).draft, comment);

  await call.phone.evaluate(() => /** @type {HTMLElement} */ (document.querySelector("#hangup")).click()); // leaves the news in front
  await run.untilUncovered(news);
  await until("the draft has the focus again", () => news.evaluate(() => document.activeElement?.id === "draft"));
  await news.keyboard.type(" that");
  assert.equal((await state(news)).draft, `${comment} that`, "the cursor stands where it stood");
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
  const again = await run.tab(url); // Chromium may give it another id
  await run.ext.eval(async (tab) => void (await chrome.tabs.update(tab, { active: true })), again.id);
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

/** @param {Page} news */
async function sound(news) {
  return news.evaluate(() => {
    const { paused, currentTime } = /** @type {HTMLAudioElement} */ (document.querySelector("#sound"));
    return { playing: !paused, at: currentTime };
  });
}
