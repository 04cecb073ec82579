// The page of one route: its ramp, its versions side by side, and its journal.

import { get, segment } from './api.js';
import { Comparison } from './comparison.js';
import { Distribution } from './distribution.js';
import { fill, h, mark, say } from './dom.js';
import { Journal } from './journal.js';
import { Outcomes } from './outcomes.js';
import { RampPanel } from './ramp-panel.js';
import { Settings } from './settings.js';
import { Shadows } from './shadows.js';
import { Streams } from './streams.js';
import { TimePanel } from './time-panel.js';
import { place } from './words.js';

/** Windows to choose from, with how often they are asked for anew. */
const WINDOWS = [
  { text: '1m', words: '1 min', seconds: 60, everyMs: 2000 },
  { text: '10m', words: '10 min', seconds: 600, everyMs: 3000 },
  { text: '1h', words: '1 h', seconds: 3600, everyMs: 15000 },
  { text: '6h', words: '6 h', seconds: 21600, everyMs: 30000 },
  { text: '24h', words: '24 h', seconds: 86400, everyMs: 60000 },
];
const WINDOW = 'sluice-window';

/** Shows one route, and follows it live. */
export class RoutePage {
  constructor(store, name, frame) {
    this.store = store;
    this.name = name;
    this.title = name;
    this.window = WINDOWS.find(({ text }) => text === sessionStorage.getItem(WINDOW)) ?? WINDOWS[0];
    this.heading = h('h1', null, name);
    this.match = h('span', { class: 'match' });
    this.missing = h('p', { class: 'empty', hidden: true });
    this.ramp = new RampPanel(store, name, frame);
    this.comparison = new Comparison();
    this.distribution = new Distribution();
    this.outcomes = new Outcomes();
    this.time = new TimePanel();
    // What only some routes have.
    this.streams = new Streams();
    this.shadows = new Shadows(store, name);
    this.journal = new Journal(store, name, (decisions) => this.decided(decisions));
    this.settings = new Settings();
    this.parts = [
      this.ramp, this.comparison, this.distribution, this.outcomes, this.time, this.streams,
      this.shadows, this.journal, this.settings,
    ];
    this.body = h('div', { class: 'route-body', hidden: true },
      this.ramp.node, this.windowChoice(),
      h('div', { class: 'beside' }, this.comparison.node, this.distribution.node),
      this.outcomes.node,
      this.shadows.node, this.streams.node, this.time.node, this.journal.node, this.settings.node);
    this.node = h('div', { class: 'route-page' },
      h('nav', { class: 'crumbs', 'aria-label': 'Where you are' }, h('a', { href: '#/' }, 'All routes')),
      h('div', { class: 'page-head' }, this.heading, this.match), this.missing, this.body);
  }

  get followed() { return this.name; }

  windowChoice() {
    const buttons = WINDOWS.map((window) => h('label', { class: 'segment' },
      h('input', {
        type: 'radio', name: 'window', value: window.text, checked: window === this.window,
        on: { change: () => this.choose(window) },
      }), h('span', null, window.words)));
    return h('fieldset', { class: 'windows' }, h('legend', null, 'Window'), buttons);
  }

  choose(window) {
    this.window = window;
    sessionStorage.setItem(WINDOW, window.text);
    this.ask();
  }

  start() {
    this.ask();
    this.askSettings();
    this.journal.load();
    this.heard('snapshot');
  }

  /** Asks for what the stream does not tell, again and again. */
  async ask() {
    clearTimeout(this.timer);
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const { text, seconds, everyMs } = this.window;
    const path = `routes/${segment(this.name)}`;
    // In a minute a few seconds each, so that a p99 still says something.
    const step = Math.max(5, seconds / 60);
    try {
      const hasShadows = this.store.find(this.name)?.shadows;
      const [comparison, history, shadows] = await Promise.all([
        get(`${path}/comparison?window=${text}`, asking.signal),
        get(`${path}/history?since=${text}&step=${step}s`, asking.signal),
        hasShadows ? get(`${path}/shadows?window=${text}`, asking.signal) : null,
      ]);
      if (asking.signal.aborted) return;
      this.answer = { comparison, history, shadows };
      this.show();
    } catch (error) {
      if (asking.signal.aborted) return;
      if (error.status === 404) this.miss(error.message);
    }
    this.timer = setTimeout(() => this.ask(), document.hidden ? everyMs * 10 : everyMs);
  }

  async askSettings() {
    try {
      const { config } = await get(`routes/${segment(this.name)}`);
      this.revision = this.store.snapshot?.revision;
      this.config = config;
      this.settings.show(config);
      this.ramp.configure(config.canary ?? null);
    } catch {
      // It is asked again with the next revision.
    }
  }

  heard(what, value) {
    if (what === 'connection' && value.state === 'refused') this.miss(value.error.message);
    if (what === 'connection' && value.state === 'live') {
      this.ask();
      this.journal.load();
    }
    if (what === 'caller') this.ramp.permit();
    if (what === 'decision' && value.route === this.name) this.journal.add(value);
    if (what !== 'snapshot') return;
    const route = this.store.find(this.name);
    if (!route) return;
    mark(this.missing, 'hidden', true);
    mark(this.body, 'hidden', null);
    this.route = route;
    say(this.match, place(route));
    if (this.revision !== this.store.snapshot.revision) this.askSettings();
    this.ramp.show(route);
    this.journal.tick();
    this.show();
  }

  decided(decisions) {
    this.ramp.decided(decisions);
    this.time.decided(decisions);
  }

  show() {
    if (!this.answer || !this.route) return;
    const { comparison, history, shadows } = this.answer;
    if (this.shown === comparison) return;
    this.shown = comparison;
    this.comparison.show(this.route, comparison);
    this.distribution.show(this.route, comparison);
    this.outcomes.show(this.route, comparison);
    this.streams.show(this.route, comparison);
    this.shadows.show(this.route, shadows, this.window.words);
    this.time.show(this.route, history, this.window.seconds, this.store.now);
  }

  miss(words) {
    if (this.route && this.store.connection.state === 'live') return;
    mark(this.missing, 'hidden', null);
    fill(this.missing, words);
  }

  redraw() {
    for (const part of this.parts) part.redraw?.();
  }

  end() {
    clearTimeout(this.timer);
    this.asking?.abort();
    for (const part of this.parts) part.end?.();
  }
}
