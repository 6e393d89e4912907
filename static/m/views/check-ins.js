// What was sent, and how far it got: waiting on this phone, sent, delivered to the practice.

import { el, flash, keyed, name } from '../dom.js';

export function checkIns(app) {
  const { t } = app.words;
  const list = el('ul', { class: 'cards', 'data-testid': 'check-ins' });
  const none = el('p', { class: 'vv-soft' }, t('check_ins_empty'));
  const node = el('section', { 'aria-labelledby': 'h-mine-sent' }, el('h2', { id: 'h-mine-sent' }, t('my_check_ins')), list, none);

  function update() {
    const { feedback, recommendations } = app.state();
    const here = new Set(feedback.map((f) => f.id));
    const underway = app.outbox.items.filter((item) => item.diagnosis_id === app.session.diagnosisId && !here.has(item.feedback_id));
    const items = [...underway].reverse().concat([...feedback].sort((a, b) => b.created.localeCompare(a.created)));
    const first = list.keyedNodes === undefined;
    const drawn = keyed(list, items, (item) => item.key ?? item.id, (item) => line(item, recommendations, app));
    if (!first) for (const key of drawn) flash(list.keyedNodes.get(key).node);
    none.hidden = items.length > 0;
  }
  return { node, update };
}

function line(item, recommendations, app) {
  const { t, when } = app.words;
  const given = item.body ?? item;
  const status = item.key ? item.status : 'delivered';
  const about = recommendations.find((r) => r.id === given.recommendation_id)?.name ?? '';
  return el('li', { class: 'vv-card check-in', 'data-testid': item.key ? 'check-in-underway' : `check-in-${item.id}` },
    el('div', { class: 'card-head' }, el('h3', {}, name(about)),
      el('span', { class: `vv-chip vv-chip--${status === 'refused' ? 'block' : status}`, 'data-testid': 'check-in-status' }, t(`status_${status}`))),
    el('p', {}, facts(given, app)),
    given.comment && el('p', { dir: 'auto', class: 'quote' }, given.comment),
    status === 'refused' && el('p', { class: 'problem', dir: 'auto' }, item.detail),
    status === 'refused' && el('button', { class: 'button button--quiet', type: 'button', onclick: () => app.outbox.drop(item.key) }, t('discard')),
    el('time', { class: 'vv-soft vv-small', datetime: item.created }, when(item.created)));
}

function facts(given, app) {
  const { t, number } = app.words;
  return [
    t('line_rating', { n: number(given.rating) }),
    given.symptom !== null && given.symptom !== undefined && t('line_symptom', { n: number(given.symptom) }),
    given.improvement && t(`improvement_${given.improvement}`),
    given.adherence !== null && given.adherence !== undefined && t('line_adherence', { n: number(given.adherence) }),
    given.stopped && t('line_stopped'),
    ...(given.side_effects ?? []).map((effect) => app.term(effect.term)),
  ].filter(Boolean).join(' · ');
}
