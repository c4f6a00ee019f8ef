// An agent's phone whose peer connection is not made in its own window: `?where=blank`, `blob`, `srcdoc` and `sandbox` are frames, `popup` is a
// window of its own; with `split` the microphone is opened here and sent from a frame; in `standby` it is made here, but long before the call, as contact centres do. It never tells the extension anything.
import { Line, described, part, play } from "/assets/line.js";
import { show } from "/assets/sip.js";

/** @typedef {{ sdp: string, end: () => void }} Answered */

// As modules of phones do: whoever replaces window.RTCPeerConnection later replaces nothing here.
const { RTCPeerConnection: Peer } = window;
const where = new URLSearchParams(location.search).get("where") ?? "";
/** @type {RTCPeerConnection | undefined} */
let standby;
/** @type {{ offer: string, end?: () => void } | undefined} */
let call;

const line = new Line("harbour", "agent", (message) => {
  if (message.type === "ring") {
    call = { offer: message.offer };
    show("ringing");
  } else if (message.type === "bye" || message.type === "gone") {
    over();
  }
});
if (where === "standby") {
  // Candidates are gathered for a call that isn't there yet.
  standby = new Peer({ iceServers: [] });
  standby.addTransceiver("audio");
  void standby.createOffer().then((offer) => standby?.setLocalDescription(offer));
}

part("#answer").onclick = async () => {
  if (!call) return;
  const { sdp, end } = await answered(call.offer);
  call.end = end;
  await line.send({ type: "answer", sdp });
  show("active");
};
part("#hangup").onclick = () => {
  void line.send({ type: "bye" });
  over();
};

function over() {
  call?.end?.();
  call = undefined;
  show("idle");
}

/** @param {string} offer @returns {Promise<Answered>} */
function answered(offer) {
  // Until the first `await` all is in one turn: the new window is used before anything else could happen in it.
  if (where === "standby" && standby) return callBy(standby, navigator, offer);
  if (where === "popup") return callIn(window.open("about:blank"), offer);
  const frame = document.createElement("iframe");
  frame.allow = "microphone";
  if (where === "blank") {
    part("#frames").append(frame);
    return callIn(frame.contentWindow, offer);
  }
  if (where === "split") {
    part("#frames").append(frame);
    return callIn(frame.contentWindow, offer, navigator);
  }
  const html = `<!doctype html><meta charset="utf-8"><script src="${new URL("/assets/places-frame.js", location.href)}"></` + `script>`;
  if (where === "blob") frame.src = URL.createObjectURL(new Blob([html], { type: "text/html" }));
  else frame.srcdoc = html;
  // With an origin: without one no browser opens a microphone there (Chromium 156: SecurityError, Firefox 153: NotAllowedError), and no call begins.
  if (where === "sandbox") frame.setAttribute("sandbox", "allow-scripts allow-same-origin");
  return callBehind(frame, offer);
}

/** By a reference into the other window. @param {Window | null} place @param {string} offer @param {Navigator} [its] whose microphone */
function callIn(place, offer, its) {
  if (!place) throw new Error("no such window");
  const { RTCPeerConnection: Theirs, navigator: theirs } = /** @type {Window & typeof globalThis} */ (place);
  return callBy(new Theirs({ iceServers: [] }), its ?? theirs, offer);
}

/** @param {RTCPeerConnection} peer @param {Navigator} its @param {string} offer @returns {Promise<Answered>} */
async function callBy(peer, its, offer) {
  play(peer);
  const microphone = await its.mediaDevices.getUserMedia({ audio: true });
  await peer.setRemoteDescription({ type: "offer", sdp: offer });
  for (const track of microphone.getTracks()) peer.addTrack(track, microphone);
  const sdp = await described(peer, await peer.createAnswer());
  return {
    sdp,
    end: () => {
      peer.close();
      for (const track of microphone.getTracks()) track.stop();
    },
  };
}

/** The frame's own script makes the call; a message asks for it. @param {HTMLIFrameElement} frame @param {string} offer @returns {Promise<Answered>} */
async function callBehind(frame, offer) {
  const heard = new Promise((resolve, reject) => {
    addEventListener("message", ({ source, data }) => {
      if (source !== frame.contentWindow) return;
      if (data.ready) frame.contentWindow?.postMessage({ offer }, "*");
      if (data.sdp) resolve(data.sdp);
      if (data.error) reject(new Error(data.error));
    });
  });
  part("#frames").append(frame);
  const sdp = await heard.catch((error) => {
    part("#status").textContent = String(error);
    throw error;
  });
  return { sdp, end: () => frame.contentWindow?.postMessage({ bye: true }, "*") };
}
