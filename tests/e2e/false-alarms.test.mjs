// What looks or sounds like a call and is none, most of it in a tool's own page: nothing is held, nothing opens, no conversation counts. Where
// an adapter is lied to, the truth is told in the end, and that alone is believed. The stage has three adapters for the phone's address, so
// that every one of these pages is looked at.

import assert from "node:assert/strict";
import { test } from "node:test";
import { maria } from "../lab/server.mjs";
import { Call, openLine, ready, say, until } from "./harness.mjs";
import { countOfViews, onlyMaria, openWatched } from "./nothing.mjs";
import { browser } from "./scene.mjs";
import { looks, stage } from "./stage.mjs";
import { openStudio, studio } from "./studio.mjs";
import { coverSeen } from "./watch.mjs";

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {"microphone" | "camera" | "screen" | "sound"} Sent what a studio page sends (../lab/pages/studio.js) */

const { lab, run } = await stage((lab) => {
  const sites = [lab.url("phone", "/*")];
  const all = { confidence: "source", references: ["tests/e2e/false-alarms.test.mjs"], sites };
  return {
    adapters: [
      { ...all, id: "ticket-desk", name: "Ticket desk", category: "help-desk", customer: { name: [{ text: "#ticket .customer" }] } },
      {
        ...all,
        id: "call-bar",
        name: "Call bar",
        category: "phone",
        call: { active: { visible: "#call-bar" }, ended: { present: "#call-over" } },
        customer: { name: [{ text: "#call-bar .name" }] },
      },
      {
        ...all,
        id: "widget",
        name: "Widget",
        category: "phone",
        messages: {
          origins: [new URL(lab.url("customer")).origin],
          active: [{ type: "call-start" }],
          ended: [{ type: "call-end" }],
          customer: { name: [{ path: "caller" }] },
        },
      },
    ],
  };
});

test("a video that plays loud in a tool's page, begun by a click, opens and holds nothing", async () => {
  const news = await openWatched(run, lab);
  const before = await countOfViews(run);
  const tool = await openTool();
  await tool.evaluate(() => {
    const video = document.createElement("video");
    Object.assign(video, { id: "lesson", src: "/sound.wav", volume: 1, width: 320, height: 180 });
    video.onclick = () => void video.play();
    document.body.append(video);
  });
  await run.click(tool, "#lesson");
  // Its four seconds are longer than a real answer takes to count; here and below.
  await until("all of it was heard", () => tool.$eval("#lesson", (video) => /** @type {HTMLVideoElement} */ (video).ended));
  await onlyMaria(run, lab, news, before);
});

test("a lobby whose call never comes to stand rings at most: it holds nothing and offers nothing, and is forgotten when it closes", async () => {
  const news = await openWatched(run, lab);
  const before = await countOfViews(run);
  const [tool, other] = [await openStudio(run, lab, "phone"), await openStudio(run, lab, "work")];
  // Each knows the other's codecs and keys, and no address to send a packet to.
  const unreachable = (/** @type {string} */ sdp) => sdp.replace(/^a=candidate:.*\r\n/gm, "");
  const offer = unreachable(await studio(tool, "offer", ["microphone"]));
  await studio(tool, "accept", unreachable(await studio(other, "answer", offer, ["sound"])));
  await looks(tool, 10);
  assert.notEqual(await tool.evaluate(() => /** @type {any} */ (window).studio.peer.connectionState), "connected");
  for (const { focus, phase } of await sidebars(before)) assert.deepEqual([focus, phase === "ringing" || phase === "idle"], ["off", true]);
  assert.equal(await coverSeen(news), false);
  assert.equal(await run.sidebarIsOpen(), false);
  if (browser === "chromium") assert.deepEqual(await run.notificationsShown(), []);
  await tool.close();
  await run.untilPhase("idle");
  await onlyMaria(run, lab, news, await countOfViews(run));
});

