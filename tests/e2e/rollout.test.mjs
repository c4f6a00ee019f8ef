// As IT rolls it out: the archives that `cargo xtask package` packs, and the policy that `cargo xtask policy-files` writes, in a browser that nobody has
// touched. The key is thrown away afterwards.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { after, test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { bundle, launch, openLine, until } from "./harness.mjs";
import { browser } from "./scene.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const lab = await startLab();
after(() => lab.close());
const folder = mkdtempSync(join(tmpdir(), "undivided-rollout-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The server of one's own. */
const server = createServer((request, response) => {
  const name = new URL(request.url ?? "/", "http://localhost").pathname.slice(1);
  try {
    response.end(readFileSync(join(folder, "packed", name)));
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(undefined)));
after(() => server.close());
const at = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`;

const key = join(folder, "key.pem");
writeFileSync(key, generateKeyPairSync("rsa", { modulusLength: 2048, publicKeyEncoding: { type: "spki", format: "pem" }, privateKeyEncoding: { type: "pkcs8", format: "pem" } }).privateKey);
const version = JSON.parse(readFileSync(join(bundle(browser, "managed"), "manifest.json"), "utf8")).version;
const crx = `undivided-chrome-managed-${version}.crx`;
const packing = xtask("package", "--dist", dirname(bundle(browser, "managed")), "--key", key, "--url", `${at}/${crx}`, "--out", join(folder, "packed"));
const id = browser === "chromium" ? (packing.match(/the CRX has the id ([a-p]{32})/)?.[1] ?? "") : "managed@undivided";

test("pushed by policy, the packed extension is there, has its settings, holds and releases, and is not the agent's to remove", async (t) => {
  const run = await launch({ browser, install: "policy", id, policyFile: policy({ blocklist: ["news.localhost"], wrapUpSeconds: 0, locked: ["wrapUpSeconds"] }) });
  t.after(() => run.close());
  await run.untilView((view) => view.sidebar?.setUp === "ready");
  const self = await run.ext.eval(() => /** @type {any} */ (chrome).management.getSelf());
  assert.deepEqual([self.id, self.version, self.installType, self.mayDisable], [id, version, "admin", false]);
  await assert.rejects(run.ext.eval(() => /** @type {any} */ (chrome).management.uninstallSelf()));
  await holdsAndReleases(run, "news");

  const options = await run.extensionPage("www/options.html");
  await until("what IT has set is read-only", () => options.evaluate(() => document.querySelector("[data-part=wrap-up]")?.hasAttribute("readonly") ?? false));
  await options.close();

  await change(run, { blocklist: ["video.localhost"], wrapUpSeconds: 0 });
  await until("the policy is the new one", async () => (await run.ext.eval(() => chrome.storage.managed.get("blocklist"))).blocklist?.[0] === "video.localhost", 20_000);
  await holdsAndReleases(run, "video");

  // Taken away in the midst of a call: what was held is free, and the extension gone.
  const page = await run.openPage(lab.url("video"));
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilCovered(page);
  if (browser === "chromium") {
    run.policies?.write(undefined);
    await run.untilUncovered(page, 20_000);
    assert.equal((await run.puppeteer.extensions()).has(id), false);
    return;
  }
  // In Firefox an entry that is missing leaves the add-on where it is; it has to be blocked, and goes at the next start.
  run.policies?.write(JSON.stringify({ policies: { ExtensionSettings: { [id]: { installation_mode: "blocked" } } } }));
  await run.saveSession(lab.url("video"));
  await run.kill();
  await assert.rejects(run.relaunch(), /NS_ERROR_NOT_AVAILABLE/, "there is none of our pages any more");
  const again = await until("the page is back", async () => (await run.puppeteer.pages()).find((one) => one.url().startsWith(lab.url("video"))));
  assert.deepEqual(again && (await run.coverOf(again)), { cover: false, hidden: false });
});

/** @param {import("./harness.mjs").Run} run @param {Record<string, unknown>} settings */
async function change(run, settings) {
  run.policies?.write(policy(settings));
  if (browser === "firefox") {
    await run.kill();
    await run.relaunch();
  }
}

/** As `cargo xtask policy-files` writes it for this browser; with its developer tools, or no test could look at it. @param {Record<string, unknown>} settings */
function policy(settings) {
  const file = join(folder, "settings.json");
  writeFileSync(file, JSON.stringify({ toolSites: [`http://${lab.host("phone")}/*`], ...settings }));
  const xpi = pathToFileURL(join(folder, "packed", `undivided-firefox-managed-${version}.xpi`)).href;
  const chrome = browser === "chromium" ? id : "a".repeat(32);
  xtask("policy-files", file, "--id", chrome, "--url", `${at}/updates.xml`, "--firefox-url", xpi, "--out", join(folder, "policies"));
  const written = JSON.parse(readFileSync(join(folder, "policies", browser === "chromium" ? "undivided.json" : "policies.json"), "utf8"));
  return JSON.stringify(browser === "chromium" ? { ...written, DeveloperToolsAvailability: 1 } : written);
}

/** @param {string[]} words */
function xtask(...words) {
  return execFileSync("cargo", ["xtask", ...words], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** @param {import("./harness.mjs").Run} run @param {"news" | "video"} distraction */
async function holdsAndReleases(run, distraction) {
  const page = await run.openPage(lab.url(distraction));
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilCovered(page);
  await call.hangUp("customer");
  await run.untilPhase("idle", 20_000);
  await run.untilUncovered(page);
  await page.close();
  await call.phone.close();
  await call.customer.close();
}
