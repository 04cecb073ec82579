# What axe-core does not look at: the contrast of drawn words, narrow screens, and thumbs.

# Every word of a drawing that is seen, with the contrast to what is behind it (WCAG 2.2, 1.4.3).
CONTRAST = """
const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
canvas.canvas.width = canvas.canvas.height = 1;
function rgba(text) {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = text;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
}
const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
function behind(element) {
  const layers = [];
  for (let e = element; e; e = e.parentElement) {
    const style = getComputedStyle(e);
    layers.push(rgba(style.backgroundColor));
    if (layers.at(-1)[3] === 1) break;
  }
  layers.push([255, 255, 255, 1]);
  return layers.reverse().reduce((below, top) => over(top, below));
}
const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
function isSeen(element) {
  const how = { opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true };
  if (!element.checkVisibility(how)) return false;
  return element.closest('svg') !== null && !element.closest('title, [hidden]');
}
const found = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const element = node.parentElement;
  if (!node.data.trim() || !isSeen(element)) continue;
  const style = getComputedStyle(element);
  const below = behind(element.closest('svg').parentElement);
  const ink = over(rgba(style.fill), below);
  const [high, low] = [light(ink), light(below)].sort((a, b) => b - a);
  const ratio = (high + 0.05) / (low + 0.05);
  const size = parseFloat(style.fontSize);
  const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  found.push({ text: node.data.trim().slice(0, 40), where: element.className.baseVal,
    ratio, least: isLarge ? 3 : 4.5 });
}
return found;
"""

# What reaches beyond the right edge of the window.
TOO_WIDE = """
const edge = document.documentElement.clientWidth;
const wide = [...document.body.querySelectorAll('*')].filter((element) => {
  if (!element.checkVisibility() || element.closest('svg, .hidden, .skip')) return false;
  return element.getBoundingClientRect().right > edge + 0.5;
}).map((element) => `${element.tagName}.${element.className} ${element.textContent.slice(0, 30)}`);
if (document.documentElement.scrollWidth > edge) wide.push(`the page is ${document.documentElement.scrollWidth} wide`);
return wide;
"""

# Controls that are too small to be hit with a thumb (WCAG 2.2, 2.5.8), links within text aside.
TOO_SMALL = """
return [...document.querySelectorAll('button, input, summary, textarea')].filter((element) => {
  if (!element.checkVisibility() || element.closest('[hidden]')) return false;
  const box = (element.type === 'checkbox' ? element.closest('label') : element).getBoundingClientRect();
  return box.width > 0 && (box.width < 24 || box.height < 24);
}).map((element) => element.outerHTML.slice(0, 80));
"""


def faint(browser):
    """Words of drawings with too little contrast."""
    return [piece for piece in browser.run(CONTRAST) if piece["ratio"] < piece["least"]]
