// The lab's web server: the pages that tests and the demo use, on one free port of this machine, told apart by the Host header
// (phone.localhost, customer.localhost, news.localhost, video.localhost, work.localhost; browsers resolve these to this machine by
// themselves and treat them as secure). It also carries the signalling of the lab's phone line. It never speaks to another machine and
// knows nothing of the extension.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";

/** @typedef {import("./pages/line.js").Customer} Customer */

/** The customer who calls unless a test or a person says otherwise. @type {Customer} */
export const maria = {
  name: "Maria Silva",
  phone: "+351 210 000 123",
  place: { city: "Lisbon", country: "Portugal" },
};

/**
 * Starts the lab.
 * @param {{ port?: number, sip?: boolean }} [options] `sip` bundles JsSIP, which costs a moment and only the SIP pages need
 */
export async function startLab(options = {}) {
  const lab = new Lab();
  if (options.sip) lab.jssip = await bundleJsSip();
  await lab.listen(options.port ?? 0);
  return lab;
}

/** A running lab. */
export class Lab {
  constructor() {
    this.port = 0;
    /** Served to the customer's page; set it before that page is opened. @type {Customer} */
    this.customer = structuredClone(maria);
    /** @type {Map<string, number>} */
    this.counts = new Map();
    /** The other end of each line, by `line/end`. @type {Map<string, import("node:http").ServerResponse>} */
    this.ends = new Map();
    /** POSTs and downloads that wait for `answerPosts`. @type {(() => void)[]} */
    this.held = [];
    /** @type {(() => void)[]} */
    this.watchers = [];
    this.jssip = "";
    /** Other people's clients by name, as `bundleClients` gives them. @type {Map<string, string>} */
    this.clients = new Map();
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error) => {
        if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
        response.end(String(error));
      });
    });
  }

  /**
   * The address of a page: `lab.url("news", "/sw/")`.
   * @param {"phone" | "customer" | "news" | "video" | "work"} host
   * @param {string} [path]
   */
  url(host, path = "/") {
    return `http://${host}.localhost:${this.port}${path}`;
  }

  /**
   * The host with its port, as blocklists take it.
   * @param {"phone" | "customer" | "news" | "video" | "work"} host
   */
  host(host) {
    return `${host}.localhost:${this.port}`;
  }

  /**
   * How often a path was asked for, e.g. `lab.hits("POST news /post")` or `lab.hits("GET video /")`, without query.
   * @param {string} what
   */
  hits(what) {
    return this.counts.get(what) ?? 0;
  }

  /**
   * Resolves when a path was asked for at least so often.
   * @param {string} what
   * @param {number} [times]
   * @param {number} [deadline] in ms
   */
  async untilHit(what, times = 1, deadline = 10_000) {
    const end = Date.now() + deadline;
    while (this.hits(what) < times) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`${what}: asked for ${this.hits(what)} times in ${deadline} ms, not ${times}`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.watchers.push(() => {
          clearTimeout(timer);
          resolve(null);
        });
      });
    }
  }

  /** Answers every POST that waits (`/post?hold`). */
  answerPosts() {
    for (const go of this.held.splice(0)) go();
  }

  /** @param {string} what */
  count(what) {
    this.counts.set(what, this.hits(what) + 1);
    for (const seen of this.watchers.splice(0)) seen();
  }

  /** @param {number} port */
  async listen(port) {
    await new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, "127.0.0.1", () => resolve(null));
    });
    const address = this.server.address();
    if (typeof address !== "object" || !address) throw new Error("the lab has no port");
    this.port = address.port;
  }

  async close() {
    this.answerPosts();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(() => resolve(null)));
  }

  /**
   * @param {import("node:http").IncomingMessage} request
   * @param {import("node:http").ServerResponse} response
   */
  async answer(request, response) {
    const host = (request.headers.host ?? "").split(".")[0] ?? "";
    const url = new URL(request.url ?? "/", "http://lab");
    const method = request.method ?? "GET";
    const isPost = host === "news" && method === "POST" && url.pathname === "/post";
    if (!isPost) this.count(`${method} ${host} ${url.pathname}`);

    const line = /^\/line\/([^/]+)\/(agent|customer)$/.exec(url.pathname);
    if (line) return this.line(request, response, decodeURIComponent(line[1] ?? ""), line[2] === "agent" ? "agent" : "customer");
    if (url.pathname === "/customer.json") return send(response, "application/json", JSON.stringify(this.customer));
    if (url.pathname === "/sound.wav") return send(response, "audio/wav", chord());
    if (url.pathname === "/jssip.js") return send(response, types[".js"], this.jssip);
    const client = /^\/client\/([a-z]+)\.js$/.exec(url.pathname);
    if (client) return send(response, types[".js"], this.clients.get(client[1] ?? "") ?? `throw new Error("this client was not bundled")`);
    if (isPost) return this.post(request, response, url.searchParams);
    if (host === "news" && url.pathname === "/sw") return response.writeHead(302, { location: "/sw/" }).end();
    if (url.pathname === "/file") return this.file(response, url.searchParams.has("slow"));
    if (url.pathname === "/paper.pdf") return send(response, "application/pdf", paper());
    // A shortener's link, or a sign-on that sends on.
    if (url.pathname === "/to") return response.writeHead(302, { location: url.searchParams.get("url") ?? "/" }).end();
    const made = /^\/made\/([a-z0-9-]+)$/.exec(url.pathname);
    if (host === "phone" && made) return send(response, types[".html"], await readFile(new URL(`../pages/${made[1]}.html`, import.meta.url)));
    const file = url.pathname.startsWith("/assets/") ? url.pathname.slice("/assets/".length) : pages[`${host}${url.pathname}`];
    if (!file || !/^[a-z-]+\.[a-z]+$/.test(file)) return response.writeHead(404, { "content-type": "text/plain" }).end("no such page in the lab");
    return send(response, types[extname(file)], await readFile(new URL(`pages/${file}`, import.meta.url)));
  }

  /**
   * A download: half of it at once, and the rest when a test says so, if it is a slow one. Counted when all of it is sent.
   * @param {import("node:http").ServerResponse} response
   * @param {boolean} slow
   */
  file(response, slow) {
    response.writeHead(200, { "content-type": "application/octet-stream", "content-disposition": "attachment; filename=report.bin", "content-length": "2048" });
    response.write(Buffer.alloc(1024));
    response.on("close", () => this.count(response.writableFinished ? "whole file" : "broken file"));
    const finish = () => response.end(Buffer.alloc(1024));
    if (slow) this.held.push(finish);
    else finish();
  }

  /**
   * One end of a line: GET listens, POST speaks to the other end, 409 when nobody is there. When an end goes away the other hears
   * `gone`, as a phone system would tell it.
   * @param {import("node:http").IncomingMessage} request
   * @param {import("node:http").ServerResponse} response
   * @param {string} name
   * @param {"agent" | "customer"} end
   */
  async line(request, response, name, end) {
    const other = `${name}/${end === "agent" ? "customer" : "agent"}`;
    if (request.method === "POST") {
      const text = await body(request);
      const there = this.ends.get(other);
      there?.write(`data: ${text}\n\n`);
      response.writeHead(there ? 204 : 409).end();
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": here\n\n");
    this.ends.set(`${name}/${end}`, response);
    request.on("close", () => {
      if (this.ends.get(`${name}/${end}`) !== response) return;
      this.ends.delete(`${name}/${end}`);
      this.ends.get(other)?.write(`data: {"type":"gone"}\n\n`);
    });
  }

  /**
   * An order: answered after `ms`, or when the test says so (`hold`), with a page, or by a redirect to one (`then=redirect`).
   * @param {import("node:http").IncomingMessage} request
   * @param {import("node:http").ServerResponse} response
   * @param {URLSearchParams} query
   */
  async post(request, response, query) {
    await body(request);
    const go = query.has("hold") ? new Promise((resolve) => this.held.push(() => resolve(null))) : undefined;
    this.count("POST news /post"); // only now, so that whoever waits for the hit can let it go
    await go;
    if (query.has("ms")) await new Promise((resolve) => setTimeout(resolve, Number(query.get("ms"))));
    if (query.get("then") === "redirect") response.writeHead(303, { location: "/posted" }).end();
    else send(response, types[".html"], await readFile(new URL("pages/posted.html", import.meta.url)));
  }
}

