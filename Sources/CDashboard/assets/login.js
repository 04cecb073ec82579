// The page that asks for a token.

import { get, setToken } from './api.js';
import { h, mark, say } from './dom.js';

/** Asks until a token is taken; then calls back. */
export class Login {
  constructor(onDone) {
    this.onDone = onDone;
    this.title = 'Sign in';
    this.field = h('input', {
      type: 'password', id: 'token', autocomplete: 'off', required: true, spellcheck: 'false',
      'aria-describedby': 'token-hint token-error',
    });
    this.error = h('p', { class: 'error', id: 'token-error', role: 'alert' });
    this.button = h('button', { class: 'primary', type: 'submit' }, 'Sign in');
    this.form = h('form', { class: 'card login', on: { submit: (event) => this.submit(event) } },
      h('h1', null, 'Sign in'),
      h('label', { for: 'token' }, 'Token'), this.field,
      h('p', { class: 'faint', id: 'token-hint' },
        'One of those in the gateway’s files. It is kept until this tab is closed.'),
      this.error, this.button);
    this.node = h('div', { class: 'center' }, this.form);
  }

  get followed() { return undefined; }

  start() { this.field.focus(); }

  heard() {}

  async submit(event) {
    event.preventDefault();
    setToken(this.field.value.trim());
    mark(this.button, 'disabled', true);
    try {
      const caller = await get('me');
      this.onDone(caller);
    } catch (error) {
      setToken(null);
      say(this.error, error.status === 401
        ? 'The gateway does not know this token.' : `The gateway does not answer: ${error.message}`);
      this.field.select();
    } finally {
      mark(this.button, 'disabled', null);
    }
  }

  end() {}
}
