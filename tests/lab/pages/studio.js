// One end of a real connection of any kind: what it sends is chosen by whoever opens it. A test carries the descriptions from one page to the
// other, and may leave something out of them.
import { described, part } from "/assets/line.js";

/** @typedef {"microphone" | "camera" | "screen" | "tab" | "sound"} Sent */

const peer = new RTCPeerConnection({ iceServers: [] });
const heard = /** @type {HTMLAudioElement} */ (part("#remote"));
heard.volume = 0.15;
peer.addEventListener("track", ({ track }) => {
  if (track.kind !== "audio") return;
  heard.srcObject = new MediaStream([track]);
  void heard.play();
});

/** @type {Record<Sent, () => Promise<MediaStream>>} */
const sources = {
  microphone: () => navigator.mediaDevices.getUserMedia({ audio: true }),
  camera: () => navigator.mediaDevices.getUserMedia({ video: true }),
  // What getDisplayMedia gives, which no headless browser grants: a picture that changes.
  screen: async () => {
    const canvas = document.createElement("canvas");
    const drawing = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    setInterval(() => {
      drawing.fillStyle = `hsl(${Date.now() % 360} 50% 50%)`;
      drawing.fillRect(0, 0, canvas.width, canvas.height);
    }, 100);
    return canvas.captureStream(10);
  },
  // This tab itself, for browsers that were told to grant it.
  tab: () => navigator.mediaDevices.getDisplayMedia(/** @type {DisplayMediaStreamOptions} */ ({ video: true, preferCurrentTab: true })),
  sound: async () => {
    const context = new AudioContext();
    const end = context.createMediaStreamDestination();
    const tone = new OscillatorNode(context, { frequency: 180 });
    tone.connect(new GainNode(context, { gain: 0.1 })).connect(end);
    tone.start();
    return end.stream;
  },
};

/** @param {Sent[]} sent */
async function add(sent) {
  for (const one of sent) {
    const stream = await sources[one]();
    for (const track of stream.getTracks()) peer.addTrack(track, stream);
  }
}

const studio = {
  peer,

  /** Sends these, and takes the other end's sound. @param {Sent[]} sent @returns {Promise<string>} */
  async offer(sent) {
    await add(sent);
    if (!peer.getSenders().some(({ track }) => track?.kind === "audio")) peer.addTransceiver("audio", { direction: "recvonly" });
    return described(peer, await peer.createOffer());
  },

  /** @param {string} sdp @param {Sent[]} sent @returns {Promise<string>} */
  async answer(sdp, sent) {
    await peer.setRemoteDescription({ type: "offer", sdp });
    await add(sent);
    return described(peer, await peer.createAnswer());
  },

  /** @param {string} sdp */
  async accept(sdp) {
    await peer.setRemoteDescription({ type: "answer", sdp });
  },

  /** For how many seconds the other end was heard. @returns {number} */
  heard: () => heard.currentTime,
};

Object.assign(window, { studio });
document.documentElement.dataset.ready = "yes";
