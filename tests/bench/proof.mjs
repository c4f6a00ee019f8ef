// How fast and how light it is, as tables: docs/proof.md. Everything is measured in a real browser, beside the floor (floor.mjs) in the same session, one
// after the other in turns; a table has medians and the spread. Nothing here judges a time but by the goals that stand beside it.
//
//   node tests/bench/proof.mjs [--browser chromium|firefox|both] [--quick] [--only SECTION,…] [--peer DIR] [--matching FILE] [--write docs/proof.md]
//
// `--quick` does a little of each, and fails only where something does not work at all. `--peer` adds another unpacked extension to the comparisons that
// a stranger can take part in. `--matching` adds what `cargo xtask bench matching` wrote.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { bundle, launch, openLine, ready, say, until } from "../e2e/harness.mjs";
import { circumstances, kilobytes, median, share } from "../e2e/harness/figures.mjs";
import { uuids } from "../e2e/harness/firefox.mjs";
import { processorTime, proportional } from "../e2e/harness/memory.mjs";
import { usual } from "../e2e/scene.mjs";
import { holdsSeen, wasmLoads, watchHolds } from "../e2e/watch.mjs";
import { startLab } from "../lab/server.mjs";
import { FLOOR, makeFloor } from "./floor.mjs";
import { profile } from "./profile.mjs";

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {import("../e2e/harness.mjs").Run} Run */
/** @typedef {import("../lab/server.mjs").Lab} Lab */
/** @typedef {{ what: string, ours: string, floor?: string, peer?: string, goal?: string, met?: "yes" | "no" }} Row */
/** @typedef {{ title: string, note?: string, rows: Row[] }} Table */

const { values: options } = parseArgs({
  options: { browser: { type: "string", default: "both" }, quick: { type: "boolean", default: false }, peer: { type: "string" }, write: { type: "string" }, only: { type: "string" }, matching: { type: "string" } },
});
const quick = options.quick;
const only = options.only?.split(",");
const root = fileURLToPath(new URL("../../", import.meta.url));
const browsers = /** @type {("chromium" | "firefox")[]} */ (options.browser === "both" ? ["chromium", "firefox"] : [options.browser]);

/** @type {string[]} */
const text = [];
// One after the other, or they would be in each other's way; where no time counts, at once.
const begun = quick ? browsers.map(measure) : [];
for (const [at, browser] of browsers.entries()) {
  const { version, tables } = await (begun[at] ?? measure(browser));
  text.push(`## ${version}`, "");
  for (const table of tables) text.push(...drawn(table), "");
}
if (options.write) writeFileSync(options.write, page(text));
else console.log(text.join("\n"));

/** @param {"chromium" | "firefox"} browser */
async function measure(browser) {
  const lab = await startLab();
  const floorFolder = join(root, "target/bench-floor", browser);
  const dist = bundle(browser, "managed");
  makeFloor(dist, floorFolder);
  const run = await launch({ browser, settings: usual(lab), dist, ...(browser === "firefox" ? { prefs: { "extensions.webextensions.uuids": JSON.stringify({ ...uuids, [FLOOR.id]: FLOOR.uuid }) } } : {}) });
  /** @type {(() => Promise<void>)[]} */
  const close = [];
  try {
    const installed = await run.puppeteer.installExtension(floorFolder);
    const floor = asRun(run, browser === "firefox" ? FLOOR.id : installed, browser === "firefox" ? `moz-extension://${FLOOR.uuid}` : `chrome-extension://${installed}`);
    const peer = options.peer && browser === "chromium" ? asPeer(run, await run.puppeteer.installExtension(options.peer)) : undefined;
    await run.untilView((view) => view.sidebar?.setUp === "ready");
    const faulty = once(() => launch({ browser, settings: usual(lab), dist: bundle(browser, "managed", join(root, "target/e2e-dist")) }));
    close.push(async () => (await faulty.made)?.close());
    const tables = [];
    const sections = [fromTheEvent, fromTheAnswer, blocked, atRest, waking, loading, loadingInFocus, toolPages, deciding, detecting, parts, memory];
    for (const section of sections.filter(({ name }) => only?.includes(name) ?? true)) {
      process.stderr.write(`${browser}: ${section.name}\n`);
      tables.push(await section({ run, lab, floor, peer, browser, dist, faulty: faulty.get }));
      await clear(run);
    }
    return { version: await run.puppeteer.version(), tables };
  } finally {
    for (const one of close) await one();
    await run.close();
    await lab.close();
  }
}

