// Who has no say: pages that are no tool, frames of a tool that show what a customer wrote, tests of a microphone. That nothing came of
// them is seen when something that began later has come of a real tool: by then whatever they could do was done.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startLab } from "../lab/server.mjs";
import { openLine, ready, until } from "./harness.mjs";
import { countOfViews, onlyMaria, openWatched } from "./nothing.mjs";
import { looks, stage } from "./stage.mjs";
import { coverSeen } from "./watch.mjs";

const { lab, run } = await stage();

test("a page that is no tool has a real call and tells every lie it knows: only the tool's own call counts", async () => {
  const news = await openWatched(run, lab);
  const stranger = await openLine(run, lab, { at: "work", phone: "/call?events=all", customer: "/?line=work&name=Nobody+Real" });
  const before = await countOfViews(run);
  await stranger.begin();
  for (let times = 0; times < 3; times += 1) await run.click(stranger.phone, "#lie");
  assert.equal(await stranger.phone.evaluate(() => document.documentElement.dataset.lied), "3");
  // Longer than a real answer takes to count.
  await until("five seconds of the caller's voice were heard", () =>
    stranger.phone.evaluate(() => /** @type {HTMLAudioElement} */ (document.querySelector("#remote")).currentTime > 5),
  );
  await onlyMaria(run, lab, news, before);
});

test("a customer's HTML in a sandboxed frame of a tool imitates a call: only the tool's own call counts", async () => {
  const news = await openWatched(run, lab);
  const before = await countOfViews(run);
  const ticket = await run.openPage(lab.url("phone", "/frames"));
  await ready(ticket);
  await until("all its messages arrived", () => ticket.evaluate(() => document.documentElement.dataset.heard === "8"));
  await onlyMaria(run, lab, news, before);
});

test("the tool's own host on another port is no tool: its call, with all that its page says of it, opens and holds nothing", async (t) => {
  const other = await startLab();
  t.after(() => other.close());
  const news = await openWatched(run, lab);
  const before = await countOfViews(run);
  const stranger = await openLine(run, other, { customer: "/?name=Nobody+Real" });
  await stranger.begin();
  await until("five seconds of the caller's voice were heard", () =>
    stranger.phone.evaluate(() => /** @type {HTMLAudioElement} */ (document.querySelector("#remote")).currentTime > 5),
  );
  assert.equal(await run.sidebarIsOpen(), false, "no click there opens anything");
  await onlyMaria(run, lab, news, before);
});

test("a connection without a microphone, begun by a click in a tool's page, opens and holds nothing", async () => {
  const news = await openWatched(run, lab);
  const before = await countOfViews(run);
  const phone = await run.openPage(lab.url("phone", "/?line=second"));
  await phone.evaluate(() => {
    const button = document.createElement("button");
    button.id = "share";
    button.textContent = "Share";
    button.onclick = async () => {
      const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
      here.onicecandidate = ({ candidate }) => candidate && void there.addIceCandidate(candidate);
      there.onicecandidate = ({ candidate }) => candidate && void here.addIceCandidate(candidate);
      there.ondatachannel = () => (document.documentElement.dataset.shared = "yes");
      here.createDataChannel("screen");
      await here.setLocalDescription(await here.createOffer());
      await there.setRemoteDescription(/** @type {RTCSessionDescription} */ (here.localDescription));
      await there.setLocalDescription(await there.createAnswer());
      await here.setRemoteDescription(/** @type {RTCSessionDescription} */ (there.localDescription));
      Object.assign(window, { share: [here, there] });
    };
    document.body.append(button);
  });
  await run.click(phone, "#share");
  await until("it stands", () => phone.evaluate(() => document.documentElement.dataset.shared === "yes"));
  await looks(phone, 4);
  assert.equal(await run.sidebarIsOpen(), false);
  await onlyMaria(run, lab, news, before);
});

test("a tool's page that sends the extension five megabytes in its own name is not listened to", async () => {
  const news = await openWatched(run, lab);
  const before = await countOfViews(run);
  const phone = await run.openPage(lab.url("phone", "/?line=second"));
  await phone.evaluate(() => {
    const detail = JSON.stringify({ said: { phase: "active", customer: { name: "x".repeat(5_000_000) } } });
    document.dispatchEvent(new CustomEvent("undivided:report", { detail }));
  });
  await onlyMaria(run, lab, news, before);
});

test("a microphone test on a tool's page holds nothing", async () => {
  const news = await openWatched(run, lab);
  const before = await countOfViews(run);
  const phone = await run.openPage(lab.url("phone", "/?line=second"));
  await phone.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const recorder = new MediaRecorder(stream);
    recorder.start(100);
    // Two pieces: the first may be a header alone.
    for (let pieces = 0; pieces < 2; pieces += 1) await new Promise((resolve) => recorder.addEventListener("dataavailable", resolve, { once: true }));
  });
  await onlyMaria(run, lab, news, before);
});

test("an echo test within a tool's page, connected and with sound, holds nothing", async () => {
  const news = await openWatched(run, lab);
  const phone = await run.openPage(lab.url("phone", "/?line=second"));
  const since = Date.now();
  await phone.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
    Object.assign(window, { echo: [here, there] });
    here.onicecandidate = ({ candidate }) => candidate && void there.addIceCandidate(candidate);
    there.onicecandidate = ({ candidate }) => candidate && void here.addIceCandidate(candidate);
    for (const peer of [here, there]) for (const track of stream.getTracks()) peer.addTrack(track, stream);
    await here.setLocalDescription(await here.createOffer());
    await there.setRemoteDescription(/** @type {RTCSessionDescription} */ (here.localDescription));
    await there.setLocalDescription(await there.createAnswer());
    await here.setRemoteDescription(/** @type {RTCSessionDescription} */ (there.localDescription));
  });
  await until("its sound arrives", () =>
    phone.evaluate(async () => {
      for (const one of (await /** @type {any} */ (window).echo[0].getStats()).values()) {
        if (one.type === "inbound-rtp" && one.kind === "audio" && one.packetsReceived > 50) return true;
      }
      return false;
    }),
  );
  // Three looks decide, and the decision has to last a second and a half: with ten looks a call would long be one.
  await looks(phone, 10);
  const views = (await run.views()).filter(({ at }) => at >= since).map(({ view }) => view.sidebar);
  assert.deepEqual(views.filter((sidebar) => sidebar.focus !== "off" || !["idle", "ringing"].includes(sidebar.phase)), []);
  await run.untilPhase("idle");
  assert.equal(await coverSeen(news), false);
});
