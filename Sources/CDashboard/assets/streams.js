// Streams of events: the time to their first byte and the gaps between events, where a route has any.

import { heading } from './colours.js';
import { fill, h, mark } from './dom.js';
import { NOTHING, count, milliseconds } from './format.js';

/** The times that are shown, and where a version of a comparison has them. */
const TIMES = [
  { name: 'Time to first byte', of: (version) => version.first_byte_ms },
  { name: 'Gap between events', of: (version) => version.streams.event_gap_ms },
];
const QUANTILES = ['p50', 'p90', 'p99'];

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
    const rows = [
      Streams.row('Streams', versions, ({ streams }) => count(streams.streams)),
      Streams.row('Broken', versions, ({ streams }) => count(streams.broken)),
      Streams.row('Events', versions, ({ streams }) => count(streams.events)),
    ];
    for (const { name, of } of TIMES) {
      for (const quantile of QUANTILES) {
        rows.push(Streams.row(`${name} ${quantile}`, versions, (version) => {
          const value = of(version)?.[quantile]?.value ?? null;
          return value === null ? NOTHING : milliseconds(value);
        }));
      }
    }
    fill(this.body, rows);
  }

  static row(name, versions, write) {
    return h('tr', null, h('th', { scope: 'row' }, name),
      versions.map((version) => h('td', { class: 'value number' }, write(version))));
  }
}
