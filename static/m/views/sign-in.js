// The way in: the code from the practitioner, or one click in a demo practice.

import { ask } from '../api.js';
import { h, show, write } from '../elements.js';
import { LANGUAGES, said, spoken, t } from '../i18n.js';
import { cleanCode } from '../session.js';

const LENGTH = 8; // letters and digits of a code

export function signIn(app, { code = '', message = '' } = {}) {
  const error = h('p', { class: 'error', id: 'code-error', role: 'alert', dir: 'auto' });
  const input = h('input', {
    id: 'code', class: 'input input--code', testid: 'invite-code', autocomplete: 'one-time-code', autocapitalize: 'characters', autocorrect: 'off',
    spellcheck: 'false', enterkeyhint: 'go', dir: 'ltr', placeholder: 'K7QF-3MXA', 'aria-describedby': 'code-hint code-error', oninput: () => say(''),
  });
  input.value = code;
  const send = h('button', { type: 'submit', class: 'button button--main', testid: 'invite-send', text: t('sign.send') });
  const people = h('ul', { class: 'plain stack' });
  const demo = h('section', { class: 'demo', 'aria-labelledby': 'demo-title', hidden: true }, h('h2', { id: 'demo-title', class: 'vv-h3', text: t('sign.demo') }), h('p', { class: 'vv-soft vv-small', text: t('synthetic') }), people);
  const language = h('select', { class: 'input input--small', id: 'sign-language', testid: 'sign-language', onchange: () => app.setLanguage(language.value) }, Object.entries(LANGUAGES).map(([key, name]) => h('option', { value: key, text: name, lang: key, selected: key === spoken() })));
  const node = h('main', { class: 'sign', id: 'main', tabindex: '-1' },
    h('div', { class: 'sign-language' }, h('label', { for: 'sign-language', class: 'vv-small', text: t('menu.language') }), language),
    h('img', { src: '/static/icon.svg', alt: '', width: 72, height: 72, class: 'sign-icon' }),
    h('h1', { class: 'vv-title', tabindex: '-1', text: t('sign.title') }), h('p', { class: 'lead', text: t('sign.lead') }),
    message ? h('p', { class: 'vv-card notice', role: 'status', text: message }) : null,
    h('form', { class: 'vv-card form', novalidate: true, onsubmit: submit },
      h('label', { for: 'code', class: 'legend', text: t('sign.code') }), input, error, h('p', { class: 'vv-soft vv-small', id: 'code-hint', text: t('sign.hint') }), send),
    h('p', { class: 'vv-soft vv-small', text: t('sign.help') }), demo);

  function say(sentence) {
    write(error, sentence);
    show(error, Boolean(sentence));
    if (sentence) input.setAttribute('aria-invalid', 'true'); else input.removeAttribute('aria-invalid');
  }

  async function submit(event) {
    event?.preventDefault();
    const plain = cleanCode(input.value);
    if (!plain) return fail(t('sign.empty'));
    if (plain.length !== LENGTH) return fail(t('sign.length', { n: plain.length }));
    await enter(() => app.redeem(plain));
  }

  async function enter(work) {
    say('');
    send.disabled = true;
    write(send, t('sign.busy'));
    try {
      await work();
    } catch (problem) {
      fail(problem.detail ? said(problem.detail) : problem.status === 0 ? t('sign.offline') : t('error.fetch'));
    } finally {
      send.disabled = false;
      write(send, t('sign.send'));
    }
  }

  function fail(sentence) {
    say(sentence);
    input.focus();
  }

  async function lookForDemo() {
    const found = await demoPeople();
    people.replaceChildren(...found.map((person) => h('li', {}, h('button', { type: 'button', class: 'button button--soft button--wide', testid: `demo-person-${person.id}`, dir: 'auto', text: person.name, onclick: () => enter(() => app.enterDemo(person.id)) }))));
    show(demo, found.length > 0);
  }

  say('');
  lookForDemo();
  return { node, submit };
}

async function demoPeople() {
  try { return (await ask('GET', '/api/auth/demo')).people.filter((person) => person.role === 'patient'); } catch { return []; }
}
