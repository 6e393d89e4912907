// The socket of one diagnosis: signs in by its first message, resumes by seq and epoch, notices gaps and silence,
// and comes back by itself. It knows the protocol and nothing of pages; the browser is handed in for the tests.

export const BACKOFF_BASE_S = 0.5;
export const BACKOFF_CAP_S = 20;
const ACK_EVERY_MS = 3000;      // the protocol's bound: cumulative, at most every 3 s
const PING_JITTER = 0.2;        // spreads the pings of phones that were connected by the same restart
const CONNECT_LIMIT_MS = 10000; // a handshake that hangs in a lift must not hang for ever
const REFUSED = 1008;
const RESTARTING = 1012;
const FULL = 1013;
const STEADY_MS = 5000;         // only a connection that lasts forgets the failures before it

/** Seconds to wait before a try, full jitter: evenly between 0 and the cap of that attempt. */
export function backoff(attempt, random = Math.random) {
  return random() * Math.min(BACKOFF_CAP_S, BACKOFF_BASE_S * 2 ** Math.min(attempt, 30));
}

/**
 * Follow a diagnosis. `position()` gives {seq, epoch} of what is held or null; `token(fresh)` a valid access token;
 * `onMessage(message, epoch)` must take the message into the state before it returns; `onStatus({state, confirmed})`
 * gets live, stale or offline and when the server last said that we are up to date; `onRefused()` that we may not come back.
 */
