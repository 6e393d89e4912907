// What I allow: being treated by this practice, being counted in its numbers, being shared with other practices.

import { h, write } from '../elements.js';
import { t } from '../i18n.js';
import { section } from './account.js';

const KINDS = ['care', 'statistics', 'sharing'];

export function consents(app) {
  const path = () => `/api/patients/${app.session.person.patient_id}/consents`;
  return section('consents', fill);

  async function fill(content) {
    const { items } = await app.session.ask('GET', path());
    const known = KINDS.map((kind) => items.find((one) => one.kind === kind)).filter(Boolean);
    content.replaceChildren(...known.map(field));
  }

  function field({ kind, granted }) {
    const tick = h('input', { type: 'checkbox', testid: kind === 'statistics' ? 'counted' : `consent-${kind}`, onchange: say });
    const told = h('p', { class: 'vv-soft vv-small', role: 'status', text: t(granted === null && kind === 'care' ? 'consents.unasked' : `consents.${kind}.text`) });
    tick.checked = granted ?? kind === 'statistics'; // answers count until somebody says no
    tick.indeterminate = granted === null && kind === 'care'; // nobody has asked yet: neither a yes nor a no

    async function say() {
      const wanted = tick.checked;
      if (kind === 'care' && !wanted && !globalThis.confirm(t('consents.care.sure'))) { tick.checked = true; return; }
      tick.disabled = true;
      try {
        await app.session.ask('PUT', `${path()}/${kind}`, { body: { granted: wanted } });
        write(told, t(`consents.${kind}.${wanted ? 'yes' : 'no'}`));
      } catch (problem) {
        tick.checked = !wanted;
        write(told, t([403, 404, 405].includes(problem.status) ? 'consents.ask' : 'account.offline'));
      }
      tick.disabled = false;
    }

    return h('div', { class: 'field' }, h('label', { class: 'tick' }, tick, h('span', { text: t(`consents.${kind}`) })), told);
  }
}
