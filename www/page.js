/**
 * The first script of every page: puts the words in, starts the wasm, mounts the page, and says so in plain words where that fails.
 *
 * It decides nothing and knows no page: `<html data-page>` names the function to call. The page stays unseen until it is
 * mounted (theme.css, `data-ready`), so that a card never shows a phase that is not the present one.
 */

const WORDS = [
  ["data-i18n", ""],
  ["data-i18n-label", "aria-label"],
  ["data-i18n-placeholder", "placeholder"],
  ["data-i18n-title", "title"],
];

/** The pages that give and take files. */
const FILES = new Set(["lists", "policy", "insights"]);

/**
 * The words of the browser's language, in the page and in its templates. A key without a message leaves the English text that stands in the page.
 *
 * @param {Document | DocumentFragment} root
 */
function fillWords(root) {
  for (const [key = "", attribute = ""] of WORDS) {
    for (const element of root.querySelectorAll(`[${key}]`)) {
      const words = chrome.i18n.getMessage(element.getAttribute(key) ?? "");
      if (!words) continue;
      if (attribute) element.setAttribute(attribute, words);
      else element.textContent = words;
    }
  }
  for (const template of root.querySelectorAll("template")) fillWords(template.content);
}

function sayBroken() {
  document.querySelector("[data-part=broken]")?.removeAttribute("hidden");
}

// A panic inside a handler arrives nowhere else. The page goes on showing what it last knew, with the line above it.
addEventListener("error", sayBroken);
addEventListener("unhandledrejection", sayBroken);

/** Brings the part that the address names into view and the keyboard to it, also where it is folded away: a link to a setting works from anywhere. */
function goToPart() {
  const part = document.getElementById(location.hash.slice(1));
  if (!part) return;
  for (let around = part.closest("details"); around; around = around.parentElement?.closest("details") ?? null) around.open = true;
  // A heading takes the keyboard only when it is told to.
  if (part.tabIndex < 0) part.tabIndex = -1;
  part.scrollIntoView();
  part.focus({ preventScroll: true });
}

// The language of the words, not of the browser: in a browser whose language we lack, `@@ui_locale` names that one while the words are English.
document.documentElement.lang = chrome.i18n.getMessage("page_language") || "en";
document.documentElement.dir = chrome.i18n.getMessage("page_direction") || "ltr";
fillWords(document);

// Imported here and not above: a file that is missing or refused would take this script with it, and nobody would be told.
try {
  const { page } = document.documentElement.dataset;
  // What the wasm calls; fetched when it is first needed.
  globalThis.undivided = {
    ...globalThis.undivided,
    fingerprints: async (identities, area) => (await import("../memory.js")).fingerprints(identities, area),
    putReply: async (tab, text) => (await import("./reply.js")).put(tab, text),
  };
  // The sidebar has a wasm of its own, for it opens while the telephone rings; and so have the pages that give and take files, for what they need of the core.
  const { wasm, file } = await (page === "sidebar" ? sidebarPart() : FILES.has(page ?? "") ? filesPart() : pagesPart());
  await wasm.default({ module_or_path: new URL(file, import.meta.url) });
  await wasm[`mount_${page}`]();
  document.body.dataset.ready = "";
  addEventListener("hashchange", goToPart);
  goToPart();
} catch (error) {
  console.error(error);
  sayBroken();
}

// Each address is written out where it is imported: a store's reviewers, and their lint, refuse an import that is put together.
/** @returns {Promise<{ wasm: Record<string, any>, file: string }>} */
async function sidebarPart() {
  return { wasm: await import("../wasm/sidebar.js"), file: "../wasm/sidebar_bg.wasm" };
}

/** @returns {Promise<{ wasm: Record<string, any>, file: string }>} */
async function filesPart() {
  return { wasm: await import("../wasm/files.js"), file: "../wasm/files_bg.wasm" };
}

/** @returns {Promise<{ wasm: Record<string, any>, file: string }>} */
async function pagesPart() {
  return { wasm: await import("../wasm/pages.js"), file: "../wasm/pages_bg.wasm" };
}
