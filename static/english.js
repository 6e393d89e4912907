// A sentence of the server may hold English that it does not turn round (pages/said.py): each part, and whether it is English.
const UNTURNED = /\u2066([^\u2069]*)\u2069/;

export function parts(text) {
  return String(text ?? "").split(UNTURNED)
    .map((part, at) => ({ text: part, english: at % 2 === 1 }))
    .filter((part) => part.text);
}
