// SPDX-License-Identifier: MIT
// The page with invented data: journeys, keyboard, states, faults, budgets of sizes.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { colours, openBrowser, picture, ready, root, ui, until, visit } from './browser.mjs';

const { serve } = await import(join(ui, 'dev/server.mjs'));
const line = (id, at, panel = 'org.tickwork.line') =>
  ({ id, title: `Panel ${id}`, panel, at, options: {}, queries: [{ as: 'series', unit: '%' }] });
const extraBoards = [
  { slug: 'strange', title: 'Strange', panels: [line('cpu', [0, 0, 6, 6]), line('network', [6, 0, 6, 6], 'org.example.heatmap')] },
  { slug: 'faulty', title: 'Faulty', panels: [line('cpu', [0, 0, 6, 6]), line('network', [6, 0, 6, 6], 'org.nobody.none')] },
  { slug: 'silent', title: 'Silent', panels: [line('cpu', [0, 0, 6, 6]), line('waits', [6, 0, 6, 6])] },
];
const silent = new Set(['waits']);
const { server, url } = await serve({ panelPath: [join(root, 'tests/browser/panels')], extraBoards, silent });
const browser = await openBrowser();
const { page, context, bad } = browser;

beforeEach(() => (bad.length = 0));
after(async () => {
  await browser.close();
  server.close();
  server.closeAllConnections?.();
});

const live = () => page.locator('main');

test('the board draws every panel, within ten requests', async () => {
  let requests = 0;
  const count = () => (requests += 1);
  page.on('request', count);
  await visit(page, `${url}/d/machine?theme=dark&var-host=db-02`);
  page.off('request', count);
  await picture(page, 'board-dark');
  assert.ok(requests <= 10, `${requests} requests`);
  for (const label of ['CPU usage', 'Network throughput', 'Memory, used', 'Disk, read']) {
    assert.ok((await until(() => colours(page, label), (n) => n > 20, label)) > 20);
  }
  assert.equal(await page.getByRole('meter').count(), 1);
  assert.ok(await page.getByText('cpu_high · db-02').isVisible());
  assert.deepEqual(bad, []);
});

test('numbers move without a reload', async () => {
  await visit(page, `${url}/d/machine?var-host=db-02`);
  const meter = page.getByRole('meter');
  const first = await meter.getAttribute('aria-valuenow');
  await until(() => meter.getAttribute('aria-valuenow'), (now) => now !== first, 'the gauge');
});

test('arrows move one crosshair over all charts and speak', async () => {
  await visit(page, `${url}/d/machine?var-host=db-02`);
  const plot = page.getByRole('application', { name: /CPU usage/ });
  await plot.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  const flags = await page.locator('.flag').allTextContents();
  assert.ok(flags.length >= 4);
  assert.equal(new Set(flags).size, 1, flags.join());
  const spoken = await page.locator('.spoken').first().textContent();
  assert.match(spoken, /^\d\d:\d\d:\d\d, cpu0 [\d.]+%$/);
  await page.keyboard.press('ArrowDown');
  assert.match(await page.locator('.spoken').first().textContent(), /cpu1/);
  await page.keyboard.press('t');
  assert.ok(await page.getByRole('columnheader', { name: 'cpu3' }).isVisible(), 'the table twin');
});

test('dragging zooms every chart, Escape comes back', async () => {
  await visit(page, `${url}/d/machine?var-host=db-02`);
  const box = await page.getByRole('application', { name: /CPU usage/ }).boundingBox();
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await page.getByText('Paused').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Last 15 minutes' }).waitFor();
});

test('time range and theme by menu and button', async () => {
  await visit(page, `${url}/d/machine?theme=dark&var-host=db-02`);
  await page.getByRole('button', { name: /Last 15 minutes/ }).click();
  await page.getByRole('menuitemradio', { name: 'Last 1 hour' }).click();
  await page.getByRole('button', { name: /Last 1 hour/ }).waitFor();
  await page.getByRole('button', { name: 'Light theme' }).click();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'light');
  await page.goto(`${url}/d/machine?var-host=db-02`);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'light', 'it is kept');
  await ready(page);
  await picture(page, 'board-light');
  await page.getByRole('button', { name: 'Dark theme' }).click();
});