test("what a tool's page receives and plays is no call without a microphone: not beside a screen that it shows, and not as a radio", async () => {
  const news = await openWatched(run, lab);
  const before = await countOfViews(run);
  /** @type {Page[]} */
  const tools = [];
  for (const sent of /** @type {Sent[][]} */ ([["screen"], []])) {
    const [tool, other] = [await openStudio(run, lab, "phone"), await openStudio(run, lab, "customer")];
    await run.click(tool, "#begin");
    await connect({ page: tool, sent }, { page: other, sent: ["sound"] });
    tools.push(tool);
  }
  for (const tool of tools) await untilHeard(tool);
  await onlyMaria(run, lab, news, before);
});

test("a video call on a page that is no tool, while a tool's page is open and idle, is the agent's own affair", async () => {
  const news = await openWatched(run, lab);
  const before = await countOfViews(run);
  await openTool();
  const [here, there] = [await openStudio(run, lab, "work"), await openStudio(run, lab, "customer")];
  await run.click(here, "#begin");
  await connect({ page: here, sent: ["microphone", "camera"] }, { page: there, sent: ["sound", "camera"] });
  await untilHeard(here);
  await onlyMaria(run, lab, news, before);
});

test("a ticket that lies open with its customer's name is no conversation; the name is known once there is one", async () => {
  const news = await openWatched(run, lab);
  const before = await countOfViews(run);
  const tool = await openTool();
  await show(tool, "ticket", "customer", "Tomé Ticket");
  await onlyMaria(run, lab, news, before);
  await say(tool, { phase: "active" });
  await run.untilView(({ sidebar }) => sidebar?.phase === "active" && sidebar.customer.name === "Tomé Ticket");
  await say(tool, { phase: "ended" });
  await run.untilPhase("idle");
});

test("a customer's HTML in a sandboxed frame shows the very sign that an adapter looks for: it counts in the tool's page alone", async () => {
  const news = await openWatched(run, lab);
  const before = await countOfViews(run);
  const tool = await openTool();
  await tool.evaluate(
    () =>
      new Promise((resolve) => {
        const frame = document.createElement("iframe");
        frame.setAttribute("sandbox", "allow-scripts");
        frame.srcdoc = `<!doctype html><body><p id="call-bar">On a call with <b class="name">Nobody Real</b></p><p id="ticket"><b class="customer">Nobody Real</b></p>`;
        frame.onload = resolve;
        document.body.append(frame);
      }),
  );
  await onlyMaria(run, lab, news, before);
  await show(tool, "call-bar", "name", "Berta Bar");
  await run.untilPhase("active");
  const names = (await sidebars(before)).map(({ customer }) => customer.name).filter((name) => name !== null);
  assert.deepEqual([...new Set(names)], [maria.name, "Berta Bar"]);
  await show(tool, "call-over", "", "");
  await run.untilPhase("idle");
});

test("a page that is no tool fires ten thousand events in a second, ours and the page event: nothing comes of it", async () => {
  const news = await openWatched(run, lab);
  const before = await countOfViews(run);
  const stranger = await run.openPage(lab.url("work"));
  await flood(stranger);
  await until("it has fired them all", async () => (await fired(stranger)) >= 10_000);
  await onlyMaria(run, lab, news, before);
});

test("while a tool's page fires ten thousand events a second, a real call in another tab is noticed; then the last word counts", async () => {
  const news = await openWatched(run, lab);
  const call = await openLine(run, lab);
  const tool = await openTool();
  await flood(tool);
  await call.begin();
  await run.untilView(({ sidebar }) => sidebar?.phase === "active" && sidebar.customer.name === maria.name);
  await run.untilCovered(news);
  await until("it has fired ten thousand", async () => (await fired(tool)) >= 10_000);
  await tool.evaluate(() => /** @type {any} */ (window).flood.stop());
  await say(tool, { phase: "active", conversation: "last", customer: { name: "Lasse Last" } });
  // More than a second later nothing of the flood is left on its way.
  await run.untilView(({ sidebar }) => sidebar?.customer.name === maria.name && sidebar.waiting.length === 1);
  await call.hangUp("agent");
  await run.untilView(({ sidebar }) => sidebar?.phase === "active" && sidebar.customer.name === "Lasse Last" && sidebar.waiting.length === 0);
  await say(tool, { phase: "ended", conversation: "last" });
  await run.untilPhase("idle");
  await run.untilUncovered(news);
});

