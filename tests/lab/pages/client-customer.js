// The customer's end of such a phone, where the usual ones can't be it: `?client=sipjs`, `livekit` or `twilio`.
import { part } from "/assets/line.js";

const { customer } = await import(`/assets/client-${new URLSearchParams(location.search).get("client")}.js`);
/** @type {Record<string, () => void>} */
const buttons = await customer();
for (const [name, press] of Object.entries(buttons)) part(`#${name}`).onclick = press;
document.documentElement.dataset.ready = "yes";
