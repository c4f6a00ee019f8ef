// What the cover offers and what it keeps to itself: a site is let through by the keyboard alone, whatever the page has open and whatever its
// policy forbids; the page hears nothing of what is typed there, and finds nothing of ours afterwards.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openLine, until } from "./harness.mjs";
import { browser, draft } from "./scene.mjs";
import { stage } from "./stage.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const { lab, run } = await stage();

/** Not a letter of it is in the page's own draft. */
const reason = "zzz";

test("a site is let through for the reason given, of which the page hears nothing", async () => {
  await run.saveSettings({ override: { reason: "required", minutes: 5 } });
  const news = await busyNews();
  await untilPlaying(news, true);
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilCovered(news);
  await untilPlaying(news, false);
  await news.bringToFront();
  await untilInCard(news);

  // The field is the first thing in the card; Enter in it is the button's click.
  await news.keyboard.press("Tab");
  await news.keyboard.press("Enter");
  await news.keyboard.type(reason);
  assert.equal((await run.view()).override.left, 3, "nothing goes without a reason");
  assert.equal((await run.coverOf(news)).cover, true);
  await news.keyboard.press("Enter");
  await run.untilUncovered(news);
  assert.equal((await run.view()).override.left, 2);

  assert.equal(await stateOf(news), before(news));
  await untilPlaying(news, true);
  const heard = await news.evaluate(() => /** @type {any} */ (window).heard.join(" "));
  assert.ok(!heard.includes("z"), heard);
  await call.hangUp("customer");
  const digest = await until("what was held is kept", () => run.ext.eval(async () => (await chrome.storage.session.get("digest")).digest));
  assert.deepEqual(digest.flatMap((/** @type {any} */ site) => site.passes), [reason]);
});

test("with a dialog open, under a strict policy, the card is there for the keyboard, and Escape closes nothing of the page's", async () => {
  await run.saveSettings({ override: {} });
  const news = await busyNews();
  await news.evaluate(() => {
    const dialog = document.createElement("dialog");
    dialog.append("Stay signed in?", document.createElement("input"));
    document.body.append(dialog);
    dialog.showModal();
  });
  const was = await markup(news);
  await desk("on");
  await run.untilCovered(news);
  await untilInCard(news);
  await news.keyboard.press("Escape");
  await news.keyboard.press("Tab");
  await news.keyboard.press("Enter");
  await run.untilUncovered(news);
  assert.equal((await run.view()).override.left, 2);
  assert.equal(await markup(news), was, "the dialog is open, and nothing of ours is left");
  await desk("off");
});

test("a dialog that opens below the cover does not take the card away", async () => {
  await run.saveSettings({ override: {} });
  const news = await busyNews();
  await desk("on");
  await run.untilCovered(news);
  await untilInCard(news);
  await news.evaluate(() => {
    const dialog = document.createElement("dialog");
    document.body.append(dialog);
    dialog.showModal();
  });
  await until("the card is in the dialog", () => news.evaluate(() => document.querySelector("dialog > undivided-cover:popover-open") !== null));
  await untilInCard(news);
  await news.evaluate(() => document.querySelector("dialog")?.close());
  await until("the card is back", () => news.evaluate(() => document.querySelector("dialog > undivided-cover") === null));
  await untilInCard(news);
  await news.keyboard.press("Tab");
  await news.keyboard.press("Enter");
  await run.untilUncovered(news);
  await desk("off");
});

test("when a conversation has no more to let through, the card offers only the end of focus", async () => {
  await run.saveSettings({ override: { perConversation: 1 } });
  const news = await run.openPage(lab.url("news", "/?silent"));
  const video = await run.openPage(lab.url("video"));
  await desk("on");
  await run.untilCovered(news);
  await run.untilCovered(video);
  await pressFirst(news);
  await run.untilUncovered(news);
  await pressFirst(video);
  await run.untilView((view) => view.sidebar?.focus !== "on");
  await run.untilUncovered(video);
});

test("where the settings let nothing through, the card offers only the end of focus", async () => {
  await run.saveSettings({ override: { allowed: "ending" } });
  const news = await run.openPage(lab.url("news", "/?silent"));
  await desk("on");
  await run.untilCovered(news);
  await pressFirst(news);
  await run.untilView((view) => view.sidebar?.focus !== "on");
  await run.untilUncovered(news);
});

