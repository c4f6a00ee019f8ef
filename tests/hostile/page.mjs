// What a page does that is no tool and no distraction, and what a frame does that such a page or a customer put into a tool's page. Each attempt runs
// in the page itself, with nothing of ours at hand; "Mallory" is whom it claims to talk with. What must come of it is nothing.

/**
 * @typedef {{ id: string, origin: string }} Us what an attacker can know of the extension under test
 *
 * @typedef {object} Attempt
 * @property {string} what in the table (docs/security-tests.md)
 * @property {(us: Us) => unknown} does runs in the page; what it gives, where it gives something, must be false
 */

/** Faking, prolonging and ending calls. @type {Attempt[]} */
export const faking = [
  {
    what: "says by the page event that a call rings, is on, is on hold",
    does() {
      for (const phase of ["ringing", "active", "hold"]) {
        document.dispatchEvent(new CustomEvent("undivided", { detail: { phase, customer: { name: "Mallory" } }, bubbles: true }));
      }
    },
  },
  {
    what: "says so as JSON text, on every target there is",
    does() {
      const detail = JSON.stringify({ phase: "active", customer: { name: "Mallory" } });
      for (const target of [window, document, document.body, document.documentElement]) target.dispatchEvent(new CustomEvent("undivided", { detail }));
    },
  },
  {
    what: "fires the event by which our own script in tool pages reports",
    does() {
      for (const report of ['{"said":{"phase":"active","customer":{"name":"Mallory"}}}', '{"peers":{"link":"connected","microphone":"live","inbound":"growing"}}']) {
        document.dispatchEvent(new CustomEvent("undivided:report", { detail: report }));
      }
    },
  },
  {
    what: "reports so a connection with a microphone and a voice, for longer than an answer takes to count",
    does() {
      const until = performance.now() + 3_500;
      return new Promise((/** @type {(nothing: undefined) => void} */ resolve) => {
        const saying = setInterval(() => {
          const left = until - performance.now();
          const link = Math.round(left / 250) % 8 ? "connected" : "open";
          document.dispatchEvent(new CustomEvent("undivided:report", { detail: `{"peers":{"link":"${link}","microphone":"live","inbound":"growing"}}` }));
          if (left > 0) return;
          clearInterval(saying);
          document.dispatchEvent(new CustomEvent("undivided:report", { detail: '{"peers":{"link":"connected","microphone":"live","inbound":"growing"}}' }));
          resolve(undefined);
        }, 250);
      });
    },
  },
  {
    what: "fires the other events of ours: hold, held, show, watch, looked",
    does() {
      for (const name of ["hold", "held", "show", "watch", "look", "looked", "told", "facts"]) {
        document.dispatchEvent(new CustomEvent(`undivided:${name}`, { detail: JSON.stringify({ title: "Mallory", phase: "active" }), cancelable: true }));
      }
    },
  },
  {
    what: "posts messages of every shape to itself and to all above it",
    does() {
      const detail = { phase: "active", customer: { name: "Mallory" } };
      for (const message of [detail, { undivided: detail }, { signal: { said: detail } }, { body: { signal: { said: detail } } }, { type: "undivided", detail }, JSON.stringify(detail)]) {
        for (const target of new Set([window, window.parent, window.top])) target?.postMessage(message, "*");
      }
    },
  },
  {
    what: "posts the messages of the telephony widgets that we know",
    does() {
      for (const type of ["rc-call-ring-notify", "rc-call-start-notify", "rc-active-call-notify", "CALL_STARTED", "call-started", "AC_PHONE_CALL", "incoming_call"]) {
        window.top?.postMessage({ type, call: { id: "1", fromUser: { name: "Mallory" } }, source: "phone" }, "*");
      }
    },
  },
  {
    what: "sends messages to the extension by its id",
    does({ id: ours }) {
      const runtime = /** @type {any} */ (globalThis).chrome?.runtime ?? /** @type {any} */ (globalThis).browser?.runtime;
      if (!runtime?.sendMessage) return false;
      for (const id of [ours, undefined]) {
        try {
          runtime.sendMessage(id, { body: { signal: { said: { phase: "active", customer: { name: "Mallory" } } } } }, () => runtime.lastError);
        } catch {
          // refused
        }
      }
      return false;
    },
  },
  {
    what: "opens a port to the extension",
    does({ id }) {
      const runtime = /** @type {any} */ (globalThis).chrome?.runtime;
      try {
        runtime?.connect?.(id).postMessage({ body: { command: "endFocus" } });
      } catch {
        // refused
      }
      return false;
    },
  },
  {
    what: "speaks on broadcast channels of our names",
    does() {
      for (const name of ["undivided", "managed@undivided", "view"]) new BroadcastChannel(name).postMessage({ phase: "active", customer: { name: "Mallory" } });
    },
  },
  {
    what: "writes our keys into its storage and cookies",
    does() {
      for (const key of ["view", "on", "state", "settings", "undivided", "listening"]) {
        try {
          localStorage.setItem(key, JSON.stringify({ sidebar: { phase: "active", customer: { name: "Mallory" } } }));
        } catch {
          // A frame without an origin has none.
        }
      }
    },
  },
  {
    what: "shows what a tool's page shows: titles, labels, buttons of a call",
    does() {
      document.title = "☎ Mallory (0:12) – on a call";
      const call = document.createElement("div");
      call.innerHTML = '<div data-test-id="active-call" class="call-active" aria-label="On a call with Mallory"><button>Hang up</button><button>Hold</button></div>';
      document.body.append(call);
      call.remove();
    },
  },
  {
    what: "plays a sound as a call does, from a stream of its own",
    does() {
      const context = new AudioContext();
      const out = context.createMediaStreamDestination();
      const tone = new OscillatorNode(context);
      tone.connect(out);
      tone.start();
      const audio = new Audio();
      audio.srcObject = out.stream;
      audio.volume = 0.01;
      return audio.play().then(
        () => (audio.pause(), void context.close()),
        () => undefined,
      );
    },
  },
  {
    what: "makes a peer connection with itself and sends a tone over it",
    async does() {
      const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
      const context = new AudioContext();
      const out = context.createMediaStreamDestination();
      here.addTrack(/** @type {MediaStreamTrack} */ (out.stream.getAudioTracks()[0]), out.stream);
      await here.setLocalDescription(await here.createOffer());
      await there.setRemoteDescription(/** @type {RTCSessionDescription} */ (here.localDescription));
      await there.setLocalDescription(await there.createAnswer());
      await here.setRemoteDescription(/** @type {RTCSessionDescription} */ (there.localDescription));
      here.close();
      there.close();
      void context.close();
    },
  },
  {
    what: "floods: two thousand events in one turn",
    does() {
      for (let at = 0; at < 1000; at += 1) {
        document.dispatchEvent(new CustomEvent("undivided", { detail: { phase: at % 2 ? "active" : "ringing", conversation: String(at), customer: { name: "Mallory" } } }));
        document.dispatchEvent(new CustomEvent("undivided:report", { detail: `{"said":{"phase":"active","conversation":"${at}","customer":{"name":"Mallory"}}}` }));
      }
    },
  },
  {
    what: "says it in five megabytes",
    does() {
      document.dispatchEvent(new CustomEvent("undivided", { detail: { phase: "active", customer: { name: "Mallory".repeat(700_000) } } }));
      document.dispatchEvent(new CustomEvent("undivided:report", { detail: `{"said":{"phase":"active","customer":{"name":"${"Mallory".repeat(700_000)}"}}}` }));
    },
  },
  {
    what: "says it ten thousand objects deep, and in an object that holds itself",
    does() {
      /** @type {any} */
      let deep = { phase: "active" };
      for (let at = 0; at < 10_000; at += 1) deep = { customer: deep, phase: "active" };
      document.dispatchEvent(new CustomEvent("undivided", { detail: deep }));
      /** @type {any} */
      const round = { phase: "active", customer: { name: "Mallory" } };
      round.customer.customer = round;
      document.dispatchEvent(new CustomEvent("undivided", { detail: round }));
    },
  },
  {
    what: "gives its words a prototype, getters that throw, and `__proto__`",
    does() {
      const detail = { get phase() { throw new Error("Mallory"); }, customer: { name: "Mallory" } };
      document.dispatchEvent(new CustomEvent("undivided", { detail }));
      document.dispatchEvent(new CustomEvent("undivided", { detail: JSON.parse('{"__proto__":{"phase":"active"},"constructor":{"prototype":{"phase":"active"}},"customer":{"name":"Mallory"}}') }));
      document.dispatchEvent(new CustomEvent("undivided", { detail: new Proxy({ phase: "active" }, { get: () => { throw new Error("Mallory"); } }) }));
    },
  },
  {
    what: "gives every object the members of a call (prototype pollution)",
    does() {
      const members = { phase: "active", customer: { name: "Mallory" }, signal: { said: { phase: "active" } }, command: "endFocus", cover: "lift", notices: "show", ask: true };
      for (const [name, value] of Object.entries(members)) Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
      document.dispatchEvent(new CustomEvent("undivided"));
      document.dispatchEvent(new CustomEvent("undivided", { detail: {} }));
      for (const name of Object.keys(members)) delete /** @type {any} */ (Object.prototype)[name];
    },
  },
  {
    what: "ends a call that it has no part in: ended, left, endFocus",
    does() {
      document.dispatchEvent(new CustomEvent("undivided", { detail: { phase: "ended" } }));
      document.dispatchEvent(new CustomEvent("undivided:report", { detail: '{"said":{"phase":"ended"}}' }));
      window.top?.postMessage({ body: { command: "endFocus" } }, "*");
      window.dispatchEvent(new Event("pagehide"));
      window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    },
  },
];

