// The bell's service worker: it shows what it is told to, as a worker that is woken by a push does.
const worker = /** @type {any} */ (self); // typed for pages here, and a worker is none

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (/** @type {any} */ event) => {
  const { title, options } = event.data;
  event.waitUntil(worker.registration.showNotification(title, options).then(() => event.ports[0].postMessage("shown")));
});