test("full screen is left when a conversation begins", async () => {
  const news = await run.openPage(lab.url("news", "/?silent"));
  await news.evaluate(() => document.querySelector("h1")?.addEventListener("click", () => void document.documentElement.requestFullscreen()));
  await run.click(news, "h1");
  await until("it is full screen", () => news.evaluate(() => document.fullscreenElement !== null));
  await desk("on");
  await run.untilCovered(news);
  await until("it is not", () => news.evaluate(() => document.fullscreenElement === null));
  await desk("off");
  await run.untilUncovered(news);
});

// Firefox has no picture in picture that a page can ask for, and none that we could end.
if (browser === "chromium") {
  test("a picture in picture is closed when a conversation begins", async () => {
    const news = await run.openPage(lab.url("news", "/?silent"));
    await news.evaluate(() => {
      const video = document.createElement("video");
      const canvas = document.createElement("canvas");
      canvas.getContext("2d")?.fillRect(0, 0, 9, 9);
      video.srcObject = canvas.captureStream(5);
      video.muted = true;
      document.body.append(video);
      document.querySelector("h1")?.addEventListener("click", async () => {
        await video.play();
        await video.requestPictureInPicture();
      });
    });
    await run.click(news, "h1");
    await until("the picture is out", () => news.evaluate(() => document.pictureInPictureElement !== null));
    await desk("on");
    await run.untilCovered(news);
    await until("it is closed", () => news.evaluate(() => document.pictureInPictureElement === null));
    await desk("off");
    await run.untilUncovered(news);
  });
}

/** A news page with a draft and ears of its own, which lets nobody bring anything in. */
async function busyNews() {
  const news = await run.openPage(lab.url("news"));
  await run.click(news, "#draft");
  await news.keyboard.type(draft);
  await news.evaluate(() => {
    /** @type {string[]} */
    const heard = [];
    Object.assign(window, { heard });
    for (const type of ["keydown", "keypress", "keyup", "beforeinput", "input", "change", "compositionupdate", "paste"]) {
      addEventListener(type, (event) => heard.push(`${type}:${/** @type {any} */ (event).key ?? /** @type {any} */ (event).data}`), true);
    }
    const policy = document.createElement("meta");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content = "default-src 'none'; media-src 'self'; base-uri 'none'; form-action 'none'";
    document.head.append(policy);
  });
  states.set(news, await stateOf(news));
  return news;
}

/** @type {Map<Page, string>} */
const states = new Map();
/** @param {Page} news */
const before = (news) => states.get(news) ?? "";

/** @param {Page} news */
async function stateOf(news) {
  return news.evaluate(() => {
    const { value } = /** @type {HTMLTextAreaElement} */ (document.querySelector("#draft"));
    return JSON.stringify([value, /** @type {any} */ (window).marker, document.activeElement?.id, document.documentElement.childElementCount]);
  });
}

/** @param {Page} news */
async function markup(news) {
  return news.evaluate(() => {
    const copy = /** @type {HTMLElement} */ (document.documentElement.cloneNode(true));
    copy.querySelector("#clock")?.remove();
    return new XMLSerializer().serializeToString(copy);
  });
}

/** @param {Page} news @param {boolean} playing */
async function untilPlaying(news, playing) {
  await until(playing ? "it plays" : "it is paused", () =>
    news.evaluate((wanted) => /** @type {HTMLAudioElement} */ (document.querySelector("#sound")).paused !== wanted, playing),
  );
}

/** @param {Page} page in front */
async function untilInCard(page) {
  await until("the focus is in the card", () => page.evaluate(() => document.activeElement?.localName === "undivided-cover"));
  // What is offered comes with an answer that no page can see; whoever asks after the card gets theirs after it.
  await run.ext.eval(() => chrome.runtime.sendMessage({ body: "nothing" }));
}

/** @param {Page} page */
async function pressFirst(page) {
  await page.bringToFront();
  await untilInCard(page);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
}

/** A call at a desk phone, which needs no page. @param {"on" | "off"} wanted */
async function desk(wanted) {
  await run.ext.eval(() => chrome.runtime.sendMessage({ body: { command: "switch" } }));
  await run.untilView((view) => view.sidebar?.byHand === wanted);
}
