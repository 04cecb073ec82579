// Keeps the live stream open, and opens it anew when it ends. By fetch: an EventSource cannot send
// a token.

import { Refusal, open, segment } from './api.js';
import { EventReader } from './events.js';

/** Without a snapshot for this long the gateway is gone, whatever the connection says. */
const SILENCE_MS = 5000;
const FIRST_PAUSE_MS = 500;
const MOST_PAUSE_MS = 5000;

/**
 * The live stream. Calls back with `onSnapshot(document)`, `onDecision(document)` and
 * `onState('connecting' | 'live' | 'lost' | 'refused', error)`.
 */
export class Stream {
  constructor({ onSnapshot, onDecision, onState }) {
    this.onSnapshot = onSnapshot;
    this.onDecision = onDecision;
    this.onState = onState;
    this.lastId = null;
    this.route = null;
    this.attempt = 0;
  }

  /** Opens the stream of all routes, or of one. */
  start(route = null) {
    this.stop();
    this.route = route;
    this.pause = FIRST_PAUSE_MS;
    this.attempt += 1;
    this.run(this.attempt);
  }

  /** Closes it. */
  stop() {
    this.attempt += 1;
    this.controller?.abort();
    clearTimeout(this.silence);
    clearTimeout(this.wait);
  }

  /** Tries at once instead of waiting. */
  tryNow() {
    this.pause = FIRST_PAUSE_MS;
    this.wake?.();
  }

  async run(attempt) {
    while (attempt === this.attempt) {
      this.controller = new AbortController();
      try {
        await this.read(attempt, this.controller);
        if (attempt !== this.attempt) return;
        this.onState('lost', new Error('the stream ended'));
      } catch (error) {
        if (attempt !== this.attempt) return;
        const isFinal = error instanceof Refusal && error.status >= 400 && error.status < 500;
        this.onState(isFinal ? 'refused' : 'lost', error);
        if (isFinal) return;
      }
      clearTimeout(this.silence);
      await this.rest();
    }
  }

  /** Waits a little longer each time. */
  rest() {
    return new Promise((resolve) => {
      this.wake = resolve;
      this.wait = setTimeout(resolve, this.pause);
      this.pause = Math.min(this.pause * 2, MOST_PAUSE_MS);
    });
  }

  /** Ends what has been silent for too long. */
  watch(controller) {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => controller.abort(), SILENCE_MS);
  }

  async read(attempt, controller) {
    this.watch(controller);
    const headers = this.lastId === null ? {} : { 'last-event-id': this.lastId };
    const path = this.route === null ? 'stream' : `stream?route=${segment(this.route)}`;
    const response = await open(path, { headers, signal: controller.signal });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const events = new EventReader((event) => {
      if (attempt !== this.attempt) return;
      if (event.id !== null) this.lastId = event.id;
      this.watch(controller);
      const document = JSON.parse(event.data);
      if (event.type === 'snapshot') {
        this.pause = FIRST_PAUSE_MS;
        this.onState('live');
        this.onSnapshot(document);
      } else if (event.type === 'decision') {
        this.onDecision(document);
      }
    });
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      events.take(value);
    }
  }
}
