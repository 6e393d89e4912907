// Elements of the page. Text is always set as text; nothing that comes from the server is ever read as markup.

/** Make an element: attributes by name, `text`, `testid`, and handlers as `onclick: fn`. */
export function h(tag, attributes = {}, ...children) {
  const node = tag.startsWith('svg:') ? document.createElementNS('http://www.w3.org/2000/svg', tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === 'text') node.textContent = value;
  else if (name === 'testid') node.dataset.testid = value;
  else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? '' : value);
}

/** Set the text where it is another one, so that an unchanged live region stays silent. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
  return node;
}

/** Show or hide; hidden things leave the accessibility tree as well. */
export function show(node, visible) {
  if (node.hidden === visible) node.hidden = !visible;
  return node;
}

const ROWS = new WeakMap();

/**
 * Bring the children of `parent` to `items` in order. `create(item)` gives {node, update?}; a row is touched only
 * when its item is another object than before, and moved only when its place changed.
 */
export function keyed(parent, items, key, create) {
  const rows = ROWS.get(parent) ?? new Map();
  ROWS.set(parent, rows);
  const wanted = new Set(items.map(key));
  for (const [id, row] of rows) {
    if (wanted.has(id)) continue;
    row.node.remove();
    rows.delete(id);
  }
  let place = parent.firstChild;
  for (const item of items) {
    let row = rows.get(key(item));
    if (!row) rows.set(key(item), row = { ...create(item), item: undefined });
    if (row.item !== item) row.update?.(item);
    row.item = item;
    if (row.node === place) place = place.nextSibling;
    else parent.insertBefore(row.node, place);
  }
}

/** The node that a keyed list made for an item. */
export function nodeOf(parent, id) {
  return ROWS.get(parent)?.get(id)?.node ?? null;
}

/** Draw the eye softly to what changed; a second change while it fades starts it anew. */
export function flash(node) {
  if (!node) return;
  node.classList.remove('vv-flash');
  void node.offsetWidth; // lets the animation start again
  node.classList.add('vv-flash');
  setTimeout(() => node.classList.remove('vv-flash'), 3000);
}

/** A list of terms with what is said of each: pairs of [term, text]; pairs without text are left out. */
export function terms(pairs) {
  return pairs.filter(([, text]) => text).map(([term, text]) => h('div', { class: 'fact' }, h('dt', { text: term }), h('dd', { text, dir: 'auto' })));
}
