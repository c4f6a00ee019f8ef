// What the agent's and IT's lines mean to real tabs: exceptions, one page, words, ready-made lists, everything but the customer, letting a site
// through, and a pause.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { openLine, until } from "./harness.mjs";
import { untilNoGrips, untilRules, usual } from "./scene.mjs";
import { stage } from "./stage.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const { lab, run } = await stage();
const news = lab.url("news");
const video = lab.url("video");
const settings = usual(lab);

afterEach(async () => {
  await run.ext.eval(async () => {
    await chrome.storage.local.remove("pause");
    await chrome.storage.session.remove("digest");
  });
  await run.saveSettings({ allowlist: [], mode: "listed", override: {}, ...settings });
});

test("an exception stays open while the rest of its site is held, and one page can be held alone", async () => {
  await run.saveSettings({ blocklist: [lab.host("news"), `+${lab.host("news")}/push`, `=${lab.host("video")}/`, lab.host("work")], allowlist: [lab.host("work")] });
  const call = await openLine(run, lab);
  const [front, excepted, allowed] = [await run.openPage(news), await run.openPage(lab.url("news", "/push")), await run.openPage(lab.url("work"))];
  const film = await run.openPage(lab.url("video"));
  await begin(call);
  for (const page of [front, film]) await run.untilCovered(page);
  for (const page of [excepted, allowed]) assert.deepEqual(await run.coverOf(page), { cover: false, hidden: false });
  const fresh = await run.openPage(lab.url("news", "/push"));
  assert.deepEqual(await run.coverOf(fresh), { cover: false, hidden: false }, "a new tab of it opens as well");
  await call.hangUp("agent");
});

test("a page is held while its title has the words, and let be when it has not any more", async () => {
  await run.saveSettings({ blocklist: ["title:world cup"] });
  const call = await openLine(run, lab);
  const work = await run.openPage(lab.url("work"));
  await begin(call);
  assert.deepEqual(await run.coverOf(work), { cover: false, hidden: false });
  await work.evaluate(() => (document.title = "(3) The World-Cup, live"));
  await run.untilCovered(work);
  await work.evaluate(() => (document.title = "Orders"));
  await run.untilUncovered(work);
  await call.hangUp("agent");
});

test("a shortener's link to a held site waits, and goes on to where it leads after the call", async () => {
  const call = await openLine(run, lab);
  const work = await run.openPage(lab.url("work"));
  await begin(call);
  await run.head(work, lab.url("work", `/to?url=${encodeURIComponent(video)}`));
  await run.untilAt(work, run.blockedUrl(video));
  await call.hangUp("agent");
  await run.untilAt(work, video);
});

test("with the customer alone, all is held but tools and where they lead, through redirects as well", async () => {
  await run.saveSettings({ mode: "everything-but", blocklist: [], allowlist: [`${lab.host("news")}/push`] });
  const call = await openLine(run, lab);
  const [other, listed] = [await run.openPage(lab.url("work")), await run.openPage(lab.url("news", "/push"))];
  await begin(call);
  await run.untilCovered(other);
  assert.deepEqual(await run.coverOf(listed), { cover: false, hidden: false });

  const order = lab.url("work", "/?order=7");
  await call.phone.evaluate((url) => void window.open(url), lab.url("work", `/to?url=${encodeURIComponent(order)}`));
  const opened = await run.pageAt(order);
  await run.untilAt(opened, order);
  // The tab is known as one that a tool opened as soon as it is there, and the browser is told a moment later: on a slow machine after its page is loaded.
  const { id } = await run.tab(order);
  await until("the rules let it lead on", async () => (await run.sessionRules()).some((/** @type {any} */ rule) => rule.condition.excludedTabIds?.includes(id)));
  await run.head(opened, lab.url("video"));
  await run.untilAt(opened, video);
  assert.deepEqual(await run.coverOf(opened), { cover: false, hidden: false }, "what it leads to is part of it");

  const fresh = await run.puppeteer.newPage();
  fresh.goto(lab.url("news")).catch(() => {}); // where it came to is what the test looks at
  await run.untilAt(fresh, run.blockedUrl(news));
  await call.hangUp("agent");
  await run.untilUncovered(other);
  await run.untilAt(fresh, news);
});

test("a site that is let through opens in all its tabs, once where once is allowed, and is listed afterwards with its reason", async () => {
  await run.saveSettings({ override: { minutes: 5, perConversation: 1, reason: "required" } });
  const call = await openLine(run, lab);
  const [open, film, work] = [await run.openPage(news), await run.openPage(video), await run.openPage(lab.url("work"))];
  await begin(call);
  for (const page of [open, film]) await run.untilCovered(page);
  await run.head(work, lab.url("news", "/?later"));
  await run.untilAt(work, run.blockedUrl(lab.url("news", "/?later")));

  await letThrough("news.localhost", "");
  assert.equal((await run.view()).override.letting, "open", "nothing goes without a reason");
  await letThrough("news.localhost", "The customer’s post");
  await run.untilUncovered(open);
  await run.untilAt(work, lab.url("news", "/?later"));
  await until("it may sound", async () => !(await run.muted(news)));
  const again = await run.openPage(lab.url("news", "/?new"));
  assert.deepEqual(await run.coverOf(again), { cover: false, hidden: false });
  assert.equal((await run.view()).override.letting, "spent");
  await letThrough("video.localhost", "One more");
  assert.deepEqual(await run.coverOf(film), { cover: true, hidden: true });

  await call.hangUp("agent");
  await run.untilUncovered(film);
  assert.deepEqual(await digest(), [
    { site: "news.localhost", tabs: 1, stops: 1, notices: [], passes: ["The customer’s post"] },
    { site: "video.localhost", tabs: 1, stops: 0, notices: [], passes: [] },
  ]);
});

test("nothing is held during a pause, which outlives the worker, and all of it once it is over", async () => {
  const call = await openLine(run, lab);
  const page = await run.openPage(news);
  await pause(Date.now() + 3_600_000);
  await call.begin();
  await run.untilView((view) => view.sidebar?.focus === "paused");
  await run.killBackground();
  await until("the worker is up again and holds nothing", async () => {
    await call.hold();
    await call.resume();
    return (await run.view()).sidebar.focus === "paused";
  });
  assert.deepEqual(await run.coverOf(page), { cover: false, hidden: false });
  await untilNoRules();
  await pause(Date.now() + 1_000);
  await run.untilCovered(page);
  await call.hangUp("agent");
  await run.untilUncovered(page);
});

test("a conversation in which nothing was held leaves no digest", async () => {
  const call = await openLine(run, lab);
  await begin(call);
  await call.hangUp("agent");
  await run.untilPhase("idle");
  await untilNoGrips(run);
  assert.equal(await digest(), undefined);
});

/** @param {import("./harness.mjs").Call} call */
async function begin(call) {
  await call.begin();
  await untilRules(run);
}

async function untilNoRules() {
  await until("no rules are there", async () => (await run.sessionRules()).length === 0);
}

/** @param {string} site @param {string} reason */
const letThrough = (site, reason) => tell({ letThrough: { site, reason } });

/** What a page of ours tells the background; answered once it is done. @param {object} body */
const tell = (body) => run.ext.eval((told) => chrome.runtime.sendMessage({ body: told }), body);

/** @param {number} until */
const pause = (until) => run.ext.eval((when) => chrome.storage.local.set({ pause: when }), until);

const digest = () => run.ext.eval(async () => (await chrome.storage.session.get("digest")).digest);
