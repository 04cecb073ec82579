// One route of the overview: its versions beside each other, its ramp, and its last decision.

import { dye, role } from './colours.js';
import { List, h, mark, say } from './dom.js';
import { ago, count, duration, milliseconds, moment, rate, share, steady } from './format.js';
import { ShareBar } from './share-bar.js';
import { Sparkline, most } from './sparkline.js';
import { Steps } from './steps.js';
import { phase, place, verdict, waits } from './words.js';

/** The columns with small plots: the key of the points, what they are called, and their figure. */
const FIGURES = [
  { key: 'rate', name: 'Requests', unit: '/s', value: (v) => v.requests_per_second, write: steady },
  { key: 'errors', name: 'Error rate', unit: '', value: (v) => v.error_rate, write: rate, least: 0.01 },
  { key: 'p50', name: 'p50', unit: '', value: (v) => v.p50_ms, write: milliseconds },
  { key: 'p99', name: 'p99', unit: '', value: (v) => v.p99_ms, write: milliseconds },
];

/** The row of one version. */
class VersionRow {
  constructor(route, name) {
    this.name = name;
    this.swatch = h('span', { class: 'swatch', 'aria-hidden': 'true' });
    this.role = h('span', { class: 'role' });
    this.share = new ShareBar();
    this.figures = FIGURES.map((figure) => {
      const number = h('b', { class: 'number', 'data-figure': figure.key });
      const spark = new Sparkline(figure.key, `${figure.name} of ${name}`);
      const cell = h('td', { class: 'figure', 'data-label': figure.name },
        h('span', { class: 'figure-number' }, number, h('span', { class: 'faint' }, figure.unit)),
        spark.node);
      return { figure, number, spark, cell };
    });
    this.node = h('tr', { 'data-version': name },
      h('th', { scope: 'row', class: 'version' }, this.swatch, h('span', { class: 'name' }, name), this.role),
      h('td', { class: 'share-cell', 'data-label': 'Share' }, this.share.node),
      this.figures.map(({ cell }) => cell));
  }

  show(route, version, scales, points, nowMs) {
    dye(this.node, route, this.name);
    say(this.role, role(route, this.name));
    this.share.show(version.share_wanted, version.share_achieved);
    for (const { figure, number, spark } of this.figures) {
      const shown = figure.write(figure.value(version) ?? null);
      say(number, shown);
      spark.show(points, nowMs, scales[figure.key], shown + figure.unit);
    }
  }
}

/** The state of a ramp in one line. */
class RampLine {
  constructor() {
    this.chip = h('span', { class: 'chip' });
    this.steps = new Steps();
    this.words = h('span', { class: 'ramp-words' });
    this.guards = h('ul', { class: 'guard-marks', 'aria-label': 'Guards' });
    this.marks = new List(this.guards, (guard) => `${guard.metric} ${guard.limit}`, () => {
      const node = h('li', { class: 'guard-mark' });
      return {
        node,
        update: (guard) => {
          const { words, mood, glyph } = verdict(guard.verdict);
          mark(node, 'data-mood', mood);
          say(node, `${glyph} ${guard.metric.replaceAll('_', ' ')}`);
          mark(node, 'title', `${guard.metric} ${guard.limit}: ${words}`);
          mark(node, 'aria-label', `${guard.metric.replaceAll('_', ' ')}: ${words}`);
        },
      };
    });
    this.node = h('div', { class: 'ramp-line' }, this.chip, this.steps.node, this.words, this.guards);
  }

  show(ramp) {
    const { words, mood, glyph } = phase(ramp.phase);
    mark(this.chip, 'data-mood', ramp.held ? 'warn' : mood);
    say(this.chip, `${glyph} ${words}`);
    this.steps.show(ramp);
    say(this.words, RampLine.words(ramp));
    this.marks.show(ramp.guards);
  }

  static words(ramp) {
    if (['rolled_back', 'aborted'].includes(ramp.phase)) return `everybody is on ${ramp.stable} until retry`;
    if (ramp.phase === 'succeeded') return `${ramp.candidate} keeps ${share(ramp.share)}`;
    const waiting = waits(ramp.waiting_for);
    const watched = `watched ${duration(ramp.watched_ms)} of at least ${duration(ramp.hold_ms)}`;
    if (['pending', 'rolling_back'].includes(ramp.phase)) return waiting ? `waits for ${waiting}` : '';
    return waiting ? `${watched}; waits for ${waiting}` : watched;
  }
}

