// The way to the control API. The token is in this tab alone: in memory, and in sessionStorage so that a reload keeps it.

const KEPT = 'runway-';
const KEY = KEPT + 'token';
const LONGEST_WAIT = 10; // Seconds.
const PATIENCE = 20_000; // For an answer; a stream has a signal of its own.
let token = sessionStorage.getItem(KEY);
let refused = () => {};

/** What the API says when it says no (RFC 9457). */
export class Problem extends Error {
  constructor(status, body, wait = 0) {
    super(body.detail ?? body.title ?? 'status ' + status);
    this.status = status;
    this.body = body;
    this.wait = wait; // Seconds.
  }
}

export function signedIn() {
  return token !== null;
}

export function signIn(text) {
  token = text;
  sessionStorage.setItem(KEY, text);
}

export function signOut() {
  token = null;
  sessionStorage.removeItem(KEY);
}

/** Keeps something in this tab while a person is away at the issuer. */
export function keep(name, value) {
  sessionStorage.setItem(KEPT + name, JSON.stringify(value));
}

/** What was kept, for this once; null where there is nothing. */
export function taken(name) {
  const text = sessionStorage.getItem(KEPT + name);
  sessionStorage.removeItem(KEPT + name);
  return text === null ? null : JSON.parse(text);
}

/** What to do when the token does not hold any more. */
export function onRefused(handler) {
  refused = handler;
}

/**
 * An address of the API.
 *
 * @param path as the contract has it, with names in braces
 * @param names for the braces; the others go into the query, where they are not null
 */
export function address(path, names = {}) {
  const left = {...names};
  const filled = path.replace(/\{(\w+)\}/g, (whole, name) => {
    delete left[name];
    return encodeURIComponent(names[name]);
  });
  const query = new URLSearchParams(Object.entries(left).filter(([, v]) => v !== null && v !== undefined && v !== ''));
  return filled + (query.size > 0 ? '?' + query : '');
}

/** An answer that is not read yet. Who reads too fast is asked to wait, and reads once more. */
export async function raw(path, names, options = {}) {
  try {
    return await once(path, names, options);
  } catch (e) {
    if (e instanceof Problem && e.status === 429 && !options.method && e.wait <= LONGEST_WAIT) {
      await new Promise((resolve) => setTimeout(resolve, 1000 * e.wait));
      return once(path, names, options);
    }
    throw e;
  }
}

async function once(path, names, {headers = {}, ...options}) {
  let answer;
  try {
    answer = await fetch(address(path, names), {
      signal: AbortSignal.timeout(PATIENCE), ...options, cache: 'no-store', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer',
      headers: {...headers, ...(token && {Authorization: 'Bearer ' + token})},
    });
  } catch (e) {
    if (e.name === 'AbortError') {
      throw e;
    }
    throw new Problem(0, {title: 'Nobody answers', detail: e.name === 'TimeoutError'
      ? `the control API has not answered within ${PATIENCE / 1000} seconds` : 'the control API cannot be reached'});
  }
  if (answer.ok) {
    return answer;
  }
  const body = {title: 'Status ' + answer.status};
  try {
    Object.assign(body, await answer.json());
  } catch {
    // Not from the API itself: a proxy in front of it.
  }
  if (answer.status === 401) {
    refused(body);
  }
  throw new Problem(answer.status, body, Number(answer.headers.get('Retry-After') ?? 1));
}

export async function get(path, names) {
  return read(await raw(path, names));
}

async function read(answer) {
  try {
    return await answer.json();
  } catch {
    throw new Problem(0, {title: 'The answer broke off', detail: 'the connection ended, or took too long'});
  }
}

/** How the API itself is, which it also says with 503; null where nobody knows. It never fails what asks. */
export async function readiness() {
  try {
    return await get('/readyz');
  } catch (e) {
    if (!(e instanceof Problem)) {
      throw e;
    }
    return e.body.status && e.body.database ? e.body : null;
  }
}

/** The same, or null where it is not there or not for this reader. */
export async function find(path, names) {
  try {
    return await get(path, names);
  } catch (e) {
    if (e instanceof Problem && (e.status === 404 || e.status === 403)) {
      return null;
    }
    throw e;
  }
}

/**
 * Items of a list, page after page.
 *
 * @returns {items, cut}; cut when there are more than so many pages
 */
export async function list(path, names = {}, pages = 5) {
  const items = [];
  let cursor = null;
  for (let i = 0; i < pages; i++) {
    const page = await get(path, {limit: 200, ...names, cursor});
    items.push(...page.items);
    cursor = page.next_cursor ?? null;
    if (cursor === null) {
      break;
    }
  }
  return {items, cut: cursor !== null};
}

/** The same, or null where it is not for this reader: a token for some models. */
export async function findList(path, names, pages) {
  try {
    return await list(path, names, pages);
  } catch (e) {
    if (e instanceof Problem && e.status === 403) {
      return null;
    }
    throw e;
  }
}

/** A change; under the same key it is made once, however often it is sent. */
export async function post(path, names, body, key) {
  const answer = await raw(path, names, {
    method: 'POST', body: JSON.stringify(body),
    headers: {'Content-Type': 'application/json', 'Idempotency-Key': key},
  });
  return read(answer);
}

/** A key for one wish of a person. crypto.randomUUID is only there with TLS or on loopback. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
}
