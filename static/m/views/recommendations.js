// Recommendations: everything approved with all that is known of it, and what was stopped with the reason.

import { doseTerms, isTaken } from '../dose.js';
import { flash, h, keyed, nodeOf, show, terms, write } from '../elements.js';
import { capital, fullDay, t, word } from '../i18n.js';
import { plan, stopped } from '../state.js';
import { empty } from './frame.js';

export function recommendations(app) {
  const now = h('ul', { class: 'plain stack' });
  const past = h('ul', { class: 'plain stack' });
  const nothing = empty(t('overview.none'), t('overview.none.text'));
  const pastTitle = h('h2', { class: 'vv-h3', text: t('plan.past') });
  const node = h('section', {}, h('h1', { class: 'vv-title', tabindex: '-1', text: t('tab.recommendations') }), h('h2', { class: 'vv-h3', text: t('plan.now') }), now, nothing, pastTitle, past);

  function update(model, changed) {
    const current = plan(model.state);
    const ended = stopped(model.state);
    keyed(now, current, (one) => one.id, row);
    keyed(past, ended, (one) => one.id, row);
    for (const id of changed.recommendations) flash((nodeOf(now, id) ?? nodeOf(past, id))?.firstChild);
    show(nothing, model.loaded && !current.length);
    show(pastTitle, ended.length > 0);
  }

  /** Bring one recommendation into view, as a link from the overview asks. */
  function open(id) {
    const wanted = nodeOf(now, id) ?? nodeOf(past, id);
    const title = wanted?.querySelector('h3');
    title?.focus({ preventScroll: true });
    wanted?.scrollIntoView({ block: 'start' });
    return Boolean(title);
  }

  return { node, update, open };
}

function row({ id }) {
  const name = h('h3', { dir: 'auto', tabindex: '-1' });
  const chip = h('span', { class: 'vv-chip' });
  const warning = h('p', { class: 'warning' });
  const text = h('p', { dir: 'auto' });
  const facts = h('dl', { class: 'facts' });
  const card = h('article', { class: 'vv-card', testid: `recommendation-${id}` }, h('div', { class: 'row' }, name, chip), warning, text, facts);
  return {
    node: h('li', {}, card),
    update(recommendation) {
      const { status } = recommendation;
      write(name, capital(recommendation.name));
      chip.className = `vv-chip vv-chip--${status}`;
      write(chip, t(`chip.${status}`));
      card.classList.toggle('vv-card--accent', status === 'approved');
      card.classList.toggle('ended', status === 'stopped');
      write(warning, status === 'stopped' ? t(isTaken(recommendation) ? 'plan.do.not' : 'plan.do.not.other') : '');
      show(warning, status === 'stopped');
      write(text, recommendation.text);
      show(text, Boolean(recommendation.text));
      facts.replaceChildren(...terms([
        ...(status === 'stopped' ? [[t('plan.reason'), recommendation.stop_reason || t('unknown')], [t('chip.stopped'), recommendation.stopped && fullDay(recommendation.stopped)]] : doseTerms(recommendation)),
        [t('chip.approved'), recommendation.approved && fullDay(recommendation.approved)],
        [t('plan.kind'), word('kind', recommendation.kind)],
      ]));
    },
  };
}
