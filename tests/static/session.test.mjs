// What a device calls itself: words that its owner knows it by, and never a number alone. And how long it stays signed in.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { deviceName, Session } from '../../static/m/session.js';

const AGENTS = {
  'Android · Chrome': 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36',
  'iPhone · Safari': 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  'Linux · Firefox': 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
  'Windows · Edge': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0',
  Browser: '',
};

test('a device names its system and its browser, and four letters tell two alike apart', () => {
  for (const [name, agent] of Object.entries(AGENTS)) {
    const said = deviceName(agent);
    assert.match(said, /^[^(]+ \(\w{4}\)$/);
    assert.equal(said.slice(0, -7), name);
    assert.ok(said.length <= 100);
  }
  assert.notEqual(deviceName(AGENTS.Browser), deviceName(AGENTS.Browser));
});

test('the last day of a sign-in is told three weeks ahead, and not before', async () => {
  const kept = { access_token: 'a', last_day: '2027-03-21T08:00:00Z' };
  const session = new Session({ get: async () => kept });
  assert.equal(session.lastDaySoon(), null); // nobody is signed in yet
  await session.load();
  assert.equal(session.lastDaySoon(Date.parse('2027-02-28T07:59:00Z')), null);
  assert.equal(session.lastDaySoon(Date.parse('2027-02-28T08:01:00Z')), kept.last_day);
  kept.last_day = undefined; // kept by an older version of this page
  assert.equal(session.lastDaySoon(), null);
});
