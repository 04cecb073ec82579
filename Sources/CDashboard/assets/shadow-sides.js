// The mirrored requests on both sides: as their callers saw them, and as the shadow answered.

import { dye, swatch } from './colours.js';
import { fill, h } from './dom.js';
import { NOTHING, count, milliseconds, rate } from './format.js';
import { failures } from './outcomes.js';

const ROLES = { primary: 'Callers', shadow: 'Shadow' };

const time = (of, name) => (side) => milliseconds(side[of][name]?.value);

/** What is shown of each side: a key, a name, and how it is written. */
const ROWS = [
  ['requests', 'Requests', (side) => count(side.requests)],
  ['error_rate', 'Error rate', (side) => rate(side.error_rate?.value)],
  ['p50', 'Latency p50', time('latency_ms', 'p50')],
  ['p90', 'p90', time('latency_ms', 'p90')],
  ['p99', 'p99', time('latency_ms', 'p99')],
  ['first_p50', 'First byte p50', time('first_byte_ms', 'p50')],
  ['first_p99', 'First byte p99', time('first_byte_ms', 'p99')],
  ['failed', 'Failed by kind', (side) => failures(side).map(([kind, number]) =>
    `${count(number)} ${kind.replaceAll('_', ' ')}`).join(', ') || NOTHING],
];

/** A table of both sides. */
export class ShadowSides {
  constructor() {
    this.head = h('tr');
    this.body = h('tbody');
    this.node = h('table', { class: 'comparison' },
      h('caption', null, h('h3', null, 'The mirrored requests on both sides')),
      h('thead', null, this.head), this.body);
  }

  show(route, shadow) {
    const sides = ['primary', 'shadow'].map((role) => shadow.figures.find((side) => side.role === role))
      .filter((side) => side);
    fill(this.head, h('th', { scope: 'col' }, 'Figure'), sides.map((side) => {
      const cell = h('th', { scope: 'col', class: 'value' },
        side.role === 'shadow' ? swatch() : null, ROLES[side.role]);
      if (side.role === 'shadow') dye(cell, route, shadow.shadow);
      return cell;
    }));
    fill(this.body, ROWS.map(([key, name, write]) => h('tr', null, h('th', { scope: 'row' }, name),
      sides.map((side) => h('td', { class: 'value number', 'data-figure': key, 'data-role': side.role },
        write(side))))));
  }
}
