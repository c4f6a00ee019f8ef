// A page that issues notifications, and knows what it expects of them. `window.bell` is what a test calls; `answers()` writes down what the
// browser does with all that a page can do, in plain data, so that two such lists can be compared. It knows nothing of the extension.

/** @typedef {{ type: string, trusted: boolean }} Heard */

const registration = await navigator.serviceWorker.register("/bell-worker.js").then(() => navigator.serviceWorker.ready);
/** @type {Map<string, { notification: Notification, heard: Heard[] }>} */
const rung = new Map();

Object.assign(window, { bell: { answers, ring, heard, close, ringWorker, pushed, inFreshFrame, inLoadingFrame } });
document.documentElement.dataset.ready = "yes";

/** Issues one, and waits until the browser says that it is shown. @param {string} title @param {NotificationOptions} [options] */
async function ring(title, options) {
  const notification = new Notification(title, options);
  /** @type {Heard[]} */
  const heard = [];
  rung.set(title, { notification, heard });
  for (const type of ["show", "close", "error"]) notification.addEventListener(type, ({ isTrusted }) => heard.push({ type, trusted: isTrusted }));
  await happens(notification, "show");
}

/** What was heard of it. The browser's own events are trusted; those of a page or an extension can't be. @param {string} title */
function heard(title) {
  return rung.get(title)?.heard ?? [];
}

/** @param {string} title */
async function close(title) {
  const { notification } = /** @type {{ notification: Notification }} */ (rung.get(title));
  const closed = happens(notification, "close");
  notification.close();
  await closed;
}

/** By the registration, from the page. @param {string} title @param {NotificationOptions} [options] */
async function ringWorker(title, options) {
  await registration.showNotification(title, options);
}

/** By the worker itself, where no page can get in between: as a push does. @param {string} title */
async function pushed(title) {
  const { port1, port2 } = new MessageChannel();
  const shown = new Promise((resolve) => (port1.onmessage = resolve));
  registration.active?.postMessage({ title }, [port2]);
  await shown;
}

/** By the constructor of a frame that is a moment old. @param {string} title @returns {Promise<boolean>} whether the browser itself showed it */
async function inFreshFrame(title) {
  const frame = document.createElement("iframe");
  document.body.append(frame);
  const inner = /** @type {typeof window} */ (frame.contentWindow);
  const { isTrusted } = await happens(new inner.Notification(title), "show");
  return isTrusted;
}

/** By that of a frame which has not yet loaded what it shall. @param {string} title */
function inLoadingFrame(title) {
  const frame = document.createElement("iframe");
  frame.srcdoc = "<p>later";
  document.body.append(frame);
  const { defaultView } = /** @type {Document} */ (frame.contentDocument);
  void new /** @type {typeof window} */ (defaultView).Notification(title);
}

/** @param {Notification} notification @param {string} type @returns {Promise<Event>} */
function happens(notification, type) {
  return new Promise((resolve, reject) => {
    notification.addEventListener(type, resolve, { once: true });
    notification.addEventListener("error", () => reject(new Error("the browser shows none")), { once: true });
  });
}

// --- What a page expects ------------------------------------------------------------------------------------------------------------------

/** @returns {Promise<Record<string, unknown>>} */
async function answers() {
  return { ...(await ofTheClass()), ...ofMistakes(), ...ofValues(), ...(await ofEvents()), ...(await ofTags()), ...(await ofWorkers()) };
}

async function ofTheClass() {
  class Ping extends Notification {
    constructor() {
      super("ping", { body: "pong" });
    }
    told() {
      return `${this.title} ${this.body}`;
    }
  }
  const ping = new Ping();
  const plain = new Notification("plain");
  const answers = {
    described: [window, Notification.prototype, ServiceWorkerRegistration.prototype].flatMap(describeAll),
    statics: [Notification.permission, await Notification.requestPermission(), /** @type {any} */ (Notification).maxActions > 0],
    kind: [plain instanceof Notification, plain instanceof EventTarget, String(plain), Object.keys(plain), plain.constructor === Notification],
    prototype: [Object.getPrototypeOf(plain) === Notification.prototype, Notification.prototype.constructor === Notification],
    subclass: [ping instanceof Ping, ping instanceof Notification, ping.told(), ping.constructor === Ping],
    stranger: attempt(() => Object.getOwnPropertyDescriptor(Notification.prototype, "title")?.get?.call({})),
    uncloned: attempt(() => structuredClone(plain)).split(":")[0],
    own: Object.assign(plain, { mine: 1 }).mine,
  };
  ping.close();
  plain.close();
  return answers;
}

/** @param {object} object */
function describeAll(object) {
  const all = Object.entries(Object.getOwnPropertyDescriptors(object)).filter(([name]) => object !== window || name === "Notification");
  return all.map(([name, { get, set, value, ...flags }]) => [
    name, flags, ...[get, set, typeof value === "function" ? value : undefined].map((one) => one && [one.name, one.length]),
  ]);
}

function ofMistakes() {
  const Any = /** @type {any} */ (Notification);
  return {
    noTitle: attempt(() => new Any()),
    noNew: attempt(() => Any("x")),
    symbol: attempt(() => new Any(Symbol("x"))),
    number: attempt(() => new Any("x", 5)),
    none: attempt(() => new Any("x", null)),
    direction: attempt(() => new Any("x", { dir: "up" })),
    thrower: attempt(() => new Any("x", { get body() { throw new RangeError("mine"); } })),
    uncloneable: attempt(() => new Any("x", { data: () => {} })),
    actions: attempt(() => new Any("x", { actions: [{ action: "a", title: "A" }] })),
    badActions: attempt(() => new Any("x", { actions: 5 })),
    renotify: attempt(() => new Any("x", { renotify: true })),
    vibrate: attempt(() => new Any("x", { silent: true, vibrate: [100] })),
  };
}

