// The administrators' page: what is pasted is checked as it is typed, shown as an agent would meet it, and handed over as files that a browser takes
// (tests/e2e/rollout.test.mjs gives such files to the browsers).

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { test } from "node:test";
import { bundle, launch, until } from "./harness.mjs";
import { browser, downloaded } from "./scene.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const settings = { tools: ["zendesk"], blocklist: ["news.example", "zeitung.example/größe"], wrapUpSeconds: 30, agent: { line: "+49 30 1" }, locked: ["wrapUpSeconds"] };

test("a policy is checked as it is pasted, shown as an agent meets it, and written for each browser", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "undivided-policies-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const run = await launch({ browser, prefs: { "browser.download.folderList": 2, "browser.download.dir": folder } });
  t.after(() => run.close());
  if (browser === "chromium") {
    const session = await run.puppeteer.target().createCDPSession();
    await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder });
  }
  const page = await run.extensionPage("www/policy.html");
  await until("it is drawn", () => page.evaluate(() => document.body.dataset.ready === ""));
  const said = () => text(page, "policy-said");
  await until("it says what to do", async () => (await said()) === "Paste a policy, and it is looked at at once.");
  await paste(page, "{ nonsense");
  await until("it is no JSON", async () => (await said()).startsWith("This is no JSON."));

  await paste(page, JSON.stringify({ ...settings, blocklist: ["news.example", "exa mple", 7], blokclist: [] }));
  await until("the faults are counted", async () => (await said()) === "4 things are wrong with it.");
  const faults = await page.$$eval("[data-part=policy-faults] > li", (all) => all.map((one) => one.textContent));
  for (const part of ["blocklist[2] “exa mple” names no single site", "blocklist[3] “blocklist” should be text", "blokclist “blokclist” is not a setting", "blocklist[3] This is of another kind"]) {
    assert.ok(faults.some((fault) => fault?.includes(part)), `${part} in ${faults.join(" | ")}`);
  }
  const counting = await page.$$eval("[data-part=policy-seen-list] > li", (all) => all.map((one) => one.textContent));
  assert.ok(counting.includes("blocklist news.example Counts beside the agent’s own."), `what could not be used is not seen: ${counting.join(" | ")}`);

  await paste(page, JSON.stringify({ policies: { "3rdparty": { Extensions: { "managed@undivided": settings } } } }));
  await until("nothing is wrong", async () => (await said()) === "Nothing is wrong with it.");
  const seen = await page.$$eval("[data-part=policy-seen-list] > li", (all) => all.map((one) => one.textContent));
  assert.ok(seen.includes("wrapUpSeconds 30 The agent can’t change it.") && seen.includes("tools zendesk Counts beside the agent’s own."), seen.join(" | "));
  assert.equal(await page.$eval("[data-part=firefox-id]", (field) => /** @type {HTMLInputElement} */ (field).value), "managed@undivided", "as the file said");

  const id = "lggnndhacealmhhodoedibbbmnebgjic";
  await run.click(page, "[data-target=chromium-linux]");
  await until("the id is asked for", async () => (await text(page, "policy-taken")) === "Say first for which id the file is.");
  await page.type("[data-part=chrome-id]", id);
  await page.type("[data-part=chrome-url]", "https://example.com/updates.xml");
  const chromium = JSON.parse((await taken(page, "chromium-linux", "undivided.json")).toString());
  assert.deepEqual(chromium["3rdparty"].extensions[id], settings);
  assert.deepEqual(chromium.ExtensionSettings[id], { installation_mode: "force_installed", update_url: "https://example.com/updates.xml", override_update_url: true, toolbar_pin: "force_pinned" });
  const firefox = JSON.parse((await taken(page, "firefox", "policies.json")).toString());
  assert.deepEqual(firefox, { policies: { "3rdparty": { Extensions: { "managed@undivided": settings } } } }, "without an address the settings alone");
  const registry = await taken(page, "chrome-windows", "undivided-chrome.reg");
  assert.deepEqual([registry[0], registry[1]], [0xff, 0xfe], "the mark that the registry's editor needs");
  assert.match(registry.toString("utf16le"), /\[HKEY_LOCAL_MACHINE\\Software\\Policies\\Google\\Chrome\\3rdparty\\extensions\\lggnndhacealmhhodoedibbbmnebgjic\\policy\\blocklist\]\r\n"1"="news\.example"\r\n"2"="zeitung\.example\/größe"/);

  /** @param {Page} page @param {string} target @param {string} name */
  async function taken(page, target, name) {
    await run.click(page, `[data-target=${target}]`);
    return downloaded(folder, name);
  }
});

test("the same page does so on a plain server, and asks that server for its own files alone", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "undivided-site-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [site, downloads] = [join(folder, "site"), join(folder, "downloads")];
  mkdirSync(downloads);
  execFileSync("cargo", ["xtask", "site", "--dist", dirname(bundle(browser, "managed")), "--out", site], { stdio: "ignore" });
  /** @type {string[]} */
  const asked = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    asked.push(path);
    const file = join(site, path === "/" ? "index.html" : path);
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": KINDS[extname(file)] ?? "application/octet-stream" }).end(readFileSync(file));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(undefined)));
  t.after(() => server.close());
  const run = await launch({ browser, prefs: { "browser.download.folderList": 2, "browser.download.dir": downloads } });
  t.after(() => run.close());
  if (browser === "chromium") {
    const session = await run.puppeteer.target().createCDPSession();
    await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: downloads });
  }
  const page = await run.openPage(`http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}/`);
  await until("it is drawn", () => page.evaluate(() => document.body.dataset.ready === ""));
  assert.equal(await page.evaluate(() => "undivided" in window && document.querySelectorAll("a[href$='options.html']").length), 0, "no way to settings that are not there");
  await paste(page, JSON.stringify({ ...settings, blocklist: ["exa mple"], presets: ["nonsense"] }));
  await until("its faults are counted, those of tools and lists too", async () => (await text(page, "policy-said")) === "2 things are wrong with it.");
  await paste(page, JSON.stringify(settings));
  await until("nothing is wrong", async () => (await text(page, "policy-said")) === "Nothing is wrong with it.");
  await page.$eval("[data-part=firefox-id]", (field) => (/** @type {HTMLInputElement} */ (field).value = "managed@undivided"));
  await run.click(page, "[data-target=firefox]");
  const file = JSON.parse((await downloaded(downloads, "policies.json")).toString());
  assert.deepEqual(file.policies["3rdparty"].Extensions["managed@undivided"].wrapUpSeconds, 30);
  assert.deepEqual(asked.filter((path) => !existsSync(join(site, path)) && path !== "/favicon.ico"), [], "nothing else was asked for");
});

/** @type {Record<string, string>} */
const KINDS = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".wasm": "application/wasm", ".png": "image/png" };

/** @param {Page} page @param {string} part */
const text = (page, part) => page.$eval(`[data-part=${part}]`, (element) => element.textContent ?? "");

/** What a paste does to the field. @param {Page} page @param {string} policy */
const paste = (page, policy) =>
  page.$eval(
    "[data-part=policy-text]",
    (field, policy) => {
      const area = /** @type {HTMLTextAreaElement} */ (field);
      area.setRangeText(policy, 0, area.value.length, "end");
      area.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
    },
    policy,
  );
