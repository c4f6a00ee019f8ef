// What the agent's own hand does: the card that comes to them (and how often), the switch for desk phones, and the way out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { maria } from "../lab/server.mjs";
import { inWindow } from "./harness/firefox.mjs";
import { openLine, until } from "./harness.mjs";
import { browser } from "./scene.mjs";
import { stage } from "./stage.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const { lab, run } = await stage();

// --- The card -------------------------------------------------------------------------------------------------------------------------------
// These come first: a panel that is open once stays open, and then nothing has to be offered.

test("without a click in the tool the card is offered once in a conversation, and no system notification names the customer", async () => {
  const offers = await watchOffers();
  const call = await openLine(run, lab);
  for (const conversation of [1, 2]) {
    await call.ring();
    await until("the card is offered", async () => (await offers()).length === conversation);
    // Clicks of a script are no gesture, so nothing may open by itself.
    for (const [button, phase] of /** @type {const} */ ([["#answer", "active"], ["#hold", "hold"], ["#resume", "active"]])) {
      await call.phone.evaluate((selector) => /** @type {HTMLElement} */ (document.querySelector(selector)).click(), button);
      await call.untilBoth(phase);
      await run.untilPhase(phase);
    }
    assert.equal(await run.sidebarIsOpen(), false);
    assert.notEqual(await badge(), "", "the toolbar button says that a conversation is on");
    await call.hangUp("customer");
    await run.untilPhase("idle");
    await until("the button is as before", async () => (await badge()) === "");
    assert.equal((await offers()).length, conversation, "and once only");
    if (browser === "chromium") await until("the offer is withdrawn", async () => (await run.notificationsShown()).length === 0);
    else await closePopup();
  }
  for (const offer of await offers()) {
    if (browser === "chromium") {
      const [id, notification] = offer;
      assert.equal(notification.silent, true);
      const all = JSON.stringify([id, notification]);
      for (const word of ["Maria", "Silva", "Lisbon", maria.phone ?? ""]) assert.ok(!all.includes(word), `${word} is not in ${all}`);
    } else {
      // Firefox opens no sidebar but from its own buttons and keys: there the offer is the card itself, in a popup.
      assert.equal(offer, `${run.origin}/www/sidebar.html?popup`);
    }
  }
});

if (browser === "chromium") {
  test("the side panel opens by itself when the agent clicks Answer, with the name in it, whether the tool tells of calls or not", async () => {
    for (const events of ["off", "all"]) {
      const call = await openLine(run, lab, { phone: `/?events=${events}` });
      await call.ring();
      assert.equal(await run.sidebarIsOpen(), false);
      await call.answer();
      const panel = await run.realSidebar();
      await run.untilPhase("active");
      const name = events === "all" ? maria.name : "Your customer";
      await until("the panel shows who it is", async () => (await part(panel, "customer-name")) === name);
      await call.hangUp("agent");
      await run.untilPhase("idle");
      // As the agent closes it: it must come again, and for the next test be gone.
      await panel.evaluate(() => void setTimeout(() => close()));
      await until("the panel is closed", async () => !(await run.sidebarIsOpen()));
      await call.phone.close();
      await call.customer.close();
    }
  });

  test("an agent who closed the panel in a conversation has closed it", async () => {
    const call = await openLine(run, lab);
    await call.begin();
    const panel = await run.realSidebar();
    await panel.evaluate(() => void setTimeout(() => close()));
    await until("the panel is closed", async () => !(await run.sidebarIsOpen()));
    // Two more clicks, and two more changes of phase that each could open it.
    await call.hold();
    await run.untilPhase("hold");
    await call.resume();
    await run.untilPhase("active");
    await call.hangUp("agent");
    await run.untilPhase("idle");
    assert.equal(await run.sidebarIsOpen(), false);
  });
} else {
  // No click in a page opens Firefox's sidebar (that is what sidebarAction.open answers); the popup with the same card comes instead.
  test("the card comes by itself when the agent answers a call that the tool does not tell of", async () => {
    const offers = await watchOffers();
    const call = await openLine(run, lab, { phone: "/?events=off" });
    await call.begin();
    await until("the popup is there", async () => (await offers()).length === 1);
    assert.equal(await run.sidebarIsOpen(), false);
    await closePopup();
    await call.hangUp("agent");
    await run.untilPhase("idle");
    assert.deepEqual(await offers(), [`${run.origin}/www/sidebar.html?popup`]);
  });
}

// --- The switch -----------------------------------------------------------------------------------------------------------------------------

test("the toolbar button begins a conversation by hand, opens the card, and ends the conversation", async () => {
  const news = await run.openPage(lab.url("news"));
  const work = await run.openPage(lab.url("work"));
  await run.triggerAction(work);
  const { view } = await run.untilPhase("active");
  assert.deepEqual([view.sidebar.byHand, view.sidebar.focus, view.sidebar.customer.name], ["on", "on", null]);
  await run.untilCovered(news);
  await run.untilSidebarOpens();
  await run.triggerAction(work);
  await run.untilPhase("idle");
  await run.untilUncovered(news);
});

