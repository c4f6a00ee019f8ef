// What a browser has in memory, as the system counts it; Linux only, as the files are.

import { readFileSync, readdirSync } from "node:fs";

/**
 * Bytes of all processes of the browser, shared pages in parts (proportional set size).
 * @param {import("../harness.mjs").Run} run
 */
export function proportional(run) {
  const group = run.puppeteer.process()?.pid;
  let sum = 0;
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]) !== group) continue;
      sum += 1024 * Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/smaps_rollup`, "utf8"))?.[1] ?? 0);
    } catch {
      // It has ended meanwhile.
    }
  }
  return sum;
}
