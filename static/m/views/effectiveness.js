// Effectiveness: my own symptom over time, and what others of the practice reported, where it may be said.

import { curve } from '../curve.js';
import { isTaken } from '../dose.js';
import { flash, h, keyed, nodeOf, show, write } from '../elements.js';
import { capital, count, fullDay, listed, moment, number, percent, t, word } from '../i18n.js';
import { plan, stopped, symptomPoints } from '../state.js';

export function effectiveness() {
  const mine = h('h2', { class: 'vv-h3' });
  const figure = h('p', { class: 'figure' });
  const compared = h('p', { class: 'compared' });
  const chart = h('div', { class: 'chart' });
  const hint = h('p', { class: 'vv-soft vv-small', text: t('effect.scale') });
  const rows = h('tbody');
  const table = h('details', { class: 'twin' }, h('summary', { text: t('effect.table') }),
    h('div', { class: 'scroll' }, h('table', { class: 'vv-table' }, h('thead', {}, h('tr', {}, head('effect.date'), head('effect.value'), head('effect.for'))), rows)));
  const others = h('ul', { class: 'plain stack' });
  const rest = h('p', { class: 'vv-soft', dir: 'auto' });
  const node = h('section', {}, h('h1', { class: 'vv-title', tabindex: '-1', text: t('effect.title') }),
    h('article', { class: 'vv-card', testid: 'symptom-card' }, mine, figure, compared, chart, hint, table),
    h('h2', { class: 'vv-h3', text: t('effect.others') }), h('p', { class: 'vv-soft vv-small', text: t('effect.caution') }), others, rest);
  let drawn = null;

  function update(model, changed) {
    const { state } = model;
    if (drawn?.feedback !== state.feedback || drawn.diagnosis !== state.diagnosis || drawn.recommendations !== state.recommendations) {
      if (drawn) flash(chart);
      drawMine(state);
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

  function drawMine(state) {
    const points = symptomPoints(state);
    const own = points.filter((point) => !point.start);
    const symptom = state.diagnosis?.symptom;
    write(mine, symptom ? t('effect.mine.named', { symptom: word('symptom', symptom) }) : t('effect.mine'));
    const latest = own.at(-1);
    figure.replaceChildren(...(latest
      ? [h('strong', { class: 'vv-number', text: number(latest.value) }), ` / ${number(10)} `, h('span', { class: 'vv-soft vv-small', text: moment(latest.when) })]
      : [t('effect.none')]));
    figure.classList.toggle('figure--value', Boolean(latest));
    write(compared, latest ? comparison(points, latest) : '');
    show(compared, Boolean(compared.textContent));
    chart.replaceChildren(...(points.length > 1 ? [curve(points, chartText(points))] : latest ? [h('p', { class: 'vv-soft', text: t('effect.none.curve') })] : []));
    show(hint, points.length > 0);
    show(table, points.length > 0);
    const names = new Map(state.recommendations.map((one) => [one.id, one.name]));
    rows.replaceChildren(...[...points].reverse().map((point) => h('tr', {}, h('td', { text: moment(point.when) }), h('td', { class: 'vv-number', text: number(point.value) }), h('td', { dir: 'auto', text: point.start ? t('effect.baseline') : capital(names.get(point.recommendation_id) ?? '') }))));
  }

  return { node, update };
}

function head(key) { return h('th', { scope: 'col', text: t(key) }); }

function comparison(points, latest) {
  if (!points[0].start) return '';
  const lower = points[0].value - latest.value;
  if (lower === 0) return t('effect.same');
  return lower > 0 ? count('effect.lower', lower) : count('effect.higher', -lower);
}

function chartText(points) {
  const last = points.at(-1);
  return t('effect.chart', { first: points[0].value, from: fullDay(points[0].when), last: last.value, to: fullDay(last.when), n: points.length });
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