/** A shadow in a few words. */
function glance(shadow) {
  const agree = shadow.agreement ? `${rate(shadow.agreement.value)} of its answers agree` : 'nothing compared yet';
  const noise = shadow.control ? ` (two of one version: ${rate(shadow.control.value)})` : '';
  const dropped = shadow.dropped > 0 ? `, ${count(shadow.dropped)} dropped` : '';
  return `${shadow.shadow} in the shadow: ${agree}${noise}, ${count(shadow.mirrored)} mirrored${dropped}`;
}

/** The part of the overview that shows one route. */
export class OverviewRoute {
  constructor(route, store, observer) {
    this.store = store;
    this.observer = observer;
    this.isVisible = false;
    this.isLoaded = false;
    this.link = h('a', { href: `#/route/${encodeURIComponent(route.route)}` }, route.route);
    this.match = h('span', { class: 'match' });
    this.total = h('span', { class: 'total faint' });
    this.body = h('tbody');
    this.rows = new List(this.body, (version) => version.version, (version) => {
      const row = new VersionRow(this.route, version.version);
      return { node: row.node, update: (now) => this.showRow(row, now) };
    });
    this.ramp = null;
    this.rampPlace = h('div', { class: 'ramp-place' });
    this.glance = h('p', { class: 'glance' });
    this.last = h('p', { class: 'last' });
    const heads = ['Version', 'Share', 'Requests', 'Error rate', 'p50', 'p99'];
    this.node = h('section', {
      class: 'card route-card', 'data-route': route.route, 'aria-label': `Route ${route.route}`,
    },
      h('header', { class: 'route-head' }, h('h2', null, this.link), this.match, this.total),
      this.rampPlace,
      h('table', { class: 'versions' },
        h('thead', null, h('tr', null, heads.map((head) => h('th', { scope: 'col' }, head)))),
        this.body),
      this.glance, this.last);
    this.observer.observe(this.node);
  }

  /** Takes what a snapshot tells; draws it only where somebody could see it. */
  update(route) {
    this.route = route;
    if (this.isVisible) this.show();
  }

  /** Called when it comes into sight or leaves it. */
  see(isVisible) {
    this.isVisible = isVisible;
    if (!isVisible) return;
    if (!this.isLoaded) {
      this.isLoaded = true;
      this.store.series.load(this.route.route).then(() => this.show(), () => { this.isLoaded = false; });
    }
    this.show();
  }

  show() {
    const route = this.route;
    say(this.match, place(route));
    const requests = route.versions.reduce((sum, version) => sum + version.requests_per_second, 0);
    const inFlight = route.versions.reduce((sum, version) => sum + version.in_flight, 0);
    say(this.total, `${steady(requests)} requests/s, ${count(inFlight)} in flight`);
    this.points = new Map(route.versions.map((version) =>
      [version.version, this.store.series.points(route.route, version.version)]));
    this.scales = Object.fromEntries(FIGURES.map(({ key, least }) =>
      [key, Math.max(least ?? 0, most(this.points.values(), key))]));
    this.rows.show(route.versions);
    this.showRamp(route.ramp);
    say(this.glance, (route.shadows ?? []).map(glance).join('; '));
    mark(this.glance, 'hidden', !route.shadows);
  }

  showRow(row, version) {
    row.show(this.route, version, this.scales, this.points.get(version.version), this.store.snapshot.at_ms);
  }

  showRamp(ramp) {
    if (ramp && !this.ramp) {
      this.ramp = new RampLine();
      this.rampPlace.append(this.ramp.node);
    } else if (!ramp && this.ramp) {
      this.ramp.node.remove();
      this.ramp = null;
    }
    if (ramp) this.ramp.show(ramp);
    const last = this.store.reason(ramp);
    mark(this.last, 'hidden', !last);
    if (!last) return;
    const by = last.actor === 'sluice' ? '' : ` (${last.actor}${last.reason ? `: ${last.reason}` : ''})`;
    say(this.last, `${ago(last.at_ms, this.store.now)}: ${last.summary}${by}`);
    mark(this.last, 'title', `decision ${last.id}, ${moment(last.at_ms)}`);
    mark(this.last, 'data-decision', last.id);
  }

  end() {
    this.observer.unobserve(this.node);
  }
}
