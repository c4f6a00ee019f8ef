// What look.js costs, by the browser's own profiler: on a page with 200 changes of its document a second, and on a quiet one, side by side in one run with the
// same page that has no adapter. Chromium alone, whose protocol has a profiler. Not a test: machines differ; read the shares.
//
//   node tests/bench/look.mjs [--seconds 10] [--adapter zendesk]

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { launch, ready, until } from "../e2e/harness.mjs";
import { startLab } from "../lab/server.mjs";
import { profile } from "./profile.mjs";

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
    (shares[name] ??= []).push(await profile(page, seconds));
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
