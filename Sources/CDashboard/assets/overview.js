// The first page: every route.

import { List, fill, h, mark, say } from './dom.js';
import { count } from './format.js';
import { OverviewRoute } from './overview-route.js';

/** From this many routes on, a field to find one is worth its place. */
const MANY = 2;
const UNDER_WAY = ['pending', 'step', 'paused', 'baking', 'rolling_back'];
const OUT = ['rolling_back', 'rolled_back', 'aborted'];

/** Whether somebody should look at a route. */
function isCalm(route) {
  const ramp = route.ramp;
  return !ramp || (!OUT.includes(ramp.phase) && !ramp.held && ramp.phase !== 'paused'
    && !ramp.waiting_for.includes('approval'));
}

/** Lists all routes, and follows them live. */
export class Overview {
  constructor(store) {
    this.store = store;
    this.title = 'Routes';
    this.parts = new WeakMap();
    this.observer = new IntersectionObserver((entries) => {
      for (const entry of entries) this.parts.get(entry.target)?.see(entry.isIntersecting);
    }, { rootMargin: '200px' });
    this.summary = h('p', { class: 'summary' });
    this.filter = h('input', {
      type: 'search', id: 'filter', placeholder: 'Find a route', autocomplete: 'off', spellcheck: 'false',
      on: { input: () => this.show() },
    });
    this.only = h('input', { type: 'checkbox', id: 'only', on: { change: () => this.show() } });
    this.tools = h('div', { class: 'tools' },
      h('label', { class: 'hidden', for: 'filter' }, 'Find a route'), this.filter,
      h('label', { class: 'check', for: 'only' }, this.only, 'only what needs attention'));
    this.place = h('div', { class: 'routes' });
    this.empty = h('p', { class: 'empty' });
    this.list = new List(this.place, (route) => route.route, (route) => {
      const part = new OverviewRoute(route, store, this.observer);
      this.parts.set(part.node, part);
      return part;
    });
    this.node = h('div', { class: 'overview' },
      h('div', { class: 'page-head' }, h('h1', null, 'Routes'), this.summary, this.tools),
      this.place, this.empty);
  }

  get followed() { return null; }

  start() {
    this.store.loadDecisions();
    this.show();
  }

  heard(what) {
    if (what === 'snapshot') this.show();
  }

  show() {
    const snapshot = this.store.snapshot;
    if (!snapshot) {
      say(this.empty, 'Waiting for the gateway …');
      return;
    }
    const routes = snapshot.routes;
    const text = this.filter.value.trim().toLowerCase();
    const shown = routes.filter((route) =>
      (`${route.route} ${route.host}${route.path}`.toLowerCase().includes(text))
      && (!this.only.checked || !isCalm(route)));
    this.list.show(shown);
    mark(this.tools, 'hidden', routes.length < MANY);
    say(this.summary, Overview.words(snapshot));
    mark(this.empty, 'hidden', shown.length > 0);
    if (routes.length === 0) {
      fill(this.empty, 'No routes are served. Write one to ', h('code', null, 'Routes/'), '.');
    } else if (shown.length === 0) {
      say(this.empty, 'No route is like that.');
    }
  }

  static words(snapshot) {
    const { routes } = snapshot;
    const number = (what, one) => `${count(what)} ${one}${what === 1 ? '' : 's'}`;
    const parts = [number(snapshot.routes_total, 'route')];
    const ramps = routes.filter((route) => route.ramp && UNDER_WAY.includes(route.ramp.phase)).length;
    const out = routes.filter((route) => route.ramp && OUT.includes(route.ramp.phase)).length;
    if (ramps > 0) parts.push(`${number(ramps, 'ramp')} under way`);
    if (out > 0) parts.push(`${count(out)} taken out`);
    if (routes.length < snapshot.routes_total) {
      parts.push(`the ${count(routes.length)} with ramps under way and the most requests are shown`);
    }
    parts.push(`figures of the last ${snapshot.window_seconds} s`);
    return parts.join(' · ');
  }

  end() {
    this.list.show([]);
    this.observer.disconnect();
  }
}
