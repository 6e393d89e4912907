// Letters that do something where the focus is, without Alt or Ctrl (WCAG 2.1.4). Where it is in doubt what was meant, they do nothing.
export const SETTLE_MS = 1000; // a key that was meant for what stood there before decides nothing about what stands there now

// The letter that is printed on the key; where another script is typed (Persian, Cyrillic), by the place of the key.
export function letter(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing || event.getModifierState?.("AltGraph")) return "";
  if (/^[a-z]$/i.test(event.key)) return event.key.toUpperCase();
  const anotherScript = /^\p{L}$/u.test(event.key) && !/\p{Script=Latin}/u.test(event.key);
  return anotherScript ? /^Key([A-Z])$/.exec(event.code)?.[1] ?? "" : "";
}

// A key that is held down types nothing into what it has opened: until another key, or the same one anew.
export function once(event, page = document) {
  const code = event.code;
  const again = (other) => {
    if (other.repeat && other.code === code) other.preventDefault();
    else page.removeEventListener("keydown", again, { capture: true });
  };
  page.addEventListener("keydown", again, { capture: true });
}
