// What belongs to the person: where they are signed in, who read their record, what they allow, and a copy of it all.
// Each section looks after itself: one that the practice does not have is not shown, one that fails takes no other along.

import { h, show } from '../elements.js';
import { t } from '../i18n.js';
import { consents } from './consents.js';
import { devices } from './devices.js';
import { exported } from './exported.js';
import { readers } from './readers.js';

export function account(app) {
  const sections = [devices, readers, consents, exported].map((build) => build(app));
  const node = h('section', { class: 'account', 'aria-labelledby': 'account-title' },
    h('h1', { id: 'account-title', class: 'vv-title', tabindex: '-1', text: t('tab.account') }),
    h('p', { class: 'lead vv-soft', dir: 'auto', text: t('account.lead', { name: app.session.person?.name ?? '' }) }),
    sections.map((one) => one.node));

  /** Read everything anew: called whenever the view is opened. */
  function shown() { for (const one of sections) one.read(); }

  return { node, shown, update() { /* nothing here follows the socket */ } };
}

/** A section: its title, a place for its content, and `read`, which fills it and hides it where there is no such thing. */
export function section(name, fill, { lead = '' } = {}) {
  const content = h('div', { class: 'stack' });
  const problem = h('p', { class: 'vv-soft', role: 'status', hidden: true, text: t('account.offline') });
  const node = h('section', { class: 'vv-card account-section', 'aria-labelledby': `account-${name}`, testid: `account-${name}`, hidden: true },
    h('h2', { id: `account-${name}`, class: 'vv-h3', text: t(`${name}.title`) }), lead ? h('p', { class: 'vv-soft vv-small', text: lead }) : null, problem, content);

  async function read() {
    try {
      await fill(content);
      show(node, true);
      show(problem, false);
    } catch (failed) {
      show(node, failed.status !== 404); // this practice's program does not know it
      show(problem, true);
    }
  }

  return { node, read };
}
