// A score from 0 to 10: eleven buttons, and a slider beside them for who would rather drag. What was said last time is marked
// and the slider stands there, but nothing is answered before it is touched: a score that nobody gave would count.

import { h, write } from '../elements.js';
import { number, t } from '../i18n.js';
import { choices } from './choices.js';

const SCORES = Array.from({ length: 11 }, (_, value) => value);
const MIDDLE = 5;

/** Gives {node, set(value), rename(text), last(value or null)}; `ends` are what 0 and 10 mean. */
export function scale({ name, title, ends, onChange }) {
  const testid = name.replaceAll('_', '-');
  const buttons = choices({ name, kind: 'scale', optional: true, title, onChange: (value) => { place(value); onChange(value); },
    options: SCORES.map((value) => ({ value, text: number(value), testid: `${testid}-${value}` })) });
  const slider = h('input', { type: 'range', class: 'slider', min: 0, max: 10, step: 1, testid: `${testid}-slider`, 'aria-label': title, oninput: drag, onclick: drag });
  const before = h('span', { class: 'vv-soft last' });
  let answered = null, lastTime = null;
  buttons.node.querySelector('legend').append(' ', before);
  buttons.node.append(h('div', { class: 'ends' }, h('span', { text: ends[0] }), slider, h('span', { text: ends[1] })));

  function drag() {
    const value = Number(slider.value);
    if (value === answered) return;
    buttons.set(value);
    place(value);
    onChange(value);
  }

  function place(value) {
    answered = value ?? null;
    slider.value = String(answered ?? lastTime ?? MIDDLE);
    slider.classList.toggle('slider--open', answered === null);
    slider.setAttribute('aria-valuetext', answered === null ? t('feedback.scale.open') : number(answered));
  }

  place(null);
  return {
    node: buttons.node,
    set(value) { buttons.set(value); place(value); },
    rename(text) { buttons.rename(text); slider.setAttribute('aria-label', text); },
    last(value) {
      lastTime = value;
      write(before, value === null ? '' : t('feedback.scale.last', { n: value }));
      for (const input of buttons.node.querySelectorAll('[type=radio]')) input.closest('.choice').classList.toggle('before', input.value === String(value));
      place(answered);
    },
  };
}
