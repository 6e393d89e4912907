// The socket's rules, driven by a clock and a socket of our own: waiting, resuming, gaps, silence, acknowledging, ending.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { backoff, BACKOFF_CAP_S, follow } from '../../static/m/live.js';

/** A browser whose time moves only when told to, and whose sockets are handed to the test. */
class Browser extends EventTarget {
  time = 1_000_000; timers = new Map(); sockets = []; last = 0; random = 0.5;
  document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  navigator = { onLine: true };
  Date = { now: () => this.time };
  Math = { random: () => this.random };
  constructor() {
    super();
    const browser = this;
    this.WebSocket = class {
      readyState = 0; sent = []; closedWith = null;
      constructor(url) { this.url = url; browser.sockets.push(this); }
      send(text) { this.sent.push(JSON.parse(text)); }
      close(code = 1005) { this.closedWith = code; this.readyState = 3; }
      open() { this.readyState = 1; this.onopen(); }
      say(message) { this.onmessage?.({ data: JSON.stringify(message) }); }
      end(code) { this.readyState = 3; this.onclose?.({ code }); }
    };
    this.setTimeout = (fn, ms) => { this.timers.set(++this.last, { at: this.time + ms, fn }); return this.last; };
    this.clearTimeout = (id) => this.timers.delete(id);
  }
  get socket() { return this.sockets.at(-1); }
  async pass(ms) {
    const until = this.time + ms;
    for (;;) {
      const next = [...this.timers].filter(([, timer]) => timer.at <= until).sort((a, b) => a[1].at - b[1].at)[0];
      if (!next) break;
      this.timers.delete(next[0]);
      this.time = Math.max(this.time, next[1].at);
      next[1].fn();
      await settle();
    }
    this.time = until;
    await settle();
  }
}

/** Let time go by until there is another socket, for at most `most` milliseconds. */
async function another(browser, most = 20_000) {
  const before = browser.sockets.length;
  for (let gone = 0; gone < most && browser.sockets.length === before; gone += 100) await browser.pass(100);
  return browser.sockets.length > before ? browser.socket : null;
}

const settle = () => new Promise((resolve) => { setImmediate(resolve); });
const event = (seq) => ({ type: 'feedback_update', seq, data: {} });
const connect = (more = {}) => ({ type: 'connect', data: { seq: 10, epoch: 'e', resumed: true, missed: 0, ping_s: 25, pong_timeout_s: 10, token_expires_in: 900, spread_ms: 2000, ...more } });
const types = (socket) => socket.sent.map((message) => message.type);

async function phone({ held = { seq: 10, epoch: 'e' }, token = async () => 'token' } = {}) {
  const browser = new Browser();
  const seen = { messages: [], states: [], refused: 0, tokens: [], held };
  const live = follow({
    url: 'ws://practice/ws/1', browser,
    position: () => seen.held,
    token: (fresh) => { seen.tokens.push(fresh); return token(fresh); },
    onMessage: (message, epoch) => {
      seen.messages.push(message.seq ?? message.type);
      if (message.type === 'snapshot') seen.held = { seq: message.data.seq, epoch };
      else if (message.seq) seen.held = { ...seen.held, seq: message.seq };
    },
    onStatus: ({ state }) => { if (seen.states.at(-1) !== state) seen.states.push(state); },
    onRefused: () => { seen.refused += 1; },
  });
  await settle();
  return { browser, seen, live };
}

async function joined(options) {
  const all = await phone(options);
  all.browser.socket.open();
  all.browser.socket.say(connect());
  return all;
}

test('the wait is spread evenly from nothing to a cap that doubles up to 20 seconds', () => {
  assert.deepEqual([0, 1, 2, 3, 5, 6, 60].map((attempt) => backoff(attempt, () => 1)), [0.5, 1, 2, 4, 16, BACKOFF_CAP_S, BACKOFF_CAP_S]);
  assert.equal(backoff(4, () => 0), 0);
  assert.equal(backoff(2, () => 0.25), 0.5);
  for (let i = 0; i < 1000; i += 1) assert.ok(backoff(i % 40) >= 0 && backoff(i % 40) <= BACKOFF_CAP_S);
});

test('the first message signs in and says what is held', async () => {
  const { browser, seen } = await joined();
  assert.deepEqual(browser.socket.sent[0], { type: 'auth', token: 'token', since: 10, epoch: 'e' });
  assert.equal(seen.states.at(-1), 'live');
});

