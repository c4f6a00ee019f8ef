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
    const page = await openMade(id);
    const { id: tab } = await run.tab(lab.url("phone", `/made/${id}`));
    const states = await page.$$eval("template[data-state]", (all) => all.map((one) => ({ .../** @type {HTMLElement} */ (one).dataset })));
    assert.ok(states.length > 1 && states.some((state) => state.phase !== "idle"), "a page has states, and one of them is a conversation");
    for (const { state = "", phase = "", name, place, tags, queue } of states) {
      await page.evaluate((which) => /** @type {any} */ (window).show(which), state);
      if (phase === "idle") {
        // Longer than look.js takes to look: what it takes for a conversation would be seen by now.
        await page.evaluate(() => new Promise((resolve) => setTimeout(() => requestIdleCallback(resolve, { timeout: 250 }), 600)));
        assert.deepEqual((await heard(tab)).filter(says), [], `${state} is no conversation`);
        continue;
      }
      // By its rule and not by the phase on the card, which a call whose signs are gone keeps for a while.
      await until(`${state} is ${phase}`, async () => {
        const all = await heard(tab);
        if (all.some(({ rule, word }) => (rule ? rule.endsWith(`.${phase}`) || (phase === "wrapUp" && rule.endsWith(".ended")) : word === phase))) return true;
        if (phase === "wrapUp" && (await run.view()).sidebar.phase === "wrapUp") return true;
        throw new Error(JSON.stringify(all));
      });
      if (name !== undefined) await run.untilView(({ sidebar }) => sidebar?.customer.name === name);
      if (tags !== undefined) await run.untilView(({ sidebar }) => sidebar?.customer.tags.join(", ") === tags);
      if (queue !== undefined) await run.untilView(({ sidebar }) => sidebar?.queue === Number(queue));
      if (place !== undefined) await run.untilView(({ sidebar }) => sidebar?.customer.place?.includes(place));
    }
    const last = states.findLast((state) => state.phase !== "idle")?.phase;
    // A wrap-up of one second may be over by now.
    if (states.at(-1)?.phase === last && last !== "wrapUp") await run.untilView(({ sidebar }) => sidebar?.phase === last);
    await page.close();
    await run.untilView(({ sidebar }) => ["idle", "wrapUp"].includes(sidebar?.phase));
    // Nobody waits for a wrap-up that is nobody's.
    await run.ext.eval(() => chrome.runtime.sendMessage({ body: { command: "endFocus" } }));
  });
}

/** @param {string} id */
async function openMade(id) {
  const page = await run.openPage(lab.url("phone", `/made/${id}`));
  await ready(page);
  return page;
}

/** What a tab's page and widgets were understood to say. @param {number} tab */
const heard = async (tab) => (await everything()).filter((one) => one.tab === tab);

/** @returns {Promise<{ tab: number, by: string, word: string, rule: string }[]>} */
async function everything() {
  const all = await run.ext.eval(async () => (await chrome.storage.session.get("why")).why?.heard ?? []);
  return all.filter((/** @type {{ by: string }} */ one) => ["page", "widget"].includes(one.by));
}

/** That something is over, or gone, is no conversation. @param {{ word: string, rule: string }} source */
const says = ({ word, rule }) => /\.(ringing|active|hold)$/.test(rule) || !["unseen", "left", "fading", "ended"].includes(word);

test("why it is so can be read while it happens, and the report to pass on names tools and no customer", async () => {
  await run.saveSettings(settingsFor("vicidial"));
  const why = await run.extensionPage("www/why.html");
  const rows = (/** @type {string} */ list) => why.$$eval(`[data-part=${list}] li`, (all) => all.map((one) => one.textContent?.replace(/\s+/g, " ").trim() ?? ""));
  assert.deepEqual(await rows("made"), []);
  const page = await openMade("vicidial");
  await page.evaluate(() => /** @type {any} */ (window).show("connected"));
  await until("the conversation is explained", async () => (await rows("made")).includes("On a call · the tool says or shows so · distractions are held"));
  const origin = new URL(lab.url("phone")).origin;
  assert.deepEqual((await rows("heard")).filter((row) => row.includes("vicidial")), [`${origin} its page · vicidial · on · by the rule call.active`]);
  const report = await why.$eval("[data-part=report]", (area) => /** @type {HTMLTextAreaElement} */ (area).value);
  assert.match(report, /conversation active call words yes/);
  for (const word of ["Maria", "Silva", "Lisbon", "351"]) assert.ok(!report.includes(word), `${word} is not in it`);
  assert.ok(report.includes(`source ${origin} page vicidial active call.active`));
});

