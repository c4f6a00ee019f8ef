// Whatever happens to the browser or to us in the middle of a call, nothing stays behind: killed and restored, disabled, removed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./harness.mjs";
import { inWindow } from "./harness/firefox.mjs";
import { told } from "./harness/wait.mjs";
import { browser, draft, grips, pageOf, Scene, untilNoGrips } from "./scene.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

test("the browser is killed in a call: after the restart nothing is held, muted or ruled, and a blocked page goes on by itself", async (t) => {
  const scene = await Scene.open({ install: "permanent" });
  t.after(() => scene.close());
  const { run, call, lab } = scene;
  await call.begin();
  await scene.untilHeld();
  const work = await run.openPage(lab.url("work"));
  const blocked = run.blockedUrl(lab.url("video"));
  await run.head(work, lab.url("video"));
  await run.untilAt(work, blocked);
  assert.equal(lab.hits("GET video /"), 0);
  await run.saveSession(blocked);
  // What makes it worth a test: Firefox writes our mutes to disk, and its restart brings them back without us.
  if (browser === "firefox") assert.match(await savedSession(run), /"muted":true/);

  await run.kill();
  await run.relaunch();
  const [news, video] = [await run.pageAt(lab.url("news")), await run.pageAt(lab.url("video"))];
  await run.untilAt(video, lab.url("video"));
  assert.equal(lab.hits("GET video /"), 1, "it went on, once");
  await run.untilUncovered(news);
  await untilNoGrips(run);
  const tabs = await run.tabs();
  assert.deepEqual(tabs.filter((tab) => tab.muted), []);
  assert.deepEqual(tabs.filter((tab) => tab.url.startsWith(`${run.origin}/www/`)), []);
  assert.notEqual((await run.view())?.sidebar.focus, "on");
});

test("it is disabled, then removed, in a call: the covered page is usable at once, with what was typed in it", async (t) => {
  const scene = await Scene.open();
  t.after(() => scene.close());
  const { run, call, news } = scene;
  await call.begin();
  await scene.untilHeld();
  await run.disableExtension();
  await untilUsable(news, scene.marker, draft);

  // Whoever turns it on again in the same call has it hold again.
  await run.enableExtension();
  await run.untilPhase("active");
  await run.untilCovered(news);
  await until("the tab is muted", async () => (await grips(run)).muted.length === 1);
  await run.removeExtension();
  await untilUsable(news, scene.marker, `${draft}!`);
  if (browser === "chromium") {
    await until("its sound goes on", () => news.evaluate(() => !(/** @type {HTMLMediaElement} */ (document.querySelector("#sound")).paused)));
  } else {
    // Firefox ends our scripts with us and keeps the tab muted in our name: the sound is the one thing that the agent has to turn on again.
    assert.deepEqual(await inWindow(run, `return gBrowser.tabs.filter((tab) => tab.muted).map((tab) => tab.muteReason);`, false), [run.id]);
  }
});

/** @param {import("./harness.mjs").Run} run */
async function savedSession(run) {
  return inWindow(run, `return ChromeUtils.importESModule("resource:///modules/sessionstore/SessionStore.sys.mjs").SessionStore.getBrowserState();`);
}

/**
 * Waits until the page is to be seen, then goes on with the comment by mouse and keys.
 * @param {Page} page
 * @param {string} marker
 * @param {string} text what stands there
 */
async function untilUsable(page, marker, text) {
  await until(
    "the page can be seen and reached",
    async () => {
      const seen = await page.evaluate(() => {
        const area = /** @type {HTMLElement} */ (document.querySelector("#draft"));
        area.scrollIntoView({ block: "center" });
        const { left, top, width, height } = area.getBoundingClientRect();
        const hit = document.elementFromPoint(left + width / 2, top + height / 2);
        return { visible: getComputedStyle(area).visibility === "visible", hit: hit?.localName };
      });
      if (seen.visible && seen.hit === "textarea") return true;
      throw new Error(told(seen));
    },
    // "At once": Firefox takes our sheet away with the extension, in Chromium the cover looks twice a second whether it is alone.
    2_000,
  );
  await page.bringToFront();
  await page.click("#draft");
  await page.keyboard.press("End");
  await page.keyboard.type("!");
  const { sheet, ...left } = await pageOf(page);
  assert.deepEqual(left, { marker, draft: `${text}!`, hidden: false });
  // Chromium leaves the sheet, which hides nothing without our element.
  assert.equal(sheet, browser === "chromium");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "draft");
}
