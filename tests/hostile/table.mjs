// Writes docs/security-tests.md from the attempts themselves, or says that it is not what they come to. `node tests/hostile/table.mjs [--write]`

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { covered } from "./covered.mjs";
import { customers } from "./customer.mjs";
import { extensions } from "./extension.mjs";
import { faking, probing } from "./page.mjs";

const file = new URL("../../docs/security-tests.md", import.meta.url);
/** @param {string} name @returns {{ what: string, complaints: number }[]} */
const data = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));

const browsers = "Chromium and Firefox, `tests/e2e/hostility.test.mjs`";
const native = "the core, `tests/hostile.rs`";
/** @type {{ who: string, where: string, comes: string, attempts: { what: string }[] }[]} */
const parts = [
  { who: "A page that is no tool and no distraction, faking", where: browsers, comes: "Nothing: the next thing noticed is a real tool's call, and one that is on stays on. Tried at rest and in a conversation.", attempts: faking },
  { who: "The same page, asking whether we are there", where: browsers, comes: "It finds nothing. Tried at rest and in a conversation.", attempts: probing },
  { who: "A frame of another site within a tool's page", where: browsers, comes: "Nothing, as above.", attempts: faking },
  { who: "A frame without an origin within a tool's page, with what a customer wrote", where: browsers, comes: "Nothing, as above.", attempts: faking },
  { who: "A distracting page that is covered", where: browsers, comes: "It stays out of sight, the cover is what a click meets, focus stays on, and nothing is learnt of the customer.", attempts: covered },
  { who: "A customer, in name, place, subject, tags, history, company and all else", where: browsers, comes: "It is text on the card, cleaned and within its width; nothing runs, loads or becomes an element.", attempts: customers },
  { who: "Another extension with access to all sites", where: browsers, comes: "No answer and no effect. Tried at rest and in a conversation.", attempts: extensions },
  { who: "The author of a list", where: native, comes: "Good lines count, bad ones are named, a tool is never held, and a call begins and ends.", attempts: data("lists.json") },
  { who: "A careless administrator", where: native, comes: "The same, for each key of a policy.", attempts: data("policies.json") },
];

/** The page as it should be. */
export function table() {
  const count = parts.reduce((sum, { attempts }) => sum + attempts.length, 0);
  const text = [
    "# What was tried against it",
    "",
    `${count} attempts by nine kinds of attacker, each tried again with every run of the tests. This page is written from the attempts themselves`,
    "(`node tests/hostile/table.mjs --write`); that nothing came of an attempt is what the tests assert, so a line here that did not hold would fail the build.",
    "What can't be kept from happening is in [SECURITY.md](../SECURITY.md): a tool's own page is believed about its own conversations, and a page may take itself apart.",
    "",
    "Texts from outside are also fuzzed (`cargo xtask fuzz`), and that nothing is sent anywhere is read from the browser's own log of its network (`tests/e2e/silence.test.mjs`).",
  ];
  for (const { who, where, comes, attempts } of parts) {
    text.push("", `## ${who}`, "", `Tried in ${where}. **${comes}**`, "");
    attempts.forEach(({ what }, at) => text.push(`${at + 1}. ${what[0]?.toUpperCase()}${what.slice(1)}`));
  }
  return `${text.join("\n")}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  if (process.argv.includes("--write")) writeFileSync(file, table());
  else if (readFileSync(file, "utf8") !== table()) throw new Error("docs/security-tests.md is not what the attempts come to: node tests/hostile/table.mjs --write");
}
