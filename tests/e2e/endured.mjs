// What tests of endurance came to: said beside each test, and, when `cargo xtask endure` runs them in both browsers, the table of docs/endurance.md.
//
//   node tests/e2e/endured.mjs chromium.jsonl firefox.jsonl    prints that page from what the tests wrote down
//
// A test writes its line down at its end: what stands in the table has been asserted.

import { appendFileSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { circumstances } from "./harness/figures.mjs";

/** The row that is the head of the table: which browser it was. */
export const BROWSER = "the browser";

/**
 * @param {import("node:test").TestContext} t
 * @param {string} what the same in both browsers; a row of the table
 * @param {string} outcome
 */
export function cameTo(t, what, outcome) {
  t.diagnostic(`${what}: ${outcome}`);
  const file = process.env.UNDIVIDED_ENDURED;
  if (file) appendFileSync(file, `${JSON.stringify([what, outcome])}\n`);
}

/** @param {string[]} files one of each browser */
function page(files) {
  const told = files.map((file) => new Map(/** @type {[string, string][]} */ (readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line)))));
  const rows = [...new Set(told.flatMap((one) => [...one.keys()]))].map((what) => [what, ...told.map((one) => one.get(what) ?? "not there")]);
  const head = rows.find(([what]) => what === BROWSER) ?? [];
  const lines = [["", ...head.slice(1)], head.map(() => "---"), ...rows.filter((row) => row !== head)].map((row) => `| ${row.join(" | ")} |`);
  return [
    "# What it endures",
    "",
    "Written by `cargo xtask endure`, which anyone can run; it takes an hour. Every row is a test that passed in a real browser, with larger numbers than each run of",
    "the tests has: a test that fails ends the run, and nothing is written. What is drawn by lot is drawn from a seed that the test names.",
    "",
    circumstances(),
    "",
    ...lines,
    "",
    "What grows is in part the browser itself: the same 500 with the extension there and no page a tool, so that it does nothing, grew Firefox by 78 KB a conversation, and by 129 KB over the",
    "second half (measured by hand on 2026-12-01). What is beyond that is ours: some 15 KB are kept for each time by a page that was covered, as long as it stays open.",
    "",
    "All of it is also part of `cargo xtask test`, with small numbers; and so are a full disk and one that refuses (`tests/e2e/storage.test.mjs`), a clock that is set",
    "back and days on which clocks change (native tests and the tests in wasm), another time zone (`tests/e2e/journey.test.mjs`), and data of every released version",
    "(`tests/e2e/upgrade.test.mjs`).",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(page(process.argv.slice(2)));
