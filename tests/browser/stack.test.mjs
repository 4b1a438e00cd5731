// SPDX-License-Identifier: MIT
// Journeys against the real stack: this machine's own numbers, collected, stored, queried, drawn.
import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { colours, openBrowser, picture, root, until, visit } from './browser.mjs';
import { startStack } from './stack.mjs';

const stack = await startStack();
const browser = await openBrowser();
const { page, bad } = browser;
const { url } = stack;
let stopped = false;

after(async () => {
  await browser.close();
  if (!stopped) await stack.stop();
});

const json = async (path) => (await fetch(`${url}${path}`)).json();

test('this machine appears in the host list with its numbers', async () => {
  await until(() => json('/api/hosts'), (hosts) => Array.isArray(hosts) && hosts.some(({ cpu }) => cpu !== null), 'hosts');
  await visit(page, `${url}/?theme=dark`);
  const row = page.getByRole('row').filter({ hasText: hostname() });
  await row.waitFor();
  assert.match(await row.innerText(), /\d%/);
  await picture(page, 'stack-hosts');
  await row.getByRole('link').click();
  await page.getByRole('heading', { name: hostname() }).waitFor();
});

test('every panel of its board draws, and moves by itself', async () => {
  await new Promise((resolve) => setTimeout(resolve, 6000));
  await visit(page, `${url}/d/machine?theme=dark&last=300`);
  for (const label of ['CPU usage', 'Network throughput', 'Memory, used', 'Disk, read']) {
    assert.ok((await until(() => colours(page, label), (n) => n > 4, label)) > 4, label);
  }
  assert.ok(Number(await page.getByRole('meter').getAttribute('aria-valuenow')) > 0);
  assert.equal(await page.getByRole('alert').count(), 0, 'no panel failed');
  const legend = page.locator('.legend').first();
  const first = await legend.innerText();
  assert.match(first, /cpu0/);
  await until(() => legend.innerText(), (now) => now !== first, 'the legend of CPU usage');
  await picture(page, 'stack-machine-dark');
  await page.getByRole('button', { name: 'Light theme' }).click();
  await page.waitForTimeout(300);
  await picture(page, 'stack-machine-light');
  await page.getByRole('button', { name: 'Dark theme' }).click();
});

test('the plugins page lists the running instances', async () => {
  await visit(page, `${url}/plugins`);
  for (const name of ['inputs.cpu', 'outputs.storage', 'storage.lmdb', 'query.influxql', 'services.webui']) {
    await page.locator('tbody .name').filter({ hasText: name }).first().waitFor();
  }
  await page.getByLabel('Filter').fill('inputs.cpu');
  const events = () => page.locator('tbody td.number').first().innerText();
  await until(events, (text) => /[1-9]/.test(text), 'events of inputs.cpu');
  await page.getByLabel('Filter').fill('');
  await picture(page, 'stack-plugins');
});

test('what ctl changes is on the plugins page, marked, without a reload of the page', async () => {
  const { ctl } = stack;
  await visit(page, `${url}/plugins?theme=dark`);
  await page.evaluate(() => (document.documentElement.dataset.loaded = 'once'));
  const row = (name) => page.getByRole('row').filter({ has: page.locator('.word', { hasText: new RegExp(`^${name}$`) }) });
  const tag = (name) => row(name).locator('.tag');
  await row('inputs.mem').waitFor();
  assert.equal(await page.locator('.tag').count(), 0, 'nothing is marked at first');

  ctl(['add', 'bell', '-'], '[[inputs.mock]]\n[[inputs.mock.constant]]\nname = "v"\nvalue = 1.0\n');
  await tag('inputs.mock').filter({ hasText: 'added' }).waitFor();
  assert.match(await tag('inputs.mock').getAttribute('title'), /added as bell/);
  await until(() => row('inputs.mock').innerText(), (text) => /running/.test(text), 'inputs.mock');
  ctl(['set', 'inputs.mem', 'interval=2s', 'name_prefix=own_']);
  await tag('inputs.mem').filter({ hasText: 'changed' }).waitFor();
  assert.match(await tag('inputs.mem').getAttribute('title'), /interval, name_prefix/);
  ctl(['remove', 'inputs.system']);
  await tag('inputs.system').filter({ hasText: 'removed' }).waitFor();
  assert.equal(await row('inputs.system').count(), 1);
  await page.getByText('3 not as in the files').waitFor();
  await page.getByRole('button', { name: 'Light theme' }).click();
  await page.getByLabel('Filter').fill('inputs.');
  await page.waitForTimeout(300);
  await picture(page, 'stack-changes-light');
  await page.getByRole('button', { name: 'Dark theme' }).click();
  await page.waitForTimeout(300);
  await picture(page, 'stack-changes-dark');
  await page.getByLabel('Filter').fill('');

  ctl(['restore', 'bell', 'inputs.mem', 'inputs.system']);
  await row('inputs.mock').waitFor({ state: 'detached' });
  await until(() => page.locator('.tag').count(), (count) => count === 0, 'tags');
  await until(() => row('inputs.system').innerText(), (text) => /running/.test(text), 'inputs.system');
  assert.equal(await page.evaluate(() => document.documentElement.dataset.loaded), 'once', 'it is still the same page');
});

