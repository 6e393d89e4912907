import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InWords } from '../../static/m/names.js';

const NAMES = [
  { kind: 'herb', id: 'ginger', english: 'ginger', name: 'زنجبیل', english_text: '', text: '' },
  { kind: 'diet', id: 'warm', english: 'Warm meals', name: 'غذای گرم', english_text: 'Eat warm.', text: 'گرم بخورید.' },
  { kind: 'condition', id: 't-cold', english: 'Stomach cold', name: 'سردی معده', english_text: '', text: '' },
];
const one = (more) => ({ id: 1, kind: 'herb', item_id: 'ginger', name: 'ginger', text: 'Chew it.', ...more });
const state = (...recommendations) => ({ seq: 3, diagnosis: { id: 1, condition_id: 't-cold', condition: 'Stomach cold' }, recommendations, feedback: [] });

test('names and advice of the knowledge base are in the words of the person', () => {
  const words = new InWords();
  words.speak(NAMES);
  const shown = words.state(state(one(), one({ id: 2, kind: 'diet', item_id: 'warm', name: 'Warm meals', text: 'Eat warm.' })));
  assert.deepEqual(shown.recommendations.map(({ name, text }) => [name, text]), [['زنجبیل', 'Chew it.'], ['غذای گرم', 'گرم بخورید.']]);
  assert.equal(shown.diagnosis.condition, 'سردی معده');
  assert.equal(shown.seq, 3);
});

test('what the practice wrote itself stays as it was written', () => {
  const words = new InWords();
  words.speak(NAMES);
  const own = one({ name: 'ginger of our garden' });
  const changed = one({ id: 2, kind: 'diet', item_id: 'warm', name: 'Warm meals', text: 'Eat warm, but not at night.' });
  const unknown = one({ id: 3, item_id: 'ours' });
  const shown = words.state(state(own, changed, unknown));
  assert.equal(shown.recommendations[0], own);
  assert.equal(shown.recommendations[1].text, 'Eat warm, but not at night.');
  assert.equal(shown.recommendations[2], unknown);
});

test('what did not change is the same object again, until another language is spoken', () => {
  const words = new InWords();
  const raw = state(one());
  assert.equal(words.state(raw), raw);
  words.speak(NAMES);
  const first = words.state(raw);
  assert.equal(words.state(raw), first);
  const next = words.state({ ...raw, seq: 4 });
  assert.equal(next.recommendations[0], first.recommendations[0]);
  words.speak([]);
  assert.equal(words.state(raw), raw);
});

test('a phone without a diagnosis yet has nothing to say otherwise', () => {
  const words = new InWords();
  words.speak(NAMES);
  assert.equal(words.state({ seq: 0, diagnosis: null, recommendations: [], feedback: [] }).diagnosis, null);
});
