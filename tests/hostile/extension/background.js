// What an extension can try against another one. Each attempt tells "nothing" where nothing came of it.

/** All of the browser's, and not only what our own scripts use of it. */
const api = /** @type {any} */ (globalThis).chrome;

const shapes = [
  "here", { here: 1 }, { body: "left" }, { body: { command: "endFocus" } }, { body: { signal: { said: { phase: "active", customer: { name: "Mallory" } } } } },
  { body: { practise: { name: "Mallory" } } }, { asks: "override" }, { event: "tick" }, { ask: true }, { notices: "release" }, { cover: "lift" }, null, [], 7,
];

/** @typedef {{ id: string, origin: string, news: string }} Target what is attacked */

/** @type {Record<string, (target: Target) => Promise<unknown>>} */
const attempts = {
  /** Whether it answers to anything at all. */
  async messages({ id }) {
    const answers = await Promise.all(shapes.map((shape) => api.runtime.sendMessage(id, shape).then((/** @type {unknown} */ answer) => answer ?? null, () => null)));
    return answers.some((answer) => answer !== null) ? answers : "nothing";
  },
  /** Whether a port stands. */
  async port({ id }) {
    return new Promise((resolve) => {
      try {
        const port = api.runtime.connect(id);
        port.onMessage.addListener((/** @type {unknown} */ message) => resolve(message));
        port.onDisconnect.addListener(() => (api.runtime.lastError, resolve("nothing")));
        port.postMessage({ body: { command: "endFocus" } });
      } catch {
        resolve("nothing");
      }
    });
  },
  /** Whether its files can be read. */
  async files({ origin }) {
    const read = await Promise.all(["manifest.json", "www/sidebar.html", "hook.js"].map((file) => fetch(`${origin}/${file}`).then(() => file, () => null)));
    return read.some(Boolean) ? read : "nothing";
  },
  /** Whether a script can be put into its pages. */
  async script({ origin }) {
    const tabs = (await api.tabs.query({})).filter((/** @type {any} */ { url }) => url?.startsWith(origin));
    const came = await Promise.all(tabs.map((/** @type {any} */ { id: tabId }) => api.scripting.executeScript({ target: { tabId: tabId ?? 0 }, func: () => document.title }).then((/** @type {any[]} */ [one]) => one?.result ?? null, () => null)));
    return came.some(Boolean) ? came : "nothing";
  },
  /** Whether its scripts in a tab take messages of another. */
  async tabMessages() {
    const tabs = await api.tabs.query({});
    const sent = tabs.flatMap((/** @type {any} */ { id }) => [{ cover: "lift" }, { notices: "show" }, { ask: true }].map((message) => api.tabs.sendMessage(id ?? 0, message).then((/** @type {unknown} */ answer) => answer ?? null, () => null)));
    return (await Promise.all(sent)).some((answer) => answer && answer !== "nothing") ? "an answer" : "nothing";
  },
  /** Whether what it keeps can be read. */
  async storage() {
    const [local, session] = await Promise.all([api.storage.local.get(null), api.storage.session.get(null)]);
    return Object.keys({ ...local, ...session }).length > 0 ? "something" : "nothing";
  },
  /** Whether its scripts and sheets can be taken away. */
  async unregister() {
    const registered = await api.scripting.getRegisteredContentScripts();
    await api.scripting.unregisterContentScripts();
    return registered.length > 0 ? registered : "nothing";
  },
  /** Takes the cover's sheet away from a covered page. */
  async sheet({ news }) {
    const [tab] = (await api.tabs.query({})).filter((/** @type {any} */ { url }) => url?.startsWith(news));
    if (!tab) return "no such tab";
    await api.scripting.removeCSS({ target: { tabId: tab.id ?? 0 }, files: ["cover.css"] }).catch(() => {});
    await api.scripting.removeCSS({ target: { tabId: tab.id ?? 0 }, css: ":root>undivided-cover{}", origin: "USER" }).catch(() => {});
    return "nothing";
  },
  /** Says in a page that is no tool that a call is on, from a script beside it. */
  async says() {
    const tabs = (await api.tabs.query({})).filter((/** @type {any} */ { url }) => url?.includes("work.localhost"));
    const func = () => {
      document.dispatchEvent(new CustomEvent("undivided", { detail: { phase: "active", customer: { name: "Mallory" } } }));
      document.dispatchEvent(new CustomEvent("undivided:report", { detail: '{"said":{"phase":"active","customer":{"name":"Mallory"}}}' }));
    };
    for (const { id: tabId } of tabs) await api.scripting.executeScript({ target: { tabId: tabId ?? 0 }, func });
    return "nothing";
  },
  /** Opens its pages with what an attacker would have them do. */
  async pages({ origin }) {
    const opened = [];
    for (const path of ["www/blocked.html#javascript%3Aalert(1)", "www/options.html#toolSites=https%3A%2F%2Fevil.example"]) {
      const tab = await api.tabs.create({ url: `${origin}/${path}`, active: false }).catch(() => undefined);
      if (tab?.id) opened.push(tab.id);
    }
    for (const id of opened) await api.tabs.remove(id);
    return "nothing";
  },
};

api.runtime.onMessage.addListener((/** @type {any} */ message, /** @type {unknown} */ _, /** @type {(came: unknown) => void} */ answer) => {
  if (!(message?.attempt in attempts)) return undefined;
  attempts[message.attempt]?.(message).then(answer, (error) => answer(`threw: ${error}`));
  return true;
});
