// A tool's page that was open, and in a call, before anybody said that it is one: the browser lets us in, but not to a connection that was made before. The card
// says what to do, nothing is held for it, and once the connection is renegotiated the call counts like any other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, openLine, until } from "./harness.mjs";
import { browser } from "./scene.mjs";

test("a call from before: the card says to load the page again after it, and a hold and resume make it known", async (t) => {
  const lab = await startLab();
  t.after(() => lab.close());
  const run = await launch({ browser, settings: { blocklist: [lab.host("news")], wrapUpSeconds: 0 } });
  t.after(() => run.close());
  const news = await run.openPage(lab.url("news"));
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
