// English inside a sentence of another language is told apart, so that it can be marked.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parts } from '../../static/english.js';

test('what is kept from being turned round is English, the rest is the language of the page', () => {
  assert.deepEqual(parts('سیر با \u2066warfarin\u2069: \u2066Bleeding\u2069.'), [
    { text: 'سیر با ', english: false }, { text: 'warfarin', english: true }, { text: ': ', english: false }, { text: 'Bleeding', english: true }, { text: '.', english: false },
  ]);
});

test('what somebody typed is of no known language, and a text without marks is one part', () => {
  assert.deepEqual(parts('\u2068xyzzy\u2069 شناخته نشد'), [{ text: '\u2068xyzzy\u2069 شناخته نشد', english: false }]);
  assert.deepEqual(parts('garlic with warfarin'), [{ text: 'garlic with warfarin', english: false }]);
  assert.deepEqual(parts(undefined), []);
});
