// Everything a page can do to look like an agent's tool with a call in it. Run by the button #lie; `data-lied` counts the rounds.
import { part } from "/assets/line.js";

const customer = { name: "Nobody Real", phone: "+351 210 000 999", place: { city: "Nowhere", country: "Portugal" } };

part("#lie").onclick = () => {
  for (const phase of ["ringing", "active", "hold", "active"]) {
    const detail = { phase, conversation: "lie", channel: "call", customer };
    for (const target of [document, window, document.body]) {
      target.dispatchEvent(new CustomEvent("undivided", { detail, bubbles: true }));
      target.dispatchEvent(new CustomEvent("undivided", { detail: JSON.stringify(detail) }));
    }
    for (const message of [detail, { undivided: detail }, { type: "undivided", ...detail }, JSON.stringify(detail)]) {
      window.postMessage(message, "*");
      window.top?.postMessage(message, "*");
    }
  }
  document.documentElement.dataset.lied = String(Number(document.documentElement.dataset.lied ?? 0) + 1);
};
