// What the practice says of one diagnosis, and how one message changes it. Pure: no clock, no network, no page.
// Arrays are copied only where something changed and untouched entries stay the same objects, so that the
// views can tell by identity what they need not draw again.

export const EMPTY = Object.freeze({
  seq: 0, diagnosis: null, recommendations: [], feedback: [], effectiveness: [], predictions: [], check_in: null, practice: null,
});

/**
 * The state after a snapshot. A snapshot replaces everything, also when its seq is lower (a restored backup);
 * entries that say the same as before stay the same objects.
 */
export function fromSnapshot(data, before = EMPTY) {
  return {
    seq: data.seq,
    diagnosis: same(before.diagnosis, data.diagnosis) ? before.diagnosis : data.diagnosis,
    recommendations: kept(before.recommendations, data.recommendations, 'id'),
    feedback: kept(before.feedback, data.feedback, 'id'),
    effectiveness: kept(before.effectiveness, data.effectiveness, 'recommendation_id'),
    predictions: kept(before.predictions, data.predictions ?? [], 'recommendation_id'),
    check_in: same(before.check_in, data.check_in) ? before.check_in : data.check_in ?? null,
    practice: same(before.practice, data.practice) ? before.practice : data.practice ?? null,
  };
}

/** What the phone kept, as far as it is this person's: of this diagnosis, and advice that they have not read whatever it is about. */
export function fromKept(kept, personId, diagnosisId) {
  const own = kept?.person_id === personId ? kept : null;
  const here = own && (!diagnosisId || own.state.diagnosis?.id === diagnosisId) ? own : null;
  return { state: here?.state ?? EMPTY, epoch: here?.epoch ?? null, news: here?.news ?? [], advice: own?.advice ?? [], confirmed: here?.confirmed ?? null };
}

function kept(before, after, key) {
  const old = new Map(before.map((item) => [item[key], item]));
  return after.map((item) => (same(old.get(item[key]), item) ? old.get(item[key]) : item));
}

