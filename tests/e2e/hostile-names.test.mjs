// What a page or a person writes is text and stays text: whatever a tool says the customer is called, the card shows it cleaned, in one
// piece and within its width, and nothing in it ever runs, loads or becomes an element. And a list of any size leaves the settings usable.

import assert from "node:assert/strict";
import { test } from "node:test";
import { maria } from "../lab/server.mjs";
import { openLine, until } from "./harness.mjs";
import { told } from "./harness/wait.mjs";
import { stage } from "./stage.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const { lab, run } = await stage();
/** As narrow as a sidebar gets. */
const narrow = { width: 280, height: 760 };
/** What is shown of a text without end: 120 characters and a sign that there was more. */
const cut = (/** @type {string} */ one) => `${one.repeat(120)}…`;
const pixel = lab.url("video", "/pixel.png");
const markup = `<img src=${pixel} onerror="globalThis.hostile=1"><b>`;
const megabyte = "w".repeat(1_000_000);
const place = (/** @type {string} */ city, /** @type {string} */ country) => ({ city, country });

/** Without a name, what is no name is not used as one (src/name.rs). @type {{ what: string, customer: import("../lab/server.mjs").Customer, name?: string, place: string }[]} */
const hostile = [
  { what: "markup", customer: { name: markup, place: place(markup, "</h1><script>globalThis.hostile=1</script>") }, place: `${markup}, </h1><script>globalThis.hostile=1</script>` },
  {
    what: "controls that turn the line round, hide in it or break it",
    customer: { name: "\u202E\u2067avliS\u2069\u202C\r\n\u200B Ma\u0000ria\u200F\u{E0041}", place: place("\u202BLis\u00ADbon\u2028", "\u061CPort\uFEFFugal\t") },
    name: "avliS Maria",
    place: "Lisbon, Portugal",
  },
  {
    what: "what our own words have places for",
    customer: { name: "{name} $1 $NAME$ %s ${x} &lt;b&gt;", place: place("{place} $2", "$SITE$ &amp;") },
    place: "{place} $2, $SITE$ &amp;",
  },
  { what: "a megabyte", customer: { name: megabyte, place: place(megabyte, megabyte) }, name: cut("w"), place: `${cut("w")}, ${cut("w")}` },
];

for (const { what, customer, name, place } of hostile) {
  test(`a name and a place made of ${what} are shown as text, and nothing else comes of them`, async () => {
    lab.customer = customer;
    const card = await openCard();
    const work = await run.openPage(lab.url("work"));
    const call = await openLine(run, lab);
    await call.begin();
    await run.untilPhase("active");
    await until("the card shows where they are", async () => (await partOf(card, "customer-place")).text !== "");
    assert.deepEqual(await partOf(card, "customer-name"), { text: name ?? "Your customer", elements: 0 });
    assert.deepEqual(await partOf(card, "customer-place"), { text: place, elements: 0 });
    await assertHarmless(card);

    // The waiting page greets with the name as well.
    await run.head(work, lab.url("video"));
    await run.untilAt(work, run.blockedUrl(lab.url("video")));
    await work.setViewport(narrow);
    await until("the waiting page says with whom", async () => (await partOf(work, "moment")).text.startsWith("You are with "));
    const moment = await partOf(work, "moment");
    assert.deepEqual(moment, { text: `You are with ${name ?? "a customer"}`, elements: 0 });
    await assertHarmless(work);

    await call.hangUp("customer");
    await run.untilPhase("idle");
    assert.equal(lab.hits("GET video /pixel.png"), 0, "nothing was loaded for it");
    lab.customer = structuredClone(maria);
  });
}

test("a megabyte of JSON text is not read at all; the call itself still counts", async () => {
  lab.customer = { name: megabyte };
  const card = await openCard();
  const call = await openLine(run, lab, { phone: "/?detail=text" });
  await call.begin();
  await run.untilPhase("active");
  await until("the card is drawn", async () => (await partOf(card, "phase")).text === "On a call");
  assert.deepEqual(await partOf(card, "customer-name"), { text: "Your customer", elements: 0 });
  assert.deepEqual(await partOf(card, "customer-place"), { text: "", elements: 0 });
  await assertHarmless(card);
  // The tool says nothing that can be read, so the end is noticed by its connection, and the wrap-up then lasts its shortest time.
  await call.hangUp("customer");
  await run.untilPhase("idle", 20_000);
  lab.customer = structuredClone(maria);
});

// --- The settings ---------------------------------------------------------------------------------------------------------------------------

/** The fifth is nothing that a site could be called. */
const many = Array.from({ length: 2_000 }, (_, at) => (at === 4 ? "x".repeat(10_000) : `site-${at}.example`)).join("\n");

