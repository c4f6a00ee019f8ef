// Lists come along from other blockers, and settings go along to another browser: what would be added is shown before anything changes, then it counts,
// and then it can be undone. Nothing that is there is overwritten, and nothing that IT has closed is touched.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, openLine, until } from "./harness.mjs";
import { browser, usual } from "./scene.mjs";

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {import("./harness.mjs").Run} Run */
/** @typedef {import("../lab/server.mjs").Lab} Lab */

test("a LeechBlock export is shown line by line, changes nothing until it is added, then holds, and is undone", async (t) => {
  const { lab, run } = await open(t, (lab) => ({ settings: { ...usual(lab), blocklist: ["# mine", lab.host("video")] } }));
  const before = await settings(run);
  const lists = await openLists(run);
  assert.equal(await shown(lists, "add"), false, "there is nothing to add");
  await paste(lists, `sites1=${lab.host("news")} www.${lab.host("video")} ex*.com ~football +${lab.host("work")}/help\nregexpBlock1=cats|dogs\ntimes1=0900-1700\n`);
  await summary(lists, "2 to be added · 1 there already · 4 not taken");
  assert.equal(await text(lists, "add"), "Add 2 lines");
  const [news, video] = await rows(lists, "block");
  assert.match(news ?? "", /^news\.localhost.*Subdomains are meant, too\..*A regular expression stood/);
  assert.match(video ?? "", /There already/);
  assert.match((await rows(lists, "allow")).join(), /^work\.localhost.*\/help/);
  const left = await rows(lists, "left");
  for (const [line, why] of [["ex*.com", "Write each host"], ["~football", "title:"], ["cats|dogs", "regular expression"], ["Block set 1", "by the clock"]]) {
    assert.ok(left.some((row) => row.includes(line ?? "") && row.includes(why ?? "")), `${line} is named: ${left.join(" | ")}`);
  }
  assert.deepEqual(await settings(run), before, "nothing has changed yet");

  await run.click(lists, "[data-part=add]");
  await until("it says so", async () => (await text(lists, "said")) === "2 lines were added.");
  assert.deepEqual(await settings(run), {
    ...before,
    blocklist: ["# mine", lab.host("video"), lab.host("news")],
    allowlist: [`${lab.host("work")}/help`],
  });
  assert.equal(await lists.evaluate(() => document.activeElement?.getAttribute("data-part")), "undo", "the keyboard is where one goes on");
  assert.equal(await shown(lists, "add"), false, "it can't be added twice");

  const call = await openLine(run, lab);
  const page = await run.openPage(lab.url("news"));
  await call.begin();
  await run.untilCovered(page);
  await call.hangUp("agent");
  await run.untilUncovered(page);

  await run.click(lists, "[data-part=undo]");
  await until("it says so", async () => (await text(lists, "said")) === "Undone. Your settings are as they were.");
  assert.deepEqual(await settings(run), before);
  assert.equal(await text(lists, "add"), "Add 2 lines");
});

test("what was changed since then is not lost to Undo", async (t) => {
  const { run } = await open(t, () => ({}));
  const lists = await openLists(run);
  await choose(lists, "hosts", "0.0.0.0 a.example b.example\n");
  await run.click(lists, "[data-part=add]");
  await until("it is there", async () => (await settings(run))?.blocklist?.length === 2);
  await run.saveSettings({ wrapUpSeconds: 7 });
  await run.click(lists, "[data-part=undo]");
  await until("it says so", async () => (await text(lists, "said")).startsWith("Not undone"));
  assert.deepEqual(await settings(run), { blocklist: ["a.example", "b.example"], allowlist: [], wrapUpSeconds: 7 });
});

test("settings that were saved in one browser are the same in another, and are added to what is there", async (t) => {
  const own = {
    toolSites: ["https://phone.example/*"], tools: ["zendesk"], blocklist: ["# mine", "", "a.example", "title:world cup"], allowlist: ["a.example/help"],
    presets: ["news"], chats: "show", wrapUpSeconds: 0, override: { minutes: 3, reason: "asked" }, agent: { name: "Jo", line: "" },
    placeNotes: [{ country: "PT", city: "Lisbon", note: "Trams — ‘28’" }],
  };
  const folder = mkdtempSync(join(tmpdir(), "undivided-saved-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const first = await open(t, () => ({ settings: own, prefs: { "browser.download.folderList": 2, "browser.download.dir": folder } }));
  if (browser === "chromium") {
    const session = await first.run.puppeteer.target().createCDPSession();
    await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder });
  }
  const from = await openLists(first.run);
  await first.run.click(from, "[data-part=save]");
  await until("the file is there", () => readdirSync(folder).join() === "undivided-settings.json");
  const file = readFileSync(join(folder, "undivided-settings.json"), "utf8");
  assert.deepEqual(JSON.parse(file), { undivided: 1, ...own });
  assert.match(await text(from, "saved"), /undivided-settings\.json/);
  await first.run.close();

  const { run } = await open(t, () => ({}));
  const to = await openLists(run);
  await choose(to, "undivided", file);
  await run.click(to, "[data-part=add]");
  await until("it says so", async () => (await text(to, "said")).endsWith("lines were added."));
  assert.deepEqual(await settings(run), own);
  await choose(to, "undivided", JSON.stringify({ undivided: 1, chats: "hold", agent: { line: "555" }, blocklist: ["a.example", "exa mple"], nonsense: 1 }));
  await summary(to, "1 to be added · 1 there already · 1 set by you in another way · 2 not taken");
  const left = (await rows(to, "left")).join(" | ");
  assert.ok(left.includes("“nonsense” is not a setting") && left.includes("“exa mple”"), left);
  await run.click(to, "[data-part=add]");
  await until("it says so", async () => (await text(to, "said")) === "1 line was added.");
  assert.deepEqual(await settings(run), { ...own, agent: { name: "Jo", line: "555" } });
});

