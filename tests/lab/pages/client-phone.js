// The agent's phone by a client that others wrote: `?client=sipjs` or `livekit`. It never tells the extension anything.
import { part } from "/assets/line.js";

const { agent } = await import(`/assets/client-${new URLSearchParams(location.search).get("client")}.js`);
/** @type {Record<string, () => void>} */
const buttons = await agent();
for (const [name, press] of Object.entries(buttons)) part(`#${name}`).onclick = press;
document.documentElement.dataset.ready = "yes";
