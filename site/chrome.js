/**
 * What the administrators' page finds as `chrome` where it is a plain page on a server, and no extension's: its words and its own files.
 *
 * It must never hold anything else: the page has no storage, no tabs and nobody to send to.
 */

/** @typedef {Record<string, { message: string, placeholders?: Record<string, { content: string }> }>} Messages */

const here = new URL("./", document.baseURI);

/** @returns {Promise<{ language: string, messages: Messages }>} in the first of the reader's languages that we have */
async function words() {
  for (const wanted of [...navigator.languages, "en"]) {
    const [language = "en"] = wanted.toLowerCase().split("-");
    const answer = await fetch(new URL(`_locales/${encodeURIComponent(language)}/messages.json`, here)).catch(() => undefined);
    if (answer?.ok) return { language, messages: await answer.json() };
  }
  return { language: "en", messages: {} };
}

const { language, messages } = await words();

/** @param {string} key @param {string | string[]} [values] */
function getMessage(key, values = []) {
  const entry = messages[key];
  if (!entry) return "";
  const given = typeof values === "string" ? [values] : values;
  return entry.message.replace(/\$(\w+)\$/g, (_, name) => {
    const content = entry.placeholders?.[name.toLowerCase()]?.content ?? "";
    return content.replace(/\$(\d)/g, (_, digit) => given[Number(digit) - 1] ?? "");
  });
}

Object.assign(globalThis, {
  chrome: {
    i18n: { getMessage, getUILanguage: () => language },
    runtime: { getURL: (/** @type {string} */ path) => new URL(path, here).href },
  },
});

await import(new URL("www/page.js", here).href);