test("a call that a widget tells every tab of is one, and goes on in the other tab when its first one is closed", async () => {
  await run.saveSettings(settingsFor("aircall"));
  const [first, second] = [await openMade("aircall"), await openMade("aircall")];
  const calls = await first.$$eval("template[data-phase]", (all) => all.map((one) => ({ .../** @type {HTMLElement} */ (one).dataset })));
  const state = (/** @type {string} */ phase) => calls.find((one) => one.phase === phase)?.state;
  for (const phase of /** @type {const} */ (["ringing", "active"])) {
    for (const page of [first, second]) await page.evaluate((which) => /** @type {any} */ (window).show(which), state(phase));
    await run.untilPhase(phase);
  }
  await until("both tabs tell of it", async () => new Set((await everything()).filter(says).map(({ tab }) => tab)).size === 2);
  const { sidebar } = await run.view();
  assert.deepEqual(sidebar.waiting, [], "and it is one call");
  await first.close();
  await until("one tab is left", async () => new Set((await everything()).map(({ tab }) => tab)).size === 1);
  const { sidebar: now } = await run.view();
  assert.deepEqual([now.phase, now.since], ["active", sidebar.since], "the same one");
  await second.evaluate((which) => /** @type {any} */ (window).show(which), state("wrapUp"));
  await run.untilPhase("wrapUp");
});

test("an adapter typed into the settings counts at once; one with a slip is named by its path, and the others work", async () => {
  await run.saveSettings({ tools: [], adapters: [], toolSites: [] });
  const options = await run.extensionPage("www/options.html");
  await run.click(options, "[data-part=own-tools] > summary");
  const { ownSites, fingerprint, ...ours } = JSON.parse(readFileSync(new URL("../../data/tools/vicidial.json", import.meta.url), "utf8"));
  const good = { ...ours, id: "our-dialler", name: "Our dialler", sites: [lab.url("phone", "/*")] };
  const type = async (/** @type {string} */ text) => {
    // As one pastes: a page's own input event, and no thousand keys.
    await options.$eval("[data-part=adapters]", (area, pasted) => {
      /** @type {HTMLTextAreaElement} */ (area).value = pasted;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }, text);
  };
  const complaints = () => options.$$eval("[data-part=adapters-complaints]:not([hidden]) > li", (all) => all.map((one) => one.textContent?.replace(/\s+/g, " ").trim()));
  await type("[{");
  await until("it is said", async () => (await complaints())[0]?.startsWith("Tool 1 This is no JSON"));
  const wrong = { ...good, id: "other", call: { activ: { present: "#a" } } };
  const text = JSON.stringify([wrong, good], null, 2);
  await type(text);
  await until("the path is named", async () => (await complaints())[0]?.startsWith("Tool 1 This adapter is not used: “call.activ” is not known."));
  assert.equal((await complaints()).length, 1);

  const page = await openMade("vicidial");
  await page.evaluate(() => /** @type {any} */ (window).show("connected"));
  await run.untilView(({ sidebar }) => sidebar?.phase === "active");

  const again = await run.extensionPage("www/options.html");
  await until("what was typed is there again, mistakes and all", async () => (await again.$eval("[data-part=adapters]", (area) => /** @type {HTMLTextAreaElement} */ (area).value)) === text);
  await type(" ");
  await run.untilView(({ sidebar }) => sidebar?.phase !== "active");
  await run.saveSettings(settingsFor("vicidial"));
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
  if (adapter.messages) adapter.messages.origins = [new URL(lab.url("customer")).origin];
  return { tools: [], adapters: [{ ...adapter, sites: [here] }], toolSites: adapter.messages ? [here] : [] };
}
