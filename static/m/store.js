// What the phone keeps: sign-in, last state, draft and unsent feedback, in IndexedDB. The system may kill a WebView at
// any moment, so everything is written when it happens. Where there is no IndexedDB (a private window), memory serves.

const NAME = 'vervain';

/** Open the phone's memory: get/set/remove/clear by key, and the outbox of feedback by its idempotency key. */
export async function openStore(indexedDB = globalThis.indexedDB) {
  try {
    const database = await settled(upgrade(indexedDB.open(NAME, 1)));
    database.onversionchange = () => database.close();
    globalThis.navigator?.storage?.persist?.().catch(() => {}); // ask not to be evicted; a refusal changes nothing
    return new DatabaseStore(database);
  } catch {
    return new MemoryStore();
  }
}

class DatabaseStore {
  constructor(database) { this.database = database; }
  get(key) { return this.#run('keep', 'readonly', (keep) => keep.get(key)); }
  set(key, value) { return this.#run('keep', 'readwrite', (keep) => keep.put(value, key)); }
  remove(key) { return this.#run('keep', 'readwrite', (keep) => keep.delete(key)); }
  outbox() { return this.#run('outbox', 'readonly', (outbox) => outbox.getAll()); }
  put(item) { return this.#run('outbox', 'readwrite', (outbox) => outbox.put(item)); }
  drop(key) { return this.#run('outbox', 'readwrite', (outbox) => outbox.delete(key)); }
  clear() { return this.#run('keep', 'readwrite', (keep) => keep.clear()); }

  #run(name, mode, work) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(name, mode);
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result); // written, not only asked for
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }
}

export class MemoryStore {
  #keep = new Map();
  #outbox = new Map();
  async get(key) { return this.#keep.get(key); }
  async set(key, value) { this.#keep.set(key, structuredClone(value)); }
  async remove(key) { this.#keep.delete(key); }
  async outbox() { return [...this.#outbox.values()]; }
  async put(item) { this.#outbox.set(item.key, structuredClone(item)); }
  async drop(key) { this.#outbox.delete(key); }
  async clear() { this.#keep.clear(); }
}

/** Forget a person who signs out; what others on this phone have not sent yet stays until they come back. */
export async function forgetPerson(store, personId) {
  const device = await store.get('device');
  await store.clear();
  if (device) await store.set('device', device);
  for (const item of await store.outbox()) if (item.person_id === personId) await store.drop(item.key);
}

function upgrade(request) {
  request.onupgradeneeded = () => {
    request.result.createObjectStore('keep');
    request.result.createObjectStore('outbox', { keyPath: 'key' });
  };
  return request;
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  });
}

/** A random id; `crypto.randomUUID` exists only on https and localhost, and a practice may try this on its own network. */
export function randomId(crypto = globalThis.crypto) {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