test("messages that only look like a widget's, from the page, strange frames and forged events, are not believed; the widget's own are", async () => {
  const news = await openWatched(run, lab);
  const before = await countOfViews(run);
  const tool = await openTool();
  const count = await tool.evaluate(
    async (widget, stranger) => {
      /** @param {string} src @param {string} [sandbox] @returns {Promise<Window>} */
      const open = (src, sandbox) =>
        new Promise((resolve) => {
          const frame = document.createElement("iframe");
          if (sandbox) frame.setAttribute("sandbox", sandbox);
          frame.onload = () => resolve(/** @type {Window} */ (frame.contentWindow));
          frame.src = src;
          document.body.append(frame);
        });
      const [real, strange, boxed] = [await open(widget), await open(stranger), await open(widget, "allow-scripts")];
      let heard = 0;
      addEventListener("message", () => (heard += 1));
      Object.assign(window, { heard: () => heard, tell: (/** @type {object} */ message) => real.postMessage(JSON.stringify(message), "*") });
      const lie = { type: "call-start", caller: "Nobody Real" };
      window.postMessage(lie, "*");
      for (const frame of [strange, boxed]) frame.postMessage(JSON.stringify(lie), "*");
      // Firefox takes no window of another origin as the source; a frame of this page is what the widget's would be.
      for (const source of [await open("about:blank"), window, null]) {
        window.dispatchEvent(new MessageEvent("message", { data: lie, origin: new URL(widget).origin, source }));
      }
      return 6;
    },
    lab.url("customer", "/widget"),
    lab.url("work", "/widget"),
  );
  await until("all the lies were told", () => tool.evaluate((all) => /** @type {any} */ (window).heard() === all, count));
  await onlyMaria(run, lab, news, before);
  await tool.evaluate(() => /** @type {any} */ (window).tell({ type: "call-start", caller: "Wanda Widget" }));
  await run.untilView(({ sidebar }) => sidebar?.phase === "active" && sidebar.customer.name === "Wanda Widget");
  await tool.evaluate(() => /** @type {any} */ (window).tell({ type: "call-end" }));
  await run.untilPhase("idle");
  const names = (await sidebars(before)).map(({ customer }) => customer.name).filter((name) => name !== null);
  assert.deepEqual([...new Set(names)], [maria.name, "Wanda Widget"]);
});

test("a tool's page that puts its own in place of all that we use, before us and after us, gets what its own give, and no error of ours", async () => {
  const news = await openWatched(run, lab);
  const before = await countOfViews(run);
  /** @type {string[]} */
  const errors = [];
  const tool = await openShimmed(errors);
  assert.deepEqual(await tool.evaluate(() => /** @type {any} */ (window).shims), ["before the hook", "after the hook"]);
  assert.deepEqual(await tool.evaluate(useShims), []);
  assert.deepEqual(errors, []);
  await onlyMaria(run, lab, news, before);

  const customer = await run.openPage(lab.url("customer", "/?line=second"));
  await ready(customer);
  const phone = await openShimmed(errors);
  await new Call(run, phone, customer).begin();
  await run.untilPhase("active");
  assert.deepEqual(errors, [], "nor in a real call, which is noticed all the same");
  await say(phone, { phase: "ended" });
  await run.untilPhase("idle");
});

