// The demo: `node tests/lab/demo.mjs --browser chromium|firefox --dist DIR [--headless]`. A real browser with the managed edition, an
// agent's phone, a customer at the other end, and a news page with a half-written comment and a sound. Without a display (or with
// --headless) the story plays by itself, is measured, photographed into target/demo and checked: what did not happen makes it fail. With a
// display the windows are left to a person until the browser is closed.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launch, openLine, picture, until } from "../e2e/harness.mjs";
import { policiesArePrivate } from "../e2e/harness/policy.mjs";
import { maria, startLab } from "./server.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const { values: asked } = parseArgs({
  options: { browser: { type: "string", default: "chromium" }, dist: { type: "string" }, headless: { type: "boolean", default: false } },
});
const browser = asked.browser === "firefox" ? "firefox" : "chromium";
const display = process.platform !== "linux" || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
const alone = asked.headless || !display;
const size = { width: 1280, height: 800 };
const pictures = join(fileURLToPath(new URL("../../", import.meta.url)), "target/demo");
const comment = "I once stayed in a lighthouse for a week, and what nobody tells you is";
const name = maria.name ?? "";

const lab = await startLab();
const settings = {
  toolSites: [`${lab.url("phone")}*`],
  blocklist: [lab.host("news"), lab.host("video")],
  wrapUpSeconds: alone ? 3 : 10,
  agent: { name: "Elin", line: "Harbour" },
  placeNotes: [{ country: "Portugal", city: "Lisbon", note: "Deliveries to the old town arrive by hand cart: allow one more day." }],
};
// As IT would give them where that touches nothing of the machine. With a person at it only as root: for anybody else the browser would
// have to run without its sandbox, under a banner that says so.
const asPolicy = policiesArePrivate() && (alone || process.getuid?.() === 0);

