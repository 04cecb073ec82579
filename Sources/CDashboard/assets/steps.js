// The steps of a ramp as a row of boxes: which are passed, where it is, and how far.

import { h, mark } from './dom.js';
import { duration, stepShare } from './format.js';
import { phase } from './words.js';

/** What became of each step, by the place where the ramp stands. */
export function stepStates(ramp) {
  const isOut = ['rolling_back', 'rolled_back', 'aborted'].includes(ramp.phase);
  const isPast = ['baking', 'succeeded'].includes(ramp.phase);
  return ramp.step_shares.map((_, place) => {
    const step = place + 1;
    if (ramp.phase === 'pending') return 'ahead';
    if (step < ramp.step || isPast) return 'done';
    if (step > ramp.step) return 'ahead';
    return isOut ? 'out' : 'here';
  });
}

/** A row of boxes, one for each step. */
export class Steps {
  constructor() {
    this.node = h('ol', { class: 'steps' });
    this.boxes = [];
  }

  show(ramp) {
    const shares = ramp.step_shares;
    if (shares.join() !== this.shares) {
      this.shares = shares.join();
      this.node.replaceChildren();
      this.boxes = shares.map((value) => {
        const progress = h('span', { class: 'step-progress' });
        const box = h('li', { class: 'step' }, progress, h('span', { class: 'number' }, stepShare(value)));
        this.node.append(box);
        return { box, progress };
      });
    }
    const states = stepStates(ramp);
    this.boxes.forEach(({ box, progress }, place) => {
      const state = states[place];
      mark(box, 'data-state', state);
      mark(box, 'aria-current', state === 'here' ? 'step' : null);
      const part = ramp.hold_ms > 0 ? Math.min(1, ramp.watched_ms / ramp.hold_ms) : 1;
      progress.style.setProperty('inline-size', state === 'here' ? `${part * 100}%` : '0');
    });
    const words = `step ${ramp.step} of ${ramp.steps}, ${stepShare(shares[ramp.step - 1])}`;
    mark(this.node, 'aria-label', `Ramp ${phase(ramp.phase).words}: ${words}`);
    mark(this.node, 'title', `${words}, watched ${duration(ramp.watched_ms)} of ${duration(ramp.hold_ms)}`);
  }
}