function same(a, b) {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/**
 * The state after one message. Durable messages carry `seq`: an old one changes nothing, and the caller has
 * made sure that there is no gap. Messages without `seq` are conflated: the last value wins.
 * A withheld or unknown message still counts, so that the numbers stay contiguous.
 */
export function apply(state, message) {
  if (message.type === 'snapshot') return fromSnapshot(message.data, state);
  const durable = Number.isInteger(message.seq);
  if (durable && message.seq <= state.seq) return state;
  const change = message.data && !message.data.withheld && CHANGES[message.type];
  const changed = change ? change(state, message.data) : state;
  const next = change && message.data.check_in ? { ...changed, check_in: message.data.check_in } : changed;
  return durable ? { ...next, seq: message.seq } : next;
}

const CHANGES = {
  diagnosis_update: (state, data) => ({ ...state, diagnosis: data.diagnosis }),
  recommendation_update: (state, data) => ({
    ...state,
    recommendations: data.new
      ? upsert(state.recommendations, data.new, 'id')
      : without(state.recommendations, data.recommendation_id),
  }),
  feedback_update: (state, data) => ({
    ...state,
    feedback: data.change === 'withdrawn'
      ? without(state.feedback, data.feedback_id)
      : upsert(state.feedback, feedbackOf(state, data), 'id'),
  }),
  effectiveness_update: (state, data) => ({
    ...state, effectiveness: upsert(state.effectiveness, data, 'recommendation_id'),
  }),
  practice_update: (state, data) => (same(state.practice, data) ? state : { ...state, practice: data }),
  prediction_update: (state, data) => ({
    ...state, predictions: upsert(state.predictions, data, 'recommendation_id'),
  }),
};

function feedbackOf(state, { feedback_id, change, check_in, ...rest }) {
  return { id: feedback_id, diagnosis_id: state.diagnosis?.id ?? null, ...rest };
}

function upsert(items, item, key) {
  const at = items.findIndex((other) => other[key] === item[key]);
  return at < 0 ? [...items, item] : items.with?.(at, item) ?? items.map((other, i) => (i === at ? item : other));
}

function without(items, id) {
  return items.some((item) => item.id === id) ? items.filter((item) => item.id !== id) : items;
}

/** What a telephone dials to reach a practice; empty where it has set no number. */
export function dialled(practice) {
  return (practice?.phone ?? '').replace(/[^+0-9]/g, '');
}

/** What follows the plan today: approved, in the practitioner's order. */
export function plan(state) {
  return state.recommendations.filter((r) => r.status === 'approved').sort(byRank);
}

/** What was stopped, the latest first. */
export function stopped(state) {
  return state.recommendations.filter((r) => r.status === 'stopped')
    .sort((a, b) => (b.stopped ?? '').localeCompare(a.stopped ?? ''));
}

function byRank(a, b) {
  return a.rank - b.rank || a.id - b.id;
}

/** What is in the plan and taken: what a check-in asks about. */
export function taken(state) {
  return plan(state).filter(({ kind }) => kind === 'herb' || kind === 'formula');
}

/** The day for which the patient is reminded of a check-in; null where there is nothing to remind of. */
export function reminder(state, sent = []) {
  const { due, reminded } = state.check_in ?? {};
  if (!due || !reminded || state.diagnosis?.status !== 'open' || !taken(state).length) return null;
  const asked = new Set(taken(state).map(({ id }) => id)); // an answer in another diagnosis, or about advice, is none here
  return sent.some((one) => one.status !== 'refused' && asked.has(one.body.recommendation_id) && new Date(one.created) > new Date(reminded)) ? null : due; // it is on its way
}

/** What a patient may measure: the field of its words and its scores, with the field of its first score. */
export const MEASURES = { symptom: 'baseline', second_symptom: 'second_baseline', activity: 'activity_baseline' };

/** Whether a diagnosis has a measure; the first symptom is always asked for. */
export function measures(diagnosis, measure) {
  return measure === 'symptom' || Boolean(diagnosis?.[measure]);
}

/** A measure over time, oldest first: the baseline where there is one, then each answer that has a value. */
export function pointsOf({ diagnosis, feedback }, measure) {
  const baseline = diagnosis?.[MEASURES[measure]];
  const start = typeof baseline === 'number' ? [{ when: diagnosis.created, value: baseline, start: true, recommendation_id: null }] : [];
  const answers = feedback.filter((one) => typeof one[measure] === 'number')
    .map((one) => ({ when: one.created, value: one[measure], start: false, recommendation_id: one.recommendation_id }))
    .sort((a, b) => new Date(a.when) - new Date(b.when));
  return [...start, ...answers];
}

/** What was answered last of a measure; null where nothing was. */
export function lastScore(state, measure) {
  const last = pointsOf(state, measure).at(-1);
  return last && !last.start ? last.value : null;
}

/**
 * What a patient should notice between two states: [{kind, id, name, fields, reason}].
 * Works on any two states, so it also tells what happened while the phone was away and got a snapshot.
 */
export function changesBetween(before, after) {
  if (!before.diagnosis || before.diagnosis.id !== after.diagnosis?.id) return [];
  const old = new Map(before.recommendations.map((r) => [r.id, r]));
  const changes = [];
  for (const now of after.recommendations) {
    const was = old.get(now.id);
    old.delete(now.id);
    if (was === now) continue;
    if (was?.status !== now.status) {
      if (now.status !== 'proposed') changes.push(change(now.status, now, []));
    } else if (now.status === 'approved') {
      const fields = VISIBLE.filter((field) => JSON.stringify(was[field]) !== JSON.stringify(now[field]));
      if (fields.length) changes.push(change('changed', now, fields));
    }
  }
  const said = new Map(before.feedback.map((one) => [one.id, one]));
  for (const now of after.feedback) {
    const was = said.get(now.id);
    if (was === now || !now.reply || now.reply.seen || was?.reply?.updated === now.reply.updated) continue;
    const name = after.recommendations.find((r) => r.id === now.recommendation_id)?.name ?? '';
    changes.push({ kind: 'replied', id: `reply-${now.id}`, name, fields: [], reason: '', taken: false }); // an id of its own: it takes no other news away
  }
  for (const gone of old.values()) if (gone.status !== 'proposed') changes.push(change('removed', gone, []));
  return changes;
}

/** Whether the reply to an answer was written before the answer was changed to what it says now. */
export function isOutdated({ updated, reply }) {
  return Boolean(reply) && new Date(updated) > new Date(reply.updated);
}

const VISIBLE = ['name', 'text', 'dose']; // a new rank or score is no news to the patient

function change(kind, { id, name, kind: sort, stop_reason }, fields) {
  const taken = sort === 'herb' || sort === 'formula';
  return { kind, id, name, fields, reason: kind === 'stopped' ? stop_reason : '', taken };
}
