// Figures of all versions over time, with a reading for where one points or steps to.

import { dye } from './colours.js';
import { h, mark, s, say } from './dom.js';
import { clock, minute } from './format.js';
import { Plot, anchor, ceiling, linear, path, rule, tick as word, ticks } from './svg.js';
import { moments } from './timeline.js';
import { kind } from './words.js';

const HEIGHT = 132;
const LEFT = 52;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 20;

/** One chart; `lines` are {version, key, isDashed} over points {at, versions: {name: {key: number}}}. */
export class TimeChart {
  constructor({ name, keys, write, least }) {
    this.name = name;
    this.keys = keys;
    this.write = write;
    this.least = least ?? 0;
    this.plot = new Plot('time-chart', HEIGHT, (svg, width) => this.draw(svg, width));
    this.reading = h('output', { class: 'reading number' });
    this.node = h('figure', { class: 'chart' },
      h('figcaption', null, h('span', null, name), this.reading), this.plot.node);
    const box = this.plot.node;
    box.tabIndex = 0;
    box.setAttribute('role', 'group');
    box.setAttribute('aria-label', `${name} over time; arrow keys read it`);
    box.addEventListener('pointermove', (event) => this.point(event));
    box.addEventListener('pointerleave', () => this.read(null));
    box.addEventListener('keydown', (event) => this.key(event));
    box.addEventListener('blur', () => this.read(null));
    this.place = null;
  }

  show(route, points, from, to, decisions) {
    Object.assign(this, { route, points, from, to, decisions });
    mark(this.plot.svg, 'aria-label', `${this.name}: ${this.told(points.length - 1)}`);
    this.plot.redraw();
    this.read(this.place);
  }

  told(place) {
    const point = this.points?.[place];
    if (!point) return 'nothing yet';
    const values = this.route.versions.map(({ version }) => {
      const own = point.versions[version];
      const figures = this.keys.map(({ key, name }) =>
        `${name ? `${name} ` : ''}${this.write(own?.[key] ?? null)}`);
      return `${version} ${figures.join(' ')}`;
    });
    return `${clock(point.at)}  ${values.join('  ')}`;
  }

  draw(svg, width) {
    if (!this.points) return;
    const { from, to } = this;
    this.x = linear(from, to, LEFT, width - RIGHT);
    let most = this.least;
    for (const point of this.points) {
      for (const own of Object.values(point.versions)) {
        for (const { key } of this.keys) if (own[key] > most) most = own[key];
      }
    }
    const top = ceiling(most);
    const y = linear(0, top, HEIGHT - BOTTOM, TOP);
    for (const tick of ticks(0, top, 3)) {
      svg.append(rule('grid', LEFT, y(tick), width - RIGHT, y(tick)),
        word(LEFT - 6, y(tick) + 4, 'end', this.write(tick, true)));
    }
    const { step, all } = moments(from, to, Math.max(2, Math.floor(width / 90)));
    for (const at of all) {
      const text = step < 60000 ? clock(at) : minute(at);
      svg.append(word(this.x(at), HEIGHT - 5, anchor(this.x(at), width), text));
    }
    for (const decision of this.decisions ?? []) {
      if (decision.at_ms < from || decision.at_ms > to) continue;
      const { words, mood } = kind(decision.kind);
      const place = this.x(decision.at_ms);
      svg.append(s('g', { class: 'event', 'data-mood': mood },
        rule('event-line', place, TOP - 4, place, HEIGHT - BOTTOM),
        s('path', { class: 'event-dot', d: `M${place - 4},${TOP - 8}h8l-4,7z` }),
        s('title', null, `${clock(decision.at_ms)} ${words}: ${decision.summary}`)));
    }
    for (const { version } of this.route.versions) this.line(svg, version, y);
    this.cross = s('line', { class: 'cross', y1: TOP, y2: HEIGHT - BOTTOM, visibility: 'hidden' });
    svg.append(this.cross);
    this.read(this.place);
  }

  line(svg, version, y) {
    const group = s('g', { class: 'series' });
    dye(group, this.route, version);
    for (const { key, isDashed } of this.keys) {
      const places = this.points.map((point) => {
        const value = point.versions[version]?.[key];
        return [this.x(point.at), typeof value === 'number' ? y(value) : null];
      });
      group.append(s('path', { class: isDashed ? 'series-line dashed' : 'series-line', d: path(places) }));
    }
    svg.append(group);
  }

  point(event) {
    if (!this.points?.length || !this.x) return;
    const at = event.clientX - this.plot.svg.getBoundingClientRect().left;
    let best = 0;
    this.points.forEach((point, place) => {
      if (Math.abs(this.x(point.at) - at) < Math.abs(this.x(this.points[best].at) - at)) best = place;
    });
    this.read(best);
  }

  key(event) {
    const last = (this.points?.length ?? 0) - 1;
    const now = this.place ?? last + 1;
    const next = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last }[event.key];
    if (next === undefined || last < 0) return;
    event.preventDefault();
    this.read(Math.max(0, Math.min(last, next)));
  }

  read(place) {
    this.place = place !== null && this.points?.[place] ? place : null;
    say(this.reading, this.place === null ? '' : this.told(this.place));
    if (!this.cross) return;
    mark(this.cross, 'visibility', this.place === null ? 'hidden' : 'visible');
    if (this.place === null) return;
    const at = this.x(this.points[this.place].at);
    mark(this.cross, 'x1', at);
    mark(this.cross, 'x2', at);
  }
}
