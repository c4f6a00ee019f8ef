// At rest: a while without a conversation, in which ordinary pages are browsed. Chromium's worker sleeps through all of it; Firefox wakes a background for
// any page and loads no wasm for it. `cargo xtask endure` browses for ten minutes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./harness.mjs";
import { cameTo } from "./endured.mjs";
import { browser } from "./scene.mjs";
import { stage } from "./stage.mjs";
import { wasmLoads } from "./watch.mjs";

const seconds = Number(process.env.UNDIVIDED_REST ?? 12);
const pages = Number(process.env.UNDIVIDED_PAGES ?? 12);

const { lab, run } = await stage();

test(`over ${seconds} seconds at rest ${pages} ordinary pages cost nothing: no worker in Chromium, no wasm in Firefox`, async (t) => {
  const page = await run.openPage(lab.url("work"));
  await until("no alarm is set", () => run.ext.eval(async () => (await /** @type {any} */ (chrome.alarms).getAll()).length === 0), 90_000);
  await run.killBackground();
  let [awake, wakes, loads] = [false, 0, 0];
  const looks = seconds * 2;
  for (let look = 0; look < looks; look += 1) {
    if (look % Math.ceil(looks / pages) === 0) await page.goto(lab.url("work", `/?page=${look}`));
    const now = await run.backgroundAlive();
    if (now && !awake) wakes += 1;
    if (browser === "firefox") loads = Math.max(loads, await wasmLoads(run));
    awake = now;
    // How long it rests is what is asked; there is nothing to wait for.
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  if (browser === "chromium") assert.equal(wakes, 0, "it was awake");
  else assert.equal(loads, 0, "wasm was loaded");
  cameTo(t, `${pages} ordinary pages in ${seconds} seconds at rest`, browser === "chromium" ? "no worker was started" : `a background was awake ${wakes === 1 ? "throughout, started once" : `${wakes} times`}; wasm loaded: none`);
});
