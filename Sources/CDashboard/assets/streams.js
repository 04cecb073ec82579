// Streams of events: the time to their first byte and the gaps between events, where a route has any.

import { heading } from './colours.js';
import { fill, h, mark } from './dom.js';
import { NOTHING, count, milliseconds, rate } from './format.js';

const counted = (key, name) => ({ key, name, write: ({ streams }) => count(streams[key]) });
const time = (key, name, of) => ['p50', 'p90', 'p99'].map((quantile) => ({
  key: `${key}_${quantile}`, name: `${name} ${quantile}`, read: (version) => of(version)[quantile] ?? null,
  unit: milliseconds,
}));

/** What is counted, and what is estimated with an interval. */
const FIGURES = [
  counted('streams', 'Streams'), counted('broken', 'Broken'),
  { key: 'broken_rate', name: 'Broken rate', read: ({ streams }) => streams.broken_rate ?? null, unit: rate },
  counted('events', 'Events'),
  ...time('first', 'Time to first byte', (version) => version.first_byte_ms),
  ...time('gap', 'Gap between events', ({ streams }) => streams.event_gap_ms),
];

/** A table that is there only if there is something to tell. */
export class Streams {
  constructor() {
    this.head = h('tr');
    this.body = h('tbody');
    this.table = h('table', { class: 'comparison' }, h('thead', null, this.head), this.body);
    this.node = h('section', { class: 'card', 'aria-labelledby': 'streams-title', hidden: true },
      h('header', { class: 'panel-head' }, h('h2', { id: 'streams-title' }, 'Streams')),
      this.table);
  }

  show(route, comparison) {
    const versions = comparison.versions.filter((version) => version.streams);
    mark(this.node, 'hidden', versions.length === 0);
    if (versions.length === 0) return;
    this.table.style.setProperty('--versions', String(versions.length));
    fill(this.head, h('th', { scope: 'col' }, 'Figure'),
      versions.map((version) => heading(route, version.version)));
    fill(this.body, FIGURES.map((figure) => h('tr', null, h('th', { scope: 'row' }, figure.name),
      versions.map((version) => Streams.cell(figure, version)))));
  }

  /** Without an upper end if there are too few streams to know one. */
  static cell({ key, write, read, unit }, version) {
    const names = { 'data-figure': key, 'data-version': version.version };
    if (write) return h('td', { class: 'value number' }, h('span', names, write(version)));
    const known = read(version);
    if (!known) return h('td', { class: 'value number' }, h('span', names, NOTHING));
    const high = typeof known.high === 'number' ? unit(known.high) : '';
    return h('td', { class: 'value number' }, h('b', names, unit(known.value)),
      h('span', { class: 'bounds faint' }, `${unit(known.low)} … ${high}`));
  }
}
