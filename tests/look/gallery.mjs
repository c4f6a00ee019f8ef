/**
 * Every page of ours in every state, looked at: `node tests/look/gallery.mjs --dist dist/chrome-managed --out target/gallery`.
 * `--language de` shows them in another language. `--measure --language all` takes no pictures and asks only whether all words have room, in every language. `--name hold` takes only samples with that in their name; `--quick` each sample once, in its narrowest width, by turns light and dark.
 *
 * Serves a bundle on loopback under the manifest's own content security policy, opens its pages in headless Chromium with a stand-in for
 * `chrome`, and writes a picture of each sample in each theme and width, and `index.html` to leaf through them. It fails where axe-core
 * finds something, a page scrolls sideways, logs an error or does not mount, the words in the HTML are not those of the locale, or what
 * the agent reads moves while a conversation goes on.
 *
 * What it can't see: a permission prompt, the edge of a real side panel, Firefox. The promises to the user are kept by tests/e2e.
 */

import { createServer } from "node:http";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, resolve, sep } from "node:path";
import { parseArgs } from "node:util";
import puppeteer from "puppeteer-core";
import { standIn } from "./browser.mjs";
import { cutOff, tooWide } from "./room.mjs";
import { BECOMES, BEGINS, SAMPLES } from "./samples.mjs";

/** @typedef {import("./samples.mjs").Sample} Sample */
/** @typedef {import("puppeteer-core").Page} Page */

const { values: options } = parseArgs({
  options: {
    dist: { type: "string", default: "dist/chrome-managed" },
    out: { type: "string", default: "target/gallery" },
    name: { type: "string", default: "" },
    quick: { type: "boolean", default: false },
    language: { type: "string", default: "en" },
    measure: { type: "boolean", default: false },
  },
});
const dist = resolve(options.dist);
const out = resolve(options.out);

