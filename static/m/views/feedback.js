// Feedback: a check-in of less than a minute, and what became of the earlier ones.

import { isTaken } from '../dose.js';
import { bodyOf } from '../draft.js';
import { h, keyed, show, write } from '../elements.js';
import { capital, isolated, moment, number, said, t, time, word } from '../i18n.js';
import { lastScore, MEASURES, measures, plan } from '../state.js';
import { call } from './call.js';
import { choices } from './choices.js';
import { empty, icon } from './frame.js';
import { history } from './history.js';
import { scale } from './scale.js';
import { sideEffects } from './side-effects.js';

const MOST_LETTERS = 2000; // the server's bound for a comment
const STAR = 'm12 3.6 2.6 5.3 5.9.9-4.2 4.1 1 5.8-5.3-2.7-5.3 2.7 1-5.8-4.2-4.1 5.9-.9z';

export function feedback(app) {
  const which = h('div', {});
  const rating = choices({ name: 'rating', kind: 'stars', title: t('feedback.rating'), onChange: (value) => { keep({ rating: value }); rating.fail(''); },
    options: [1, 2, 3, 4, 5].map((value) => ({ value, text: number(value), label: t(`rating.${value}`), icon: icon(STAR), testid: `rating-${value}` })) });
  const scales = Object.fromEntries(Object.keys(MEASURES).map((measure) => {
    const kind = measure === 'activity' ? 'activity' : 'symptom';
    return [measure, scale({ name: measure, title: t('feedback.symptom'), ends: [t(`feedback.${kind}.low`), t(`feedback.${kind}.high`)], onChange: (value) => { keep({ [measure]: value }); drawSame(); } })];
  }));
  const same = h('button', { type: 'button', class: 'button button--soft', testid: 'as-last-time', text: t('feedback.same'), onclick: answerAsBefore });
  const improvement = choices({ name: 'improvement', kind: 'words', optional: true, title: t('feedback.improvement'), onChange: (value) => keep({ improvement: value }),
    options: [1, 2, 3, 4, 5].map((value) => ({ value, text: t(`improvement.${value}`), testid: `improvement-${value}` })) });
  const adherenceLabel = h('label', { for: 'adherence', class: 'legend' });
  const adherence = h('select', { id: 'adherence', class: 'input', testid: 'adherence', onchange: () => keep({ adherence: adherence.value === '' ? null : Number(adherence.value) }) },
    ['', '100', '75', '50', '25', '0'].map((value) => h('option', { value, text: t(`adherence.${value}`) })));
  const stoppedBox = h('input', { type: 'checkbox', testid: 'feedback-stopped', onchange: () => keep({ stopped: stoppedBox.checked }) });
  const effects = sideEffects({
    chosen: () => app.draft.side_effects, practice: () => app.model.raw.practice, offline: () => app.model.status.state !== 'live',
    onChange: (term, said) => {
      const { [term]: _, ...rest } = app.draft.side_effects;
      keep({ side_effects: said === undefined ? rest : { ...app.draft.side_effects, [term]: said } });
      if (said?.stopped) { keep({ stopped: true }); stoppedBox.checked = true; }
    },
  });
  const left = h('p', { class: 'vv-soft vv-small', id: 'comment-left' });
  const comment = h('textarea', { id: 'comment', class: 'input', rows: 3, maxlength: MOST_LETTERS, dir: 'auto', testid: 'feedback-comment', 'aria-describedby': 'comment-left', oninput: () => { keep({ comment: comment.value }); drawLeft(); } });
  const send = h('button', { type: 'submit', class: 'button button--main', testid: 'feedback-send', text: t('feedback.send') });
  const form = h('form', { class: 'form', novalidate: true, onsubmit: submit }, h('p', { class: 'vv-soft', text: t('feedback.lead') }), which, rating.node,
    h('div', { class: 'stack' }, Object.values(scales).map((one) => one.node), same), improvement.node,
    h('div', { class: 'question' }, adherenceLabel, adherence, h('label', { class: 'tick' }, stoppedBox, h('span', { text: t('feedback.stopped') }))),
    effects.node,
    h('div', { class: 'question' }, h('label', { for: 'comment', class: 'legend', text: t('feedback.comment') }), comment, left), send);
  const status = h('p', { class: 'status', role: 'status', testid: 'feedback-status', hidden: true });
  const advice = h('div', { class: 'stack', role: 'alert' });
  const nothing = empty(t('feedback.none'), t('feedback.none.text'));
  const past = history(app);
  const node = h('section', {}, h('h1', { class: 'vv-title', tabindex: '-1', text: t('feedback.title') }), advice, status, form, nothing, past.node);
  let choose = null, offered = null, listed = false, lastTime = {};

  function keep(change) { app.keepDraft(change); }

  function fillForm() {
    const draft = app.draft;
    rating.set(draft.rating);
    for (const [measure, one] of Object.entries(scales)) one.set(draft[measure]);
    drawSame();
    improvement.set(draft.improvement);
    adherence.value = draft.adherence === null ? '' : String(draft.adherence);
    stoppedBox.checked = draft.stopped;
    comment.value = draft.comment;
    choose?.set(draft.recommendation_id);
    effects.draw();
    drawLeft();
    drawChosen();
  }

  /** One tap for everything that is as it was and is not answered yet. */
  function answerAsBefore() {
    const open = Object.entries(lastTime).filter(([measure, value]) => value !== null && app.draft[measure] === null);
    keep(Object.fromEntries(open));
    for (const [measure, value] of open) scales[measure].set(value);
    drawSame();
  }

  function drawSame() {
    show(same, Object.entries(lastTime).some(([measure, value]) => value !== null && app.draft[measure] === null));
  }

  function drawMeasures(state) {
    for (const [measure, one] of Object.entries(scales)) {
      const there = measures(state.diagnosis, measure), words = state.diagnosis?.[measure];
      const title = measure === 'activity' ? 'feedback.activity.named' : 'feedback.symptom.named';
      show(one.node, there);
      if (words) one.rename(t(title, { symptom: isolated(word(measure === 'activity' ? 'activity' : 'symptom', words)) }));
      else one.rename(t('feedback.symptom'));
      const before = there ? lastScore(state, measure) : null;
      if (before !== lastTime[measure]) one.last(before);
      lastTime = { ...lastTime, [measure]: before };
    }
    drawSame();
  }

  function drawLeft() {
    const rest = MOST_LETTERS - comment.value.length;
    show(left, rest < 200);
    write(left, rest < 200 ? t('feedback.left', { n: rest }) : '');
  }

  function drawChosen() {
    const chosen = offered?.find((one) => one.id === app.draft.recommendation_id);
    write(adherenceLabel, t(chosen && !isTaken(chosen) ? 'feedback.adherence.other' : 'feedback.adherence'));
  }

  function offer(items) {
    if (offered && items.length === offered.length && items.every((one, i) => one.id === offered[i].id && one.name === offered[i].name)) return;
    offered = items;
    choose = choices({ name: 'recommendation', kind: 'list', title: t('feedback.which'), onChange: (value) => { keep({ recommendation_id: value }); choose.fail(''); drawChosen(); },
      options: items.map((one) => ({ value: one.id, text: capital(one.name), testid: `choose-${one.id}` })) });
    which.replaceChildren(choose.node);
    // One thing only, or one that has been stopped since: the choice is made or taken back for the person.
    if (!items.some((one) => one.id === app.draft.recommendation_id)) keep({ recommendation_id: items.length === 1 ? items[0].id : null });
    fillForm();
  }

  async function submit(event) {
    event.preventDefault();
    const draft = app.draft;
    rating.fail(draft.rating ? '' : t('feedback.need.rating'));
    choose?.fail(draft.recommendation_id ? '' : t('feedback.need.which'));
    if (!draft.rating || !draft.recommendation_id || send.disabled) return;
    send.disabled = true; // a second tap must not make a second feedback
    try {
      await app.sendFeedback(bodyOf(draft, effects.isSerious));
    } finally {
      send.disabled = false;
    }
    effects.close();
    fillForm();
    app.focusTitle();
  }

  function update(model) {
    const items = plan(model.state);
    if (items.length || offered) offer(items);
    drawMeasures(model.state);
    show(form, items.length > 0);
    show(nothing, model.loaded && !items.length);
    if (!listed && model.effects !== undefined) { listed = Boolean(model.effects); effects.fill(model.effects, model.effects === null); }
    else effects.draw();
    keyed(advice, model.advice, (one) => one.key, (one) => adviceCard(one, model.raw.practice, () => app.readAdvice(one.key)));
    for (const one of advice.children) callOf.get(one)?.update(model.raw.practice);
    drawStatus(model);
    past.update(model);
  }

  function drawStatus({ outbox, sentAt, status: connection }) {
    const last = outbox.items.at(-1);
    const unsent = outbox.items.filter((item) => item.status === 'waiting');
    const state = unsent.length ? (outbox.sending && connection.state === 'live' ? 'sending' : 'waiting') : last?.status === 'refused' ? 'refused' : sentAt ? 'sent' : '';
    show(status, Boolean(state));
    status.dataset.state = state;
    if (state) write(status, t(`status.${state}`, { time: sentAt ? time(sentAt) : '', detail: last?.detail ?? '' }));
  }

  function open(id) {
    keep({ recommendation_id: id });
    choose?.set(id);
    drawChosen();
    return false;
  }

  return { node, update, open };
}

const callOf = new WeakMap(); // the link of a card, so that it follows the number while the card stays

function adviceCard({ sentences, name, at }, practice, onRead) {
  const dial = call(practice);
  const node = h('section', { class: 'vv-card vv-card--alert advice', testid: 'feedback-advice' }, h('h2', { class: 'vv-h3', text: t('advice.title') }),
    sentences.map((sentence) => h('p', { class: 'advice-text', dir: 'auto', text: said(sentence) })), dial.node,
    h('p', { class: 'vv-small', dir: 'auto', text: [capital(name), moment(at)].filter(Boolean).join(' · ') }),
    h('button', { type: 'button', class: 'button', text: t('advice.read'), onclick: onRead }));
  callOf.set(node, dial);
  return { node };
}
