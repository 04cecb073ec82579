// Asks the gateway that serves this page; the token, if there is one, goes along.

const TOKEN = 'sluice-token';

/** What was not answered as hoped. */
export class Refusal extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** The token, for as long as this tab is open. */
export function token() {
  return sessionStorage.getItem(TOKEN);
}

/** Keeps a token, or forgets it. */
export function setToken(value) {
  if (value) sessionStorage.setItem(TOKEN, value);
  else sessionStorage.removeItem(TOKEN);
}

/** The fields of every request. */
function fields(more) {
  const own = token();
  return own ? { ...more, authorization: `Bearer ${own}` } : { ...more };
}

/** One segment of a path, whatever is in it. */
export function segment(name) {
  return encodeURIComponent(name);
}

/** Opens a path; the answer may still be a refusal. */
export async function open(path, { headers, ...options } = {}) {
  const response = await fetch(`api/v1/${path}`, {
    ...options, headers: fields(headers), cache: 'no-store', credentials: 'omit', redirect: 'error',
  });
  if (response.ok) return response;
  let detail = response.statusText;
  try {
    detail = (await response.json()).detail ?? detail;
  } catch {
    // Somebody in between answered, who does not speak our language.
  }
  throw new Refusal(response.status, detail);
}

/** Gets a document. */
export async function get(path, signal) {
  return (await open(path, { signal })).json();
}

/** Posts a document and gets another. */
export async function post(path, body) {
  const response = await open(path, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  return response.json();
}