function ofValues() {
  const data = { list: [1, 2], when: new Date(0) };
  /** @type {string[]} */
  const reads = [];
  const full = {
    body: "b", tag: "full", icon: "/icon.png", image: "http://[", badge: "badge.png", data, dir: "rtl", lang: "pt-PT", silent: false,
    requireInteraction: true, timestamp: 5, renotify: true, vibrate: [1, 2, 3],
  };
  const watched = Object.create(null, Object.fromEntries(Object.entries(full).map(([name, value]) => [name, { get: () => (reads.push(name), value) }])));
  const made = new Notification("full", watched);
  data.list.push(3);
  const bare = new Notification(/** @type {any} */ (12));
  const answers = {
    full: values(made),
    reads: reads.sort(),
    sameData: [made.data === made.data, made.data !== data, made.data.when instanceof Date],
    bare: values(bare, "timestamp"),
  };
  made.close();
  bare.close();
  return answers;
}

/** @param {any} notification @param {string} [without] */
function values(notification, without) {
  const names = Object.entries(Object.getOwnPropertyDescriptors(Notification.prototype)).filter(([name, { get }]) => get && name !== without);
  return Object.fromEntries(names.map(([name]) => [name, notification[name]]));
}

async function ofEvents() {
  /** @type {unknown[]} */
  const order = [];
  const one = new Notification("events");
  order.push("made");
  one.onshow = () => order.push("replaced");
  one.addEventListener("show", { handleEvent: (event) => order.push([event.type, event.target === one, event.bubbles, event.cancelable]) });
  const handler = function (/** @type {Event} */ event) {
    // @ts-ignore: what `this` is, is the question
    order.push(["onshow", this === one, event.constructor.name]);
  };
  one.onshow = handler;
  one.onclose = () => order.push("onclose");
  one.addEventListener("close", () => order.push("close once"), { once: true });
  const never = () => order.push("never");
  one.addEventListener("close", never);
  one.removeEventListener("close", never);
  const kept = [one.onshow === handler, one.onclick, (one.onclick = /** @type {any} */ (5)), one.onclick];
  await happens(one, "show");
  const closed = happens(one, "close");
  one.close();
  one.close();
  await closed;
  // Whatever a second close would bring has come before another one is shown.
  const next = new Notification("next");
  await happens(next, "show");
  next.close();
  let clicks = 0;
  next.onclick = () => (clicks += 1);
  next.dispatchEvent(new Event("click"));
  return { events: order, kept, clicks };
}

async function ofTags() {
  /** @type {string[]} */
  const order = [];
  const first = new Notification("first", { tag: "same" });
  await happens(first, "show");
  first.onclose = () => order.push("first is closed");
  const replaced = happens(first, "close");
  const second = new Notification("second", { tag: "same" });
  second.onclose = () => order.push("second is closed");
  await Promise.all([replaced, happens(second, "show")]);
  const other = new Notification("other", { tag: "another" });
  await happens(other, "show");
  other.close();
  const closed = happens(second, "close");
  second.close();
  await closed;
  return { tags: order };
}

async function ofWorkers() {
  const show = registration.showNotification.bind(registration);
  const Any = /** @type {any} */ (show);
  const listed = async (/** @type {any} */ filter) => (await registration.getNotifications(filter)).map(({ title, tag, data }) => [title, tag, data]);
  const answers = {
    resolves: await show("one", /** @type {any} */ ({ tag: "k", data: { n: 1 }, actions: [{ action: "a", title: "A" }] })),
    listed: await listed({ tag: "k" }),
    of: (await registration.getNotifications({ tag: "k" })).map((one) => [
      one instanceof Notification, String(one), /** @type {any} */ (one).actions.map((/** @type {any} */ each) => [each.action, each.title]),
    ]),
    otherTag: await listed({ tag: "none" }),
    again: [await show("two", { tag: "k" }), await listed({ tag: "k" })],
    untagged: [await show("three"), await show("four"), (await listed({})).length, (await listed(undefined)).length],
    noTitle: await attemptLater(() => Any()),
    number: await attemptLater(() => Any("x", 5)),
    direction: await attemptLater(() => Any("x", { dir: "up" })),
    uncloneable: await attemptLater(() => Any("x", { data: () => {} })),
    filter: await attemptLater(() => /** @type {any} */ (registration).getNotifications(5)),
    stranger: await attemptLater(() => ServiceWorkerRegistration.prototype.showNotification.call(/** @type {any} */ ({}), "x")),
  };
  for (const one of await registration.getNotifications()) one.close();
  // Firefox takes its time.
  while ((await registration.getNotifications()).length > 0);
  return { worker: answers };
}

/** @param {() => unknown} what */
function attempt(what) {
  try {
    const made = what();
    if (made instanceof Notification) made.close();
    return "goes";
  } catch (error) {
    return named(error);
  }
}

/** @param {() => Promise<unknown>} what */
async function attemptLater(what) {
  try {
    await what();
    return "goes";
  } catch (error) {
    return named(error);
  }
}

/** @param {unknown} error */
const named = (error) => (error instanceof Error || error instanceof DOMException ? `${error.name}: ${error.message}` : String(error));
