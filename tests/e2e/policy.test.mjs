// What IT sets arrives: before the start, late, changed while the browser runs, and however badly it was written.
// Firefox reads a policy at its start alone (Chromium within seconds), so "late" and "changed" mean its next start there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, openLine, until } from "./harness.mjs";
import { browser } from "./scene.mjs";

/** @typedef {import("./harness.mjs").Run} Run */
/** @typedef {import("../lab/server.mjs").Lab} Lab */

test("a policy that was there before the start is all that a call needs; options mark it and keep it as it is", async (t) => {
  const held = { blocklist: ["news.localhost"], allowlist: ["news.localhost/weather"], presets: ["social"], mode: "listed" };
  const rest = { notifications: "all-sites", heldNotifications: "list", override: { minutes: 2, reason: "asked" }, wrapUpSeconds: 0, maxCallMinutes: 200, insights: "off", insightsDays: 30, locked: ["agent"] };
  const { lab, run } = await open(t, (lab) => ({ policy: { ...tool(lab), tools: ["crisp"], adapters: [ours(lab)], chats: "show", ...held, ...rest } }));
  await run.untilView((view) => view.sidebar?.setUp === "ready");
  await holdsAndReleases(run, lab, "news");

  const options = await run.extensionPage("www/options.html");
  await until("what IT has set is marked", () =>
    options.evaluate(() => [...document.querySelectorAll("[data-part=policy]")].every((note) => note instanceof HTMLElement && !note.hidden)),
  );
  assert.deepEqual(await texts(options, "[data-part=policy-blocklist] li"), ["news.localhost"]);
  const closed = await options.evaluate(() =>
    ["blocklist", "wrap-up", "agent-name"].map((part) => document.querySelector(`[data-part=${part}]`)?.hasAttribute("readonly")),
  );
  assert.deepEqual(closed, [false, true, true], "a list can be added to, a number that is set and a locked key can't be changed");
  const crisp = await options.$eval("[data-part=tool-on][value=crisp]", (box) => [/** @type {HTMLInputElement} */ (box).checked, /** @type {HTMLInputElement} */ (box).disabled]);
  assert.deepEqual(crisp, [true, true], "a tool that IT has turned on is on, and not the agent's to turn off");
  const social = await options.$eval("[data-part=preset-on][value=social]", (box) => [/** @type {HTMLInputElement} */ (box).checked, /** @type {HTMLInputElement} */ (box).disabled]);
  assert.deepEqual(social, [true, true], "so is a list");
  const choices = await options.evaluate(() =>
    ["notifications", "let-reason", "let-minutes", "mode", "insights", "insights-days"].map((part) => {
      const { value, disabled, readOnly } = /** @type {HTMLInputElement} */ (document.querySelector(`[data-part=${part}]`));
      return [value, disabled || readOnly];
    }),
  );
  assert.deepEqual(choices, [["all-sites", true], ["asked", true], ["2", true], ["listed", true], ["off", true], ["30", true]], "what IT has chosen is shown, and not the agent's to choose");
  const sites = await texts(options, "[data-part=access] [data-part=host]");
  assert.ok(sites.includes("http://work.localhost/*"), `IT's own tool is one of them, though a policy can give it as text only: ${sites}`);
  assert.equal(await options.$eval("[data-part=wrap-up]", (field) => /** @type {HTMLInputElement} */ (field).value), "0");

  // A page can be outwitted; what counts is that the value is not taken. The agent's own entries count beside IT's.
  await run.saveSettings({ wrapUpSeconds: 600, blocklist: ["video.localhost"] });
  await holdsAndReleases(run, lab, "video");
});

test("where IT keeps focus on, a page of ours can't end it, pause it or let anything through", async (t) => {
  const { lab, run } = await open(t, (lab) => ({ policy: { ...tool(lab), blocklist: ["news.localhost"], override: { allowed: "nothing" }, wrapUpSeconds: 0 } }));
  await run.untilView((view) => view.sidebar?.setUp === "ready");
  await run.ext.eval(() => chrome.storage.local.set({ pause: Date.now() + 3_600_000 }));
  const call = await openLine(run, lab);
  const news = await run.openPage(lab.url("news"));
  await call.begin();
  await run.untilCovered(news);
  await run.ext.eval(() => chrome.runtime.sendMessage({ body: { command: "endFocus" } }));
  await run.ext.eval(() => chrome.runtime.sendMessage({ body: { letThrough: { site: "news.localhost", reason: "Please" } } }));
  const { override } = await run.view();
  assert.deepEqual([override.ending, override.letting], ["locked", "no"]);
  assert.deepEqual(await run.coverOf(news), { cover: true, hidden: true });
  await call.hangUp("agent");
  await run.untilUncovered(news);
});

