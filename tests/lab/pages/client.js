// What the pages of other people's clients share: how one is loaded, and how a service that can't be here is stood in for.

/**
 * Loads a client as published; the lab bundles it.
 * @param {string} name
 * @returns {Promise<any>} all that it exports
 */
export async function load(name) {
  const script = document.createElement("script");
  script.src = `/client/${name}.js`;
  await new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  return /** @type {any} */ (window).client;
}

/**
 * From now on every WebSocket of this page ends here instead of at the client's service. Nothing else of the page is touched: what the client
 * does to WebRTC is its own. Call it before `load`, as clients take hold of WebSocket when they load.
 * @param {(data: any) => void} heard what the client sends
 * @param {(url: string) => void} [opened] the moment for a service that speaks first; some clients say much in the address
 * @returns {(data: any) => void} says something to the client
 */
export function standIn(heard, opened) {
  /** @type {Service | undefined} */
  let open;
  // Never heard within the client's own call, as by a network; and no timer, which stands still behind other tabs.
  const { port1: near, port2: far } = new MessageChannel();
  far.onmessage = ({ data }) => heard(data);
  class Service extends EventTarget {
    static CONNECTING = 0;
    static OPEN = 1;
    static CLOSING = 2;
    static CLOSED = 3;
    readyState = Service.CONNECTING;
    protocol = "";
    extensions = "";

    /** @param {string} url */
    constructor(url) {
      super();
      open = this;
      // Its maker listens only once it has it.
      queueMicrotask(() => {
        this.readyState = Service.OPEN;
        this.tell(new Event("open"));
        opened?.(url);
      });
    }

    /** @param {any} data */
    send(data) {
      near.postMessage(data);
    }

    close() {
      if (this.readyState === Service.CLOSED) return;
      this.readyState = Service.CLOSED;
      this.tell(new CloseEvent("close", { code: 1000, wasClean: true }));
    }

    /** @param {Event} event */
    tell(event) {
      this.dispatchEvent(event);
      /** @type {any} */ (this)[`on${event.type}`]?.(event);
    }
  }
  Object.assign(window, { WebSocket: Service });
  return (data) => open?.readyState === Service.OPEN && open.tell(new MessageEvent("message", { data }));
}
