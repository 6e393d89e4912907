// The phone: puts session, store, socket and tabs together. Everything that is shown comes from `model`, which is
// changed here only; the tab in view is drawn after each change, at most once a frame.

import { Announcer } from './announcer.js';
import { draftOf, NO_DRAFT } from './draft.js';
import { preferred, said, speak, spoken, t } from './i18n.js';
import { follow } from './live.js';
import { look } from './look.js';
import { Model } from './model.js';
import { Outbox } from './outbox.js';
import { keepPage } from './newer.js';
import { asciiDigits, Session, takeInvite } from './session.js';
import { apply, changesBetween, fromKept, reminder } from './state.js';
import { forgetPerson, openStore } from './store.js';
import { account } from './views/account.js';
import { effectiveness } from './views/effectiveness.js';
import { feedback } from './views/feedback.js';
import { frame, TABS } from './views/frame.js';
import { menu } from './views/menu.js';
import { overview } from './views/overview.js';
import { recommendations } from './views/recommendations.js';
import { signIn } from './views/sign-in.js';

const VIEWS = { overview, recommendations, effectiveness, feedback, account };
const SAVE_AFTER_MS = 300;      // a burst of messages is written down once

class Phone {
  model = new Model();
  draft = NO_DRAFT;
  #place = document.getElementById('app');
  #live = null;
  #frame = null;
  #views = {};
  #tab = 'overview';
  #changed = new Map(); // what changed since a tab was last drawn, by tab
  #drawing = false;
  #saving = 0;
  #announcer = new Announcer();

