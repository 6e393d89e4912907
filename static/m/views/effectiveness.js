// Effectiveness: what I measure over time, and what others of the practice reported, where it may be said.

import { curve } from '../curve.js';
import { isTaken } from '../dose.js';
import { flash, h, keyed, nodeOf, show, write } from '../elements.js';
import { capital, count, fullDay, isolated, listed, moment, number, percent, t, word } from '../i18n.js';
import { MEASURES, measures, plan, pointsOf, stopped } from '../state.js';

export function effectiveness() {
  const own = Object.keys(MEASURES).map(mine);
  const others = h('ul', { class: 'plain stack' });
  const rest = h('p', { class: 'vv-soft', dir: 'auto' });
  const node = h('section', {}, h('h1', { class: 'vv-title', tabindex: '-1', text: t('effect.title') }), own.map((one) => one.node),
    h('h2', { class: 'vv-h3', text: t('effect.others') }), h('p', { class: 'vv-soft vv-small', text: t('effect.caution') }), others, rest);
  let drawn = null;

  function update(model, changed) {
    const { state } = model;
    if (drawn?.feedback !== state.feedback || drawn.diagnosis !== state.diagnosis || drawn.recommendations !== state.recommendations) {
      for (const one of own) one.draw(state, Boolean(drawn));
      drawn = state;
    }
    const items = [...plan(state), ...stopped(state)].map((recommendation) => ({
      recommendation, evidence: state.effectiveness.find((one) => one.recommendation_id === recommendation.id) ?? null, diagnosis: state.diagnosis,
    }));
    const known = items.filter((item) => isNumber(item.evidence?.effectiveness));
    keyed(others, known, (item) => item.recommendation.id, othersRow);
    for (const id of changed.effectiveness) flash(nodeOf(others, id)?.firstChild);
    const unknown = items.filter((item) => !known.includes(item)).map((item) => capital(item.recommendation.name));
    write(rest, known.length && unknown.length ? t('effect.others.rest', { names: listed(unknown) }) : known.length ? '' : t('effect.others.none'));
    show(rest, Boolean(rest.textContent));
  }

  return { node, update };
}

/** One measure of the person's own: where it stands, its curve, and the same as a table. */
function mine(measure) {
  const active = measure === 'activity' ? '.activity' : '';
  const title = h('h2', { class: 'vv-h3', dir: 'auto' });
  const figure = h('p', { class: 'figure' });
  const compared = h('p', { class: 'compared' });
  const chart = h('div', { class: 'chart' });
  const hint = h('p', { class: 'vv-soft vv-small', text: t(`effect.scale${active}`) });
  const rows = h('tbody');
  const table = h('details', { class: 'twin' }, h('summary', { text: t('effect.table') }),
    h('div', { class: 'scroll' }, h('table', { class: 'vv-table' }, h('thead', {}, h('tr', {}, head('effect.date'), head(`effect.value${active}`), head('effect.for'))), rows)));
  const node = h('article', { class: 'vv-card', testid: `${measure.replaceAll('_', '-')}-card` }, title, figure, compared, chart, hint, table);

  function draw(state, again) {
    show(node, measures(state.diagnosis, measure));
    const points = pointsOf(state, measure);
    const words = state.diagnosis?.[measure];
    write(title, words ? t(`effect.mine${active || '.named'}`, { symptom: isolated(word(active ? 'activity' : 'symptom', words)) }) : t('effect.mine'));
    const latest = points.filter((point) => !point.start).at(-1);
    const value = latest ? `${latest.value} ${latest.when}` : '';
    if (again && figure.dataset.value !== value) flash(chart);
    figure.dataset.value = value;
    figure.replaceChildren(...(latest
      ? [h('strong', { class: 'vv-number', text: number(latest.value) }), ` / ${number(10)} `, h('span', { class: 'vv-soft vv-small', text: moment(latest.when) })]
      : [t('effect.none')]));
    figure.classList.toggle('figure--value', Boolean(latest));
    write(compared, latest ? comparison(points, latest) : '');
    show(compared, Boolean(compared.textContent));
    chart.replaceChildren(...(points.length > 1 ? [curve(points, chartText(points, `effect.chart${active}`))] : latest ? [h('p', { class: 'vv-soft', text: t('effect.none.curve') })] : []));
    show(hint, points.length > 0);
    show(table, points.length > 0);
    const names = new Map(state.recommendations.map((one) => [one.id, one.name]));
    rows.replaceChildren(...[...points].reverse().map((point) => h('tr', {}, h('td', { text: moment(point.when) }), h('td', { class: 'vv-number', text: number(point.value) }), h('td', { dir: 'auto', text: point.start ? t('effect.baseline') : capital(names.get(point.recommendation_id) ?? '') }))));
  }

  return { node, draw };
}

function head(key) { return h('th', { scope: 'col', text: t(key) }); }

function comparison(points, latest) {
  if (!points[0].start) return '';
  const lower = points[0].value - latest.value;
  if (lower === 0) return t('effect.same');
  return lower > 0 ? count('effect.lower', lower) : count('effect.higher', -lower);
}

function chartText(points, key) {
  const last = points.at(-1);
  return t(key, { first: points[0].value, from: fullDay(points[0].when), last: last.value, to: fullDay(last.when), n: points.length });
}

function othersRow({ recommendation: { id } }) {
  const name = h('h3', { dir: 'auto' });
  const chips = h('div', { class: 'chips' });
  const text = h('p', { dir: 'auto' });
  const meter = h('span', { class: 'vv-meter', 'aria-hidden': 'true' });
  const details = h('p', { class: 'vv-soft vv-small' });
  const node = h('li', {}, h('article', { class: 'vv-card', testid: `evidence-${id}` }, h('div', { class: 'row' }, name, chips), text, meter, details));
  let shown = null;
  return {
    node,
    update({ recommendation, evidence, diagnosis }) {
      if (shown && shown.recommendation === recommendation && shown.evidence === evidence && shown.diagnosis === diagnosis) return;
      shown = { recommendation, evidence, diagnosis };
      write(name, capital(recommendation.name));
      show(meter, isNumber(evidence.low) && isNumber(evidence.high));
      chips.replaceChildren(...chipsOf(evidence));
      const words = { herb: capital(recommendation.name), condition: diagnosis?.condition, percent: percent(evidence.effectiveness) };
      write(text, t(!isTaken(recommendation) ? 'effect.others.text.followed' : diagnosis?.condition ? 'effect.others.text' : 'effect.others.text.plain', words));
      meter.className = `vv-meter vv-meter--${evidence.tier}`;
      meter.style.cssText = `--low:${Number(evidence.low)};--high:${Number(evidence.high)};--mean:${Number(evidence.effectiveness)}`;
      const people = evidence.sample_size ?? evidence.answered;
      write(details, [
        isNumber(evidence.low) && isNumber(evidence.high) ? t('effect.range', { low: percent(evidence.low), high: percent(evidence.high) }) : '',
        isNumber(people) ? count('effect.people', people) : '',
        evidence.as_of ? t('effect.as.of', { date: moment(evidence.as_of) }) : '',
      ].filter(Boolean).join(' · '));
    },
  };
}

function chipsOf({ tier, trend }) {
  const chips = [];
  if (['early', 'preliminary', 'plain'].includes(tier)) chips.push(h('span', { class: `vv-chip vv-chip--${tier}`, text: t(`tier.${tier}`) }));
  if (['rising', 'falling', 'steady'].includes(trend)) chips.push(h('span', { class: `vv-chip vv-chip--${trend}`, text: t(`trend.${trend}`) }));
  return chips;
}

function isNumber(value) { return typeof value === 'number'; }
