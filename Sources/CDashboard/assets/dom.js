// Builds elements from plain values. Text from anywhere is only ever text, never markup.

const SVG = 'http://www.w3.org/2000/svg';

/** Gives an element its properties: `class`, `on` (listeners), and attributes; null leaves one out. */
function dress(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  put(element, ...children);
  return element;
}

/** An HTML element. */
export function h(tag, properties, ...children) {
  return dress(document.createElement(tag), properties, children);
}

/** An SVG element. */
export function s(tag, properties, ...children) {
  return dress(document.createElementNS(SVG, tag), properties, children);
}

/** A name and what belongs to it, for a list of definitions. */
export function fact([name, text]) {
  return h('div', null, h('dt', null, name), h('dd', null, text));
}

/** Appends elements and texts; what is null is left out. */
export function put(element, ...children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Puts other children in the place of an element's own. */
export function fill(element, ...children) {
  element.replaceChildren();
  put(element, ...children);
}

/** Sets a text only if it is another: a screen reader and a selection are not disturbed. */
export function say(element, text) {
  const next = text === null || text === undefined ? '' : String(text);
  if (element.textContent !== next) element.textContent = next;
}

/** Sets or removes an attribute only if that changes it. */
export function mark(element, name, value) {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const next = value === true ? '' : String(value);
  if (element.getAttribute(name) !== next) element.setAttribute(name, next);
}

/**
 * Keeps one child for each item, in the order of the items: `make` is asked once for each key and
 * returns {node, update}; `update` is called every time.
 */
export class List {
  constructor(parent, key, make) {
    this.parent = parent;
    this.key = key;
    this.make = make;
    this.known = new Map();
  }

  show(items) {
    const keys = new Set(items.map(this.key));
    // First, so that what stays is not moved: that would take the focus from it, and be read aloud anew.
    for (const [key, part] of this.known) {
      if (keys.has(key)) continue;
      part.node.remove();
      part.end?.();
    }
    const kept = new Map();
    let place = this.parent.firstChild;
    for (const item of items) {
      const key = this.key(item);
      const part = this.known.get(key) ?? this.make(item);
      kept.set(key, part);
      part.update(item);
      if (part.node === place) place = place.nextSibling;
      else this.parent.insertBefore(part.node, place);
    }
    this.known = kept;
  }
}
