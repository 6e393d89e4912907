// Readings of a record, laid together where somebody came to it again and again.

/** One line for what the same person did in the same way, one after the other on one day; `times` are all of its moments. */
export function folded(items) {
  const lines = [];
  for (const one of items) {
    const last = lines.at(-1);
    if (last && alike(last, one)) last.times.push(one.at);
    else lines.push({ ...one, times: [one.at] });
  }
  return lines;
}

function alike(one, other) {
  const same = (name) => one[name] === other[name];
  return ['name', 'role', 'action', 'reason'].every(same) && new Date(one.at).toDateString() === new Date(other.at).toDateString();
}
