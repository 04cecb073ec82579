// States, decisions and guards in words, and the marks that go with them.

import { GAP, decimal, percent, shortMilliseconds } from './format.js';

/** Each phase: what it is called, its mood, and a mark that does not need colour. */
export const PHASES = {
  pending: { words: 'waiting to begin', mood: 'calm', glyph: '○' },
  step: { words: 'under way', mood: 'busy', glyph: '▲' },
  paused: { words: 'paused', mood: 'warn', glyph: 'Ⅱ' },
  baking: { words: 'baking', mood: 'busy', glyph: '◆' },
  succeeded: { words: 'succeeded', mood: 'good', glyph: '✓' },
  rolling_back: { words: 'rolling back', mood: 'bad', glyph: '▼' },
  rolled_back: { words: 'rolled back', mood: 'bad', glyph: '✕' },
  aborted: { words: 'aborted', mood: 'bad', glyph: '✕' },
};

/** A phase that may be of a newer gateway than this page. */
export function phase(name) {
  return PHASES[name] ?? { words: String(name), mood: 'calm', glyph: '·' };
}

const WAITS = {
  hold: 'the step’s time to pass',
  evidence: 'more evidence',
  approval: 'an operator’s promote',
  resume: 'an operator’s resume',
  bake: 'the bake to end',
  in_flight: 'requests under way on the candidate',
  stable_is_bad: 'the stable version, which is just as bad now',
  sample_ratio: 'the shares, which are not as wanted',
  journal: 'a journal that can be written',
};

/** What a ramp waits for, as one phrase; empty if for nothing. */
export function waits(names) {
  const all = (names ?? []).map((name) => WAITS[name] ?? name);
  if (all.length < 2) return all.join('');
  return `${all.slice(0, -1).join(', ')} and ${all[all.length - 1]}`;
}

const VERDICTS = {
  pass: { words: 'pass', mood: 'good', glyph: '✓' },
  fail: { words: 'fail', mood: 'bad', glyph: '✕' },
  inconclusive: { words: 'inconclusive', mood: 'calm', glyph: '?' },
  not_comparable: { words: 'not comparable', mood: 'calm', glyph: '–' },
};

/** A guard's answer. */
export function verdict(name) {
  return VERDICTS[name] ?? { words: String(name), mood: 'calm', glyph: '·' };
}

const KINDS = {
  started: ['started', 'busy', '▲'],
  advanced: ['next step', 'busy', '▲'],
  awaiting_approval: ['waits for promote', 'warn', '?'],
  held: ['held', 'warn', 'Ⅱ'],
  released: ['released', 'busy', '▲'],
  baking: ['baking', 'busy', '◆'],
  succeeded: ['succeeded', 'good', '✓'],
  rolling_back: ['rollback', 'bad', '▼'],
  rolled_back: ['rolled back', 'bad', '✕'],
  aborted: ['aborted', 'bad', '✕'],
  paused: ['paused', 'warn', 'Ⅱ'],
  resumed: ['resumed', 'busy', '▲'],
  retried: ['retry', 'busy', '↻'],
  reconfigured: ['new terms', 'calm', '✎'],
  candidate_changed: ['new candidate', 'calm', '✎'],
  removed: ['removed', 'calm', '–'],
};

/** The kind of a decision. */
export function kind(name) {
  const [words, mood, glyph] = KINDS[name] ?? [String(name), 'calm', '·'];
  return { words, mood, glyph };
}

/** Why something was decided. */
export const CAUSES = {
  guards: 'a guard failed',
  breaker: 'the breaker tripped',
  deadline: 'the deadline passed',
  sample_ratio: 'shares were not as wanted',
  stable_is_bad: 'the stable version was just as bad',
  schedule: 'time and evidence as the file asks',
  operator: 'an operator asked',
  configuration: 'the file changed',
};

const METRICS = {
  error_rate: 'error rate',
  latency_p50: 'latency p50',
  latency_p90: 'latency p90',
  latency_p95: 'latency p95',
  latency_p99: 'latency p99',
  agreement: 'agreement',
};

/** A metric's name; others are added by newer gateways. */
export function metric(name) {
  return METRICS[name] ?? String(name).replaceAll('_', ' ');
}

