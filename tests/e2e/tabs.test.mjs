// Every kind of tab that a distraction can be in, and what in a page must not be touched by holding it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openLine, until } from "./harness.mjs";
import { inWindow } from "./harness/firefox.mjs";
import { browser, untilRules } from "./scene.mjs";
import { stage } from "./stage.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const { lab, run } = await stage();
const news = lab.url("news");
const free = { cover: false, hidden: false };

test("a pinned tab, one in another window and one behind are covered in place, and stay what they are", async () => {
  const call = await openLine(run, lab);
  const [pinned, behind] = [await run.openPage(lab.url("news", "/?pinned")), await run.openPage(lab.url("news", "/?behind"))];
  const elsewhere = await run.openPage(lab.url("news", "/?elsewhere"), { window: { width: 600, height: 500 } });
  const tab = await run.tab(pinned.url());
  await run.ext.eval((id) => /** @type {any} */ (chrome).tabs.update(id, { pinned: true }), tab.id);
  await begin(call);
  for (const page of [pinned, behind, elsewhere]) await run.untilCovered(page);
  await call.hangUp("agent");
  for (const page of [pinned, behind, elsewhere]) await run.untilUncovered(page);
  assert.equal(await run.ext.eval(async (id) => /** @type {any} */ (await chrome.tabs.get(id)).pinned, tab.id), true);
});

test("a held site's frame in a page that is not held stays as it is", async () => {
  const call = await openLine(run, lab);
  const work = await run.openPage(lab.url("work"));
  const frame = await addFrame(work, lab.url("video"));
  await begin(call);
  const late = await addFrame(work, lab.url("video", "/?late"));
  for (const one of [frame, late]) {
    const seen = await one.evaluate(() => [document.querySelector("undivided-cover"), getComputedStyle(document.body).visibility === "hidden"]);
    assert.deepEqual(seen, [null, false]);
  }
  assert.deepEqual(await run.coverOf(work), free);
  await call.hangUp("agent");
});

test("a new fragment changes nothing, and going back in a covered page's history leads to a covered page", async () => {
  const call = await openLine(run, lab);
  const page = await run.openPage(lab.url("news", "/push"));
  await page.goto(news);
  await begin(call);
  await run.untilCovered(page);
  await page.evaluate(() => void (location.hash = "more"));
  await until("the fragment is there", () => page.evaluate(() => location.hash === "#more"));
  assert.deepEqual(await run.coverOf(page), { cover: true, hidden: true });
  assert.equal(await page.evaluate(() => document.querySelectorAll("undivided-cover").length), 1);
  // Twice: the fragment, and the page before, which may come from memory.
  for (const path of ["/", "/push"]) {
    await page.evaluate(() => void setTimeout(() => history.back()));
    await until(`it is back at ${path}`, () => page.evaluate((wanted) => location.pathname === wanted && location.hash === "", path));
    await run.untilCovered(page);
  }
  await call.hangUp("agent");
  await run.untilUncovered(page);
});

test("a download that runs when the call begins comes to its end, and one that is begun in it comes after", async () => {
  const call = await openLine(run, lab);
  const page = await run.openPage(news);
  const work = await run.openPage(lab.url("work"));
  const [whole, broken, asked] = [lab.hits("whole file"), lab.hits("broken file"), lab.hits("GET news /file")];
  await run.head(page, lab.url("news", "/file?slow"));
  await lab.untilHit("GET news /file", asked + 1);
  await begin(call);
  await run.untilCovered(page);
  lab.answerPosts();
  await lab.untilHit("whole file", whole + 1);

  await run.head(work, lab.url("news", "/file"));
  await run.untilAt(work, run.blockedUrl(lab.url("news", "/file")));
  assert.equal(lab.hits("GET news /file"), asked + 1, "not asked for yet");
  await call.hangUp("agent");
  await lab.untilHit("whole file", whole + 2);
  assert.equal(lab.hits("broken file"), broken);
});

test("an upload that runs when the call begins comes to its end below the cover", async () => {
  const call = await openLine(run, lab);
  const page = await run.openPage(news);
  const sent = lab.hits("POST news /post");
  await page.evaluate(() => {
    const body = new Blob([new Uint8Array(200_000)]);
    Object.assign(window, { upload: fetch("/post?hold", { method: "POST", body }).then((answer) => answer.ok) });
  });
  await lab.untilHit("POST news /post", sent + 1);
  await begin(call);
  await run.untilCovered(page);
  lab.answerPosts();
  assert.equal(await page.evaluate(() => /** @type {any} */ (window).upload), true);
  assert.deepEqual(await run.coverOf(page), { cover: true, hidden: true });
  await call.hangUp("agent");
  await run.untilUncovered(page);
});

test("a page that asks before it is left is never asked, and keeps what was typed", async () => {
  const call = await openLine(run, lab);
  const page = await run.openPage(news);
  let asked = 0;
  page.on("dialog", (dialog) => {
    asked += 1;
    void dialog.accept();
  });
  await run.click(page, "#draft");
  await page.keyboard.type("half a sentence");
  await page.evaluate(() => addEventListener("beforeunload", (event) => event.preventDefault()));
  await begin(call);
  await run.untilCovered(page);
  await call.hangUp("agent");
  await run.untilUncovered(page);
  assert.equal(asked, 0);
  assert.equal(await page.$eval("#draft", (field) => /** @type {HTMLTextAreaElement} */ (field).value), "half a sentence");
  await page.evaluate(() => addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), { capture: true }));
});

