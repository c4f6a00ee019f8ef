// The browser's storage is full, or refuses: nothing is left held, nobody is told that something is kept which is not, and with room again all is well.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, ready, say, until } from "./harness.mjs";
import { browser, grips, untilNoGrips, usual } from "./scene.mjs";

/** @type {import("../lab/server.mjs").Lab} */
let lab;
/** @type {import("./harness.mjs").Run} */
let run;

before(async () => {
  lab = await startLab();
  run = await launch({ browser, settings: usual(lab) });
  await run.untilView((view) => view.sidebar?.setUp === "ready");
});

after(async () => {
  await run?.close();
  await lab?.close();
});

test("with the memory of the session full, a conversation holds nothing and the browser stays as it is; with room again, the next word holds", async () => {
  const news = await run.openPage(lab.url("news"));
  const phone = await openPhone();
  await fill("session");
  await say(phone, { phase: "active" });
  await refusedOnce();
  await untilNoGrips(run);
  assert.equal((await run.coverOf(news)).cover, false);
  await empty("session");
  await say(phone, { phase: "active" });
  await run.untilCovered(news);
  await say(phone, { phase: "ended" });
  await run.untilUncovered(news);
  await untilNoGrips(run);
  await run.closePages();
});

test("with the memory of the session full in a conversation, its end gives everything back", async () => {
  const news = await run.openPage(lab.url("news"));
  const phone = await openPhone();
  await say(phone, { phase: "active" });
  await run.untilCovered(news);
  await until("it is muted", async () => (await grips(run)).muted.length === 1);
  await fill("session");
  await say(phone, { phase: "hold", customer: { name: "A name that needs more room than there is", company: "x".repeat(60) } });
  await say(phone, { phase: "ended" });
  await run.untilUncovered(news);
  await untilNoGrips(run);
  await empty("session");
  await run.closePages();
});

test("a setting that could not be kept says so, and the one before it stays", async () => {
  const options = await run.extensionPage("www/options.html");
  await options.waitForSelector("body[data-ready]");
  const before = (await run.storage("local")).settings;
  // Firefox sets the disk's own limit and no other: there it is the call that refuses.
  if (browser === "chromium") await fill("local");
  else await options.evaluate(() => void (/** @type {any} */ (chrome).storage.local.set = () => Promise.reject(new Error("no room"))));
  await options.$eval("#blocklist", (area) => {
    /** @type {HTMLTextAreaElement} */ (area).value += `\n${Array.from({ length: 200 }, (_, at) => `site-${at}.example`).join("\n")}`;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.dispatchEvent(new Event("change", { bubbles: true }));
  });
  const said = await run.ext.eval(() => chrome.i18n.getMessage("not_saved"));
  await until("it is said", async () => (await options.$eval("[data-part=saved]", (one) => one.textContent)) === said);
  assert.deepEqual((await run.storage("local")).settings, before);
  if (browser === "chromium") await empty("local");
  await options.close();
});

async function openPhone() {
  const phone = await run.openPage(lab.url("phone", "/?line=storage"));
  await ready(phone);
  return phone;
}

/** As much as goes in, to the last kilobyte. @param {"session" | "local"} area */
async function fill(area) {
  await run.ext.eval(async (name) => {
    const store = /** @type {any} */ (chrome).storage[name];
    let at = 0;
    for (let size = 4 << 20; size >= 64; ) {
      const key = `ballast-${at}`;
      try {
        await store.set({ [key]: "x".repeat(size) });
        at += 1;
      } catch {
        size >>= 1;
      }
    }
  }, area);
}

/** @param {"session" | "local"} area */
async function empty(area) {
  await run.ext.eval(async (name) => {
    const store = /** @type {any} */ (chrome).storage[name];
    await store.remove(Object.keys(await store.get(null)).filter((key) => key.startsWith("ballast-")));
  }, area);
}

/** An answer to a message means that what came before it has been handled. */
async function refusedOnce() {
  await run.ext.eval(() => chrome.runtime.sendMessage({ body: "left" }));
}
