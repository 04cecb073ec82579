// The journal of a route: every decision on its ramp, in words, with what it rested on.

import { get, segment } from './api.js';
import { List, fact, fill, h, mark, say } from './dom.js';
import { ago, count, duration, moment, share } from './format.js';
import { Guards } from './guards.js';
import { CAUSES, kind } from './words.js';

const PAGE = 50;
/** Decisions that are kept on the page. */
const MOST = 1000;

/** What tells decisions apart: one that was not in the journal at first has another id there. */
function key(decision) {
  return `${decision.at_ms} ${decision.kind}`;
}

/** One decision. */
class Entry {
  constructor(decision, store) {
    this.store = store;
    this.chip = h('span', { class: 'chip' });
    this.time = h('time', { class: 'faint number' });
    this.summary = h('span', { class: 'entry-summary' });
    this.by = h('span', { class: 'faint entry-by' });
    this.more = h('div', { class: 'entry-more' });
    this.details = h('details', { on: { toggle: () => this.open() } },
      h('summary', null, this.chip, this.summary, this.by, this.time), this.more);
    this.node = h('li', { class: 'entry', 'data-decision': decision.id }, this.details);
  }

  update(decision) {
    if (this.decision !== decision) {
      this.decision = decision;
      const { words, mood, glyph } = kind(decision.kind);
      mark(this.node, 'data-decision', decision.id);
      say(this.chip, `${glyph} ${words}`);
      mark(this.chip, 'data-mood', mood);
      say(this.summary, decision.summary);
      const reason = decision.reason ? `: “${decision.reason}”` : '';
      say(this.by, decision.actor === 'sluice' ? '' : `by ${decision.actor}${reason}`);
      mark(this.time, 'datetime', new Date(decision.at_ms).toISOString());
      mark(this.time, 'title', moment(decision.at_ms));
    }
    say(this.time, ago(decision.at_ms, this.store.now));
  }

  /** The evidence is put together only for those who look. */
  open() {
    if (!this.details.open || this.isFilled) return;
    this.isFilled = true;
    const { decision } = this;
    const facts = [
      ['Decision', decision.id > 0 ? String(decision.id) : 'not in the journal yet'],
      ['When', moment(decision.at_ms)],
      ['Why', CAUSES[decision.cause] ?? decision.cause],
      ['Share', `${share(decision.share_before)} → ${share(decision.share_after)}`],
      ['Step', `${decision.step_before} → ${decision.step_after}`],
    ];
    const { evidence } = decision;
    if (evidence) facts.push(...Entry.evidence(decision, evidence));
    fill(this.more, h('dl', { class: 'facts-list' }, facts.map(fact)));
    if (evidence?.guards.length) {
      this.guards = new Guards();
      this.guards.show(evidence.guards, decision);
      this.more.append(this.guards.node);
    }
  }

  static evidence(decision, evidence) {
    const { breaker } = evidence;
    const told = (requests, errors) => `${count(requests)} requests, ${count(errors)} errors`;
    const facts = [
      ['Watched', duration(evidence.watched_milliseconds)],
      [decision.stable, told(evidence.stable_requests, evidence.stable_errors)],
      [decision.candidate, told(evidence.candidate_requests, evidence.candidate_errors)],
    ];
    if (evidence.pairs) {
      facts.push(['Answers compared', `${count(evidence.pairs)}, ${count(evidence.differing_pairs ?? 0)} differ`]);
    }
    if (breaker?.trip) {
      const failed = `${count(breaker.candidate_errors)} of ${count(breaker.candidate_requests)} failed`;
      facts.push(['Breaker', `${failed}, ${count(breaker.consecutive_errors)} in a row`]);
    }
    return facts;
  }

  end() {
    this.guards?.end();
  }
}

/** The list of decisions, newest first; `onChange` is told of all of them. */
export class Journal {
  constructor(store, route, onChange) {
    this.store = store;
    this.route = route;
    this.onChange = onChange;
    this.decisions = [];
    this.items = h('ol', { class: 'entries' });
    this.list = new List(this.items, key, (decision) => new Entry(decision, store));
    this.empty = h('p', { class: 'empty' }, 'Nothing was decided yet.');
    const onOlder = { type: 'button', hidden: true, on: { click: () => this.loadOlder() } };
    this.older = h('button', onOlder, 'Older');
    this.node = h('section', { class: 'card', 'aria-labelledby': 'journal-title' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'journal-title' }, 'Journal')),
      this.items, this.empty, this.older);
  }

  async load() {
    await this.take(`decisions?route=${segment(this.route)}&limit=${PAGE}`);
  }

  async loadOlder() {
    const last = this.decisions.at(-1);
    if (last) await this.take(`decisions?route=${segment(this.route)}&limit=${PAGE}&before=${last.id}`);
    this.items.lastElementChild?.querySelector('summary')?.focus();
  }

  async take(path) {
    try {
      const { decisions } = await get(path);
      mark(this.older, 'hidden', decisions.length < PAGE);
      this.merge(decisions);
    } catch {
      // It is asked again when the gateway is back.
    }
  }

  add(decision) {
    this.merge([decision]);
  }

  merge(decisions) {
    const all = new Map(this.decisions.map((decision) => [key(decision), decision]));
    for (const decision of decisions) all.set(key(decision), decision);
    this.decisions = [...all.values()].sort((a, b) => b.at_ms - a.at_ms || b.id - a.id).slice(0, MOST);
    this.onChange(this.decisions);
    this.tick();
  }

  tick() {
    mark(this.empty, 'hidden', this.decisions.length > 0);
    this.list.show(this.decisions);
  }

  end() {
    this.list.show([]);
  }
}
