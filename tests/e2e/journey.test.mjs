// An agent travels: the browser is killed in a conversation in one time zone and started in another, where it is the day before. Nothing stays held, and each
// day has what was done on it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, ready, say, until } from "./harness.mjs";
import { browser, untilNoGrips, usual } from "./scene.mjs";

// Of these two one is always a day ahead of the other: they are 25 hours apart.
const [THERE, HERE] = ["Pacific/Kiritimati", "Pacific/Pago_Pago"];

test("started again in another time zone nothing is held, and each day has what was done on it", async (t) => {
  const zone = process.env.TZ;
  t.after(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  const lab = await startLab();
  t.after(() => lab.close());
  process.env.TZ = THERE;
  const run = await launch({ browser, install: "permanent", settings: usual(lab) });
  t.after(() => run.close());
  assert.equal(await zoneOf(run), THERE, "the browser is there");
  const there = today();
  await chat("one", "ended");
  await until("it is in the books of the day there", async () => (await chatsOn(there)) === 1);
  await chat("two", "active");
  await run.kill();

  process.env.TZ = HERE;
  await run.relaunch();
  assert.equal(await zoneOf(run), HERE, "the browser is here");
  const here = today();
  assert.ok(here < there, "and it is the day before");
  await untilNoGrips(run);
  await run.untilView((view) => (view.sidebar?.phase ?? "idle") === "idle");
  await run.closePages();
  await chat("three", "ended");
  await until("it is in the books of the day here", async () => (await chatsOn(here)) === 1);
  assert.ok((await chatsOn(there)) >= 1, "and the day there has kept what it had");
  const page = await run.extensionPage("www/insights.html");
  await until("the page has the day here", () => page.evaluate(() => document.querySelector("[data-part=figure-chats]")?.textContent === "1"));

  /** @param {string} conversation @param {"active" | "ended"} last */
  async function chat(conversation, last) {
    const phone = await run.openPage(lab.url("phone", "/?line=desk"));
    await ready(phone);
    await say(phone, { phase: "active", channel: "chat", conversation });
    await run.untilPhase("active");
    if (last === "active") return;
    await say(phone, { phase: "ended", channel: "chat", conversation });
    await run.untilPhase("idle");
    await untilNoGrips(run);
  }

  /** @param {string} date @returns {Promise<number>} */
  async function chatsOn(date) {
    const { insights = [] } = await run.storage("local");
    return insights.find((/** @type {any} */ { day }) => day === date)?.chats ?? 0;
  }
});

/** @param {import("./harness.mjs").Run} run */
function zoneOf(run) {
  return run.ext.eval(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
}

/** In the zone of this process, which is the browser's. */
function today() {
  return new Intl.DateTimeFormat("sv-SE").format(new Date());
}
