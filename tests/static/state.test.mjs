// What one message does to the state, and that events lead where a snapshot leads.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { apply, changesBetween, dialled, EMPTY, fromKept, isOutdated, lastScore, measures, plan, pointsOf, reminder, stopped } from '../../static/m/state.js';

const DOSE = { amount: 3, unit: 'g', per: 'day', preparation: 'infusion', part: 'flower', route: 'oral', times_a_day: '', duration_days: 28, vehicle: '' };
const diagnosis = { id: 1, condition: 'Insomnia', symptom: 'Sleep', baseline: 7, tradition: 'tcm', status: 'open', created: '2026-11-01T08:00:00Z' };
const herb = (id, more = {}) => ({ id, kind: 'herb', name: `herb ${id}`, text: '', dose: DOSE, rank: id, status: 'approved', stop_reason: '', approved: '2026-11-01T08:00:00Z', stopped: null, ...more });
const answer = (id, more = {}) => ({ id, diagnosis_id: 1, recommendation_id: 1, rating: 4, symptom: 5, comment: '', created: `2026-11-0${id + 1}T08:00:00Z`, ...more });
const snapshot = (seq, more = {}) => ({ type: 'snapshot', data: { seq, diagnosis, recommendations: [herb(1), herb(2)], feedback: [], effectiveness: [], predictions: [], ...more } });
const update = (seq, next, change = 'changed') => ({ type: 'recommendation_update', seq, data: { recommendation_id: next.id, change, old: null, new: next } });
const start = () => apply(EMPTY, snapshot(10));

test('a snapshot is the whole state', () => {
  const state = start();
  assert.equal(state.seq, 10);
  assert.deepEqual(plan(state).map((one) => one.id), [1, 2]);
});

test('a durable message counts once', () => {
  const once = apply(start(), update(11, herb(1, { name: 'changed' })));
  assert.equal(once.recommendations[0].name, 'changed');
  assert.equal(apply(once, update(11, herb(1, { name: 'again' }))), once);
});

test('what did not change stays the same object', () => {
  const before = start();
  const after = apply(before, update(11, herb(1, { rank: 9 })));
  assert.equal(after.recommendations[1], before.recommendations[1]);
  assert.equal(after.feedback, before.feedback);
  const again = apply(before, snapshot(12, { recommendations: [herb(1), herb(2, { rank: 5 })] }));
  assert.equal(again.recommendations[0], before.recommendations[0]);
  assert.notEqual(again.recommendations[1], before.recommendations[1]);
});

test('a recommendation without a new state is removed', () => {
  const state = apply(start(), { type: 'recommendation_update', seq: 11, data: { recommendation_id: 2, change: 'removed', old: null, new: null } });
  assert.deepEqual(state.recommendations.map((one) => one.id), [1]);
});

test('withheld and unknown messages count their seq and change nothing else', () => {
  const before = start();
  for (const message of [{ type: 'prediction_update', seq: 11, data: { withheld: true } }, { type: 'of_tomorrow', seq: 11, data: { x: 1 } }]) {
    const after = apply(before, message);
    assert.equal(after.seq, 11);
    assert.deepEqual({ ...after, seq: 10 }, before);
  }
});

test('feedback is added, corrected and withdrawn', () => {
  const message = (seq, change, rating) => ({ type: 'feedback_update', seq, data: { feedback_id: 5, recommendation_id: 1, change, rating, symptom: 4, comment: '', created: '2026-11-02T08:00:00Z' } });
  const added = apply(start(), message(11, 'added', 3));
  assert.deepEqual(added.feedback.map(({ id, rating, diagnosis_id }) => ({ id, rating, diagnosis_id })), [{ id: 5, rating: 3, diagnosis_id: 1 }]);
  const changed = apply(added, message(12, 'changed', 5));
  assert.equal(changed.feedback[0].rating, 5);
  assert.deepEqual(apply(changed, message(13, 'withdrawn', 5)).feedback, []);
});

test('a message that carries a check-in says where it stands, and one that does not leaves it', () => {
  const due = { due: '2026-11-08', number: 1, rhythm: 'weekly', reminded: null };
  const next = { ...due, due: '2026-11-15', number: 2 };
  const asked = apply(EMPTY, snapshot(10, { check_in: due }));
  const said = (seq, check_in) => ({ type: 'feedback_update', seq, data: { feedback_id: 5, recommendation_id: 1, change: 'added', rating: 4, symptom: 4, created: '2026-11-08T08:00:00Z', check_in } });
  const answered = apply(asked, said(11, next));
  assert.deepEqual(answered.check_in, next);
  assert.ok(!('check_in' in answered.feedback[0]));
  assert.equal(apply(answered, said(12, null)).check_in, answered.check_in);
  assert.equal(apply(answered, { type: 'recommendation_update', seq: 12, data: { withheld: true } }).check_in, answered.check_in);
});

