// Streamed answers: the time to their first token and the gaps between pieces, where a route has any.

import { heading } from './colours.js';
import { fill, h, mark } from './dom.js';
import { NOTHING, count, milliseconds } from './format.js';

/** What a gateway may tell of streams, by its keys in a comparison: each may be missing. */
const FIGURES = [
  { key: 'ttfb_ms', name: 'Time to first byte' },
  { key: 'gap_ms', name: 'Gap between pieces' },
  { key: 'duration_ms', name: 'Length of a stream' },
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
    const number = ({ streams }) => count(streams.count ?? streams.requests);
    const rows = [Streams.row('Streams', versions, number)];
    for (const { key, name } of FIGURES) {
      for (const quantile of QUANTILES) {
        const read = ({ streams }) => streams[key]?.[quantile]?.value ?? streams[key]?.[quantile] ?? null;
        if (versions.every((version) => read(version) === null)) continue;
        rows.push(Streams.row(`${name} ${quantile}`, versions, (version) => {
          const value = read(version);
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