/**
 * `faulty` is another browser, with the bundle that can be told to time itself; it is launched when it is first asked for.
 * @typedef {{ run: Run, lab: Lab, floor: Run, peer: Run | undefined, browser: "chromium" | "firefox", dist: string, faulty: () => Promise<Run> }} Bench
 */

// --- 1. From the event ----------------------------------------------------------------------------------------------------------------------

/** @param {Bench} bench @returns {Promise<Table>} */
async function fromTheEvent({ run, lab }) {
  const rounds = quick ? 2 : 40;
  const distracting = quick ? 10 : 50;
  const phone = await openPhone(run, lab);
  const card = await run.sidebarPage();
  await card.waitForSelector("body[data-ready]");
  const start = lab.url("news", "/?tab=");
  await run.ext.eval(async (url, count) => {
    for (let at = 0; at < count; at += 1) await /** @type {any} */ (chrome).tabs.create({ url: url + at, active: false });
  }, start, distracting);
  await until("all are loaded", async () => (await run.tabs()).filter(({ url }) => url?.startsWith(start)).length >= distracting, 120_000);
  // A window of its own, so that it is seen beside the phone.
  await run.openPage(`${start}seen`, { window: { left: 50, top: 50, width: 600, height: 500 } });
  await phone.bringToFront();
  /** @type {Record<string, number[]>} */
  const times = { name: [], one: [], muted: [], covered: [], released: [] };
  for (let round = 0; round < rounds; round += 1) {
    await watchHolds(run, start);
    await markName(card);
    // What marking them set off is over.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const began = await say(phone, { phase: "active", customer: { name: `Maria ${String.fromCharCode(65 + round)}okora` } });
    const marks = await seenAll("all are held", async () => {
      const now = await holdsSeen(run);
      return now.muted.length > distracting && now.tabs.length > distracting && now.tabs.every(({ covered }) => covered > 0) ? now : undefined;
    });
    times.name?.push((await card.evaluate(() => /** @type {any} */ (window).namedAt)) - began);
    times.one?.push((marks.tabs.find(({ url }) => url === `${start}seen`)?.covered ?? 0) - began);
    times.muted?.push(Math.max(...marks.muted) - began);
    times.covered?.push(Math.max(...marks.tabs.map(({ covered }) => covered)) - began);
    const ended = await say(phone, { phase: "ended" });
    const free = await seenAll("all are free", async () => {
      const now = await holdsSeen(run);
      return now.unmuted.length > distracting && now.tabs.every(({ lifted }) => lifted > 0) ? now : undefined;
    });
    times.released?.push(Math.max(...free.unmuted, ...free.tabs.map(({ lifted }) => lifted)) - ended);
    await run.untilPhase("idle");
  }
  const bare = await muteAll(run, rounds);
  const row = (/** @type {string} */ what, /** @type {string} */ name, /** @type {number} */ goal) => {
    const p95 = share(times[name] ?? [], 0.95);
    return { what, ours: `${spread(times[name] ?? [])}, p95 ${p95.toFixed(0)} ms`, goal: `p95 ≤ ${goal} ms`, met: /** @type {"yes" | "no"} */ (p95 <= goal ? "yes" : "no"), ...(name === "muted" ? { floor: `${spread(bare)}, p95 ${share(bare, 0.95).toFixed(0)} ms` } : {}) };
  };
  return {
    title: `From the event that makes a conversation active, with ${distracting + 1} distractions open`,
    note: `${rounds} rounds. The event is one that a tool fires; the clock is the pages' own. The floor of muting is a page of ours that asks the browser to mute those tabs, all at once and with nothing to decide; an extension that does nothing covers nothing.`,
    rows: [
      row("the card shows the name", "name", 50),
      row("the distraction in sight is covered", "one", 50),
      row("all are muted", "muted", 50),
      row("all are covered", "covered", 500),
      row("from the end: all are free and as loud as before", "released", 500),
    ],
  };
}

/**
 * Looks seldom, and not at once: to ask fifty pages forty times a second made Firefox cover them in 1.6 s.
 * @template T @param {string} what @param {() => Promise<T | undefined>} look @returns {Promise<T>}
 */
async function seenAll(what, look) {
  const calm = () => new Promise((resolve) => setTimeout(resolve, 1_000));
  return /** @type {T} */ (await until(what, () => calm().then(look), 60_000));
}

