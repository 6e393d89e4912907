// What belongs to this phone: language, appearance, which plan, and the way out.

import { h, show } from '../elements.js';
import { LANGUAGES, spoken, t, written } from '../i18n.js';
import { look } from '../look.js';

export function menu(app) {
  const { session, model } = app;
  const plans = h('select', { id: 'menu-plan', class: 'input', testid: 'menu-plan', onchange: () => { node.close(); app.follow(Number(plans.value)); } });
  const planField = h('div', { class: 'field', hidden: true }, h('label', { for: 'menu-plan', text: t('menu.plan') }), plans);
  const language = select('menu-language', 'language', Object.entries(LANGUAGES), spoken(), (value) => app.setLanguage(value));
  const as = written();
  const rewritten = (name) => (value) => { look.write(name, value); app.setLanguage(spoken()); };
  const calendar = select('menu-calendar', 'calendar', ['solar', 'gregorian'].map((name) => [name, t(`calendar.${name}`)]), as.calendar, rewritten('calendar'));
  const digits = as.own ? select('menu-numerals', 'numerals', [['own', as.own], ['latin', '123']], as.numerals, rewritten('numerals')) : null;
  const theme = select('menu-theme', 'theme', ['auto', 'light', 'dark'].map((name) => [name, t(`theme.${name}`)]), look.theme, (value) => look.wear(value));
  const node = h('dialog', { class: 'menu vv-card', 'aria-labelledby': 'menu-title' },
    h('h2', { id: 'menu-title', class: 'vv-h3 vv-title', text: t('menu.title') }),
    h('p', { dir: 'auto', text: t('menu.signed', { name: session.person?.name ?? '' }) }), h('p', { class: 'vv-soft', dir: 'auto', text: t('menu.practice', { name: session.practice?.name ?? '' }) }),
    planField, h('div', { class: 'field' }, h('label', { for: 'menu-language', text: t('menu.language') }), language), h('div', { class: 'field' }, h('label', { for: 'menu-calendar', text: t('menu.calendar') }), calendar),
    digits ? h('div', { class: 'field' }, h('label', { for: 'menu-numerals', text: t('menu.numerals') }), digits) : null, h('div', { class: 'field' }, h('label', { for: 'menu-theme', text: t('menu.theme') }), theme), h('a', { href: '#account', class: 'button button--soft button--wide', testid: 'account-open', text: t('menu.account'), onclick: () => node.close() }),
    h('div', { class: 'actions' }, h('button', { type: 'button', class: 'button', testid: 'menu-close', text: t('menu.close'), onclick: () => node.close() }), h('button', { type: 'button', class: 'button button--soft', testid: 'sign-out', text: t('menu.out'), onclick: () => app.signOutAsked(() => node.close()) })));
  node.addEventListener('close', () => node.remove());
  node.addEventListener('click', (event) => { if (event.target === node) node.close(); });

  async function fillPlans() {
    const found = await app.diagnoses().catch(() => []);
    plans.replaceChildren(...found.map((one) => h('option', { value: one.id, text: one.condition || one.complaint || String(one.id), selected: one.id === model.state.diagnosis?.id })));
    show(planField, found.length > 1);
  }

  document.body.append(node);
  node.showModal();
  fillPlans();
}

function select(id, testid, options, chosen, onChange) {
  const node = h('select', { id, class: 'input', testid, onchange: () => onChange(node.value) }, options.map(([value, text]) => h('option', { value, text, selected: value === chosen })));
  return node;
}