test('hosts: unhealthy first, filter, sort, open', async () => {
  await visit(page, `${url}/`);
  const names = () => page.locator('tbody .name').allInnerTexts();
  assert.equal((await names())[0].trim(), 'edge-02');
  await picture(page, 'hosts-dark');
  await page.getByLabel('Filter').fill('web');
  assert.equal((await names()).length, 3);
  await page.getByLabel('Filter').fill('');
  await page.getByRole('button', { name: 'Host', exact: true }).click();
  assert.equal((await names())[0].trim(), 'cache-01');
  assert.equal(await page.getByRole('columnheader', { name: 'Host' }).getAttribute('aria-sort'), 'ascending');
  await page.getByRole('link', { name: 'web-01' }).click();
  await page.getByRole('heading', { name: 'web-01' }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/hosts/web-01');
});

test('plugins and alerts are listed; g and Ctrl K jump', async () => {
  await visit(page, `${url}/plugins`);
  assert.ok(await page.getByText('broker refused the connection').isVisible());
  const tags = page.locator('.tag.runtime');
  await until(() => tags.allInnerTexts(), (words) => words.join() === 'added,changed,removed', 'tags of changes');
  await page.getByRole('table', { name: 'Libraries' }).getByText('superseded').waitFor();
  await picture(page, 'plugins-dark');
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await page.getByText('over 85% for 5 min').waitFor();
  await picture(page, 'alerts-dark');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('cache');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'cache-01' }).waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await page.keyboard.press('Escape');
});

test('a stranger\'s panel draws in a frame of its own and shares the crosshair', async () => {
  await visit(page, `${url}/d/strange`);
  const frame = page.frameLocator('iframe[sandbox="allow-scripts"]');
  await frame.locator('canvas').waitFor();
  const painted = () => frame.locator('canvas').evaluate((canvas) => {
    if (!canvas.width) return 0;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
  assert.ok((await until(painted, (n) => n >= 3, 'the heatmap')) >= 3);
  // A frame that is laid out anew under a resting pointer ends the crosshair: move, as a hand does.
  const canvas = frame.locator('canvas');
  let x = 40;
  const crosshair = async () => {
    await canvas.hover({ position: { x: (x += 5), y: 40 } });
    return page.locator('.flag').first().isVisible();
  };
  assert.ok(await until(crosshair, (shown) => shown, 'the crosshair on the other panel'));
  await picture(page, 'stranger-dark');
  assert.ok(await page.getByText('example-heatmap 1.2').isVisible());
  const stolen = await frame.locator('body').evaluate(() => {
    try {
      return parent.document.title;
    } catch (error) {
      return error.name;
    }
  });
  assert.equal(stolen, 'SecurityError');
  assert.deepEqual(bad, []);
});

test('a missing panel is a card; the board goes on', async () => {
  await visit(page, `${url}/d/faulty`);
  await page.getByText('no panel "org.nobody.none" is installed').waitFor();
  assert.ok((await until(() => colours(page, 'Panel cpu'), (n) => n > 5, 'the other panel')) > 5);
});

test('panel files that fail to load become cards with Retry', async () => {
  await context.route('**/panels/**', (route) => route.abort());
  await page.goto(`${url}/d/machine?var-host=db-02`);
  await page.getByText('Panel org.tickwork.gauge failed').waitFor();
  await picture(page, 'faults-dark');
  await context.unroute('**/panels/**');
  await page.getByRole('region', { name: 'Disk used' }).getByRole('button', { name: 'Retry' }).click();
  await page.getByRole('meter').waitFor();
});

test('a panel without an answer shows that it is loading', async () => {
  await page.goto(`${url}/d/silent`);
  await page.getByRole('status', { name: 'Loading' }).first().waitFor();
  assert.ok(await live().isVisible());
});

test('a server that goes away is told, and found again', async () => {
  const first = await serve();
  await visit(page, `${first.url}/d/machine?var-host=db-02`);
  first.server.close();
  first.server.closeAllConnections();
  await page.getByRole('button', { name: /^Connecting/ }).waitFor();
  const second = await serve({ port: Number(new URL(first.url).port) });
  await page.getByRole('button', { name: /^Live/ }).waitFor({ timeout: 20_000 });
  await page.goto('about:blank');
  second.server.close();
  second.server.closeAllConnections();
});

test('narrow, medium and wide windows hold their content', async () => {
  for (const width of [390, 1024, 2560]) {
    await page.setViewportSize({ width, height: 900 });
    await visit(page, `${url}/d/machine?var-host=db-02`);
    await page.waitForTimeout(300);
    await picture(page, `board-${width}`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${width}: ${over} px too wide`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('sizes stay within their budgets', () => {
  const dist = join(ui, '../dist/assets');
  const packed = (path) => gzipSync(readFileSync(path), { level: 9 }).length / 1024;
  const names = readdirSync(dist);
  const panels = ['line/panel.js', 'line/uplot.js', 'stat/panel.js', 'gauge/panel.js', 'table/panel.js', 'alerts/panel.js'];
  const first = packed(join(dist, names.find((name) => /^index-.*\.js$/.test(name)))) +
    panels.map((name) => packed(join(root, 'plugins/panels', name))).reduce((a, b) => a + b);
  const font = readFileSync(join(dist, names.find((name) => name.endsWith('.woff2')))).length / 1024;
  const css = packed(join(ui, 'src/look/tokens.css')) + packed(join(ui, 'src/look/page.css'));
  assert.ok(first <= 90, `first load ${first.toFixed(1)} KiB`);
  assert.ok(font <= 50 && css <= 10, `font ${font.toFixed(1)}, css ${css.toFixed(1)} KiB`);
});
