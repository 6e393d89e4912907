// What the program counts is folded away as long as nothing is wrong with it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import meters from '../../pages/elements/meters.js';

const meter = (key, more = {}) => ({ key, name: key, value: '0', look: false, main: false, parts: [], ...more });

function shown(groups) {
  const page = { ...meters.methods, initial: groups };
  return Object.assign(page, meters.data.call(page));
}

test('a group with something to look at is open from the start, the others say the main things in their line', () => {
  const page = shown([{ key: 'calm', meters: [meter('a', { main: true }), meter('b')] }, { key: 'troubled', meters: [meter('c', { look: true })] }]);
  assert.deepEqual(page.open, { calm: false, troubled: true });
  assert.deepEqual(page.gist(page.groups[0]).map((one) => one.key), ['a']);
});

test('a group opens when its trouble begins, and stays as somebody folded it while it lasts', () => {
  const page = shown([{ key: 'delivery', meters: [meter('lag')] }]);
  page.change([{ key: 'lag', value: '9', look: false }]);
  assert.equal(page.open.delivery, false);
  page.change([{ key: 'lag', value: '300', look: true }]);
  assert.equal(page.open.delivery, true);
  page.open.delivery = false;
  page.change([{ key: 'lag', value: '310', look: true }]);
  assert.equal(page.open.delivery, false);
  page.show(page.groups[0].meters[0]); // by its name in the line on top
  assert.equal(page.open.delivery, true);
});
