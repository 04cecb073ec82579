// The switch between light, dark and the system's choice.

import { h, mark, say } from './dom.js';

const KEY = 'sluice-theme';
const THEMES = ['system', 'light', 'dark'];
const GLYPHS = { system: '◐', light: '☀', dark: '☾' };

/** The chosen theme. */
function chosen() {
  const theme = document.documentElement.dataset.theme;
  return THEMES.includes(theme) ? theme : 'system';
}

/** A button that goes from one theme to the next; `onChange` is told. */
export function themeButton(onChange) {
  const glyph = h('span', { 'aria-hidden': 'true' });
  const button = h('button', { class: 'quiet icon', type: 'button', on: { click: next } }, glyph);
  function show() {
    say(glyph, GLYPHS[chosen()]);
    mark(button, 'aria-label', `Theme: ${chosen()}; switch`);
    mark(button, 'title', `Theme: ${chosen()}`);
  }
  function next() {
    const theme = THEMES[(THEMES.indexOf(chosen()) + 1) % THEMES.length];
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // It holds until the page is left.
    }
    show();
    onChange();
  }
  show();
  return button;
}
