// What is known of the gateway, and who wants to hear when that changes.

import { Refusal, get } from './api.js';
import { Series } from './series.js';
import { Stream } from './stream.js';

/** Decisions that are kept for the page. */
const MOST_DECISIONS = 500;
/** Of these, so many are asked for at first. */
const MOST_LOADED = 200;

/** The one state of the page. */
export class Store {
  constructor() {
    this.snapshot = null;
    this.connection = { state: 'connecting', since: Date.now(), error: null };
    this.caller = null;
    this.series = new Series();
    this.decisions = [];
    this.listeners = new Set();
    this.stream = new Stream({
      onSnapshot: (snapshot) => this.took(snapshot),
      onDecision: (decision) => this.decided(decision),
      onState: (state, error) => this.connected(state, error),
    });
  }

  /** Calls back with what has changed: 'snapshot', 'decision', 'connection' or 'caller'. */
  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(what, value) {
    for (const listener of [...this.listeners]) listener(what, value);
  }

  /** Follows all routes, or one. */
  follow(route) {
    this.route = route;
    this.isResting = false;
    this.stream.start(route);
  }

  /** Listens no more until it is woken. */
  rest() {
    this.isResting = true;
    this.stream.stop();
  }

  /** Listens again, or at once where it only waits to. */
  wake() {
    if (this.isResting) this.follow(this.route);
    else this.stream.tryNow();
  }

  /** How late this machine's clock is behind the gateway's, so that `ago` is right. */
  get now() {
    return Date.now() + (this.offset ?? 0);
  }

  took(snapshot) {
    this.snapshot = snapshot;
    this.offset = snapshot.at_ms - Date.now();
    this.series.add(snapshot, this.route === null);
    this.tell('snapshot', snapshot);
  }

  /** Takes a decision, new or of before; a new one shows at once, not with the next snapshot. */
  decided(decision) {
    const isSame = (other) => other.route === decision.route && other.at_ms === decision.at_ms
      && other.kind === decision.kind;
    this.decisions = [decision, ...this.decisions.filter((other) => !isSame(other))]
      .sort((a, b) => b.at_ms - a.at_ms).slice(0, MOST_DECISIONS);
    this.tell('decision', decision);
    const ramp = this.find(decision.route)?.ramp;
    if (!ramp || decision.at_ms <= (ramp.last_decision?.at_ms ?? 0)) return;
    Object.assign(ramp, {
      phase: decision.phase_after, step: decision.step_after, share: decision.share_after,
      last_decision: decision, waiting_for: [], held: null,
    });
    this.tell('snapshot', this.snapshot);
  }

  connected(state, error) {
    if (state === 'live' && this.connection.state === 'live') return;
    const isLonger = state === this.connection.state;
    this.connection = {
      state, error: error ?? null, since: isLonger ? this.connection.since : Date.now(),
    };
    if (state === 'live' && this.caller === null) this.askWho();
    this.tell('connection', this.connection);
  }

  /** Whether a token is asked for that is not known here. */
  get isLoginNeeded() {
    const { state, error } = this.connection;
    return state === 'refused' && error instanceof Refusal && error.status === 401;
  }

  async askWho() {
    try {
      this.caller = await get('me');
      this.tell('caller', this.caller);
    } catch {
      // It is asked again with the next connection.
    }
  }

  /** Asks for what was decided before this page was there. */
  async loadDecisions() {
    try {
      const { decisions } = await get(`decisions?limit=${MOST_LOADED}`);
      for (const decision of decisions.reverse()) this.decided(decision);
    } catch {
      // The snapshots tell the last decision of each route all the same.
    }
  }

  /** The last decision on a ramp, or the one that led to it where that says more. */
  reason(ramp) {
    const last = ramp?.last_decision ?? null;
    if (!last || !['rolled_back', 'aborted'].includes(last.kind)) return last;
    return this.decisions.find((decision) => decision.route === ramp.route
      && decision.kind === 'rolling_back' && decision.digest === ramp.digest) ?? last;
  }

  /** A route of the newest snapshot. */
  find(name) {
    return this.snapshot?.routes.find((route) => route.route === name) ?? null;
  }
}
