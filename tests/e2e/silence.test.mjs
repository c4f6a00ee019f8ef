// Nothing leaves the browser: over a shift with calls, chats, coaching, settings and what days come to, every request that the browser makes is read from its
// own books (Chromium's net log, Firefox's observer of all requests). None is ours but for our own files and for stopped visits that go on, and none of a page's
// goes anywhere but to the lab. `cargo xtask endure` takes as many calls and chats as an agent does in a day.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, openLine, ready, say, until } from "./harness.mjs";
import { inWindow } from "./harness/firefox.mjs";
import { cameTo } from "./endured.mjs";
import { browser, usual } from "./scene.mjs";

/** @typedef {{ url: string, by: string }} Request `by`: the origin that asked for it, as far as the browser says */

const calls = Number(process.env.UNDIVIDED_SILENT_CALLS ?? 2);
const chats = Number(process.env.UNDIVIDED_SILENT_CHATS ?? 3);

const folder = mkdtempSync(join(tmpdir(), "undivided-net-"));
const log = join(folder, "net.json");
const lab = await startLab();
const run = await launch({
  browser,
  settings: { ...usual(lab), memory: "on", agent: { name: "Ana" } },
  args: browser === "chromium" ? [`--log-net-log=${log}`, "--net-log-capture-mode=IncludeSensitive"] : [],
});
after(async () => {
  await run.close();
  await lab.close();
  rmSync(folder, { recursive: true });
});

test("in a shift nothing is asked of anybody by us, and all that is asked by pages is asked of the lab", async (t) => {
  if (browser === "firefox") await watch();
  await shift();
  const requests = browser === "firefox" ? await watched() : await logged();
  const pages = requests.filter(({ url }) => /^https?:/.test(url));
  assert.ok(pages.length > 20, `the books are kept: ${pages.length}`);
  assert.ok(pages.some(({ url }) => url.startsWith(lab.url("news"))), "the news were asked for");
  // The visits that were stopped, one in each chat, go on to where the agent was headed, from the page on which they waited.
  const ours = requests.filter(({ url, by }) => by.startsWith(run.origin) && !url.startsWith(`${run.origin}/`));
  assert.deepEqual(ours.map(({ url }) => url), Array(chats).fill(lab.url("video")), "nothing else by us");
  // What the browser asks for itself (updates, the time, its own services) is asked by nobody's origin, with or without an extension.
  const asked = pages.filter(({ by }) => /^(https?|.*-extension):/.test(by));
  assert.deepEqual(asked.filter(({ url }) => !/^http:\/\/(phone|customer|news|video|work)\.localhost:/.test(url)), [], "nothing to anybody else");
  cameTo(t, `the browser's own books over ${calls} calls and ${chats} chats`, `${requests.length} requests, none of ours to anybody`);
});

/** The calls and the chats, the card, the settings and the days, a page that is covered and visits that wait. */
async function shift() {
  const phone = await run.openPage(lab.url("phone", "/?line=second"));
  await ready(phone);
  const card = await run.sidebarPage();
  const news = await run.openPage(lab.url("news"));
  const call = await openLine(run, lab);
  for (let at = 0; at < calls; at += 1) {
    await call.begin();
    await run.untilPhase("active");
    await run.untilCovered(news);
    await call.hold();
    await call.resume();
    await call.hangUp(at % 2 === 0 ? "agent" : "customer");
    await run.untilPhase("idle");
  }
  for (let at = 0; at < chats; at += 1) {
    const name = `${["Maria Silva", "Ana Reis", "Rui Costa"][at % 3]} ${String.fromCharCode(65 + (at % 26))}.`;
    const customer = { name, phone: "+351 21 000 0123", email: "a@news.localhost", place: { city: "Porto", country: "Portugal" } };
    const chat = { channel: "chat", conversation: `chat-${at}`, customer };
    await say(phone, { phase: "active", ...chat });
    await run.untilPhase("active");
    await until("the card is about them", () => card.evaluate((wanted) => document.body.textContent?.includes(wanted), name));
    const work = await run.openPage(lab.url("work"));
    await run.head(work, lab.url("video"));
    await run.untilAt(work, run.blockedUrl(lab.url("video")));
    await say(phone, { phase: "ended", ...chat });
    await run.untilPhase("idle");
    await run.untilAt(work, lab.url("video"));
    await work.close();
  }
  for (const path of ["www/options.html", "www/insights.html", "www/policy.html", "www/welcome.html", "www/why.html"]) {
    const page = await run.extensionPage(path);
    await until(`${path} is drawn`, () => page.evaluate(() => document.body?.dataset.ready === ""));
    await page.close();
  }
}

// --- Chromium -------------------------------------------------------------------------------------------------------------------------------

/** The browser ends, and its log is whole then. @returns {Promise<Request[]>} */
async function logged() {
  await run.puppeteer.close();
  const { constants, events } = JSON.parse(readFileSync(log, "utf8"));
  const start = constants.logEventTypes.URL_REQUEST_START_JOB;
  return events
    .filter((/** @type {any} */ { type, params }) => type === start && params?.url)
    .map((/** @type {any} */ { params }) => ({ url: params.url, by: params.initiator ?? "" }));
}

// --- Firefox --------------------------------------------------------------------------------------------------------------------------------

async function watch() {
  await inWindow(
    run,
    `const seen = (Services.undividedSeen = []);
     Services.obs.addObserver({ observe(channel) {
       channel.QueryInterface(Ci.nsIChannel);
       const { triggeringPrincipal } = channel.loadInfo;
       seen.push({ url: channel.URI.spec, by: triggeringPrincipal?.isSystemPrincipal ? "" : triggeringPrincipal?.spec ?? "" });
     } }, "http-on-opening-request");`,
    false,
  );
}

/** @returns {Promise<Request[]>} */
async function watched() {
  return inWindow(run, `return Services.undividedSeen;`, false);
}
