// What one script of ours costs a page, by the browser's own profiler; Chromium alone, whose protocol has one.

/**
 * @param {import("puppeteer-core").Page} page
 * @param {number} seconds
 * @returns {Promise<{ look: number, all: number }>} shares of one core: look.js and what it calls, and all of the page's main thread
 */
export async function profile(page, seconds) {
  const session = await page.createCDPSession();
  await session.send("Profiler.enable");
  await session.send("Profiler.setSamplingInterval", { interval: 200 });
  await session.send("Performance.enable");
  const before = await busy(session);
  await session.send("Profiler.start");
  // The measurement's own length; there is nothing to wait for but time.
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const { profile } = await session.send("Profiler.stop");
  return { look: lookShare(profile), all: ((await busy(session)) - before) / seconds };
}

/** Seconds of work of the main thread so far. @param {import("puppeteer-core").CDPSession} session */
async function busy(session) {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
}

/** The share of one core in which look.js or something that it called was running. @param {import("puppeteer-core").Protocol.Profiler.Profile} profile */
function lookShare({ nodes, samples = [], timeDeltas = [], startTime, endTime }) {
  /** @type {Map<number, boolean>} */
  const within = new Map();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  /** @param {number} id @param {boolean} inside */
  const mark = (id, inside) => {
    const node = byId.get(id);
    if (!node) return;
    const here = inside || node.callFrame.url.endsWith("/look.js");
    within.set(id, here);
    for (const child of node.children ?? []) mark(child, here);
  };
  if (nodes[0]) mark(nodes[0].id, false);
  let time = 0;
  samples.forEach((id, at) => within.get(id) && (time += timeDeltas[at] ?? 0));
  return time / (endTime - startTime);
}
