// Two texts side by side: which of their words are only in one of them.

/** Words of both texts that are held against each other, multiplied; beyond, all counts as other. */
const MOST = 6_000_000;

const WORDS = /[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu;

/** How many words at the beginning are the same. */
function common(a, b, most) {
  let length = 0;
  while (length < most && a(length) === b(length)) length += 1;
  return length;
}

/** The longest common sequence, as pairs of places. */
function kept(a, b) {
  if (a.length * b.length > MOST) return { a: new Set(), b: new Set() };
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      table[i * width + j] = a[i] === b[j] ? table[(i + 1) * width + j + 1] + 1
        : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    }
  }
  const found = { a: new Set(), b: new Set() };
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      found.a.add(i++);
      found.b.add(j++);
    } else if (table[(i + 1) * width + j] >= table[i * width + j + 1]) i += 1;
    else j += 1;
  }
  return found;
}

/** Joins words to stretches of {text, isOther}. */
function stretches(words, isKept) {
  const all = [];
  words.forEach((text, place) => {
    const isOther = !isKept(place);
    const last = all.at(-1);
    if (last?.isOther === isOther) last.text += text;
    else all.push({ text, isOther });
  });
  return all;
}

/** Both texts as stretches of {text, isOther}. */
export function textDiff(first, second) {
  const [a, b] = [first, second].map((text) => String(text).match(WORDS) ?? []);
  const most = Math.min(a.length, b.length);
  const start = common((n) => a[n], (n) => b[n], most);
  const end = common((n) => a[a.length - 1 - n], (n) => b[b.length - 1 - n], most - start);
  const middle = kept(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const side = (words, own) => stretches(words, (place) =>
    place < start || place >= words.length - end || own.has(place - start));
  return [side(a, middle.a), side(b, middle.b)];
}