test('without a state there is no since, and nothing is live before the snapshot', async () => {
  const { browser, seen } = await phone({ held: null });
  browser.socket.open();
  assert.deepEqual(browser.socket.sent[0], { type: 'auth', token: 'token' });
  browser.socket.say(connect({ resumed: false }));
  assert.equal(seen.states.includes('live'), false);
  browser.socket.say({ type: 'snapshot', data: { seq: 10 } });
  assert.deepEqual(seen.held, { seq: 10, epoch: 'e' });
  assert.equal(seen.states.at(-1), 'live');
});

test('what was missed is awaited, not asked for again', async () => {
  const { browser, seen } = await phone();
  browser.socket.open();
  browser.socket.say(connect({ seq: 13, missed: 3 }));
  for (const seq of [11, 12]) browser.socket.say(event(seq));
  assert.equal(seen.states.includes('live'), false);
  browser.socket.say(event(13));
  assert.equal(seen.states.at(-1), 'live');
  assert.deepEqual(types(browser.socket), ['auth']);
});

test('a gap is not applied over; it is filled by one resume', async () => {
  const { browser, seen } = await joined();
  for (const seq of [12, 13]) browser.socket.say(event(seq));
  assert.deepEqual(seen.messages, []);
  assert.deepEqual(browser.socket.sent.filter((one) => one.type === 'resume'), [{ type: 'resume', since: 10 }]);
  for (const seq of [11, 12, 13]) browser.socket.say(event(seq));
  assert.deepEqual(seen.messages, [11, 12, 13]);
});

test('what is behind says so until it has caught up', async () => {
  const { browser, seen } = await joined();
  assert.equal(seen.states.at(-1), 'live');
  browser.socket.say(event(12));
  assert.equal(seen.states.at(-1), 'stale');
  browser.socket.say(event(11));
  assert.equal(seen.states.at(-1), 'stale');
  browser.socket.say(event(12));
  assert.equal(seen.states.at(-1), 'live');
});

test('a second gap is asked for at once when the first is filled', async () => {
  const { browser, seen } = await joined();
  const resumes = () => browser.socket.sent.filter((one) => one.type === 'resume').map((one) => one.since);
  for (const seq of [12, 11, 12]) browser.socket.say(event(seq)); // a gap, and the answer to the resume
  browser.socket.say(event(14));
  assert.deepEqual(resumes(), [10, 12]);
  for (const seq of [13, 14]) browser.socket.say(event(seq));
  assert.deepEqual([seen.held.seq, seen.states.at(-1)], [14, 'live']);
});

test('what is lost while a resumed range comes in is asked for behind it', async () => {
  const { browser, seen } = await joined();
  const resumes = () => browser.socket.sent.filter((one) => one.type === 'resume').map((one) => one.since);
  for (const seq of [12, 13]) browser.socket.say(event(seq)); // 13 came before the answer, which has it too
  for (const seq of [11, 15]) browser.socket.say(event(seq)); // 15 comes in between, and 14 never
  assert.deepEqual(resumes(), [10]);
  for (const seq of [12, 13]) browser.socket.say(event(seq));
  assert.deepEqual(resumes(), [10, 13]);
  for (const seq of [14, 15]) browser.socket.say(event(seq));
  assert.deepEqual([resumes().length, seen.held.seq, seen.states.at(-1)], [2, 15, 'live']);
});

test('a pong with a higher number shows that something was lost', async () => {
  const { browser } = await joined();
  await browser.pass(25_000);
  assert.ok(types(browser.socket).includes('ping'));
  browser.socket.say({ type: 'pong', data: { seq: 12 } });
  assert.deepEqual(browser.socket.sent.at(-1), { type: 'resume', since: 10 });
});

test('a socket without a pong is left and another one is opened', async () => {
  const { browser } = await joined();
  const dead = browser.socket;
  await browser.pass(25_000 + 10_000 + 20_000);
  assert.notEqual(browser.socket, dead);
  assert.notEqual(dead.closedWith, null);
});

test('pings are spread around the interval that the server asks for', async () => {
  for (const [random, first] of [[0, 20_000], [0.999, 29_990]]) {
    const { browser } = await phone();
    browser.random = random;
    browser.socket.open();
    browser.socket.say(connect());
    await browser.pass(first - 100);
    assert.equal(types(browser.socket).includes('ping'), false);
    await browser.pass(200);
    assert.ok(types(browser.socket).includes('ping'));
  }
});