test("a policy that arrives late, or changes, counts from then on", async (t) => {
  const { lab, run } = await open(t, () => ({ latePolicy: true, install: "permanent" }));
  const arrived = async (/** @type {Record<string, unknown>} */ policy) => {
    run.setPolicy(policy);
    if (browser === "firefox") {
      await run.kill();
      await run.relaunch();
    }
  };
  // The phone was open before anybody said that it is one.
  if (browser === "chromium") {
    const phone = await run.openPage(lab.url("phone"));
    await arrived({ ...tool(lab), blocklist: ["news.localhost"], wrapUpSeconds: 0 });
    await until("the page that was open is listened to", () => phone.evaluate(() => Symbol.for("undivided.hook") in window), 20_000);
    await phone.close();
  } else {
    await arrived({ ...tool(lab), blocklist: ["news.localhost"], wrapUpSeconds: 0 });
  }
  await run.untilView((view) => view.sidebar?.setUp === "ready", 20_000);
  await holdsAndReleases(run, lab, "news");

  await arrived({ ...tool(lab), blocklist: ["video.localhost"], wrapUpSeconds: 0 });
  const options = await run.extensionPage("www/options.html");
  await until("the list is the new one", async () => (await texts(options, "[data-part=policy-blocklist] li")).includes("video.localhost"), 20_000);
  await options.close();
  await holdsAndReleases(run, lab, "video");
});

test("one bad entry is named, and the others count", async (t) => {
  const { lab, run } = await open(t, (lab) => ({
    policy: { ...tool(lab), blocklist: ["exa mple", "news.localhost"], wrapUpSeconds: 9999, maxCallMinutes: 0, locked: ["nonsense"] },
  }));
  await run.untilView((view) => view.sidebar?.setUp === "ready");
  const options = await run.extensionPage("www/options.html");
  await until("the bad entry is named", async () => (await texts(options, "[data-part=blocklist-complaints] li")).some((text) => text.includes("exa mple")));
  await until("the number is named", async () => (await texts(options, "[data-part=wrap-up-complaints] li")).some((text) => text.includes("9999")));
  assert.ok((await texts(options, "[data-part=max-call-complaints] li")).length > 0, "so is the other");
  const others = await texts(options, "[data-part=other-complaints] li");
  assert.ok(others.some((text) => text.includes("nonsense")), others.join(" | "));
  await options.close();

  const { call, page } = await held(run, lab, "news");
  await call.hangUp("customer");
  await run.untilPhase("wrapUp");
  assert.equal((await run.coverOf(page)).hidden, true, "600 seconds is the most, and is used");
});

test("values of another kind than they should be leave the rest in force", async (t) => {
  // Chromium drops the whole key and says nothing to us; Firefox passes all of it on, and then each is named.
  const { lab, run } = await open(t, (lab) => ({ policy: { ...tool(lab), blocklist: { news: true }, wrapUpSeconds: "soon", placeNotes: 7 } }));
  await run.untilView((view) => view.sidebar?.setUp === "ready");
  await run.saveSettings({ blocklist: ["news.localhost"] });
  const { call } = await held(run, lab, "news");
  await call.hangUp("customer");
  await run.untilPhase("wrapUp");
  const options = await run.extensionPage("www/options.html");
  const named = browser === "firefox" ? 1 : 0;
  await options.waitForSelector("body[data-ready]");
  for (const field of ["blocklist", "wrap-up"]) {
    await until(`${named} of ${field} is named`, async () => (await texts(options, `[data-part=${field}-complaints] li`)).length === named);
  }
});

test("a policy file that is no JSON is as good as none, and the agent's own settings count", async (t) => {
  const { lab, run } = await open(t, () => ({ policyFile: '{ "policies": { "3rdparty": ' }));
  await run.saveSettings({ ...tool(lab), blocklist: ["news.localhost"], wrapUpSeconds: 0 });
  await run.untilView((view) => view.sidebar?.setUp === "ready");
  await holdsAndReleases(run, lab, "news");
});

/** An adapter for a tool of the company's own. @param {Lab} lab */
const ours = (lab) =>
  JSON.stringify({
    id: "our-desk", name: "Our desk", category: "help-desk", confidence: "source", references: ["-"],
    sites: [`http://${lab.host("work")}/*`], call: { active: { visible: "#in-call" } },
  });

/** @param {Lab} lab */
const tool = (lab) => ({ toolSites: [`http://${lab.host("phone")}/*`] });

/**
 * @param {import("node:test").TestContext} t
 * @param {(lab: Lab) => Partial<import("./harness.mjs").Options>} options
 */
async function open(t, options) {
  const lab = await startLab();
  t.after(() => lab.close());
  const run = await launch({ browser, ...options(lab) });
  t.after(() => run.close());
  return { lab, run };
}

/** @param {Run} run @param {Lab} lab @param {"news" | "video"} distraction */
async function held(run, lab, distraction) {
  const page = await run.openPage(lab.url(distraction));
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilPhase("active");
  await run.untilCovered(page);
  return { call, page };
}

/** A call covers that page and gives it back. @param {Run} run @param {Lab} lab @param {"news" | "video"} distraction */
async function holdsAndReleases(run, lab, distraction) {
  const { call, page } = await held(run, lab, distraction);
  await call.hangUp("customer");
  await run.untilPhase("idle", 20_000);
  await run.untilUncovered(page);
  await page.close();
  await call.phone.close();
  await call.customer.close();
}

/** @param {import("puppeteer-core").Page} page @param {string} selector */
const texts = (page, selector) => page.$$eval(selector, (all) => all.map((one) => one.textContent?.trim() ?? ""));
