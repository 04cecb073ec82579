// The ramp of a route: where it stands, what it waits for, and the operator's verbs.

import { dye } from './colours.js';
import { h, mark, say } from './dom.js';
import { clock, count, duration, share } from './format.js';
import { Guards } from './guards.js';
import { StepCards, presentTry } from './step-cards.js';
import { Timeline } from './timeline.js';
import { Verbs } from './verbs.js';
import { kind, phase, waits } from './words.js';

/** How much of the evidence that is asked for a version has. */
class EvidenceBar {
  constructor() {
    this.name = h('span', { class: 'name' });
    this.numbers = h('span', { class: 'number faint' });
    this.bar = h('span', { class: 'meter-fill' });
    this.meter = h('span', { class: 'meter', 'aria-hidden': 'true' }, this.bar);
    this.node = h('div', { class: 'evidence' },
      h('span', { class: 'swatch', 'aria-hidden': 'true' }), this.name, this.numbers,
      this.meter);
  }

  show(route, version, requests, { least, noun }) {
    dye(this.node, route, version);
    say(this.name, version);
    // Pairs of answers are asked for, which are not counted here.
    say(this.numbers, least === null ? `${count(requests)} ${noun}`
      : `${count(requests)} ${noun}, ${count(least)} asked for`);
    mark(this.meter, 'hidden', least === null || requests >= least);
    if (least === null) return;
    this.bar.style.setProperty('inline-size', `${Math.min(100, (requests / Math.max(1, least)) * 100)}%`);
  }
}

/** Everything about the ramp. */
export class RampPanel {
  constructor(store, name, frame) {
    this.store = store;
    this.chip = h('span', { class: 'chip large', id: 'phase' });
    this.words = h('p', { class: 'ramp-now' });
    this.held = h('p', { class: 'notice', 'data-mood': 'warn', role: 'status' });
    this.verbs = new Verbs(store, name, frame);
    this.stable = new EvidenceBar();
    this.candidate = new EvidenceBar();
    this.evidence = h('div', { class: 'evidences' }, this.stable.node, this.candidate.node);
    this.guards = new Guards();
    this.cards = new StepCards();
    this.timeline = new Timeline();
    this.basis = h('h3');
    this.watched = h('div', { class: 'watched' }, this.basis, this.evidence, this.guards.node);
    this.node = h('section', { class: 'card ramp-panel', 'aria-labelledby': 'ramp-title', hidden: true },
      h('header', { class: 'panel-head' }, h('h2', { id: 'ramp-title' }, 'Ramp'), this.chip,
        h('span', { class: 'grow' }), this.verbs.node),
      this.words, this.held, this.cards.node, this.timeline.node, this.watched);
  }

  configure(canary) {
    this.canary = canary;
    if (this.route) this.show(this.route);
  }

  permit() {
    if (this.route?.ramp) this.verbs.show(this.route.ramp);
  }

  decided(decisions) {
    this.decisions = decisions;
    if (this.route) this.show(this.route);
  }

  show(route) {
    this.route = route;
    const ramp = route.ramp;
    mark(this.node, 'hidden', !ramp);
    if (!ramp) return;
    const { words, mood, glyph } = phase(ramp.phase);
    say(this.chip, `${glyph} ${words}`);
    mark(this.chip, 'data-mood', ramp.held ? 'warn' : mood);
    say(this.words, this.sentence(ramp));
    mark(this.held, 'hidden', !ramp.held);
    say(this.held, ramp.held ? `Held by ${ramp.held}.` : '');
    this.verbs.show(ramp);
    const isWatched = ['step', 'paused', 'baking'].includes(ramp.phase);
    if (isWatched) {
      this.showEvidence(route, 'Evidence of this step', ramp, ramp);
    } else {
      this.showBasis(route, ramp);
    }
    this.cards.show(ramp, this.canary, this.decisions ?? []);
    this.timeline.show(route, this.decisions ?? [], this.store.snapshot.at_ms);
  }

  showEvidence(route, title, figures, ramp) {
    mark(this.watched, 'hidden', null);
    say(this.basis, title);
    const isMirrored = ramp.share === 0 && ['step', 'paused'].includes(ramp.phase);
    const shadow = isMirrored ? this.canary?.steps[0]?.min_copies ?? null : null;
    const [least, stable, candidate] = isMirrored
      ? [shadow, 'requests mirrored', 'copies'] : [ramp.min_requests, 'requests', 'requests'];
    this.stable.show(route, ramp.stable, figures.stable_requests, { least, noun: stable });
    this.candidate.show(route, ramp.candidate, figures.candidate_requests, { least, noun: candidate });
    this.guards.show(figures.guards, ramp);
  }

  /** Of a ramp that is over: what its end rested on. */
  showBasis(route, ramp) {
    const last = presentTry(this.decisions ?? [], ramp).findLast((decision) => decision.evidence);
    mark(this.watched, 'hidden', !last);
    if (!last) return;
    const { words } = kind(last.kind);
    this.showEvidence(route, `What the end rested on: ${words}, ${clock(last.at_ms)}`, last.evidence, ramp);
  }

  sentence(ramp) {
    const names = `${ramp.stable} → ${ramp.candidate}`;
    const isMirrored = ramp.share === 0 && ['step', 'paused'].includes(ramp.phase);
    const place = `step ${ramp.step} of ${ramp.steps}, ${isMirrored ? 'in the shadow' : share(ramp.share)}`;
    const waiting = waits(ramp.waiting_for);
    switch (ramp.phase) {
      case 'succeeded': return `${names}: ${ramp.candidate} keeps ${share(ramp.share)} of the callers.`;
      case 'rolled_back':
      case 'aborted':
        return `${names}: everybody is on ${ramp.stable}. ${ramp.candidate} is not tried again until`
          + ' retry, or a change of it in the file.';
      case 'pending':
      case 'rolling_back': return `${names}${waiting ? `: waits for ${waiting}` : ''}.`;
      default: {
        const watched = `watched ${duration(ramp.watched_ms)} of at least ${duration(ramp.hold_ms)}`;
        return `${names}: ${place}, ${watched}${waiting ? `; waits for ${waiting}` : ''}.`;
      }
    }
  }

  redraw() {
    this.timeline.plot.redraw();
  }

  end() {
    this.guards.end();
    this.timeline.plot.end();
    this.verbs.end();
  }
}
