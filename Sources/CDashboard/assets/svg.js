// Scales, ticks and paths for plots that are drawn by hand.

import { h, s } from './dom.js';

/** From a stretch of values to a stretch of places. */
export function linear(from, to, start, end) {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
}

/** The same by the logarithm; values must be above 0. */
export function logarithmic(from, to, start, end) {
  const scale = linear(Math.log(from), Math.log(to), start, end);
  return (value) => scale(Math.log(Math.max(value, 1e-12)));
}

/** About so many round values from `from` to `to`. */
export function ticks(from, to, most) {
  const span = to - from;
  if (!(span > 0)) return [from];
  const raw = span / Math.max(1, most);
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * size).find((value) => value >= raw);
  const all = [];
  for (let value = Math.ceil(from / step) * step; value <= to + step / 1e6; value += step) {
    all.push(Math.abs(value) < step / 1e6 ? 0 : value);
  }
  return all;
}

/** Round values for a logarithmic axis: 1, 2 and 5 of each power of ten, thinned to so many. */
export function logTicks(from, to, most) {
  for (const factors of [[1, 2, 5], [1, 3], [1]]) {
    const all = [];
    for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power += 1) {
      for (const factor of factors) {
        const value = factor * 10 ** power;
        if (value >= from && value <= to) all.push(value);
      }
    }
    if (all.length <= most) return all;
    if (factors.length === 1) {
      const nth = Math.ceil(all.length / most);
      return all.filter((_, place) => place % nth === 0);
    }
  }
  return [];
}

/** A round number at or above a value, for the end of an axis. */
export function ceiling(value) {
  if (!(value > 0)) return 1;
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * size >= value) * size;
}

const place = (value) => Math.round(value * 10) / 10;

/** A line through points [x, y]; where y is null the line is interrupted. */
export function path(points) {
  let text = '';
  let isDrawing = false;
  for (const [x, y] of points) {
    if (y === null || !Number.isFinite(y)) {
      isDrawing = false;
      continue;
    }
    text += `${isDrawing ? 'L' : 'M'}${place(x)},${place(y)}`;
    isDrawing = true;
  }
  return text;
}

/** The surface below such a line, down to `base`; points must have no gaps. */
export function area(points, base) {
  if (points.length === 0) return '';
  const last = points.at(-1)[0];
  return `${path(points)}L${place(last)},${place(base)}L${place(points[0][0])},${place(base)}Z`;
}

/** A straight line of a class. */
export function rule(name, x1, y1, x2, y2) {
  return s('line', { class: name, x1, x2, y1, y2 });
}

/** A word on an axis; `anchor` is `start`, `middle` or `end`. */
export function tick(x, y, anchor, text, name = 'tick') {
  return s('text', { class: name, x, y, 'text-anchor': anchor }, text);
}

/** The anchor of a word at `x` below an axis, so that it stays within `width`. */
export function anchor(x, width) {
  return x > width - 28 ? 'end' : 'middle';
}

/**
 * A plot that is drawn in the width that there is, and in a height that may depend on it:
 * `draw(svg, width, height)` is called anew whenever that changes, or `redraw` is called. The label
 * says to those who do not see it what it shows.
 */
export class Plot {
  constructor(name, height, draw) {
    this.svg = s('svg', { class: 'plot', role: 'img', width: '100%', focusable: 'false' });
    this.node = h('div', { class: `plot-box ${name}` }, this.svg);
    this.heightOf = typeof height === 'function' ? height : () => height;
    this.draw = draw;
    this.width = 0;
    this.observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry.contentRect.width);
      if (width === this.width || width < 20) return;
      this.width = width;
      this.redraw();
    });
    this.observer.observe(this.node);
  }

  redraw() {
    if (this.width < 20) return;
    this.svg.replaceChildren();
    const height = this.heightOf(this.width);
    this.svg.setAttribute('height', height);
    this.draw(this.svg, this.width, height);
  }

  end() {
    this.observer.disconnect();
  }
}
