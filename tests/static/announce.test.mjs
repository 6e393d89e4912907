// The voice of a page: who listens is told at most every two seconds, of all lists together.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST, PAUSE_MS, voice } from '../../static/announce.js';

function listening() {
  const said = [], timers = [];
  const announce = voice((text) => said.push(text), (then, after) => timers.push([then, after]));
  const pass = () => { const [then, after] = timers.shift(); assert.equal(after, PAUSE_MS); then(); };
  return { announce, said, timers, pass };
}

test('the first word is said at once, what follows waits and is said together', () => {
  const { announce, said, pass } = listening();
  for (const one of ['a', 'b', 'c']) announce(one);
  assert.deepEqual(said, ['a']);
  pass();
  assert.deepEqual(said, ['a', 'b. c']);
});

test('a flood is cut to the newest', () => {
  const { announce, said, pass } = listening();
  for (let one = 0; one < 500; one++) announce(`n${one}`);
  pass();
  assert.deepEqual(said, ['n0', ['n497', 'n498', 'n499'].slice(-MOST).join('. ')]);
});

test('after silence it speaks at once again, and never without words', () => {
  const { announce, said, timers, pass } = listening();
  announce('a');
  pass();
  assert.equal(timers.length, 0);
  for (const nothing of ['', '  ', undefined, null]) announce(nothing);
  assert.deepEqual(said, ['a']);
  announce('a');
  assert.deepEqual(said, ['a', 'a']);
});

test('the same words are said once', () => {
  const { announce, said, pass } = listening();
  for (const one of ['a', 'b', 'c', 'b']) announce(one);
  pass();
  assert.deepEqual(said, ['a', 'c. b']);
});
