// SPDX-License-Identifier: MIT
// The page without a host: the same addresses as API.md with invented data, for work on the page
// and for the browser tests of panels.
//   node dev/server.mjs [port] [panel folder …]
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alertRows, frames, hostNames } from './invented.mjs';
import { parse } from './toml.mjs';
import { encode } from './wire.mjs';

const webui = fileURLToPath(new URL('../../', import.meta.url));
const bundled = fileURLToPath(new URL('../../../../panels/', import.meta.url));
const types = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.json': 'application/json',
  '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.css': 'text/css',
};
const openAlerts = alertRows.filter(([, level]) => level !== 'OK').length;
const hash = readFileSync(join(webui, 'dist/csp.txt'), 'utf8').trim();
const pagePolicy = `default-src 'none'; script-src 'self' '${hash}'; style-src 'self' 'unsafe-inline'; ` +
  "img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

function folderHash(folder) {
  const sum = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    if (statSync(join(folder, name)).isFile()) sum.update(name).update(readFileSync(join(folder, name)));
  }
  return sum.digest('hex').slice(0, 16);
}

function scan(roots, trusted) {
  const found = [];
  for (const [root, isBundled] of roots) {
    for (const name of existsSync(root) ? readdirSync(root).sort() : []) {
      const folder = join(root, name);
      if (!existsSync(join(folder, 'panel.toml'))) continue;
      const { id, options = {}, ...rest } = parse(readFileSync(join(folder, 'panel.toml'), 'utf8'));
      const hashed = folderHash(folder);
      const trust = isBundled || trusted.includes(id) ? 'page' : 'frame';
      const url = `/panels/${id}/${hashed}/${rest.module}`;
      found.push({ ...rest, id, options, hash: hashed, url, trust, bundled: isBundled, folder });
    }
  }
  return found;
}

function readBoards() {
  const folder = join(webui, 'boards');
  return readdirSync(folder).filter((name) => name.endsWith('.json')).sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

function body(request) {
  return new Promise((resolve) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => resolve(JSON.parse(text || '{}')));
  });
}

export function serve({ port = 0, panelPath = [], trusted = [], silent = new Set(), extraBoards = [] } = {}) {
  const roots = [[bundled, true], ...panelPath.map((path) => [path, false])];
  const panels = () => scan(roots, trusted);
  const publicPanels = () => panels().map(({ folder, ...rest }) => rest);
  const boards = () => [...readBoards(), ...extraBoards].map((board) => ({
    ...board,
    variables: (board.variables ?? []).map((one) => ({ ...one, values: hostNames })),
  }));
  const names = () => boards().map(({ slug, title, scope }) => ({ slug, title, scope }));

  function messages(asked, now) {
    const range = asked.range?.last ? { from: now - asked.range.last * 1000, to: now } : asked.range;
    const board = boards().find(({ slug }) => slug === asked.board);
    return asked.panels.filter(({ id }) => !silent.has(id)).map(({ id, width, source }) => {
      const queries = board?.panels.find((panel) => panel.id === id)?.queries ?? [{ source }];
      const made = frames(id, queries[0].source, queries, asked.vars?.host ?? 'web-01', range.from, range.to, width);
      return encode({ panel: id, kind: 'full', asOf: now }, made);
    });
  }

  async function answerFrames(request, response, live) {
    const asked = await body(request);
    response.writeHead(200, { 'Content-Type': 'application/vnd.tickwork.frames', 'Cache-Control': 'no-store' });
    const send = () => {
      const now = Date.now();
      response.write(encode({ panel: '', kind: 'beat', asOf: now }));
      for (const message of messages(asked, now)) response.write(message);
    };
    send();
    if (!live) return response.end();
    const timer = setInterval(send, 1000);
    response.on('close', () => clearInterval(timer));
  }

  function json(response, value) {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(value));
  }

  function file(response, path, headers = {}) {
    if (!existsSync(path) || !statSync(path).isFile()) return missing(response);
    const packed = existsSync(`${path}.gz`);
    const encoding = packed ? { 'Content-Encoding': 'gzip' } : {};
    response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream', ...encoding, ...headers });
    response.end(readFileSync(packed ? `${path}.gz` : path));
  }

  function missing(response) {
    response.writeHead(404, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ error: 'there is nothing at this address' }));
  }

  function page(response, path) {
    const slug = /^\/d\/([^/]+)/.exec(path)?.[1] ?? (path.startsWith('/hosts/') ? 'machine' : '');
    const board = boards().find((one) => one.slug === slug);
    const boot = JSON.stringify({ boards: names(), panels: publicPanels(), board, openAlerts }).replaceAll('<', '\\u003c');
    const html = readFileSync(join(webui, 'dist/index.html'), 'utf8');
    response.writeHead(200, { 'Content-Type': types['.html'], 'Content-Security-Policy': pagePolicy });
    response.end(html.replace('id="boot">{}', () => `id="boot">${boot}`));
  }

  function frame(request, response) {
    const origin = `http://${request.headers.host}`;
    file(response, join(webui, 'dist/frame.html'), { 'Content-Security-Policy':
      `sandbox allow-scripts; default-src 'none'; script-src ${origin}; style-src 'unsafe-inline'; img-src data:` });
  }

  function panelFile(response, path) {
    const [, , id, hashed, ...rest] = path.split('/');
    const panel = panels().find((one) => one.id === id && one.hash === hashed);
    if (!panel || rest.includes('..')) return missing(response);
    file(response, join(panel.folder, ...rest),
      { 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'max-age=31536000, immutable' });
  }

  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://h').pathname);
    if (path === '/api/live') return answerFrames(request, response, true);
    if (path === '/api/query') return answerFrames(request, response, false);
    if (path === '/api/boards') return json(response, names());
    if (path.startsWith('/api/boards/')) {
      const board = boards().find(({ slug }) => slug === path.slice('/api/boards/'.length));
      return board ? json(response, board) : missing(response);
    }
    if (path === '/api/panels') return json(response, publicPanels());
    if (path === '/api/hosts') return json(response, hostNames.map((host) => ({ host })));
    if (path === '/api/alerts') {
      return json(response, { open: openAlerts });
    }
    if (path.startsWith('/api/')) return missing(response);
    if (path === '/panels/frame.html') return frame(request, response);
    if (path.startsWith('/panels/')) return panelFile(response, path);
    if (path.startsWith('/assets/')) {
      return file(response, join(webui, 'dist', path),
        { 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'max-age=31536000, immutable' });
    }
    return page(response, path);
  });
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve({ server, url: `http://127.0.0.1:${server.address().port}` }));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port = '8088', ...panelPath] = process.argv.slice(2);
  const { url } = await serve({ port: Number(port), panelPath });
  console.log(`the page with invented data: ${url}`);
}
