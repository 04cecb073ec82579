// How the latencies of all versions are distributed, drawn over each other.

import { dye, swatch } from './colours.js';
import { fill, h, mark, s } from './dom.js';
import { count, shortMilliseconds } from './format.js';
import { Plot, anchor, area, logTicks, logarithmic, linear, path, rule, tick as word } from './svg.js';

/** As high as the table beside it where it has a place beside one. */
const heightOf = (width) => Math.round(Math.max(230, Math.min(460, width * 0.9)));
const LEFT = 10;
const RIGHT = 10;
const TOP = 34;
const BOTTOM = 24;

/** A distribution as density by the logarithm of time: points [ms, height]. */
export function density(buckets) {
  const all = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  const points = [];
  let end = null;
  for (const { from_ms: from, to_ms: to, count: number } of buckets) {
    const low = Math.max(from, 0.001);
    if (end !== null && low > end * 1.0001) points.push([end, 0], [low, 0]);
    else if (end === null) points.push([low, 0]);
    points.push([Math.sqrt(low * to), number / all / Math.log(to / low)]);
    end = to;
  }
  if (end !== null) points.push([end, 0]);
  return points;
}

/** The picture of the distributions. */
export class Distribution {
  constructor() {
    this.legend = h('ul', { class: 'legend' });
    this.plot = new Plot('distribution', heightOf, (svg, width, height) => this.draw(svg, width, height));
    this.empty = h('p', { class: 'empty' }, 'No whole answers in this window.');
    this.node = h('section', { class: 'card', 'aria-labelledby': 'distribution-title' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'distribution-title' }, 'Latency distribution'),
        h('span', { class: 'grow' }), this.legend), this.plot.node, this.empty);
  }

  show(route, comparison) {
    this.route = route;
    this.versions = comparison.versions
      .map((version) => ({ ...version, buckets: version.latency_distribution ?? [] }))
      .filter((version) => version.buckets.length > 0);
    mark(this.empty, 'hidden', this.versions.length > 0);
    mark(this.plot.node, 'hidden', this.versions.length === 0);
    fill(this.legend, this.versions.map((version) => {
      const number = version.buckets.reduce((sum, bucket) => sum + bucket.count, 0);
      const item = h('li', null, swatch(), h('span', { class: 'name' }, version.version), ' ',
        h('span', { class: 'faint number' }, count(number)));
      dye(item, route, version.version);
      return item;
    }));
    const told = this.versions.map(({ version, latency_ms: latency }) =>
      `${version} p50 ${shortMilliseconds(latency.p50?.value)}, `
        + `p99 ${shortMilliseconds(latency.p99?.value)}`);
    mark(this.plot.svg, 'aria-label', `Latency distributions over each other: ${told.join('; ')}`);
    this.plot.redraw();
  }

  draw(svg, width, height) {
    if (!this.versions?.length) return;
    const bounds = this.versions.flatMap(
      ({ buckets }) => [Math.max(0.001, buckets[0].from_ms), buckets.at(-1).to_ms]);
    const [from, to] = [Math.min(...bounds) / 1.15, Math.max(...bounds) * 1.15];
    const x = logarithmic(from, to, LEFT, width - RIGHT);
    const curves = this.versions.map((version) => ({ version, points: density(version.buckets) }));
    const most = Math.max(...curves.flatMap(({ points }) => points.map(([, height]) => height)));
    const y = linear(0, most, height - BOTTOM, TOP);
    for (const tick of logTicks(from, to, Math.max(3, Math.floor(width / 70)))) {
      svg.append(rule('grid', x(tick), TOP, x(tick), height - BOTTOM),
        word(x(tick), height - 7, anchor(x(tick), width), shortMilliseconds(tick)));
    }
    svg.append(rule('axis', LEFT, height - BOTTOM, width - RIGHT, height - BOTTOM));
    for (const { version, points } of curves) {
      const places = points.map(([at, height]) => [x(at), y(height)]);
      const group = s('g', { class: 'curve' },
        s('path', { class: 'curve-area', d: area(places, height - BOTTOM) }),
        s('path', { class: 'curve-line', d: path(places) }));
      dye(group, this.route, version.version);
      svg.append(group);
    }
    this.quantiles(svg, x, width);
  }

  /** Where the quantiles of each version lie, on a line of their own above the curves. */
  quantiles(svg, x, width) {
    this.versions.forEach((version, place) => {
      const top = 6 + place * 12;
      const group = s('g', { class: 'quantiles' });
      dye(group, this.route, version.version);
      const p50 = version.latency_ms.p50?.value;
      const p99 = version.latency_ms.p99?.value;
      if (p50 && p99) group.append(rule('quantile-span', x(p50), top, x(p99), top));
      for (const [name, known] of Object.entries(version.latency_ms)) {
        const at = x(known.value);
        group.append(s('circle', { class: 'quantile', cx: at, cy: top, r: name === 'p50' ? 3.6 : 2.6 },
          s('title', null, `${name} of ${version.version}: ${shortMilliseconds(known.value)}`)));
      }
      if (place === 0 && p50 && p99) {
        group.append(word(x(p50) - 7, top + 4, 'end', 'p50'),
          word(Math.min(x(p99) + 7, width - 24), top + 4, 'start', 'p99'));
      }
      svg.append(group);
    });
  }

  redraw() {
    this.plot.redraw();
  }

  end() {
    this.plot.end();
  }
}
