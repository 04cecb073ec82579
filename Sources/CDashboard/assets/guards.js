// The guards of a ramp, each with its evidence against its margin.

import { List, h, mark, say } from './dom.js';
import { count } from './format.js';
import { GuardPlot } from './guard-plot.js';
import { distance, figure, limit, metric, verdict } from './words.js';

const HEADS = ['Guard', 'Evidence against what is allowed', 'Verdict'];

/** One guard. */
class GuardRow {
  constructor(guard) {
    this.name = h('b', null, metric(guard.metric));
    this.limit = h('span', { class: 'faint' }, `${guard.limit.replaceAll('_', ' ')}`);
    this.limit.title = limit(guard);
    this.plot = new GuardPlot();
    this.words = h('p', { class: 'guard-words' });
    this.chip = h('span', { class: 'chip' });
    this.figures = h('span', { class: 'guard-figures number' });
    this.node = h('tr', { 'data-guard': `${guard.metric} ${guard.limit}` },
      h('th', { scope: 'row' }, this.name, ' ', this.limit, this.figures),
      h('td', { class: 'guard-picture' }, this.plot.node, this.words),
      h('td', { class: 'guard-verdict' }, this.chip));
  }

  update({ guard, names }) {
    const { words, mood, glyph } = verdict(guard.verdict);
    say(this.chip, `${glyph} ${words}`);
    mark(this.chip, 'data-mood', mood);
    say(this.words, distance(guard));
    this.plot.show(guard);
    const figures = [
      [names.stable, guard.stable_estimate, guard.stable_count],
      [names.candidate, guard.candidate_estimate, guard.candidate_count],
    ].filter(([, estimate]) => typeof estimate === 'number');
    say(this.figures, figures.map(([name, estimate, number]) =>
      `${name} ${figure(guard.metric, estimate)} (${count(number)})`).join(' · '));
    mark(this.figures, 'title', GuardRow.small(guard));
  }

  static small(guard) {
    const scatter = guard.dispersion > 1.005
      ? `; requests that come in bunches: counts are divided by ${guard.dispersion.toFixed(2)}` : '';
    const { alpha, beta } = guard;
    return `probability of a wrong fail on this step ${alpha}, of a wrong pass ${beta}${scatter}`;
  }

  end() {
    this.plot.end();
  }
}

/** A table of guards. */
export class Guards {
  constructor() {
    this.body = h('tbody');
    this.list = new List(this.body, ({ guard }) => `${guard.metric} ${guard.limit}`,
      ({ guard }) => new GuardRow(guard));
    this.node = h('table', { class: 'guards' },
      h('thead', null, h('tr', null, HEADS.map((head) => h('th', { scope: 'col' }, head)))), this.body);
  }

  /** Shows guards; `names` are those of the stable version and the candidate. */
  show(guards, names) {
    mark(this.node, 'hidden', guards.length === 0);
    this.list.show(guards.map((guard) => ({ guard, names })));
  }

  end() {
    this.list.show([]);
  }
}
