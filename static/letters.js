// Letters that do something where the focus is, without Alt or Ctrl (WCAG 2.1.4). Where it is in doubt what was meant, they do nothing.
export const SETTLE_MS = 1000;

// What has just got the focus by itself, or has changed under it: a key on its way was about what stood there before.
export function doubt(now = () => performance.now()) {
  let about = null, until = 0;
  return {
    begin(one) { about = one; until = now() + SETTLE_MS; },
    end() { about = null; }, // whoever goes to something means it
    of(one) { return one === about && now() < until; },
  };
}

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
