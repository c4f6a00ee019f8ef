// Starts and stops a real SIP server (Debian's kamailio, with kamailio.cfg beside this file) on a free loopback port, in a folder of its
// own, as whoever runs the tests. It knows nothing of browsers.

import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atExit } from "./exit.mjs";

/**
 * Resolves once it listens. `close` ends it and removes its folder.
 * @returns {Promise<{ port: number, close: () => Promise<void> }>}
 */
export async function startSip() {
  const modules = moduleFolder();
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "undivided-sip-"));
  const text = await readFile(new URL("kamailio.cfg", import.meta.url), "utf8");
  const config = join(folder, "kamailio.cfg");
  await writeFile(config, text.replaceAll("@PORT@", String(port)).replaceAll("@MODULES@", modules));

  // -DD -E: in the foreground, so that it is our child; a group of its own, because it forks and all of it must end with us.
  const child = spawn(kamailio(), ["-DD", "-E", "-f", config, "-Y", folder, "-m", "32", "-M", "4"], {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said = (said + chunk).slice(-4000)));
  let running = true;
  const ended = new Promise((resolve) => {
    child.once("error", (error) => {
      said += String(error);
      running = false;
      resolve(null);
    });
    child.once("exit", () => {
      running = false;
      resolve(null);
    });
  });
  const killNow = () => {
    if (running && child.pid) process.kill(-child.pid, "SIGKILL");
  };
  const forget = atExit(killNow);
  const close = async () => {
    forget();
    if (running && child.pid) process.kill(-child.pid, "SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };

  const deadline = Date.now() + 10_000;
  while (!(await listens(port))) {
    if (!running || Date.now() > deadline) {
      await close();
      throw new Error(`kamailio did not start on port ${port}:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20)); // it has no way to say that it listens
  }
  return { port, close };
}

function kamailio() {
  const found = ["/usr/sbin/kamailio", "/usr/local/sbin/kamailio"].find((path) => existsSync(path));
  if (!found) throw new Error("kamailio is missing: apt-get install kamailio kamailio-websocket-modules");
  return found;
}

/** Debian keeps modules below the architecture's own folder, other systems below lib or lib64. */
function moduleFolder() {
  const roots = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64"].filter((root) => existsSync(root));
  const folders = roots.flatMap((root) => [root, ...readdirSync(root).filter((name) => name.includes("-linux-")).map((name) => join(root, name))]);
  const found = folders.map((folder) => join(folder, "kamailio/modules")).find((folder) => existsSync(join(folder, "websocket.so")));
  if (!found) throw new Error("kamailio's websocket module is missing: apt-get install kamailio-websocket-modules");
  return `${found}/`;
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
