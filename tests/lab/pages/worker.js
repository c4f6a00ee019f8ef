// The page's own service worker: it answers every navigation below /sw/ from its cache.
const worker = /** @type {any} */ (self); // typed for pages here, and a worker is none

const story = `<!doctype html><html lang="en"><meta charset="utf-8"><title>The Daily Drift: story</title>
<link rel="icon" href="data:,"><body style="font:16px/1.5 system-ui;margin:2rem"><h1 id="story">Answered by the page's own worker</h1></body></html>`;

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(fill()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  if (event.request.mode === "navigate") event.respondWith(caches.match("/sw/story").then((found) => found ?? Response.error()));
});

async function fill() {
  const cache = await caches.open("story");
  await cache.put("/sw/story", new Response(story, { headers: { "content-type": "text/html; charset=utf-8" } }));
  await worker.skipWaiting();
}
