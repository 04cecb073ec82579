// Reads server-sent events out of the pieces in which they arrive (WHATWG HTML §9.2).

/** The most characters of one event; a stream that never ends one is no stream of ours. */
const MOST = 64 * 1024 * 1024;

/** Takes text in pieces and calls back with {type, id, data} for every whole event. */
export class EventReader {
  constructor(onEvent) {
    this.onEvent = onEvent;
    this.rest = '';
    this.event = { type: 'message', id: null, data: [] };
  }

  /** Takes the next piece. */
  take(text) {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop();
    if (this.rest.length > MOST) throw new Error('an event that does not end');
    for (const line of lines) this.line(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  line(line) {
    if (line === '') {
      if (this.event.data.length > 0) {
        this.onEvent({ ...this.event, data: this.event.data.join('\n') });
      }
      this.event = { type: 'message', id: null, data: [] };
      return;
    }
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.event.type = value;
    else if (name === 'id') this.event.id = value;
    else if (name === 'data') this.event.data.push(value);
  }
}
