// A copy of everything that the practice keeps of me, as a file.

import { h, write } from '../elements.js';
import { t } from '../i18n.js';
import { section } from './account.js';

const FORMATS = { json: 'json', csv: 'zip', fhir: 'fhir.json' }; // and how the file's name ends

export function exported(app) {
  return section('exported', fill, { lead: t('exported.lead') });

  async function fill(content) {
    if (content.firstChild) return;
    const told = h('p', { class: 'vv-soft vv-small', role: 'status' });
    const buttons = Object.keys(FORMATS).map((format) => h('button', { type: 'button', class: 'button button--soft', testid: `export-${format}`, text: t(`exported.${format}`), onclick: () => save(format) }));
    content.replaceChildren(h('div', { class: 'actions' }, buttons), told);

    async function save(format) {
      for (const one of buttons) one.disabled = true;
      write(told, t('exported.busy'));
      try {
        const address = `/api/patients/${app.session.person.patient_id}/export?format=${format}`;
        const answer = await fetch(address, { headers: { Authorization: `Bearer ${await app.session.token()}` }, credentials: 'omit', cache: 'no-store' });
        if (!answer.ok) throw new Error(String(answer.status));
        keep(await answer.blob(), `vervain.${FORMATS[format]}`);
        write(told, t('exported.done'));
      } catch { write(told, t('account.offline')); }
      for (const one of buttons) one.disabled = false;
    }
  }
}

function keep(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = h('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
