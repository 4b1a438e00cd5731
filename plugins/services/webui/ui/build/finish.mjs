// SPDX-License-Identifier: MIT
// After vite: puts the small style sheets into the pages (one request less, and the frame's policy
// allows no other), notes the hash of the early theme script for the policy, packs what is large.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../../dist/', import.meta.url);
const read = (name) => readFileSync(new URL(name, dist), 'utf8');
const sheet = /\s*<link rel="stylesheet"[^>]*href="\/(assets\/[^"]+\.css)">/g;
const sheets = new Set();

function inlineStyles(name) {
  const html = read(name).replace(sheet, (_, path) => {
    sheets.add(path);
    return `<style>${read(path).trim()}</style>`;
  });
  writeFileSync(new URL(name, dist), html);
  return html;
}

const index = inlineStyles('index.html');
inlineStyles('frame.html');
for (const path of sheets) rmSync(new URL(path, dist));

const script = /<script>([\s\S]*?)<\/script>/.exec(index)?.[1] ?? '';
const hash = createHash('sha256').update(script).digest('base64');
writeFileSync(new URL('csp.txt', dist), `sha256-${hash}\n`);

const assets = new URL('assets/', dist);
for (const name of readdirSync(assets).sort()) {
  if (!name.endsWith('.js')) continue;
  const packed = gzipSync(readFileSync(new URL(name, assets)), { level: 9 });
  packed[9] = 255; // the operating system byte differs between builds of zlib
  writeFileSync(new URL(`${name}.gz`, assets), packed);
}