/** Asking whether the extension is there, on a page that is none of its business. @type {Attempt[]} */
export const probing = [
  {
    what: "asks for files of the extension",
    async does({ origin }) {
      const found = [];
      for (const file of ["manifest.json", "www/blocked.html", "www/sidebar.html", "cover.css", "hook.js", "icons/16.png", "_locales/en/messages.json"]) {
        await fetch(`${origin}/${file}`).then(() => found.push(file), () => {});
      }
      return found.length > 0;
    },
  },
  {
    what: "loads them as picture, script and style sheet",
    async does({ origin }) {
      const loads = [];
      for (const [tag, name, file] of [["img", "src", "icons/16.png"], ["script", "src", "hook.js"], ["link", "href", "cover.css"]]) {
        const element = document.createElement(/** @type {string} */ (tag));
        if (tag === "link") element.setAttribute("rel", "stylesheet");
        const done = new Promise((resolve) => {
          element.addEventListener("load", () => resolve(true));
          element.addEventListener("error", () => resolve(false));
        });
        element.setAttribute(/** @type {string} */ (name), `${origin}/${file}`);
        document.head.append(element);
        loads.push(await done);
        element.remove();
      }
      return loads.some(Boolean);
    },
  },
  {
    what: "looks for marks on its window and its document",
    does() {
      const symbols = [...Object.getOwnPropertySymbols(window), ...Object.getOwnPropertySymbols(document)].map(String);
      return symbols.some((name) => name.includes("undivided")) || Object.keys(window).some((name) => /undivided/i.test(name));
    },
  },
  {
    what: "looks for elements, attributes and style sheets of ours",
    does() {
      return /undivided/i.test(document.documentElement.outerHTML) || [...document.styleSheets].some((sheet) => /extension:/.test(sheet.href ?? ""));
    },
  },
  {
    what: "looks whether our style sheet is there, by an element that it would hide",
    does() {
      const probe = document.createElement("undivided-cover");
      document.documentElement.append(probe);
      const seen = getComputedStyle(document.body).visibility === "hidden" || getComputedStyle(probe).position === "fixed";
      probe.remove();
      return seen;
    },
  },
  {
    what: "looks whether functions of the browser were replaced",
    does() {
      const native = (/** @type {any} */ one) => typeof one !== "function" || /\[native code\]/.test(Function.prototype.toString.call(one));
      const all = [RTCPeerConnection.prototype.addTrack, RTCPeerConnection.prototype.setLocalDescription, navigator.mediaDevices?.getUserMedia, window.Notification, history.pushState, EventTarget.prototype.addEventListener];
      return !all.every(native);
    },
  },
  {
    what: "asks for a hold, as our script in held pages does",
    does: () => !document.dispatchEvent(new CustomEvent("undivided:hold", { cancelable: true })),
  },
  {
    what: "measures what its timing and error stacks tell of us",
    does() {
      const stack = String(new Error("x").stack);
      return /extension:/.test(stack) || performance.getEntries().some(({ name }) => /extension:/.test(name));
    },
  },
];
