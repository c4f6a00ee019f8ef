// A SIP phone that can dial, transfer and have several calls at once, at either end: `?as=` is its user, `?to=` whom it dials and transfers to, and
// with `?answers` it answers by itself. With `?events=all` it tells the extension of every phase of every call, else of nothing. A call is a row
// with buttons of its own; `data-with` is the user at its other end, `data-phase` how it stands.
import { part } from "/assets/line.js";
import { media, register, show } from "/assets/sip.js";

/** @typedef {"ringing" | "active" | "hold"} Phase */

const query = new URLSearchParams(location.search);
const user = query.get("as") ?? "agent";
const tells = query.get("events") === "all";
const to = /** @type {HTMLInputElement} */ (part("#to"));
/** @type {Set<HTMLElement>} */
const rows = new Set();

part("#user").textContent = user;
to.value = query.get("to") ?? "";
const phone = register(user, query.get("name") ?? user, open);
part("#dial").onclick = () => phone.call(address(), media);

const address = () => `sip:${to.value}@127.0.0.1`;

/** @param {any} session @param {boolean} called */
function open(session, called) {
  const template = /** @type {HTMLTemplateElement} */ (part("template"));
  const row = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  row.dataset.with = session.remote_identity.uri.user;
  rows.add(row);
  part("#calls").append(row);

  /** @type {Record<string, () => unknown>} */
  const does = {
    answer: () => session.answer(media),
    hold: () => session.hold(),
    resume: () => session.unhold(),
    // As phones do: whoever transferred the caller leaves once the two are in touch.
    refer: () => session.refer(address(), { eventHandlers: { accepted: () => session.terminate() } }),
    hangup: () => session.terminate(),
  };
  for (const [name, press] of Object.entries(does)) /** @type {HTMLElement} */ (row.querySelector(`.${name}`)).onclick = press;
  /** @type {HTMLElement} */ (row.querySelector(".who")).textContent = session.remote_identity.display_name || row.dataset.with;

  /** @param {Phase | "ended"} now */
  const stand = (now) => {
    if (now === "ended") {
      rows.delete(row);
      row.remove();
    } else {
      row.dataset.phase = now;
    }
    const phases = [...rows].map(({ dataset }) => dataset.phase);
    show(/** @type {const} */ (["active", "hold", "ringing"]).find((phase) => phases.includes(phase)) ?? "idle");
    if (!tells) return;
    const customer = { name: session.remote_identity.display_name || row.dataset.with };
    document.dispatchEvent(new CustomEvent("undivided", { detail: { phase: now, conversation: session.id, channel: "call", customer } }));
  };
  stand("ringing");
  if (called && query.has("answers")) session.answer(media);
  session.on("confirmed", () => stand("active"));
  session.on("hold", () => stand("hold"));
  session.on("unhold", () => stand("active"));
  session.on("ended", () => stand("ended"));
  session.on("failed", () => stand("ended"));
  session.on("refer", (/** @type {any} */ event) => event.accept(undefined, media));
}
