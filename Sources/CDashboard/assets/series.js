// What routes did in the last minutes, for the small live plots.

import { get, segment } from './api.js';

/** How far back the small plots go. */
export const SPAN_MS = 5 * 60 * 1000;
const STEP_SECONDS = 5;

/**
 * A history as points {at, versions: {name: {rate, errors, p50, p99}}}. A version that is not in a
 * step had no requests there.
 */
export function points(history) {
  const length = history.step_seconds;
  const names = new Set(history.steps.flatMap((step) => step.versions.map((version) => version.version)));
  return history.steps.map((step) => {
    const known = new Map(step.versions.map((version) => [version.version, version]));
    const versions = [...names].map((name) => {
      const version = known.get(name);
      return [name, {
        rate: (version?.requests ?? 0) / length, errors: version?.error_rate ?? null,
        p50: version?.latency_ms.p50 ?? null, p99: version?.latency_ms.p99 ?? null,
      }];
    });
    return { at: (step.second + length) * 1000, versions: Object.fromEntries(versions) };
  });
}

/** The points of one version: {at, rate, errors, p50, p99}, oldest first. */
class Track {
  constructor() {
    this.points = [];
  }

  add(point) {
    const last = this.points.at(-1);
    if (last && point.at <= last.at) return;
    this.points.push(point);
    const first = point.at - SPAN_MS;
    let old = 0;
    while (old < this.points.length && this.points[old].at < first) old += 1;
    if (old > 0) this.points.splice(0, old);
  }
}

/** All tracks, by route and version; bounded by their span and by the routes that are shown. */
export class Series {
  constructor() {
    this.routes = new Map();
  }

  track(route, version) {
    if (!this.routes.has(route)) this.routes.set(route, new Map());
    const versions = this.routes.get(route);
    if (!versions.has(version)) versions.set(version, new Track());
    return versions.get(version);
  }

  points(route, version) {
    return this.routes.get(route)?.get(version)?.points ?? [];
  }

  /** Adds what a snapshot tells, and forgets routes that are not in it. */
  add(snapshot, isWhole) {
    for (const route of snapshot.routes) {
      for (const version of route.versions) {
        this.track(route.route, version.version).add({
          at: snapshot.at_ms, rate: version.requests_per_second, errors: version.error_rate ?? null,
          p50: version.p50_ms ?? null, p99: version.p99_ms ?? null,
        });
      }
    }
    if (!isWhole) return;
    const names = new Set(snapshot.routes.map((route) => route.route));
    for (const name of this.routes.keys()) if (!names.has(name)) this.routes.delete(name);
  }

  /** Puts the past before what was seen live, once for each route. */
  async load(route, signal) {
    const history = await get(
      `routes/${segment(route)}/history?since=${SPAN_MS / 1000}s&step=${STEP_SECONDS}s`, signal);
    // The newest stretch is not over yet.
    const past = points({ ...history, steps: history.steps.slice(0, -1) });
    for (const name of new Set(past.flatMap((point) => Object.keys(point.versions)))) {
      const track = this.track(route, name);
      const first = track.points[0]?.at ?? Infinity;
      const before = past.filter((point) => point.at < first)
        .map((point) => ({ at: point.at, ...point.versions[name] }));
      track.points = before.concat(track.points);
    }
  }
}
