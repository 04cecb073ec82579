// How the requests of a window ended, version by version.

import { dye, heading, swatch } from './colours.js';
import { fill, h, mark } from './dom.js';
import { NOTHING, bytes, count, percent } from './format.js';

/** Classes of statuses in their order; `none` is for requests that got no answer. */
const CLASSES = ['2xx', '3xx', '1xx', '4xx', '5xx', 'none'];

/** Counts beside the answers themselves. */
const ROWS = [
  ['In flight', (version) => count(version.in_flight)],
  ['Clients gone', (version) => count(version.client_gone)],
  ['Retries', (version) => count(version.retries)],
  ['By testers', (version) => count(version.overrides)],
  ['Sent', (version) => bytes(version.sent_bytes)],
];

/** The failures by kind, the most frequent first. */
export function failures(version) {
  return Object.entries(version.errors).filter(([, number]) => number > 0)
    .sort(([, a], [, b]) => b - a);
}

/** Bars of statuses, and the counts below them. */
export class Outcomes {
  constructor() {
    this.bars = h('div', { class: 'outcomes' });
    this.head = h('tr');
    this.body = h('tbody');
    this.table = h('table', { class: 'comparison' }, h('thead', null, this.head), this.body);
    this.node = h('section', { class: 'card', 'aria-labelledby': 'outcomes-title' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'outcomes-title' }, 'How they ended')),
      h('div', { class: 'ended' }, this.bars, this.table));
  }

  show(route, comparison) {
    const { versions } = comparison;
    fill(this.bars, versions.map((version) => Outcomes.bar(route, version)));
    this.table.style.setProperty('--versions', String(versions.length));
    fill(this.head, h('th', { scope: 'col' }, 'Beside'),
      versions.map((version) => heading(route, version.version)));
    fill(this.body, ROWS.map(([name, write]) => h('tr', null, h('th', { scope: 'row' }, name),
      versions.map((version) => h('td', { class: 'value number' }, write(version))))));
  }

  static bar(route, version) {
    const all = CLASSES.reduce((sum, name) => sum + (version.statuses[name] ?? 0), 0);
    const parts = CLASSES.map((name) => [name, version.statuses[name] ?? 0])
      .filter(([, number]) => number > 0);
    const pieces = parts.map(([name, number]) => {
      const piece = h('span', { class: 'outcome', 'data-status': name });
      piece.style.setProperty('flex-grow', String(number));
      return piece;
    });
    const words = parts.map(([name, number]) => `${name === 'none' ? 'no answer' : name} ${count(number)}`);
    const failed = failures(version);
    const sum = failed.reduce((total, [, number]) => total + number, 0);
    const told = failed.map(([name, number]) => `${count(number)} ${name.replaceAll('_', ' ')}`).join(', ');
    const node = h('div', { class: 'outcome-line' },
      h('span', { class: 'outcome-words' }, swatch(), h('b', null, version.version), ' ',
        h('span', { class: 'number' }, words.join(' · ') || NOTHING)),
      h('span', { class: 'outcome-bar', 'aria-hidden': 'true' }, pieces),
      sum > 0 ? h('span', { class: 'faint number' }, `${percent(sum / all)} failed: ${told}`) : null);
    mark(node, 'data-version', version.version);
    dye(node, route, version.version);
    return node;
  }
}
