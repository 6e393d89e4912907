// The person's own check-ins: those that the practice has, and those that are still on the phone.

import { h, keyed, show, write } from '../elements.js';
import { capital, count, listed, moment, percent, t } from '../i18n.js';
import { isOutdated } from '../state.js';
import { call } from './call.js';
import { effectName } from './side-effects.js';

const FIRST = 8; // more than that is history, on demand
const ENOUGH = 0.6; // of a reply, or of the screen where the reply is longer: then it counts as shown
const CHIPS = { waiting: 'waiting', sent: 'sent', received: 'delivered', refused: 'stopped' };

export function history(app) {
  const list = h('ul', { class: 'plain stack' });
  const all = h('button', { type: 'button', class: 'button button--soft', hidden: true, onclick: () => { everything = true; app.draw(); } });
  let everything = false;
  const receipts = receiptsOf(app);
  const none = h('p', { class: 'vv-soft', text: t('history.none') });
  const node = h('section', { class: 'history', 'aria-labelledby': 'history-title' }, h('h2', { id: 'history-title', class: 'vv-h3', text: t('history.title') }), none, list, all);

  function update({ state, outbox, loaded }) {
    const known = new Set(state.feedback.map((one) => one.id));
    const unsent = outbox.items.filter((item) => item.status !== 'sent' || !known.has(item.feedback_id));
    const entries = [
      ...unsent.map((item) => ({ key: item.key, of: item, answer: item.body, created: item.created, status: item.status, detail: item.detail })),
      ...state.feedback.map((one) => ({ key: one.id, of: one, answer: one, created: one.created, status: 'received', detail: '' })),
    ].sort((a, b) => new Date(b.created) - new Date(a.created));
    const shown = everything ? entries : entries.filter(({ of: { reply } }, at) => at < FIRST || (reply && !reply.seen));
    show(all, shown.length < entries.length);
    write(all, t('history.all', { n: entries.length }));
    keyed(list, shown, (entry) => entry.key, () => row(app, receipts));
    show(none, loaded && !entries.length);
    receipts.send();
  }

  return { node, update };
}

/** Tells the practice that a reply was on the screen: once for each as it stands, and later where there is no connection. */
function receiptsOf(app) {
  const waiting = new Map(), told = new Set(), replies = new WeakMap();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, intersectionRatio, intersectionRect, rootBounds } of entries) {
      const one = replies.get(target);
      if (one && (intersectionRatio >= ENOUGH || intersectionRect.height >= (rootBounds?.height ?? Infinity) * ENOUGH)) waiting.set(`${one.id}@${one.as_of}`, one);
    }
    send();
  }, { threshold: [0, 0.2, 0.4, ENOUGH, 0.8, 1] });

  function watch(node, id, reply) {
    watcher.unobserve(node);
    replies.delete(node);
    if (!reply || reply.seen) return;
    replies.set(node, { id, as_of: reply.updated });
    watcher.observe(node);
  }

  async function send() {
    if (app.model.status.state !== 'live') return;
    for (const [key, { id, as_of }] of waiting) {
      waiting.delete(key);
      if (told.has(key)) continue;
      told.add(key);
      try {
        await app.session.ask('POST', `/api/feedback/${id}/reply/seen`, { body: { as_of }, key: `reply-seen-${key}` });
      } catch (problem) {
        if (!problem.passing) continue; // it was changed or taken back meanwhile: there is nothing to say any more
        told.delete(key);
        waiting.set(key, { id, as_of });
        return;
      }
    }
  }

  return { watch, send };
}

function row(app, receipts) {
  const title = h('h3', { dir: 'auto' });
  const chip = h('span', { class: 'vv-chip' });
  const line = h('p', { class: 'vv-soft vv-small' });
  const comment = h('p', { dir: 'auto', class: 'quote' });
  const detail = h('p', { class: 'error', dir: 'auto' });
  const remove = h('button', { type: 'button', class: 'button button--soft', text: t('status.delete') });
  const seen = h('p', { class: 'vv-small seen', testid: 'seen' });
  const withdraw = h('button', { type: 'button', class: 'quiet', testid: 'withdraw', text: t('history.withdraw') });
  const by = h('p', { class: 'vv-small', dir: 'auto' });
  const outdated = h('p', { class: 'vv-small vv-strong', testid: 'reply-outdated', text: t('reply.outdated') });
  const said = h('p', { class: 'quote', dir: 'auto', testid: 'reply-text' });
  const dial = call(null, 'button--soft');
  const reply = h('div', { class: 'vv-card vv-card--accent entry', role: 'group', testid: 'reply' }, by, outdated, said, h('p', { class: 'vv-soft vv-small', text: t('reply.urgent') }), dial.node);
  let shown = null;
  return {
    node: h('li', {}, h('article', { class: 'vv-card entry' }, h('div', { class: 'row' }, title, chip), line, comment, seen, reply, detail, h('div', { class: 'row' }, remove, withdraw))),
    update({ key, of, answer, created, status, detail: why }) {
      dial.update(app.model.raw.practice);
      const name = app.model.state.recommendations.find((one) => one.id === answer.recommendation_id)?.name ?? '';
      if (shown?.of === of && shown.name === name && shown.effects === app.model.effects) return;
      shown = { of, name, effects: app.model.effects };
      write(title, capital(name) || count('history.stars', answer.rating));
      chip.className = `vv-chip vv-chip--${CHIPS[status]}`;
      write(chip, t(`chip.${status}`));
      write(line, [moment(created), ...summary(answer, app.model.effects)].join(' · '));
      write(comment, answer.comment ?? '');
      show(comment, Boolean(answer.comment));
      write(detail, status === 'refused' ? why : '');
      show(detail, status === 'refused' && Boolean(why));
      show(remove, status === 'refused');
      remove.onclick = () => app.outbox.drop(key);
      write(seen, of.seen ? t('history.seen', { time: moment(of.seen) }) : '');
      show(seen, Boolean(of.seen));
      const replied = of.reply ?? null;
      write(by, replied ? t(replied.updated === replied.created ? 'reply.by' : 'reply.changed', { name: replied.by, time: moment(replied.updated) }) : '');
      show(outdated, isOutdated(of));
      write(said, replied?.text ?? '');
      reply.setAttribute('aria-label', by.textContent);
      show(reply, Boolean(replied));
      receipts.watch(reply, of.id, replied);
      show(withdraw, status === 'received');
      withdraw.onclick = async () => {
        if (!confirm(t('history.withdraw.sure'))) return;
        withdraw.disabled = true;
        const why = await app.withdraw(of.id);
        withdraw.disabled = false;
        write(detail, why);
        show(detail, Boolean(why));
      };
    },
  };
}

function summary(answer, effects) {
  const named = (answer.side_effects ?? []).map((effect) => effectName(effects, effect.term));
  return [
    count('history.stars', answer.rating),
    isNumber(answer.symptom) && t('history.symptom', { n: answer.symptom }),
    isNumber(answer.second_symptom) && t('history.second', { n: answer.second_symptom }),
    isNumber(answer.activity) && t('history.activity', { n: answer.activity }),
    isNumber(answer.improvement) && t('history.improvement', { text: t(`improvement.${answer.improvement}`) }),
    isNumber(answer.adherence) && t('history.adherence', { text: taken(answer.adherence) }),
    answer.stopped && t('history.stopped'),
    named.length > 0 && t('history.effects', { names: listed(named) }),
  ].filter(Boolean);
}

function taken(adherence) {
  const key = `adherence.${adherence}`;
  const known = t(key);
  return known === key ? percent(adherence / 100) : known;
}

function isNumber(value) { return typeof value === 'number'; }
