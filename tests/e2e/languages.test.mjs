// Our pages in two languages in real browsers, English and Arabic: the words are there, the page reads in their direction, all of them have room, and what is
// said of so many is said as the language counts. The language is that of a bundle that has no other, as a browser's own would need its language pack.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { cutOff, tooWide } from "../look/room.mjs";
import { bundle, launch, openLine, until } from "./harness.mjs";
import { browser, usual } from "./scene.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const PAGES = ["options", "coaching", "lists", "insights", "why", "policy", "welcome", "blocked"];

/** The forms that a language has for what is held in one tab and in three. */
const COUNTED = {
  en: ["Holding 1 tab on news.localhost", "Holding 3 tabs on news.localhost"],
  ar: ["علامة تبويب واحدة موقوفة: news.localhost", "3 علامات تبويب موقوفة: news.localhost"],
};

for (const [language, [one, three]] of Object.entries(COUNTED)) {
  test(`in ${language} every page has its words, their direction and room for them, and counts as the language does`, async (t) => {
    const dist = spoken(language);
    t.after(() => rmSync(dist, { recursive: true }));
    const lab = await startLab();
    t.after(() => lab.close());
    const run = await launch({ browser, dist, settings: { ...usual(lab), agent: { name: "Maximiliana Wolfeschlegelsteinhausen" } } });
    t.after(() => run.close());
    const direction = language === "ar" ? "rtl" : "ltr";
    for (const name of PAGES) {
      const page = await run.extensionPage(`www/${name}.html`, { width: 320, height: 840 });
      await page.waitForSelector("body[data-ready]");
      assert.deepEqual(await spokenBy(page), [language, direction], name);
      await untilRoom(page, name);
      await page.close();
    }

    const call = await openLine(run, lab);
    const card = await run.sidebarPage();
    for (const [tabs, words] of /** @type {const} */ ([[1, one], [3, three]])) {
      const open = [];
      while (open.length < tabs) open.push(await run.openPage(lab.url("news", "/?silent")));
      await call.begin();
      await until(`the card says: ${words}`, async () => {
        const said = await card.$eval("[data-part=held]", (held) => held.textContent);
        if (said === words) return true;
        throw new Error(String(said));
      });
      assert.deepEqual(await spokenBy(card), [language, direction]);
      await untilRoom(card, "the card");
      await call.hangUp("agent");
      await run.untilPhase("idle");
      for (const page of open) await page.close();
    }
  });
}

/** A bundle that has one language. @param {string} language */
function spoken(language) {
  const dist = mkdtempSync(join(tmpdir(), "undivided-"));
  cpSync(bundle(browser, "managed"), dist, { recursive: true });
  for (const other of readdirSync(join(dist, "_locales"))) if (other !== language) rmSync(join(dist, "_locales", other), { recursive: true });
  const file = join(dist, "manifest.json");
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), default_locale: language }));
  return dist;
}

/** @param {Page} page */
async function spokenBy(page) {
  return page.evaluate(() => [document.documentElement.lang, getComputedStyle(document.body).direction]);
}

/** Once fonts are there, which come when a page first needs their letters. @param {Page} page @param {string} name */
async function untilRoom(page, name) {
  await page.evaluate(async () => void (await document.fonts.ready));
  assert.deepEqual([await tooWide(page), await cutOff(page)], ["", []], name);
}
