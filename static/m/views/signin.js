// The way in: a one-time code, or in a demo one of its people.

import { ask } from '../api.js';
import { el, name, say } from '../dom.js';

export function create(app, { code = '', notice = '' } = {}) {
  const { t } = app.words;
  const input = el('input', {
    id: 'invite-code', class: 'input', 'data-testid': 'invite-code', dir: 'ltr', autocomplete: 'one-time-code', autocapitalize: 'characters',
    spellcheck: 'false', enterkeyhint: 'go', 'aria-describedby': 'invite-hint invite-error', value: code,
  });
  const button = el('button', { class: 'button button--wide', type: 'submit', 'data-testid': 'invite-send' }, t('sign_in'));
  const error = el('p', { id: 'invite-error', class: 'problem', role: 'alert', 'data-testid': 'invite-error' });
  const form = el('form', { class: 'vv-card stack', novalidate: true, onsubmit: redeem },
    el('label', { for: 'invite-code' }, t('invite_code')), input, el('p', { id: 'invite-hint', class: 'vv-soft vv-small' }, t('invite_hint')), error, button);
  const demo = el('section', { class: 'stack', hidden: true, 'aria-labelledby': 'h-demo' }, el('h2', { id: 'h-demo' }, t('demo_people')));
  const node = el('div', { class: 'view signin' },
    el('header', { class: 'hero' }, el('img', { src: '/static/sprig.svg', alt: '', width: 96, height: 110 }), el('h1', { tabindex: -1 }, t('welcome')), el('p', { class: 'vv-soft' }, t('welcome_text'))),
    notice && el('p', { class: 'vv-card vv-card--accent', role: 'status', 'data-testid': 'notice' }, t(notice)), form, demo);
  offerDemo();

  async function redeem(event) {
    event.preventDefault();
    if (!input.value.trim()) return refuse(t('invite_empty'));
    return enter(() => app.session.redeem(input.value), button);
  }

  async function enter(way, pressed) {
    if (pressed.getAttribute('aria-disabled')) return; // a code works once: no second press while the first is under way
    say(error, '');
    const label = pressed.textContent;
    pressed.setAttribute('aria-disabled', 'true');
    pressed.textContent = t('signing_in');
    try {
      await way();
      await app.signedIn();
    } catch (problem) {
      pressed.removeAttribute('aria-disabled');
      pressed.textContent = label;
      refuse(problem.passing ? problem.detail || t('no_connection') : app.words.lang === 'en' && problem.detail || t('invite_wrong'));
    }
  }

  function refuse(text) {
    say(error, text);
    input.setAttribute('aria-invalid', 'true');
    input.focus();
  }

  async function offerDemo() {
    let people;
    try { ({ people } = await ask('GET', '/api/auth/demo')); } catch { return; } // no demo, or no server: nothing to offer
    const patients = people.filter((p) => p.role === 'patient');
    demo.append(...patients.map((person) => {
      const pick = el('button', { class: 'button button--quiet button--wide', type: 'button', 'data-testid': `demo-${person.id}`, onclick: () => enter(() => app.session.enterDemo(person.id), pick) }, name(person.name));
      return pick;
    }));
    demo.hidden = patients.length === 0;
  }
  return { node, update() {} };
}
