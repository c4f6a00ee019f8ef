// What a browser has in memory, and how long it kept processors busy, as the system counts it; Linux only, as the files are.

import { readFileSync, readdirSync } from "node:fs";

/**
 * Bytes of all processes of the browser, shared pages in parts (proportional set size).
 * @param {import("../harness.mjs").Run} run
 */
export function proportional(run) {
  return sum(run, (process) => 1024 * Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${process}/smaps_rollup`, "utf8"))?.[1] ?? 0));
}

/**
 * Milliseconds for which all processes of the browser that live have kept a processor busy, in steps of ten.
 * @param {import("../harness.mjs").Run} run
 */
export function processorTime(run) {
  return sum(run, (_, fields) => 10 * (Number(fields[11]) + Number(fields[12])));
}

/** @param {import("../harness.mjs").Run} run @param {(process: string, fields: string[]) => number} of */
function sum(run, of) {
  const group = run.puppeteer.process()?.pid;
  let sum = 0;
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(fields[2]) === group) sum += of(name, fields);
    } catch {
      // It has ended meanwhile.
    }
  }
  return sum;
}
