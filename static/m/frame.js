// What stands around every view: the name, the live mark, the language, the account and the four tabs.

import { el, icon, say } from './dom.js';

export const TABS = ['overview', 'recommendations', 'effectiveness', 'feedback'];
const SPEAK_EVERY_MS = 2000; // a screen reader must be able to finish a sentence

/** Build the frame for one language. Gives the places that change and the ways to change them. */
export function frame({ words, signedIn, practice, onLanguage, onSignOut }) {
  const { t } = words;
  const mark = el('span', { class: 'vv-live', 'data-testid': 'live-mark', 'data-state': 'stale' }, t('live_stale'));
  const banner = el('p', { class: 'banner', 'data-testid': 'banner', hidden: true });
  const spoken = el('div', { class: 'vv-hidden', 'aria-live': 'polite', 'data-testid': 'spoken' });
  const diagnoses = el('div');
  const main = el('main', { id: 'main', tabindex: -1 });
  const tabs = TABS.map((tab) => el('a', { href: `#${tab}`, 'data-testid': `tab-${tab}` }, icon(tab), el('span', {}, t(tab))));
  const language = el('button', {
    class: 'plain', type: 'button', lang: words.lang === 'fa' ? 'en' : 'fa', 'data-testid': 'language', onclick: onLanguage,
  }, t('other_language'));
  const account = el('details', { class: 'account' },
    el('summary', { 'aria-label': t('account'), 'data-testid': 'account' }, icon('menu')),
    el('div', { class: 'vv-card account-card' },
      el('p', {}, el('strong', {}, el('bdi', {}, signedIn?.name ?? '')), el('br'), el('bdi', { class: 'vv-soft' }, practice?.name ?? '')),
      practice?.synthetic && el('p', { class: 'vv-chip vv-chip--unknown' }, t('synthetic')),
      diagnoses,
      el('button', { class: 'button button--quiet button--wide', type: 'button', 'data-testid': 'sign-out', onclick: onSignOut }, t('sign_out'))));

  const node = el('div', { class: 'frame' },
    el('a', { class: 'skip', href: '#main', onclick: (event) => { event.preventDefault(); main.focus(); } }, t('skip')),
    el('header', { class: 'top' },
      el('span', { class: 'brand' }, el('img', { src: '/static/icon.svg', alt: '', width: 32, height: 32 }), el('b', {}, 'Vervain')),
      signedIn && mark, el('span', { class: 'top-end' }, language, signedIn && account)),
    signedIn && banner, main, signedIn && el('nav', { class: 'tabs', 'aria-label': t('tabs') }, tabs), spoken);

  const queue = [];
  let speaking = 0;
  function speak(text) {
    if (queue.at(-1) !== text) queue.push(text);
    if (!speaking) speaking = setTimeout(utter, 100);
  }
  function utter() {
    const text = queue.splice(0).join(' ');
    speaking = text ? setTimeout(utter, SPEAK_EVERY_MS) : 0;
    if (text) { spoken.textContent = ''; spoken.append(el('p', {}, text)); }
  }

  let shown = null;
  function live({ state, confirmed }, hasState) {
    const when = confirmed ? words.when(confirmed) : t('never');
    const label = t(state === 'live' ? 'live' : `live_${state}`);
    mark.dataset.state = state;
    say(mark, confirmed ? `${label} · ${when}` : label);
    mark.setAttribute('title', t('live_label', { state: label, when }));
    const warning = state === 'live' ? '' : !hasState ? '' : t(state === 'offline' ? 'old_data' : 'checking_data', { when });
    say(banner, warning);
    banner.hidden = !warning;
    if (shown !== null && shown !== state && state !== 'stale') speak(label);
    if (state !== 'stale') shown = state;
  }

  function select(tab) {
    for (const link of tabs) {
      if (link.hash === `#${tab}`) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }

  /** Offer a choice where this person has more than one diagnosis. */
  function offer(items, current, onChoose) {
    if (items.length < 2) return diagnoses.replaceChildren();
    const pick = el('select', { id: 'diagnosis', class: 'input', onchange: () => onChoose(Number(pick.value)) },
      items.map((d) => el('option', { value: d.id, selected: d.id === current }, d.condition || d.complaint || words.day(d.created))));
    return diagnoses.replaceChildren(el('label', { for: 'diagnosis' }, t('choose_diagnosis')), pick);
  }

  return { node, main, speak, live, select, offer };
}
