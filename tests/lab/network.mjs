// A stretch of network between the two ends of a peer connection, which a test can cut: every packet of theirs goes through here, over
// UDP on this machine. Only candidates are changed, so both ends know nothing but this way to each other. It looks into no packet.

import { createSocket } from "node:dgram";

/** @typedef {{ address: string, port: number }} Place */
/** @typedef {{ socket: import("node:dgram").Socket, port: number, behind: Place | undefined }} Gate */

export async function startNetwork() {
  const gates = /** @type {[Gate, Gate]} */ (await Promise.all([open(), open()]));
  return new Network(gates);
}

/** Two gates: whoever sends to one end sends to that end's gate, and comes out of the other. */
export class Network {
  /** @param {[Gate, Gate]} gates */
  constructor(gates) {
    this.gates = gates;
    this.up = true;
    for (const [at, gate] of gates.entries()) {
      const other = /** @type {Gate} */ (gates[1 - at]);
      gate.socket.on("message", (packet, { address, port }) => {
        // Whoever speaks here is the other end, at the address that it speaks from.
        other.behind = { address, port };
        if (this.up && gate.behind) other.socket.send(packet, gate.behind.port, gate.behind.address);
      });
    }
  }

  /**
   * A description whose end can be reached through here alone.
   * @param {"offer" | "answer"} end
   * @param {string} sdp with all candidates in it
   */
  through(end, sdp) {
    const gate = this.gates[end === "offer" ? 0 : 1];
    const found = /^(a=candidate:\S+ 1 udp \d+) (\d+\.\d+\.\d+\.\d+) (\d+) (typ host.*)$/im.exec(sdp);
    if (!found) throw new Error(`no candidate to lead through the network in ${sdp}`);
    const [, head, address = "", port, tail] = found;
    gate.behind = { address, port: Number(port) };
    const others = sdp.replace(found[0], "a=kept").replace(/^a=candidate:.*\r\n/gm, "");
    return others.replace("a=kept", `${head} ${address} ${gate.port} ${tail}`);
  }

  close() {
    for (const { socket } of this.gates) socket.close();
  }
}

/** @returns {Promise<Gate>} */
function open() {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.once("error", reject);
    socket.bind(0, () => resolve({ socket, port: socket.address().port, behind: undefined }));
  });
}
