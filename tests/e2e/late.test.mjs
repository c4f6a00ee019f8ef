// A tool's page that was open, and in a call, before anybody said that it is one: the browser lets us in, but not to a connection that was made before. Firefox
// says which tabs have the microphone; with the call's sound that is enough to know of it. In Chromium the card says what to do, nothing is held for it, and once the
// connection is renegotiated the call counts like any other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, openLine, until } from "./harness.mjs";
import { browser } from "./scene.mjs";

/** @typedef {import("node:test").TestContext} TestContext */

if (browser === "firefox") {
  test("a call from before is known by its sound and the microphone of its tab, and so is its end", async (t) => {
    // Without it Firefox keeps quiet about microphones that are not real.
    const { lab, run, news } = await set(t, { "media.navigator.permission.fake": true });
    const call = await openLine(run, lab, { phone: "/?events=off" });
    await call.begin();
    await run.saveSettings({ toolSites: [lab.url("phone", "/*")] });
    await run.untilPhase("active");
    await run.untilCovered(news);
    assert.equal((await run.view()).sidebar.needsReload, null);
    await call.hangUp("customer");
    await run.untilUncovered(news);
  });
} else {
  test("a call from before: the card says to load the page again after it, and a hold and resume make it known", async (t) => {
    const { lab, run, news } = await set(t);
    const call = await openLine(run, lab, { phone: "/?events=off" });
    await call.begin();
    await run.saveSettings({ toolSites: [lab.url("phone", "/*")] });
    const site = new URL(lab.url("phone")).origin;
    await run.untilView((view) => view.sidebar?.needsReload === site);
    assert.deepEqual([(await run.view()).sidebar.phase, await run.coverOf(news)], ["idle", { cover: false, hidden: false }], "nothing is held for it");
    const card = await run.sidebarPage();
    const notice = async () => card.$eval("[data-part=needs-reload]", (part) => (/** @type {HTMLElement} */ (part).hidden ? "" : part.textContent ?? ""));
    await until("the card says so", async () => (await notice()).includes(site));

    await call.hold();
    await call.resume();
    await run.untilPhase("active");
    await run.untilCovered(news);
    await run.untilView((view) => view.sidebar?.needsReload === null);
    await call.hangUp("customer");
    await run.untilUncovered(news);

    // The next call in that page is one like any other.
    await call.begin();
    await run.untilCovered(news);
    assert.equal((await run.view()).sidebar.needsReload, null);
    await call.hangUp("agent");
    await run.untilUncovered(news);
  });
}

/** @param {TestContext} t @param {Record<string, unknown>} [prefs] */
async function set(t, prefs = {}) {
  const lab = await startLab();
  t.after(() => lab.close());
  const run = await launch({ browser, prefs, settings: { blocklist: [lab.host("news")], wrapUpSeconds: 0 } });
  t.after(() => run.close());
  return { lab, run, news: await run.openPage(lab.url("news")) };
}
