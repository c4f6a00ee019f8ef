/**
 * Draws extension/icons/icon-*.png from icon.svg: `node tests/look/icons.mjs`. Run by hand when the drawing changes; the PNGs are committed.
 *
 * A browser draws them because it is the one renderer this tree already needs.
 */

import { readFile, writeFile } from "node:fs/promises";
import puppeteer from "puppeteer-core";

const SIZES = [16, 32, 48, 128];
const folder = new URL("../../extension/icons/", import.meta.url);
const drawing = await readFile(new URL("icon.svg", folder), "utf8");

const browser = await puppeteer.launch({
  executablePath: process.env.UNDIVIDED_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  const page = await browser.newPage();
  for (const size of SIZES) {
    await page.setViewport({ width: size, height: size });
    await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawing}`);
    await writeFile(new URL(`icon-${size}.png`, folder), await page.screenshot({ omitBackground: true }));
  }
} finally {
  await browser.close();
}
