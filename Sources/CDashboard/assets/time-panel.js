// What the versions of a route did over time.

import { h } from './dom.js';
import { percent, shortMilliseconds, steady, decimal } from './format.js';
import { points } from './series.js';
import { TimeChart } from './time-chart.js';

/** Three charts below each other, on one axis of time. */
export class TimePanel {
  constructor() {
    this.charts = [
      new TimeChart({
        name: 'Requests a second', keys: [{ key: 'rate' }],
        write: (value, isTick) => (isTick ? decimal(value) : steady(value)),
      }),
      new TimeChart({ name: 'Error rate', keys: [{ key: 'errors' }], least: 0.01, write: percent }),
      new TimeChart({
        name: 'Latency, p99 and p50 (dashed)',
        keys: [{ key: 'p99', name: 'p99' }, { key: 'p50', name: 'p50', isDashed: true }],
        write: shortMilliseconds,
      }),
    ];
    this.node = h('section', { class: 'card', 'aria-labelledby': 'time-title' },
      h('header', { class: 'panel-head' }, h('h2', { id: 'time-title' }, 'Over time')),
      h('div', { class: 'charts' }, this.charts.map((chart) => chart.node)));
  }

  decided(decisions) {
    this.decisions = decisions;
  }

  /** Shows a history: its steps are whole but for the newest, which is left out. */
  show(route, history, seconds, nowMs) {
    const whole = points(history).filter((point) => point.at <= nowMs);
    for (const chart of this.charts) {
      chart.show(route, whole, nowMs - seconds * 1000, nowMs, this.decisions);
    }
  }

  redraw() {
    for (const chart of this.charts) chart.plot.redraw();
  }

  end() {
    for (const chart of this.charts) chart.plot.end();
  }
}
