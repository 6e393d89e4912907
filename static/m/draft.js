// A check-in as far as it is filled in: what is kept on the phone, and what is sent of it. Pure.

import { MEASURES } from './state.js';

export const NO_DRAFT = Object.freeze({
  recommendation_id: null, rating: null, symptom: null, second_symptom: null, activity: null,
  improvement: null, adherence: null, stopped: false, side_effects: {}, comment: '',
});

/** An unwanted effect that has just been chosen: it began today unless they say otherwise. */
export function newEffect(now = new Date()) {
  return { severity: null, onset: dateOf(now), serious: false, stopped: null, better_after_stopping: null };
}

/** A day as the API takes it, where the person is. */
export function dateOf(when) {
  return [when.getFullYear(), when.getMonth() + 1, when.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** What was kept, also by an earlier version of this page, which kept of an effect how strong it is and no more. */
export function draftOf(kept) {
  const effects = Object.entries(kept.side_effects ?? {}).map(([term, said]) => [term, said !== null && typeof said === 'object' ? said : { ...newEffect(), severity: said, onset: null }]);
  return { ...NO_DRAFT, ...kept, side_effects: Object.fromEntries(effects) };
}

/** The feedback as the API takes it: only what was answered. `isSerious(term)` says which effects are so by their nature. */
export function bodyOf(draft, isSerious) {
  const effects = Object.entries(draft.side_effects);
  const body = { recommendation_id: draft.recommendation_id, rating: draft.rating, stopped: draft.stopped || effects.some(([, said]) => said.stopped === true) };
  for (const field of [...Object.keys(MEASURES), 'improvement', 'adherence']) if (draft[field] !== null) body[field] = draft[field];
  if (draft.comment.trim()) body.comment = draft.comment.trim();
  body.side_effects = effects.map(([term, said]) => ({ term, ...answered(said), serious: said.serious || isSerious(term) }));
  return body;
}

function answered({ severity, onset, stopped, better_after_stopping }) {
  const said = { severity, onset: onset || null, stopped, better_after_stopping: stopped ? better_after_stopping : null };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
}