test("a PDF is silenced; it is covered where the browser lets an extension do so, and where not, the agent is brought back from it once", async () => {
  const call = await openLine(run, lab);
  const paper = lab.url("news", "/paper.pdf");
  const id = await openBehind(paper);
  await begin(call);
  await until("it is silenced", () => run.muted(paper));
  const turnTo = () => run.ext.eval((tab) => /** @type {any} */ (chrome).tabs.update(tab, { active: true }), id);
  if (browser === "chromium") {
    // The viewer is a frame in a page like any.
    const look = (/** @type {number} */ tabId) =>
      /** @type {any} */ (chrome).scripting
        .executeScript({ target: { tabId }, func: () => [document.querySelector(":root > undivided-cover") !== null, getComputedStyle(document.body).visibility] })
        .then((/** @type {any} */ [one]) => one.result);
    await until("it is covered", async () => String(await run.ext.eval(look, id)) === "true,hidden");
  } else {
    await run.untilView((view) => view.sidebar?.needsAccess.includes("news.localhost"));
    await turnTo();
    await run.untilView((view) => view.sidebar?.broughtBack === "news.localhost");
    await until("the agent is back", async () => (await run.tab(paper)).active === false);
    await turnTo();
    await until("and stays the next time", async () => (await run.tab(paper)).active);
  }
  await call.hangUp("agent");
  await until("it may sound", async () => !(await run.muted(paper)));
  await run.ext.eval((tab) => /** @type {any} */ (chrome).tabs.remove(tab), id);
});

if (browser === "chromium") {
  test("a page's source is held like the page", async () => {
    const call = await openLine(run, lab);
    const source = `view-source:${news}`;
    await openBehind(source);
    await begin(call);
    await until("it is silenced", () => run.muted(source));
    await call.hangUp("agent");
    await until("it may sound", async () => !(await run.muted(source)));
  });
}

/** @param {import("./harness.mjs").Call} call */
async function begin(call) {
  await call.begin();
  await untilRules(run);
}

/** @param {string} url @returns {Promise<number>} its tab, once it is loaded */
async function openBehind(url) {
  const id = await run.ext.eval(async (to) => (await /** @type {any} */ (chrome).tabs.create({ url: to, active: false })).id, url);
  const loaded = (/** @type {number} */ tab) => chrome.tabs.get(tab).then((/** @type {any} */ { status, url: at }) => status === "complete" && at);
  await until(`${url} is open`, async () => (await run.ext.eval(loaded, id)) === url);
  return id;
}

/** @param {Page} page @param {string} url */
async function addFrame(page, url) {
  await page.evaluate((src) => document.body.append(Object.assign(document.createElement("iframe"), { src })), url);
  const frame = await until("the frame is loaded", async () => {
    const found = page.frames().find((one) => one.url() === url);
    return found && (await found.evaluate(() => document.readyState === "complete")) ? found : false;
  });
  return /** @type {import("puppeteer-core").Frame} */ (frame);
}

if (browser === "chromium") {
  test("a page that was loaded ahead before the call is stopped like any when it is to be shown in it, and shown after", async () => {
    await run.saveSettings({ blocklist: [`${lab.host("news")}/feed`] });
    const call = await openLine(run, lab);
    const page = await run.openPage(lab.url("news", "/push"));
    const asked = lab.hits("GET news /feed");
    await page.evaluate(() => {
      const rules = document.createElement("script");
      rules.type = "speculationrules";
      rules.textContent = JSON.stringify({ prerender: [{ urls: ["/feed"], eagerness: "immediate" }] });
      document.body.append(rules);
    });
    await lab.untilHit("GET news /feed", asked + 1);
    await begin(call);
    await run.head(page, lab.url("news", "/feed"));
    await run.untilAt(page, run.blockedUrl(lab.url("news", "/feed")));
    await call.hangUp("agent");
    await run.untilAt(page, lab.url("news", "/feed"));
  });
}

if (browser === "firefox") {
  test("a page in the reader's view is silenced like the page, and the agent is brought back from it once", async () => {
    const call = await openLine(run, lab);
    await inWindow(run, `gBrowser.addTab("about:reader?url=" + encodeURIComponent(${JSON.stringify(news)}), { triggeringPrincipal: Services.scriptSecurityManager.getSystemPrincipal() });`);
    const reader = await until("the reader is open", async () => (await run.tabs()).find((tab) => tab.url?.startsWith("about:reader")) ?? false);
    await begin(call);
    await until("it is silenced", () => run.muted(reader.url));
    await run.untilView((view) => view.sidebar?.needsAccess.includes("news.localhost"));
    await run.ext.eval((tab) => /** @type {any} */ (chrome).tabs.update(tab, { active: true }), reader.id);
    await run.untilView((view) => view.sidebar?.broughtBack === "news.localhost");
    await call.hangUp("agent");
    await until("it may sound", async () => !(await run.muted(reader.url)));
    await run.ext.eval((tab) => /** @type {any} */ (chrome).tabs.remove(tab), reader.id);
  });

  test("a closed tab that is opened again in a call waits, and comes back after it", async () => {
    const page = await run.openPage(news);
    await run.click(page, "#draft");
    await page.keyboard.type("half a sentence");
    await inWindow(run, `gBrowser.removeTab(gBrowser.selectedTab);`);
    const call = await openLine(run, lab);
    await begin(call);
    await inWindow(run, `SessionStore.undoCloseTab(window, 0);`);
    const held = await until("it is held, in one way or the other", async () => {
      const { sidebar } = await run.view();
      if (sidebar.heldTabs !== 1) return false;
      return (await run.tabs()).find((tab) => tab.url === news || tab.url === run.blockedUrl(news)) ?? false;
    });
    await call.hangUp("agent");
    await until("it is there again", async () => (await run.tabs()).some((tab) => tab.id === held.id && tab.url === news));
    await run.ext.eval((tab) => /** @type {any} */ (chrome).tabs.remove(tab), held.id);
  });
}