test("a microphone that was refused and that the page handles nowhere is told of as ever", async () => {
  const tool = await openTool();
  const told = await tool.evaluate(() => {
    const told = new Promise((resolve) => addEventListener("unhandledrejection", resolve, { once: true }));
    void navigator.mediaDevices.getUserMedia({ audio: { deviceId: { exact: "none" } } });
    return told.then(() => true);
  });
  assert.equal(told, true);
});

// --- Pages ------------------------------------------------------------------------------------------------------------------------------

/** The phone, on a line where nobody calls. */
async function openTool() {
  const page = await run.openPage(lab.url("phone", "/?line=second"));
  await ready(page);
  return page;
}

/**
 * The phone, which says nothing to us, with shims from before its first script and more of them after its last.
 * @param {string[]} errors gets what its page throws
 */
async function openShimmed(errors) {
  const page = await run.openPage("about:blank");
  page.on("pageerror", (error) => void errors.push(String(error)));
  await page.evaluateOnNewDocument(shim);
  await page.goto(lab.url("phone", "/?line=second&events=off"));
  await ready(page);
  await page.evaluate(shim);
  return page;
}

/**
 * @param {{ page: Page, sent: Sent[] }} here
 * @param {{ page: Page, sent: Sent[] }} there
 */
async function connect(here, there) {
  const offer = await studio(here.page, "offer", here.sent);
  await studio(here.page, "accept", await studio(there.page, "answer", offer, there.sent));
}

/** @param {Page} page */
async function untilHeard(page) {
  await until("four seconds of the other end were heard", () => page.evaluate(() => /** @type {any} */ (window).studio.heard() > 4));
}

/**
 * Shows a name in a page, as tools do.
 * @param {Page} page
 * @param {string} id
 * @param {string} part the class of the element with the name
 * @param {string} name
 */
async function show(page, id, part, name) {
  await page.evaluate(
    (...[id, part, name]) => {
      const box = document.createElement("p");
      const inner = document.createElement("b");
      [box.id, inner.className, inner.textContent] = [id, part, name];
      box.append(inner);
      document.body.append(box);
    },
    id,
    part,
    name,
  );
}

/** The sidebar in each view since then. @param {number} before @returns {Promise<any[]>} */
async function sidebars(before) {
  return (await run.views()).slice(before).map(({ view }) => view.sidebar);
}

// --- Floods -----------------------------------------------------------------------------------------------------------------------------

/**
 * Ten thousand events a second until `flood.stop()`, paced by a worker: timers of a page in the background are slowed down.
 * @param {Page} page
 */
async function flood(page) {
  await page.evaluate(() => {
    const phases = ["ringing", "active", "hold", "active", "ended"];
    const peers = { link: "connected", microphone: "live", inbound: "growing" };
    const stranger = !location.hostname.startsWith("phone");
    let fired = 0;
    const clock = new Worker(URL.createObjectURL(new Blob(["setInterval(() => postMessage(0), 10)"])));
    clock.onmessage = () => {
      for (let times = 0; times < 100; times += 1, fired += 1) {
        const detail = { phase: phases[fired % phases.length], conversation: "flood", customer: { name: `Nobody ${fired}` } };
        if (!stranger || fired % 3 === 0) document.dispatchEvent(new CustomEvent("undivided", { detail }));
        else document.dispatchEvent(new CustomEvent("undivided:report", { detail: JSON.stringify(fired % 3 === 1 ? { said: detail } : { peers }) }));
      }
    };
    Object.assign(window, { flood: { fired: () => fired, stop: () => clock.terminate() } });
  });
}

/** @param {Page} page @returns {Promise<number>} */
async function fired(page) {
  return page.evaluate(() => /** @type {any} */ (window).flood.fired());
}

// --- Shims ------------------------------------------------------------------------------------------------------------------------------

/**
 * In a page: puts functions of its own in place of everything that our hook uses or replaces, and classes in place of classes. What the
 * innermost give, `given` remembers.
 */