test('a patient is reminded of a check-in that is overdue, until an answer is on its way', () => {
  const reminded = '2026-11-10T08:00:00Z';
  const check_in = { due: '2026-11-08', number: 1, rhythm: 'weekly', reminded };
  const state = apply(EMPTY, snapshot(10, { check_in }));
  assert.equal(reminder(state), '2026-11-08');
  const sent = (status, created, recommendation_id = 1) => [{ status, created, body: { recommendation_id } }];
  assert.equal(reminder(state, sent('waiting', '2026-11-10T08:00:01Z')), null);
  assert.equal(reminder(state, sent('refused', '2026-11-10T08:00:01Z')), '2026-11-08');
  assert.equal(reminder(state, sent('sent', '2026-11-01T08:00:00Z')), '2026-11-08');
  assert.equal(reminder(state, sent('sent', '2026-11-10T08:00:01Z', 9)), '2026-11-08', 'it is about another diagnosis');
});

test('advice that was not read stays when another diagnosis is looked at, and is nobody else\'s', () => {
  const advice = [{ key: 'k1', sentences: ['Stop taking it and call your practitioner now.'], name: 'herb 1', at: '2026-11-10T08:00:00Z' }];
  const held = { person_id: 7, state: start(), epoch: 'e', news: [{ id: 1 }], advice, confirmed: 5 };
  assert.deepEqual(fromKept(held, 7, 1), { state: held.state, epoch: 'e', news: [{ id: 1 }], advice, confirmed: 5 });
  assert.deepEqual(fromKept(held, 7, null), fromKept(held, 7, 1));
  const nothing = { state: EMPTY, epoch: null, news: [], advice: [], confirmed: null };
  assert.deepEqual(fromKept(held, 7, 2), { ...nothing, advice });
  for (const other of [fromKept(held, 8, 1), fromKept(undefined, 7, 1), fromKept(undefined, undefined, null)]) assert.deepEqual(other, nothing);
});

test('nobody is reminded before they are late, of a closed diagnosis, or of a plan in which nothing is taken', () => {
  const check_in = { due: '2026-11-08', number: 1, rhythm: 'weekly', reminded: '2026-11-10T08:00:00Z' };
  for (const more of [
    { check_in: { ...check_in, reminded: null } }, { check_in: { ...check_in, due: null } }, { diagnosis: { ...diagnosis, status: 'closed' }, check_in },
    { recommendations: [herb(1, { status: 'stopped' })], check_in }, { recommendations: [herb(1, { kind: 'diet' })], check_in }, {},
  ]) assert.equal(reminder(apply(EMPTY, snapshot(10, more))), null, JSON.stringify(more));
});

test('effectiveness without a seq is the last value and leaves the seq alone', () => {
  const message = (effectiveness) => ({ type: 'effectiveness_update', data: { recommendation_id: 1, effectiveness } });
  const state = apply(apply(start(), message(0.5)), message(0.6));
  assert.equal(state.seq, 10);
  assert.deepEqual(state.effectiveness.map((one) => one.effectiveness), [0.6]);
});

test('a diagnosis is replaced', () => {
  const state = apply(start(), { type: 'diagnosis_update', seq: 11, data: { change: 'condition', diagnosis: { ...diagnosis, condition: 'Migraine' } } });
  assert.equal(state.diagnosis.condition, 'Migraine');
});

test('a snapshot followed by the events after it is the later snapshot', () => {
  const halted = herb(2, { status: 'stopped', stop_reason: 'nausea', stopped: '2026-11-05T08:00:00Z' });
  const { id, diagnosis_id, ...said } = answer(1);
  const events = [
    update(11, herb(3), 'approved'),
    { type: 'feedback_update', seq: 12, data: { feedback_id: 1, change: 'added', ...said } },
    { type: 'prediction_update', seq: 13, data: { withheld: true } },
    update(14, halted, 'stopped'),
  ];
  const walked = events.reduce(apply, start());
  const jumped = apply(EMPTY, snapshot(14, { recommendations: [herb(1), halted, herb(3)], feedback: [answer(1)] }));
  const plain = (value) => JSON.parse(JSON.stringify(value));
  assert.deepEqual(plain(walked), plain(jumped));
});

test('a snapshot of a restored backup may lead back', () => {
  assert.equal(apply(start(), snapshot(4)).seq, 4);
});

test('the plan is in the order of the practitioner and stopped things stand apart', () => {
  const state = apply(EMPTY, snapshot(1, { recommendations: [herb(1, { rank: 3 }), herb(2, { rank: 1 }), herb(3, { status: 'stopped', stopped: '2026-11-03T08:00:00Z' }), herb(4, { status: 'stopped', stopped: '2026-11-04T08:00:00Z' }), herb(5, { status: 'proposed' })] }));
  assert.deepEqual(plan(state).map((one) => one.id), [2, 1]);
  assert.deepEqual(stopped(state).map((one) => one.id), [4, 3]);
});

