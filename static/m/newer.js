// The page itself is kept on the phone, so it opens without a network. Where the practice has a newer one, it is fetched beside
// this one and taken when nobody looks: everything that is shown or typed is written down by then, and is there again.

const SETTLE_MS = 1000; // what is being written down goes first

export function keepPage(browser = globalThis) {
  const { navigator, document, location } = browser;
  if (!('serviceWorker' in navigator)) return;
  let kept = Boolean(navigator.serviceWorker.controller), newer = false;
  const take = () => setTimeout(() => { if (newer && document.visibilityState === 'hidden') location.reload(); }, SETTLE_MS);
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (!kept) { kept = true; return; } // the first worker: the page is what it has just kept
    newer = true;
    take();
  });
  document.addEventListener('visibilitychange', () => {
    take();
    if (document.visibilityState === 'visible') navigator.serviceWorker.getRegistration().then((found) => found?.update()).catch(() => {});
  });
  navigator.serviceWorker.register('/m/sw.js', { scope: '/m' }).catch(() => { /* works without; it only opens the page while offline */ });
}
