// Who read my record, the newest first.

import { h } from '../elements.js';
import { folded } from '../folded.js';
import { listed, moment, t, word } from '../i18n.js';
import { section } from './account.js';

export function readers(app) {
  return section('readers', fill);

  async function fill(content) {
    const list = h('ul', { class: 'plain stack' });
    const more = h('button', { type: 'button', class: 'button button--soft', text: t('readers.more') });
    const { items, next } = await page('');
    if (!items.length) return content.replaceChildren(h('p', { class: 'vv-soft', text: t('readers.none') }));
    add(items, next);
    content.replaceChildren(list, more);

    function add(found, cursor) {
      list.append(...folded(found).map(row));
      more.hidden = !cursor;
      more.onclick = async () => {
        more.disabled = true;
        try { const older = await page(`?cursor=${encodeURIComponent(cursor)}`); add(older.items, older.next); } catch { app.announce(t('account.offline')); }
        more.disabled = false;
      };
    }
  }

  function page(query) { return app.session.ask('GET', `/api/patients/${app.session.person.patient_id}/readers${query}`); }
}

function row({ times, name, role, action, reason }) {
  const [newest] = times, oldest = times.at(-1);
  const [from, to, n] = [moment(oldest), moment(newest), times.length];
  const when = n === 1 ? to : from === to ? t('readers.times', { when: to, n }) : t('readers.between', { from, to, n });
  const what = [word('role', role), word('action', action), when].filter(Boolean).join(' · ');
  return h('li', { class: 'reader', testid: 'reader' },
    h('p', { class: 'device-name' }, h('bdi', { text: name })),
    times.length > 1
      ? h('details', {}, h('summary', { class: 'vv-soft vv-small' }, h('span', { text: what })), h('p', { class: 'vv-soft vv-small', text: listed(times.map((at) => moment(at))) }))
      : h('p', { class: 'vv-soft vv-small', text: what }),
    reason ? h('p', { class: 'quote', dir: 'auto', text: reason }) : null);
}
