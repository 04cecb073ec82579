// What the files say of a route.

import { fact, fill, h } from './dom.js';
import { duration, stepShare } from './format.js';

/** A list of names and words, folded up. */
export class Settings {
  constructor() {
    this.list = h('dl', { class: 'facts-list wide' });
    this.node = h('details', { class: 'card settings' },
      h('summary', null, h('h2', null, 'As the files have it')), this.list);
  }

  show(config) {
    const facts = [
      ['Host', config.host === '*' ? 'any' : config.host],
      ['Path', config.path],
      ['Methods', config.methods.join(', ') || 'all'],
      ...(config.headers.length ? [['Headers', config.headers.join('; ')]] : []),
      ['Sticky', config.sticky.join(', ') || 'no: each request is drawn'],
      ['Override', config.override_header ?? 'no'],
      ['Timeouts', Object.entries(config.timeout_ms)
        .map(([name, value]) => `${name.replaceAll('_', ' ')} ${duration(value)}`).join(', ')],
      ...config.versions.map(({ version, endpoints, trust }) =>
        [version, `${endpoints.join(', ')}${trust ? ` (trust: ${trust})` : ''}`]),
    ];
    const { canary } = config;
    if (canary) {
      const { breaker } = canary;
      const steps = canary.steps.map((step) =>
        `${stepShare(step.share)}${step.approve ? ' (approved by hand)' : ''}`).join(', ');
      facts.push(
        ['Ramp', `${canary.stable} → ${canary.candidate}: ${steps}`],
        ['Hold', canary.steps.map((step) => duration(step.hold_ms)).join(', ')],
        ['Least evidence', `${canary.min_requests} requests of each version`],
        ['Bake', duration(canary.bake_ms)],
        ['Guards', canary.guards.join('; ') || 'none'],
        ['Breaker', `${breaker.consecutive_errors} errors in a row, or ${breaker.error_rate} % of at `
          + `least ${breaker.min_requests} within ${duration(breaker.within_ms)}`],
        ['Without a conclusion', `${canary.on_inconclusive} after ${duration(canary.deadline_ms)}`],
        ['A wrong rollback', `in at most ${canary.false_rollback} % of ramps`],
      );
      if (canary.notify.length) facts.push(['Told', canary.notify.join(', ')]);
    }
    fill(this.list, facts.map(fact));
  }
}
