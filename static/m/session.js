// Who is signed in on this phone: redeems the invite, keeps the tokens and rotates them, one rotation at a time.

import { ask, Problem } from './api.js';
import { randomId } from './store.js';

const SOON_MS = 21 * 24 * 3600 * 1000; // three weeks: time enough to be given a new code
const EARLY_MS = 30000; // renew this long before the end, so that no request starts with a token about to end

export class Session {
  #store; #current = null; #rotation = null;
  constructor(store) { this.#store = store; }

  get person() { return this.#current?.person ?? null; }
  get practice() { return this.#current?.practice ?? null; }
  get diagnosisId() { return this.#current?.diagnosis_id ?? null; }
  get signedIn() { return this.#current !== null; }

  /** The last day of this phone's sign-in once it is near, else null. Kept sign-ins of before this was told have none. */
  lastDaySoon(now = Date.now()) {
    const last = this.#current?.last_day;
    return last && Date.parse(last) - now < SOON_MS ? last : null;
  }

  async load() {
    this.#current = (await this.#store.get('session')) ?? null;
    return this.signedIn;
  }

  async redeem(code) { return this.#start('/api/auth/invite', { code: cleanCode(code) }); }
  async enterDemo(personId) { return this.#start('/api/auth/demo', { person_id: personId }); }

  async follow(diagnosisId) { await this.#keep({ ...this.#current, diagnosis_id: diagnosisId }); }

  /** A valid access token; `fresh` insists on a new one. Throws a Problem with `signedOut` when the sign-in has ended. */
  async token(fresh = false) {
    if (!this.#current) throw new Problem(401, 'signed_out', '');
    if (!fresh && this.#current.ends - Date.now() > EARLY_MS) return this.#current.access_token;
    const used = this.#current.access_token;
    this.#rotation ??= oneAtATime(() => this.#rotate(used)).finally(() => { this.#rotation = null; });
    await this.#rotation;
    return this.#current.access_token;
  }

  /** Ask with the token, and once more with a fresh one where the first had ended. */
  async ask(method, path, options = {}) {
    try {
      return await ask(method, path, { ...options, token: await this.token() });
    } catch (problem) {
      if (problem.status !== 401 || !this.#current) throw problem;
      return ask(method, path, { ...options, token: await this.token(true) });
    }
  }

  async signOut() {
    try { await this.ask('POST', '/api/auth/sign-out'); } catch { /* the phone forgets it either way */ }
    await this.forget();
  }

  async forget() {
    this.#current = null;
    await this.#store.remove('session');
  }

  async #rotate(used) {
    // Another window of this phone may have rotated while we waited; a used refresh token would end both sign-ins.
    const kept = await this.#store.get('session');
    if (kept && kept.access_token !== used) {
      this.#current = kept;
      return;
    }
    const { refresh_token, device = '' } = this.#current;
    const tokens = await ask('POST', '/api/auth/refresh', { body: { refresh_token, device } });
    await this.#keep({ ...this.#current, ...tokens, diagnosis_id: this.#current.diagnosis_id ?? tokens.diagnosis_id, ends: ends(tokens) });
  }

  async #start(path, body) {
    const device = deviceName();
    const tokens = await ask('POST', path, { body: { ...body, device } });
    await this.#keep({ ...tokens, device, ends: ends(tokens) });
  }

  async #keep(session) {
    this.#current = session;
    await this.#store.set('session', session);
  }
}

/** What this device calls itself, in words that its owner knows it by; four letters tell two alike from each other. */
export function deviceName(agent = globalThis.navigator?.userAgent ?? '') {
  const found = (names) => names.find(([sign]) => sign.test(agent))?.[1];
  const system = found([[/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS X/, 'Mac'], [/Linux/, 'Linux']]);
  const browser = found([[/Edg\//, 'Edge'], [/OPR\//, 'Opera'], [/SamsungBrowser/, 'Samsung Internet'], [/Firefox|FxiOS/, 'Firefox'], [/Chrome|CriOS/, 'Chrome'], [/Safari/, 'Safari']]);
  return `${[system, browser].filter(Boolean).join(' · ') || 'Browser'} (${randomId().replace(/\W/g, '').slice(0, 4)})`;
}

/** The code inside whatever was pasted: the code itself, or the whole link. Persian and Arabic digits become ASCII. */
export function cleanCode(text) {
  const code = /invite=([^&\s]+)/.exec(text)?.[1] ?? text;
  return asciiDigits(code).replace(/[\s\u200c-]/g, '').toUpperCase();
}

export function asciiDigits(text) {
  return text.replace(/[۰-۹]/g, (d) => d.charCodeAt(0) - 0x6f0).replace(/[٠-٩]/g, (d) => d.charCodeAt(0) - 0x660);
}

function ends(tokens) { return Date.now() + tokens.expires_in * 1000; }

function oneAtATime(work) {
  return globalThis.navigator?.locks ? navigator.locks.request('vervain-rotation', work) : work();
}

/** The code of an invite link; it leaves the address bar and the history at once. */
export function takeInvite() {
  const found = /[#&]invite=([^&]+)/.exec(location.hash);
  if (!found) return '';
  history.replaceState(null, '', location.pathname + location.search);
  try { return decodeURIComponent(found[1]); } catch { return found[1]; }
}
