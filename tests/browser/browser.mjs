// SPDX-License-Identifier: MIT
// A fresh Chromium for each test file; everything that goes wrong in a page is collected, and so
// is every request that leaves this machine.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const ui = join(root, 'plugins/services/webui/ui');
const { chromium } = createRequire(join(ui, 'package.json'))('playwright-core');
const pictures = join(process.env.TEST_OUTPUT ?? join(root, 'build/test-output'), 'browser');

export async function openBrowser({ width = 1440, height = 900 } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'tw-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    viewport: { width, height },
    timezoneId: 'UTC',
    locale: 'en-GB',
    reducedMotion: 'reduce',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--font-render-hinting=none'],
  });
  const page = await context.newPage();
  const bad = [];
  page.on('pageerror', (error) => bad.push(error.message));
  page.on('console', (line) => line.type() === 'error' && bad.push(line.text()));
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && new URL(url).hostname !== '127.0.0.1') bad.push(`left the host: ${url}`);
  });
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, page, bad, close };
}

/** Opens an address and waits until every panel has heard from the server. */
export async function visit(page, url) {
  await page.goto(url);
  await ready(page);
}

export async function ready(page) {
  await page.waitForFunction(() => document.documentElement.dataset.ready === '1', null, { timeout: 20_000 });
}

export async function picture(page, name) {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

/** Waits until `get` answers something that `good` accepts. */
export async function until(get, good, what, patience = 20_000) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await get();
    if (good(value)) return value;
    if (Date.now() > end) throw new Error(`${what}: still ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** How many distinct colours the canvas of a chart shows; 1 means blank. */
export function colours(page, label) {
  return page.evaluate((wanted) => {
    const find = (node) => {
      for (const element of node.querySelectorAll('*')) {
        if (element.shadowRoot) {
          const found = find(element.shadowRoot);
          if (found) return found;
        }
        if (element.localName === 'canvas' && element.getRootNode().host?.getAttribute('aria-label')?.startsWith(wanted)) return element;
      }
      return null;
    };
    const canvas = find(document);
    if (!canvas || !canvas.width) return 0;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4) seen.add(data[at] << 16 | data[at + 1] << 8 | data[at + 2] | data[at + 3] << 24);
    return seen.size;
  }, label);
}
