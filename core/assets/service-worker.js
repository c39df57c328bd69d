// Keeps the hashed static files, which never change, and one page for times without network. Pages
// with personal data are never kept: they come from the network or not at all.
// FILES (addresses of the static files) and OFFLINE stand above, written by core/portal/offline.py.
const CACHE = `hamyar-${FILES.join()}`;
const OWN = new URL("/static/build/", location.origin).href;

self.addEventListener("install", (event) => {
  const page = new Request(OFFLINE, { credentials: "omit", cache: "reload" });
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([page, ...FILES])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  else if (request.url.startsWith(OWN)) event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
});
