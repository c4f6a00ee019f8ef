// The floor of every comparison: an extension with our manifest's permissions and our background's listeners, all of them with empty bodies. What it
// costs is what any extension of this kind must cost in that browser.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** As Firefox names it; and the origin that the harness gives it there. */
export const FLOOR = { id: "floor@undivided.example", uuid: "5f3c9a70-6d1e-4b52-9a0b-00000000000f" };

/**
 * Makes it from our bundle.
 * @param {string} dist our bundle, unpacked
 * @param {string} out where it goes
 */
export function makeFloor(dist, out) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"));
  for (const name of ["key", "default_locale", "commands", "options_ui", "side_panel", "sidebar_action", "storage", "externally_connectable", "icons", "action"]) delete manifest[name];
  Object.assign(manifest, { name: "Floor", description: "Our listeners with empty bodies.", action: {}, commands: {} });
  if (manifest.browser_specific_settings) manifest.browser_specific_settings.gecko = { id: FLOOR.id, strict_min_version: "142.0", data_collection_permissions: { required: ["none"] } };
  const events = listeners(readFileSync(join(dist, "background.js"), "utf8"));
  const lines = events.map((event) => (event === "chrome.runtime.onMessage" ? `${event}.addListener((_, __, answer) => answer("off"));` : `${event}?.addListener(() => {});`));
  writeFileSync(join(out, "background.js"), `${lines.join("\n")}\n`);
  writeFileSync(join(out, "page.html"), "<!doctype html><title>Floor</title><body></body>");
  writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 2));
}

/** The events that our background listens to while it is at rest. @param {string} source */
function listeners(source) {
  const found = [...source.matchAll(/^(chrome\.[a-zA-Z.]+?)\??\.addListener\(/gm)].map(([, event]) => event ?? "");
  return [...new Set(found)];
}
