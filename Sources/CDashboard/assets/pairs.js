// Kept pairs of a shadow, the newest first; one opens to both answers side by side.

import { get, segment } from './api.js';
import { List, fill, h, mark, say } from './dom.js';
import { NOTHING, ago, count, milliseconds, moment } from './format.js';
import { textDiff } from './text-diff.js';

const PAGE = 20;
const KINDS = {
  missing: 'only the caller’s has it', extra: 'only the shadow’s has it', type: 'another type',
  value: 'another value', length: 'another length',
};

const status = (number) => (number > 0 ? String(number) : 'no answer');

/** One answer, with what only it says marked. */
function side(name, answer, stretches) {
  const about = [status(answer.status), milliseconds(answer.total_ms), answer.endpoint];
  return h('section', { class: 'side', 'aria-label': `${name}, ${answer.version}` },
    h('h4', null, `${name}: ${answer.version}`),
    h('p', { class: 'faint number' }, about.filter((text) => text).join(' · ')),
    h('pre', { tabindex: 0, 'aria-label': `A part of the answer of ${answer.version}` },
      stretches.map(({ text, isOther }) => (isOther ? h('mark', null, text) : text))));
}

/** Where they differ. */
function differences(pair) {
  const heads = ['Path', 'Difference', 'Caller’s', 'Shadow’s'];
  const rows = pair.differences.map((one) => h('tr', null,
    h('th', { scope: 'row' }, h('code', null, one.path)), h('td', null, KINDS[one.kind] ?? one.kind),
    h('td', { 'data-label': heads[2] }, h('code', null, one.primary ?? NOTHING)),
    h('td', { 'data-label': heads[3] }, h('code', null, one.shadow ?? NOTHING))));
  const more = pair.pair.difference_count - pair.differences.length;
  return [
    h('table', { class: 'differences' },
      h('thead', null, h('tr', null, heads.map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', null, rows)),
    more > 0 ? h('p', { class: 'faint note' }, `${count(more)} more differences.`) : null,
  ];
}

/** One pair. */
class PairEntry {
  constructor(pair, path, store) {
    this.pair = pair;
    this.path = path;
    this.store = store;
    this.time = h('time', {
      class: 'faint number', datetime: new Date(pair.at_ms).toISOString(), title: moment(pair.at_ms),
    });
    this.more = h('div', { class: 'pair-more' });
    const statuses = `${status(pair.primary_status)} | ${status(pair.shadow_status)}`;
    this.details = h('details', { on: { toggle: () => this.open() } },
      h('summary', null, h('span', { class: 'number', title: 'status of the caller’s and of the shadow’s answer' },
        statuses),
        h('span', { class: 'entry-summary' }, pair.groups.join(', ')),
        h('span', { class: 'faint entry-by' }, `${pair.request} · ${pair.request_id}`), this.time),
      this.more);
    this.node = h('li', { class: 'entry pair', 'data-pair': pair.id }, this.details);
  }

  update() {
    say(this.time, ago(this.pair.at_ms, this.store.now));
  }

  /** Both answers are asked for only by those who look. */
  async open() {
    if (!this.details.open || this.isFilled) return;
    this.isFilled = true;
    fill(this.more, h('p', { class: 'faint' }, 'It is being fetched.'));
    try {
      const pair = await get(`${this.path}/${this.pair.id}`);
      const [primary, shadow] = textDiff(pair.primary.body, pair.shadow.body);
      fill(this.more, h('div', { class: 'sides' }, side('Caller', pair.primary, primary),
        side('Shadow', pair.shadow, shadow)), differences(pair));
    } catch (error) {
      this.isFilled = false;
      fill(this.more, h('p', { class: 'error' }, error.message));
    }
  }
}

/** The list of pairs, of all groups or of one. */
export class Pairs {
  constructor(store, route, shadow) {
    this.store = store;
    this.path = `routes/${segment(route)}/shadows/${segment(shadow)}/pairs`;
    this.pairs = [];
    this.title = h('h3', { tabindex: -1 }, 'Kept pairs that differ');
    this.all = h('button', { type: 'button', hidden: true, on: { click: () => this.choose(null) } }, 'All groups');
    this.items = h('ol', { class: 'entries' });
    this.list = new List(this.items, (pair) => pair.id, (pair) => new PairEntry(pair, this.path, store));
    this.empty = h('p', { class: 'faint', hidden: true }, 'No pair is kept here.');
    this.older = h('button', { type: 'button', hidden: true, on: { click: () => this.loadOlder() } }, 'Older');
    this.node = h('div', { class: 'pairs' }, h('div', { class: 'panel-head' }, this.title, this.all),
      this.items, this.empty, this.older);
  }

  /** Asks anew once another pair is kept. */
  show(shadow) {
    if (this.seen !== shadow.examples.kept) this.load(shadow.examples.kept);
    this.list.show(this.pairs);
  }

  choose(group) {
    this.group = group;
    this.pairs = [];
    say(this.title, group === null ? 'Kept pairs that differ' : `Kept pairs that differ in ${group}`);
    mark(this.all, 'hidden', group === null);
    this.load(this.seen);
    this.title.focus();
  }

  async load(seen) {
    const { group } = this;
    this.seen = seen;
    try {
      const { pairs } = await get(`${this.path}?limit=${PAGE}${Pairs.filter(group)}`);
      if (group !== this.group) return;
      const last = pairs.at(-1)?.id ?? 0;
      const older = this.pairs.filter((pair) => pair.id < last);
      if (older.length === 0) mark(this.older, 'hidden', pairs.length < PAGE);
      this.take([...pairs, ...older]);
    } catch {
      // It is asked again with the next figures.
      this.seen = null;
    }
  }

  async loadOlder() {
    const { group } = this;
    const last = this.pairs.at(-1);
    if (!last) return;
    try {
      const { pairs } = await get(`${this.path}?limit=${PAGE}&before=${last.id}${Pairs.filter(group)}`);
      if (group !== this.group) return;
      mark(this.older, 'hidden', pairs.length < PAGE);
      this.take([...this.pairs, ...pairs]);
    } catch {
      // Whoever wants them presses again.
    }
  }

  static filter(group) {
    return group ? `&group=${encodeURIComponent(group)}` : '';
  }

  take(pairs) {
    this.pairs = pairs;
    mark(this.empty, 'hidden', pairs.length > 0);
    this.list.show(pairs);
  }
}
