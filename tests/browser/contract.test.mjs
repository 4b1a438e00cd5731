// SPDX-License-Identifier: MIT
// The panel contract, run against every panel alike: the product's and a stranger's. Each is fed
// the same corpus, resized, re-themed and mounted again and again.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser, root, ui, visit } from './browser.mjs';

const { serve } = await import(join(ui, 'dev/server.mjs'));
const { server, url } = await serve({ panelPath: [join(root, 'tests/browser/panels')] });
const browser = await openBrowser();
const { page, bad } = browser;
const manifests = await (await fetch(`${url}/api/panels`)).json();

before(() => visit(page, `${url}/d`));
after(async () => {
  await browser.close();
  server.close();
  server.closeAllConnections?.();
});

/** Runs in the page: one panel, the whole corpus; answers what it saw. */
async function feed(manifest) {
  const errors = [];
  const listen = (event) => errors.push(String(event.reason ?? event.message));
  addEventListener('error', listen);
  addEventListener('unhandledrejection', listen);
  const module = await import(manifest.url);
  const tag = `${manifest.element}-contract`;
  const registeredItself = customElements.get(manifest.element) !== undefined;
  customElements.define(tag, class extends module.default {});
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const now = 1_773_322_320_000;
  const series = (count, rows, value) => {
    const time = { name: 'time', type: 'time', values: Float64Array.from({ length: rows }, (_, i) => now - 1000 * (rows - i)) };
    const columns = Array.from({ length: count }, (_, s) =>
      ({ name: `series ${s}`, type: 'f64', unit: '%', values: Float64Array.from({ length: rows }, (__, i) => value(s, i)) }));
    return [{ query: 0, name: '', columns: [time, ...columns] }];
  };
  const words = { name: 'host', type: 'str', dictionary: ['<b>x</b>', 'b'], values: Uint32Array.from([0, 1]) };
  const corpus = {
    nothing: [],
    noRows: series(2, 0, () => 0),
    onePoint: series(1, 1, () => 42),
    missing: series(3, 50, (s, i) => (i % 7 < 3 ? NaN : i * s)),
    allMissing: series(1, 20, () => NaN),
    negative: series(2, 100, (s, i) => -1e9 * Math.sin(i / 9 + s)),
    flat: series(1, 100, () => 0),
    huge: series(1, 1e6, (_, i) => Math.sin(i / 1e4)),
    many: series(200, 300, (s, i) => s + Math.sin(i / 20)),
    table: [{ query: 0, name: '', columns: [words, { name: 'used', type: 'f64', values: Float64Array.from([81, NaN]) }] }],
  };
  const box = document.createElement('div');
  box.style.cssText = 'position:fixed;inset:0 auto auto 0;width:480px;height:260px;z-index:99';
  document.body.append(box);
  const options = Object.fromEntries(Object.entries(manifest.options).map(([name, { value }]) => [name, value]));
  const give = (panel, props) => {
    for (const [name, value] of Object.entries(props)) if (name in panel) panel[name] = value;
  };
  const format = { number: (v) => String(v), split: (v) => ({ value: String(v), unit: '' }), clock: String, stamp: String, age: String };
  const start = { options, theme: 'dark', env: { locale: 'en-GB', timeZone: 'UTC', format }, range: { from: now - 900_000, to: now, live: true } };
  let panel = document.createElement(tag);
  panel.style.cssText = 'display:block;width:100%;height:100%';
  give(panel, start);
  box.append(panel);
  const sentences = {};
  const data = (frames) => ({ state: 'ok', asOf: now, columns: frames[0]?.columns ?? [], frames });
  for (const [name, frames] of Object.entries(corpus)) {
    give(panel, { data: data(frames), hover: now - 5000 });
    await frame();
    sentences[name] = panel.describe?.() ?? '';
    give(panel, { hover: null });
  }
  for (const width of [40, 900, 480]) {
    box.style.width = `${width}px`;
    await frame();
  }
  give(panel, { theme: 'light' });
  await frame();
  const raw = panel.shadowRoot?.innerHTML ?? '';
  for (let round = 0; round < 50; round += 1) {
    panel.remove();
    box.append(panel);
  }
  await frame();
  panel.remove();
  panel = null;
  const bare = document.createElement(tag); // no property at all
  box.append(bare);
  await frame();
  box.remove();
  removeEventListener('error', listen);
  removeEventListener('unhandledrejection', listen);
  return { errors, api: module.api, registeredItself, sentences, escaped: !raw.includes('<b>x</b>') };
}

for (const manifest of manifests) {
  test(`panel ${manifest.id} keeps the contract`, async () => {
    const seen = await page.evaluate(feed, manifest);
    assert.equal(seen.api, 1);
    assert.equal(seen.registeredItself, false, 'the module must not register its element');
    assert.deepEqual(seen.errors, []);
    assert.ok(seen.escaped, 'texts of the data must not become markup');
    for (const [name, sentence] of Object.entries(seen.sentences)) {
      assert.equal(typeof sentence, 'string', name);
    }
    assert.deepEqual(bad, []);
  });
}

test('a stranger\'s panel is there', () => {
  assert.ok(manifests.some(({ id, trust }) => id === 'org.example.heatmap' && trust === 'frame'));
});
