// The agent's phone, as a company would build it in-house. It tells the extension about calls by the documented page event:
// `?events=all` (every phase, the default), `ring` (only who rings, then silence), `off` (then only the WebRTC call can be seen), and
// `?detail=text` sends the event's detail as JSON text. `window.moments` says when each phase was shown. `?microphone=kept` keeps the microphone open after a call, as some phones do.
import { Line, described, part, play } from "/assets/line.js";

/** @typedef {import("./line.js").Customer} Customer */

const query = new URLSearchParams(location.search);
const events = query.get("events") ?? "all";
const line = new Line(query.get("line") ?? document.body.dataset.line ?? "harbour", "agent", (message) => void heard(message));

/** @type {{ phase: string, at: number }[]} */
const moments = [];
Object.assign(window, { moments });

/** @type {{ peer: RTCPeerConnection | undefined, microphone: MediaStream | undefined, offer: string, customer: Customer, id: string, began: number } | undefined} */
let call;

part("#answer").onclick = () => void answer();
part("#hold").onclick = () => void direction("inactive", "hold");
part("#resume").onclick = () => void direction("sendrecv", "active");
part("#hangup").onclick = () => {
  void line.send({ type: "bye" });
  over();
};
part("#mute").onclick = () => {
  const track = call?.microphone?.getAudioTracks()[0];
  if (!track) return;
  track.enabled = !track.enabled;
  part("#mute").setAttribute("aria-pressed", String(!track.enabled));
  part("#mute").textContent = track.enabled ? "Mute" : "Unmute";
};

/** @param {import("./line.js").Message} message */
async function heard(message) {
  if (message.type === "ring") {
    call = { peer: undefined, microphone: undefined, offer: message.offer, customer: message.customer, id: crypto.randomUUID(), began: 0 };
    show("ringing");
  } else if (message.type === "answer") {
    await call?.peer?.setRemoteDescription({ type: "answer", sdp: message.sdp });
  } else if (message.type === "bye" || message.type === "gone") {
    over();
  }
}

async function answer() {
  if (!call) return;
  const answered = call;
  const peer = new RTCPeerConnection({ iceServers: [] });
  answered.peer = peer;
  play(peer);
  answered.microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
  await peer.setRemoteDescription({ type: "offer", sdp: answered.offer });
  for (const track of answered.microphone.getTracks()) peer.addTrack(track, answered.microphone);
  const sdp = await described(peer, await peer.createAnswer());
  if (call !== answered) return; // the caller gave up while the microphone opened
  answered.began = Date.now();
  await line.send({ type: "answer", sdp });
  show("active");
}

/**
 * Hold as SIP does it: the same connection, renegotiated.
 * @param {RTCRtpTransceiverDirection} wanted
 * @param {"hold" | "active"} phase
 */
async function direction(wanted, phase) {
  if (!call?.peer) return;
  for (const transceiver of call.peer.getTransceivers()) transceiver.direction = wanted;
  await line.send({ type: "offer", sdp: await described(call.peer, await call.peer.createOffer()) });
  show(phase);
}

function over() {
  if (!call) return;
  const ended = call;
  show("ended");
  ended.peer?.close();
  if (query.get("microphone") !== "kept") for (const track of ended.microphone?.getTracks() ?? []) track.stop();
  const seconds = ended.began ? Math.round((Date.now() - ended.began) / 1000) : 0;
  part("#history").textContent = `${ended.customer.name ?? "Unknown caller"} · ${ended.began ? `${seconds} s` : "missed"}`;
  call = undefined;
}

/** @param {"ringing" | "active" | "hold" | "ended"} phase */
function show(phase) {
  if (!call) return;
  const { customer } = call;
  moments.push({ phase, at: Date.now() });
  const texts = { ringing: "Incoming call", active: "On a call", hold: "On hold", ended: "Waiting for the next call" };
  document.body.dataset.phase = phase === "ended" ? "idle" : phase;
  document.title = phase === "ended" ? "Harbour Phone" : `${texts[phase]} – Harbour Phone`;
  part("#status").textContent = texts[phase];
  part("#name").hidden = part("#where").hidden = phase === "ended";
  part("#name").textContent = (customer.name ?? "Unknown caller").slice(0, 200);
  part("#where").textContent = [customer.phone, customer.place?.city, customer.place?.country].filter(Boolean).join(" · ").slice(0, 200);
  part("#answer").hidden = phase !== "ringing";
  part("#hold").hidden = part("#mute").hidden = phase !== "active";
  part("#resume").hidden = phase !== "hold";
  part("#hangup").hidden = phase === "ended";
  announce(phase);
}

/** @param {"ringing" | "active" | "hold" | "ended"} phase */
function announce(phase) {
  if (!call || events === "off" || (events === "ring" && phase !== "ringing")) return;
  const detail = { phase, conversation: call.id, channel: "call", customer: call.customer };
  document.dispatchEvent(new CustomEvent("undivided", { detail: query.get("detail") === "text" ? JSON.stringify(detail) : detail }));
}
