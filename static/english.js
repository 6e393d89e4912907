// A sentence of the server may hold English that it does not turn round (pages/said.py): each part, and whether it is English.
const UNTURNED = /\u2066([^\u2069]*)\u2069/;

export function parts(text) {
  return String(text ?? "").split(UNTURNED)
    .map((part, at) => ({ text: part, english: at % 2 === 1 }))
    .filter((part) => part.text);
}

// A text of the server as Vue shows it: what is English in it is marked as such.
export const said = {
  props: { text: String },
  template: `<template v-for="(part, at) in parts(text)" :key="at"><bdi v-if="part.english" lang="en" dir="ltr">{{ part.text }}</bdi><template v-else>{{ part.text }}</template></template>`,
  methods: { parts },
};
