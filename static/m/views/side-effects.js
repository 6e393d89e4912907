// Unwanted effects: the practice's list, found by typing, each with how strong it is. Serious ones say at once what to do.

import { h, keyed, show, write } from '../elements.js';
import { capital, listed, spoken, t, word } from '../i18n.js';
import { choices } from './choices.js';

const SEVERITIES = [1, 2, 3, 4];
const SEVERE = 3;

/** `chosen()` gives {id: severity|null}; `onChange(id, severity|null|undefined)`, undefined taking it back. */
export function sideEffects({ chosen, onChange, offline }) {
  const summary = h('span', { class: 'vv-soft' });
  const search = h('input', { type: 'search', id: 'effect-search', class: 'input', autocomplete: 'off', enterkeyhint: 'search', oninput: () => filter() });
  const list = h('div', { class: 'effects' });
  const nothing = h('p', { class: 'vv-soft', role: 'status' });
  const stopTitle = h('h3', {});
  const stopText = h('p', {});
  const stopWhich = h('p', { dir: 'auto' });
  const stop = h('div', { class: 'vv-card vv-card--alert stop', role: 'alert', testid: 'stop-card', hidden: true }, stopTitle, stopText, stopWhich);
  const details = h('details', { class: 'question more', testid: 'side-effects' }, h('summary', {}, h('span', { class: 'legend', text: t('feedback.effects') }), summary),
    h('label', { for: 'effect-search', text: t('feedback.effects.search') }), search, list, nothing);
  const node = h('div', {}, details, stop);
  let items = [];
  const strengths = new Map(); // the place under each group where the strength of what was chosen is asked

  function fill(given, failed) {
    items = given ?? [];
    const groups = new Map();
    for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
    strengths.clear();
    list.replaceChildren(...[...groups].map(([group, members]) => {
      strengths.set(group, h('div', { class: 'stack' }));
      return h('fieldset', { class: 'effect-group' }, h('legend', { text: groupName(group) }), h('div', { class: 'chips' }, members.map(box)), strengths.get(group));
    }));
    show(search, items.length > 0);
    show(search.previousSibling, items.length > 0);
    write(nothing, failed ? t('feedback.effects.failed') : '');
    draw();
  }

  function box(item) {
    const input = h('input', { type: 'checkbox', value: item.id, testid: `side-effect-${item.id}`, onchange: (event) => { onChange(item.id, event.currentTarget.checked ? null : undefined); draw(); } });
    input.checked = item.id in chosen();
    return h('label', { class: 'choice choice--effect' }, input, h('span', { class: 'choice-face' }, h('span', { text: nameOf(item) }), item.serious ? h('small', { class: 'serious', text: t('feedback.serious') }) : null));
  }

  function filter() {
    const wanted = folded(search.value);
    const visible = new Set(items.filter((item) => Object.values(item.names).some((name) => folded(name).includes(wanted))).map((item) => item.id));
    for (const input of list.querySelectorAll('[type=checkbox]')) show(input.parentNode, input.checked || visible.has(input.value));
    for (const group of list.children) show(group, [...group.querySelectorAll('.choice--effect')].some((one) => !one.hidden));
    write(nothing, visible.size ? '' : t('feedback.effects.nothing'));
  }

  /** Show what is chosen: its strength, and what to do about it. */
  function draw() {
    const now = chosen();
    const picked = items.filter((item) => item.id in now);
    write(summary, picked.length ? t('feedback.effects.some', { names: names(picked) }) : t('feedback.effects.none'));
    for (const input of list.querySelectorAll('[type=checkbox]')) if (input.checked !== input.value in now) input.checked = input.value in now;
    for (const [group, place] of strengths) keyed(place, picked.filter((item) => item.group === group), (item) => item.id, strength);
    const serious = picked.filter((item) => item.serious);
    const severe = picked.filter((item) => now[item.id] >= SEVERE);
    show(stop, serious.length + severe.length > 0);
    write(stopTitle, t(serious.length ? 'stop.title' : 'stop.severe.title'));
    write(stopText, serious.length ? [t('stop.text'), offline() ? t('stop.offline') : ''].filter(Boolean).join(' ') : t('stop.severe'));
    write(stopWhich, t('stop.which', { names: names(serious.length ? serious : severe) }));
  }

  function strength(item) {
    const question = choices({
      name: `severity-${item.id}`, kind: 'words', optional: true, title: t('feedback.severity', { name: nameOf(item) }),
      options: SEVERITIES.map((value) => ({ value, text: t(`severity.${value}`), testid: `severity-${item.id}-${value}` })),
      onChange: (value) => { onChange(item.id, value); draw(); },
    });
    question.set(chosen()[item.id]);
    return { node: question.node };
  }

  return {
    node, fill, draw,
    close() { details.open = false; search.value = ''; filter(); write(nothing, ''); },
    isSerious: (id) => Boolean(items.find((item) => item.id === id)?.serious),
  };
}

/** The name of an effect in the language of the page; an unknown one by the word that was sent. */
export function effectName(items, term) {
  const item = items?.find((one) => one.id === term);
  return item ? nameOf(item) : term;
}

function nameOf(item) { return item.names[spoken()] ?? item.names.en ?? item.id; }
function names(items) { return listed(items.map(nameOf)); }

function groupName(group) { return capital(word('group', group)); }

/** Letters that are typed in two ways count as one: Arabic and Persian ye and kaf, the half-space, accents. */
function folded(text) {
  return text.normalize('NFKD').replace(/[\u0300-\u036f\u200c\s]/g, '').replaceAll('ي', 'ی').replaceAll('ك', 'ک').toLowerCase();
}
