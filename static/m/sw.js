// Opens the page where there is no network. It never touches /api or the socket: what the practice says is kept by the
// page itself, with the time it was confirmed. Needs the header `Service-Worker-Allowed: /m` (the page has no slash).

const CACHE = 'vervain-phone-1';
const WAIT_MS = 3000; // on a line slower than this the kept page opens, and the new one at the next start
const FONTS = '/static/fonts/'; // kept when they were first asked for: a phone that shows no Persian never loads one
const MODULES = ['announcer', 'api', 'app', 'curve', 'dose', 'draft', 'elements', 'i18n', 'live', 'look', 'outbox', 'session', 'state', 'store', 'words'];
const VIEWS = ['account', 'choices', 'consents', 'devices', 'effectiveness', 'exported', 'feedback', 'frame', 'history', 'menu', 'overview', 'readers', 'recommendations', 'scale', 'side-effects', 'sign-in'];
const PAGE = [
  '/m', '/static/vervain.css', '/static/sprig.svg', '/static/icon.svg', '/static/icon-192.png', '/static/m/phone.css', '/static/m/manifest.webmanifest',
  ...MODULES.map((name) => `/static/m/${name}.js`), ...VIEWS.map((name) => `/static/m/views/${name}.js`),
];

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(PAGE)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith('vervain-phone') && name !== CACHE).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method === 'GET' && origin === location.origin && (PAGE.includes(pathname) || pathname.startsWith(FONTS))) event.respondWith(answer(event, pathname));
});

/** From the network where it answers in time, otherwise what was kept; each answer is kept for the next start. */
async function answer(event, pathname) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(pathname);
  const fetched = fetch(event.request).then(async (found) => {
    if (found.ok) await cache.put(pathname, found.clone());
    return found;
  });
  if (!kept) return fetched;
  event.waitUntil(fetched.catch(() => {}));
  const late = new Promise((resolve) => { setTimeout(resolve, WAIT_MS, kept); });
  const first = await Promise.race([fetched.catch(() => kept), late]);
  return first.ok ? first : kept;
}
