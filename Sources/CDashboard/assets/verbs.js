// The operator's verbs: a button each, and a question before anything is done.

import { Refusal, post, segment } from './api.js';
import { fill, h, mark, say } from './dom.js';
import { share } from './format.js';
import { VERBS } from './words.js';

/** As many characters as the gateway takes. */
const MOST_REASON = 500;

/** The buttons of a ramp, and their dialog. */
export class Verbs {
  constructor(store, route, frame) {
    this.store = store;
    this.route = route;
    this.frame = frame;
    this.buttons = Object.entries(VERBS).map(([verb, { label, isGrave }]) => ({
      verb,
      button: h('button', {
        type: 'button', class: isGrave ? 'grave' : '', 'data-verb': verb, 'aria-haspopup': 'dialog',
        on: { click: () => this.ask(verb) },
      }, label),
    }));
    this.note = h('span', { class: 'faint', hidden: true }, 'This token may look on only.');
    this.node = h('div', { class: 'verbs', role: 'group', 'aria-label': 'Operator’s verbs' },
      this.note, this.buttons.map(({ button }) => button));
    this.makeDialog();
  }

  makeDialog() {
    this.title = h('h2', { id: 'verb-title' });
    this.what = h('p', { id: 'verb-what' });
    this.state = h('p', { class: 'faint' });
    this.reason = h('textarea', { id: 'verb-reason', rows: 3, maxlength: MOST_REASON });
    this.error = h('p', { class: 'error', role: 'alert' });
    this.yes = h('button', { type: 'submit', class: 'primary' });
    this.form = h('form', { on: { submit: (event) => this.act(event) } },
      this.title, this.what, this.state,
      h('label', { for: 'verb-reason' }, 'Reason, for the journal'), this.reason, this.error,
      h('div', { class: 'dialog-buttons' },
        h('button', { type: 'button', on: { click: () => this.dialog.close() } }, 'Cancel'), this.yes));
    const names = { 'aria-labelledby': 'verb-title', 'aria-describedby': 'verb-what' };
    this.dialog = h('dialog', names, this.form);
    this.node.append(this.dialog);
  }

  show(ramp) {
    this.ramp = ramp;
    const mayAct = this.store.caller === null || this.store.caller.role === 'operator';
    mark(this.note, 'hidden', mayAct);
    for (const { verb, button } of this.buttons) {
      mark(button, 'hidden', !mayAct || !VERBS[verb].phases.includes(ramp.phase));
    }
  }

  ask(verb) {
    const { label, what, isGrave } = VERBS[verb];
    this.verb = verb;
    say(this.title, `${label} ${this.route}?`);
    fill(this.what, 'The ramp of ', h('b', null, this.ramp.candidate), ` ${what}`);
    const { share: now, step, steps } = this.ramp;
    const isMirrored = now === 0 && ['step', 'paused'].includes(this.ramp.phase);
    const has = isMirrored ? 'It only gets copies of requests' : `It has ${share(now)} of the callers`;
    say(this.state, `${has} now, on step ${step} of ${steps}.`);
    say(this.yes, label);
    mark(this.yes, 'class', isGrave ? 'grave' : 'primary');
    say(this.error, '');
    this.reason.value = '';
    this.dialog.showModal();
    this.reason.focus();
  }

  async act(event) {
    event.preventDefault();
    mark(this.yes, 'disabled', true);
    const body = { reason: this.reason.value.replace(/\s+/g, ' ').trim() };
    if (!this.store.caller?.name) body.actor = 'dashboard';
    try {
      const decision = await post(`routes/${segment(this.route)}/${this.verb}`, body);
      this.dialog.close();
      this.store.decided(decision);
      this.frame.tell(`Done: ${decision.summary}`);
    } catch (error) {
      const why = error instanceof Refusal ? 'Not done' : 'The gateway does not answer';
      say(this.error, `${why}: ${error.message}`);
    } finally {
      mark(this.yes, 'disabled', null);
    }
  }

  end() {
    this.dialog.close();
  }
}