/** A figure of a guard's metric: rates are 0 … 1, latencies in microseconds. */
export function figure(metricName, value) {
  return isRate(metricName) ? percent(value) : shortMilliseconds(value / 1000);
}

/** Whether a metric is a rate; everything else is a time. */
export function isRate(metricName) {
  return metricName.endsWith('rate') || ['stream_errors', 'agreement'].includes(metricName);
}

/** An effect in the unit of its limit. */
export function effect(guard, value) {
  if (typeof value !== 'number') return '…';
  if (guard.limit === 'max_ratio') return `${decimal(value)}${GAP}×`;
  const text = figure(guard.metric, value);
  return guard.limit === 'max_increase' && value >= 0 ? `+${text}` : text;
}

/** What a limit asks, in a few words. */
export function limit(guard) {
  if (guard.limit === 'max_ratio') return 'at most this many times the stable version’s';
  if (guard.limit === 'max_increase') return 'at most this much above the stable version’s';
  if (guard.limit === 'min') {
    return guard.is_controlled ? 'at least this, apart from what two answers of the stable version differ by'
      : 'at least this part of the answers must be like the stable version’s';
  }
  return 'at most this, whatever the stable version does';
}

/** How far from failing, and from passing, a guard is. */
export function distance(guard) {
  const margin = effect(guard, guard.margin);
  const low = typeof guard.low === 'number' ? effect(guard, guard.low) : null;
  const high = typeof guard.high === 'number' ? effect(guard, guard.high) : null;
  if (guard.limit === 'min') return shortfall(guard, margin, low, high);
  switch (guard.verdict) {
    case 'fail': return `surely ${low ?? 'more than is allowed'} or more; ${margin} is allowed`;
    case 'pass': return `surely ${high ?? 'less than is allowed'} or less; ${margin} is allowed`;
    case 'not_comparable': return 'nobody is on the stable version to compare with';
    default: {
      if (low === null && high === null) return `too early to say; ${margin} is allowed`;
      if (high === null) return `${low} or more; fails once that is above ${margin}`;
      if (low === null) return `${high} or less; passes once that is below ${margin}`;
      return `${low} to ${high}; passes once all of it is below ${margin}, fails once all is above`;
    }
  }
}

/** The same of what must not be too little. */
function shortfall(guard, margin, low, high) {
  switch (guard.verdict) {
    case 'fail': return `surely ${high ?? 'less than is asked for'} or less; ${margin} is asked for`;
    case 'pass': return `surely ${low ?? 'more than is asked for'} or more; ${margin} is asked for`;
    case 'not_comparable': return 'nobody is on the stable version, and nothing is mirrored';
    default: {
      if (low === null && high === null) return `too early to say; ${margin} is asked for`;
      if (high === null) return `${low} or more; passes once that is above ${margin}`;
      if (low === null) return `${high} or less; fails once that is below ${margin}`;
      return `${low} to ${high}; passes once all of it is above ${margin}, fails once all is below`;
    }
  }
}

/** Each verb: what is asked before it is done, and in which phases it can be. */
export const VERBS = {
  promote: {
    label: 'Promote',
    phases: ['step', 'paused', 'baking'],
    what: 'goes on to its next step now, whatever it waits for; a bake ends with success.',
  },
  pause: {
    label: 'Pause',
    phases: ['step', 'baking'],
    what: 'stops where it is. It is watched on, and still rolled back if need be.',
  },
  resume: {
    label: 'Resume', phases: ['paused'], what: 'goes on from where it was stopped.',
  },
  abort: {
    label: 'Abort',
    phases: ['pending', 'step', 'paused', 'baking', 'succeeded'],
    what: 'ends: everybody goes back to the stable version, and nobody gets the candidate until retry.',
    isGrave: true,
  },
  retry: {
    label: 'Retry',
    phases: ['rolling_back', 'rolled_back', 'aborted'],
    what: 'begins anew at its first step, although the candidate was taken out before.',
  },
};

/** Which requests a route is for. */
export function place(route) {
  const methods = route.methods.length > 0 ? `${route.methods.join(', ')} ` : '';
  return `${methods}${route.host === '*' ? '' : route.host}${route.path}`;
}
