// Unwanted effects: the practice's list, found by typing, or one's own words. What is asked of each comes once it is chosen;
// serious ones say at once what to do.

import { dateOf, newEffect } from '../draft.js';
import { h, keyed, show, write } from '../elements.js';
import { capital, fullDay, isolated, listed, spoken, t, word, written } from '../i18n.js';
import { call } from './call.js';
import { choices } from './choices.js';

const SEVERITIES = [1, 2, 3, 4];
const SEVERE = 3;
const OWN = 'own';

/** `chosen()` gives {term: what is said of it}; `onChange(term, said)`, undefined taking it back. */
export function sideEffects({ chosen, onChange, offline, practice }) {
  const summary = h('span', { class: 'vv-soft' });
  const search = h('input', { type: 'search', id: 'effect-search', class: 'input', dir: 'auto', maxlength: 200, autocomplete: 'off', enterkeyhint: 'done', testid: 'effect-search', oninput: () => filter(), onkeydown: enter });
  const add = h('button', { type: 'button', class: 'button button--soft', testid: 'effect-add', hidden: true, onclick: addTyped });
  const list = h('div', { class: 'effects' });
  const nothing = h('p', { class: 'vv-soft', role: 'status' });
  const stopTitle = h('h2', { class: 'vv-h3' });
  const stopText = h('p', {});
  const stopWhich = h('p', { dir: 'auto' });
  const dial = call();
  const stop = h('div', { class: 'vv-card vv-card--alert stop', role: 'alert', testid: 'stop-card', hidden: true }, stopTitle, stopText, dial.node, stopWhich);
  const ownBoxes = h('div', { class: 'chips' });
  const own = group(t('feedback.effects.own'), OWN, ownBoxes);
  const details = h('details', { class: 'question more', testid: 'side-effects' }, h('summary', {}, h('span', { class: 'legend', text: t('feedback.effects') }), summary),
    h('label', { for: 'effect-search', text: t('feedback.effects.search') }), search, nothing, add, own.node, list);
  const node = h('div', {}, details, stop);
  let items = [];
  const inOwnWords = new Map(); // by the words, so that a row is made once
  let places = new Map(); // the place under each group where more is asked of what was chosen

  function fill(given, failed) {
    items = given ?? [];
    const groups = new Map();
    for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
    const made = [...groups].map(([name, members]) => [name, group(capital(word('group', name)), name, h('div', { class: 'chips' }, members.map(box)))]);
    places = new Map([[OWN, own.place], ...made.map(([name, { place }]) => [name, place])]);
    list.replaceChildren(...made.map(([, { node: fieldset }]) => fieldset));
    write(nothing, failed ? t('feedback.effects.failed') : '');
    draw();
  }

  function box(item) {
    const input = h('input', { type: 'checkbox', value: item.id, testid: `side-effect-${item.id}`, onchange: (event) => choose(item.id, event.currentTarget.checked) });
    input.checked = item.id in chosen();
    return h('label', { class: 'choice choice--effect' }, input, h('span', { class: 'choice-face' }, h('span', { dir: 'auto', text: nameOf(item) }), item.serious ? h('small', { class: 'serious', text: t('feedback.serious') }) : null));
  }

  function choose(id, is) {
    onChange(id, is ? newEffect() : undefined);
    draw();
  }

  function filter() {
    const wanted = folded(search.value);
    const visible = new Set(items.filter((item) => namesOf(item).some((name) => folded(name).includes(wanted))).map((item) => item.id));
    for (const input of list.querySelectorAll('[type=checkbox]')) show(input.parentNode, input.checked || visible.has(input.value));
    for (const one of list.children) show(one, [...one.querySelectorAll('.choice--effect')].some((each) => !each.hidden));
    const typed = parted(search.value);
    show(add, typed.length > 0 && !(typed.length === 1 && find(typed[0], items)));
    write(add, t('feedback.effects.add', { words: isolated(listed(typed)) }));
    write(nothing, visible.size ? '' : t('feedback.effects.nothing'));
  }

  /** Take over what was typed: listed effects by any of their names, the rest in the person's own words. */
  function addTyped() {
    for (const words of parted(search.value)) {
      const term = find(words, items)?.id ?? words;
      if (!(term in chosen())) onChange(term, newEffect());
    }
    search.value = '';
    filter();
    write(nothing, '');
    draw();
  }

  function enter(event) {
    if (event.key !== 'Enter') return;
    event.preventDefault(); // it would send the whole check-in
    const typed = parted(search.value);
    const shown = [...list.querySelectorAll('.choice--effect')].some((one) => !one.hidden && !one.querySelector('input').checked);
    if (typed.length && (typed.length > 1 || !shown || find(typed[0], items))) addTyped();
  }

  /** Show what is chosen: what more is asked of it, and what to do about it. */
  function draw() {
    const now = chosen();
    const mine = Object.keys(now).filter((term) => !items.some((item) => item.id === term)).map(ownItem);
    const picked = [...items.filter((item) => item.id in now), ...mine];
    write(summary, picked.length ? t('feedback.effects.some', { names: names(picked) }) : t('feedback.effects.none'));
    for (const input of list.querySelectorAll('[type=checkbox]')) if (input.checked !== input.value in now) input.checked = input.value in now;
    show(own.node, mine.length > 0);
    keyed(ownBoxes, mine, (item) => item.id, (item) => ({ node: box(item) }));
    for (const [name, place] of places) keyed(place, picked.filter((item) => item.group === name), (item) => item.id, more);
    const serious = picked.filter((item) => item.serious || now[item.id].serious);
    const severe = picked.filter((item) => now[item.id].severity >= SEVERE);
    dial.update(practice());
    show(stop, serious.length + severe.length > 0);
    write(stopTitle, t(serious.length ? 'stop.title' : 'stop.severe.title'));
    write(stopText, serious.length ? [t('stop.text'), offline() ? t('stop.offline') : ''].filter(Boolean).join(' ') : t('stop.severe'));
    write(stopWhich, t('stop.which', { names: names(serious.length ? serious : severe) }));
  }

  function ownItem(words) {
    if (!inOwnWords.has(words)) inOwnWords.set(words, { id: words, group: OWN, names: {}, serious: false });
    return inOwnWords.get(words);
  }

  /** What is asked of a chosen effect: how strong, since when, whether they stopped and whether that helped, and whether it is serious. */
  function more(item) {
    const say = (change) => { onChange(item.id, { ...chosen()[item.id], ...change }); draw(); };
    const said = chosen()[item.id];
    const key = item.group === OWN ? `${OWN}-${[...inOwnWords.keys()].indexOf(item.id)}` : item.id;
    const strength = choices({
      name: `severity-${key}`, kind: 'words', optional: true, title: t('feedback.severity', { name: isolated(nameOf(item)) }),
      options: SEVERITIES.map((value) => ({ value, text: t(`severity.${value}`), testid: `severity-${key}-${value}` })),
      onChange: (value) => say({ severity: value }),
    });
    const onset = h('input', { type: 'date', id: `onset-${key}`, class: 'input input--small', max: dateOf(new Date()), testid: `onset-${key}`, 'aria-describedby': `onset-said-${key}`, onchange: () => { sayDay(); say({ onset: onset.value || null }); } });
    const day = h('span', { id: `onset-said-${key}`, class: 'vv-soft vv-small', testid: `onset-said-${key}` });
    // A device's field knows Gregorian days only: the other calendar's is said beside it.
    const sayDay = () => write(day, written().calendar === 'solar' && onset.value ? fullDay(`${onset.value}T12:00`) : '');
    const better = yesOrNo(`better-${key}`, t('feedback.effects.better'), (value) => say({ better_after_stopping: value }));
    const stopped = yesOrNo(`stopped-${key}`, t('feedback.effects.stopped'), (value) => { show(better.node, value === true); say({ stopped: value }); });
    const serious = h('input', { type: 'checkbox', testid: `serious-${key}`, onchange: () => say({ serious: serious.checked }) });
    onset.value = said.onset ?? '';
    sayDay();
    serious.checked = said.serious;
    strength.set(said.severity);
    stopped.set(said.stopped);
    better.set(said.better_after_stopping);
    show(better.node, said.stopped === true);
    return { node: h('div', { class: 'about-effect' }, strength.node,
      h('div', { class: 'onset' }, h('label', { for: onset.id, class: 'legend', text: t('feedback.effects.onset') }), onset, day),
      stopped.node, better.node, item.serious ? null : h('label', { class: 'tick' }, serious, h('span', { text: t('feedback.effects.serious') }))) };
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

/** The effects that were typed into one field. The practice parts what is sent once more, and the same way. */
export function parted(typed) {
  return typed.split(/[;؛\n]|[,،](?![0-9۰-۹٠-٩])/).map((words) => words.trim().replace(/\s+/g, ' ')).filter(Boolean);
}

/** The listed effect that has this name in any language, however it is written. */
export function find(words, items) {
  const wanted = folded(words);
  return items.find((item) => namesOf(item).some((name) => folded(name) === wanted)) ?? null;
}

function group(title, name, boxes) {
  const place = h('div', { class: 'stack' });
  return { node: h('fieldset', { class: 'effect-group', testid: `effects-${name}` }, h('legend', { text: title }), boxes, place), place };
}

function yesOrNo(name, title, onChange) {
  const question = choices({
    name, kind: 'words', optional: true, title,
    options: [['yes', 'feedback.yes'], ['no', 'feedback.no']].map(([value, key]) => ({ value, text: t(key), testid: `${name}-${value}` })),
    onChange: (value) => onChange(value === null ? null : value === 'yes'),
  });
  return { node: question.node, set: (value) => question.set(value === null ? null : value ? 'yes' : 'no') };
}

function nameOf(item) { return item.names[spoken()] ?? item.names.en ?? item.id; }
function namesOf(item) { return [item.id, ...Object.values(item.names)]; }
function names(items) { return listed(items.map(nameOf)); }

/** Letters that are typed in two ways count as one: Arabic and Persian ye and kaf, the half-space, accents. As the practice reads them. */
export function folded(text) {
  return text.normalize('NFKD').replace(/[\p{M}\p{Cf}\s-]/gu, '').replace(/[يى]/g, 'ی').replaceAll('ك', 'ک').replace(/[ةەھ]/g, 'ه').toLowerCase();
}