test("nothing is added to a list that IT has closed, and the page says so", async (t) => {
  const { run } = await open(t, () => ({ policy: { blocklist: ["news.localhost"], locked: ["blocklist"] } }));
  await until("the policy is there", () => run.ext.eval(async () => (await chrome.storage.local.get("policy")).policy?.locked?.length === 1), 20_000);
  const before = await settings(run);
  const lists = await openLists(run);
  await choose(lists, "plain", "video.localhost\n");
  await summary(lists, "1 closed by your organisation");
  assert.deepEqual([await shown(lists, "locked"), await shown(lists, "add")], [true, false]);
  assert.match((await rows(lists, "block")).join(), /Set by your organisation/);
  assert.deepEqual(await settings(run), before);
});

test("a file that is not what it claims is refused in words, and nothing of it is taken", async (t) => {
  const { run } = await open(t, () => ({}));
  const lists = await openLists(run);
  for (const [from, file, words] of [
    ["leechblock", "# Shopping list\nmilk", "no lists in it"],
    ["blocksite", '{"blocked": ["a.ex', "was cut off"],
    ["undivided", '{"blocklist": ["a.example"]}', "no lists in it"],
    ["undivided", "a.example", "was cut off"],
    ["hosts", "\n\n", "nothing in it"],
    ["plain", "PK\u0003\u0004\0\0", "no text"],
  ]) {
    await choose(lists, from ?? "", file ?? "");
    await until(`${from} says “${words}”`, async () => {
      const said = await text(lists, "summary");
      if (said.includes(words ?? "")) return true;
      throw new Error(`it says “${said}”`);
    });
    assert.equal(await shown(lists, "add"), false);
  }
  assert.equal((await settings(run))?.blocklist, undefined);
});

test("twenty thousand lines are counted, two hundred of them are shown, and all are added", async (t) => {
  const { run } = await open(t, () => ({}));
  const lists = await openLists(run);
  await choose(lists, "hosts", Array.from({ length: 20_000 }, (_, at) => `0.0.0.0 host-${at}.example`).join("\n"));
  await summary(lists, "20000 to be added");
  assert.equal(await text(lists, "add"), "Add 20000 lines");
  assert.equal((await rows(lists, "block")).length, 200);
  assert.equal(await text(lists, "block-more"), "and 19800 more");
  await run.click(lists, "[data-part=add]");
  await until("it says so", async () => (await text(lists, "said")) === "20000 lines were added.");
  assert.equal((await settings(run))?.blocklist.length, 20_000);
});

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

/** @param {Run} run */
async function openLists(run) {
  const page = await run.extensionPage("www/lists.html");
  await page.waitForSelector("body[data-ready]");
  return page;
}

/** @param {Run} run @returns {Promise<any>} */
const settings = (run) => run.ext.eval(async () => (await chrome.storage.local.get("settings")).settings);

/** @param {Page} page @param {string} words */
async function paste(page, words) {
  await page.$eval(
    "[data-part=paste]",
    (area, pasted) => {
      /** @type {HTMLTextAreaElement} */ (area).value = pasted;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
    words,
  );
}

/** Chooses a kind and a file, as a file picker would. @param {Page} page @param {string} from @param {string} content */
async function choose(page, from, content) {
  await page.evaluate(
    (kind, words) => {
      const select = /** @type {HTMLSelectElement} */ (document.querySelector("[data-part=from]"));
      select.value = kind;
      select.dispatchEvent(new Event("change", { bubbles: true }));
      const input = /** @type {HTMLInputElement} */ (document.querySelector("[data-part=file]"));
      const files = new DataTransfer();
      files.items.add(new File([words], "list.txt"));
      input.files = files.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    from,
    content,
  );
}

/** Waits until the preview says that. @param {Page} page @param {string} words */
async function summary(page, words) {
  await until(`the preview says “${words}”`, async () => {
    const said = await text(page, "summary");
    if (said === words) return true;
    throw new Error(`it says “${said}”`);
  });
}

/** @param {Page} page @param {string} part */
const text = (page, part) => page.$eval(`[data-part=${part}]`, (element) => element.textContent?.trim() ?? "");

/** @param {Page} page @param {string} part */
const shown = (page, part) => page.$eval(`[data-part=${part}]`, (element) => element.getClientRects().length > 0);

/** @param {Page} page @param {string} list */
const rows = (page, list) => page.$$eval(`[data-part=${list}] > li`, (all) => all.map((one) => one.textContent?.replace(/\s+/g, " ").trim() ?? ""));
