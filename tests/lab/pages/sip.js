// What both SIP pages share. JsSIP is the library as published, unchanged: the point of these pages is a call that somebody else wrote.
import { part, play } from "/assets/line.js";

const query = new URLSearchParams(location.search);

/** What every call here is made with: no server for ICE (both ends are on one machine). */
export const media = {
  mediaConstraints: { audio: true, video: false },
  pcConfig: { iceServers: [] },
};

/**
 * Registers at the lab's SIP server, whose port is in `?ws=`; `data-ready` says when.
 * @param {string} user
 * @param {string} displayName
 * @param {(session: any, remote: boolean) => void} onSession
 */
export function register(user, displayName, onSession) {
  const { JsSIP } = /** @type {any} */ (window);
  const agent = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(`ws://127.0.0.1:${query.get("ws")}`)],
    uri: `sip:${user}@127.0.0.1`,
    display_name: displayName,
    session_timers: false,
  });
  agent.on("registered", () => {
    part("#status").textContent = "Registered";
    document.documentElement.dataset.ready = "yes";
  });
  agent.on("registrationFailed", (/** @type {any} */ event) => (part("#status").textContent = `Not registered: ${event.cause}`));
  agent.on("newRTCSession", (/** @type {any} */ event) => {
    event.session.on("peerconnection", (/** @type {any} */ made) => play(made.peerconnection));
    if (event.session.connection) play(event.session.connection);
    onSession(event.session, event.originator === "remote");
  });
  agent.start();
  return agent;
}

/** @param {"idle" | "ringing" | "active" | "hold"} phase */
export function show(phase) {
  document.body.dataset.phase = phase;
  part("#status").textContent = { idle: "Registered", ringing: "Ringing", active: "Talking", hold: "On hold" }[phase];
}
