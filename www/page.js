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
  // The sidebar has a wasm of its own: it opens while the telephone rings.
  const { wasm, file } = page === "sidebar" ? await sidebarPart() : await pagesPart();
  await wasm.default({ module_or_path: new URL(file, import.meta.url) });
  await wasm[`mount_${page}`]();
  document.body.dataset.ready = "";
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
async function pagesPart() {
  return { wasm: await import("../wasm/pages.js"), file: "../wasm/pages_bg.wasm" };
}
