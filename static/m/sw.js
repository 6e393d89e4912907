// Opens the page where there is no network, and at once where there is. It never touches /api or the socket: what the practice
// says is kept by the page itself, with the time it was confirmed. The program puts VERSION and FILES before these lines: another
// version of any file is another worker, which keeps the new files beside the old ones, so that no page is made of both.
// Needs the header `Service-Worker-Allowed: /m` (the page has no slash).

const CACHE = `vervain-phone-${VERSION}`;
const FONTS = '/static/fonts/'; // kept when they were first asked for: a phone that shows no Persian never loads one

self.addEventListener('install', (event) => {
  const asked = FILES.map((path) => new Request(path, { cache: 'no-cache' }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(asked)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith('vervain-phone') && name !== CACHE).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== 'GET' || origin !== location.origin) return;
  if (FILES.includes(pathname) || pathname.startsWith(FONTS)) event.respondWith(answer(event.request, pathname));
});

/** What is kept; a font is kept from when it is first asked for. */
async function answer(request, pathname) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(pathname);
  if (kept) return kept;
  const fetched = await fetch(request);
  if (fetched.ok && pathname.startsWith(FONTS)) await cache.put(pathname, fetched.clone());
  return fetched;
}
