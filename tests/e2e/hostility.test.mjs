// Attempts of a hostile page, a frame within a tool, a covered page, a customer and another extension, as tests/hostile has them, each tried in the real
// browser. That nothing came of one is seen when something that began later has come of a real tool. Lists and policies: tests/hostile.rs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { covered } from "../hostile/covered.mjs";
import { customers } from "../hostile/customer.mjs";
import { extensions } from "../hostile/extension.mjs";
import { faking, probing } from "../hostile/page.mjs";
import { ready, say, until } from "./harness.mjs";
import { stage } from "./stage.mjs";

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {import("puppeteer-core").Frame} Frame */
/** @typedef {import("../hostile/page.mjs").Attempt} Attempt */

const { lab, run } = await stage();
const us = { id: run.id, origin: run.origin };

test("a page that is no tool and no distraction: nothing comes of what it says, and it cannot tell whether we are there", async () => {
  const phone = await openTool();
  const page = await run.openPage(lab.url("work"));
  await each(probing, async (attempt) => assert.ok(!(await page.evaluate(attempt.does, us)), "it has found something"));
  await each(faking, async (attempt) => {
    assert.ok(!(await page.evaluate(attempt.does, us)));
    await onlyTheTool(phone);
  });
  // In the midst of a conversation, too.
  await say(phone, { phase: "active", ...real("Sofia") });
  await run.untilPhase("active");
  await each([...probing, ...faking], async (attempt) => {
    assert.ok(!(await page.evaluate(attempt.does, us)), "it has found something");
    const { sidebar } = await run.view();
    assert.deepEqual([sidebar.phase, sidebar.focus, sidebar.customer.name], ["active", "on", "Sofia"]);
  });
  await say(phone, { phase: "ended", ...real("Sofia") });
  await run.untilPhase("idle");
});

test("the same words in the tool's own page are believed, so they are the right ones to try", async () => {
  const phone = await openTool();
  assert.ok(faking[0]);
  await phone.evaluate(faking[0].does, us);
  await run.untilView((view) => view.sidebar?.phase === "hold" && view.sidebar.customer.name === "Mallory");
  await say(phone, { phase: "ended" });
  await run.untilPhase("idle");
});

for (const kind of /** @type {const} */ (["of another site", "without an origin, with what a customer wrote"])) {
  test(`a frame ${kind} in a tool's page: nothing comes of what it says`, async () => {
    const phone = await openTool();
    const frame = await openFrame(phone, kind === "of another site" ? lab.url("work") : undefined);
    await each(faking, async (attempt) => {
      assert.ok(!(await frame.evaluate(attempt.does, us)));
      await onlyTheTool(phone);
    });
  });
}

test("a distracting page that is covered stays so, whatever it does, and learns nothing of the customer", async () => {
  const phone = await openTool();
  await each(covered, async (attempt) => {
    const news = await run.openPage(lab.url("news"));
    await say(phone, { phase: "active", ...real("Sofia") });
    await run.untilCovered(news);
    assert.ok(!(await news.evaluate(attempt.does, us)), "it has learnt something");
    await until("it is out of sight, below the cover", async () => {
      const seen = await news.evaluate(() => {
        const inFront = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
        return { cover: document.querySelectorAll(":root > undivided-cover").length, hidden: getComputedStyle(document.body).visibility === "hidden", inFront: inFront?.localName };
      });
      assert.deepEqual(seen, { cover: 1, hidden: true, inFront: "undivided-cover" });
      return true;
    });
    const { sidebar } = await run.view();
    assert.deepEqual([sidebar.phase, sidebar.focus, sidebar.customer.name], ["active", "on", "Sofia"]);
    await say(phone, { phase: "ended", ...real("Sofia") });
    await run.untilPhase("idle");
    await news.close();
  });
});

test("whatever a customer writes is text on the card", async () => {
  const phone = await openTool();
  const card = await run.sidebarPage();
  await card.setViewport({ width: 280, height: 760 });
  await card.evaluate(() => {
    Object.assign(window, { refused: [] });
    document.addEventListener("securitypolicyviolation", ({ violatedDirective }) => /** @type {any} */ (window).refused.push(violatedDirective));
  });
  let count = 0;
  await each(customers, async ({ text }) => {
    // Each has a city of its own, so that the card is known to be about this one.
    const city = `Case${String((count += 1)).padStart(3, "0")}`;
    const place = { city, region: text, country: text, postcode: text };
    await say(phone, { phase: "ringing", ...real(text, { phone: text, email: text, company: text, plan: text, subject: text, tags: [text], history: [text, text], place }) });
    await until("the card is about this one", () => card.evaluate((wanted) => document.body.textContent?.includes(wanted), city), 3_000);
    const seen = await card.evaluate(() => {
      const root = document.documentElement;
      const visible = [...document.querySelectorAll("body *")].filter((one) => one.getClientRects().length > 0);
      return {
        ran: "hostile" in window,
        refused: /** @type {any} */ (window).refused,
        strangers: document.querySelectorAll("img, iframe, script:not([src]), style, svg[onload], [onerror], [onfocus], a[href^='javascript'], a[href*='evil']").length,
        broken: document.querySelector("[data-part=broken]:not([hidden])") !== null,
        wide: visible.filter((one) => one.getBoundingClientRect().right > root.clientWidth + 0.5).map((one) => `${one.tagName}.${one.className}`),
        odd: /[\u0000-\u0008\u000e-\u001f\u202a-\u202e\u2066-\u2069]/.test(document.body.innerText),
      };
    });
    assert.deepEqual(seen, { ran: false, refused: [], strangers: 0, broken: false, wide: [], odd: false });
    await say(phone, { phase: "ended", ...real(text) });
    await run.untilPhase("idle");
  });
});