test('a library that was replaced stays on the list as superseded, with its bytes', async () => {
  await visit(page, `${url}/plugins`);
  const rows = () => page.getByRole('table', { name: 'Libraries' }).locator('tbody tr')
    .filter({ hasText: 'inputs.swap' }).allInnerTexts();
  const before = await until(rows, (list) => list.length === 1, 'inputs.swap');
  assert.match(before[0], /current/);
  await page.getByText('none superseded').waitFor();
  stack.replaceLibrary();
  stack.ctl(['reload']);
  const after = await until(rows, (list) => list.length === 2, 'two of inputs.swap');
  const [old, fresh] = after.map((text) => text.split(/\s*\t\s*/));
  assert.deepEqual([old[2], old[3], old[6]], ['superseded', '0', stack.library]);
  assert.match(old[4], /^\d[\d.]* (KiB|MiB)$/);
  assert.deepEqual([fresh[2], fresh[3]], ['current', '1']);
  assert.match(await page.getByRole('heading', { name: /Libraries/ }).innerText(), /1 superseded, [\d.]+ .iB stay mapped/);
  await page.locator('#libraries').scrollIntoViewIfNeeded();
  await picture(page, 'stack-libraries');
});

test('a panel folder appears without a restart and runs in a frame', async () => {
  const ids = async () => (await json('/api/panels')).map(({ id }) => id);
  assert.ok(!(await ids()).includes('org.example.heatmap'));
  cpSync(join(root, 'tests/browser/panels/heatmap'), join(stack.folders.panels, 'heatmap'), { recursive: true });
  writeFileSync(join(stack.folders.boards, 'strange.json'), JSON.stringify({
    slug: 'strange', title: 'Strange', range: 300, panels: [{ id: 'map', title: 'Map', panel: 'org.example.heatmap', at: [0, 0, 6, 6],
      queries: [{ as: 'series', label: '{cpu}', text: 'SELECT mean(usage_idle) FROM cpu WHERE time >= :dashboardTime: AND time < :upperDashboardTime: GROUP BY time(:interval:), cpu fill(none)' }] }],
  }));
  assert.ok((await ids()).includes('org.example.heatmap'));
  await visit(page, `${url}/d/strange`);
  const canvas = page.frameLocator('iframe[sandbox="allow-scripts"]').locator('canvas');
  const painted = () => canvas.evaluate((element) => {
    if (!element.width) return 0;
    const { data } = element.getContext('2d').getImageData(0, 0, element.width, element.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
  assert.ok((await until(painted, (n) => n >= 3, 'the heatmap')) >= 3);
  await picture(page, 'stack-stranger');
});

test('an alert of a TICKscript shows on the page', async () => {
  const script = "stream|from().measurement('mem')|alert().id('memory in use').message('{{ .Level }}: memory is in use').crit(lambda: \"used_percent\" > 0.0).topic('page')";
  const task = { id: 'page_test', type: 'stream', dbrps: [{ db: 'telegraf', rp: 'autogen' }], script, status: 'enabled' };
  const made = await fetch(`${stack.kapacitor}/kapacitor/v1/tasks`, { method: 'POST', body: JSON.stringify(task) });
  assert.equal(made.status, 200, await made.text());
  await visit(page, `${url}/alerts`);
  await page.getByText('CRITICAL: memory is in use').first().waitFor();
  await picture(page, 'stack-alerts');
});

test('narrow windows hold their content', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await visit(page, `${url}/d/machine?theme=dark&last=300`);
  await page.waitForTimeout(500);
  await picture(page, 'stack-390');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('nothing went wrong in the page, and the stack ends while a page is open', async () => {
  assert.deepEqual(bad, []);
  stopped = true;
  const { code, ms, log } = await stack.stop();
  assert.equal(code, 0, log);
  assert.ok(ms < 10_000, `${ms} ms`);
});
