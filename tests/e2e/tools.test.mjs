// Tools with an adapter, on pages that we made after their published structure (tests/pages): the real look.js and the real data/tools in a real
// browser. They prove that an adapter is read rightly; that the tool still looks so is for its makers to change any day.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { ready } from "./harness.mjs";
import { stage } from "./stage.mjs";

const pages = readdirSync(new URL("../pages/", import.meta.url)).filter((name) => name.endsWith(".html")).map((name) => name.slice(0, -5));
const { lab, run } = await stage(() => ({ wrapUpSeconds: 1 }));

for (const id of pages) {
  test(`${id}: its page is understood, state by state`, async () => {
    await run.saveSettings(settingsFor(id));
    const page = await run.openPage(lab.url("phone", `/made/${id}`));
    await ready(page);
    const states = await page.$$eval("template[data-state]", (all) => all.map((one) => ({ .../** @type {HTMLElement} */ (one).dataset })));
    assert.ok(states.length > 1 && states.some((state) => state.phase !== "idle"), "a page has states, and one of them is a conversation");
    for (const { state = "", phase, name, place } of states) {
      await page.evaluate((which) => /** @type {any} */ (window).show(which), state);
      await run.untilView(
        ({ sidebar }) => sidebar?.phase === phase && (name === undefined || sidebar.customer.name === name) && (place === undefined || sidebar.customer.place?.includes(place)),
      ).catch((error) => {
        throw new Error(`${state}: ${error.message}`);
      });
    }
  });
}

/**
 * A tool that companies run themselves is on by its id, at an address that the agent names. For the others the adapter of ours is given
 * once more with the lab's address in place of the maker's, which takes the place of ours; and the lab's other host speaks for its widget.
 * @param {string} id
 */
function settingsFor(id) {
  const adapter = JSON.parse(readFileSync(new URL(`../../data/tools/${id}.json`, import.meta.url), "utf8"));
  const here = lab.url("phone", "/*");
  if (adapter.ownSites) return { tools: [id], adapters: [], toolSites: [here] };
  if (adapter.messages && adapter.messages.origins[0] !== "*") adapter.messages.origins = [new URL(lab.url("customer")).origin];
  return { tools: [], adapters: [{ ...adapter, sites: [here] }], toolSites: adapter.messages ? [here] : [] };
}