test("where the card is open already, nothing is offered", async () => {
  assert.equal(await run.sidebarIsOpen(), true, "as the button left it");
  const offers = await watchOffers();
  const call = await openLine(run, lab);
  await call.ring();
  await run.untilPhase("ringing");
  await call.phone.evaluate(() => /** @type {HTMLElement} */ (document.querySelector("#answer")).click());
  await run.untilPhase("active");
  await call.hangUp("customer");
  await run.untilPhase("idle");
  assert.deepEqual(await offers(), []);
});

test("in a call that was noticed, the toolbar button is no switch: the call goes on and ends by itself", async () => {
  const news = await run.openPage(lab.url("news"));
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilCovered(news);
  const { sidebar } = await run.view();
  await run.triggerAction(call.phone);
  await call.hold();
  const { view } = await run.untilPhase("hold");
  assert.deepEqual([view.sidebar.since, view.sidebar.byHand, view.sidebar.waiting], [sidebar.since, "off", []]);
  assert.deepEqual(await run.coverOf(news), { cover: true, hidden: true });
  await call.hangUp("customer");
  await run.untilPhase("idle");
  await run.untilUncovered(news);
});

test("the card's own buttons begin and end a conversation by hand", async () => {
  const news = await run.openPage(lab.url("news"));
  const card = await run.sidebarPage();
  await run.click(card, "[data-part=switch]");
  await run.untilPhase("active");
  await run.untilCovered(news);
  await run.click(card, "[data-part=call-over]");
  await run.untilPhase("idle");
  await run.untilUncovered(news);
});

test("the switch has a shortcut", async () => {
  const commands = await run.ext.eval(async () => /** @type {any} */ (chrome).commands.getAll());
  assert.equal(commands.find((/** @type {any} */ one) => one.name === "switch").shortcut, "Alt+Shift+U");
  // Nothing can press it in Chromium, whose headless mode has no window that would take it.
  if (browser === "chromium") return;
  const news = await run.openPage(lab.url("news"));
  const work = await run.openPage(lab.url("work"));
  await run.runCommand("switch", work);
  await run.untilPhase("active");
  await run.untilCovered(news);
  await run.runCommand("switch", work);
  await run.untilPhase("idle");
  await run.untilUncovered(news);
});

// --- The way out ----------------------------------------------------------------------------------------------------------------------------

test("End focus releases at once while the conversation goes on, and the next one is held again", async () => {
  const news = await run.openPage(lab.url("news"));
  const work = await run.openPage(lab.url("work"));
  const call = await openLine(run, lab);
  const card = await run.sidebarPage();
  await call.begin();
  await run.untilCovered(news);
  await run.head(work, lab.url("video"));
  await run.untilAt(work, run.blockedUrl(lab.url("video")));

  await run.click(card, "[data-part=end-focus]");
  const { view } = await run.untilView((view) => view.sidebar?.focus === "ended");
  assert.equal(view.sidebar.phase, "active");
  await run.untilUncovered(news);
  await until("the news may sound", async () => !(await run.muted(lab.url("news"))));
  await run.untilAt(work, lab.url("video"));
  // Holding on changes nothing about it.
  await call.hold();
  await run.untilPhase("hold");
  await call.resume();
  await run.untilPhase("active");
  assert.equal((await run.view()).sidebar.focus, "ended");
  assert.deepEqual(await run.coverOf(news), { cover: false, hidden: false });
  await call.hangUp("customer");
  await run.untilPhase("idle");

  await call.begin();
  await run.untilCovered(news);
  await run.untilCovered(work);
  await call.hangUp("customer");
  await run.untilUncovered(news);
  await run.untilUncovered(work);
});

test("End focus in the wrap-up is the end of it", async () => {
  await run.saveSettings({ wrapUpSeconds: 600 });
  const news = await run.openPage(lab.url("news"));
  const call = await openLine(run, lab);
  const card = await run.sidebarPage();
  await call.begin();
  await run.untilCovered(news);
  await call.hangUp("agent");
  await run.untilPhase("wrapUp");
  assert.deepEqual(await run.coverOf(news), { cover: true, hidden: true }, "focus outlives the call");
  await run.click(card, "[data-part=end-focus]");
  await run.untilPhase("idle");
  await run.untilUncovered(news);
  await run.saveSettings({ wrapUpSeconds: 0 });
});

