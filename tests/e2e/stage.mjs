// One lab and one browser for a whole file of end-to-end tests, set up for each other and ended with the file; and the way back to rest
// between two tests.

import { after, afterEach } from "node:test";
import { startLab } from "../lab/server.mjs";
import { launch, within } from "./harness.mjs";
import { browser, untilNoGrips, usual } from "./scene.mjs";

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {import("./harness.mjs").Run} Run */
/** @typedef {import("../lab/server.mjs").Lab} Lab */

/**
 * A lab and a browser with the usual settings. After each test all its pages are closed, and nothing may be held any more.
 * @param {(lab: Lab) => Record<string, unknown>} [settings] other than the usual ones
 * @param {{ sip?: boolean, args?: string[] }} [options] `args` for the browser
 * @returns {Promise<{ lab: Lab, run: Run }>}
 */
export async function stage(settings = () => ({}), options = {}) {
  const lab = await startLab(options);
  after(() => lab.close());
  const run = await launch({ browser, args: options.args ?? [], settings: { ...usual(lab), ...settings(lab) } });
  after(() => run.close());
  await run.untilView((view) => view.sidebar?.setUp === "ready");
  afterEach(() => idle(run));
  return { lab, run };
}

/** @param {Run} run */
async function idle(run) {
  await run.closePages();
  await run.untilView((view) => view.sidebar?.phase === "idle" && view.blocked.gate === "open");
  await untilNoGrips(run);
}

/**
 * Resolves when the hook in a tool's page has looked at its connections so often.
 * @param {Page} tool
 * @param {number} times
 */
export async function looks(tool, times) {
  const seen = tool.evaluate(
    (wanted) =>
      new Promise((resolve) => {
        let count = 0;
        document.addEventListener("undivided:report", () => (count += 1) >= wanted && resolve(null));
      }),
    times,
  );
  await within(seen, 20_000, `${times} looks of the hook`);
}
