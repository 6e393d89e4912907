// The one voice of a page: screen readers are told of changes at most every two seconds, however much happens on however many
// lists. What is said meanwhile is said together, the newest three of it. Dangers do not wait for it: they are alerts of their own.
export const PAUSE_MS = 2000;
export const MOST = 3;

export function voice(say, later = setTimeout) {
  let waiting = [], quiet = false;
  const speak = () => {
    quiet = waiting.length > 0;
    if (!quiet) return;
    say(waiting.join(". "));
    waiting = [];
    later(speak, PAUSE_MS);
  };
  return (text) => {
    const words = String(text ?? "").trim();
    if (!words) return;
    waiting = [...waiting.filter((one) => one !== words), words].slice(-MOST);
    if (!quiet) speak();
  };
}

let region = null;

function write(text) {
  if (!region) {
    region = Object.assign(document.createElement("div"), { className: "vv-hidden", role: "status" });
    region.setAttribute("aria-live", "polite");
    region.dataset.testid = "announcer";
    document.body.append(region);
  }
  // A new paragraph, so that the same words are said again; the region itself stays, or nobody would listen to it.
  region.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
}

export const announce = voice(write);
