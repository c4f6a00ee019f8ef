// Twilio's Voice SDK in the agent's page. Its service can't be here: what its socket would bring is said by the agent's page in the words of
// its own signalling, and the customer's page is the other end of its connection, as Twilio's media servers are. Microphone, connection and
// sounds are the SDK's own. `?kept`: the microphone is chosen before there is a call and stays open after it, as phones with a list of devices
// do. With `?early` the customer sends sound with her ringing, before she answers.
import { load, standIn } from "/assets/client.js";
import { Line, described, part, play } from "/assets/line.js";
import { show } from "/assets/sip.js";

const query = new URLSearchParams(location.search);
/** All that it can play: one left out would come from its maker. */
const sounds = ["incoming", "outgoing", "disconnect", ...[..."0123456789hs"].map((key) => `dtmf${key}`)];
/** It takes a service that is silent for 15 s for lost. */
const HEARTBEAT = 5_000;

/** @returns {Promise<Record<string, () => void>>} */
export async function agent() {
  const tell = standIn(hear);
  setInterval(() => tell("\n"), HEARTBEAT);
  const { Device } = await load("twilio");
  // As its guide asks: the list of devices that it makes at once is empty or without ids before that.
  if (query.has("kept")) for (const track of (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks()) track.stop();
  const device = new Device("a token", {
    chunderw: "service.invalid",
    // Its events are for its maker, at a host that no option changes.
    publishEvents: false,
    sounds: Object.fromEntries(sounds.map((name) => [name, "/sound.wav"])),
  });
  Object.assign(window, { device });
  /** @type {any} */
  let call;
  let id = "";

  const say = (/** @type {string} */ type, payload = {}) => tell(JSON.stringify({ type, payload }));

  /** @param {string} data */
  function hear(data) {
    if (data === "\n") return;
    const { type, payload } = JSON.parse(data);
    if (type === "listen") say("connected");
    if (type === "register") say("ready");
    if (type === "invite") {
      id = payload.callsid;
      void send({ type: "dial", sdp: payload.sdp });
    }
    if (type === "answer") void send({ type: "answer", sdp: payload.sdp });
    if (type === "hangup") void send({ type: "bye" });
  }

  /** @param {any} its */
  function follow(its) {
    call = its;
    call.on("ringing", () => show("ringing"));
    call.on("accept", () => show("active"));
    call.on("mute", (/** @type {boolean} */ muted) => part("#mute").setAttribute("aria-pressed", String(muted)));
    for (const end of ["cancel", "disconnect"]) call.on(end, () => show("idle"));
  }

  device.on("incoming", (/** @type {any} */ arrived) => {
    follow(arrived);
    show("ringing");
  });
  await device.register();
  if (query.has("kept")) {
    const { audio } = device;
    if (audio.availableInputDevices.size === 0) await new Promise((found) => audio.once("deviceChange", found));
    await audio.setInputDevice([...audio.availableInputDevices.keys()][0]);
  }

  const line = new Line("harbour", "agent", (/** @type {any} */ message) => {
    const { type, sdp } = message;
    if (type === "ring") say("invite", { callsid: (id = crypto.randomUUID()), sdp });
    if (type === "ringing" || type === "answer") say(type, { callsid: id, sdp });
    if (type === "bye" || type === "gone") say(call?.status() === "pending" ? "cancel" : "hangup", { callsid: id });
  });
  const send = (/** @type {any} */ message) => line.send(message);

  return {
    call: async () => follow(await device.connect()),
    answer: () => call.accept(),
    mute: () => call.mute(!call.isMuted()),
    hangup: () => call.disconnect(),
  };
}

/** @returns {Promise<Record<string, () => void>>} */
export async function customer() {
  /** @type {RTCPeerConnection | undefined} */
  let peer;
  const line = new Line("harbour", "customer", (message) => void heard(message));
  const send = (/** @type {any} */ message) => line.send(message);

  async function connection() {
    peer = new RTCPeerConnection({ iceServers: [] });
    play(peer);
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of microphone.getTracks()) peer.addTrack(track, microphone);
    return peer;
  }

  /** @param {any} message */
  async function heard({ type, sdp }) {
    if (type === "bye" || type === "gone") over();
    if (type === "answer") {
      await peer?.setRemoteDescription({ type, sdp });
      show("active");
    }
    if (type === "dial") {
      const hers = await connection();
      await hers.setRemoteDescription({ type: "offer", sdp });
      const early = query.has("early") ? await described(hers, await hers.createAnswer()) : undefined;
      await send({ type: "ringing", sdp: early });
      show("ringing");
    }
  }

  function over() {
    peer?.close();
    peer = undefined;
    show("idle");
  }

  return {
    call: async () => {
      const hers = await connection();
      show("ringing");
      await send({ type: "ring", sdp: await described(hers, await hers.createOffer()) });
    },
    answer: async () => {
      if (!peer) return;
      await send({ type: "answer", sdp: peer.localDescription?.sdp ?? (await described(peer, await peer.createAnswer())) });
      show("active");
    },
    hangup: () => {
      void send({ type: "bye" });
      over();
    },
  };
}