const run = await launch({
  browser,
  headless: alone,
  ...(asked.dist === undefined ? {} : { dist: asked.dist }),
  ...(asPolicy ? { policy: settings } : { settings }),
});
try {
  if (asPolicy) {
    await until("the policy arrives", () => run.ext.eval(async () => "blocklist" in (await /** @type {any} */ (chrome).storage.managed.get())));
  }
  if (alone) await story();
  else await play();
} catch (error) {
  console.error(`The story stopped: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await run.close();
  await lab.close();
}

/** The story by itself. */
async function story() {
  mkdirSync(pictures, { recursive: true });
  /** @type {{ what: string, ms: number, note: string }[]} */
  const timeline = [];
  /** @type {(page: Page, moment: string) => Promise<void>} */
  const photograph = (page, moment) => picture(page, join(pictures, `${browser}-${moment}.png`));

  const news = await run.openPage(lab.url("news"));
  await news.setViewport(size);
  await run.click(news, "#draft");
  await news.keyboard.type(comment);
  const marker = await news.evaluate(() => /** @type {any} */ (window).marker);
  check(await news.evaluate(() => !(/** @type {HTMLAudioElement} */ (document.querySelector("#sound")).paused)), "the news page plays its sound");
  const work = await run.openPage(lab.url("work"));
  await work.setViewport(size);
  const sidebar = await run.sidebarPage();
  const call = await openLine(run, lab);
  await call.phone.setViewport(size);
  await run.untilPhase("idle");
  await photograph(sidebar, "sidebar-1-idle");

  await watch(sidebar, "named", (wanted) => {
    const part = document.querySelector("[data-part=customer-name]");
    return part !== null && part.getClientRects().length > 0 && (part.textContent ?? "").includes(wanted);
  });
  await call.ring();
  await run.untilPhase("ringing");
  timeline.push({ what: "ringing → sidebar shows name", ms: (await seen(sidebar, "named")) - (await shown(call.phone, "ringing")), note: "" });
  check(!(await run.coverOf(news)).cover, "nothing is held while it rings");
  await photograph(call.phone, "phone-1-ringing");
  await photograph(sidebar, "sidebar-2-ringing");

  await watch(news, "covered", () => document.querySelector("undivided-cover") !== null && getComputedStyle(document.body).visibility === "hidden");
  await call.answer();
  await run.untilPhase("active");
  await run.untilCovered(news);
  timeline.push({ what: "active → tab covered", ms: (await seen(news, "covered")) - (await shown(call.phone, "active")), note: "" });
  await until("the news tab is muted", () => run.muted(lab.url("news")));
  await photograph(news, "page-1-covered");
  await photograph(sidebar, "sidebar-3-active");
  await photographTogether(call.phone, sidebar, "together-1-phone");
  await photographTogether(news, sidebar, "together-2-covered");
  await run.colours(sidebar, "dark");
  await photograph(sidebar, "sidebar-3-active-dark");
  await run.colours(sidebar, "light");

  await call.hold();
  await run.untilPhase("hold");
  check((await run.coverOf(news)).cover, "it stays held on hold");
  await photograph(sidebar, "sidebar-4-hold");
  await call.resume();
  await run.untilPhase("active");

  await work.bringToFront();
  const left = Date.now();
  await run.head(work, lab.url("video"));
  const blocked = run.blockedUrl(lab.url("video"));
  await run.untilAt(work, blocked);
  timeline.push({ what: "new navigation → blocked page", ms: Date.now() - left, note: "as the harness sees it" });
  check(lab.hits("GET video /") === 0, "the blocked site was not asked for anything");
  await until("the blocked page says what it stopped", () => work.evaluate((host) => document.body.innerText.includes(host), new URL(lab.url("video")).hostname));
  await photograph(work, "page-2-blocked");

  await watch(news, "released", () => document.querySelector("undivided-cover") === null && getComputedStyle(document.body).visibility === "visible");
  await call.hangUp("customer");
  await run.untilPhase("wrapUp");
  await photograph(sidebar, "sidebar-5-wrap-up");
  await run.untilPhase("idle");
  await run.untilUncovered(news);
  const wrapUp = settings.wrapUpSeconds * 1000;
  timeline.push({ what: "ended → released", ms: (await seen(news, "released")) - (await shown(call.phone, "ended")), note: `${wrapUp} of them the wrap-up that is set` });
  await until("the news tab sounds again", async () => !(await run.muted(lab.url("news"))));
  await run.untilAt(work, lab.url("video"));
  const after = await news.evaluate(() => [/** @type {any} */ (window).marker, /** @type {HTMLTextAreaElement} */ (document.querySelector("#draft")).value]);
  check(after[0] === marker, "the news page is the same document as before");
  check(after[1] === comment, "the half-written comment is still there");
  await photograph(news, "page-3-restored");
  await photograph(work, "page-4-went-on");
  await photograph(sidebar, "sidebar-6-idle");

  console.log(`\nA protected call in ${browser} (settings from ${asPolicy ? "a policy file" : "storage"}):`);
  for (const { what, ms, note } of timeline) console.log(`  ${`${what}:`.padEnd(34)} ${String(ms).padStart(5)} ms${note ? ` (${note})` : ""}`);
  console.log(`The half-written comment is there, the sound is back, the blocked tab went on. Pictures: ${pictures}/${browser}-*.png`);
}

/**
 * A tab and the sidebar side by side, as a browser's window shows them: no headless browser can be photographed with its panel.
 * @param {Page} page
 * @param {Page} sidebar
 * @param {string} moment
 */
async function photographTogether(page, sidebar, moment) {
  const beside = { width: 920, height: 760 };
  const shots = [];
  for (const one of [page, sidebar]) {
    await one.bringToFront();
    if (one === page) await one.setViewport(beside);
    shots.push(`data:image/png;base64,${await one.screenshot({ encoding: "base64" })}`);
    if (one === page) await one.setViewport(size);
  }
  const album = await run.puppeteer.newPage();
  await album.setViewport({ width: beside.width + 361, height: beside.height });
  await album.evaluate(async (sources) => {
    document.body.style.cssText = "margin:0;display:flex;gap:1px;background:#c9d0d8";
    for (const source of sources) {
      const image = new Image();
      image.src = source;
      await image.decode();
      document.body.append(image);
    }
  }, shots);
  writeFileSync(join(pictures, `${browser}-${moment}.png`), await album.screenshot());
  await album.close();
}

/** The windows for a person. */
async function play() {
  const news = await run.openPage(lab.url("news"));
  await run.click(news, "#draft");
  await news.keyboard.type(comment);
  await run.openPage(lab.url("work"));
  const call = await openLine(run, lab, { window: { left: 900, top: 80, width: 640, height: 620 } });
  await call.phone.bringToFront();
  await run.control?.close(); // nothing for a person to see
  console.log(`
Undivided, in ${browser}. One window is the agent's (Harbour Phone, the news, a work page), one is the customer's.
  1. In the customer's window: "Call Harbour". Type another name first, if you like.
  2. In the agent's: "Answer". The sidebar shows who calls; the news tab is covered and silent, and opening ${lab.url("video")} is stopped.
     If no sidebar opens: Alt+Shift+S.
  3. Hold, resume, mute; then hang up from either side. ${settings.wrapUpSeconds} seconds later all is as it was, the comment you find half-written too.
Close the browser to end the demo.`);
  await new Promise((resolve) => run.puppeteer.once("disconnected", resolve));
}

/**
 * Notes in a page the moment at which something is first so there.
 * @param {Page} page
 * @param {string} what
 * @param {(name: string) => boolean} isSo runs in the page
 */
async function watch(page, what, isSo) {
  // Built here as text: in a page the name of a function from here means nothing, and extension pages forbid making one from text.
  const script = `(() => {
    const isSo = ${isSo};
    const seen = (globalThis.seen ??= {});
    delete seen[${JSON.stringify(what)}];
    const look = () => {
      if (isSo(${JSON.stringify(name)})) seen[${JSON.stringify(what)}] ??= Date.now();
      if (${JSON.stringify(what)} in seen) observer.disconnect();
      return ${JSON.stringify(what)} in seen;
    };
    // CSS that comes or goes beside a change of the document makes no mutation, and timers of tabs behind are slow: so a few hundred
    // turns of a message channel after each.
    const channel = new MessageChannel();
    let turns = 0;
    channel.port1.onmessage = () => turns-- > 0 && !look() && channel.port2.postMessage(0);
    const observer = new MutationObserver(() => {
      if (look()) return;
      if (turns <= 0) channel.port2.postMessage(0);
      turns = 300;
    });
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  })()`;
  await page.evaluate(script);
}

/**
 * When a watched moment was.
 * @param {Page} page
 * @param {string} what
 * @returns {Promise<number>}
 */
async function seen(page, what) {
  return until(`the page saw that it was ${what}`, () => page.evaluate((key) => /** @type {any} */ (globalThis).seen[key], what));
}

/**
 * When the phone page last showed a phase.
 * @param {Page} phone
 * @param {string} phase
 * @returns {Promise<number>}
 */
async function shown(phone, phase) {
  return phone.evaluate((wanted) => /** @type {any} */ (window).moments.findLast((/** @type {any} */ one) => one.phase === wanted).at, phase);
}

/**
 * @param {boolean} isSo
 * @param {string} what
 */
function check(isSo, what) {
  if (!isSo) throw new Error(`not so: ${what}`);
}
