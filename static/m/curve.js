// The curve of one measure, 0–10 over time, as SVG. Time runs from left to right in every language.

import { h } from './elements.js';
import { day, isolated, number, time } from './i18n.js';

const WIDTH = 340, HEIGHT = 196;
const LEFT = 30, RIGHT = 14, TOP = 12, BOTTOM = 30;
const DAY_MS = 86400000;
const WORST = 10;

/** Draw points [{when, value, start}] (oldest first, at least two); `title` says it in words. */
export function curve(points, title) {
  const times = points.map((point) => new Date(point.when).getTime());
  const from = times[0];
  const span = Math.max(1, times.at(-1) - from);
  const x = (i) => LEFT + ((times[i] - from) / span) * (WIDTH - LEFT - RIGHT);
  const y = (value) => TOP + (1 - value / WORST) * (HEIGHT - TOP - BOTTOM);
  const at = (i) => `${x(i).toFixed(1)} ${y(points[i].value).toFixed(1)}`;
  const label = span < DAY_MS ? time : day;
  const line = points.map((_, i) => `${i ? 'L' : 'M'}${at(i)}`).join('');
  const last = points.length - 1;
  return h(
    'svg:svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'curve', role: 'img', 'aria-label': title, direction: 'ltr' },
    [0, 5, 10].flatMap((value) => [
      h('svg:line', { class: 'curve-grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
      h('svg:text', { class: 'curve-text', x: LEFT - 8, y: y(value) + 4, 'text-anchor': 'end', text: number(value) }),
    ]),
    h('svg:path', { class: 'curve-area', d: `${line}L${x(last).toFixed(1)} ${y(0)}L${x(0).toFixed(1)} ${y(0)}Z` }),
    h('svg:path', { class: 'curve-line', d: line }),
    points.map((point, i) => h('svg:circle', { class: point.start ? 'curve-start' : 'curve-point', cx: x(i).toFixed(1), cy: y(point.value).toFixed(1), r: i === last ? 6 : 4.5 })),
    h('svg:text', { class: 'curve-text', x: LEFT, y: HEIGHT - 8, text: isolated(label(points[0].when)) }),
    h('svg:text', { class: 'curve-text', x: WIDTH - RIGHT, y: HEIGHT - 8, 'text-anchor': 'end', text: isolated(label(points[last].when)) }),
  );
}
