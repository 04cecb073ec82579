// Which colour a version has: the same everywhere on the page.

import { h, mark } from './dom.js';

/** Colours that plots have; further versions begin anew. */
const COLOURS = 6;

/** The place of a version among the colours: the stable one first, the candidate second. */
export function colour(route, version) {
  const ramp = route.ramp;
  const names = route.versions.map((other) => other.version);
  if (ramp) {
    const rest = names.filter((name) => name !== ramp.stable && name !== ramp.candidate);
    return [ramp.stable, ramp.candidate, ...rest].indexOf(version) % COLOURS;
  }
  return Math.max(0, names.indexOf(version)) % COLOURS;
}

/** Gives an element the colour of a version; styles and plots read it. */
export function dye(element, route, version) {
  mark(element, 'data-colour', colour(route, version));
}

/** What a version is on trial as; empty without a ramp. */
export function role(route, version) {
  if (route.ramp?.stable === version) return 'stable';
  return route.ramp?.candidate === version ? 'candidate' : '';
}

/** The small square in a version's colour. */
export function swatch() {
  return h('span', { class: 'swatch', 'aria-hidden': 'true' });
}

/** The heading of a version's column. */
export function heading(route, version) {
  const cell = h('th', { scope: 'col', class: 'value' },
    swatch(), h('span', { class: 'name' }, version), ' ',
    h('span', { class: 'role' }, role(route, version)));
  dye(cell, route, version);
  return cell;
}
