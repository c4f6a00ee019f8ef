// Phones that others wrote, and the places where they make their connections. Proof is only what a published, unchanged client (SIP.js,
// LiveKit's, Twilio's) or a real connection of the browser does to WebRTC: no page here tells the extension anything. Where a service can't be
// here, the lab says its signalling and nothing else; a structure that the lab rebuilt itself is called that and by no client's name.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { bundleClients } from "../lab/clients.mjs";
import { startSip } from "../lab/sip.mjs";
import { Call, ready, until } from "../e2e/harness.mjs";
import { clickTimed, first, phases } from "../e2e/moments.mjs";
import { looks, stage } from "../e2e/stage.mjs";

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {import("node:test").TestContext} TestContext */

const sip = await startSip();
after(() => sip.close());
const { lab, run } = await stage(undefined, { sip: true });
lab.clients = await bundleClients();

/** Focus outlives an end that only the media showed, in ms: a transfer closes one connection and opens another. */
const mend = 5_000;

// Calls of one test follow each other closely: what a second call must prove is the same, and the wait in case of a transfer is borne once.

// --- SIP.js through the real SIP server; the customer is JsSIP unless said --------------------------------------------------------------

test("a call of SIP.js is known by its sound, on hold and back, and is over when either side hangs up", async (t) => {
  const news = await run.openPage(lab.url("news"));
  const call = await open(`/client?client=sipjs&ws=${sip.port}`, `/sip-customer?ws=${sip.port}`);
  await begin(t, call, news);
  await hangUp(call, "customer");

  const { sidebar } = await begin(t, call, news);
  await call.hold(); // by `sendonly`, and SIP.js sends nothing meanwhile
  await run.untilPhase("hold");
  assert.deepEqual(await run.coverOf(news), { cover: true, hidden: true }, "a customer on hold is still a customer");
  await call.resume();
  const back = await run.untilPhase("active");
  assert.equal(back.view.sidebar.since, sidebar.since, "it is the same conversation");
  await untilFree(news, await hangUp(call, "agent"));
  await nothingLeft(call);
});

test("early media is a call from its first sound: being answered changes nothing, and its end is the end", async (t) => {
  await earlyMedia(t, await open(`/client?client=sipjs&ws=${sip.port}`, `/client?client=sipjs&ws=${sip.port}&early`));
});

// --- SDKs whose service the lab stands in for ---------------------------------------------------------------------------------------------

for (const [how, query] of /** @type {const} */ ([
  ["by its one connection", ""],
  ["though it sends on one connection and hears on another", "&two"],
])) {
  test(`a call of LiveKit's is known ${how}, and is over when either side leaves`, async (t) => {
    const news = await run.openPage(lab.url("news"));
    const call = await open(`/client?client=livekit${query}`, `/client?client=livekit${query}`);
    await begin(t, call, news);
    await hangUp(call, "customer");
    await begin(t, call, news);
    await untilFree(news, await hangUp(call, "agent"));
    await nothingLeft(call);
  });
}

test("a call of Twilio's is known, muted or not, and is over when either side hangs up", async (t) => {
  const news = await run.openPage(lab.url("news"));
  const call = await open("/client?client=twilio", "/client?client=twilio");
  await begin(t, call, news);
  await hangUp(call, "customer");

  await begin(t, call, news);
  const since = Date.now();
  await call.mute();
  await until("it is muted", () => call.phone.evaluate(() => document.querySelector("#mute")?.getAttribute("aria-pressed") === "true"));
  await looks(call.phone, 5);
  assert.deepEqual((await phases(run, since)).filter((phase) => phase !== "active"), [], "mute is no end");
  await untilFree(news, await hangUp(call, "agent"));
  await nothingLeft(call);
});

test("a call of Twilio's has its end though the microphone was open before and stays so; a ring that nobody answers is none", async (t) => {
  const news = await run.openPage(lab.url("news"));
  const since = Date.now();
  const call = await open("/client?client=twilio&kept", "/client?client=twilio");
  await call.ring();
  await run.click(call.customer, "#hangup");
  await call.untilBoth("idle");
  await call.ring();
  assert.deepEqual(await phases(run, since), [], "nothing was said of it");
  await answer(t, call, news);
  await untilFree(news, await hangUp(call, "customer"));
  assert.equal(await call.phone.evaluate(() => /** @type {any} */ (window).device.audio.inputStream.active), true, "it is still open");
  await nothingLeft(call);
});

test("a call that the agent makes with Twilio's holds nothing while it rings, and the news once it is answered", async (t) => {
  const news = await run.openPage(lab.url("news"));
  const call = await open("/client?client=twilio", "/client?client=twilio");
  const since = Date.now();
  await run.click(call.phone, "#call");
  await call.untilBoth("ringing");
  await looks(call.phone, 5);
  assert.deepEqual(await phases(run, since), ["ringing"], "its microphone and its connection are there, and no sound yet");
  assert.deepEqual(await run.coverOf(news), { cover: false, hidden: false });
  const clicked = await clickTimed(run, call.customer, "#answer");
  await call.untilBoth("active");
  await untilActive(t, clicked, "answered");
  await run.untilCovered(news);
  await untilFree(news, await hangUp(call, "customer"));
  await nothingLeft(call);
});

