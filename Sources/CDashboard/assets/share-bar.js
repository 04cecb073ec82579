// The share that a version has, beside the share that it is to have.

import { h, mark, say } from './dom.js';
import { NOTHING, got, share } from './format.js';

/** A bar as long as the share achieved, with a tick where it is wanted. */
export class ShareBar {
  constructor() {
    this.bar = h('span', { class: 'share-got' });
    this.tick = h('span', { class: 'share-wanted' });
    this.achieved = h('b', { class: 'number', 'data-figure': 'achieved' });
    this.wanted = h('span', { class: 'faint number', 'data-figure': 'wanted' });
    this.track = h('span', { class: 'share-track', 'aria-hidden': 'true' }, this.bar, this.tick);
    this.node = h('div', { class: 'share' },
      h('span', { class: 'share-numbers' }, this.achieved, this.wanted), this.track);
  }

  show(wanted, achieved) {
    say(this.achieved, typeof achieved === 'number' ? got(achieved) : NOTHING);
    say(this.wanted, `of ${share(wanted)} wanted`);
    this.bar.style.setProperty('inline-size', `${Math.min(100, achieved ?? 0)}%`);
    this.tick.style.setProperty('inset-inline-start', `${Math.min(100, wanted)}%`);
    const had = typeof achieved === 'number' ? got(achieved) : 'none';
    mark(this.node, 'title', `${had} of the requests; ${share(wanted)} of the callers are wanted`);
  }
}
