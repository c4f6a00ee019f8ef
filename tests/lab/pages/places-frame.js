// In a frame of places.html: answers a call for the page around it.
(() => {
  /** @type {(() => void) | undefined} */
  let end;

  addEventListener("message", ({ data }) => {
    if (data.bye) end?.();
    if (data.offer) answer(data.offer).then((sdp) => parent.postMessage({ sdp }, "*"), (error) => parent.postMessage({ error: String(error) }, "*"));
  });
  parent.postMessage({ ready: true }, "*");

  /** @param {string} offer */
  async function answer(offer) {
    const peer = new RTCPeerConnection({ iceServers: [] });
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
    end = () => {
      peer.close();
      for (const track of microphone.getTracks()) track.stop();
    };
    await peer.setRemoteDescription({ type: "offer", sdp: offer });
    for (const track of microphone.getTracks()) peer.addTrack(track, microphone);
    await peer.setLocalDescription(await peer.createAnswer());
    while (peer.iceGatheringState !== "complete") await new Promise((resolve) => peer.addEventListener("icegatheringstatechange", resolve, { once: true }));
    return peer.localDescription?.sdp;
  }
})();
