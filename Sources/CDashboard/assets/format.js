// Numbers and times as people read them; the same rules as `sluice status`.

/** What stands where nothing is known. */
export const NOTHING = '–';
/** Between a number and its unit, so that no line ends there. */
export const GAP = '\u00a0';

const known = (value) => typeof value === 'number' && Number.isFinite(value);

/** `12,345`. */
export function count(value) {
  return known(value) ? Math.round(value).toLocaleString('en-US') : NOTHING;
}

/** Three digits that mean something, without noughts behind: `0.00123`, `1.2`, `123`. */
export function decimal(value) {
  if (!known(value)) return NOTHING;
  const size = Math.abs(value);
  let places = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  for (let small = size; small > 0 && small < 0.995 && places < 6; small *= 10) places += 1;
  return trimmed(value.toFixed(places));
}

function trimmed(text) {
  const plain = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
  return plain === '-0' ? '0' : plain;
}

/** A number that changes every second: as many places as its size asks for, always. */
export function steady(value) {
  if (!known(value)) return NOTHING;
  const size = Math.abs(value);
  const places = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return Number(value.toFixed(places)).toLocaleString('en-US', {
    minimumFractionDigits: places, maximumFractionDigits: places,
  });
}

/** A rate of 0 … 1 as `0.52 %`, with two places. */
export function rate(value) {
  return known(value) ? `${(value * 100).toFixed(2)}${GAP}%` : NOTHING;
}

/** A rate of 0 … 1 as `0.5 %`, as long as it must be. */
export function percent(value) {
  return known(value) ? `${decimal(value * 100)}${GAP}%` : NOTHING;
}

/** Percent as `12.5 %`, exactly as the file has it. */
export function share(value) {
  return known(value) ? `${trimmed(value.toFixed(3))}${GAP}%` : NOTHING;
}

/** The share of a step, which may be one in the shadow: there the candidate only gets copies. */
export function stepShare(value) {
  return value === 0 ? 'shadow' : share(value);
}

/** Percent with one place, as measured. */
export function got(value) {
  return known(value) ? `${value.toFixed(1)}${GAP}%` : NOTHING;
}

/** Milliseconds as `8.31 ms` or `2.50 s`. */
export function milliseconds(value) {
  if (!known(value)) return NOTHING;
  return Math.abs(value) >= 1000 ? `${steady(value / 1000)}${GAP}s` : `${steady(value)}${GAP}ms`;
}

/** The same without noughts behind: for axes and limits. */
export function shortMilliseconds(value) {
  if (!known(value)) return NOTHING;
  return Math.abs(value) >= 1000 ? `${decimal(value / 1000)}${GAP}s` : `${decimal(value)}${GAP}ms`;
}

/** A stretch of milliseconds as `12 s`, `5 min 20 s` or `2 h 10 min`. */
export function duration(value) {
  if (!known(value)) return NOTHING;
  const seconds = Math.floor(Math.max(0, value) / 1000);
  if (seconds < 1) return value > 0 && value < 1000 ? `${Math.round(value)}${GAP}ms` : `0${GAP}s`;
  const parts = [
    [Math.floor(seconds / 86400), 'd'], [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'], [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([number]) => number > 0);
  return parts.slice(first, first + 2).filter(([number]) => number > 0)
    .map(([number, unit]) => `${number}${GAP}${unit}`).join(' ');
}

/** How long ago, by the gateway's clock. */
export function ago(atMs, nowMs) {
  const past = nowMs - atMs;
  return past < 1000 ? 'now' : `${duration(past)} ago`;
}

/** The time of day, `10:32:05`. */
export function clock(atMs) {
  return new Date(atMs).toLocaleTimeString('en-GB', { hour12: false });
}

/** The time of day without seconds, for axes. */
export function minute(atMs) {
  return clock(atMs).slice(0, 5);
}

/** Date and time, for titles. */
export function moment(atMs) {
  const day = new Date(atMs).toLocaleDateString('en-CA');
  return `${day} ${clock(atMs)}`;
}

/** The time of day, with the date where it was another day. */
export function momentOrClock(atMs, nowMs) {
  const [then, now] = [moment(atMs), moment(nowMs)];
  return then.slice(0, 10) === now.slice(0, 10) ? clock(atMs) : then;
}

/** Bytes as `12.3 MiB`. */
export function bytes(value) {
  if (!known(value)) return NOTHING;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = value;
  let place = 0;
  while (size >= 1024 && place < units.length - 1) {
    size /= 1024;
    place += 1;
  }
  return `${place === 0 ? count(size) : decimal(size)}${GAP}${units[place]}`;
}
