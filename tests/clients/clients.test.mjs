// Phones that others wrote, and the places where they make their connections. Proof is only what a published, unchanged client (SIP.js,
// LiveKit's) or a real connection of the browser does to WebRTC: no page here tells the extension anything. Where a service can't be
// here, the lab says its signalling and nothing else; a structure that the lab rebuilt itself is called that and by no client's name.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { bundleClients } from "../lab/clients.mjs";
import { startSip } from "../lab/sip.mjs";
import { Call, ready, until } from "../e2e/harness.mjs";
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
});

test("early media is a call from its first sound: being answered changes nothing, and its end is the end", async (t) => {
  const news = await run.openPage(lab.url("news"));
  const call = await open(`/client?client=sipjs&ws=${sip.port}`, `/client?client=sipjs&ws=${sip.port}&early`);
  await clickTimed(call.phone, "#call");
  await call.untilBoth("ringing");
  const { view } = await untilActive(t, call.phone, "dialled");
  await call.untilBoth("ringing");
  await run.untilCovered(news);
  await run.click(call.customer, "#answer");
  await call.untilBoth("active");
  await looks(call.phone, 3);
  const { sidebar } = await run.view();
  assert.deepEqual([sidebar.phase, sidebar.since], ["active", view.sidebar.since], "it is the same conversation");
  await untilFree(news, await hangUp(call, "customer"));
});

// --- SDKs whose service the lab stands in for ---------------------------------------------------------------------------------------------

test("a call of LiveKit's is known though it sends on one connection and hears on another, and is over when either side leaves", async (t) => {
  const news = await run.openPage(lab.url("news"));
  const call = await open("/client?client=livekit", "/client?client=livekit");
  await begin(t, call, news);
  await hangUp(call, "customer");
  await begin(t, call, news);
  await untilFree(news, await hangUp(call, "agent"));
});

// --- structures that the lab rebuilt ------------------------------------------------------------------------------------------------------

// Amazon's own softphone makes such a connection, in a library beside amazon-connect-streams that npm doesn't have; this is not it.
test("a connection that stands ready before there is a call is none; the call that takes it is one", async (t) => {
  const news = await run.openPage(lab.url("news"));
  const since = Date.now();
  const call = await open("/places?where=standby", "/");
  await looks(call.phone, 5);
  assert.deepEqual(await phases(since), [], "nothing was said of it");
  await begin(t, call, news);
  await untilFree(news, await hangUp(call, "agent"));
});

test("a call in a blank, blob:, srcdoc or sandboxed frame or in a popup is known, and its end", async (t) => {
  const news = await run.openPage(lab.url("news"));
  const hers = await openCustomer("/");
  let over = 0;
  for (const [where, who] of /** @type {const} */ ([["blank", "agent"], ["blob", "customer"], ["srcdoc", "agent"], ["sandbox", "customer"], ["popup", "agent"]])) {
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
async function begin(t, call, news, what = "answer") {
  await call.ring();
  await clickTimed(call.phone, "#answer");
  await call.untilBoth("active");
  const { view } = await untilActive(t, call.phone, what);
  assert.equal(view.sidebar.customer.name, null, "the media say no name");
  await run.untilCovered(news);
  return view;
}

/**
 * @param {TestContext} t
 * @param {Page} phone whose button was clicked by `clickTimed`
 * @param {string} what
 */
async function untilActive(t, phone, what) {
  const seen = await run.untilPhase("active");
  const clicked = await phone.evaluate(() => /** @type {any} */ (window).clickedAt);
  t.diagnostic(`${what} → active: ${(await first("active", clicked)) - clicked} ms`);
  return seen;
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
  const kept = (await first("idle", over)) - (await first("wrapUp", over));
  assert.ok(kept >= mend - 100, `kept for ${kept} ms, in case that it was a transfer`);
  await run.untilUncovered(news);
}

/**
 * Clicks, and lets the page keep when it felt it.
 * @param {Page} page
 * @param {string} selector
 */
async function clickTimed(page, selector) {
  await page.evaluate((wanted) => {
    document.querySelector(wanted)?.addEventListener("click", () => Object.assign(window, { clickedAt: Date.now() }), { capture: true });
  }, selector);
  await run.click(page, selector);
}

/**
 * The phases since a moment, in their order.
 * @param {number} since
 * @returns {Promise<string[]>}
 */
async function phases(since) {
  const all = (await run.views()).filter(({ at }) => at >= since).map(({ view }) => view.sidebar.phase);
  return all.filter((phase, index) => phase !== all[index - 1]);
}

/**
 * When a phase was first shown since a moment.
 * @param {string} phase
 * @param {number} since
 * @returns {Promise<number>}
 */
async function first(phase, since) {
  const found = (await run.views()).find(({ at, view }) => at >= since && view?.sidebar.phase === phase);
  assert.ok(found, `${phase} was shown`);
  return found.at;
}
