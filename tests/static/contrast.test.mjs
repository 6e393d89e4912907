// The colours of static/vervain.css: every text stands out from what it stands on (WCAG 2.2 AA), light and dark.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const css = readFileSync(new URL('../../static/vervain.css', import.meta.url), 'utf8');
const block = (selector) => {
  const start = css.indexOf('{', css.indexOf(selector)) + 1;
  const tokens = css.slice(start, css.indexOf('}', start)).matchAll(/--vv-([a-z-]+):\s*([^;]+);/g);
  return Object.fromEntries([...tokens].map(([, name, value]) => [name, value.trim()]));
};
const themes = { light: block(':root, [data-theme="light"]'), dark: block('[data-theme="dark"], body.body--dark') };

const TEXT = 4.5, SHAPE = 3;
const pairs = [
  ...['ink', 'ink-soft', 'violet', 'leaf', 'block'].flatMap((text) => ['paper', 'surface', 'sunken'].map((on) => [text, on, TEXT])),
  ...['block', 'major', 'moderate', 'minor', 'nothing', 'unknown', 'violet', 'leaf'].flatMap((text) => [[text, `${text}-soft`, TEXT], [text, 'surface', TEXT]]),
  ['ink', 'violet-soft', TEXT], ['ink', 'leaf-soft', TEXT], ['ink', 'block-soft', TEXT], ['on-violet', 'violet-fill', TEXT],
  ['surface', 'leaf', TEXT], ['surface', 'block', TEXT], ['surface', 'minor', TEXT], ['surface', 'moderate', TEXT],
  ['edge', 'paper', SHAPE], ['edge', 'surface', SHAPE], ['violet-fill', 'surface', SHAPE],
];

for (const [theme, tokens] of Object.entries(themes)) {
  test(`every text of the ${theme} look can be read`, () => {
    const weak = pairs.filter(([text, on, least]) => contrast(tokens[text], tokens[on]) < least)
      .map(([text, on]) => `${text} on ${on}: ${contrast(tokens[text], tokens[on]).toFixed(2)}`);
    assert.deepEqual(weak, []);
  });
}

test('dark is the same whether the device or the person asks for it', () => {
  assert.deepEqual(block(':root:not([data-theme="light"])'), themes.dark);
});

function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
