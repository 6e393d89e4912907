// The patient's own symptom, 0–10, over time: a small drawing and the same numbers as a table.

import { el, svg } from '../dom.js';

const WIDTH = 320, HEIGHT = 168, START = 26, END = 12, TOP = 10, BOTTOM = 26;

/** The known scores of a state, oldest first: [{at, score, recommendation_id|null}], the baseline among them. */
export function scores({ diagnosis, feedback }) {
  const known = feedback.filter((f) => f.symptom !== null && f.symptom !== undefined)
    .map((f) => ({ at: f.created, score: f.symptom, recommendation_id: f.recommendation_id }));
  if (diagnosis?.baseline !== null && diagnosis?.baseline !== undefined) {
    known.push({ at: diagnosis.created, score: diagnosis.baseline, recommendation_id: null });
  }
  return known.sort((a, b) => a.at.localeCompare(b.at));
}

export function curve(points, symptom, words) {
  const { t, number, day } = words;
  const times = points.map((p) => Date.parse(p.at));
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const x = (at) => START + (to === from ? 0.5 : (Date.parse(at) - from) / (to - from)) * (WIDTH - START - END);
  const y = (score) => TOP + (1 - score / 10) * (HEIGHT - TOP - BOTTOM);
  const [first, last] = [points[0], points.at(-1)];
  const label = t(points.length > 1 ? 'curve_label' : 'curve_one', {
    symptom, first: first.score, from: day(first.at), last: last.score, to: day(last.at),
  });
  const line = points.map((p, i) => `${i ? 'L' : 'M'}${x(p.at).toFixed(1)} ${y(p.score).toFixed(1)}`).join('');
  // Time runs from left to right in every language here; the table beside it follows the page.
  return svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'curve', role: 'img', 'aria-label': label, direction: 'ltr' },
    [0, 5, 10].map((score) => svg('g', { class: 'curve-grid' },
      svg('line', { x1: START, x2: WIDTH - END, y1: y(score), y2: y(score) }),
      svg('text', { x: START - 7, y: y(score) + 4, 'text-anchor': 'end' }, number(score)))),
    points.length > 1 && svg('path', { class: 'curve-fill', d: `${line}L${x(last.at).toFixed(1)} ${y(0)}L${x(first.at).toFixed(1)} ${y(0)}Z` }),
    points.length > 1 && svg('path', { class: 'curve-line', d: line }),
    points.map((p) => svg('circle', { cx: x(p.at), cy: y(p.score), r: p === last ? 5.5 : 3.5, class: p.recommendation_id ? 'curve-dot' : 'curve-dot curve-start' })),
    svg('text', { x: START, y: HEIGHT - 6, class: 'curve-day' }, day(first.at)),
    to > from && svg('text', { x: WIDTH - END, y: HEIGHT - 6, 'text-anchor': 'end', class: 'curve-day' }, day(last.at)));
}

export function table(points, nameOf, words) {
  const { t, number, when } = words;
  return el('details', { 'data-testid': 'curve-table' }, el('summary', {}, t('as_table')),
    el('table', { class: 'vv-table' },
      el('thead', {}, el('tr', {}, ['col_when', 'col_score', 'col_about'].map((key) => el('th', { scope: 'col' }, t(key))))),
      el('tbody', {}, [...points].reverse().map((p) => el('tr', {},
        el('td', {}, when(p.at)), el('td', {}, number(p.score)),
        el('td', {}, el('bdi', {}, p.recommendation_id ? nameOf(p.recommendation_id) : t('baseline'))))))));
}