function shim() {
  if (!isSecureContext) return; // the empty page before
  const page = /** @type {any} */ (window);
  const isFirst = page.shims === undefined;
  page.shims ??= [];
  page.shims.push(Symbol.for("undivided.hook") in window ? "after the hook" : "before the hook");
  page.given ??= {};
  page.failures ??= [];
  if (isFirst) {
    addEventListener("error", ({ message }) => page.failures.push(message));
    addEventListener("unhandledrejection", ({ reason }) => page.failures.push(String(reason)));
  }
  const { apply } = Reflect;
  /** @param {any} owner @param {string} name */
  const replace = (owner, name) => {
    const descriptor = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(owner, name));
    const original = descriptor.value;
    if (typeof original !== "function" || name === "constructor") return;
    /** @this {unknown} @param {unknown[]} args */
    const value = function (...args) {
      const result = apply(original, this, args);
      if (isFirst) page.given[name] = result;
      return result;
    };
    Object.defineProperty(owner, name, { ...descriptor, value });
  };
  for (const owner of [RTCPeerConnection.prototype, MediaDevices.prototype, EventTarget.prototype, JSON]) {
    for (const name of Object.getOwnPropertyNames(owner)) replace(owner, name);
  }
  page.CustomEvent = class extends page.CustomEvent {};
  if (!isFirst) page.RTCPeerConnection = class extends page.RTCPeerConnection {};
  for (let prototype = page.CustomEvent.prototype; prototype !== Event.prototype; prototype = Object.getPrototypeOf(prototype)) Object.freeze(prototype);
}

/** In a page with shims: uses them as a phone does, then tests the microphone. @returns {Promise<string[]>} what is not as it should be */
async function useShims() {
  const page = /** @type {any} */ (window);
  /** @type {string[]} */
  const wrong = page.failures;
  /** @param {string} name @param {unknown} result */
  const same = (name, result) => void (page.given[name] === result || wrong.push(`${name} gave something else`));
  const context = new AudioContext();
  const { stream: sound } = context.createMediaStreamDestination();
  const [track] = sound.getTracks();
  if (!track) return ["no track"];
  const peer = new RTCPeerConnection();
  same("addTrack", peer.addTrack(track, sound));
  same("addTransceiver", peer.addTransceiver("video"));
  try {
    peer.addTrack(track, sound);
    wrong.push("addTrack took a track twice");
  } catch (error) {
    if (/** @type {DOMException} */ (error).name !== "InvalidAccessError") wrong.push(String(error));
  }
  const local = peer.setLocalDescription();
  same("setLocalDescription", local);
  if ((await local) !== undefined) wrong.push("setLocalDescription told something");
  const remote = peer.setRemoteDescription({ type: "answer", sdp: "nonsense" });
  same("setRemoteDescription", remote);
  await remote.then(
    () => wrong.push("setRemoteDescription took nonsense"),
    () => {},
  );
  if (/** @type {any} */ (peer.close()) !== undefined) wrong.push("close told something");
  let heard = 0;
  document.addEventListener("theirs", (event) => (heard = /** @type {CustomEvent} */ (event).detail), { once: true });
  if (!document.dispatchEvent(new CustomEvent("theirs", { detail: 7 })) || heard !== 7) wrong.push("their event did not arrive");
  if (JSON.stringify(JSON.parse('{"a":[1]}')) !== '{"a":[1]}') wrong.push("JSON is not as it was");

  const asked = navigator.mediaDevices.getUserMedia({ audio: true });
  same("getUserMedia", asked);
  const microphone = await asked;
  const recorder = new MediaRecorder(microphone);
  recorder.start(100);
  for (let pieces = 0; pieces < 2; pieces += 1) await new Promise((resolve) => recorder.addEventListener("dataavailable", resolve, { once: true }));
  recorder.stop();
  for (const one of microphone.getTracks()) one.stop();
  return wrong;
}
