// The shell for a start without a network. It never touches /api or the socket: what the practice says is kept by the
// page itself, with the time it was confirmed. Needs the header `Service-Worker-Allowed: /m` (the page has no slash).

const CACHE = 'vervain-shell-1';
const WAIT_MS = 3000; // a line slower than this gets the kept shell, and the new one at the next start
const SHELL = [
  '/m', '/static/vervain.css', '/static/sprig.svg', '/static/icon.svg', '/static/m/phone.css', '/static/m/manifest.webmanifest',
  ...['api', 'app', 'dom', 'dose', 'frame', 'i18n', 'live', 'outbox', 'session', 'state', 'store'].map((name) => `/static/m/${name}.js`),
  ...['check-ins', 'choices', 'curve', 'effectiveness', 'feedback', 'overview', 'recommendations', 'side-effects', 'signin'].map((name) => `/static/m/views/${name}.js`),
];

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith('vervain-shell') && name !== CACHE).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method === 'GET' && origin === location.origin && SHELL.includes(pathname)) event.respondWith(fresh(event, pathname));
});

/** From the network where it answers in time, otherwise what was kept; the answer is kept for the next start. */
async function fresh(event, pathname) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(pathname);
  const fetched = fetch(event.request).then(async (answer) => {
    if (answer.ok) await cache.put(pathname, answer.clone());
    return answer;
  });
  if (!kept) return fetched;
  event.waitUntil(fetched.catch(() => {}));
  const late = new Promise((resolve) => { setTimeout(resolve, WAIT_MS, kept); });
  return Promise.race([fetched.catch(() => kept), late]).then((answer) => (answer.ok ? answer : kept));
}
