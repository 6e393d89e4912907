// Who read a record is one line for one stretch of reading, with every moment of it kept.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { folded } from '../../static/m/folded.js';

const read = (hour, more = {}) => ({ at: `2026-11-29T${hour}:00`, name: 'Leila', role: 'practitioner', action: 'read', reason: '', ...more });

test('what somebody did again and again on a day is one line that keeps every moment', () => {
  assert.deepEqual(folded([read('12:03'), read('12:02'), read('09:00')]).map((one) => one.times), [['2026-11-29T12:03:00', '2026-11-29T12:02:00', '2026-11-29T09:00:00']]);
});

test('another person, deed, reason or day is a line of its own, and so is the same person later on', () => {
  const items = [
    read('12:05'), read('12:04', { name: 'Chen' }), read('12:03'), read('12:02', { action: 'approve' }),
    read('12:01', { action: 'approve', reason: 'An emergency' }), { ...read('12:00'), at: '2026-11-28T12:00:00' },
  ];
  assert.deepEqual(folded(items).map((one) => one.times.length), [1, 1, 1, 1, 1, 1]);
  assert.deepEqual(folded([]), []);
});