test("early media of Twilio's is a call from its first sound as well", async (t) => {
  const call = await open("/client?client=twilio", "/client?client=twilio&early");
  await earlyMedia(t, call);
  await nothingLeft(call);
});

// --- structures that the lab rebuilt ------------------------------------------------------------------------------------------------------

// Amazon's own softphone makes such a connection, in a library beside amazon-connect-streams that npm doesn't have; this is not it.
test("a connection that stands ready before there is a call is none; the call that takes it is one", async (t) => {
  const news = await run.openPage(lab.url("news"));
  const since = Date.now();
  const call = await open("/places?where=standby", "/");
  await looks(call.phone, 5);
  assert.deepEqual(await phases(run, since), [], "nothing was said of it");
  await begin(t, call, news);
  await untilFree(news, await hangUp(call, "agent"));
});

test("a call in a blank, blob:, srcdoc or sandboxed frame or in a popup is known, and its end", async (t) => {
  const news = await run.openPage(lab.url("news"));
  const hers = await openCustomer("/");
  let over = 0;
  for (const [where, who] of /** @type {const} */ ([
    ["blank", "agent"],
    ["blob", "customer"],
    ["split", "customer"], ["srcdoc", "agent"],
    ["sandbox", "customer"],
    ["popup", "agent"],
  ])) {
    const call = new Call(run, await openPhone(`/places?where=${where}`), hers);
    await begin(t, call, news, where);
    over = await hangUp(call, who);
    await call.phone.close();
  }
  await untilFree(news, over);
});

// --- steps --------------------------------------------------------------------------------------------------------------------------------

/**
 * @param {string} phone
 * @param {string} customer
 */
async function open(phone, customer) {
  const hers = await openCustomer(customer);
  return new Call(run, await openPhone(phone), hers);
}

/** @param {string} path */
async function openPhone(path) {
  const page = await run.openPage(lab.url("phone", path));
  await ready(page);
  return page;
}

/** @param {string} path */
async function openCustomer(path) {
  const page = await run.openPage(lab.url("customer", path));
  await ready(page);
  // The usual customer's page listens before its buttons work.
  if (path === "/") await until("the customer's page is there", () => page.evaluate(() => document.documentElement.dataset.loaded === "yes"));
  return page;
}

/**
 * Rings, answers, and waits until it counts and holds the news.
 * @param {TestContext} t
 * @param {Call} call
 * @param {Page} news
 * @param {string} [what]
 * @returns {Promise<any>} the view
 */
async function begin(t, call, news, what) {
  await call.ring();
  return answer(t, call, news, what);
}

/**
 * @param {TestContext} t
 * @param {Call} call
 * @param {Page} news
 * @param {string} [what]
 * @returns {Promise<any>} the view
 */
async function answer(t, call, news, what = "answer") {
  const clicked = await clickTimed(run, call.phone, "#answer");
  await call.untilBoth("active");
  const { view } = await untilActive(t, clicked, what);
  assert.equal(view.sidebar.customer.name, null, "the media say no name");
  await run.untilCovered(news);
  return view;
}

/**
 * @param {TestContext} t
 * @param {number} clicked
 * @param {string} what
 */
async function untilActive(t, clicked, what) {
  const seen = await run.untilPhase("active");
  t.diagnostic(`${what} → active: ${(await first(run, "active", clicked)) - clicked} ms`);
  return seen;
}

/**
 * Calls a customer who sends sound before she answers, until she hangs up.
 * @param {TestContext} t
 * @param {Call} call
 */
async function earlyMedia(t, call) {
  const news = await run.openPage(lab.url("news"));
  const clicked = await clickTimed(run, call.phone, "#call");
  await call.untilBoth("ringing");
  const { view } = await untilActive(t, clicked, "dialled");
  await call.untilBoth("ringing");
  await run.untilCovered(news);
  await run.click(call.customer, "#answer");
  await call.untilBoth("active");
  await looks(call.phone, 3);
  const { sidebar } = await run.view();
  assert.deepEqual([sidebar.phase, sidebar.since], ["active", view.sidebar.since], "it is the same conversation");
  await untilFree(news, await hangUp(call, "customer"));
}

/**
 * Hangs up, and waits until the call is seen to be over.
 * @param {Call} call
 * @param {"agent" | "customer"} who
 * @returns {Promise<number>} a moment before that
 */
async function hangUp(call, who) {
  const before = Date.now();
  await call.hangUp(who);
  await run.untilPhase("wrapUp");
  return before;
}

/**
 * @param {Page} news
 * @param {number} over when the agent or the customer was about to hang up
 */
async function untilFree(news, over) {
  await run.untilPhase("idle");
  const kept = (await first(run, "idle", over)) - (await first(run, "wrapUp", over));
  assert.ok(kept >= mend - 100, `kept for ${kept} ms, in case that it was a transfer`);
  await run.untilUncovered(news);
}

/**
 * Whatever the phone's client asked for came from this machine: one request more, for elsewhere, is the only one that was refused.
 * @param {Call} call
 */
async function nothingLeft(call) {
  const refused = await call.phone.evaluate(async () => {
    const told = new Promise((resolve) => addEventListener("securitypolicyviolation", resolve, { once: true }));
    await fetch("https://service.invalid/").catch(() => {});
    await told;
    return /** @type {any} */ (window).refused;
  });
  assert.deepEqual(refused, ["https://service.invalid/"]);
}
