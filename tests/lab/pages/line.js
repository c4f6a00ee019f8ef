// A telephone line between two lab pages, as small as one can be: who rings whom goes over the lab server, the sound over a real
// RTCPeerConnection. It knows nothing of the extension; what it does to WebRTC is what SIP libraries do (an offer with the ring, one
// answer, `inactive` for hold), so that what is seen of it is what is seen of a real phone.

/**
 * Who calls, as the page event of the extension takes it.
 * @typedef {{ name?: string, phone?: string, email?: string, place?: { city?: string, region?: string, country?: string, postcode?: string } }} Customer
 * @typedef {{ type: "ring", customer: Customer, offer: string } | { type: "answer" | "offer", sdp: string } | { type: "bye" } | { type: "gone" }} Message
 */

/** The signalling end of a line: messages to and from the other end by way of the lab server. */
export class Line {
  /**
   * @param {string} name which line
   * @param {"agent" | "customer"} end which end of it this page is
   * @param {(message: Message) => void} onMessage
   */
  constructor(name, end, onMessage) {
    this.url = `/line/${encodeURIComponent(name)}/${end}`;
    this.source = new EventSource(this.url);
    this.source.onopen = () => {
      document.documentElement.dataset.ready = "yes";
    };
    this.source.onmessage = (event) => onMessage(JSON.parse(event.data));
  }

  /**
   * False when nobody is at the other end.
   * @param {Message} message
   */
  async send(message) {
    const response = await fetch(this.url, { method: "POST", body: JSON.stringify(message) });
    return response.ok;
  }
}

/**
 * A description once all candidates are in it: one message instead of a trickle whose order fetch does not keep.
 * @param {RTCPeerConnection} peer
 * @param {RTCSessionDescriptionInit} description
 */
export async function described(peer, description) {
  await peer.setLocalDescription(description);
  if (peer.iceGatheringState !== "complete") {
    await new Promise((resolve) => {
      peer.addEventListener("icegatheringstatechange", () => peer.iceGatheringState === "complete" && resolve(null));
    });
  }
  return /** @type {RTCSessionDescription} */ (peer.localDescription).sdp;
}

/**
 * Plays what the other end says, quietly: a fake microphone beeps.
 * @param {RTCPeerConnection} peer
 */
export function play(peer) {
  const audio = /** @type {HTMLAudioElement} */ (document.querySelector("#remote"));
  peer.addEventListener("track", (event) => {
    audio.srcObject = event.streams[0] ?? new MediaStream([event.track]);
    audio.volume = 0.15;
    audio.play().catch(() => {});
  });
}

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} selector
 * @returns {T}
 */
export function part(selector) {
  const found = document.querySelector(selector);
  if (!found) throw new Error(`this page has no ${selector}`);
  return /** @type {T} */ (found);
}
