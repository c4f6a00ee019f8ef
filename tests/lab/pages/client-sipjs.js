// SIP.js at either end of a call through the lab's SIP server, whose port is in `?ws=`: its own SimpleUser, as its guides begin. With `?early`
// the customer sends sound with 183 before she answers (early media), as networks do with their announcements.
import { load } from "/assets/client.js";
import { part } from "/assets/line.js";
import { show } from "/assets/sip.js";

const query = new URLSearchParams(location.search);

/** @returns {Promise<Record<string, () => void>>} */
export async function agent() {
  const user = await registered("agent", {
    onCallReceived: () => show("ringing"),
    onCallHold: (/** @type {boolean} */ held) => show(held ? "hold" : "active"),
  });
  return {
    call: () => {
      show("ringing");
      void user.call("sip:maria@127.0.0.1", { earlyMedia: true });
    },
    answer: () => void user.answer(),
    hold: () => void user.hold(),
    resume: () => void user.unhold(),
    hangup: () => void user.hangup(),
  };
}

/** @returns {Promise<Record<string, () => void>>} */
export async function customer() {
  const user = await registered("maria", {
    onCallReceived: async () => {
      if (query.has("early")) await user.session.progress({ statusCode: 183 });
      show("ringing");
    },
  });
  return { answer: () => void user.answer(), hangup: () => void user.hangup() };
}

/**
 * @param {string} name
 * @param {object} delegate
 */
async function registered(name, delegate) {
  const { SimpleUser } = (await load("sipjs")).Web;
  const user = new SimpleUser(`ws://127.0.0.1:${query.get("ws")}`, {
    aor: `sip:${name}@127.0.0.1`,
    media: { constraints: { audio: true, video: false }, remote: { audio: part("#remote") } },
    userAgentOptions: {
      logLevel: "warn",
      // No server for ICE: both ends are on one machine.
      sessionDescriptionHandlerFactoryOptions: { peerConnectionConfiguration: { iceServers: [] } },
    },
    delegate: { onCallAnswered: () => show("active"), onCallHangup: () => show("idle"), ...delegate },
  });
  await user.connect();
  await user.register();
  return user;
}
