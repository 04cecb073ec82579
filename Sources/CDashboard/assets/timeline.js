// A ramp over time: the candidate's share as it went up and down, and every decision on it.

import { h, mark, s, say } from './dom.js';
import { dye } from './colours.js';
import { clock, duration, minute, share } from './format.js';
import { Plot, anchor, area, linear, path, rule, tick } from './svg.js';
import { kind } from './words.js';

const HEIGHT = 150;
const LEFT = 44;
const RIGHT = 12;
const TOP = 20;
const BOTTOM = 24;
/** Decisions that are drawn. */
const MOST = 60;
const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400]
  .map((seconds) => seconds * 1000);

/** Round moments from one time to another, at most so many. */
export function moments(from, to, most) {
  const step = STEPS_MS.find((value) => (to - from) / value <= most)
    ?? Math.ceil((to - from) / most / 86400000) * 86400000;
  const offset = new Date(from).getTimezoneOffset() * 60000;
  const all = [];
  for (let at = Math.ceil((from - offset) / step) * step + offset; at <= to; at += step) all.push(at);
  return { step, all };
}

/** The picture of the ramp. */
export class Timeline {
  constructor() {
    this.plot = new Plot('timeline', HEIGHT, (svg, width) => this.draw(svg, width));
    this.title = h('h3');
    this.node = h('div', { class: 'timeline-box' }, this.title, this.plot.node);
  }

  show(route, decisions, nowMs) {
    this.route = route;
    dye(this.plot.node, route, route.ramp.candidate);
    say(this.title, `Share of ${route.ramp.candidate} over time, with every decision`);
    this.decisions = decisions.slice(0, MOST).reverse();
    this.now = nowMs;
    mark(this.node, 'hidden', this.decisions.length === 0);
    if (this.decisions.length === 0) return;
    mark(this.plot.svg, 'aria-label', this.words());
    this.plot.redraw();
  }

  words() {
    const told = this.decisions.slice(-8).map((decision) =>
      `${clock(decision.at_ms)} ${kind(decision.kind).words}, ${share(decision.share_after)}`);
    return `The share of ${this.route.ramp.candidate} over time: ${told.join('; ')}`;
  }

  draw(svg, width) {
    if (!this.decisions?.length) return;
    const first = this.decisions[0].at_ms;
    const end = this.isOver ? this.decisions.at(-1).at_ms : this.now;
    const span = Math.max(10000, end - first);
    const from = first - span * 0.02;
    const to = Math.min(this.now, end + span * 0.08);
    const x = linear(from, Math.max(to, from + 1000), LEFT, width - RIGHT);
    const most = Math.max(...this.route.ramp.step_shares, ...this.decisions.map((d) => d.share_after), 1);
    const y = linear(0, most, HEIGHT - BOTTOM, TOP);
    this.axes(svg, width, x, y, from, to, most);
    this.shares(svg, x, y, to);
    // What was decided at nearly the same time is put side by side.
    let last = -Infinity;
    for (const decision of this.decisions) {
      last = Math.max(x(decision.at_ms), last + 17);
      this.mark(svg, decision, x, y, Math.min(last, width - 9));
    }
  }

  get isOver() {
    return ['succeeded', 'rolled_back', 'aborted'].includes(this.route.ramp.phase);
  }

  axes(svg, width, x, y, from, to, most) {
    const levels = [...new Set([0, ...this.route.ramp.step_shares])].filter((value) => value <= most);
    let last = Infinity;
    for (const level of levels) {
      svg.append(rule('grid', LEFT, y(level), width - RIGHT, y(level)));
      if (last - y(level) < 13) continue;
      last = y(level);
      svg.append(tick(LEFT - 6, y(level) + 4, 'end', share(level)));
    }
    const { step, all } = moments(from, to, Math.max(2, Math.floor(width / 90)));
    for (const at of all) {
      const text = step < 60000 ? clock(at) : minute(at);
      svg.append(tick(x(at), HEIGHT - 7, anchor(x(at), width), text),
        rule('grid', x(at), HEIGHT - BOTTOM, x(at), HEIGHT - BOTTOM + 4));
    }
  }

  shares(svg, x, y, to) {
    const points = [];
    for (const decision of this.decisions) {
      const place = x(decision.at_ms);
      points.push([place, y(decision.share_before)], [place, y(decision.share_after)]);
    }
    points.push([x(to), y(this.decisions.at(-1).share_after)]);
    svg.append(s('path', { class: 'timeline-area', d: area(points, y(0)) }),
      s('path', { class: 'timeline-line', d: path(points) }));
  }

  mark(svg, decision, x, y, middle) {
    const { words, mood, glyph } = kind(decision.kind);
    const place = x(decision.at_ms);
    const top = y(Math.max(decision.share_before, decision.share_after));
    const watched = decision.evidence
      ? `, watched ${duration(decision.evidence.watched_milliseconds)}` : '';
    svg.append(s('g', { class: 'event', 'data-mood': mood },
      rule('event-line', place, top - 4, place, HEIGHT - BOTTOM),
      s('circle', { class: 'event-dot', cx: middle, cy: top - 8, r: 7.5 }),
      s('text', { class: 'event-glyph', x: middle, y: top - 4.5, 'text-anchor': 'middle' }, glyph),
      s('title', null, `${clock(decision.at_ms)} ${words}: ${decision.summary}${watched}`)));
  }
}
