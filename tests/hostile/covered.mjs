// What a distracting page does while it is covered. Each attempt runs in the page itself. What must come of it: the page stays out of sight and
// covered, focus stays on, and it learns nothing of the customer.

/** @type {import("./page.mjs").Attempt[]} */
export const covered = [
  { what: "takes the cover out of its document", does: () => document.querySelectorAll("undivided-cover").forEach((one) => one.remove()) },
  {
    what: "takes it out each time that it comes back, two hundred times",
    does() {
      let left = 200;
      const observer = new MutationObserver(() => {
        if (left-- > 0) document.querySelector("undivided-cover")?.remove();
        else observer.disconnect();
      });
      observer.observe(document.documentElement, { childList: true });
      document.querySelector("undivided-cover")?.remove();
      return new Promise((resolve) => setTimeout(() => (observer.disconnect(), resolve(false)), 300));
    },
  },
  {
    what: "hides the cover and shows itself by style sheets with `!important`",
    does() {
      const sheet = document.createElement("style");
      sheet.textContent = "undivided-cover{display:none!important;opacity:0!important;z-index:-1!important} html,body,body *{visibility:visible!important;opacity:1!important}";
      document.head.append(sheet);
    },
  },
  {
    what: "does so by inline styles and the CSS object model",
    does() {
      for (const one of [document.documentElement, document.body]) one.style.setProperty("visibility", "visible", "important");
      document.querySelector("undivided-cover")?.setAttribute("style", "display:none !important");
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("body{visibility:visible!important} undivided-cover{display:none!important}");
      document.adoptedStyleSheets.push(sheet);
    },
  },
  {
    what: "animates its visibility",
    does: () => void document.body.animate([{ visibility: "visible" }, { visibility: "visible" }], { duration: 1e9, fill: "forwards" }),
  },
  {
    what: "opens a modal dialog over it",
    does() {
      const dialog = document.createElement("dialog");
      dialog.textContent = "Breaking news";
      document.body.append(dialog);
      dialog.showModal();
    },
  },
  {
    what: "opens a popover over it",
    does() {
      const box = document.createElement("div");
      box.popover = "manual";
      box.textContent = "Breaking news";
      document.body.append(box);
      box.showPopover();
    },
  },
  {
    what: "lays an element above all others, to catch clicks",
    does() {
      const bait = document.createElement("div");
      bait.style.cssText = "position:fixed;inset:0;z-index:2147483647;background:#fff;visibility:visible!important";
      document.documentElement.append(bait);
    },
  },
  {
    what: "clicks at every place of the cover by script",
    does() {
      for (const type of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) {
        for (let x = 0; x < innerWidth; x += 40) {
          for (let y = 0; y < innerHeight; y += 40) document.elementFromPoint(x, y)?.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true, clientX: x, clientY: y }));
        }
      }
    },
  },
  {
    what: "presses keys at it by script",
    does() {
      const cover = document.querySelector("undivided-cover");
      for (const key of ["Enter", " ", "Escape", "Tab"]) cover?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
    },
  },
  {
    what: "reaches into its shadow",
    does: () => Boolean(document.querySelector("undivided-cover")?.shadowRoot),
  },
  {
    what: "defines what an undivided-cover is, and reaches into its root",
    does() {
      /** @type {any} */
      let root = null;
      try {
        customElements.define("undivided-cover", class extends HTMLElement {
          constructor() {
            super();
            root = this.attachInternals().shadowRoot;
          }
        });
      } catch {
        // defined already
      }
      return Boolean(root && /Mallory|Sofia/.test(root.textContent));
    },
  },
  {
    what: "looks for the customer in everything that it can read",
    does: () => /Sofia/.test(document.documentElement.outerHTML + document.title + JSON.stringify(performance.getEntries()) + location.href),
  },
  {
    what: "looks for the customer in its frames",
    does: () => Array.from(window).some((frame) => /Sofia/.test(/** @type {any} */ (frame).document?.documentElement.outerHTML ?? "")),
  },
  {
    what: "gives every object the members that our messages have (prototype pollution)",
    does() {
      for (const [name, value] of Object.entries({ cover: "lift", on: false, override: null, ask: true, notices: "show" })) {
        Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
      }
      dispatchEvent(new Event("focus"));
      document.dispatchEvent(new Event("visibilitychange"));
      for (const name of ["cover", "on", "override", "ask", "notices"]) delete /** @type {any} */ (Object.prototype)[name];
    },
  },
  {
    what: "replaces the functions that a script of ours might use",
    does() {
      const bad = () => { throw new Error("no"); };
      for (const name of ["append", "appendChild", "insertBefore", "remove", "attachShadow"]) /** @type {any} */ (Element.prototype)[name] = bad;
      /** @type {any} */ (window).MutationObserver = bad;
      /** @type {any} */ (window).setInterval = bad;
      document.documentElement.removeChild(/** @type {Element} */ (document.querySelector("undivided-cover")));
    },
  },
  {
    what: "writes itself anew",
    does() {
      document.open();
      document.write("<!doctype html><title>anew</title><body><h1>Breaking news</h1>");
      document.close();
    },
  },
  {
    what: "puts another document element in place of its own",
    does() {
      const html = document.createElement("html");
      html.append(document.createElement("head"), document.createElement("body"));
      html.lastElementChild?.append("Breaking news");
      document.replaceChild(html, document.documentElement);
    },
  },
  { what: "calls itself another page (pushState)", does: () => history.pushState(null, "", "/something/else") },
  {
    what: "goes full screen and plays in a window of its own",
    does() {
      void document.documentElement.requestFullscreen?.().catch(() => {});
      void /** @type {any} */ (document.createElement("video")).requestPictureInPicture?.().catch(() => {});
    },
  },
  {
    what: "says that the conversation is over",
    does() {
      document.dispatchEvent(new CustomEvent("undivided", { detail: { phase: "ended" } }));
      document.dispatchEvent(new CustomEvent("undivided:show"));
      window.postMessage({ cover: "lift" }, "*");
      window.dispatchEvent(new MessageEvent("message", { data: { body: { cover: "endFocus" } } }));
    },
  },
  {
    what: "fills the digest: a thousand notifications of 100,000 characters",
    does() {
      for (let at = 0; at < 1000; at += 1) document.dispatchEvent(new CustomEvent("undivided:held", { detail: JSON.stringify({ title: `${at}`.repeat(20_000), body: "b".repeat(100_000), tag: "t" }) }));
    },
  },
  {
    what: "builds a hundred thousand elements and changes them without end",
    does() {
      const box = document.createElement("div");
      box.innerHTML = "<i>x</i>".repeat(100_000);
      document.body.append(box);
      let left = 100;
      const change = () => left-- > 0 && (box.firstElementChild?.setAttribute("data-x", String(left)), setTimeout(change));
      change();
    },
  },
];
