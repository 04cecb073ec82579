// The shadows of a route: how their answers compare with those that callers got.

import { colour, dye, swatch } from './colours.js';
import { List, fact, fill, h, say } from './dom.js';
import { NOTHING, count, milliseconds, moment, percent, rate, share } from './format.js';
import { IntervalTable } from './interval-table.js';
import { Pairs } from './pairs.js';
import { ShadowGroups } from './shadow-groups.js';
import { ShadowSides } from './shadow-sides.js';

/** Counts by reason, the most frequent first. */
function reasons(counts) {
  return Object.entries(counts).filter(([, number]) => number > 0).sort(([, a], [, b]) => b - a)
    .map(([name, number]) => `${count(number)} ${name.replaceAll('_', ' ')}`).join(', ');
}

/** What stands where there are too few pairs for any end of an interval. */
const TOO_FEW = 'too few to say';

const sum = (counts) => Object.values(counts).reduce((total, number) => total + number, 0);

/** Ends of an interval in words. */
function ends(known, write) {
  const { low, high } = known;
  if (typeof low !== 'number' && typeof high !== 'number') return TOO_FEW;
  return `${typeof low === 'number' ? write(low) : ''} … ${typeof high === 'number' ? write(high) : ''}`;
}

/** One shadow. */
class ShadowCard {
  constructor(store, route, name) {
    this.name = name;
    this.swatch = swatch();
    this.about = h('span', { class: 'faint' });
    this.facts = h('dl', { class: 'facts-list' });
    this.agreement = new IntervalTable('Answers that agree', 1);
    this.latency = new IntervalTable('The shadow’s latency less the caller’s, pair by pair', 0);
    this.slower = h('p', { class: 'faint note' });
    this.sides = new ShadowSides();
    this.pairs = new Pairs(store, route, name);
    this.groups = new ShadowGroups((group) => this.pairs.choose(group));
    this.node = h('section', { class: 'card shadow-card', 'data-shadow': name, 'aria-label': `Shadow ${name}` },
      h('header', { class: 'panel-head' }, h('h2', null, this.swatch, `Shadow ${name}`), this.about),
      this.facts,
      h('div', { class: 'shadow-figures' },
        h('div', null, this.agreement.node, this.latency.node, this.slower), this.sides.node),
      this.groups.node, this.pairs.node);
  }

  update({ route, shadow, stretch }) {
    dye(this.swatch, route, this.name);
    const how = shadow.compare ? `compared as ${shadow.compare}` : 'not compared';
    const since = shadow.compared_since_ms ? ` since ${moment(shadow.compared_since_ms)}` : '';
    say(this.about, `${share(shadow.sample)} of the callers are mirrored; answers are ${how}${since}`);
    fill(this.facts, ShadowCard.facts(shadow).map(fact));
    this.agreement.show(ShadowCard.agreement(shadow, colour(route, this.name)));
    this.latency.show(ShadowCard.latency(shadow, colour(route, this.name)));
    const { slower_share: slower, pairs } = shadow.paired_latency ?? {};
    say(this.slower, slower
      ? `The shadow was slower in ${rate(slower.value)} (${ends(slower, rate)}) of ${count(pairs)} pairs.` : '');
    this.sides.show(route, shadow);
    say(this.sides.node.querySelector('h3'), `The mirrored requests on both sides, last ${stretch}`);
    this.groups.show(shadow);
    this.pairs.show(shadow);
  }

  static facts(shadow) {
    const { ledger, agreement } = shadow;
    const dropped = sum(ledger.dropped);
    const facts = [
      ['Mirrored', count(ledger.mirrored)], ['Under way', count(ledger.in_flight)],
      ['Dropped', dropped > 0 ? `${count(dropped)}: ${reasons(ledger.dropped)}` : '0'],
    ];
    if (!agreement) return facts;
    const not = sum(agreement.not_comparable);
    return [
      ...facts, ['Compared', count(agreement.compared)], ['Differ', count(agreement.differing)],
      ['Not comparable', not > 0 ? `${count(not)}: ${reasons(agreement.not_comparable)}` : '0'],
    ];
  }

  static agreement(shadow, place) {
    const own = shadow.agreement?.rate;
    const noise = shadow.control?.rate;
    const item = (key, name, known, dress) => ({
      key, name, ...known, ...dress, words: known ? rate(known.value) : NOTHING,
      bounds: known ? ends(known, percent) : '',
    });
    const items = [];
    if (own) items.push(item('agreement', 'Shadow and caller', own, { colour: place }));
    if (noise) items.push(item('noise', 'Two answers of one version', noise, { mood: 'calm' }));
    return items;
  }

  static latency(shadow, place) {
    const paired = shadow.paired_latency;
    if (!paired) return [];
    return [['mean', 'Mean'], ['p50', 'p50'], ['p90', 'p90'], ['p99', 'p99']].map(([key, name]) => {
      const known = paired[`${key}_ms`];
      return {
        key: `paired_${key}`, name, ...known, colour: place, words: milliseconds(known.value),
        bounds: ends(known, milliseconds),
      };
    });
  }

  redraw() {
    for (const part of [this.agreement, this.latency, this.groups]) part.redraw();
  }

  end() {
    for (const part of [this.agreement, this.latency, this.groups]) part.end();
  }
}

/** The cards of all shadows; nothing where a route has none. */
export class Shadows {
  constructor(store, name) {
    this.node = h('div', { class: 'shadows' });
    this.list = new List(this.node, ({ shadow }) => shadow.shadow,
      ({ shadow }) => new ShadowCard(store, name, shadow.shadow));
  }

  /** Shows what the API told; null where the route has no shadow. */
  show(route, document, stretch) {
    this.list.show((document?.shadows ?? []).map((shadow) => ({ route, shadow, stretch })));
  }

  redraw() {
    for (const card of this.list.known.values()) card.redraw();
  }

  end() {
    this.list.show([]);
  }
}
