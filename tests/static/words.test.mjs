// The words of the phone: both languages are whole, digits can be typed in either, and nothing missing becomes a number.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { amountOf, doseTerms } from '../../static/m/dose.js';
import { capital, count, day, digits, fullDay, moment, number, percent, said, speak, t, word, written } from '../../static/m/i18n.js';
import { asciiDigits, cleanCode } from '../../static/m/session.js';
import { WORDS } from '../../static/m/words.js';

const ROOT = new URL('../../static/m/', import.meta.url);
const sources = [...readdirSync(ROOT), ...readdirSync(new URL('views/', ROOT)).map((name) => `views/${name}`)].filter((name) => name.endsWith('.js') && name !== 'words.js')
  .map((name) => readFileSync(new URL(name, ROOT), 'utf8')).join('\n');
const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
const DOSE = { amount: 2.5, unit: 'g', per: 'day', preparation: 'decoction', part: 'root', route: 'oral', times_a_day: '2-3', duration_days: 14, vehicle: 'warm water' };
const herb = { kind: 'herb', status: 'approved', approved: '2026-11-01T08:00:00', dose: DOSE };

test('every sentence is there in Persian too, with the same values in it', () => {
  const missing = Object.keys(WORDS.en).filter((key) => !(key in WORDS.fa) && !key.endsWith('.one'));
  assert.deepEqual(missing.filter((key) => !key.startsWith('group.')), []);
  for (const [key, text] of Object.entries(WORDS.fa)) if (key in WORDS.en) assert.deepEqual(holes(text), holes(WORDS.en[key]), key);
});

test('every key that the pages name exists', () => {
  const named = [...sources.matchAll(/\bt\('([\w.]+)'/g)].map(([, key]) => key);
  assert.ok(named.length > 80);
  assert.deepEqual([...new Set(named)].filter((key) => !(key in WORDS.en)), []);
});

test('nothing is ever set as markup', () => {
  assert.equal(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/.test(sources), false);
});

test('a dose line in English and in Persian', () => {
  speak('en', null);
  const now = new Date('2026-11-03T12:00:00');
  assert.equal(amountOf(herb), '2.5\u00a0g a day');
  assert.deepEqual(doseTerms(herb, now).map(([, text]) => text), ['2.5\u00a0g a day', '2–3 times a day', 'decoction, root', 'warm water', 'by mouth', '14 days; day 3 of 14, until 14 Nov']);
  speak('fa', null);
  assert.equal(amountOf(herb), '۲٫۵\u00a0گرم در روز');
  assert.equal(doseTerms(herb, now)[1][1], '۲ تا ۳ بار در روز');
  speak('en', null);
});

test('what is missing is not known yet, and never nothing', () => {
  assert.equal(amountOf({ ...herb, dose: { ...DOSE, amount: null } }), 'Not known yet');
  assert.match(amountOf({ ...herb, dose: null }), /^Not known yet/);
  assert.equal(amountOf({ kind: 'diet', dose: null }), '');
  assert.equal(doseTerms({ ...herb, dose: { ...DOSE, duration_days: null } }).at(-1)[1], 'Not known yet');
});

test('a dose once its time is over says so', () => {
  assert.match(doseTerms(herb, new Date('2026-12-01T12:00:00')).at(-1)[1], /the planned time ended on 14 Nov/);
});

test('digits may be typed in Persian and Arabic', () => {
  assert.equal(asciiDigits('۰۱۲۳۴۵۶۷۸۹ ٠١٢٣٤٥٦٧٨٩'), '0123456789 0123456789');
  assert.equal(cleanCode(' k۷qf-۳mxa '), 'K7QF3MXA');
  assert.equal(cleanCode('https://practice.example/m#invite=K7QF-3MXA'), 'K7QF3MXA');
});

test('numbers and dates speak the language', () => {
  speak('fa', null);
  assert.equal(number(10), '۱۰');
  assert.equal(percent(0.62), '۶۲٪');
  assert.match(moment('2025-11-23T08:00:00', new Date('2026-11-23T08:00:00')), /آذر/);
  assert.equal(count('days', 1), '۱ روز');
  assert.notEqual(said('Stop taking it until you have spoken with your practitioner.'), 'Stop taking it until you have spoken with your practitioner.');
  speak('en', null);
  assert.equal(count('days', 1), '1 day');
  assert.equal(count('effect.lower', 2), '2 points lower than at the start');
});

test('an unknown word of the practice is shown as it was written', () => {
  assert.equal(word('form', 'hydrosol'), 'hydrosol');
  assert.equal(said('Drink more water.'), 'Drink more water.');
  assert.equal(t('no.such.key'), 'no.such.key');
  assert.equal(capital('iranian borage'), 'Iranian borage');
  assert.equal(capital(''), '');
});

test('dates and digits are as the person chose, on this phone', () => {
  const kept = {};
  globalThis.localStorage = { getItem: (name) => kept[name] ?? null };
  const shown = (language, calendar, numerals) => {
    Object.assign(kept, { 'vervain-calendar': calendar, 'vervain-numerals': numerals });
    speak(language, null);
    return [fullDay('2026-03-21T12:00:00'), day('2026-11-29T12:00:00'), number(12), digits('2-3')];
  };
  assert.deepEqual(shown('fa', null, null), ['۱ فروردین ۱۴۰۵', '۸ آذر', '۱۲', '۲-۳']);
  assert.deepEqual(shown('fa', 'gregorian', null), ['۲۱ مارس ۲۰۲۶', '۲۹ نوامبر', '۱۲', '۲-۳']);
  assert.deepEqual(shown('fa', 'solar', 'latin'), ['1 فروردین 1405', '8 آذر', '12', '2-3']);
  assert.deepEqual(written(), { calendar: 'solar', numerals: 'latin', own: '۱۲۳' });
  assert.deepEqual(shown('en', 'solar', 'own'), ['1 Farvardin 1405', '8 Azar', '12', '2-3']);
  assert.deepEqual(shown('en', 'maya', null), ['21 March 2026', '29 Nov', '12', '2-3']);
  assert.equal(written().own, null);
  delete globalThis.localStorage;
});
