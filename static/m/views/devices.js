// Where I am signed in: each with when it was last used; another one can be ended, this one signs out.

import { h } from '../elements.js';
import { fullDay, moment, t } from '../i18n.js';
import { section } from './account.js';

const NAMELESS = /^[\w-]{20,}$/; // a number that an older version of this page called itself by

export function devices(app) {
  const all = section('devices', fill);

  async function fill(content) {
    const { items } = await app.session.ask('GET', '/api/auth/sign-ins');
    items.sort((one, other) => other.current - one.current || new Date(other.last_seen) - new Date(one.last_seen));
    content.replaceChildren(h('ul', { class: 'plain stack' }, items.map(row)));
  }

  function row(one) {
    const name = !one.device || NAMELESS.test(one.device) ? t('devices.unnamed') : one.device;
    const end = one.current
      ? h('button', { type: 'button', class: 'button button--soft', testid: 'sign-out-here', text: t('menu.out'), onclick: () => app.signOutAsked() })
      : h('button', { type: 'button', class: 'button button--soft', testid: 'device-end', text: t('devices.end'), 'aria-label': t('devices.end.named', { name }), onclick: () => endIt(one, name) });
    return h('li', { class: 'device', testid: 'device' },
      h('div', { class: 'device-words' },
        h('p', { class: 'device-name' }, h('bdi', { text: name }), one.current ? h('span', { class: 'vv-chip', text: t('devices.this') }) : null),
        h('p', { class: 'vv-soft vv-small', text: one.current ? t('devices.since', { when: moment(one.created), until: fullDay(one.last_day) }) : t('devices.seen', { when: moment(one.last_seen) }) })),
      end);
  }

  async function endIt(one, name) {
    if (!globalThis.confirm(t('devices.sure', { name }))) return;
    try {
      await app.session.ask('DELETE', `/api/auth/sign-ins/${one.id}`);
      app.announce(t('devices.ended'));
    } catch (problem) { if (problem.status !== 404) app.announce(t('account.offline')); } // 404: it is over already
    await all.read();
  }

  return all;
}
