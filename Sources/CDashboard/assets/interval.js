// An interval on an axis: what is known of a figure, by how much it may be wrong.

import { s } from './dom.js';

const CAP = 4;

/**
 * Draws from `low` to `high` at height `y`, with a dot at the value. An end that is unknown, or that
 * lies beyond the axis, is drawn as an arrow to the axis' end.
 */
export function interval(svg, { low, value, high, x, from, to, y, dress = {} }) {
  const left = typeof low === 'number' ? Math.max(from, Math.min(to, x(low))) : from;
  const right = typeof high === 'number' ? Math.max(from, Math.min(to, x(high))) : to;
  const isLeftOpen = typeof low !== 'number' || x(low) < from;
  const isRightOpen = typeof high !== 'number' || x(high) > to;
  const group = s('g', { class: 'interval', ...dress },
    s('line', { class: 'interval-line', x1: left, x2: right, y1: y, y2: y }),
    isLeftOpen ? arrow(left, y, -1) : cap(left, y), isRightOpen ? arrow(right, y, 1) : cap(right, y));
  if (typeof value === 'number') {
    const place = Math.max(from, Math.min(to, x(value)));
    group.append(s('circle', { class: 'interval-dot', cx: place, cy: y, r: 3.6 }));
  }
  svg.append(group);
}

function cap(x, y) {
  return s('line', { class: 'interval-cap', x1: x, x2: x, y1: y - CAP, y2: y + CAP });
}

function arrow(x, y, direction) {
  const back = x - direction * CAP;
  return s('path', { class: 'interval-arrow', d: `M${back},${y - CAP}L${x},${y}L${back},${y + CAP}` });
}