  async start() {
    const code = takeInvite();
    look.wear(look.theme);
    speak(look.read('language') ?? preferred());
    document.body.append(this.#announcer.node);
    this.store = await openStore();
    this.session = new Session(this.store);
    this.outbox = new Outbox({
      store: this.store, session: this.session, onChange: () => { this.#noteSent(); this.draw(); },
      onAdvice: (item, sentences) => this.#keepAdvice(item, sentences),
    });
    this.model.session = this.session;
    this.model.outbox = this.outbox;
    addEventListener('hashchange', () => this.#route());
    addEventListener('online', () => this.outbox.flush());
    document.addEventListener('visibilitychange', () => (document.visibilityState === 'hidden' ? this.#saveNow() : this.#seen()));
    addEventListener('pagehide', () => this.#saveNow());
    const signedIn = await this.session.load();
    if (code) {
      this.#showSignIn({ code }).submit();
    } else if (signedIn) await this.#enter();
    else this.#showSignIn();
  }

  // ── sign-in ──────────────────────────────────────────────────────────────

  async redeem(code) { await this.session.redeem(code); await this.#enter(); this.focusTitle(); }
  async enterDemo(id) { await this.session.enterDemo(id); await this.#enter(); this.focusTitle(); }

  async signOut() {
    this.#live?.stop();
    clearTimeout(this.#saving);
    this.#saving = 0;
    const person = this.session.person?.id;
    await this.session.signOut();
    await forgetPerson(this.store, person);
    location.replace(location.pathname); // nothing of the person stays in memory either
  }

  signOutAsked(before = () => {}) {
    if (!globalThis.confirm(t(this.outbox.unsent ? 'menu.out.unsent' : 'menu.out.sure'))) return;
    before();
    this.signOut();
  }

  #showSignIn(options) {
    this.#frame = null;
    const view = signIn(this, options);
    this.#place.replaceChildren(view.node);
    document.title = `${t('sign.title')} · Vervain`;
    return view;
  }

  async #enter() {
    await this.#load();
    this.#showFrame();
    this.#followCurrent();
    this.#fetchEffects();
    this.#speakNames();
    this.outbox.flush();
  }

  /** Show what this phone kept: it is there before the first answer, and marked as not confirmed. */
  async #load() {
    const person = this.session.person?.id;
    const { confirmed, state, ...kept } = fromKept(await this.store.get('kept'), person, this.session.diagnosisId);
    Object.assign(this.model, { ...kept, raw: state, loaded: Boolean(state.diagnosis), problem: null, sentAt: null, status: { state: 'stale', confirmed } });
    const draft = await this.store.get('draft');
    this.draft = draft?.person_id === person && draft.diagnosis_id === this.session.diagnosisId ? draftOf(draft.answers) : NO_DRAFT;
    this.model.effects = await this.store.get('effects');
    await this.outbox.load();
  }

  // ── live ─────────────────────────────────────────────────────────────────

  async #followCurrent() {
    this.#live?.stop();
    const id = this.session.diagnosisId ?? await this.#findDiagnosis();
    if (!id) return;
    this.#live = follow({
      // Who we are is in the first message, also where a practitioner is signed in by cookie in the same browser.
      url: `${location.origin.replace(/^http/, 'ws')}/ws/${id}?auth=message`,
      position: () => (this.model.epoch && this.model.state.diagnosis?.id === id ? { seq: this.model.state.seq, epoch: this.model.epoch } : null),
      token: (fresh) => this.session.token(fresh),
      onMessage: (message, epoch) => this.#receive(message, epoch),
      onStatus: (status) => this.#setStatus(status),
      onRefused: () => this.#refused(),
    });
  }

  async diagnoses() { return (await this.session.ask('GET', '/api/diagnosis')).items; }

  /** An invite names its diagnosis; other sign-ins may not. */
  async #findDiagnosis() {
    try {
      const found = await this.diagnoses();
      const one = found.find((diagnosis) => diagnosis.status === 'open') ?? found[0];
      this.model.problem = one ? null : 'none';
      if (one) await this.session.follow(one.id);
      this.draw();
      return one?.id ?? null;
    } catch (problem) {
      if (problem.signedOut) this.#refused();
      else this.#setStatus({ state: 'offline', confirmed: this.model.status.confirmed });
      return null;
    }
  }

  async follow(id) {
    this.#live?.stop();
    await this.session.follow(id);
    await this.#load();
    this.#showFrame();
    this.#followCurrent();
  }

  lookAgain() { this.#followCurrent(); }

  #receive(message, epoch) {
    const before = this.model.raw;
    const after = apply(before, message);
    if (after === before) return;
    const news = changesBetween(this.model.inWords(before), this.model.inWords(after));
    const at = message.timestamp;
    Object.assign(this.model, { raw: after, epoch, loaded: after.diagnosis !== null, problem: null });
    if (news.length) {
      const about = new Set(news.map((one) => one.id));
      this.model.news = [...this.model.news.filter((one) => !about.has(one.id)), ...news.map((one) => ({ ...one, at }))];
      this.announce(t(news.every((one) => one.kind === 'replied') ? 'announce.reply' : 'announce.change'));
    }
    if (!reminder(before) && reminder(after, this.outbox.items)) this.announce(t('announce.reminder'));
    this.#note(before, after, news);
    if (after.feedback !== before.feedback) this.outbox.delivered(after.feedback);
    this.#saveSoon();
    this.draw();
  }

  #note(before, after, news) {
    if (!before.diagnosis) return;
    const old = new Set(before.effectiveness);
    for (const tab of TABS) {
      const changed = this.#changed.get(tab) ?? { recommendations: new Set(), effectiveness: new Set() };
      for (const one of news) changed.recommendations.add(one.id);
      for (const one of after.effectiveness) if (!old.has(one)) changed.effectiveness.add(one.recommendation_id);
      this.#changed.set(tab, changed);
    }
  }

  #setStatus({ state, confirmed }) {
    const before = this.model.status;
    const minute = (when) => Math.floor((when ?? 0) / 60000);
    this.model.status = { state, confirmed: confirmed ?? before.confirmed };
    if (before.state === state && minute(before.confirmed) === minute(confirmed ?? before.confirmed)) return;
    if (state === 'live' && before.state !== 'live') {
      if (before.state === 'offline' && before.confirmed) this.announce(t('announce.live'));
      this.outbox.flush();
      if (!this.model.effects) this.#fetchEffects();
    }
    if (state === 'offline' && before.state !== 'offline') this.announce(t('announce.offline'));
    this.#saveSoon();
    this.draw();
  }

