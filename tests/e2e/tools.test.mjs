// Tools with an adapter, on pages that we made after their published structure (tests/pages): the real look.js and the real data/tools in a real
// browser. They prove that an adapter is read rightly; that the tool still looks so is for its makers to change any day.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { ready, until } from "./harness.mjs";
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

test("why it is so can be read while it happens, and the report to pass on names tools and no customer", async () => {
  await run.saveSettings(settingsFor("vicidial"));
  const why = await run.extensionPage("www/why.html");
  const rows = (/** @type {string} */ list) => why.$$eval(`[data-part=${list}] li`, (all) => all.map((one) => one.textContent?.replace(/\s+/g, " ").trim() ?? ""));
  assert.deepEqual(await rows("made"), []);
  const page = await run.openPage(lab.url("phone", "/made/vicidial"));
  await ready(page);
  await page.evaluate(() => /** @type {any} */ (window).show("connected"));
  await until("the conversation is explained", async () => (await rows("made")).includes("On a call · the tool says or shows so · distractions are held"));
  const origin = new URL(lab.url("phone")).origin;
  assert.deepEqual(await rows("heard"), [`${origin} its page · vicidial · on · by the rule call.active`]);
  const report = await why.$eval("[data-part=report]", (area) => /** @type {HTMLTextAreaElement} */ (area).value);
  assert.match(report, /conversation active call words yes/);
  for (const word of ["Maria", "Silva", "Lisbon", "351"]) assert.ok(!report.includes(word), `${word} is not in it`);
  assert.ok(report.includes(`source ${origin} page vicidial active call.active`));
});

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
