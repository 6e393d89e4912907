// What stands around every tab: the name, the live mark, what is said when it is not live, and the tab bar.

import { h, show, write } from '../elements.js';
import { moment, t, time } from '../i18n.js';

export const TABS = ['overview', 'recommendations', 'effectiveness', 'feedback'];
const STALE_AFTER_MS = 1500;

const MARKS = { // drawn here so that they take the colour of their text
  overview: 'M4 11.5 12 5l8 6.5M6.5 10v9h11v-9M10 19v-5h4v5',
  recommendations: 'M6 4.5h12v15H6zM9 9h6M9 12.5h6M9 16h3.5',
  effectiveness: 'M4 19.5h16M5 15l4.5-5 3.5 3 6-7',
  feedback: 'M5 5h14v10.5h-7L8 19v-3.5H5zM9 10.3l2 2 4-4',
};

/** Build the frame; gives {node, main, update, choose}. */
export function frame({ onMenu, onSkip }) {
  const live = h('span', { class: 'vv-live', testid: 'live-mark' });
  const menu = h('button', { type: 'button', class: 'quiet-button', testid: 'menu-open', 'aria-label': t('menu.open'), 'aria-haspopup': 'dialog', onclick: onMenu }, icon('M5 7.5h14M5 12h14M5 16.5h14'));
  const banner = h('aside', { class: 'banner', hidden: true });
  const synthetic = h('footer', { class: 'synthetic', text: t('synthetic'), hidden: true });
  const main = h('main', { id: 'main', tabindex: '-1' });
  const links = Object.fromEntries(TABS.map((tab) => [tab, h(
    'a', { href: `#${tab}`, class: 'tab', testid: `tab-${tab}` }, icon(MARKS[tab]), h('span', { text: t(`tab.${tab}`) }),
  )]));
  const node = h(
    'div', { class: 'frame' },
    h('a', { class: 'skip', href: '#main', text: t('app.skip'), onclick: onSkip }),
    h('header', { class: 'head' }, h('span', { class: 'brand' }, h('img', { src: '/static/icon.svg', alt: '', width: 28, height: 28 }), h('span', { text: 'Vervain' })), live, menu),
    banner, main, synthetic,
    h('nav', { class: 'tabs', 'aria-label': t('tabs.label') }, Object.values(links)),
  );

  let late = 0; // a connection that comes within this wait is not worth a sentence that pushes the page down

  function warn(visible, now) {
    clearTimeout(late);
    if (!visible || now || !banner.hidden) return void show(banner, visible);
    late = setTimeout(() => show(banner, true), STALE_AFTER_MS);
  }

  function update({ status, session, loaded }) {
    const { state, confirmed } = status;
    if (live.dataset.state !== state) live.dataset.state = state;
    write(live, confirmed ? t(state === 'live' ? 'live.live' : `live.${state}.at`, { time: shortTime(confirmed) }) : t(state === 'live' ? 'live.stale' : `live.${state}`));
    write(banner, bannerText(state, confirmed, loaded));
    warn(state !== 'live' && (loaded || state === 'offline'), state === 'offline');
    banner.dataset.state = state;
    show(synthetic, Boolean(session.practice?.synthetic));
  }

  function choose(tab) {
    for (const [name, link] of Object.entries(links)) {
      if (name === tab) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }

  return { node, main, update, choose };
}

function bannerText(state, confirmed, loaded) {
  if (!loaded) return t('banner.never');
  const when = confirmed ? t('when.at', { time: shortTime(confirmed) }) : t('when.never');
  return t(`banner.${state === 'offline' ? 'offline' : 'stale'}`, { when });
}

function shortTime(when) {
  return new Date(when).toDateString() === new Date().toDateString() ? time(when) : moment(when);
}

export function icon(path) {
  return h('svg:svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' }, h('svg:path', { d: path, fill: 'none', stroke: 'currentColor', 'stroke-width': '1.8', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' }));
}

/** An empty place, said kindly. */
export function empty(title, text, ...more) {
  return h('div', { class: 'vv-empty' }, h('h2', { class: 'vv-title', text: title }), h('p', { text }), ...more);
}
