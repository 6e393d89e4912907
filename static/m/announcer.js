// What a screen reader is told of changes: politely, and at most so often that it can be heard.

import { h, write } from './elements.js';

const SOON_MS = 50;   // what happens together is said once
const EVERY_MS = 2500; // a screen reader must be able to finish its sentence

export class Announcer {
  node = h('p', { class: 'vv-hidden', role: 'status', 'aria-live': 'polite' });
  #next = '';
  #timer = 0;

  /** Say a sentence soon; of several that wait the last one is said. */
  say(sentence) {
    this.#next = sentence;
    this.#timer ||= setTimeout(() => this.#speak(), SOON_MS);
  }

  #speak() {
    this.#timer = 0;
    if (!this.#next) return;
    write(this.node, this.#next);
    this.#next = '';
    this.#timer = setTimeout(() => this.#speak(), EVERY_MS);
  }
}
