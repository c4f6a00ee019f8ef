// The customer's end of the line. Who calls comes from the lab server (a test can set anything there, a megabyte too) and can be typed
// over. Her voice is made here, a soft hum, so that no second microphone is needed.
import { Line, described, part, play } from "/assets/line.js";

/** @typedef {import("./line.js").Customer} Customer */

const query = new URLSearchParams(location.search);
const line = new Line(query.get("line") ?? document.body.dataset.line ?? "harbour", "customer", (message) => void heard(message));

/** @type {Customer} */
const customer = await (await fetch("/customer.json")).json();
if (query.has("name")) customer.name = query.get("name") ?? "";
const fields = {
  name: /** @type {HTMLInputElement} */ (part("#name")),
  phone: /** @type {HTMLInputElement} */ (part("#phone")),
  city: /** @type {HTMLInputElement} */ (part("#city")),
  country: /** @type {HTMLInputElement} */ (part("#country")),
};
fields.name.value = customer.name ?? "";
fields.phone.value = customer.phone ?? "";
fields.city.value = customer.place?.city ?? "";
fields.country.value = customer.place?.country ?? "";
fields.name.oninput = () => (customer.name = fields.name.value);
fields.phone.oninput = () => (customer.phone = fields.phone.value);
fields.city.oninput = () => (customer.place = { ...customer.place, city: fields.city.value });
fields.country.oninput = () => (customer.place = { ...customer.place, country: fields.country.value });

/** @type {{ peer: RTCPeerConnection, voice: AudioContext } | undefined} */
let call;

part("#call").onclick = () => void ring();
part("#hangup").onclick = () => {
  void line.send({ type: "bye" });
  over();
};
document.documentElement.dataset.loaded = "yes";

async function ring() {
  const peer = new RTCPeerConnection({ iceServers: [] });
  const voice = new AudioContext();
  call = { peer, voice };
  show("ringing");
  play(peer);
  const stream = hum(voice);
  for (const track of stream.getTracks()) peer.addTrack(track, stream);
  const offer = await described(peer, await peer.createOffer());
  if (call?.peer !== peer) return; // hung up before it rang
  if (!(await line.send({ type: "ring", customer, offer }))) {
    over();
    part("#status").textContent = "Nobody is at the phone";
  }
}

/** @param {import("./line.js").Message} message */
async function heard(message) {
  if (message.type === "answer") {
    await call?.peer.setRemoteDescription({ type: "answer", sdp: message.sdp });
    show("active");
  } else if (message.type === "offer" && call) {
    await call.peer.setRemoteDescription({ type: "offer", sdp: message.sdp });
    await line.send({ type: "answer", sdp: await described(call.peer, await call.peer.createAnswer()) });
    show(/^a=inactive/m.test(message.sdp) ? "hold" : "active");
  } else if (message.type === "bye" || message.type === "gone") {
    over();
  }
}

function over() {
  call?.peer.close();
  void call?.voice.close();
  call = undefined;
  show("idle");
}

/** @param {"idle" | "ringing" | "active" | "hold"} phase */
function show(phase) {
  document.body.dataset.phase = phase;
  part("#status").textContent = { idle: "Not on the phone", ringing: "It rings …", active: "Talking", hold: "Put on hold" }[phase];
  part("#call").hidden = phase !== "idle";
  part("#hangup").hidden = phase === "idle";
}

/** @param {AudioContext} context */
function hum(context) {
  const end = context.createMediaStreamDestination();
  const loudness = new GainNode(context, { gain: 0.08 });
  const tone = new OscillatorNode(context, { frequency: 180 });
  const syllables = new OscillatorNode(context, { frequency: 2 });
  const depth = new GainNode(context, { gain: 0.05 });
  syllables.connect(depth).connect(loudness.gain);
  tone.connect(loudness).connect(end);
  tone.start();
  syllables.start();
  return end.stream;
}
