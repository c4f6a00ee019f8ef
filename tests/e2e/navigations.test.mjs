// Every way to a distraction waits during a call and goes on to its target after it, and what was already under way is not lost.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openLine, ready, until } from "./harness.mjs";
import { stage } from "./stage.mjs";
import { untilRules, usual } from "./scene.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const { lab, run } = await stage((lab) => ({
  // Whole hosts, parts of hosts, and the agent's own tool, which nothing on a list can hold.
  blocklist: [lab.host("video"), ...["/feed", "/sw", "/post", "/posted"].map((path) => lab.host("news") + path), lab.host("phone")],
}));
const video = lab.url("video");
const blocked = run.blockedUrl(video);

test("a link and an address typed into a new tab wait, their site is not asked, and both go on after the call", async () => {
  const call = await openLine(run, lab);
  const work = await run.openPage(lab.url("work"));
  const fresh = await run.puppeteer.newPage();
  await call.begin();
  await untilRules(run);
  const asked = lab.hits("GET video /");

  await addLink(work, video);
  await run.click(work, "#link");
  await run.untilAt(work, blocked);
  typeAddress(fresh, video);
  await run.untilAt(fresh, blocked);
  await until("the page says what it stopped", async () => (await textOf(work)).includes("video.localhost"));
  await run.untilView((view) => view.sidebar?.heldTabs === 2);
  assert.equal(lab.hits("GET video /"), asked, "nothing reached the site");

  await call.hangUp("customer");
  for (const page of [work, fresh]) await run.untilAt(page, video);
  assert.equal(lab.hits("GET video /"), asked + 2, "each was loaded once");
  await backTo(work, lab.url("work"));
});

test("an address that is not on the list is none of our business", async () => {
  const call = await openLine(run, lab);
  await call.begin();
  await untilRules(run);
  const work = await run.openPage(lab.url("work"));
  const front = await run.openPage(lab.url("news", "/push"));
  for (const page of [work, front]) assert.deepEqual(await run.coverOf(page), { cover: false, hidden: false });
  assert.equal((await run.view()).sidebar.heldTabs, 0);
  await call.hangUp("agent");
});

test("a page that changes its address into a held path without asking any server is covered, and is the same document after the call", async () => {
  const news = await run.openPage(lab.url("news", "/push"));
  await news.evaluate(() => Object.assign(window, { marker: "the same" }));
  const call = await openLine(run, lab);
  await call.begin();
  await untilRules(run);
  assert.deepEqual(await run.coverOf(news), { cover: false, hidden: false }, "the front page is not on the list");
  await run.click(news, "#push");
  await run.untilCovered(news);
  await until("it is silent", () => run.muted(lab.url("news", "/feed")));
  await call.hangUp("customer");
  await run.untilUncovered(news);
  await until("it may sound", async () => !(await run.muted(lab.url("news", "/feed"))));
  const seen = await news.evaluate(() => [location.pathname, document.querySelector("#title")?.textContent, /** @type {any} */ (window).marker]);
  assert.deepEqual(seen, ["/feed", "Feed", "the same"]);
  assert.equal(lab.hits("GET news /feed"), 0, "no server was ever asked for it");
});

test("a site answered by its own service worker waits like any other, and its worker answers after the call", async () => {
  const offline = await run.openPage(lab.url("news", "/sw/"));
  await ready(offline);
  await offline.close();
  const story = lab.url("news", "/sw/story");
  const call = await openLine(run, lab);
  const work = await run.openPage(lab.url("work"));
  await call.begin();
  await untilRules(run);
  // Chromium's rules don't see this navigation at all: there it is the second line that stops it.
  await run.head(work, story);
  await run.untilAt(work, run.blockedUrl(story));
  await call.hangUp("customer");
  await run.untilAt(work, story);
  assert.equal(await work.evaluate(() => document.querySelector("#story")?.textContent), "Answered by the page's own worker");
  assert.equal(lab.hits("GET news /sw/story"), 0, "the lab's server has no such page");
  await backTo(work, lab.url("work"));
});

for (const answer of /** @type {const} */ (["a page", "a redirect"])) {
  test(`an order on its way when the call begins arrives once, and ${answer} that answers it is there after the call`, async () => {
    const query = answer === "a redirect" ? "?hold&then=redirect" : "?hold";
    const shop = await run.openPage(lab.url("news", `/post${query}`));
    const call = await openLine(run, lab);
    const sent = lab.hits("POST news /post");
    await run.click(shop, "#send");
    await lab.untilHit("POST news /post", sent + 1);

    await call.begin();
    await untilRules(run);
    lab.answerPosts();
    await result(shop);
    await run.untilCovered(shop);
    await call.hangUp("customer");
    await run.untilUncovered(shop);
    await result(shop);
    assert.equal(lab.hits("POST news /post"), sent + 1, "it was sent once");
  });

  test(`an order sent from an ordinary page is no different: it arrives once, and ${answer} that answers it is there after the call`, async () => {
    const query = answer === "a redirect" ? "?hold&then=redirect" : "?hold";
    const work = await run.openPage(lab.url("work"));
    const call = await openLine(run, lab);
    const sent = lab.hits("POST news /post");
    await addForm(work, lab.url("news", `/post${query}`));
    await run.click(work, "#send");
    await lab.untilHit("POST news /post", sent + 1);

    await call.begin();
    await untilRules(run);
    lab.answerPosts();
    // A page is the answer itself and is covered where it stands; what a redirect leads to can be asked for later as well.
    if (answer === "a page") await result(work);
    else await run.untilAt(work, run.blockedUrl(lab.url("news", "/posted")));
    await call.hangUp("customer");
    await result(work);
    await run.untilUncovered(work);
    assert.equal(lab.hits("POST news /post"), sent + 1, "it was sent once");
  });
}

