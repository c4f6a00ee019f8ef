// The agent's end of a SIP call. `?events=ring` (the default) tells the extension who rings and nothing more; `all` every phase; `off`
// nothing at all, so that only the WebRTC call can be seen.
import { part } from "/assets/line.js";
import { media, register, show } from "/assets/sip.js";

const events = new URLSearchParams(location.search).get("events") ?? "ring";
/** @type {any} */
let session;

register("agent", "Harbour", (arrived) => {
  session = arrived;
  part("#name").textContent = arrived.remote_identity.display_name;
  phase("ringing");
  arrived.on("confirmed", () => phase("active"));
  arrived.on("ended", () => phase("ended"));
  arrived.on("failed", () => phase("ended"));
});

part("#answer").onclick = () => session?.answer(media);
// The callback comes when the other side agreed; until then JsSIP refuses the next change.
part("#hold").onclick = () => session?.hold({}, () => phase("hold"));
part("#resume").onclick = () => session?.unhold({}, () => phase("active"));
part("#mute").onclick = () => (session?.isMuted().audio ? session.unmute() : session?.mute());
part("#hangup").onclick = () => session?.terminate();

/** @param {"ringing" | "active" | "hold" | "ended"} now */
function phase(now) {
  show(now === "ended" ? "idle" : now);
  if (events === "off" || (events === "ring" && now !== "ringing")) return;
  const customer = { name: session.remote_identity.display_name, phone: session.remote_identity.uri.user };
  document.dispatchEvent(new CustomEvent("undivided", { detail: { phase: now, conversation: session.id, channel: "call", customer } }));
}
