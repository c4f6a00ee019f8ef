// Figures of a list of measurements, and under what circumstances they were taken.

import { execFileSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

/**
 * The smallest one that so large a part of them does not exceed; 0 of none.
 * @param {number[]} list
 * @param {number} part 0.5 is the median
 */
export function share(list, part) {
  const sorted = list.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * part) - 1] ?? sorted[0] ?? 0;
}

/** @param {number[]} list */
export function median(list) {
  return share(list, 0.5);
}

/** @param {number} bytes */
export function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(0)} KB`;
}

/** When, at which commit and on what machine this is measured, as a sentence. */
export function circumstances() {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${(totalmem() / 1e9).toFixed(0)} GB, Linux ${release().split("-")[0]}`;
  return `Measured on ${new Date().toISOString().slice(0, 10)} at commit ${commit}: ${machine}.`;
}