test("a covered page has the way out on it, for the keyboard as well", async () => {
  const news = await run.openPage(lab.url("news"));
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilCovered(news);
  await news.bringToFront();
  await until("the card has the focus", () => news.evaluate(() => document.activeElement?.localName === "undivided-cover"));
  // Letting this one site through comes before it.
  await news.keyboard.press("Tab");
  await news.keyboard.press("Tab");
  await news.keyboard.press("Enter");
  const { view } = await run.untilView((view) => view.sidebar?.focus === "ended");
  assert.equal(view.sidebar.phase, "active");
  await run.untilUncovered(news);
  await call.hangUp("customer");
});

test("a stopped page has it too, and goes on at once", async () => {
  const work = await run.openPage(lab.url("work"));
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilPhase("active");
  await until("the rules are there", async () => (await run.sessionRules()).length > 0);
  await run.head(work, lab.url("video"));
  await run.untilAt(work, run.blockedUrl(lab.url("video")));
  await run.click(work, "[data-part=end-focus]");
  await run.untilAt(work, lab.url("video"));
  const { sidebar } = await run.view();
  assert.deepEqual([sidebar.phase, sidebar.focus], ["active", "ended"]);
  await call.hangUp("customer");
});

test("the card says who it is and where, what to know of that place, three things worth saying, what waits, and for how long", async (t) => {
  await run.saveSettings({ placeNotes: [{ country: "Spain", note: "Not here." }, { city: "Lisbon", note: "Ana trained there." }] });
  t.after(() => run.saveSettings({ placeNotes: [] }));
  const news = await run.openPage(lab.url("news"));
  const card = await run.sidebarPage();
  const call = await openLine(run, lab);
  await call.begin();
  await run.untilCovered(news);
  const all = async (/** @type {string} */ name) =>
    card.$$eval(`[data-part=${name}]`, (elements) => elements.filter((one) => one.getClientRects().length > 0).map((one) => one.textContent?.trim() ?? ""));
  await until("what is held is told", async () => (await all("held")).some((text) => text.includes("news.localhost")));
  assert.deepEqual([await part(card, "phase"), await part(card, "customer-name"), await part(card, "customer-place")], ["On a call", maria.name, "Lisbon, Portugal"]);
  // What the card is made of is fetched; what is held is told before that.
  await until("the note on the place is there", async () => (await all("place-note")).join() === "Ana trained there.");
  const phrases = await all("phrase");
  assert.equal(phrases.length, 3);
  const named = phrases.filter((phrase) => phrase.includes("Maria")).length;
  assert.ok(named >= 1 && named < 3, `the name is used, and within reason: ${phrases}`);
  assert.equal(new Set(phrases).size, 3);
  await until("time passes", async () => /^0:(?!00)\d\d$/.test((await part(card, "elapsed")) ?? ""));
  await call.hangUp("customer");
  await until("the card is at rest", async () => (await all("phrase")).length === 0);
  assert.deepEqual(await all("customer-name"), []);
});

/**
 * Notes every offer of the card from now on: in Chromium what a system notification was made of, in Firefox the address of the popup that
 * was shown.
 * @returns {Promise<() => Promise<any[]>>}
 */
async function watchOffers() {
  if (browser === "firefox") {
    await inWindow(
      run,
      `window.offers = [];
       if (window.watchesOffers) return;
       window.watchesOffers = true;
       document.addEventListener("popupshown", ({ target }) => {
         const card = target.id === "customizationui-widget-panel" && target.querySelector("browser");
         if (card) window.offers.push(card.currentURI.spec);
       });`,
    );
    return () => inWindow(run, `return window.offers;`);
  }
  const target = await run.puppeteer.waitForTarget((one) => one.type() === "service_worker" && one.url().startsWith(run.origin));
  const worker = await target.worker();
  assert.ok(worker);
  await worker.evaluate(() => {
    const { notifications } = /** @type {any} */ (chrome);
    const all = /** @type {any} */ (globalThis);
    all.offers = [];
    all.create ??= notifications.create;
    notifications.create = (/** @type {any[]} */ ...given) => {
      all.offers.push(given);
      return all.create.apply(notifications, given);
    };
  });
  return () => worker.evaluate(() => /** @type {any} */ (globalThis).offers);
}

/** As a click elsewhere does it. */
async function closePopup() {
  if (browser === "chromium") return;
  await inWindow(run, `for (const one of document.querySelectorAll("#customizationui-widget-panel")) one.hidePopup();`);
  await until("the popup is closed", () => inWindow(run, `return [...document.querySelectorAll("#customizationui-widget-panel")].every(({ state }) => state === "closed");`));
}

/** @returns {Promise<string>} */
async function badge() {
  return run.ext.eval(() => chrome.action.getBadgeText({}));
}

/**
 * @param {Page} page
 * @param {string} name
 */
async function part(page, name) {
  return page.evaluate((wanted) => document.querySelector(`[data-part=${wanted}]`)?.textContent, name);
}