  async #refused() {
    this.#live?.stop();
    await this.#saveNow();
    await this.session.forget(); // the kept state and unsent feedback stay for the same person
    this.#showSignIn({ message: t('sign.ended') });
  }

  #seen() {
    if (!this.session.signedIn) return;
    if (this.model.problem || !this.#live) this.#followCurrent();
    this.outbox.flush();
    this.draw();
  }

  async #fetchEffects() {
    try {
      this.model.effects = (await this.session.ask('GET', '/api/knowledge/side-effects')).items;
      await this.store.set('effects', this.model.effects);
    } catch { this.model.effects ??= null; }
    this.draw();
  }

  async #speakNames() {
    await this.model.speak(spoken(), { store: this.store, ask: (...what) => this.session.ask(...what) });
    this.draw();
  }

  // ── feedback ─────────────────────────────────────────────────────────────

  keepDraft(change) {
    this.draft = { ...this.draft, ...change };
    this.store.set('draft', { person_id: this.session.person?.id, diagnosis_id: this.session.diagnosisId, answers: this.draft });
  }

  async sendFeedback(body) {
    this.model.sentAt = null;
    const written = this.outbox.add(this.session.diagnosisId, body);
    this.keepDraft(NO_DRAFT);
    const item = await Promise.race([written, new Promise((resolve) => { setTimeout(resolve, 1500); })]); // the form must not wait for a slow network
    this.draw();
    return item;
  }

  /** Take a check-in back; the live message takes it off the list. Gives a sentence where that is not possible. */
  async withdraw(id) {
    try {
      await this.session.ask('DELETE', `/api/feedback/${id}`, { key: `withdraw-${id}` });
      this.announce(t('history.withdrawn'));
      return '';
    } catch (problem) { return problem.detail ? said(problem.detail) : t('history.withdraw.offline'); }
  }

  #noteSent() {
    const sent = this.outbox.items.filter((item) => item.status === 'sent');
    const latest = sent.at(-1);
    if (latest && latest.key !== this.lastSent) {
      this.lastSent = latest.key;
      this.model.sentAt = Date.now();
      this.outbox.delivered(this.model.state.feedback); // where the socket was faster than the answer
    }
  }

  async #keepAdvice(item, sentences) {
    const name = this.model.state.recommendations.find((one) => one.id === item.body.recommendation_id)?.name ?? '';
    this.model.advice = [...this.model.advice.filter((one) => one.key !== item.key), { key: item.key, sentences, name, at: new Date().toISOString() }];
    await this.#saveNow();
    this.announce(sentences.map(said).join(' '));
    if (this.#tab !== 'feedback') location.hash = '#feedback'; // where it is shown
  }

  readAdvice(key) { this.model.advice = this.model.advice.filter((one) => one.key !== key); this.#saveSoon(); this.draw(); this.focusTitle(); }
  readNews() { this.model.news = []; this.#saveSoon(); this.draw(); }

  // ── drawing ──────────────────────────────────────────────────────────────

  #showFrame() {
    this.#changed.clear();
    this.#frame = frame({ onMenu: () => menu(this), onSkip: (event) => { event.preventDefault(); this.focusTitle(); } });
    this.#views = Object.fromEntries(Object.keys(VIEWS).map((tab) => [tab, VIEWS[tab](this)]));
    this.#place.replaceChildren(this.#frame.node);
    this.#route(false);
  }

  #route(moveFocus = true) {
    if (!this.#frame) return;
    const [wanted, id] = location.hash.slice(1).split('/');
    this.#tab = Object.hasOwn(VIEWS, wanted) ? wanted : 'overview';
    const view = this.#views[this.#tab];
    const other = view.node !== this.#frame.main.firstChild;
    this.#frame.choose(this.#tab);
    if (other) this.#frame.main.replaceChildren(view.node);
    document.title = `${t(`tab.${this.#tab}`)} · Vervain`;
    this.#drawNow();
    if (other) { scrollTo({ top: 0 }); view.shown?.(); }
    const taken = id && view.open?.(Number(asciiDigits(id)));
    if (moveFocus && other && !taken) this.focusTitle();
  }

  focusTitle() { this.#place.querySelector('h1')?.focus({ preventScroll: false }); }

  draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    const now = () => { this.#drawing = false; this.#drawNow(); };
    if (document.visibilityState === 'hidden') setTimeout(now, 100); // no frames come while hidden
    else requestAnimationFrame(now);
  }

  #drawNow() {
    if (!this.#frame) return;
    this.#frame.update(this.model);
    const nothing = { recommendations: new Set(), effectiveness: new Set() };
    this.#views[this.#tab].update(this.model, this.#changed.get(this.#tab) ?? nothing);
    this.#changed.delete(this.#tab);
  }

  announce(sentence) { this.#announcer.say(sentence); }

  // ── keeping ──────────────────────────────────────────────────────────────

  #saveSoon() { this.#saving ||= setTimeout(() => this.#saveNow(), SAVE_AFTER_MS); }

  async #saveNow() {
    clearTimeout(this.#saving);
    this.#saving = 0;
    const { raw: state, epoch, news, advice, status } = this.model;
    if (!this.session?.signedIn || !state.diagnosis) return;
    await this.store.set('kept', { person_id: this.session.person.id, state, epoch, news, advice, confirmed: status.confirmed });
  }

  setLanguage(language) {
    look.write('language', language);
    speak(language);
    document.querySelector('dialog[open]')?.close();
    if (!this.#frame) return void this.#showSignIn();
    this.#showFrame();
    this.#speakNames();
  }
}

const phone = new Phone();
phone.start();
keepPage();
