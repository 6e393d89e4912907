// Building the page: elements from plain values, so that a text can never become markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An element. Attributes by name; `on…` adds a listener, null and false leave the attribute out; texts become text. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Set a text only where it differs, so that screen readers and animations are not woken for nothing. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A name from elsewhere, kept in its own direction. */
export function name(text) {
  return el('bdi', {}, text);
}

/**
 * Keep a list of nodes equal to a list of items: nodes are made once a key, drawn again only where the item is another
 * object than before, moved only where the order changed. Gives the keys that were drawn.
 */
export function keyed(parent, items, keyOf, make) {
  const had = parent.keyedNodes ?? new Map();
  const has = new Map();
  const drawn = [];
  for (const item of items) {
    const key = keyOf(item);
    const old = had.get(key);
    if (old?.item === item) has.set(key, old);
    else {
      has.set(key, { item, node: make(item, old?.node) });
      drawn.push(key);
    }
  }
  const kept = new Set([...has.values()].map(({ node }) => node));
  for (const { node } of had.values()) if (!kept.has(node)) node.remove();
  let at = parent.firstChild;
  for (const { node } of has.values()) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
  parent.keyedNodes = has;
  return drawn;
}

/** Let a node glow softly once. */
export function flash(node) {
  if (!node) return;
  node.classList.remove('vv-flash');
  void node.getBoundingClientRect(); // starts the animation anew when it is still running
  node.classList.add('vv-flash');
  setTimeout(() => node.classList.remove('vv-flash'), 3000);
}

const SHAPES = { // 24 × 24, strokes
  overview: ['M12 21V9', 'M12 13C7 13 5 10 5 6c4 0 7 2 7 7z', 'M12 10c0-4 2-7 7-7 0 5-2 7-7 7z'],
  recommendations: ['M9 4h6v3H9z', 'M9 5H6v16h12V5h-3', 'M9 12h6', 'M9 16h4'],
  effectiveness: ['M4 4v16h16', 'M7 9l4 3 3-1 5 5'],
  feedback: ['M4 5h16v11H10l-5 4v-4H4z', 'M9 10.5l2 2 4-4'],
  menu: ['M12 12a4 4 0 100-8 4 4 0 000 8z', 'M4 21c1-5 4-7 8-7s7 2 8 7'],
};

export function icon(shape) {
  return svg('svg', { viewBox: '0 0 24 24', width: 24, height: 24, 'aria-hidden': 'true', class: 'icon' },
    SHAPES[shape].map((d) => svg('path', { d })));
}
