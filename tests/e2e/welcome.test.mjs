// The first minute: who installs Undivided is asked four things, sees a practice call work, and the next real call is protected.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, openLine, until } from "./harness.mjs";
import { browser } from "./scene.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const lab = await startLab();
after(() => lab.close());

test("the page opens by itself, takes what it is told, shows a practice call, and then a real call is protected", async (t) => {
  const run = await launch({ browser, edition: "personal" });
  t.after(() => run.close());
  const opened = `${run.origin}/www/welcome.html`;
  await until("it is open", async () => (await run.ext.eval(() => /** @type {any} */ (chrome.tabs.query({})))).some((/** @type {{ url?: string }} */ tab) => tab.url === opened));
  // One of our own to write in: Firefox's driver sees no extension's page that it did not open itself.
  const welcome = await run.extensionPage("www/welcome.html");
  await until("it is drawn", () => welcome.evaluate(() => document.body.dataset.ready === ""));

  await write(welcome, "tool-sites", lab.url("phone", "/*"));
  await write(welcome, "blocklist", lab.host("news"));
  await write(welcome, "agent-name", "Jo");
  await write(welcome, "focus-plan", "I put the phone face down.");
  await until("it is saved", async () => {
    const { settings } = await run.storage("local");
    return settings?.agent?.name === "Jo" && settings.focusPlan === "I put the phone face down." && settings.blocklist?.[0] === lab.host("news") && settings.toolSites?.length === 1;
  });
  await until("access is asked for", () => welcome.$eval("[data-part=grant]", (button) => button.getClientRects().length > 0));
  await run.click(welcome, "[data-part=grant]");
  await until("it is given", () => welcome.$eval("[data-part=grant]", (button) => button.getClientRects().length === 0));

  const news = await run.openPage(lab.url("news"));
  await welcome.bringToFront();
  await run.click(welcome, "[data-part=practise]");
  await run.untilView(({ sidebar }) => sidebar?.phase === "active" && sidebar.customer.name === "Robin Example");
  await run.untilCovered(news);
  const card = await run.sidebarPage();
  await until("the card shows them", () => card.$eval("[data-part=customer-name]", (name) => name.textContent === "Robin Example"));
  await run.click(card, "[data-part=call-over]");
  await run.untilPhase("wrapUp");
  await run.ext.eval(() => chrome.runtime.sendMessage({ body: { command: "endFocus" } }));
  await run.untilUncovered(news);
  await run.untilPhase("idle", 30_000);

  const call = await openLine(run, lab);
  await call.begin();
  await run.untilView(({ sidebar }) => sidebar?.phase === "active" && sidebar.customer.name === "Maria Silva");
  await run.untilCovered(news);
});

test("its button leads to where the browser lets one choose the keys", async (t) => {
  const run = await launch({ browser, settings: { toolSites: [lab.url("phone", "/*")] } });
  t.after(() => run.close());
  const welcome = await run.extensionPage("www/welcome.html");
  await until("it is drawn", () => welcome.evaluate(() => document.body.dataset.ready === ""));
  await run.click(welcome, "[data-part=change-keys]");
  const place = browser === "chromium" ? "chrome://extensions/shortcuts" : "about:addons";
  await until(`${place} is open`, async () => {
    const urls = (await run.ext.eval(() => /** @type {any} */ (chrome.tabs.query({})))).map((/** @type {{ url?: string }} */ tab) => tab.url);
    if (urls.includes(place)) return true;
    throw new Error(urls.join(" "));
  });
});

test("the managed edition opens nothing", async (t) => {
  const run = await launch({ browser, settings: { toolSites: [lab.url("phone", "/*")] } });
  t.after(() => run.close());
  // After this it has been through its installation: the settings that were saved later have been read.
  await run.untilView((view) => view.sidebar?.setUp === "ready");
  const tabs = await run.ext.eval(() => /** @type {any} */ (chrome.tabs.query({})));
  assert.equal(tabs.some((/** @type {{ url?: string }} */ tab) => tab.url?.includes("welcome")), false);
});

/** @param {Page} page @param {string} part @param {string} text */
async function write(page, part, text) {
  await page.bringToFront();
  await page.focus(`[data-part=${part}]`);
  await page.keyboard.type(text);
}