/** @type {Record<string, string>} */
const pages = {
  "phone/": "phone.html",
  "phone/frames": "frames.html",
  "phone/bell": "bell.html",
  "phone/bell-worker.js": "bell-worker.js",
  "phone/busy": "busy.html",
  "phone/sip-agent": "sip-agent.html",
  "phone/studio": "studio.html",
  "phone/client": "client-phone.html",
  "phone/places": "places.html",
  "phone/editors": "editors.html",
  "customer/": "customer.html",
  "customer/sip-customer": "sip-customer.html",
  "customer/client": "client-customer.html",
  "customer/studio": "studio.html",
  "customer/widget": "widget.html",
  "news/": "news.html",
  "news/push": "push.html",
  "news/feed": "feed.html",
  "news/sw/": "sw.html",
  "news/sw/worker.js": "worker.js",
  "news/bell": "bell.html",
  "news/bell-worker.js": "bell-worker.js",
  "news/post": "post.html",
  "news/posted": "posted.html",
  "video/": "video.html",
  "work/": "work.html",
  "work/bell": "bell.html",
  "work/bell-worker.js": "bell-worker.js",
  "work/call": "work-call.html",
  "work/studio": "studio.html",
  "work/widget": "widget.html",
};

/** The least that is a PDF with a page. */
const paper = () =>
  "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>";

/** @type {Record<string, string>} */
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

/**
 * @param {import("node:http").ServerResponse} response
 * @param {string | undefined} type
 * @param {string | Uint8Array} content
 */
function send(response, type, content) {
  response.writeHead(200, {
    "content-type": type ?? "application/octet-stream",
    "content-length": Buffer.byteLength(content),
    "cache-control": "no-store",
  });
  response.end(content);
}

/** @param {import("node:http").IncomingMessage} request */
async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Four seconds of a soft chord that loops without a click: 16 bit, mono, 16 kHz, whole periods of 110, 165 and 220 Hz. */
function chord() {
  const rate = 16_000;
  const samples = rate * 4;
  const file = Buffer.alloc(44 + samples * 2);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at += 1) {
    const turn = (2 * Math.PI * at) / rate;
    const value = 0.1 * (Math.sin(110 * turn) + Math.sin(165 * turn) + Math.sin(220 * turn));
    file.writeInt16LE(Math.round(value * 32_767), 44 + at * 2);
  }
  return file;
}

async function bundleJsSip() {
  const { build } = await import("esbuild");
  const built = await build({
    stdin: {
      contents: `import JsSIP from "jssip"; globalThis.JsSIP = JsSIP;`,
      resolveDir: new URL(".", import.meta.url).pathname,
    },
    bundle: true,
    write: false,
    format: "iife",
    define: { global: "globalThis" },
    logLevel: "error",
  });
  return built.outputFiles[0]?.text ?? "";
}
