// What stands around every page: the bar, what is wrong with the gateway, and what was just said.

import { Refusal, setToken, token } from './api.js';
import { fill, h, mark, put, say } from './dom.js';
import { clock, count, duration } from './format.js';
import { themeButton } from './theme.js';

const STATES = {
  connecting: { words: 'connecting', mood: 'calm' },
  live: { words: 'live', mood: 'good' },
  lost: { words: 'not reached', mood: 'bad' },
  refused: { words: 'refused', mood: 'bad' },
};
const SAID_MS = 8000;

/** The bar and the notices below it. */
export class Frame {
  constructor(store, { onTheme, onSignOut }) {
    this.store = store;
    this.state = h('span', { class: 'state', id: 'connection' });
    this.clock = h('span', { class: 'number faint', id: 'as-of' });
    this.facts = h('span', { class: 'facts' });
    this.out = h('button', {
      class: 'quiet', type: 'button', on: { click: () => { setToken(null); onSignOut(); } },
    }, 'Sign out');
    this.who = h('span', { class: 'who' });
    const bar = document.getElementById('bar');
    put(bar,
      h('a', { class: 'home', href: '#/', 'aria-label': 'Sluice: all routes' },
        h('span', { class: 'logo', 'aria-hidden': 'true' }), 'sluice'),
      this.facts, h('span', { class: 'grow' }), this.who, this.state, this.clock,
      themeButton(onTheme), this.out);
    this.notices = document.getElementById('notices');
    this.said = document.getElementById('said');
    this.shown = '';
    setInterval(() => this.show(), 1000);
    this.show();
  }

  heard(what) {
    if (what !== 'decision') this.show();
  }

  show() {
    const { snapshot, connection, caller } = this.store;
    const { words, mood } = STATES[connection.state];
    say(this.state, words);
    mark(this.state, 'data-mood', mood);
    mark(document.body, 'data-connection', connection.state);
    mark(this.out, 'hidden', token() === null);
    mark(this.who, 'hidden', !caller?.name);
    if (caller?.name) say(this.who, `${caller.name} (${caller.role})`);
    if (snapshot) {
      say(this.clock, clock(snapshot.at_ms));
      mark(this.clock, 'title', 'the time of these figures');
      const up = duration(this.store.now - snapshot.start_second * 1000);
      const connections = `${count(snapshot.connections)} connections`;
      say(this.facts, `${count(snapshot.requests_per_second)} requests/s · ${connections} · up ${up}`);
    }
    this.warn();
  }

  /** What stands in the way of trusting the figures, or of the gateway's work. */
  warn() {
    const notices = this.problems();
    const key = JSON.stringify(notices);
    if (key === this.shown) return;
    this.shown = key;
    fill(this.notices, notices.map((notice) => this.notice(notice)));
  }

  notice({ mood, title, lines, isRetry }) {
    const retry = { type: 'button', on: { click: () => this.store.stream.tryNow() } };
    return h('div', {
      class: 'notice', 'data-mood': mood, role: mood === 'bad' ? 'alert' : 'status',
    }, h('b', null, title), lines.map((line) => h('p', null, line)),
    isRetry ? h('button', retry, 'Try now') : null);
  }

  problems() {
    const { snapshot, connection } = this.store;
    const notices = [];
    const tell = (mood, title, lines, isRetry = false) => notices.push({ mood, title, lines, isRetry });
    if (connection.state === 'lost') {
      const known = snapshot ? `What you see is as it was at ${clock(snapshot.at_ms)}. ` : '';
      const why = connection.error instanceof Refusal ? [connection.error.message] : [];
      tell('bad', `The gateway cannot be reached since ${clock(connection.since)}`,
        [...why, `${known}It is tried again by itself.`], true);
    }
    if (connection.state === 'refused' && !this.store.isLoginNeeded) {
      tell('bad', 'The gateway refuses', [connection.error.message]);
    }
    if (!snapshot) return notices;
    const { config, certificates } = snapshot;
    if (!config.successful) {
      const when = clock(config.second * 1000);
      tell('bad', `Files changed at ${when} are not loaded; the last good ones are served`,
        config.problems);
    } else if (config.problems.length > 0) {
      tell('warn', 'The files were loaded, with warnings', config.problems);
    }
    if (!certificates.successful) {
      tell('bad', 'The certificates were not loaded', certificates.problems);
    }
    if (snapshot.journal_problem) {
      tell('bad', 'No share is raised: the journal cannot be written', [snapshot.journal_problem]);
    }
    for (const alert of snapshot.alerts ?? []) {
      if (alert.state !== 'firing') continue;
      tell('bad', `Alert ${alert.alert}, since ${clock(alert.since_ms)}`, [alert.summary]);
    }
    if (snapshot.draining) {
      tell('warn', 'The gateway is ending',
        ['It finishes what is under way and takes no new connections.']);
    }
    return notices;
  }

  /** Says what just happened, aloud too. */
  tell(text, mood = 'good') {
    clearTimeout(this.silence);
    mark(this.said, 'data-mood', mood);
    say(this.said, text);
    this.silence = setTimeout(() => say(this.said, ''), SAID_MS);
  }
}
