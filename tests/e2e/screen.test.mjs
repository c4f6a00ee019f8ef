// The customer may be watching: while a tool's page shares the screen, the card shows nothing of them. A real call with a real capture, sent to the other end.
//
// The prompt that asks what to share has nobody to answer it: Chromium is told beforehand to grant the tab. Firefox without a screen has nothing to grant and says
// so; there the page asks, as for a capture, and then sends a picture that comes from no camera, which is all that Firefox tells of a capture (its tracks
// have no `displaySurface`, measured in 153).

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, until } from "./harness.mjs";
import { browser, usual } from "./scene.mjs";
import { openStudio, studio } from "./studio.mjs";

const lab = await startLab();
after(() => lab.close());
const run = await launch({
  browser,
  settings: usual(lab),
  args: browser === "chromium" ? ["--auto-accept-this-tab-capture"] : [],
});
after(() => run.close());

test("the card folds while the tool shares the screen, and opens when that ends", async () => {
  const [agent, customer] = [await openStudio(run, lab, "phone"), await openStudio(run, lab, "customer")];
  const card = await run.sidebarPage();
  await agent.bringToFront();
  // A capture needs a person's click in the page.
  await agent.evaluate(() => document.addEventListener("click", () => void (/** @type {any} */ (globalThis).began = /** @type {any} */ (globalThis).capture()), { once: true }));
  await agent.evaluate((captures) => {
    const page = /** @type {any} */ (globalThis);
    page.capture = async () => {
      if (!captures) await navigator.mediaDevices.getDisplayMedia({ video: true }).catch(() => {});
      page.offer = await page.studio.offer(["microphone", captures ? "tab" : "screen"]);
    };
  }, browser === "chromium");
  await agent.mouse.click(10, 10);
  const offer = await agent.evaluate(async () => {
    await /** @type {any} */ (globalThis).began;
    return /** @type {any} */ (globalThis).offer;
  });
  await studio(agent, "accept", await studio(customer, "answer", offer, ["sound"]));
  await run.untilPhase("active");
  await card.bringToFront();
  const shows = (/** @type {string} */ name) => card.$eval(`[data-part=${name}]`, (element) => element.getClientRects().length > 0);
  await until("the card is folded", () => shows("folded"));
  assert.equal(await card.$eval("[data-part=folded-text]", (text) => text.textContent), "Your screen is shared. Nothing about your customer is shown until that ends.");
  assert.equal(await shows("customer-name"), false);
  await agent.evaluate(() => {
    for (const { track } of /** @type {any} */ (globalThis).studio.peer.getSenders()) if (track?.kind === "video") track.stop();
  });
  await until("it is open again", () => shows("customer-name"));
});