export function follow({ url, position, token, onMessage, onStatus, onRefused, browser = globalThis }) {
  const now = () => browser.Date.now();
  const random = browser.Math?.random ?? Math.random;
  const clock = new Timers(browser);
  let socket = null, attempt = 0, ended = false, refusedOnce = false;
  let synced = false, asked = null, confirmed = null, top = 0, ackedSeq = 0, epoch = null; // asked: {since, to} of what is on its way
  let rhythm = { ping_s: 25, pong_timeout_s: 10, spread_ms: 1000 };
  let generation = 0;

  const hidden = () => browser.document?.visibilityState === 'hidden';
  const status = (state) => onStatus({ state, confirmed });
  const seq = () => position()?.seq ?? 0;

  async function connect() {
    clock.stop('retry');
    if (ended || socket) return;
    const mine = ++generation;
    const late = () => mine !== generation || ended;
    status(attempt > 1 ? 'offline' : 'stale');
    socket = { readyState: -1, close() {} }; // holds the place while the token is fetched
    let access;
    try {
      access = await token(refusedOnce);
    } catch (problem) {
      if (late()) return;
      socket = null;
      return problem?.signedOut ? refuse() : retry(backoff(attempt++, random));
    }
    if (late()) return;
    const mySocket = socket = new browser.WebSocket(url);
    clock.start('silence', CONNECT_LIMIT_MS, () => drop(mySocket));
    mySocket.onopen = () => {
      const held = position();
      send({ type: 'auth', token: access, ...(held && { since: held.seq, epoch: held.epoch }) });
    };
    mySocket.onmessage = (event) => { if (mySocket === socket) receive(event.data); };
    mySocket.onclose = (event) => { if (mySocket === socket) closed(event.code); };
    mySocket.onerror = () => {}; // a close always follows and says more
  }

  function receive(text) {
    let message;
    try { message = JSON.parse(text); } catch { return; }
    const data = message.data ?? {};
    if (message.type === 'connect') rhythm = { ...rhythm, ...data };
    clock.start('silence', (rhythm.ping_s * (1 + PING_JITTER) + rhythm.pong_timeout_s) * 1000, () => drop(socket));
    if (message.type === 'connect') return connected(data);
    if (message.type === 'auth') return renewLater(data.token_expires_in);
    if (message.type === 'error') return undefined;
    if (message.type === 'pong') {
      clock.stop('pong');
      top = Math.max(top, data.seq ?? message.seq ?? 0);
      return settle();
    }
    if (message.type === 'snapshot') {
      synced = true;
      top = data.seq; // also when it is lower than ours: the log begins anew after a restored backup
      ackedSeq = Math.min(ackedSeq, data.seq);
    } else if (Number.isInteger(message.seq)) {
      top = Math.max(top, message.seq);
      if (message.seq > seq() + 1) return settle(); // a gap: nothing is applied until it is filled
    }
    onMessage(message, epoch);
    return settle();
  }

  function connected(data) {
    clock.start('steady', STEADY_MS, () => { attempt = 0; refusedOnce = false; });
    epoch = data.epoch;
    top = data.seq;
    synced = data.resumed; // otherwise a snapshot follows
    asked = data.missed > 0 ? { since: seq(), to: top } : null; // what was missed is on its way without being asked for
    pingLater();
    renewLater(data.token_expires_in);
    settle();
  }

  /** Ask for what is missing, or say that we are up to date. */
  function settle() {
    if (!synced) return;
    if (seq() < top) {
      status('stale');
      if (asked && seq() === asked.since) asked.to = top; // the answer comes behind all that was sent before it, and has it too
      else if (asked && seq() >= asked.to) asked = null;
      if (!asked) {
        send({ type: 'resume', since: seq() });
        asked = { since: seq(), to: top };
      }
      return;
    }
    asked = null;
    confirmed = now();
    status('live');
    if (seq() > ackedSeq && !clock.has('ack')) clock.start('ack', ACK_EVERY_MS, acknowledge);
  }

  function acknowledge() {
    if (seq() > ackedSeq) send({ type: 'ack', seq: ackedSeq = seq() });
  }

  function pingLater() {
    const jitter = 1 + PING_JITTER * (2 * random() - 1);
    clock.start('ping', rhythm.ping_s * jitter * 1000, ping);
  }

  function ping() {
    asked = null; // a resume without an answer may be asked for again
    send({ type: 'ping' });
    clock.start('pong', rhythm.pong_timeout_s * 1000, () => drop(socket));
    pingLater();
  }

  function renewLater(expiresIn) {
    if (!expiresIn) return;
    clock.start('renew', Math.max(5, expiresIn * 0.8 - 10 * random()) * 1000, async () => {
      const mine = generation;
      try {
        const fresh = await token(true);
        if (mine === generation) send({ type: 'auth', token: fresh });
      } catch { /* the socket is closed when the token ends, and then the way back decides */ }
    });
  }

  function closed(code) {
    forget();
    if (ended) return;
    if (code === REFUSED) {
      if (refusedOnce) return refuse();
      refusedOnce = true; // once more with a fresh token: the old one may just have ended
      return void connect();
    }
    if (code === RESTARTING) return retry((random() * rhythm.spread_ms) / 1000);
    if (code === FULL) attempt = Math.max(attempt, 4); // full: stay away for longer
    retry(backoff(attempt++, random));
  }

  function refuse() {
    stop();
    status('offline');
    onRefused();
  }

  function retry(seconds) {
    status(attempt > 1 || browser.navigator?.onLine === false ? 'offline' : 'stale');
    if (hidden()) return; // the way back is visibilitychange; a hidden phone must not burn its battery
    clock.start('retry', seconds * 1000, connect);
  }

  /** Leave a socket that may be dead without waiting for its close. */
  function drop(which) {
    if (which !== socket || !socket) return;
    const old = socket;
    forget();
    old.onclose = old.onmessage = null;
    old.close();
    retry(backoff(attempt++, random));
  }

  function forget() {
    generation++;
    socket = null;
    synced = false;
    clock.stopAll();
  }

  function send(message) {
    if (socket?.readyState === 1) socket.send(JSON.stringify(message));
  }

  /** The page is seen again or the network is back: at once, without waiting for a timer. */
  function wake() {
    if (ended || hidden()) return;
    if (!socket) { attempt = Math.min(attempt, 1); connect(); }
    else if (socket.readyState === 1) ping();
  }

  function lost() {
    status('offline');
    if (socket?.readyState === 1) ping(); // the system may be wrong; the server decides
  }

  const doors = [
    [browser.document, 'visibilitychange', wake], [browser, 'pageshow', wake],
    [browser, 'online', wake], [browser, 'offline', lost],
  ];
  for (const [target, name, fn] of doors) target?.addEventListener?.(name, fn);

  function stop() {
    ended = true;
    for (const [target, name, fn] of doors) target?.removeEventListener?.(name, fn);
    const old = socket;
    forget();
    old?.close(1000);
  }

  connect();
  return { stop, wake };
}

/** Timers by name: starting one replaces the one of the same name. */
class Timers {
  constructor(browser) { this.browser = browser; this.running = new Map(); }
  start(name, ms, fn) {
    this.stop(name);
    this.running.set(name, this.browser.setTimeout(() => { this.running.delete(name); fn(); }, ms));
  }
  has(name) { return this.running.has(name); }
  stop(name) { this.browser.clearTimeout(this.running.get(name)); this.running.delete(name); }
  stopAll() { for (const name of [...this.running.keys()]) this.stop(name); }
}
