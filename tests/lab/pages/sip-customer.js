// The customer's end of a SIP call.
import { part } from "/assets/line.js";
import { media, register, show } from "/assets/sip.js";

const name = new URLSearchParams(location.search).get("name") ?? "Maria Silva";
/** @type {any} */
let session;

const agent = register("maria", name, (arrived) => {
  session = arrived;
  show("ringing");
  arrived.on("confirmed", () => show("active"));
  arrived.on("hold", () => show("hold"));
  arrived.on("unhold", () => show("active"));
  arrived.on("ended", () => show("idle"));
  arrived.on("failed", () => show("idle"));
});

part("#call").onclick = () => agent.call("sip:agent@127.0.0.1", media);
part("#hangup").onclick = () => session?.terminate();
