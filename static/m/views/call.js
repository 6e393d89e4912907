// Whom to call, where a person is told to: a link that dials, with whose number it is. Nothing where the practice has set none.

import { h, show, write } from '../elements.js';
import { digits, isolated, t } from '../i18n.js';
import { dialled } from '../state.js';

/** Give {node, update(practice)}; `practice` is {name, phone}, or nothing where it is not known. `look` is the button's. */
export function call(practice = null, look = '') {
  const whose = h('span', {}), number = h('bdi', { dir: 'ltr', class: 'call-number' });
  const node = h('a', { class: `button call ${look}`, testid: 'call' }, whose, number);
  let shown;

  function update(now) {
    const key = JSON.stringify([now?.name, now?.phone]);
    if (key === shown) return;
    shown = key;
    const to = dialled(now);
    show(node, Boolean(to));
    if (!to) return void node.removeAttribute('href');
    node.setAttribute('href', `tel:${to}`);
    write(whose, t('call.practice', { name: isolated(now.name) }));
    write(number, digits(now.phone));
  }

  update(practice);
  return { node, update };
}
