// A check-in as it is filled in: what is sent of it, and what becomes of one that an earlier page kept.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bodyOf, dateOf, draftOf, newEffect, NO_DRAFT } from '../../static/m/draft.js';
import { find, folded, parted } from '../../static/m/views/side-effects.js';

const EFFECTS = [
  { id: 'nausea', names: { en: 'Nausea', fa: 'تهوع' } },
  { id: 'bruising', names: { en: 'Bruising', fa: 'کبودی' } },
  { id: 'drowsiness', names: { en: 'Drowsiness', fa: 'خواب‌آلودگی' } },
];

test('only what was answered is sent', () => {
  const draft = { ...NO_DRAFT, recommendation_id: 3, rating: 5, symptom: 0, activity: 10, comment: '  ', side_effects: { nausea: { ...newEffect(), severity: 2, onset: '2026-11-20' }, rash: { ...newEffect(), onset: null } } };
  assert.deepEqual(bodyOf(draft, (id) => id === 'rash'), {
    recommendation_id: 3, rating: 5, stopped: false, symptom: 0, activity: 10,
    side_effects: [{ term: 'nausea', severity: 2, onset: '2026-11-20', serious: false }, { term: 'rash', serious: true }],
  });
});

test('who stopped because of an effect has stopped, and only they can say that it got better', () => {
  const effect = { ...newEffect(), onset: null, stopped: true, better_after_stopping: false, serious: true };
  const draft = { ...NO_DRAFT, recommendation_id: 3, rating: 1, side_effects: { nausea: effect } };
  assert.deepEqual(bodyOf(draft, () => false), { recommendation_id: 3, rating: 1, stopped: true, side_effects: [{ term: 'nausea', stopped: true, better_after_stopping: false, serious: true }] });
  const back = { ...draft, side_effects: { nausea: { ...effect, stopped: false } } };
  assert.deepEqual(bodyOf(back, () => false).side_effects, [{ term: 'nausea', stopped: false, serious: true }]);
});

test('an effect began today where the person is, unless they say otherwise', () => {
  assert.equal(newEffect(new Date(2026, 10, 3, 0, 5)).onset, '2026-11-03');
  assert.equal(dateOf(new Date(2026, 0, 9, 23, 59)), '2026-01-09');
});

test('what an earlier page kept is filled in again', () => {
  const draft = draftOf({ recommendation_id: 3, rating: 4, symptom: 2, side_effects: { nausea: 2, rash: null } });
  assert.deepEqual([draft.side_effects.nausea.severity, draft.side_effects.rash.severity, draft.side_effects.rash.onset], [2, null, null]);
  assert.deepEqual([draft.second_symptom, draft.activity, draft.comment], [null, null, '']);
  const now = draftOf({ ...NO_DRAFT, side_effects: { nausea: newEffect() } });
  assert.deepEqual(draftOf(now), now);
});

test('several in one field are several, and each is found in any language and any letters', () => {
  assert.deepEqual(parted('تهوع، سردرد؛ كبودي\nNAUSEA , a tickle  behind the ear,'), ['تهوع', 'سردرد', 'كبودي', 'NAUSEA', 'a tickle behind the ear']);
  assert.deepEqual(parted('for 1,5 hours، ۲،۵'), ['for 1,5 hours', '۲،۵']);
  assert.deepEqual(['تهوع', 'كبودي', 'خواب آلودگي', 'NAUSEA', 'naus', ''].map((words) => find(words, EFFECTS)?.id), ['nausea', 'bruising', 'drowsiness', 'nausea', undefined, undefined]);
  assert.equal(folded('گرفتگی\u200cهای'), folded('گرفتگي هاي'));
});
