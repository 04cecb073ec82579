// The versions of a route side by side over a window, every figure with its interval.

import { colour, heading } from './colours.js';
import { fill, h, mark, say } from './dom.js';
import {
  NOTHING, count, duration, got, milliseconds, rate, share, shortMilliseconds, steady,
} from './format.js';
import { interval } from './interval.js';
import { Plot, linear, logarithmic, rule } from './svg.js';

const LINE = 13;
const INSET = 7;

const time = (key, name, read) => ({ key, name, read, write: milliseconds, axis: 'latency' });
const quantile = (key, name) => time(key, name, (version) => version.latency_ms[key] ?? null);
const firstByte = (key, name) =>
  time(`first_${key}`, name, (version) => version.first_byte_ms[key] ?? null);

/** Figures with an interval: how they are read, written and laid out. */
const FIGURES = [
  {
    key: 'error_rate', name: 'Error rate', read: (version) => version.error_rate ?? null,
    write: rate, axis: 'rate',
  },
  quantile('p50', 'Latency p50'), quantile('p90', 'p90'), quantile('p95', 'p95'),
  quantile('p99', 'p99'), firstByte('p50', 'First byte p50'), firstByte('p99', 'First byte p99'),
];

/** Figures that are counted, not estimated. */
const COUNTS = [
  { key: 'requests', name: 'Requests', write: (version) => count(version.requests) },
  {
    key: 'throughput', name: 'Throughput',
    write: (version, seconds) => `${steady(version.requests / seconds)} /s`,
  },
  {
    key: 'share', name: 'Share',
    write: (version) => got(version.share_achieved),
    beside: (version) => `${share(version.share_wanted)} wanted`,
  },
];

/** One figure of all versions on a common axis. */
class FigureRow {
  constructor(figure, versions) {
    this.figure = figure;
    this.plot = new Plot('figure-plot', versions.length * LINE + 8,
      (svg, width, height) => this.draw(svg, width, height));
    this.cells = versions.map((name) => {
      const value = h('b', { class: 'number', 'data-figure': figure.key, 'data-version': name });
      const bounds = h('span', { class: 'bounds number faint' });
      return { node: h('td', { class: 'value', 'data-label': name }, value, bounds), value, bounds };
    });
    this.node = h('tr', null, h('th', { scope: 'row' }, figure.name),
      h('td', { class: 'figure-picture' }, this.plot.node), this.cells.map((cell) => cell.node));
  }

  show(route, versions, stretch) {
    this.route = route;
    this.versions = versions;
    this.stretch = stretch;
    versions.forEach((version, place) => {
      const known = this.figure.read(version);
      const { value, bounds } = this.cells[place];
      say(value, known ? this.figure.write(known.value) : NOTHING);
      say(bounds, this.bounds(known));
    });
    const told = versions.map((version) => {
      const known = this.figure.read(version);
      return `${version.version} ${known ? this.figure.write(known.value) : 'unknown'}`;
    });
    mark(this.plot.svg, 'aria-label', `${this.figure.name} with 95 % intervals: ${told.join(', ')}`);
    this.plot.redraw();
  }

  /** Without an upper end if there are too few requests to know one. */
  bounds(known) {
    if (!known) return '';
    const { write } = this.figure;
    return `${write(known.low)} … ${typeof known.high === 'number' ? write(known.high) : ''}`;
  }

  draw(svg, width, height) {
    if (!this.versions || !this.stretch) return;
    const { from, to } = this.stretch;
    const x = (this.figure.axis === 'latency' ? logarithmic : linear)(from, to, INSET, width - INSET);
    svg.append(rule('grid', INSET, height - 2, width - INSET, height - 2));
    this.versions.forEach((version, place) => {
      const known = this.figure.read(version);
      if (!known) return;
      const dress = { 'data-colour': colour(this.route, version.version) };
      interval(svg, { ...known, x, from: INSET, to: width - INSET, y: 7 + place * LINE, dress });
    });
  }

  end() {
    this.plot.end();
  }
}

/** The table of a route's versions. */
export class Comparison {
  constructor() {
    this.head = h('tr');
    this.body = h('tbody');
    this.table = h('table', { class: 'comparison' }, h('thead', null, this.head), this.body);
    this.note = h('p', { class: 'faint note' });
    this.rows = [];
    this.node = h('section', { class: 'card', 'aria-labelledby': 'comparison-title' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'comparison-title' }, 'Versions side by side')),
      this.table, this.note);
  }

  build(route, names) {
    this.end();
    this.names = names.join();
    this.table.style.setProperty('--versions', String(names.length));
    fill(this.head, h('th', { scope: 'col' }, 'Figure'),
      h('th', { scope: 'col' }, h('span', { class: 'hidden' }, 'Intervals at 95 %')),
      names.map((name) => heading(route, name)));
    this.counts = COUNTS.map((figure) => {
      const cells = names.map((name) => {
        const value = h('span', { 'data-figure': figure.key, 'data-version': name });
        const beside = h('span', { class: 'bounds faint' });
        return { value, beside, node: h('td', { class: 'value number' }, value, beside) };
      });
      const head = h('th', { scope: 'row', colspan: 2 }, figure.name);
      return { figure, cells, node: h('tr', null, head, cells.map((cell) => cell.node)) };
    });
    this.rows = FIGURES.map((figure) => new FigureRow(figure, names));
    fill(this.body, this.counts.map((row) => row.node), this.rows.map((row) => row.node));
  }

  show(route, comparison) {
    const { versions, window_seconds: seconds } = comparison;
    const names = versions.map((version) => version.version);
    if (this.names !== names.join()) this.build(route, names);
    for (const { figure, cells } of this.counts) {
      versions.forEach((version, place) => {
        say(cells[place].value, figure.write(version, seconds));
        say(cells[place].beside, figure.beside?.(version) ?? '');
      });
    }
    const stretches = { rate: Comparison.rates(versions), latency: Comparison.latencies(versions) };
    for (const row of this.rows) row.show(route, versions, stretches[row.figure.axis]);
    say(this.note, Comparison.words(seconds, stretches.latency));
  }

  static words(seconds, latency) {
    const all = `Of the last ${duration(seconds * 1000)}. Lines are 95 % intervals`;
    if (!latency) return `${all}.`;
    const ends = `${shortMilliseconds(latency.from)} to ${shortMilliseconds(latency.to)}`;
    return `${all}; latencies are on one logarithmic axis from ${ends}.`;
  }

  static latencies(versions) {
    const values = FIGURES.filter((figure) => figure.axis === 'latency')
      .flatMap(({ read }) => versions.map(read)).filter((known) => known !== null)
      .flatMap((known) => [known.low, known.value, known.high]).filter((value) => value > 0);
    if (values.length === 0) return null;
    return { from: Math.min(...values) / 1.1, to: Math.max(...values) * 1.1 };
  }

  static rates(versions) {
    const values = versions.map((version) => version.error_rate).filter((known) => known)
      .flatMap((known) => [known.value, known.high]);
    return { from: 0, to: Math.max(0.001, ...values) * 1.05 };
  }

  redraw() {
    for (const row of this.rows) row.plot.redraw();
  }

  end() {
    for (const row of this.rows) row.end();
    this.rows = [];
  }
}
