// A page that distracts: it plays a sound, it runs, and it has a form that somebody may be in the middle of. `window.marker` lives only
// in this document, so whoever finds it again after a call knows that the page was neither reloaded nor replaced.
import { part } from "/assets/line.js";

Object.assign(window, { marker: crypto.randomUUID(), ticks: 0 });

const sound = /** @type {HTMLAudioElement} */ (part("#sound"));
sound.volume = 0.3;
if (!new URLSearchParams(location.search).has("silent")) sound.play().catch(() => {});

setInterval(tick, 250);
tick();

function tick() {
  const page = /** @type {Window & { ticks: number }} */ (/** @type {unknown} */ (window));
  page.ticks += 1;
  part("#clock").textContent = new Date().toLocaleTimeString("en-GB");
}
