// What the service worker keeps is what the page needs: a module left out would break a start without a network.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

const STATIC = new URL('../../static/', import.meta.url);
const kept = vm.runInNewContext(`${readFileSync(new URL('m/sw.js', STATIC), 'utf8')}; PAGE`, { self: { addEventListener() {} } });

test('every module and sheet of the phone is kept', () => {
  const modules = ['m/', 'm/views/'].flatMap((folder) => readdirSync(new URL(folder, STATIC)).filter((name) => /\.(js|css)$/.test(name) && name !== 'sw.js').map((name) => `/static/${folder}${name}`));
  assert.deepEqual(modules.filter((path) => !kept.includes(path)), []);
});

test('nothing is kept that does not exist', () => {
  const paths = [...kept].filter((path) => path.startsWith('/static/'));
  assert.ok(paths.length > 20);
  assert.deepEqual(paths.filter((path) => !existsSync(new URL(path.slice('/static/'.length), STATIC))), []);
});

test('nothing of the practice is kept there', () => {
  assert.deepEqual([...kept].filter((path) => !path.startsWith('/static/') && path !== '/m'), []);
});