test('a patient is told what is new, changed, stopped or gone, and nothing on the first look', () => {
  const before = start();
  assert.deepEqual(changesBetween(EMPTY, before), []);
  const after = apply(before, snapshot(20, { recommendations: [herb(1, { dose: { ...DOSE, amount: 5 }, rank: 7 }), herb(3)] }));
  assert.deepEqual(changesBetween(before, after).map(({ kind, id, fields }) => ({ kind, id, fields })), [
    { kind: 'changed', id: 1, fields: ['dose'] }, { kind: 'approved', id: 3, fields: [] }, { kind: 'removed', id: 2, fields: [] },
  ]);
  const ended = apply(before, update(11, herb(2, { status: 'stopped', stop_reason: 'rash' }), 'stopped'));
  assert.deepEqual(changesBetween(before, ended).map(({ kind, reason }) => [kind, reason]), [['stopped', 'rash']]);
});

test('a reply comes with its answer, is news until it is seen, and takes no other news away', () => {
  const before = apply(start(), snapshot(10, { feedback: [{ ...answer(1), reply: null }] }));
  const { id, diagnosis_id, ...said } = answer(1);
  const told = (seq, reply) => ({ type: 'feedback_update', seq, data: { feedback_id: id, change: 'replied', ...said, reply } });
  const reply = { text: 'Take half of it.', by: 'Dr Leila Moradi', created: '2026-11-02T09:00:00Z', updated: '2026-11-02T09:00:00Z', seen: null };
  const replied = apply(before, told(11, reply));
  assert.deepEqual(replied.feedback, [{ id, diagnosis_id, ...said, reply }]);
  assert.deepEqual(changesBetween(before, replied).map(({ kind, id: of, name }) => [kind, of, name]), [['replied', 'reply-1', 'herb 1']]);
  const seen = apply(replied, told(12, { ...reply, seen: '2026-11-02T09:05:00Z' }));
  assert.deepEqual(changesBetween(replied, seen), []);
  const changed = apply(seen, told(13, { ...reply, updated: '2026-11-02T10:00:00Z' }));
  assert.equal(changesBetween(seen, changed).length, 1);
  assert.deepEqual(changesBetween(changed, apply(changed, told(14, null))), [], 'taken back');
});

test('a reply is outdated where its answer was changed after it was written, seen or not', () => {
  const replied = (updated, written, seen = null) => ({ ...answer(1), updated, reply: { text: 'Go on.', by: 'Dr Leila Moradi', created: written, updated: written, seen } });
  const nine = '2026-11-02T09:00:00Z', later = '2026-11-02T09:00:00.250000Z';
  assert.equal(isOutdated(replied(nine, later)), false);
  assert.equal(isOutdated(replied(nine, nine)), false);
  assert.equal(isOutdated(replied(later, nine)), true);
  assert.equal(isOutdated(replied(later, nine, '2026-11-02T10:00:00Z')), true);
  assert.equal(isOutdated({ ...answer(1), updated: later, reply: null }), false);
  assert.equal(isOutdated({ key: 'still on the phone' }), false);
});

test('a new rank alone is no news', () => {
  const before = start();
  assert.deepEqual(changesBetween(before, apply(before, update(11, herb(1, { rank: 2 })))), []);
});

test('the curve begins with the baseline and leaves out answers without a value', () => {
  const state = { ...start(), feedback: [answer(2, { symptom: 0 }), answer(1, { symptom: null }), answer(0)] };
  assert.deepEqual(pointsOf(state, 'symptom').map(({ value, start: isStart }) => [value, isStart]), [[7, true], [5, false], [0, false]]);
  assert.deepEqual(pointsOf({ ...state, diagnosis: { ...diagnosis, baseline: null }, feedback: [] }, 'symptom'), []);
});

test('each measure has a curve of its own, and one that the diagnosis does not have is not asked for', () => {
  const measured = { ...diagnosis, second_symptom: '', activity: 'Walking', activity_baseline: 8 };
  const state = { ...start(), diagnosis: measured, feedback: [answer(1, { symptom: null, activity: 0 }), answer(2, { symptom: 4, activity: null })] };
  assert.deepEqual(pointsOf(state, 'activity').map(({ value }) => value), [8, 0]);
  assert.deepEqual(['symptom', 'second_symptom', 'activity'].map((one) => measures(measured, one)), [true, false, true]);
  assert.deepEqual(['symptom', 'second_symptom', 'activity'].map((one) => lastScore(state, one)), [4, null, 0]);
  assert.equal(lastScore({ ...state, feedback: [] }, 'activity'), null, 'the score at the start is not the last answer');
  assert.deepEqual(['symptom', 'activity'].map((one) => measures({ symptom: 'Pain' }, one)), [true, false], 'kept from before there were three');
});

test('the number of the practice comes with a snapshot and by itself, and takes no number of the log', () => {
  const practice = { name: 'Sunrise', phone: '+98 21 88-77' };
  assert.equal(start().practice, null, 'a practice that does not say it yet');
  const known = apply(EMPTY, snapshot(10, { practice }));
  assert.equal(dialled(known.practice), '+98218877');
  assert.equal(apply(known, { type: 'practice_update', data: { ...practice } }), known);
  const gone = apply(known, { type: 'practice_update', data: { ...practice, phone: '' } });
  assert.deepEqual([gone.seq, dialled(gone.practice), dialled(null)], [10, '', '']);
});
