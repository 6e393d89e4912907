// Overview: what to follow today, and what changed since it was last read.

import { amountOf, doseTerms, isTaken } from '../dose.js';
import { flash, h, keyed, nodeOf, show, terms, write } from '../elements.js';
import { capital, day, fullDay, listed, moment, t, word } from '../i18n.js';
import { plan, reminder, taken } from '../state.js';
import { empty } from './frame.js';

export function overview(app) {
  const subtitle = h('p', { class: 'vv-soft lead', dir: 'auto' });
  const loading = h('p', { class: 'vv-soft', text: t('overview.loading') });
  const newsList = h('ul', { class: 'plain' });
  const news = h('section', { class: 'vv-card news', 'aria-labelledby': 'news-title', testid: 'news' },
    h('h2', { id: 'news-title', class: 'vv-h3 vv-title', text: t('overview.news') }), newsList,
    h('button', { type: 'button', class: 'button button--soft', testid: 'news-read', text: t('overview.read'), onclick: () => { app.readNews(); app.focusTitle(); } }));
  const asked = h('p', { dir: 'auto' });
  const ask = h('a', { class: 'button', href: '#feedback', testid: 'reminder-go', text: t('overview.check') });
  const reminding = h('section', { class: 'vv-card reminder', testid: 'reminder' }, asked, ask);
  const leaving = h('p', { class: 'vv-card notice', testid: 'last-day', dir: 'auto' });
  const items = h('ul', { class: 'plain stack' });
  const nothing = empty(t('overview.none'), t('overview.none.text'));
  const lost = empty(t('error.none'), t('error.none.text'), h('button', { type: 'button', class: 'button', text: t('error.try'), onclick: () => app.lookAgain() }));
  const last = h('p', { class: 'vv-soft' });
  const next = h('p', { class: 'vv-soft' });
  const check = h('section', { class: 'check' }, last, next, h('a', { class: 'button', href: '#feedback', testid: 'check-in', text: t('overview.check') }));
  const node = h('section', {}, h('h1', { class: 'vv-title', tabindex: '-1', text: t('overview.title') }), subtitle, loading, reminding, leaving, news, items, nothing, lost, check);

  function update(model, changed) {
    const { state } = model;
    const today = plan(state);
    write(subtitle, subtitleOf(state.diagnosis));
    show(subtitle, Boolean(subtitle.textContent));
    show(loading, !model.loaded && !model.problem);
    show(lost, model.problem === 'none');
    keyed(newsList, model.news, (one) => `${one.kind}:${one.id}`, newsRow);
    show(news, model.news.length > 0);
    keyed(items, today, (one) => one.id, planRow);
    for (const id of changed.recommendations) flash(nodeOf(items, id)?.firstChild);
    show(nothing, model.loaded && !today.length);
    write(last, lastAnswer(model));
    const late = reminder(state, model.outbox.items);
    const due = late ? null : state.check_in?.due;
    write(asked, late ? t('overview.reminder', { names: listed(taken(state).map((one) => capital(one.name))), date: onDay(late) }) : '');
    show(reminding, Boolean(late));
    const last_day = model.session.lastDaySoon();
    write(leaving, last_day ? t('overview.last_day', { date: fullDay(last_day) }) : '');
    show(leaving, Boolean(last_day));
    write(next, due ? t('overview.next', { date: onDay(due) }) : '');
    show(next, Boolean(due));
    show(check, today.length > 0 && !late);
  }

  return { node, update };
}

/** A date of the practice is that day wherever the phone is. */
export function onDay(date) {
  return day(`${date}T12:00:00`);
}

function subtitleOf(diagnosis) {
  if (!diagnosis) return '';
  return [diagnosis.condition && t('overview.for', { condition: diagnosis.condition }), word('tradition', diagnosis.tradition)].filter(Boolean).join(' · ');
}

function lastAnswer({ state, outbox }) {
  const times = [...state.feedback, ...outbox.items].map((one) => one.created).sort();
  return times.length ? t('overview.last', { when: moment(times.at(-1)) }) : t('overview.never');
}

function newsRow() {
  const node = h('li', { dir: 'auto' });
  return { node, update: (one) => write(node, newsText(one)) };
}

export function newsText({ kind, name, fields, reason, taken }) {
  const key = kind === 'stopped' && !taken ? 'news.stopped.other' : `news.${kind}`;
  const text = t(key, { name: capital(name), fields: listed(fields.map((field) => t(`field.${field}`))) });
  return reason ? `${text} ${t('plan.reason')}: ${reason}` : text;
}

function planRow({ id }) {
  const name = h('h2', { class: 'vv-h3', dir: 'auto' });
  const kind = h('span', { class: 'kind' });
  const amount = h('p', { class: 'amount', dir: 'auto' });
  const text = h('p', { dir: 'auto' });
  const facts = h('dl', { class: 'facts' });
  const node = h('li', {}, h(
    'article', { class: 'vv-card vv-card--accent', testid: `plan-item-${id}` },
    h('div', { class: 'row' }, name, kind), amount, text, facts,
    h('div', { class: 'actions' }, h('a', { class: 'button button--soft', href: `#feedback/${id}`, text: t('overview.answer') }), h('a', { class: 'link', href: `#recommendations/${id}`, text: t('overview.more') })),
  ));
  return {
    node,
    update(recommendation) {
      write(name, capital(recommendation.name));
      write(kind, word('kind', recommendation.kind));
      write(amount, amountOf(recommendation));
      show(amount, Boolean(amount.textContent));
      write(text, recommendation.dose ? '' : recommendation.text);
      show(text, Boolean(text.textContent));
      facts.replaceChildren(...terms(isTaken(recommendation) || recommendation.dose ? doseTerms(recommendation).slice(1) : []));
    },
  };
}
