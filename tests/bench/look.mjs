// What look.js costs, by the browser's own profiler: on a page with 200 changes of its document a second, and on a quiet one, side by side in one run with the
// same page that has no adapter. Chromium alone, whose protocol has a profiler. Not a test: machines differ; read the shares.
//
//   node tests/bench/look.mjs [--seconds 10] [--adapter zendesk]

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { launch, ready, until } from "../e2e/harness.mjs";
import { startLab } from "../lab/server.mjs";

const { values: options } = parseArgs({ options: { seconds: { type: "string", default: "10" }, adapter: { type: "string", default: "zendesk" } } });
const seconds = Number(options.seconds);
const lab = await startLab();
const here = lab.url("phone", "/*");
const adapter = { ...JSON.parse(readFileSync(new URL(`../../data/tools/${options.adapter}.json`, import.meta.url), "utf8")), sites: [here] };
const run = await launch({ browser: "chromium" });

/** @type {Record<string, { look: number, all: number }[]>} */
const shares = {};
for (let round = 0; round < 3; round += 1) {
  for (const [name, adapters, path] of /** @type {const} */ ([
    ["busy, with the adapter", [adapter], "/busy?rate=200"],
    ["busy, without", [], "/busy?rate=200"],
    ["quiet, with the adapter", [adapter], "/busy"],
    ["quiet, without", [], "/busy"],
  ])) {
    await run.saveSettings({ toolSites: [here], adapters: [...adapters] });
    await until("the scripts are registered", () =>
      run.ext.eval(async (wanted) => (await /** @type {any} */ (chrome).scripting.getRegisteredContentScripts()).some((/** @type {any} */ one) => one.id === "look") === wanted, adapters.length > 0),
    );
    const page = await run.openPage(lab.url("phone", path));
    await ready(page);
    const session = await page.createCDPSession();
    await session.send("Profiler.enable");
    await session.send("Profiler.setSamplingInterval", { interval: 200 });
    await session.send("Performance.enable");
    const before = await busy(session);
    await session.send("Profiler.start");
    // The measurement's own length; there is nothing to wait for but time.
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const { profile } = await session.send("Profiler.stop");
    const all = ((await busy(session)) - before) / seconds;
    (shares[name] ??= []).push({ look: lookShare(profile), all });
    await page.close();
  }
}
for (const [name, rounds] of Object.entries(shares)) {
  const look = rounds.map(({ look }) => `${(look * 100).toFixed(2)} %`).join(", ");
  const all = rounds.map(({ all }) => `${(all * 100).toFixed(2)} %`).join(", ");
  console.log(`${name.padEnd(26)} look.js: ${look.padEnd(24)} all of the page's main thread: ${all}`);
}
await run.close();
await lab.close();

/** Seconds of work of the main thread so far. @param {import("puppeteer-core").CDPSession} session */
async function busy(session) {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
}

/** The share of one core in which look.js or something that it called was running. @param {import("puppeteer-core").Protocol.Profiler.Profile} profile */
function lookShare({ nodes, samples = [], timeDeltas = [], startTime, endTime }) {
  /** @type {Map<number, boolean>} */
  const within = new Map();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  /** @param {number} id @param {boolean} inside */
  const mark = (id, inside) => {
    const node = byId.get(id);
    if (!node) return;
    const here = inside || node.callFrame.url.endsWith("/look.js");
    within.set(id, here);
    for (const child of node.children ?? []) mark(child, here);
  };
  if (nodes[0]) mark(nodes[0].id, false);
  let time = 0;
  samples.forEach((id, at) => within.get(id) && (time += timeDeltas[at] ?? 0));
  return time / (endTime - startTime);
}
