// A table of figures with intervals, all of them on one axis.

import { List, h, mark, say } from './dom.js';
import { interval } from './interval.js';
import { Plot, linear, rule } from './svg.js';

const HEIGHT = 22;
const INSET = 6;

/** One figure: {key, name, value, low, high, words, bounds}. */
class IntervalRow {
  constructor(table, item) {
    this.table = table;
    this.value = h('b', { class: 'number', 'data-figure': item.key });
    this.bounds = h('span', { class: 'bounds number faint' });
    this.name = h('th', { scope: 'row' });
    this.plot = new Plot('figure-plot', HEIGHT, (svg, width) => this.draw(svg, width));
    this.node = h('tr', null, this.name, h('td', { class: 'figure-picture' }, this.plot.node),
      h('td', { class: 'value' }, this.value, this.bounds));
  }

  update(item) {
    this.item = item;
    say(this.name, item.name);
    say(this.value, item.words);
    say(this.bounds, item.bounds);
    mark(this.plot.svg, 'aria-label', `${item.name}: ${item.words} ${item.bounds}`);
    this.plot.redraw();
  }

  draw(svg, width) {
    const { from, to, origin } = this.table.stretch;
    const x = linear(from, to, INSET, width - INSET);
    svg.append(rule('grid', INSET, HEIGHT - 2, width - INSET, HEIGHT - 2));
    if (origin > from && origin < to) svg.append(rule('equal', x(origin), 2, x(origin), HEIGHT - 2));
    const { value, low, high, colour, mood } = this.item;
    if (typeof value !== 'number') return;
    const dress = mood ? { 'data-mood': mood } : { 'data-colour': colour };
    interval(svg, { value, low, high, x, from: INSET, to: width - INSET, y: 9, dress });
  }

  end() {
    this.plot.end();
  }
}

/** The table; `origin` is a value that is marked where it is in sight. */
export class IntervalTable {
  constructor(caption, origin) {
    this.origin = origin;
    this.body = h('tbody');
    this.list = new List(this.body, (item) => item.key, (item) => new IntervalRow(this, item));
    this.node = h('table', { class: 'comparison intervals' },
      h('caption', null, h('h3', null, caption)), this.body);
  }

  show(items) {
    mark(this.node, 'hidden', items.length === 0);
    const ends = items.flatMap(({ low, value, high }) => [low, value, high])
      .filter((value) => Number.isFinite(value));
    const least = Math.min(this.origin, ...ends);
    const most = Math.max(this.origin, ...ends);
    const room = (most - least) * 0.04 || 0.01;
    this.stretch = { from: least - room, to: most + room, origin: this.origin };
    this.list.show(items);
  }

  redraw() {
    for (const row of this.list.known.values()) row.plot.redraw();
  }

  end() {
    this.list.show([]);
  }
}
