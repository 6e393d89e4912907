// The JSON API: one way to ask, one kind of failure.

const LIMIT_MS = 15000;

/** A failed request. `status` 0: no answer at all; then the same request may be repeated. */
export class Problem extends Error {
  constructor(status, code, detail) {
    super(detail);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  /** True where a later repeat may succeed: no answer, too often, or trouble on the server's side. */
  get passing() {
    return this.status === 0 || [408, 425, 429].includes(this.status) || this.status >= 500;
  }

  get signedOut() {
    return this.status === 401 || this.status === 403;
  }
}

/** Send a request and give the JSON of its answer; throws a Problem. */
export async function ask(method, path, { body, token, key } = {}) {
  const headers = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (token) headers.Authorization = `Bearer ${token}`;
  if (key) headers['Idempotency-Key'] = key;
  let answer, text;
  try {
    // Only the bearer token counts: a cookie of a signed-in practitioner in the same browser must not ride along.
    answer = await fetch(path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'omit', cache: 'no-store', signal: timeLimit(LIMIT_MS),
    });
    text = await answer.text();
  } catch {
    throw new Problem(0, 'no_answer', '');
  }
  const data = parse(text);
  if (answer.ok) return data;
  throw new Problem(answer.status, data?.code ?? 'unknown', data?.detail ?? data?.title ?? '');
}

function timeLimit(ms) {
  if (AbortSignal.timeout) return AbortSignal.timeout(ms);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), ms);
  return stop.signal;
}

function parse(text) {
  try { return text ? JSON.parse(text) : null; } catch { return null; }
}
