// Days are counted for the agent's own eyes: a real call and what it held are in the page's sums with no word of the customer, and gone when they are deleted.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, openLine, until } from "./harness.mjs";
import { browser, downloaded, usual } from "./scene.mjs";

const lab = await startLab();
after(() => lab.close());

test("a call and what it held are counted, name nobody, and can be deleted; switched off, nothing more is", async (t) => {
  const run = await launch({ browser, settings: { ...usual(lab), blocklist: [lab.host("news")], wrapUpSeconds: 0 } });
  t.after(() => run.close());
  const page = await run.extensionPage("www/insights.html");
  await until("it is drawn", () => page.evaluate(() => document.body.dataset.ready === ""));
  assert.equal(await shown("insights-none"), true, "there is nothing yet, and it says so");

  const news = await run.openPage(lab.url("news"));
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilCovered(news);
  await call.hangUp("agent");
  await run.untilUncovered(news);
  await until("the call is counted", async () => (await books())[0]?.calls === 1 && (await books())[0]?.sites !== undefined);
  const [day] = await books();
  const site = lab.host("news").replace(/:\d+$/, "");
  assert.deepEqual(day.sites, [[site, 1, 0, 0]]);
  assert.equal(JSON.stringify(day).includes("Maria"), false, "nobody is named");
  await until("the page says so", async () => (await shown("insights-some")) && (await text("figure-calls")) === "1" && (await text("figure-held")) === "1");
  assert.match(await text("sites-rows"), new RegExp(site.replaceAll(".", "\\.")));

  await run.click(page, "[data-part=delete]");
  assert.equal((await books()).length, 1, "one click deletes nothing");
  await run.click(page, "[data-part=delete]");
  await until("all is deleted", async () => (await books()).length === 0 && (await shown("insights-none")));

  const { settings } = await run.storage("local");
  await run.saveSettings({ ...settings, insights: "off" });
  await until("the page says that it is off", () => shown("insights-off"));
  await call.begin();
  await run.untilCovered(news);
  await call.hangUp("agent");
  await run.untilUncovered(news);
  await run.untilPhase("idle");
  assert.deepEqual(await books(), []);

  /** @returns {Promise<any[]>} */
  async function books() {
    return (await run.storage("local")).insights ?? [];
  }

  /** @param {string} part */
  function shown(part) {
    return page.$eval(`[data-part=${part}]`, (element) => !(/** @type {HTMLElement} */ (element).hidden));
  }

  /** @param {string} part */
  function text(part) {
    return page.$eval(`[data-part=${part}]`, (element) => element.textContent ?? "");
  }
});

test("phrases have their words, the organisation's too, and the sums are taken along as a table or as JSON", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "undivided-insights-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const downloads = join(folder, "downloads");
  mkdirSync(downloads);
  const phrases = { own: [{ id: "acme", stages: ["working"], text: "Acme is on it." }] };
  const run = await launch({
    browser,
    prefs: { "browser.download.folderList": 2, "browser.download.dir": downloads },
    settings: { ...usual(lab), phrases: { liked: ["acme"] } },
    policy: { phrases },
  });
  t.after(() => run.close());
  if (browser === "chromium") {
    const session = await run.puppeteer.target().createCDPSession();
    await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: downloads });
  }
  await until("the policy is known", async () => (await run.storage("local")).policy?.phrases !== undefined);
  const books = await run.ext.eval(async () => {
    const now = new Date();
    const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
    const insights = [{ day: `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`, calls: 2, phrases: [["acme", 3, 0]] }];
    await chrome.storage.local.set({ insights });
    return insights;
  });
  const page = await run.extensionPage("www/insights.html");
  await until("it is drawn", () => page.evaluate(() => document.body.dataset.ready === ""));
  const words = await page.$$eval("[data-part=phrases-rows] [data-part=words]", (all) => all.map((one) => one.textContent));
  assert.deepEqual(words, ["Acme is on it."]);

  await run.click(page, "[data-part=save-csv]");
  const table = (await downloaded(downloads, "undivided-insights.csv")).toString().split("\r\n");
  assert.equal(table[0], "day,what,name,count");
  assert.ok(table.includes(`${books[0]?.day},calls,,2`), table.join(" | "));
  await until("the page says so", async () => (await page.$eval("[data-part=insights-said]", (said) => said.textContent)) === "undivided-insights.csv is among your downloads.");
  await run.click(page, "[data-part=save-json]");
  assert.deepEqual(JSON.parse((await downloaded(downloads, "undivided-insights.json")).toString()), { days: books, undividedInsights: 1 });
});
