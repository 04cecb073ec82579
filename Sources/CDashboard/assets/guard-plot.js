// A guard on one axis: what is known of the effect, against the margin that it must not exceed.

import { mark, s } from './dom.js';
import { interval } from './interval.js';
import { Plot, linear, logarithmic, rule, tick } from './svg.js';
import { distance, effect, isRate, verdict } from './words.js';

const HEIGHT = 46;
const INSET = 8;
const TOP = 4;
const AXIS = 28;

/** A part of the axis, to see at once on which side of the margin something lies. */
function zone(name, from, to) {
  return s('rect', { class: name, x: from, y: TOP, width: Math.max(0, to - from), height: AXIS - TOP });
}

/** The stretch of effects that is drawn, so that the margin and what is known of it fit. */
export function stretch(guard) {
  const values = [guard.low, guard.effect, guard.high].filter((value) => Number.isFinite(value));
  if (guard.limit === 'max_ratio') {
    const margin = Math.max(guard.margin, 1.01);
    const least = Math.min(1 / margin, ...values.filter((value) => value > 0));
    const most = Math.max(margin ** 2, ...values);
    return {
      isLog: true, from: Math.max(least, 1 / margin ** 4) / 1.1, to: Math.min(most, margin ** 5) * 1.1,
    };
  }
  if (guard.limit === 'max' && !isRate(guard.metric)) {
    const least = Math.min(guard.margin / 4, ...values.filter((value) => value > 0));
    const most = Math.max(guard.margin * 1.6, ...values);
    return {
      isLog: true, from: Math.max(least, guard.margin / 200) / 1.1,
      to: Math.min(most, guard.margin * 8) * 1.05,
    };
  }
  if (guard.limit === 'min') {
    const gap = 1 - guard.margin;
    const least = Math.max(Math.min(guard.margin - gap, ...values), guard.margin - gap * 6);
    const most = Math.min(Math.max(1, ...values), 1 + gap * 2);
    return { isLog: false, from: least - gap * 0.1, to: most + gap * 0.1 };
  }
  const start = guard.limit === 'max' ? 0 : -guard.margin;
  const least = Math.min(start, ...values);
  const most = Math.max(guard.margin * 2, ...values);
  const from = guard.limit === 'max' ? 0 : Math.max(least, -guard.margin * 5) * 1.1;
  return { isLog: false, from, to: Math.min(most, guard.margin * 6) * 1.06 };
}

/** The picture of one guard. */
export class GuardPlot {
  constructor() {
    this.guard = null;
    this.plot = new Plot('guard-plot', HEIGHT, (svg, width) => this.draw(svg, width));
    this.node = this.plot.node;
  }

  show(guard) {
    const key = JSON.stringify(guard);
    if (key === this.key) return;
    this.key = key;
    this.guard = guard;
    this.plot.redraw();
    mark(this.plot.svg, 'aria-label', `${verdict(guard.verdict).words}: ${distance(guard)}`);
  }

  draw(svg, width) {
    const guard = this.guard;
    if (!guard) return;
    const { isLog, from, to } = stretch(guard);
    const x = (isLog ? logarithmic : linear)(from, to, INSET, width - INSET);
    const margin = x(guard.margin);
    const [below, above] = guard.limit === 'min'
      ? ['zone-beyond', 'zone-allowed'] : ['zone-allowed', 'zone-beyond'];
    svg.append(zone(below, INSET, margin), zone(above, margin, width - INSET),
      rule('axis', INSET, AXIS, width - INSET, AXIS));
    const isRatio = guard.limit === 'max_ratio' || (guard.limit === 'min' && guard.is_controlled);
    const equal = isRatio ? 1 : guard.limit === 'max_increase' ? 0 : null;
    if (equal !== null) {
      svg.append(rule('equal', x(equal), TOP, x(equal), AXIS));
      if (Math.abs(x(equal) - margin) > 56) svg.append(tick(x(equal), HEIGHT - 5, 'middle', 'equal'));
    }
    svg.append(rule('margin', margin, 2, margin, AXIS + 3));
    const anchor = margin > width - 60 ? 'end' : margin < 60 ? 'start' : 'middle';
    const allowed = `${effect(guard, guard.margin)} ${guard.limit === 'min' ? 'asked for' : 'allowed'}`;
    svg.append(tick(margin, HEIGHT - 5, anchor, allowed, 'tick strong'));
    if (guard.verdict === 'not_comparable') return;
    interval(svg, {
      low: guard.low, value: guard.effect, high: guard.high, x, from: INSET, to: width - INSET, y: 16,
      dress: { 'data-mood': verdict(guard.verdict).mood },
    });
  }

  end() {
    this.plot.end();
  }
}
