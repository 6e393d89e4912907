// What belongs to this phone: language, appearance, which plan, and the way out.

import { h, show } from '../elements.js';
import { LANGUAGES, spoken, t } from '../i18n.js';

export function menu(app) {
  const { session, model } = app;
  const plans = h('select', { id: 'menu-plan', class: 'input', testid: 'menu-plan', onchange: () => { node.close(); app.follow(Number(plans.value)); } });
  const planField = h('div', { class: 'field', hidden: true }, h('label', { for: 'menu-plan', text: t('menu.plan') }), plans);
  const language = select('menu-language', 'language', Object.entries(LANGUAGES), spoken(), (value) => app.setLanguage(value));
  const theme = select('menu-theme', 'theme', ['auto', 'light', 'dark'].map((name) => [name, t(`theme.${name}`)]), app.theme, (value) => app.setTheme(value));
  const counted = h('input', { type: 'checkbox', testid: 'counted', disabled: true, onchange: sayCounted });
  const countedField = h('div', { class: 'field' }, h('label', { class: 'tick' }, counted, h('span', { text: t('menu.counted') })), h('p', { class: 'vv-soft vv-small', role: 'status' }));
  const node = h('dialog', { class: 'menu vv-card', 'aria-labelledby': 'menu-title' },
    h('h2', { id: 'menu-title', class: 'vv-h3 vv-title', text: t('menu.title') }),
    h('p', { dir: 'auto', text: t('menu.signed', { name: session.person?.name ?? '' }) }), h('p', { class: 'vv-soft', dir: 'auto', text: t('menu.practice', { name: session.practice?.name ?? '' }) }),
    planField, h('div', { class: 'field' }, h('label', { for: 'menu-language', text: t('menu.language') }), language), h('div', { class: 'field' }, h('label', { for: 'menu-theme', text: t('menu.theme') }), theme), countedField,
    h('div', { class: 'actions' }, h('button', { type: 'button', class: 'button', testid: 'menu-close', text: t('menu.close'), onclick: () => node.close() }), h('button', { type: 'button', class: 'button button--soft', testid: 'sign-out', text: t('menu.out'), onclick: out })));
  node.addEventListener('close', () => node.remove());
  node.addEventListener('click', (event) => { if (event.target === node) node.close(); });

  function out() {
    if (!globalThis.confirm(t(app.outbox.unsent ? 'menu.out.unsent' : 'menu.out.sure'))) return;
    node.close();
    app.signOut();
  }

  function tellCounted(text) { countedField.lastChild.textContent = text; }

  async function fillCounted() {
    try {
      const said = await app.consent();
      counted.checked = said !== false;
      counted.disabled = false;
      tellCounted(t('menu.counted.text'));
    } catch { tellCounted(t('menu.counted.offline')); }
  }

  async function sayCounted() {
    const wanted = counted.checked;
    counted.disabled = true;
    try {
      await app.consent(wanted);
      tellCounted(t(wanted ? 'menu.counted.yes' : 'menu.counted.no'));
    } catch {
      counted.checked = !wanted;
      tellCounted(t('menu.counted.offline'));
    }
    counted.disabled = false;
  }

  async function fillPlans() {
    const found = await app.diagnoses().catch(() => []);
    plans.replaceChildren(...found.map((one) => h('option', { value: one.id, text: one.condition || one.complaint || String(one.id), selected: one.id === model.state.diagnosis?.id })));
    show(planField, found.length > 1);
  }

  document.body.append(node);
  node.showModal();
  fillPlans();
  fillCounted();
}

function select(id, testid, options, chosen, onChange) {
  const node = h('select', { id, class: 'input', testid, onchange: () => onChange(node.value) }, options.map(([value, text]) => h('option', { value, text, selected: value === chosen })));
  return node;
}
