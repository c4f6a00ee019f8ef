// What is written for people and made from data: the list of attempts against us, and docs/adapter.schema.json against what it is for: every adapter of ours fits it, and mistakes that the core refuses by path do not. Editors take this schema
// for granted while an adapter is written, so one that has fallen behind would name what is right as wrong.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { table } from "./hostile/table.mjs";

const read = (/** @type {string} */ path) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"));
const fits = new Ajv2020({ allErrors: true }).compile(read("docs/adapter.schema.json"));
const files = readdirSync(new URL("../data/tools/", import.meta.url));

test("every adapter of ours fits the schema", () => {
  assert.ok(files.length >= 58);
  for (const file of files) assert.ok(fits(read(`data/tools/${file}`)), `${file}: ${JSON.stringify(fits.errors)}`);
});

test("docs/security-tests.md names every attempt that is tried", () => {
  assert.equal(readFileSync(new URL("../docs/security-tests.md", import.meta.url), "utf8"), table(), "write it anew: node tests/hostile/table.mjs --write");
});

test("the example in the guide fits it", () => {
  const guide = readFileSync(new URL("../docs/adapters.md", import.meta.url), "utf8");
  const example = JSON.parse(/```json\n(\{[\s\S]*?\n\})\n```/.exec(guide)?.[1] ?? "null");
  assert.ok(fits(example), JSON.stringify(fits.errors));
});

test("mistakes do not", () => {
  const good = read("data/tools/zammad.json");
  const wrong = [
    {},
    { ...good, sites: ["zammad.com"] },
    { ...good, confidence: "sure" },
    { ...good, cal: {} },
    { ...good, call: { activ: { present: "#a" } } },
    { ...good, call: { active: { present: "#a", visible: "#b" } } },
    { ...good, customer: { name: "#a" } },
    { ...good, waiting: [{ visible: "#a" }] },
  ];
  for (const one of wrong) assert.equal(fits(one), false, JSON.stringify(one).slice(-80));
});