test("an order sent during the call, from a page that was already open, arrives once as well", async () => {
  // Covered, so not by the agent's hand; but a page may send by itself what was begun before.
  const shop = await run.openPage(lab.url("news", "/post"));
  const call = await openLine(run, lab);
  const sent = lab.hits("POST news /post");
  await call.begin();
  await run.untilCovered(shop);
  await shop.evaluate(() => void setTimeout(() => /** @type {HTMLFormElement} */ (document.querySelector("#order")).submit()));
  await result(shop);
  await run.untilCovered(shop);
  await call.hangUp("agent");
  await run.untilUncovered(shop);
  await result(shop);
  assert.equal(lab.hits("POST news /post"), sent + 1);
});

test("an entry that a browser's rules don't take leaves the others in force", async (t) => {
  // Four numbers as Chromium takes them; Firefox refuses such a rule, and with it all that come in the same call.
  await run.saveSettings({ blocklist: ["10.0.0.300", lab.host("news"), "video.localhost"] });
  t.after(() => run.saveSettings({ blocklist: usual(lab).blocklist }));
  const work = await run.openPage(lab.url("work"));
  const call = await openLine(run, lab);
  const visits = lab.hits("GET video /");
  await call.begin();
  await untilRules(run);
  await run.head(work, video);
  await run.untilAt(work, blocked);
  assert.equal(lab.hits("GET video /"), visits, "stopped before anything was asked");
  await call.hangUp("agent");
  await run.untilAt(work, video);
});

test("a tool is never held, even if the blocklist names it", async () => {
  const open = await run.openPage(lab.url("phone", "/?line=second"));
  const call = await openLine(run, lab);
  const work = await run.openPage(lab.url("work"));
  await call.begin();
  await untilRules(run);
  await run.head(work, lab.url("phone", "/frames"));
  await run.untilAt(work, lab.url("phone", "/frames"));
  await ready(work);
  // Stopping this one comes after whatever would be done about the tool.
  const other = await run.openPage(lab.url("work"));
  await run.head(other, video);
  await run.untilAt(other, blocked);
  for (const page of [open, call.phone, work]) assert.deepEqual(await run.coverOf(page), { cover: false, hidden: false });
  assert.deepEqual((await run.view()).sidebar.held, [{ host: "video.localhost", tabs: 1 }]);
  assert.deepEqual((await run.tabs()).filter((tab) => tab.mutedBy === run.id && tab.url.startsWith(lab.url("phone"))), []);
  await call.hangUp("agent");
  await run.untilAt(other, video);
});

/**
 * As by the address bar: the browser's navigation, not the page's. Nobody waits for it, as it may be stopped.
 * @param {Page} page
 * @param {string} url
 */
function typeAddress(page, url) {
  page.goto(url).catch(() => {}); // where it came to is what the test looks at
}

/**
 * Goes back in a tab's history until it comes to where it was before, and sees that none of the steps leads to our page. One step in
 * Firefox; two in Chromium, which keeps the error page of the navigation that was stopped, and by now it is the site itself.
 * @param {Page} page
 * @param {string} before
 */
async function backTo(page, before) {
  for (let steps = run.name === "chromium" ? 2 : 1; steps > 0; steps -= 1) {
    const left = await page.evaluate(() => {
      setTimeout(() => history.back());
      return performance.timeOrigin;
    });
    const shown = await until("another page is shown", () =>
      page.evaluate((old) => (performance.timeOrigin !== old && document.readyState === "complete" ? location.href : undefined), left),
    );
    assert.ok(!shown?.startsWith(run.origin), `Back led to ${shown}`);
    if (steps === 1) assert.equal(shown, before);
  }
}

/** @param {Page} page @param {string} url */
async function addLink(page, url) {
  await page.evaluate((href) => {
    const link = document.createElement("a");
    link.id = "link";
    link.href = href;
    link.textContent = "Six hours of waves";
    document.body.append(link);
  }, url);
}

/** @param {Page} page @param {string} action */
async function addForm(page, action) {
  await page.evaluate((to) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = to;
    const button = document.createElement("button");
    button.id = "send";
    button.textContent = "Order";
    form.append(button);
    document.body.append(form);
  }, action);
}

/** @param {Page} page @returns {Promise<string>} */
async function textOf(page) {
  return page.evaluate(() => document.body.innerText);
}

/**
 * Waits until the page that answers an order is there, covered or not.
 * @param {Page} page
 */
async function result(page) {
  await until("the order's answer is there", () => page.evaluate(() => document.querySelector("#result")?.textContent?.startsWith("Thank you")));
}