test("a blocklist of 2,000 lines, one of them 10,000 characters long, can be pasted, typed into and saved", async () => {
  const options = await openWithMany();
  const [complaint, ...others] = await options.evaluate(() =>
    [...document.querySelectorAll("[data-part=blocklist-complaints] > li")].map((item) => ({ text: item.textContent ?? "", elements: item.querySelectorAll(":not([data-part])").length })),
  );
  assert.deepEqual(others, []);
  assert.match(complaint?.text ?? "", /^Line 5 “x{120}…” is too long/);
  assert.equal(complaint?.elements, 0);
  await assertHarmless(options);

  await options.keyboard.type("\nlast.example");
  await untilSaved(options, `${many}\nlast.example`);
  await until("the list has it", async () => (await sites(options)).at(-1) === "last.example");
  await run.saveSettings({ blocklist: [lab.host("news"), lab.host("video")] });
});

test("a long list that is replaced while the access to its sites is still being looked up does not come back", async () => {
  const options = await openWithMany();
  await options.keyboard.type("\nmore.example");
  await untilStored(options, `${many}\nmore.example`);
  await options.keyboard.down("Control");
  await options.keyboard.press("a");
  await options.keyboard.up("Control");
  await options.keyboard.type("only.example");
  await untilSaved(options, "only.example");
  // As many questions as the long list has sites, asked after its own: when these are answered, so are those.
  await options.evaluate(async () => {
    for (let asked = 0; asked < 2_001; asked += 1) await /** @type {any} */ (chrome).permissions.contains({ origins: ["*://*.only.example/*"] });
  });
  assert.deepEqual((await sites(options)).slice(0, 5), ["http://phone.localhost/*", "only.example"]);
  await run.saveSettings({ blocklist: [lab.host("news"), lab.host("video")] });
});

/** The settings with many lines in the blocklist, saved and listed, and the caret behind the last one. */
async function openWithMany() {
  const options = await run.extensionPage("www/options.html");
  await until("the settings are drawn", () => options.evaluate(() => document.body?.dataset.ready === ""));
  await run.click(options, "[data-part=blocklist]");
  // What a paste does to the field. Not by execCommand, with which Chromium alone takes some seconds for so many lines, in any page.
  await options.evaluate((text) => {
    const field = /** @type {HTMLTextAreaElement} */ (document.querySelector("[data-part=blocklist]"));
    field.setRangeText(text, 0, field.value.length, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
  }, many);
  await untilSaved(options, many);
  await until("the page lists what it needs", async () => (await sites(options)).length === 2_000); // the phone, and all lines but one
  return options;
}

/**
 * Waits until this is stored and the page says so, each within the patience of all tests.
 * @param {Page} options
 * @param {string} blocklist
 */
async function untilSaved(options, blocklist) {
  await untilStored(options, blocklist);
  await until("the page says so", async () => {
    const { text } = await partOf(options, "saved");
    if (text.startsWith("Saved")) return true;
    throw new Error(text);
  });
}

/** @param {Page} options @param {string} blocklist */
async function untilStored(options, blocklist) {
  await until("the list is stored", () =>
    options.evaluate(async (wanted) => (await chrome.storage.local.get("settings")).settings.blocklist.join("\n") === wanted, blocklist),
  );
}

/** The sites that the page lists. @param {Page} options */
async function sites(options) {
  return options.evaluate(() => [...document.querySelectorAll("[data-part=access] > li [data-part=host]")].map((one) => one.textContent));
}

// --- What is seen ---------------------------------------------------------------------------------------------------------------------------

async function openCard() {
  const card = await run.sidebarPage();
  await card.setViewport(narrow);
  // Anything that would run or load in a page of ours is refused by its policy, and told: so not even an attempt goes unseen.
  await card.evaluate(() => {
    Object.assign(window, { refused: [] });
    document.addEventListener("securitypolicyviolation", ({ violatedDirective }) => /** @type {any} */ (window).refused.push(violatedDirective));
  });
  return card;
}

/** @param {Page} page @param {string} name */
async function partOf(page, name) {
  return page.evaluate((wanted) => {
    const part = document.querySelector(`[data-part=${wanted}]`);
    return { text: part?.textContent ?? "", elements: part?.childElementCount ?? -1 };
  }, name);
}

/** Nothing of it ran or was tried, and the page is no wider than its window. @param {Page} page */
async function assertHarmless(page) {
  await until("the page has its width", () => page.evaluate(() => document.body.getClientRects().length > 0));
  const seen = await page.evaluate(() => {
    const root = document.documentElement;
    const visible = [...document.querySelectorAll("body *")].filter((one) => one.getClientRects().length > 0);
    return {
      ran: "hostile" in window,
      refused: /** @type {any} */ (window).refused ?? [],
      strangers: document.querySelectorAll("img, b, script:not([src])").length,
      broken: document.querySelector("[data-part=broken]:not([hidden])") !== null,
      scrolls: root.scrollWidth > root.clientWidth,
      wide: visible.filter((one) => one.getBoundingClientRect().right > root.clientWidth + 0.5).map((one) => `${one.tagName}.${one.className}`),
    };
  });
  assert.deepEqual(seen, { ran: false, refused: [], strangers: 0, broken: false, scrolls: false, wide: [] }, told(seen));
}
