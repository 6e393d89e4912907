// Feedback on its way: written down first, then sent, repeated with the same key until the practice has it once.

import { randomId } from './store.js';
import { backoff } from './live.js';

export class Outbox {
  #store; #session; #onChange; #onAdvice; #sending = null; #timer = 0; #attempt = 0;
  items = []; // {key, person_id, diagnosis_id, body, created, status: waiting|sent|refused, feedback_id, detail}

  constructor({ store, session, onChange, onAdvice }) {
    this.#store = store;
    this.#session = session;
    this.#onChange = onChange;
    this.#onAdvice = onAdvice;
  }

  async load() {
    this.items = (await this.#store.outbox()).filter((item) => item.person_id === this.#session.person?.id)
      .sort((a, b) => a.created.localeCompare(b.created));
  }

  /** Write a feedback down and try to send it; gives it as it then stands. */
  async add(diagnosisId, body) {
    const item = {
      key: randomId(), person_id: this.#session.person.id, diagnosis_id: diagnosisId, body,
      created: new Date().toISOString(), status: 'waiting', feedback_id: null, detail: '',
    };
    await this.#store.put(item);
    this.items = [...this.items, item];
    this.#onChange();
    await this.flush();
    return this.items.find((other) => other.key === item.key) ?? item;
  }

  /** Send what waits, oldest first. Called whenever there may be a connection; never twice at once, also over windows. */
  flush() {
    this.#sending ??= exclusive(() => this.#sendAll()).finally(() => { this.#sending = null; });
    return this.#sending;
  }

  /** The feedback has come back on the live channel: the practice has it, and the state shows it from now on. */
  async delivered(feedback) {
    const ids = new Set(feedback.map((f) => f.id));
    const done = this.items.filter((item) => item.status === 'sent' && ids.has(item.feedback_id));
    if (!done.length) return;
    this.items = this.items.filter((item) => !done.includes(item));
    for (const item of done) await this.#store.drop(item.key);
  }

  async drop(key) {
    this.items = this.items.filter((item) => item.key !== key);
    await this.#store.drop(key);
    this.#onChange();
  }

  get sending() { return this.#sending !== null; }
  get unsent() { return this.items.filter((item) => item.status !== 'sent').length; }

  async #sendAll() {
    clearTimeout(this.#timer);
    for (let item; (item = this.items.find((i) => i.status === 'waiting'));) {
      try {
        const answer = await this.#session.ask('POST', `/api/diagnosis/${item.diagnosis_id}/feedback`, { body: item.body, key: item.key });
        this.#attempt = 0;
        if (answer.advice?.length) await this.#onAdvice(item, answer.advice); // kept before the item may leave
        await this.#replace(item, { status: 'sent', feedback_id: answer.id });
      } catch (problem) {
        if (problem.passing) return this.#later();
        if (problem.status === 401) return undefined; // signed out: it stays until somebody signs in again
        await this.#replace(item, { status: 'refused', detail: problem.detail });
      }
    }
    return undefined;
  }

  #later() {
    if (document.visibilityState === 'hidden') return;
    this.#timer = setTimeout(() => this.flush(), 1000 + backoff(this.#attempt++) * 1000);
  }

  async #replace(item, change) {
    const next = { ...item, ...change };
    this.items = this.items.map((other) => (other.key === item.key ? next : other));
    await this.#store.put(next);
    this.#onChange();
  }
}

function exclusive(work) {
  return globalThis.navigator?.locks ? navigator.locks.request('vervain-outbox', work) : work();
}
