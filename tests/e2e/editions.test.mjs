// Both editions in one browser: an agent has installed the personal one, and IT pushes the managed one. One does the work, and none is in the other's way.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { bundle, launch, until } from "./harness.mjs";
import { browser, usual } from "./scene.mjs";

const lab = await startLab();
after(() => lab.close());
const run = await launch({ browser, edition: "personal", settings: usual(lab) });
after(() => run.close());

test("the personal edition rests as soon as the managed one is there, gives back what it held, and works again when that is gone", async () => {
  const work = await run.openPage(lab.url("work"));
  const card = await run.sidebarPage();
  await work.bringToFront();
  await run.triggerAction(work);
  await run.untilPhase("active");

  // In the midst of it.
  const managed = await run.puppeteer.installExtension(bundle(browser, "managed"));
  await run.untilView(({ sidebar }) => sidebar?.setUp === "theOthers" && sidebar.phase === "idle");
  await until("the card says so", () => card.$eval(".the-others", (words) => words.getClientRects().length > 0));
  assert.equal(await card.$eval(".desk-phone", (button) => button.getClientRects().length), 0);
  await work.bringToFront();
  await run.triggerAction(work);
  assert.equal(await settled(), "off", "the button begins nothing any more");
  assert.equal((await run.view()).sidebar.phase, "idle");
  const options = await run.extensionPage("www/options.html");
  await until("the settings say so", () => options.$eval("[data-part=the-others]", (words) => words.getClientRects().length > 0));
  await options.close();

  // Gone: the next worker asks, and nobody answers.
  await run.puppeteer.uninstallExtension(managed);
  await run.killBackground();
  await settled();
  await run.untilView(({ sidebar }) => sidebar?.setUp === "ready");
  await work.bringToFront();
  await run.triggerAction(work);
  await run.untilPhase("active");
});

/** Whether a conversation is on, after all that came before was taken in. */
const settled = () => run.ext.eval(() => /** @type {any} */ (chrome.runtime.sendMessage({ body: "nothing" })));
