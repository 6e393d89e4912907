// Questions with one answer out of a few: radio buttons that look like buttons, so that one tap answers.

import { h, show, write } from '../elements.js';

/**
 * A group of radio buttons. `options` are {value, text, label?, testid}; `onChange(value)` tells the choice.
 * Gives {node, set(value), fail(sentence or '')}. A second tap on an optional answer takes it back.
 */
export function choices({ name, title, options, kind, optional = false, ends = [], onChange }) {
  const error = h('p', { class: 'error', id: `${name}-error`, hidden: true });
  const legend = h('legend', {}, h('span', { text: title }));
  const inputs = options.map(({ value, label, testid }) => h('input', {
    type: 'radio', name, value: String(value), testid, 'aria-label': label ?? null,
    onchange: () => onChange(value),
    onclick: (event) => { if (optional && event.currentTarget.dataset.was === 'on') { event.currentTarget.checked = false; onChange(null); } remember(); },
  }));
  const row = h('div', { class: `choices choices--${kind}` }, options.map(({ text, icon }, i) => h('label', { class: 'choice' }, inputs[i], h('span', { class: 'choice-face', dir: 'auto', 'aria-hidden': options[i].label ? 'true' : null }, icon ?? null, h('span', { text })))));
  const node = h('fieldset', { class: 'question' }, legend, error, row, ends.length ? h('div', { class: 'ends', 'aria-hidden': 'true' }, ends.map((text) => h('span', { text }))) : null);

  function remember() {
    for (const input of inputs) input.dataset.was = input.checked ? 'on' : '';
    row.dataset.value = inputs.find((input) => input.checked)?.value ?? '';
    for (const [i, option] of options.entries()) inputs[i].closest('.choice').classList.toggle('upto', Number(option.value) <= Number(row.dataset.value || 0));
  }

  row.addEventListener('change', remember);

  return {
    node,
    set(value) {
      for (const input of inputs) input.checked = value !== null && value !== undefined && input.value === String(value);
      remember();
    },
    rename(text) { write(legend.firstChild, text); },
    fail(sentence) {
      write(error, sentence);
      show(error, Boolean(sentence));
      if (sentence) { node.setAttribute('aria-describedby', error.id); inputs[0]?.focus(); } else node.removeAttribute('aria-describedby');
    },
  };
}
