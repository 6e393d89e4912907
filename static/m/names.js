// A plan in the language of the person: names and advice that the practice took from the knowledge base are shown as it has them
// in that language; whatever the practice wrote in its own words stays as it was written. Pure.

/** The rows of `/api/knowledge/names` by what they name. */
export function namesOf(items) {
  return new Map((items ?? []).map((one) => [`${one.kind}:${one.id}`, one]));
}

/** A state in these words; what needs no other word stays the same object, and the same state gives the same objects again. */
export class InWords {
  #names = new Map();
  #known = new WeakMap();

  speak(items) {
    this.#names = namesOf(items);
    this.#known = new WeakMap();
  }

  state(raw) {
    if (!this.#names.size) return raw;
    return this.#once(raw, () => ({
      ...raw,
      diagnosis: raw.diagnosis && this.#once(raw.diagnosis, () => this.#diagnosis(raw.diagnosis)),
      recommendations: raw.recommendations.map((one) => this.#once(one, () => this.#recommendation(one))),
    }));
  }

  #recommendation(one) {
    const known = this.#names.get(`${one.kind}:${one.item_id}`);
    if (!known || known.english !== one.name) return one;
    return { ...one, name: known.name, text: known.text && known.english_text === one.text ? known.text : one.text };
  }

  #diagnosis(one) {
    const known = this.#names.get(`condition:${one.condition_id}`);
    return known && known.english === one.condition ? { ...one, condition: known.name } : one;
  }

  #once(of, make) {
    if (!this.#known.has(of)) this.#known.set(of, make());
    return this.#known.get(of);
  }
}
