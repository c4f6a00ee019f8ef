// LiveKit's Room in the agent's page. Its service can't be here: what LiveKit's socket would bring is said by the agent's page in LiveKit's own
// messages, and the customer's page is the other end of its connection, as LiveKit's server is. Connections and microphone are the SDK's own.
// With `?two` at both ends it has two for one call, as by itself with older servers: what it sends goes by the publisher's, what it hears comes
// by the subscriber's.
import { load, standIn } from "/assets/client.js";
import { Line, described, part, play } from "/assets/line.js";
import { show } from "/assets/sip.js";

const two = new URLSearchParams(location.search).has("two");
const her = { identity: "maria", sid: "PA_maria", track: "TR_maria" };

/** @returns {Promise<Record<string, () => void>>} */
export async function agent() {
  const tell = standIn((data) => hear(protocol.SignalRequest.fromBinary(new Uint8Array(data))), (url) => void welcome(url));
  const { Room, RoomEvent, protocol } = await load("livekit");
  /** @type {any} */
  let room;
  /** @type {Promise<unknown>} the last message: they must arrive in their order */
  let sent = Promise.resolve();
  const send = (/** @type {any} */ message) => (sent = sent.then(() => line.send(message)));
  const say = (/** @type {string} */ name, /** @type {any} */ value) =>
    tell(new protocol.SignalResponse({ message: { case: name, value } }).toBinary().buffer);

  /** @param {string} url */
  async function welcome(url) {
    say("join", {
      room: { sid: "RM_lab", name: "lab" },
      participant: {
        sid: "PA_agent",
        identity: "agent",
        state: protocol.ParticipantInfo_State.ACTIVE,
        permission: { canPublish: true, canSubscribe: true },
      },
      otherParticipants: [{
        sid: her.sid,
        identity: her.identity,
        state: protocol.ParticipantInfo_State.ACTIVE,
        tracks: [{ sid: her.track, type: protocol.TrackType.AUDIO, source: protocol.TrackSource.MICROPHONE }],
      }],
      serverInfo: { version: "1.8.0", protocol: 15 },
      subscriberPrimary: two,
    });
    if (two) return void send({ type: "joined" });
    const { publisherOffer: offer } = await joinRequest(protocol, url);
    if (offer) void send({ type: "publisher", sdp: offer.sdp, id: offer.id });
  }

  /** @param {any} request */
  function hear({ message: { case: name, value } }) {
    if (name === "offer") send({ type: "publisher", sdp: value.sdp, id: value.id });
    if (name === "answer") send({ type: "subscribed", sdp: value.sdp });
    if (name === "trickle") send({ type: "candidate", publisher: value.target === protocol.SignalTarget.PUBLISHER, candidate: value.candidateInit });
    if (name === "addTrack") say("trackPublished", { cid: value.cid, track: { sid: "TR_agent", type: value.type, name: value.name, source: value.source } });
    if (name === "leave") send({ type: "bye" });
  }

  const line = new Line("harbour", "agent", (/** @type {any} */ message) => {
    if (message.type === "ring") show("ringing");
    if (message.type === "subscriber") say("offer", { type: "offer", sdp: message.sdp });
    if (message.type === "published") say("answer", { type: "answer", sdp: message.sdp, id: message.id });
    if (message.type === "bye" || message.type === "gone") {
      say("leave", { reason: protocol.DisconnectReason.ROOM_DELETED, action: protocol.LeaveRequest_Action.DISCONNECT });
    }
  });

  async function answer() {
    room = new Room(two ? { singlePeerConnection: false } : {});
    room.on(RoomEvent.TrackSubscribed, (/** @type {any} */ track) => track.attach(part("#remote")));
    room.on(RoomEvent.Disconnected, () => show("idle"));
    await room.connect("ws://service.invalid", "a token");
    await room.localParticipant.setMicrophoneEnabled(true);
    show("active");
  }

  return { answer: () => void answer(), hangup: () => void room?.disconnect() };
}

/**
 * What the address says of who joins: in Chromium the first offer as well, which in Firefox comes as a message.
 * @param {any} protocol
 * @param {string} url
 */
async function joinRequest({ JoinRequest, WrappedJoinRequest, WrappedJoinRequest_Compression: { GZIP } }, url) {
  const text = new URL(url).searchParams.get("join_request") ?? "";
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const { compression, joinRequest } = WrappedJoinRequest.fromBinary(bytes);
  if (compression !== GZIP) return JoinRequest.fromBinary(joinRequest);
  const plain = new Blob([joinRequest]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JoinRequest.fromBinary(new Uint8Array(await new Response(plain).arrayBuffer()));
}

/** @returns {Promise<Record<string, () => void>>} */
export async function customer() {
  /** @type {{ hers: RTCPeerConnection, agents: RTCPeerConnection } | undefined} */
  let call;
  const line = new Line("harbour", "customer", (message) => void heard(message));

  /** @param {any} message */
  async function heard(message) {
    if (message.type === "bye" || message.type === "gone") over();
    if (!call) return;
    const { hers, agents } = call;
    if (message.type === "joined") {
      await send({ type: "subscriber", sdp: named(await described(hers, await hers.createOffer())) });
    } else if (message.type === "subscribed") {
      await hers.setRemoteDescription({ type: "answer", sdp: message.sdp });
    } else if (message.type === "publisher") {
      await agents.setRemoteDescription({ type: "offer", sdp: message.sdp });
      await send({ type: "published", sdp: named(await described(agents, await agents.createAnswer())), id: message.id });
      show("active");
    } else if (message.type === "candidate") {
      const peer = message.publisher ? agents : hers;
      if (peer.remoteDescription) await peer.addIceCandidate(JSON.parse(message.candidate));
    }
  }

  const send = (/** @type {any} */ message) => line.send(message);
  // Whose sound it is, LiveKit reads from the stream's name.
  const named = (/** @type {string} */ sdp) => sdp.replace(/^(a=msid:)\S+/gm, `$1${her.sid}|${her.track}`);

  function over() {
    call?.hers.close();
    call?.agents.close();
    call = undefined;
    show("idle");
  }

  return {
    call: async () => {
      const agents = new RTCPeerConnection({ iceServers: [] });
      call = { hers: two ? new RTCPeerConnection({ iceServers: [] }) : agents, agents };
      play(agents);
      const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
      for (const track of microphone.getTracks()) call.hers.addTrack(track, microphone);
      show("ringing");
      await send({ type: "ring", customer: {}, offer: "" });
    },
    hangup: () => {
      void send({ type: "bye" });
      over();
    },
  };
}
