/**
 * The five pictures of the stores, `node tests/look/store.mjs --dist dist/chrome-personal`: a real call in a real browser, with the personal edition as a person has
 * it. Written into docs/store, 1280 by 800 pixels each, as the Web Store wants them.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launch, openLine, until } from "../e2e/harness.mjs";
import { startLab } from "../lab/server.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const { values: asked } = parseArgs({ options: { dist: { type: "string", default: "dist" } } });
const folder = join(fileURLToPath(new URL("../../", import.meta.url)), "docs/store");
const whole = { width: 1280, height: 800 };
const card = { width: 360, height: 800 };
const page = { width: whole.width - card.width - 1, height: 800 };

const lab = await startLab();
const run = await launch({
  browser: "chromium",
  edition: "personal",
  dist: asked.dist,
  settings: {
    toolSites: [`${lab.url("phone")}*`],
    blocklist: [lab.host("news"), lab.host("video")],
    wrapUpSeconds: 0,
    agent: { name: "Elin", line: "555 0100" },
    placeNotes: [{ country: "Portugal", city: "Lisbon", note: "Deliveries to the old town arrive by hand cart: allow one more day." }],
  },
});
try {
  const settings = await run.extensionPage("www/options.html");
  await until("the page asks for access", () => settings.$eval("[data-part=grant]", (button) => button.getClientRects().length > 0));
  await run.click(settings, "[data-part=grant]");
  await until("it is given", () => settings.$eval("[data-part=grant]", (button) => button.getClientRects().length === 0));
  await settings.close();
  const news = await run.openPage(lab.url("news"));
  await news.setViewport(page);
  await run.click(news, "#draft");
  await news.keyboard.type("I once stayed in a lighthouse for a week, and what nobody tells you is");
  const work = await run.openPage(lab.url("work"));
  const sidebar = await run.sidebarPage();
  await sidebar.setViewport(card);
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilPhase("active");
  await run.untilCovered(news);
  await until("the card is drawn", () => sidebar.$eval("[data-part=phrase]", (phrase) => phrase.textContent !== ""));
  await together(call.phone, sidebar, "1-call");
  await together(news, sidebar, "2-covered");

  await run.head(work, lab.url("video"));
  await run.untilAt(work, run.blockedUrl(lab.url("video")));
  await until("the page says what it stopped", () => work.evaluate((host) => document.body.innerText.includes(host), new URL(lab.url("video")).hostname));
  await together(work, sidebar, "3-stopped");

  const options = await run.extensionPage("www/options.html");
  await until("the settings are drawn", () => options.evaluate(() => document.body.dataset.ready === ""));
  await options.setViewport(whole);
  writeFileSync(join(folder, "4-settings.png"), await options.screenshot());
  await options.close();

  await call.hangUp("customer");
  await run.untilPhase("idle");
  await run.untilUncovered(news);
  await until("the digest is there", () => sidebar.$eval("[data-part=digest]", (digest) => digest.getClientRects().length > 0));
  await together(news, sidebar, "5-after");
  console.log(`5 pictures in ${folder}`);
} finally {
  await run.close();
  await lab.close();
}

/** A tab and the card side by side, as a browser's window shows them: no headless browser can be photographed with its panel. @param {Page} tab @param {Page} sidebar @param {string} name */
async function together(tab, sidebar, name) {
  await tab.setViewport(page);
  const shots = [];
  for (const one of [tab, sidebar]) {
    await one.bringToFront();
    shots.push(`data:image/png;base64,${await one.screenshot({ encoding: "base64" })}`);
  }
  const album = await run.puppeteer.newPage();
  await album.setViewport(whole);
  await album.evaluate(async (sources) => {
    document.body.style.cssText = "margin:0;display:flex;gap:1px;background:#c9d0d8";
    for (const source of sources) {
      const image = new Image();
      image.src = source;
      await image.decode();
      document.body.append(image);
    }
  }, shots);
  writeFileSync(join(folder, `${name}.png`), await album.screenshot());
  await album.close();
}