const manifest = JSON.parse(await readFile(join(dist, "manifest.json"), "utf8"));
/** @type {import("./browser.mjs").Messages} the words of the language at hand */
let messages = {};
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** @type {string[]} */
const faults = [];
/** @type {string[]} */
const pictures = [];
let looks = 0;

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const { server, origin } = await serve();
const browser = await puppeteer.launch({
  executablePath: process.env.UNDIVIDED_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--hide-scrollbars", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
});
try {
  if (options.language === "all") await lookAtAll();
  else await lookAt(options.language, await wordsOf(options.language));
} finally {
  await browser.close();
  server.close();
}
if (!options.measure) await writeFile(join(out, "index.html"), album());
console.log(`${options.measure ? `${looks} looks` : `${pictures.length} pictures in ${options.out}`}, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;

/** @param {string} language @returns {Promise<import("./browser.mjs").Messages>} */
async function wordsOf(language) {
  return JSON.parse(await readFile(join(dist, "_locales", language, "messages.json"), "utf8"));
}

/**
 * Every language: those in our letters all at once, of each message the widest, as what has room for that has room for all; the others by themselves. One
 * after the other, seven languages took four minutes, and this way finds the same.
 */
async function lookAtAll() {
  const names = await readdir(join(dist, "_locales"));
  const others = new Set(["ja", "ar"]);
  const latin = await Promise.all(names.filter((name) => !others.has(name)).map(wordsOf));
  const page = await browser.newPage();
  const widest = await page.evaluate((all) => {
    const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    context.font = "15px system-ui";
    const width = (/** @type {string} */ key, /** @type {any} */ words) => context.measureText(words[key].message).width;
    const [first = {}] = all;
    return Object.fromEntries(
      Object.keys(first).map((key) => {
        const words = all.reduce((widest, one) => (width(key, one) > width(key, widest) ? one : widest), first);
        return [key, words[key]];
      }),
    );
  }, latin);
  await page.close();
  await lookAt("widest", /** @type {import("./browser.mjs").Messages} */ ({ ...widest, page_language: latin[0]?.page_language }));
  for (const name of others) await lookAt(name, await wordsOf(name));
}

/** @param {string} language @param {import("./browser.mjs").Messages} words */
async function lookAt(language, words) {
  messages = words;
  if (language === "en") {
    for (const name of /** @type {const} */ (["sidebar", "options", "welcome", "coaching", "blocked", "why", "lists", "policy", "insights"])) await compareWords(name);
  }
  const samples = SAMPLES.filter((sample) => sample.name.includes(options.name));
  if (options.measure) {
    // As many at once as keep two cores busy: colours and contrast are not what is measured.
    const left = samples.filter((sample) => isMeasured(sample) && !sample.features);
    const measure = async () => {
      for (let sample = left.shift(); sample; sample = left.shift()) await look(sample, Math.min(...sample.widths), "light");
    };
    await Promise.all([measure(), measure()]);
    return;
  }
  for (const [turn, sample] of samples.entries()) {
    const themes = ["light", "dark"];
    for (const width of options.quick ? [Math.min(...sample.widths)] : sample.widths) {
      for (const theme of options.quick ? [themes[turn % 2] ?? "light"] : themes) await look(sample, width, theme);
    }
  }
  if (BEGINS.name.includes(options.name)) {
    for (const width of BEGINS.widths) await staysStill(width);
  }
}

/** @param {Sample} sample @param {number} width @param {string} theme */
async function look(sample, width, theme) {
  const where = `${sample.name}-${width}-${theme}${options.language === "all" ? `-${messages.page_language?.message}` : ""}`;
  const page = await open(sample, width, theme, where);
  looks += 1;
  const beyond = await tooWide(page);
  if (beyond) fault(where, `is wider than its window: ${beyond}`);
  // At twice the size a line of the card is cut, and stands in full in what can be unfolded; a page that lies about a name is cut on purpose.
  if (isMeasured(sample)) for (const cut of await cutOff(page)) fault(where, `does not show all of: ${cut}`);
  if (options.measure) {
    if (sample.page === "sidebar" && width < 360) {
      await page.setViewport({ width: 360, height: 840 });
      await painted(page);
      for (const cut of await cutOff(page)) fault(where, `does not show all of, 360 wide: ${cut}`);
    }
    return void (await page.close());
  }
  if (sample.height === undefined) {
    // A window as tall as its content, not a full-page picture: that would show the bar at the bottom in the middle, over what can be scrolled from under it.
    await page.setViewport({ width, height: await page.evaluate(() => document.documentElement.scrollHeight), deviceScaleFactor: 2 });
    await painted(page);
  }
  for (const violation of await violations(page)) fault(where, violation);
  await page.screenshot({ path: join(out, `${where}.png`) });
  pictures.push(`${where}.png`);
  await page.close();
}

/** @param {Sample} sample */
function isMeasured(sample) {
  return !sample.text && !/long|hostile|right-to-left/.test(sample.name);
}

/** Names and phrases keep their place whatever becomes known or goes wrong meanwhile. @param {number} width */
async function staysStill(width) {
  const where = `${BEGINS.name}-${width}`;
  const page = await open(BEGINS, width, "light", where);
  const places = () =>
    page.evaluate(() => {
      const read = document.querySelectorAll("[data-part=customer-name], li:has([data-part=phrase])");
      return JSON.stringify(Array.from(read, (element) => Math.round(element.getBoundingClientRect().top)));
    });
  const before = await places();
  for (const view of BECOMES) {
    await page.evaluate((session) => /** @type {any} */ (globalThis).chrome.storage.session.set(session), view);
    await painted(page);
    const after = await places();
    if (after !== before) fault(where, `moved from ${before} to ${after}`);
  }
  await page.close();
}

/**
 * A page in that state, mounted and painted.
 *
 * @param {Sample} sample
 * @param {number} width
 * @param {string} theme
 * @param {string} where
 */
async function open(sample, width, theme, where) {
  const { stored } = sample;
  const page = await browser.newPage();
  page.on("pageerror", (error) => fault(where, String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") fault(where, message.text());
  });
  await page.setViewport({ width, height: sample.height ?? 840, deviceScaleFactor: options.measure ? 1 : 2 });
  // Not page.emulateMediaFeatures: it knows a list of features and refuses the others.
  const session = await page.createCDPSession();
  await session.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: theme }, ...(sample.features ?? [])] });
  await page.evaluateOnNewDocument(standIn, messages, stored, manifest);
  const hash = stored.hash ? `#${encodeURIComponent(stored.hash)}` : "";
  await page.goto(`${origin}/www/${sample.page}.html${stored.query ?? ""}${hash}`);
  await page.waitForSelector("body[data-ready]", { timeout: 10_000 }).catch(() => fault(where, "was not mounted within 10 s"));
  if (sample.open) {
    await page.evaluate((selector) => {
      for (const one of document.querySelectorAll(selector)) one.setAttribute("open", "");
    }, sample.open);
  }
  if (sample.filled) {
    await page.evaluate((values) => {
      for (const [part, value] of Object.entries(values)) {
        const field = /** @type {HTMLInputElement} */ (document.querySelector(`[data-part=${part}]`));
        field.value = value;
        field.dispatchEvent(new Event(field.localName === "select" ? "change" : "input", { bubbles: true }));
      }
    }, sample.filled);
  }
  if (sample.direction) await page.evaluate((direction) => void (document.documentElement.dir = direction), sample.direction);
  if (sample.press) await page.keyboard.type(sample.press);
  if (sample.click) await page.click(sample.click);
  if (sample.text) {
    await page.evaluate((percent) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`html { font-size: ${percent}% }`);
      document.adoptedStyleSheets.push(sheet);
    }, sample.text);
  }
  await painted(page);
  return page;
}

