// Which letter a key is, and that a key that is held down decides and types nothing further.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SETTLE_MS, doubt, letter, once } from '../../static/letters.js';

const pressed = (key, code, more = {}) => letter({ key, code, getModifierState: () => false, ...more });

test('the letter on the key decides, wherever it is', () => {
  assert.equal(pressed('a', 'KeyA'), 'A');
  assert.equal(pressed('A', 'KeyA'), 'A'); // with the lock on
  assert.equal(pressed('a', 'KeyQ'), 'A'); // French
  assert.equal(pressed('q', 'KeyA'), 'Q');
  assert.equal(pressed('o', 'KeyS'), 'O'); // Dvorak
  assert.equal(pressed('s', 'Semicolon'), 'S');
});

test('where another script is typed, the place of the key decides', () => {
  assert.equal(pressed('ش', 'KeyA'), 'A');
  assert.equal(pressed('س', 'KeyS'), 'S');
  assert.equal(pressed('ф', 'KeyA'), 'A');
});

test('what is no letter of another script is no letter at all', () => {
  assert.equal(pressed(',', 'KeyW'), ''); // Dvorak
  assert.equal(pressed('é', 'KeyA'), '');
  assert.equal(pressed('ç', 'Semicolon'), '');
  for (const key of ['Dead', 'Process', 'Unidentified', 'Enter', '', undefined]) assert.equal(pressed(key, 'KeyA'), '');
});

test('what has the focus without anybody having gone to it is in doubt for a moment, and nothing else is', () => {
  let now = 5;
  const unsure = doubt(() => now);
  assert.equal(unsure.of(7), false);
  unsure.begin(7);
  assert.deepEqual([unsure.of(7), unsure.of(8)], [true, false]);
  now += SETTLE_MS;
  assert.equal(unsure.of(7), false);
  unsure.begin(7);
  unsure.end();
  assert.equal(unsure.of(7), false);
});

test('with another key held it is a shortcut of somebody else', () => {
  for (const held of ['ctrlKey', 'metaKey', 'altKey', 'shiftKey', 'isComposing']) assert.equal(pressed('a', 'KeyA', { [held]: true }), '');
  assert.equal(pressed('a', 'KeyA', { getModifierState: (name) => name === 'AltGraph' }), '');
});

test('a key that is held down types nothing until it is pressed anew, or another one is', () => {
  for (const [key, more] of [['KeyA', {}], ['KeyB', { repeat: true }]]) {
    const page = new EventTarget();
    const types = (code, given = {}) => page.dispatchEvent(Object.assign(new Event('keydown', { cancelable: true }), { code, ...given }));
    once({ code: 'KeyA' }, page);
    assert.equal(types('KeyA', { repeat: true }), false);
    assert.equal(types('KeyA', { repeat: true }), false);
    assert.equal(types(key, more), true);
    assert.equal(types('KeyA', { repeat: true }), true);
  }
});
