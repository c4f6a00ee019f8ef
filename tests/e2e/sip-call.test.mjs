// A call that somebody else wrote: JsSIP at both ends, a real SIP server between them, real audio. What it does to WebRTC is all that the
// extension sees of it where the tool says nothing (`events=off`).

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startSip } from "../lab/sip.mjs";
import { openSipLine, until } from "./harness.mjs";
import { clickTimed, first, phases } from "./moments.mjs";
import { looks, stage } from "./stage.mjs";

const sip = await startSip();
after(() => sip.close());
const { lab, run } = await stage(undefined, { sip: true });

/** Focus outlives an end that only the media showed, in ms: a transfer closes one connection and opens another. */
const mend = 5_000;
/** A peer that vanishes is missed by ICE after some seconds, and then borne for 12. */
const missed = 60_000;

for (const who of /** @type {const} */ (["customer", "agent"])) {
  test(`a SIP call that the phone tells of holds the news; it is free when the ${who} hangs up`, async () => {
    const news = await run.openPage(lab.url("news"));
    const call = await openSipLine(run, lab, sip.port, { events: "all", name: "Maria Silva" });
    await call.ring();
    const { view } = await run.untilPhase("ringing");
    assert.equal(view.sidebar.customer.name, "Maria Silva");
    assert.deepEqual(await run.coverOf(news), { cover: false, hidden: false }, "ringing holds nothing");
    await call.answer();
    await run.untilPhase("active");
    await run.untilCovered(news);
    await until("the news are silent", () => run.muted(lab.url("news")));
    await call.hangUp(who);
    await run.untilPhase("idle");
    await run.untilUncovered(news);
    await until("the news may sound", async () => !(await run.muted(lab.url("news"))));
  });

  test(`a SIP call that nobody tells of is known by its sound${who === "agent" ? ", muted or not" : ""}; it is over when the ${who} hangs up`, async (t) => {
    const news = await run.openPage(lab.url("news"));
    const call = await openSipLine(run, lab, sip.port, { events: "off" });
    await call.ring();
    const clicked = await clickTimed(run, call.phone, "#answer");
    await call.untilBoth("active");
    const { view } = await run.untilPhase("active");
    t.diagnostic(`answer → active: ${(await first(run, "active", clicked)) - clicked} ms`);
    assert.equal(view.sidebar.customer.name, null, "the media say no name");
    await run.untilCovered(news);

    if (who === "agent") {
      // Mute is not the end: a muted microphone goes on sending, silence. Three looks decide; after five, all that they could is decided.
      await call.mute();
      await looks(call.phone, 5);
      assert.deepEqual((await phases(run, clicked)).filter((phase) => phase !== "ringing"), ["active"]);
      await call.mute();
    }

    // The agent's own hang-up is a close() that fires no event in any browser; the customer's arrives as the library's close().
    await call.hangUp(who);
    await run.untilPhase("idle");
    const kept = (await first(run, "idle", clicked)) - (await first(run, "wrapUp", clicked));
    assert.ok(kept >= mend - 100, `kept for ${kept} ms, in case that it was a transfer`);
    await run.untilUncovered(news);
  });
}

test("a name said while it rings stays with a call that only its sound shows, through hold and resume", async () => {
  const news = await run.openPage(lab.url("news"));
  const call = await openSipLine(run, lab, sip.port, { events: "ring", name: "Maria Silva" });
  await call.ring();
  await run.untilPhase("ringing");
  await call.answer();
  const { view } = await run.untilPhase("active");
  assert.equal(view.sidebar.customer.name, "Maria Silva");
  await run.untilCovered(news);

  await call.hold();
  const held = await run.untilPhase("hold");
  assert.equal(held.view.sidebar.customer.name, "Maria Silva");
  assert.deepEqual(await run.coverOf(news), { cover: true, hidden: true }, "a customer on hold is still a customer");
  await call.resume();
  const back = await run.untilPhase("active");
  assert.equal(back.view.sidebar.since, view.sidebar.since, "it is the same conversation");

  await call.hangUp("customer");
  await run.untilPhase("idle");
  await run.untilUncovered(news);
});

test("a customer who vanishes without a word ends the call", async (t) => {
  const news = await run.openPage(lab.url("news"));
  const call = await openSipLine(run, lab, sip.port, { events: "off" });
  await call.begin();
  await run.untilPhase("active");
  await run.untilCovered(news);
  // Nobody says goodbye: the page is gone, and SIP has no word for that.
  await call.customer.close();
  const gone = Date.now();
  await run.untilPhase("wrapUp", missed);
  t.diagnostic(`vanished → over: ${(await first(run, "wrapUp", gone)) - gone} ms`);
  await run.untilPhase("idle");
  await run.untilUncovered(news);
});
