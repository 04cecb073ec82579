// A small live plot: one figure of one version over the last minutes.

import { mark, s } from './dom.js';
import { area, linear, path } from './svg.js';

const WIDTH = 120;
const HEIGHT = 26;
const INSET = 2;
/** So much time is shown at least, however young the gateway is. */
const LEAST_MS = 60 * 1000;

/** A plot of `figure` (a key of the points); all versions of a route share one scale. */
export class Sparkline {
  constructor(figure, words) {
    this.figure = figure;
    this.words = words;
    this.fill = s('path', { class: 'spark-fill' });
    this.line = s('path', { class: 'spark-line' });
    this.end = s('circle', { class: 'spark-end', r: 1.8 });
    this.node = s('svg', {
      class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img',
      focusable: 'false',
    }, this.fill, this.line);
  }

  /** Draws the points up to a moment, on a scale from 0 to `most`. */
  show(points, nowMs, most, shown) {
    const first = points[0]?.at ?? nowMs;
    const x = linear(Math.min(first, nowMs - LEAST_MS), nowMs, 0, WIDTH - INSET);
    const y = linear(0, most || 1, HEIGHT - INSET, INSET);
    const places = points.map((point) => {
      const value = point[this.figure];
      return [x(point.at), value === null ? null : y(Math.min(value, most || 1))];
    });
    mark(this.line, 'd', path(places));
    const whole = places.filter(([, height]) => height !== null);
    mark(this.fill, 'd', area(whole, HEIGHT));
    mark(this.node, 'aria-label', `${this.words} in the last five minutes, now ${shown}`);
  }
}

/** The largest value of a figure in several lists of points. */
export function most(lists, figure) {
  let value = 0;
  for (const points of lists) {
    for (const point of points) if (point[figure] > value) value = point[figure];
  }
  return value;
}
