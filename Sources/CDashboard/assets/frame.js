// What stands around every page: the bar, what is wrong with the gateway, and what was just said.

import { Refusal, setToken, token } from './api.js';
import { List, fill, h, mark, put, say } from './dom.js';
import { clock, count, duration, momentOrClock } from './format.js';
import { themeButton } from './theme.js';

const STATES = {
  connecting: { words: 'connecting', mood: 'calm' },
  live: { words: 'live', mood: 'good' },
  lost: { words: 'not reached', mood: 'bad' },
  refused: { words: 'refused', mood: 'bad' },
};
const SAID_MS = 8000;
/** Alerts with a notice each; of more only the number and the names are told. */
const MOST_ALERTS = 5;

/** One notice. It is put there once: a screen reader hears it again only when its words change. */
class Notice {
  constructor({ mood, onRetry }) {
    this.title = h('b');
    this.lines = h('div');
    const retry = onRetry ? h('button', { type: 'button', on: { click: onRetry } }, 'Try now') : null;
    this.node = h('div', {
      class: 'notice', 'data-mood': mood, role: mood === 'bad' ? 'alert' : 'status',
    }, this.title, this.lines, retry);
  }

  update({ title, lines, route }) {
    say(this.title, title);
    const key = JSON.stringify([lines, route]);
    if (key === this.key) return;
    this.key = key;
    const link = route && h('p', null,
      h('a', { href: `#/route/${encodeURIComponent(route)}` }, `To the route ${route}`));
    fill(this.lines, lines.map((line) => h('p', null, line)), link);
  }
}

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
    this.notices = new List(document.getElementById('notices'), ({ key, mood }) => `${mood} ${key}`,
      (notice) => new Notice(notice));
    this.said = document.getElementById('said');
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
    this.notices.show(this.problems());
  }

  /** What stands in the way of trusting the figures, or of the gateway's work, and what fires. */
  problems() {
    const { snapshot, connection } = this.store;
    const notices = [];
    const tell = (key, mood, title, lines, more) => notices.push({ key, mood, title, lines, ...more });
    if (connection.state === 'lost') {
      const known = snapshot ? `What you see is as it was at ${clock(snapshot.at_ms)}. ` : '';
      const why = connection.error instanceof Refusal ? [connection.error.message] : [];
      tell('lost', 'bad', `The gateway cannot be reached since ${clock(connection.since)}`,
        [...why, `${known}It is tried again by itself.`],
        { onRetry: () => this.store.stream.tryNow() });
    }
    if (connection.state === 'refused' && !this.store.isLoginNeeded) {
      tell('refused', 'bad', 'The gateway refuses', [connection.error.message]);
    }
    if (!snapshot) return notices;
    const { config, certificates } = snapshot;
    if (!config.successful) {
      const when = clock(config.second * 1000);
      tell('files', 'bad', `Files changed at ${when} are not loaded; the last good ones are served`,
        config.problems);
    } else if (config.problems.length > 0) {
      tell('warnings', 'warn', 'The files were loaded, with warnings', config.problems);
    }
    if (!certificates.successful) {
      tell('certificates', 'bad', 'The certificates were not loaded', certificates.problems);
    }
    if (snapshot.journal_problem) {
      tell('journal', 'bad', 'No share is raised: the journal cannot be written',
        [snapshot.journal_problem]);
    }
    this.alerts((snapshot.alerts ?? []).filter(({ state }) => state === 'firing'), tell);
    if (snapshot.draining) {
      tell('draining', 'warn', 'The gateway is ending',
        ['It finishes what is under way and takes no new connections.']);
    }
    return notices;
  }

  alerts(firing, tell) {
    for (const { alert, route, version, certificate, since_ms: since, summary } of firing.slice(0, MOST_ALERTS)) {
      const key = JSON.stringify([alert, route, version, certificate]);
      tell(key, 'bad', `Alert ${alert}, since ${momentOrClock(since, this.store.now)}`, [summary], { route });
    }
    const more = firing.slice(MOST_ALERTS);
    if (more.length === 0) return;
    const names = [...new Set(more.map(({ alert }) => alert))].join(', ');
    tell('more', 'bad', `More alerts fire: ${count(more.length)}`, [names]);
  }

  /** Says what just happened, aloud too. */
  tell(text, mood = 'good') {
    clearTimeout(this.silence);
    mark(this.said, 'data-mood', mood);
    say(this.said, text);
    this.silence = setTimeout(() => say(this.said, ''), SAID_MS);
  }
}
