// Each step of a ramp: its share, what became of it, and what the guards said.

import { fill, h, mark } from './dom.js';
import { clock, count, duration, stepShare } from './format.js';
import { stepStates } from './steps.js';
import { metric, verdict } from './words.js';

/** Kinds of decisions with which a ramp begins anew. */
const BEGINNINGS = ['retried', 'candidate_changed'];
/** Kinds that end a step. */
const ENDINGS = ['advanced', 'baking', 'succeeded', 'rolling_back'];

/** The decisions of the present try, oldest first. */
export function presentTry(decisions, ramp) {
  const own = [];
  for (const decision of decisions) {
    if (decision.digest !== ramp.digest) break;
    own.push(decision);
    if (BEGINNINGS.includes(decision.kind)) break;
    if (decision.kind === 'started') break;
  }
  return own.reverse();
}

/** The last decision that ended a step, with its evidence. */
function ending(decisions, step) {
  return decisions.findLast((decision) => ENDINGS.includes(decision.kind)
    && decision.step_before === step && decision.phase_before !== 'baking') ?? null;
}

const WORDS = { done: 'passed', here: 'here', ahead: 'ahead', out: 'taken out here' };

/** A row of cards. */
export class StepCards {
  constructor() {
    this.node = h('ol', { class: 'step-cards', 'aria-label': 'Steps of the ramp' });
  }

  show(ramp, canary, decisions) {
    const own = presentTry(decisions, ramp);
    const states = stepStates(ramp);
    const cards = ramp.step_shares.map((value, place) => {
      const end = ending(own, place + 1);
      const isHere = states[place] === 'here';
      return {
        place, share: value, state: states[place], step: canary?.steps[place] ?? null,
        words: StepCards.words(states[place], end, ramp),
        guards: (isHere ? ramp.guards : end?.evidence?.guards ?? [])
          .map((guard) => ({ name: guard.metric, limit: guard.limit, verdict: guard.verdict })),
        decision: end?.id ?? null,
        isApproval: isHere && ramp.waiting_for.includes('approval'),
      };
    });
    const key = JSON.stringify(cards);
    if (key === this.key) return;
    this.key = key;
    fill(this.node, cards.map((card) => StepCards.card(card)));
  }

  static words(state, end, ramp) {
    if (state === 'here') {
      return ramp.phase === 'baking' ? 'baking' : ramp.phase === 'paused' ? 'paused here' : 'watched now';
    }
    if (!end) return WORDS[state];
    const watched = end.evidence ? ` after ${duration(end.evidence.watched_milliseconds)}` : '';
    const how = end.cause === 'operator' && state === 'done' ? 'promoted' : WORDS[state];
    return `${how}${watched}, ${clock(end.at_ms)}`;
  }

  static terms(step) {
    const least = step.min_pairs ? `${count(step.min_pairs)} pairs, `
      : step.min_copies ? `${count(step.min_copies)} copies, ` : '';
    return `${least}hold ${duration(step.hold_ms)}${step.approve ? ', approved by hand' : ''}`;
  }

  static card({ place, share: value, state, step, words, guards, isApproval }) {
    const marks = guards.map((guard) => {
      const { words: said, mood, glyph } = verdict(guard.verdict);
      const node = h('li', { 'data-mood': mood, class: 'guard-mark' }, `${glyph} ${metric(guard.name)}`);
      mark(node, 'title', `${guard.name} ${guard.limit}: ${said}`);
      return node;
    });
    const current = state === 'here' ? 'step' : null;
    return h('li', { class: 'step-card', 'data-state': state, 'aria-current': current },
      h('span', { class: 'step-number faint' }, `Step ${place + 1}`),
      h('b', { class: 'number' }, stepShare(value)),
      h('span', { class: 'step-words' }, isApproval ? 'passed; waits for promote' : words),
      step ? h('span', { class: 'faint' }, StepCards.terms(step)) : null,
      marks.length > 0 ? h('ul', { class: 'guard-marks' }, marks) : null);
  }
}