test('acknowledging is cumulative and at most every three seconds', async () => {
  const { browser } = await joined();
  for (const seq of [11, 12, 13]) browser.socket.say(event(seq));
  const acks = () => browser.socket.sent.filter((one) => one.type === 'ack').map((one) => one.seq);
  await browser.pass(2_900);
  assert.deepEqual(acks(), []);
  await browser.pass(200);
  assert.deepEqual(acks(), [13]);
  browser.socket.say(event(14));
  await browser.pass(3_100);
  assert.deepEqual(acks(), [13, 14]);
});

for (const code of [1001, 1006, 1012, 1013, 4001, 4008]) {
  test(`close ${code} comes back by itself and resumes`, async () => {
    const { browser, seen } = await joined();
    browser.socket.say(event(11));
    browser.socket.end(code);
    const second = await another(browser);
    second.open();
    assert.deepEqual(second.sent[0], { type: 'auth', token: 'token', since: 11, epoch: 'e' });
    assert.equal(seen.refused, 0);
  });
}

test('a refusal is tried once with a fresh token, and then it is final', async () => {
  const { browser, seen } = await joined();
  browser.socket.end(1008);
  await settle();
  assert.equal(seen.tokens.at(-1), true);
  assert.equal(seen.refused, 0);
  browser.socket.open();
  browser.socket.end(1008);
  await browser.pass(120_000);
  assert.equal(seen.refused, 1);
  assert.equal(browser.sockets.length, 2);
});

test('a server that lets us in and then refuses is left alone after one more try', async () => {
  const { browser, seen } = await joined();
  browser.socket.end(1008);
  await settle();
  browser.socket.open();
  browser.socket.say(connect());
  browser.socket.end(1008);
  await browser.pass(60_000);
  assert.equal(seen.refused, 1);
  assert.equal(browser.sockets.length, 2);
});

test('no new token without a network is no refusal', async () => {
  let fails = true;
  const { browser, seen } = await joined({ token: async (fresh) => { if (fresh && fails) throw Object.assign(new Error(), { signedOut: false }); return 'token'; } });
  browser.socket.end(1008);
  await browser.pass(5_000);
  assert.equal(seen.refused, 0);
  fails = false;
  assert.notEqual(await another(browser), null);
});

test('a hidden page does not try again until it is seen', async () => {
  const { browser } = await joined();
  browser.document.visibilityState = 'hidden';
  browser.socket.end(1006);
  await browser.pass(600_000);
  assert.equal(browser.sockets.length, 1);
  browser.document.visibilityState = 'visible';
  browser.document.dispatchEvent(new Event('visibilitychange'));
  await settle();
  assert.equal(browser.sockets.length, 2);
});

for (const name of ['pageshow', 'online']) {
  test(`${name} tries at once`, async () => {
    const { browser } = await joined();
    browser.random = 0.99;
    for (let i = 0; i < 6; i += 1) { browser.socket.end(1006); await another(browser); }
    const before = browser.sockets.length;
    browser.socket.end(1006);
    browser.dispatchEvent(new Event(name));
    await settle();
    assert.equal(browser.sockets.length, before + 1);
  });
}

test('a server that ends every connection at once is not hammered', async () => {
  const { browser } = await phone();
  browser.random = 0.99;
  for (let i = 0; i < 8; i += 1) {
    browser.socket.open();
    browser.socket.say(connect());
    browser.socket.end(4001);
    if (i < 7) await another(browser);
  }
  assert.equal(await another(browser, 10_000), null);
  assert.notEqual(await another(browser), null);
});

test('the token is renewed on the living socket before it ends', async () => {
  const { browser } = await phone();
  browser.socket.open();
  browser.socket.say(connect({ token_expires_in: 60, ping_s: 1000 }));
  await browser.pass(50_000);
  assert.deepEqual(types(browser.socket).filter((type) => type === 'auth').length, 2);
});

test('a stopped follower closes its socket and stays away', async () => {
  const { browser, live } = await joined();
  live.stop();
  await browser.pass(60_000);
  browser.dispatchEvent(new Event('online'));
  await settle();
  assert.equal(browser.sockets.length, 1);
  assert.equal(browser.socket.closedWith, 1000);
});
