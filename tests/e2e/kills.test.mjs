// The browser is killed at any moment of a conversation, and in every other round the end of what it had written is torn off as well. After the restart
// nothing is muted, covered, ruled or remembered that should not be, what is kept can be read, and the next conversation holds again.
// `cargo xtask endure` does it a hundred times.

import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { cameTo } from "./endured.mjs";
import { launch, ready, say, until } from "./harness.mjs";
import { randomOf } from "./random.mjs";
import { browser, grips, untilNoGrips, usual } from "./scene.mjs";

const rounds = Number(process.env.UNDIVIDED_BROWSER_KILLS ?? 3);
const seed = Number(process.env.UNDIVIDED_SEED ?? 11);

test(`the browser is killed ${rounds} times at any moment (seed ${seed}): each time all is as it should be, and it holds again`, async (t) => {
  const random = randomOf(seed);
  const lab = await startLab();
  t.after(() => lab.close());
  const run = await launch({ browser, install: "permanent", settings: usual(lab) });
  t.after(() => run.close());
  let torn = 0;
  for (let round = 0; round < rounds; round += 1) {
    await run.openPage(lab.url("news"));
    const phone = await run.openPage(lab.url("phone", "/?line=second"));
    await ready(phone);
    const phase = random() < 0.7 ? "active" : "ringing";
    await say(phone, { phase, customer: { name: "Perdita Vane", phone: "+351 21 000 9999" } });
    // Something that is being written, as the agent types it.
    const saving = run.saveSettings({ focusPlan: `Plan ${round}` }).catch(() => {});
    // Before, in the midst of and after all that this sets off. The moment is what is drawn by lot; nothing is waited for.
    await new Promise((resolve) => setTimeout(resolve, random() * 400));
    await run.kill();
    await saving;
    if (round % 2 === 1) torn += tear(run, random);
    await run.relaunch();
    await untilNoGrips(run);
    await run.untilView((view) => (view.sidebar?.phase ?? "idle") === "idle");
    // Whoever reads first after a tear is refused in Chromium; the extension itself reads again.
    const kept = await run.storage("local").catch(() => run.storage("local"));
    assert.doesNotMatch(JSON.stringify(kept), /Perdita|0009999|000 9999/, "nobody is remembered");
    // What was torn off may be the settings themselves: then they are gone as a whole, and written again.
    if (kept.settings === undefined) await run.saveSettings(usual(lab));
    else assert.deepEqual({ ...kept.settings, focusPlan: undefined }, { ...usual(lab), focusPlan: undefined });
    await run.closePages();
    await holdsAgain(run, lab);
    await run.closePages();
  }
  cameTo(t, `the browser killed ${rounds} times (seed ${seed}), each other time with the end of a write torn off`, `${torn} writes torn; nothing left held, nobody remembered, all kept readable, and it held again each time`);
});

/** @param {import("./harness.mjs").Run} run @param {import("../lab/server.mjs").Lab} lab */
async function holdsAgain(run, lab) {
  const page = await run.openPage(lab.url("news"));
  const phone = await run.openPage(lab.url("phone", "/?line=second"));
  await ready(phone);
  await say(phone, { phase: "active" });
  await run.untilCovered(page);
  await until("it is muted", async () => (await grips(run)).muted.length === 1);
  await say(phone, { phase: "ended" });
  await run.untilUncovered(page);
  await untilNoGrips(run);
}

/**
 * Cuts the end off the newest file in which the browser keeps what we store: as if the power had failed in the midst of writing it.
 * @param {import("./harness.mjs").Run} run
 * @param {() => number} random
 * @returns {number} how many files were cut
 */
function tear(run, random) {
  const folders = browser === "chromium" ? [join(run.profile, "Default/Local Extension Settings", run.id)] : extensionStores(join(run.profile, "storage/default"));
  const files = folders.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const [newest] = files.filter((file) => /\.log$|-wal$/.test(file) && statSync(file).size > 0).sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  if (!newest) return 0;
  truncateSync(newest, Math.max(0, statSync(newest).size - 1 - Math.floor(random() * 300)));
  return 1;
}

/** @param {string} folder */
function extensionStores(folder) {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("moz-extension")).map((name) => join(folder, name, "idb")) : [];
}
