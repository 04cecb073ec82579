// Where the answers of a shadow differ: groups of paths with their rate, the noise and what is left.

import { List, h, mark, say } from './dom.js';
import { count, percent, rate } from './format.js';
import { interval } from './interval.js';
import { Plot, linear, rule } from './svg.js';

const HEADS = ['Where', 'More than noise, at 95 %', 'Pairs that differ', 'Noise'];
const HEIGHT = 24;
const INSET = 6;
/** Groups that are shown; those of which it is surest come first. */
const MOST = 40;

/** One group. */
class GroupRow {
  constructor(table, group) {
    this.table = table;
    this.button = h('button', {
      type: 'button', class: 'quiet group-name', title: 'Show the kept pairs that differ here',
      on: { click: () => table.onChoose(this.group.group) },
    }, h('code', null, group.group));
    this.words = h('span', { class: 'bounds number faint' });
    this.plot = new Plot('figure-plot', HEIGHT, (svg, width) => this.draw(svg, width));
    this.rate = h('td', { class: 'value number', 'data-figure': 'rate', 'data-label': HEADS[2] });
    this.noise = h('td', { class: 'value number', 'data-figure': 'noise', 'data-label': HEADS[3] });
    this.node = h('tr', { 'data-group': group.group }, h('th', { scope: 'row' }, this.button),
      h('td', { class: 'figure-picture' }, this.plot.node, this.words), this.rate, this.noise);
  }

  update(group) {
    this.group = group;
    const excess = group.excess ?? group.rate;
    const words = `${percent(excess)} (${percent(group.low)} … ${percent(group.high)})`;
    say(this.words, words);
    say(this.rate, `${rate(group.rate)} (${count(group.shadow)})`);
    say(this.noise, `${rate(group.noise_rate)} (${count(group.control)})`);
    mark(this.plot.svg, 'aria-label', `More than noise: ${words}`);
    this.plot.redraw();
  }

  draw(svg, width) {
    const { from, to } = this.table.stretch;
    const x = linear(from, to, INSET, width - INSET);
    svg.append(rule('grid', INSET, HEIGHT - 2, width - INSET, HEIGHT - 2));
    svg.append(rule('equal', x(0), 2, x(0), HEIGHT - 2));
    const { low, high, excess, rate: own } = this.group;
    const dress = { 'data-mood': low > 0 ? 'bad' : 'calm' };
    interval(svg, { low, high, value: excess ?? own, x, from: INSET, to: width - INSET, y: 11, dress });
  }

  end() {
    this.plot.end();
  }
}

/** The table of groups; `onChoose` is told the name of one. */
export class ShadowGroups {
  constructor(onChoose) {
    this.onChoose = onChoose;
    this.body = h('tbody');
    this.list = new List(this.body, (group) => group.group, (group) => new GroupRow(this, group));
    this.note = h('p', { class: 'faint note' });
    this.table = h('table', { class: 'groups' }, h('caption', null, h('h3', null, 'Where they differ')),
      h('thead', null, h('tr', null, HEADS.map((head) => h('th', { scope: 'col' }, head)))), this.body);
    this.node = h('div', { class: 'groups-box' }, this.table, this.note);
  }

  show(shadow) {
    const groups = shadow.groups.slice(0, MOST);
    mark(this.table, 'hidden', groups.length === 0);
    const ends = groups.flatMap(({ low, high }) => [low, high]);
    this.stretch = { from: Math.min(0, ...ends) - 0.01, to: Math.max(0.01, ...ends) + 0.01 };
    this.list.show(groups);
    say(this.note, ShadowGroups.words(shadow));
  }

  static words(shadow) {
    const compared = shadow.agreement?.compared ?? 0;
    if (compared === 0) return shadow.compare ? 'Nothing was compared yet.' : 'Answers are not compared.';
    if (shadow.groups.length === 0) return 'No answers differ.';
    const beyond = shadow.groups.length - MOST;
    const more = beyond > 0 ? ` ${count(beyond)} more differ less surely.` : '';
    const other = shadow.other_groups.shadow;
    const rest = other > 0 ? ` ${count(other)} pairs differ elsewhere, too.` : '';
    return `Red is surely more than noise. Groups are of ${count(compared)} pairs.${more}${rest}`;
  }

  redraw() {
    for (const row of this.list.known.values()) row.plot.redraw();
  }

  end() {
    this.list.show([]);
  }
}