test("another extension gets no answer and has no effect", async () => {
  const phone = await openTool();
  const work = await openOther();
  const news = await run.openPage(lab.url("news"));
  await each(extensions, async ({ attempt }) => {
    const message = { attempt, ...us, news: lab.url("news") };
    assert.equal(await ask(work, message), "nothing");
    await onlyTheTool(phone);
  });
  await say(phone, { phase: "active", ...real("Sofia") });
  await run.untilCovered(news);
  await each(extensions, async ({ attempt }) => {
    assert.equal(await ask(work, { attempt, ...us, news: lab.url("news") }), "nothing");
    const { sidebar } = await run.view();
    assert.deepEqual([sidebar.phase, sidebar.focus, sidebar.customer.name], ["active", "on", "Sofia"]);
    assert.deepEqual(await run.coverOf(news), { cover: true, hidden: true });
  });
  await say(phone, { phase: "ended", ...real("Sofia") });
  await run.untilPhase("idle");
});

// --- The tool -------------------------------------------------------------------------------------------------------------------------------

async function openTool() {
  looked = (await run.views()).length;
  const phone = await run.openPage(lab.url("phone", "/?line=second"));
  await ready(phone);
  return phone;
}

/** A call of the tool's own, in words. @param {string} name @param {Record<string, unknown>} [more] of the customer's */
function real(name, more = {}) {
  return { conversation: "real", customer: { name, ...more } };
}

/** A call that the tool itself tells of, and no other, was noticed since the last time. @param {Page} phone */
async function onlyTheTool(phone) {
  const name = `Sofia ${(heard += 1) % 2 ? "Costa" : "Reis"}`;
  await say(phone, { phase: "ringing", ...real(name) });
  await run.untilView((view) => view.sidebar?.phase === "ringing" && view.sidebar.customer.name === name);
  await say(phone, { phase: "ended", ...real(name) });
  await run.untilPhase("idle");
  const views = (await run.views()).slice(looked);
  looked += views.length;
  for (const { view } of views) {
    assert.ok(!JSON.stringify(view).includes("Mallory"), "nobody else was noticed");
    assert.ok(view.sidebar.phase === "idle" || view.sidebar.phase === "ringing", `nothing began: ${view.sidebar.phase}`);
  }
}
let heard = 0;
let looked = 0;

/** A frame in the tool's page. @param {Page} phone @param {string} [url] without: sandboxed, with a document of its own */
async function openFrame(phone, url) {
  await phone.evaluate((src) => {
    const frame = document.createElement("iframe");
    frame.name = "hostile";
    if (src) frame.src = src;
    else [frame.srcdoc, frame.sandbox.value] = ["<!doctype html><p>Dear support", "allow-scripts"];
    document.body.append(frame);
  }, url);
  /** @type {Frame | undefined} */
  let found;
  await until("the frame is there", async () => {
    found = phone.frames().find((one) => one !== phone.mainFrame() && one.parentFrame() === phone.mainFrame() && (url ? one.url().startsWith(url) : one.url().startsWith("about:")));
    return found && (await found.evaluate(() => document.readyState)) === "complete";
  });
  return /** @type {Frame} */ (found);
}

// --- The other extension --------------------------------------------------------------------------------------------------------------------

/** Installs it, and gives a page in which it can be asked. */
async function openOther() {
  await run.puppeteer.installExtension(fileURLToPath(new URL("../hostile/extension", import.meta.url)));
  const work = await run.openPage(lab.url("work"));
  await until("its script is in the page", async () => {
    if (await work.evaluate(() => document.documentElement.dataset.other === "ready")) return true;
    await work.reload();
    return false;
  });
  return work;
}

/** @param {Page} work @param {object} message @returns {Promise<unknown>} */
async function ask(work, message) {
  return work.evaluate(
    (text) =>
      new Promise((resolve) => {
        document.addEventListener("came", (event) => resolve(JSON.parse(/** @type {CustomEvent} */ (event).detail)), { once: true });
        document.dispatchEvent(new CustomEvent("attempt", { detail: text }));
      }),
    JSON.stringify(message),
  );
}

/**
 * Every attempt is tried, and those that came to something are named together.
 * @template {{ what: string }} T
 * @param {T[]} attempts
 * @param {(attempt: T) => Promise<void>} tries
 */
async function each(attempts, tries) {
  /** @type {string[]} */
  const failed = [];
  for (const attempt of attempts) {
    try {
      await tries(attempt);
    } catch (error) {
      failed.push(`${attempt.what}: ${error instanceof Error ? error.message : error}`);
    }
  }
  assert.deepEqual(failed, []);
}