/** @param {Page} page */
function painted(page) {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** @param {Page} page @returns {Promise<string[]>} */
async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const results = await /** @type {any} */ (globalThis).axe.run(document, { runOnly: rules });
    return results.violations.map((/** @type {any} */ violation) => {
      const nodes = violation.nodes.map((/** @type {any} */ node) => `${node.target} (${node.failureSummary})`);
      return `${violation.id}: ${nodes.join("; ")}`;
    });
  });
}

/**
 * The words that stand in the HTML, for work on its look and where a locale lacks a key, are the locale's own.
 *
 * @param {Sample["page"]} name
 */
async function compareWords(name) {
  const html = await readFile(join(dist, "www", `${name}.html`), "utf8");
  const page = await browser.newPage();
  const found = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, "text/html");
    const roots = [parsed, ...Array.from(parsed.querySelectorAll("template"), (template) => template.content)];
    return roots.flatMap((root) => [
      ...Array.from(root.querySelectorAll("[data-i18n]"), (element) => [element.getAttribute("data-i18n"), element.textContent]),
      ...Array.from(root.querySelectorAll("[data-i18n-label]"), (element) => [
        element.getAttribute("data-i18n-label"),
        element.getAttribute("aria-label"),
      ]),
    ]);
  }, html);
  await page.close();
  for (const [key, words] of found) {
    const message = messages[key ?? ""]?.message;
    if (message !== words) fault(`${name}.html`, `${key} says “${words}”, the locale “${message}”`);
  }
}

/** @param {string} where @param {string} what */
function fault(where, what) {
  faults.push(where);
  console.error(`✗ ${where}: ${what}`);
}

async function serve() {
  /** @type {Record<string, string>} */
  const types = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".json": "application/json",
    ".png": "image/png",
  };
  const policy = manifest.content_security_policy.extension_pages;
  const server = createServer(async (request, response) => {
    // The one request that no page of ours makes: the browser's own, for a tab's icon.
    if (request.url === "/favicon.ico") return void response.writeHead(204).end();
    const path = join(dist, decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
    const body = path.startsWith(dist + sep) ? await readFile(path).catch(() => undefined) : undefined;
    if (body === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream", "content-security-policy": policy });
    response.end(body);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(undefined)));
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("the gallery's server has no port");
  return { server, origin: `http://127.0.0.1:${address.port}` };
}

function album() {
  const figures = pictures.map((name) => `<figure><img src="${name}" loading="lazy"><figcaption>${name}</figcaption></figure>`);
  const style = "body{font:13px system-ui;background:#888;display:flex;flex-wrap:wrap;gap:16px}figure{margin:0}img{max-width:480px}";
  return `<!doctype html><meta charset="utf-8"><title>Gallery</title><style>${style}</style>${figures.join("\n")}\n`;
}
