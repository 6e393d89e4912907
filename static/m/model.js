// What the phone shows, in one place. The state is kept as the practice says it (`raw`), and read in the words of the person.

import { InWords } from './names.js';
import { EMPTY } from './state.js';

export class Model {
  epoch = null;
  status = { state: 'stale', confirmed: null };
  news = [];
  advice = [];
  sentAt = null;
  loaded = false;
  problem = null;
  effects = undefined;
  raw = EMPTY;
  #words = new InWords();

  get state() { return this.inWords(this.raw); }
  inWords(raw) { return this.#words.state(raw); }

  /** Know what is called how in a language: from what was kept at once, and from the practice where it can be asked. */
  async speak(language, { store, ask }) {
    const kept = await store.get('names');
    this.#words.speak(kept?.language === language ? kept.items : []);
    if (language === 'en') return;
    try {
      const { items } = await ask('GET', `/api/knowledge/names?language=${language}`);
      await store.set('names', { language, items });
      this.#words.speak(items);
    } catch { /* what was kept serves, or the names as the practice says them */ }
  }
}
