// Feedback reaches the practice exactly once: kept first, repeated with the same key, given up only when refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.document ??= { visibilityState: 'hidden' }; // no timers of its own: the test says when to try

const { ask, Problem } = await import('../../static/m/api.js');
const { Outbox } = await import('../../static/m/outbox.js');
const { Session } = await import('../../static/m/session.js');
const { forgetPerson, MemoryStore, randomId } = await import('../../static/m/store.js');

const BODY = { recommendation_id: 1, rating: 4 };

/** A practice that keeps one feedback a key, and loses answers when told to. */
function practice() {
  return {
    kept: new Map(), asked: [], fail: null,
    ask(method, path, { body, key }) {
      this.asked.push(key);
      if (this.fail?.when === 'before') throw this.fail.problem;
      if (!this.kept.has(key)) this.kept.set(key, { id: this.kept.size + 1, ...body, advice: body.side_effects ? ['Stop.'] : [] });
      if (this.fail?.when === 'after') throw this.fail.problem;
      return this.kept.get(key);
    },
  };
}

async function outboxOf(server, store = new MemoryStore()) {
  const seen = { advice: [] };
  const session = { person: { id: 7 }, ask: async (...question) => server.ask(...question) };
  const outbox = new Outbox({ store, session, onChange: () => {}, onAdvice: async (item, sentences) => { seen.advice.push(...sentences); } });
  await outbox.load();
  return { outbox, store, seen };
}

test('what is sent is sent', async () => {
  const server = practice();
  const { outbox } = await outboxOf(server);
  assert.equal((await outbox.add(1, BODY)).status, 'sent');
  assert.equal(server.kept.size, 1);
  assert.equal(outbox.unsent, 0);
});

test('an answer lost on its way makes no second feedback', async () => {
  const server = practice();
  server.fail = { when: 'after', problem: new Problem(0, 'no_answer', '') };
  const { outbox } = await outboxOf(server);
  assert.equal((await outbox.add(1, BODY)).status, 'waiting');
  server.fail = null;
  await outbox.flush();
  assert.equal(outbox.items[0].status, 'sent');
  assert.equal(server.kept.size, 1);
  assert.equal(new Set(server.asked).size, 1);
  assert.equal(server.asked.length, 2);
});

test('what was not sent outlives the page, and goes out in its order', async () => {
  const server = practice();
  server.fail = { when: 'before', problem: new Problem(503, 'unavailable', '') };
  const first = await outboxOf(server);
  for (const rating of [1, 2]) await first.outbox.add(1, { ...BODY, rating });
  server.fail = null;
  const second = await outboxOf(server, first.store);
  assert.equal(second.outbox.unsent, 2);
  await Promise.all([second.outbox.flush(), second.outbox.flush()]);
  assert.deepEqual([...server.kept.values()].map((one) => one.rating), [1, 2]);
});

test('two at once are both sent', async () => {
  const server = practice();
  const { outbox } = await outboxOf(server);
  await Promise.all([outbox.add(1, BODY), outbox.add(1, { ...BODY, rating: 2 })]);
  await outbox.flush();
  assert.deepEqual(outbox.items.map((item) => item.status), ['sent', 'sent']);
  assert.equal(server.kept.size, 2);
});

test('a refused one says why and does not hold up the next', async () => {
  const server = practice();
  server.fail = { when: 'before', problem: new Problem(409, 'conflict', 'It has been stopped.') };
  const { outbox } = await outboxOf(server);
  const item = await outbox.add(1, BODY);
  assert.deepEqual([item.status, item.detail], ['refused', 'It has been stopped.']);
  server.fail = null;
  assert.equal((await outbox.add(1, BODY)).status, 'sent');
});

test('a sign-in that has ended keeps it for later', async () => {
  const server = practice();
  server.fail = { when: 'before', problem: new Problem(401, 'not_signed_in', '') };
  const { outbox } = await outboxOf(server);
  assert.equal((await outbox.add(1, BODY)).status, 'waiting');
});

test('advice is kept before anything else', async () => {
  const { outbox, seen } = await outboxOf(practice());
  await outbox.add(1, { ...BODY, side_effects: [{ term: 'chest-pain', serious: true }] });
  assert.deepEqual(seen.advice, ['Stop.']);
});

test('what came back on the live channel leaves the phone', async () => {
  const { outbox, store } = await outboxOf(practice());
  await outbox.add(1, BODY);
  await outbox.delivered([{ id: 1 }]);
  assert.deepEqual([outbox.items, await store.outbox()], [[], []]);
});

test('many questions at once renew the token once', async () => {
  const store = new MemoryStore();
  await store.set('session', { access_token: 'old', refresh_token: 'r', ends: 0, person: { id: 7 }, diagnosis_id: 1 });
  const session = new Session(store);
  await session.load();
  let renewed = 0;
  globalThis.fetch = async (path) => {
    if (path.endsWith('/refresh')) renewed += 1;
    return new Response(JSON.stringify({ access_token: 'new', refresh_token: 'r2', expires_in: 900, diagnosis_id: null, person: { id: 7 } }));
  };
  assert.deepEqual(await Promise.all([session.token(), session.token(), session.token()]), ['new', 'new', 'new']);
  assert.equal(renewed, 1);
  assert.equal(session.diagnosisId, 1);
});

test('an error says what the practice said', async () => {
  globalThis.fetch = async () => new Response(JSON.stringify({ code: 'conflict', detail: 'It has been stopped.' }), { status: 409 });
  await assert.rejects(ask('GET', '/x'), { status: 409, code: 'conflict', detail: 'It has been stopped.', passing: false });
  globalThis.fetch = async () => { throw new TypeError('no network'); };
  await assert.rejects(ask('GET', '/x'), { status: 0, passing: true });
});

test('an id without randomUUID has the same form', () => {
  assert.match(randomId({ getRandomValues: (bytes) => crypto.getRandomValues(bytes) }), /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
});

test('who signs out takes along what is theirs and leaves what others have not sent yet', async () => {
  const store = new MemoryStore();
  await store.set('device', 'this one');
  for (const key of ['session', 'kept', 'draft', 'effects']) await store.set(key, { person_id: 7 });
  for (const [key, person_id] of [['a', 7], ['b', 8], ['c', 7]]) await store.put({ key, person_id, status: 'waiting' });
  await forgetPerson(store, 7);
  assert.deepEqual((await store.outbox()).map((item) => item.key), ['b']);
  assert.equal(await store.get('device'), 'this one');
  for (const key of ['session', 'kept', 'draft', 'effects']) assert.equal(await store.get(key), undefined);
});

test('without a person to forget nobody loses what is unsent', async () => {
  const store = new MemoryStore();
  await store.put({ key: 'b', person_id: 8, status: 'waiting' });
  await forgetPerson(store, undefined);
  assert.equal((await store.outbox()).length, 1);
});
