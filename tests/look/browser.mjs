// What a page of ours finds as `chrome` in the gallery. It runs inside that page, so it knows nothing but its arguments.

/** @typedef {import("./samples.mjs").Json} Json */
/** @typedef {import("./samples.mjs").Stored} Stored */
/** @typedef {Record<string, { message: string, placeholders?: Record<string, { content: string }> }>} Messages */

/**
 * Stands in for the browser: storage that tells of changes, permissions as given, the bundle's own words, and nobody who answers.
 *
 * @param {Messages} messages
 * @param {Stored} stored
 * @param {Json} manifest
 */
export function standIn(messages, stored, manifest) {
  /** @typedef {(...news: any[]) => void} Listener */
  /** @param {Set<Listener>} [listeners] */
  const event = (listeners = new Set()) => ({
    addListener: (/** @type {Listener} */ listener) => void listeners.add(listener),
    removeListener: (/** @type {Listener} */ listener) => void listeners.delete(listener),
    hasListener: (/** @type {Listener} */ listener) => listeners.has(listener),
  });

  /** @type {Set<Listener>} */
  const everywhere = new Set();
  /** @param {string} name @param {Json} values */
  const area = (name, values) => {
    /** @type {Set<Listener>} */
    const here = new Set();
    return {
      /** @param {string | string[] | Json | null} [keys] */
      get: async (keys) => {
        const defaults = keys && typeof keys === "object" && !Array.isArray(keys) ? keys : {};
        const names = keys ? (typeof keys === "string" ? [keys] : Array.isArray(keys) ? keys : Object.keys(keys)) : Object.keys(values);
        const found = names.filter((key) => key in values).map((key) => [key, values[key]]);
        return structuredClone({ ...defaults, ...Object.fromEntries(found) });
      },
      /** @param {Json} more */
      set: async (more) => {
        const changes = Object.fromEntries(Object.entries(more).map(([key, newValue]) => [key, { oldValue: values[key], newValue }]));
        Object.assign(values, structuredClone(more));
        for (const listener of here) listener(changes);
        for (const listener of everywhere) listener(changes, name);
      },
      onChanged: event(here),
    };
  };

  /** @param {string} key @param {string | string[]} [values] */
  const getMessage = (key, values = []) => {
    const entry = messages[key];
    if (!entry) return { "@@ui_locale": "en", "@@bidi_dir": "ltr" }[key] ?? "";
    const given = typeof values === "string" ? [values] : values;
    return entry.message.replace(/\$(\w+)\$/g, (_, name) => {
      const content = entry.placeholders?.[name.toLowerCase()]?.content ?? "";
      return content.replace(/\$(\d)/g, (_, digit) => given[Number(digit) - 1] ?? "");
    });
  };

  const sidebar = /** @type {any} */ (stored.session)?.view?.sidebar;
  if (sidebar?.since !== undefined) sidebar.since += Date.now();
  const granted = stored.granted ?? "all";
  const origins = granted === "all" ? ["<all_urls>"] : granted;
  const chrome = {
    i18n: { getMessage, getUILanguage: () => "en" },
    runtime: {
      id: "undivided",
      getManifest: () => manifest,
      getURL: (/** @type {string} */ path) => new URL(path, location.origin).href,
      sendMessage: async () => undefined,
      connect: () => ({ name: "", postMessage() {}, disconnect() {}, onMessage: event(), onDisconnect: event() }),
      openOptionsPage: async () => undefined,
      onMessage: event(),
    },
    storage: {
      session: area("session", stored.session ?? {}),
      local: area("local", stored.local ?? {}),
      managed: area("managed", {}),
      onChanged: event(everywhere),
    },
    permissions: {
      contains: async (/** @type {{ origins?: string[] }} */ asked) =>
        granted === "all" || (asked.origins ?? []).every((origin) => granted.includes(origin)),
      getAll: async () => ({ origins, permissions: [] }),
      request: async () => true,
      onAdded: event(),
      onRemoved: event(),
    },
    commands: {
      getAll: async () => [
        { name: "switch", shortcut: "Alt+Shift+C" },
        { name: "open-sidebar", shortcut: "Alt+Shift+S" },
        { name: "_execute_sidebar_action", shortcut: "Alt+Shift+S" },
      ],
    },
    tabs: { query: async () => [], getCurrent: async () => ({ id: 1, windowId: 1 }), create: async () => ({}), update: async () => ({}) },
    windows: { getCurrent: async () => ({ id: 1 }) },
  };
  Object.assign(globalThis, { chrome });
}
