// The agent's phone by a client that others wrote: `?client=sipjs`, `livekit` or `twilio`. It never tells the extension anything. Nothing that
// the client does may leave this machine: the page's policy refuses it, and `window.refused` says what.
import { part } from "/assets/line.js";

/** @type {string[]} */
const refused = [];
Object.assign(window, { refused });
addEventListener("securitypolicyviolation", ({ blockedURI }) => refused.push(blockedURI));

const { agent } = await import(`/assets/client-${new URLSearchParams(location.search).get("client")}.js`);
/** @type {Record<string, () => void>} */
const buttons = await agent();
for (const [name, press] of Object.entries(buttons)) part(`#${name}`).onclick = press;
document.documentElement.dataset.ready = "yes";
