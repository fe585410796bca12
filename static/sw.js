// Keeps the page for a visit without network: all files of one build, or none of them.
//
// A build's files are put aside together, each only if it is the file that the build made. A page that is open goes on
// with the build it began with; the next one takes over when a page is loaded and no other is open. So old and new never
// meet. What is not the page (examples, other people's documents, files of other hosts) goes to the network as ever.

/** Address → what its content must hash to; written by build/finish.mjs. */
const FILES = {};
const BUILD = "";

// Several copies may live on one host, each under its path.
const OWN = `cutover ${self.registration.scope} `;
const CACHE = OWN + BUILD;
const addresses = new Set(Object.keys(FILES).map((file) => new URL(file, self.registration.scope).href));
const page = new URL("index.html", self.registration.scope).href;

self.addEventListener("install", (event) => {
  const keep = async (cache, [file, integrity]) => {
    const address = new URL(file, self.registration.scope);
    const answer = await fetch(new Request(address, { integrity, cache: "no-cache" }));
    if (!answer.ok) throw new Error(`${answer.status} for ${address}`);
    await cache.put(address, answer);
  };
  event.waitUntil(caches.open(CACHE).then((cache) => Promise.all(Object.entries(FILES).map((file) => keep(cache, file)))));
});

self.addEventListener("activate", (event) => {
  const drop = async () => {
    const outlived = (await caches.keys()).filter((name) => name.startsWith(OWN) && name !== CACHE);
    await Promise.all(outlived.map((name) => caches.delete(name)));
    // The first visit, too, is to be there when the network is not.
    await self.clients.claim();
  };
  event.waitUntil(drop());
});

self.addEventListener("message", ({ data }) => {
  if (data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const address = new URL(request.url);
  address.search = address.hash = "";
  if (request.mode === "navigate") {
    if (address.href === page || address.href === self.registration.scope) event.respondWith(navigate(request));
  } else if (addresses.has(address.href)) {
    event.respondWith(kept(address.href, request));
  }
});

async function navigate(request) {
  const next = self.registration.waiting;
  if (next && (await self.clients.matchAll()).length < 2) {
    next.postMessage("take over");
    // Asked for again at once, of the worker that has taken over.
    const nothing = '<!doctype html><link rel="icon" href="data:,">';
    return new Response(nothing, { headers: { "Content-Type": "text/html", Refresh: "0" } });
  }
  return kept(page, request);
}

/** The file of this build; of the network only where the browser has thrown the cache away. */
async function kept(address, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(address)) ?? fetch(request);
}