/** What it takes the browser to mute those tabs for whoever asks. @param {Run} run @param {number} rounds @returns {Promise<number[]>} */
async function muteAll(run, rounds) {
  return run.ext.eval(async (count) => {
    const { update } = /** @type {any} */ (chrome).tabs;
    const all = /** @type {number[]} */ (/** @type {any} */ (globalThis).distracting);
    const times = [];
    for (let round = 0; round < count; round += 1) {
      for (const muted of [true, false]) {
        const start = performance.now();
        await Promise.all(all.map((tab) => update(tab, { muted })));
        if (muted) times.push(performance.now() - start);
      }
    }
    return times;
  }, rounds);
}

/** @param {Page} card */
async function markName(card) {
  await card.evaluate(() => {
    const page = /** @type {any} */ (window);
    page.namedAt = 0;
    const name = document.querySelector("[data-part=customer-name]");
    const before = name?.textContent;
    page.naming?.disconnect();
    page.naming = new MutationObserver(() => {
      if (name?.textContent && name.textContent !== before) page.namedAt ||= Date.now();
    });
    page.naming.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
}

/** @param {Bench} bench @returns {Promise<Table>} */
async function fromTheAnswer({ run, lab }) {
  const rounds = quick ? 1 : 12;
  const call = await openLine(run, lab, { phone: "/?events=off" });
  /** @type {number[]} */
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    await call.ring();
    await call.phone.bringToFront();
    const answered = await call.phone.evaluate(
      () => new Promise((/** @type {(at: number) => void} */ resolve) => {
        document.querySelector("#answer")?.addEventListener("click", () => resolve(Date.now()), { once: true });
        /** @type {HTMLElement} */ (document.querySelector("#answer")).click();
      }),
    );
    const { at } = await run.untilPhase("active", 20_000);
    times.push(at - answered);
    await call.hangUp("agent");
    await run.untilPhase("idle", 20_000);
  }
  const p95 = share(times, 0.95);
  return {
    title: "From the answer of a WebRTC call that nobody tells of",
    note: `${rounds} real calls between two pages, known by their microphone and their sound alone.`,
    rows: [{ what: "the conversation is active", ours: `${spread(times)}, p95 ${p95.toFixed(0)} ms`, goal: "p95 ≤ 4 000 ms", met: p95 <= 4000 ? "yes" : "no" }],
  };
}

/** @param {Bench} bench @returns {Promise<Table>} */
async function blocked({ run, lab }) {
  const rounds = quick ? 3 : 30;
  const phone = await openPhone(run, lab);
  const page = await run.openPage(lab.url("work"));
  await say(phone, { phase: "active", customer: { name: "Maria Silva" } });
  await until("rules stand", async () => (await run.sessionRules()).length > 0);
  const before = lab.hits("GET video /");
  await run.ext.eval((start) => {
    const seen = /** @type {any} */ (globalThis);
    seen.committed = 0;
    /** @type {any} */ (chrome).webNavigation.onCommitted.addListener((/** @type {any} */ { url }) => (seen.committed += Number(url.startsWith(start))));
  }, lab.url("video"));
  for (let round = 0; round < rounds; round += 1) {
    await run.head(page, lab.url("video", `/?round=${round}`));
    await run.untilAt(page, run.blockedUrl(lab.url("video", `/?round=${round}`)));
    // Not by the protocol: Firefox does not tell of the end of a load that leads away from a page of ours.
    await run.head(page, lab.url("work", `/?round=${round}`));
    await run.untilAt(page, lab.url("work", `/?round=${round}`));
  }
  const [asked, committed] = [lab.hits("GET video /") - before, await run.ext.eval(() => /** @type {number} */ (/** @type {any} */ (globalThis).committed))];
  await say(phone, { phase: "ended" });
  await run.untilPhase("idle");
  return {
    title: `A way to a distraction during a conversation, ${rounds} times`,
    note: "A page that was never asked for never paints.",
    rows: [
      { what: "requests that reached the site", ours: `${asked}`, goal: "none", met: asked === 0 ? "yes" : "no" },
      { what: "documents of the site that came to be in the tab", ours: `${committed}`, goal: "none", met: committed === 0 ? "yes" : "no" },
    ],
  };
}

// --- 3. At rest -----------------------------------------------------------------------------------------------------------------------------

/** @param {Bench} bench @returns {Promise<Table>} */
async function atRest({ run, lab, floor, peer, browser }) {
  const pages = quick ? 6 : 60;
  const page = await run.openPage(lab.url("work"));
  // What conversations left to be done later is done. An alarm that stays is one that would wake it, and is counted.
  await until("no alarm is set", () => run.ext.eval(async () => (await /** @type {any} */ (chrome.alarms).getAll()).length === 0), 90_000).catch(() => {});
  // Every worker begins dead: whatever lives later was woken by the browsing.
  const all = [run, floor, ...(peer ? [peer] : [])];
  for (const one of all) await one.killBackground();
  /** @type {number[]} */
  const woken = all.map(() => 0);
  let loaded = browser === "firefox" ? 0 : undefined;
  for (let at = 0; at < pages; at += 1) {
    await page.goto(lab.url("work", `/?page=${at}`));
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    for (const [which, one] of all.entries()) {
      if (!(await one.backgroundAlive())) continue;
      woken[which] = (woken[which] ?? 0) + 1;
      // Time to find that nothing is on, and to say that it need not be woken again: browsers give it thirty seconds.
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (browser === "firefox" && which === 0) loaded = (loaded ?? 0) + (await wasmLoads(run));
      await one.killBackground();
    }
  }
  const told = (/** @type {number | undefined} */ count) => `${count ?? 0}`;
  return {
    title: `At rest: ${pages} ordinary pages, no conversation`,
    note: "How often a page has woken a background that was dead before it. It has half a second then, and is ended again.",
    rows: [
      { what: "wake-ups", ours: told(woken[0]), floor: told(woken[1]), ...(peer ? { peer: told(woken[2]) } : {}), goal: browser === "chromium" ? "none" : "no wasm", met: (browser === "chromium" ? woken[0] === 0 : loaded === 0) ? "yes" : "no" },
      ...(loaded === undefined ? [] : [{ what: "wasm loaded meanwhile", ours: `${loaded}`, goal: "none", met: /** @type {"yes" | "no"} */ (loaded === 0 ? "yes" : "no") }]),
    ],
  };
}

// --- 4. Waking ------------------------------------------------------------------------------------------------------------------------------

/** @param {Bench} bench @returns {Promise<Table>} */
async function waking({ run, floor }) {
  const rounds = quick ? 3 : 25;
  const [ours, theirs] = [await run.extensionPage("www/theme.css"), await run.driver.openExtensionPage(run.puppeteer, `${floor.origin}/page.html`)];
  /** @type {{ ours: number[], floor: number[] }} */
  const times = { ours: [], floor: [] };
  for (let round = 0; round < rounds; round += 1) {
    await run.killBackground();
    times.ours.push(await answered(ours));
    await floor.killBackground();
    times.floor.push(await answered(theirs));
  }
  await theirs.close();
  const ratio = median(times.ours) / median(times.floor);
  const compile = await ours.evaluate(async (count) => {
    const bytes = await (await fetch("/wasm/background_bg.wasm")).arrayBuffer();
    const times = [];
    for (let at = 0; at < count; at += 1) {
      const start = performance.now();
      await WebAssembly.compile(bytes);
      times.push(performance.now() - start);
    }
    return times;
  }, rounds);
  const ready = [];
  const blank = [];
  for (let round = 0; round < rounds; round += 1) {
    const card = await run.driver.openExtensionPage(run.puppeteer, `${run.origin}/www/sidebar.html?harness`);
    ready.push(await card.evaluate(() => new Promise((/** @type {(at: number) => void} */ resolve) => {
      const look = () => (document.body?.dataset.ready === undefined ? requestAnimationFrame(look) : resolve(performance.now()));
      look();
    })));
    await card.close();
    const empty = await run.driver.openExtensionPage(run.puppeteer, `${floor.origin}/page.html`);
    blank.push(await empty.evaluate(() => new Promise((/** @type {(at: number) => void} */ resolve) => requestAnimationFrame(() => resolve(performance.now())))));
    await empty.close();
  }
  return {
    title: "From a dead background",
    note: `${rounds} rounds, in turns. A message to a background that was ended, until it is answered; ours has loaded its wasm and decided by then.`,
    rows: [
      { what: "a message is answered", ours: `${spread(times.ours)}, ${ratio.toFixed(2)} times the floor`, floor: spread(times.floor), goal: "≤ 1.5 times", met: ratio <= 1.5 ? "yes" : "no" },
      { what: "compiling the background's wasm", ours: spread(compile) },
      { what: "the card from its opening to what can be read, in a tab", ours: spread(ready), floor: spread(blank) },
    ],
  };
}

/** Milliseconds until a message to the background has its answer. @param {Page} page @returns {Promise<number>} */
async function answered(page) {
  return page.evaluate(async () => {
    const start = performance.now();
    await chrome.runtime.sendMessage({ body: "left" });
    return performance.now() - start;
  });
}

// --- 2. What pages pay ----------------------------------------------------------------------------------------------------------------------

/** @param {Bench} bench @returns {Promise<Table>} */
async function loading({ run, lab, floor, peer }) {
  const rounds = quick ? 1 : 6;
  const loads = quick ? 3 : 20;
  const others = [floor, ...(peer ? [peer] : [])];
  /** @type {number[][]} */
  const times = [[], ...others.map(() => [])];
  /** @type {number[][]} */
  const busy = [[], ...others.map(() => [])];
  // Browsers close all pages of an extension that goes, and Firefox its window when none is left.
  const keeper = await run.openPage(lab.url("customer", "/widget"));
  // Each is on alone for some loads, in turns.
  for (let round = 0; round < rounds; round += 1) {
    const turn = [run, ...others].map((one, which) => ({ on: one, which }));
    for (const { which, on } of round % 2 ? turn.reverse() : turn) {
      for (const one of [run, ...others]) await run.driver.enableExtension(one, one === on);
      run.control = undefined;
      const seen = await loadOften(run, lab, loads);
      times[which]?.push(...seen.times);
      busy[which]?.push(seen.busy);
    }
  }
  for (const one of [run, ...others]) await run.driver.enableExtension(one, true);
  await run.controlPage();
  await keeper.close();
  const [ours = [], theirs = [], peers = []] = times;
  const ratio = median(ours) / median(theirs);
  // What the spread of the floor alone would come to.
  const noise = (share(theirs, 0.75) - share(theirs, 0.25)) / median(theirs);
  return {
    title: "What an ordinary page pays, with no conversation",
    note: `${rounds * loads} loads with each extension alone, in turns of ${loads}. From the answer of the server to the end of the page's load.`,
    rows: [{
      what: "a page's load", ours: `${spread(ours)}, ${ratio.toFixed(2)} times the floor`, floor: spread(theirs), ...(peer ? { peer: spread(peers) } : {}),
      goal: "no difference beyond the spread", met: Math.abs(ratio - 1) <= Math.max(noise, 0.02) ? "yes" : "no",
    }, {
      what: "processor time of the whole browser for each", ours: spread(busy[0] ?? []), floor: spread(busy[1] ?? []), ...(peer ? { peer: spread(busy[2] ?? []) } : {}),
    }],
  };
}

/** @param {Bench} bench @returns {Promise<Table>} */
async function loadingInFocus({ run, lab }) {
  const rounds = quick ? 1 : 6;
  const loads = quick ? 3 : 20;
  const phone = await openPhone(run, lab);
  /** @type {Record<string, { times: number[], busy: number[] }>} */
  const seen = { on: { times: [], busy: [] }, off: { times: [], busy: [] } };
  for (let round = 0; round < rounds; round += 1) {
    for (const on of round % 2 ? ["on", "off"] : ["off", "on"]) {
      if (on === "on") await say(phone, { phase: "active" });
      await run.untilPhase(on === "on" ? "active" : "idle");
      const { times, busy } = await loadOften(run, lab, loads);
      seen[on]?.times.push(...times);
      seen[on]?.busy.push(busy);
      if (on === "on") await say(phone, { phase: "ended" });
    }
  }
  const [ours, floor] = [seen.on ?? { times: [], busy: [] }, seen.off ?? { times: [], busy: [] }];
  return {
    title: "What an ordinary page pays while a conversation is on",
    note: `${rounds * loads} loads each way, in turns of ${loads}: a page that is no distraction. The floor is the same browser with no conversation on.`,
    rows: [
      { what: "a page's load", ours: `${spread(ours.times)}, ${(median(ours.times) / median(floor.times)).toFixed(2)} times the floor`, floor: spread(floor.times) },
      { what: "processor time of the whole browser for each", ours: spread(ours.busy), floor: spread(floor.busy) },
    ],
  };
}

/** From the answer to the end of each load, and the whole browser's processor time for one, in milliseconds. @param {Run} run @param {Lab} lab @param {number} loads */
async function loadOften(run, lab, loads) {
  const page = await run.openPage(lab.url("work"));
  const before = processorTime(run);
  /** @type {number[]} */
  const times = [];
  for (let at = 0; at < loads; at += 1) {
    await page.goto(lab.url("work", `/?at=${at}`), { waitUntil: "load" });
    times.push(await page.evaluate(() => {
      const [entry] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
      return (entry?.loadEventEnd || performance.now()) - (entry?.responseEnd ?? 0);
    }));
  }
  const busy = (processorTime(run) - before) / loads;
  await page.close();
  return { times, busy };
}

/** @param {Bench} bench @returns {Promise<Table>} */
async function toolPages({ run, lab, browser }) {
  const [rounds, seconds] = quick ? [1, 1] : [5, 5];
  const here = lab.url("phone", "/*");
  const adapter = { ...JSON.parse(readFileSync(join(root, "data/tools/zendesk.json"), "utf8")), sites: [here] };
  const cases = /** @type {const} */ ([["quiet", "/busy"], ["busy", "/busy?rate=200"]]);
  /** @type {Record<string, { listened: number[], left: number[], look: number[] }>} */
  const shares = { quiet: { listened: [], left: [], look: [] }, busy: { listened: [], left: [], look: [] } };
  for (let round = 0; round < rounds; round += 1) {
    for (const listened of [true, false]) {
      await run.saveSettings(listened ? { toolSites: [here], adapters: [adapter] } : { toolSites: [], adapters: [] });
      await until("the scripts are as wanted", () =>
        run.ext.eval(async (wanted) => (await /** @type {any} */ (chrome).scripting.getRegisteredContentScripts()).some((/** @type {any} */ one) => one.id === "look") === wanted, listened),
      );
      for (const [name, path] of cases) {
        const page = await run.openPage(lab.url("phone", path));
        await page.bringToFront();
        // What opening it and closing the last one set off is over: a process that ends between two readings takes its time with it.
        await new Promise((resolve) => setTimeout(resolve, quick ? 0 : 2_500));
        const before = processorTime(run);
        // The measurement's own length; there is nothing to wait for but time.
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        shares[name]?.[listened ? "listened" : "left"].push((processorTime(run) - before) / seconds / 10);
        if (browser === "chromium" && listened) shares[name]?.look.push((await profile(page, seconds)).look * 100);
        await page.close();
      }
    }
  }
  await run.saveSettings({ ...usual(lab), adapters: [] });
  await run.untilView((view) => view.sidebar?.setUp === "ready");
  const percent = (/** @type {number[]} */ list) => `${median(list).toFixed(2)} % (${share(list, 0.25).toFixed(2)} to ${share(list, 0.75).toFixed(2)})`;
  return {
    title: "What a tool's page pays",
    note: `Shares of one core, ${rounds} times ${seconds} s each way, in turns, with the largest adapter. The floor is the same page where it is no tool. Processor time is the whole browser's; the scripts' own share is Chromium's profiler's.`,
    rows: cases.flatMap(([name]) => {
      const { listened, left, look } = shares[name] ?? { listened: [], left: [], look: [] };
      const of = name === "busy" ? "with 200 changes a second" : "quiet";
      return [
        { what: `${of}: processor time`, ours: percent(listened), floor: percent(left) },
        ...(look.length > 0 ? [{ what: `${of}: the scripts that look`, ours: percent(look), goal: "≤ 2 %", met: /** @type {"yes" | "no"} */ (median(look) <= 2 ? "yes" : "no") }] : []),
      ];
    }),
  };
}

// --- 5. Deciding ----------------------------------------------------------------------------------------------------------------------------

/** @param {Bench} bench @returns {Promise<Table>} */
async function deciding({ faulty }) {
  const sizes = quick ? [10, 100] : [10, 100, 1_000, 10_000, 100_000];
  const one = await faulty();
  /** @type {Row[]} */
  const rows = [];
  /** @type {Record<number, number>} */
  const ours = {};
  for (const size of sizes) {
    const lines = Array.from({ length: size }, (_, at) => `${name(at)}.example`);
    const addresses = Array.from({ length: 1_000 }, (_, at) => (at % 20 === 0 ? `https://www.${name((at * 7919) % size)}.example/today` : `https://${name(at + size)}.example/read/${at}?from=home`));
    await one.saveSettings({ blocklist: lines });
    await until("the list counts", async () => (await time(one, { decide: addresses })).held === 50 || undefined, 60_000);
    // The first ones meet a browser that still makes rules of the list.
    /** @type {{ each: number[], compiling: number[] }} */
    const { each, compiling } = { each: [], compiling: [] };
    for (let round = 0; round < (quick ? 1 : 5); round += 1) {
      each.push((await time(one, { decide: addresses })).each);
      compiling.push((await time(one, "compile")).each);
    }
    const [held, compile] = [median(each), median(compiling)];
    // As LeechBlock has it: one alternation over all of them, in this browser's engine.
    const theirs = await one.ext.eval(
      (hosts, urls) => {
        const list = new RegExp(`^(https?|file):/+(${hosts.map((/** @type {string} */ host) => `([^/]*\\.)?${host.replaceAll(".", "\\.")}`).join("|")})`, "i");
        const some = urls.slice(0, 40);
        const begun = performance.now();
        let rounds = 0;
        // The first compiles.
        list.test(some[0] ?? "");
        const start = performance.now();
        do {
          for (const url of some) list.test(url);
          rounds += 1;
        } while (performance.now() - begun < 500);
        return (performance.now() - start) / rounds / some.length;
      },
      lines,
      addresses,
    ).catch(() => undefined);
    ours[size] = held;
    const micro = (/** @type {number} */ each) => `${(each * 1_000).toFixed(2)} µs`;
    rows.push({
      what: `${size.toLocaleString("en")} hosts`, ours: `${micro(held)}; the list compiled in ${compile.toFixed(0)} ms`,
      floor: theirs === undefined ? "too long for the engine" : `${micro(theirs)}: ${(theirs / held).toFixed(0)} times`,
      ...(size === 1_000 && theirs !== undefined ? { goal: "a tenth", met: /** @type {"yes" | "no"} */ (theirs / held >= 10 ? "yes" : "no") } : {}),
    });
  }
  const [few, many] = [ours[100], ours[100_000]];
  if (few && many) rows.push({ what: "100,000 hosts beside 100", ours: `${(many / few).toFixed(2)} times`, goal: "≤ 1.5 times", met: many / few <= 1.5 ? "yes" : "no" });
  return {
    title: "Deciding about an address, in this browser's engine",
    note: "Our wasm, a thousand addresses that are another one each, of which fifty are held, for half a second, and the median of five such. Here the floor is one regular expression over the whole list, as LeechBlock has it, in the same engine.",
    rows,
  };
}

/** @param {number} at */
function name(at) {
  return `${["river", "market", "garden", "letter", "window"][at % 5]}-${at.toString(36)}`;
}

/** What the bundle with faults times where it runs. @param {Run} run @param {object | string} what @returns {Promise<{ each: number, held: number }>} milliseconds */
async function time(run, what) {
  await run.ext.eval(async (time) => {
    await chrome.storage.session.remove("timed");
    await chrome.runtime.sendMessage({ fault: { time } });
  }, /** @type {any} */ (what));
  return until("it was timed", async () => (await run.ext.eval(async () => (await chrome.storage.session.get("timed")).timed)) ?? undefined, 60_000);
}

// --- 6. Detecting ---------------------------------------------------------------------------------------------------------------------------

/** @param {Bench} bench @returns {Promise<Table>} */
async function detecting({ faulty }) {
  const one = await faulty();
  const rows = [];
  for (const tabs of [1, 30]) {
    const { each } = await time(one, { signals: tabs });
    rows.push({ what: `forty frames in ${tabs === 1 ? "one tab" : `${tabs} tabs`}`, ours: `${(each * 1_000).toFixed(1)} µs each, ${Math.round(1_000 / each).toLocaleString("en")} a second` });
  }
  return { title: "Detecting: reports of calls through the state machine", note: "Our wasm in this browser's engine, every frame in a call and reporting in turn, for half a second.", rows };
}

// --- Sizes, and memory ----------------------------------------------------------------------------------------------------------------------

/** @param {Bench} bench @returns {Promise<Table>} */
async function parts({ dist }) {
  const files = readdirSync(join(dist, "wasm")).filter((name) => name.endsWith(".wasm"));
  return {
    title: "What is loaded when",
    rows: files.map((name) => {
      const bytes = readFileSync(join(dist, "wasm", name));
      return { what: `wasm/${name}`, ours: `${kilobytes(bytes.length)}, gzip ${kilobytes(gzipSync(bytes).length)}` };
    }),
  };
}

/** @param {Bench} bench @returns {Promise<Table>} */
async function memory({ run, lab }) {
  const open = quick ? 10 : 200;
  const phone = await openPhone(run, lab);
  const start = lab.url("news", "/?tab=");
  await run.ext.eval(async (url, count) => {
    for (let at = 0; at < count; at += 1) await /** @type {any} */ (chrome).tabs.create({ url: url + at, active: false });
  }, start, open);
  await until("all are loaded", async () => (await run.tabs()).filter(({ url }) => url?.startsWith(start)).length >= open, 120_000);
  const free = await settled(run);
  await say(phone, { phase: "active", customer: { name: "Maria Silva" } });
  await until("all are held", async () => (await run.view()).sidebar?.heldTabs >= open, 60_000);
  const held = await settled(run);
  await say(phone, { phase: "ended" });
  await run.untilPhase("idle");
  const after = await settled(run);
  const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  return {
    title: `Memory with ${open} distractions open`,
    note: "All processes of the browser together (proportional set size), once three readings running differ by less than one in a hundred.",
    rows: [
      { what: "before", ours: megabytes(free) },
      { what: "held", ours: `${megabytes(held)}: ${kilobytes((held - free) / open)} for each tab` },
      { what: "after", ours: `${megabytes(after)}: ${kilobytes((after - free) / open)} for each tab` },
    ],
  };
}

/** Bytes, once they stand still. @param {Run} run */
async function settled(run) {
  /** @type {number[]} */
  const last = [];
  await until("memory stands still", async () => {
    // Readings must be apart to be different ones.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    last.push(proportional(run));
    const three = last.slice(-3);
    return three.length === 3 && (Math.max(...three) - Math.min(...three)) / Math.max(...three) < 0.01;
  }, 120_000).catch(() => {});
  return median(last.slice(-3));
}

// --- Helpers --------------------------------------------------------------------------------------------------------------------------------

/** @param {Run} run @param {Lab} lab */
async function openPhone(run, lab) {
  const phone = await run.openPage(lab.url("phone", "/?line=bench"));
  await ready(phone);
  return phone;
}

/** @param {Run} run */
async function clear(run) {
  const control = await run.controlPage();
  await run.ext.eval(async () => {
    const tabs = await chrome.tabs.query({ url: "http://*/*" });
    await /** @type {any} */ (chrome).tabs.remove(tabs.map((/** @type {any} */ tab) => tab.id));
  });
  for (const one of await run.puppeteer.pages()) if (one !== control && !one.isClosed()) await one.close().catch(() => {});
  await run.untilView((view) => view.sidebar?.phase === "idle");
}

/** Another extension, as far as the harness can do to it what it does to ours. @param {Run} run @param {string} id @param {string} origin @returns {Run} */
function asRun(run, id, origin) {
  return Object.assign(Object.create(run), { id, origin });
}

/** @param {Run} run @param {string} id */
function asPeer(run, id) {
  return asRun(run, id, `chrome-extension://${id}`);
}

/** What is made when it is first asked for, and then had. @template T @param {() => Promise<T>} make */
function once(make) {
  /** @type {{ made: Promise<T> | undefined, get: () => Promise<T> }} */
  const one = { made: undefined, get: () => (one.made ??= make()) };
  return one;
}

/** The median, and the middle half around it. @param {number[]} list */
function spread(list) {
  const digits = median(list) < 10 ? 1 : 0;
  return `${median(list).toFixed(digits)} ms (${share(list, 0.25).toFixed(digits)} to ${share(list, 0.75).toFixed(digits)})`;
}

/** @param {Table} table */
function drawn({ title, note, rows }) {
  const peer = rows.some((row) => row.peer);
  const head = ["", "ours", "floor", ...(peer ? ["peer"] : []), "goal", "met"];
  const cells = rows.map(({ what, ours, floor = "", peer: theirs = "", goal = "", met = "" }) => [what, ours, floor, ...(peer ? [theirs] : []), goal, met]);
  const lines = [head, head.map(() => "---"), ...cells].map((line) => `| ${line.join(" | ")} |`);
  return [`### ${title}`, "", ...(note ? [note, ""] : []), ...lines];
}

/** @param {string[]} tables */
function page(tables) {
  return [
    "# How fast and how light it is",
    "",
    "Written by `cargo xtask bench proof`, which anyone can run; `--peer DIR` adds another unpacked extension. Each figure is a median of a real browser, headless, with the middle half of",
    "what was seen in brackets. The floor is an extension with our permissions and our listeners, all of them with empty bodies, in the same session and in turns with ours.",
    "",
    circumstances(),
    "",
    ...tables,
    ...(options.matching ? ["## Deciding, native", "", "As `cargo xtask bench matching` wrote it: beside Brave's matcher and LeechBlock's one expression a list.", "", "```text", readFileSync(options.matching, "utf8").trim(), "```", ""] : []),
  ].join("\n");
}

