// SPDX-License-Identifier: MIT
// A real `tickwork run` of the whole stack on free ports with its data in a new folder.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root, until } from './browser.mjs';

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export async function startStack() {
  const folder = mkdtempSync(join(tmpdir(), 'tw-stack-'));
  const [influxdb, kapacitor, chronograf] = [await freePort(), await freePort(), await freePort()];
  const folders = Object.fromEntries(['data', 'panels', 'boards', 'tasks', 'plugins'].map((name) => [name, join(folder, name)]));
  Object.values(folders).forEach((path) => mkdirSync(path));
  const log = [];
  const program = process.env.TICKWORK ?? join(root, 'build/bin/tickwork');
  const control = join(folder, 'control');
  // A library that can be replaced: this copy is found before the one of the build.
  const library = join(folders.plugins, 'inputs.swap.so');
  copyFileSync(join(dirname(program), '../lib/tickwork/inputs.swap.so'), library);
  const child = spawn(program,
    ['run', '-c', join(root, 'configs/sets/tick.toml'), '--control', control, '--plugin-path', folders.plugins], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        TICKWORK_DATA: folders.data,
        TICKWORK_PANELS: folders.panels,
        TICKWORK_BOARDS: folders.boards,
        TICKWORK_TASKS: folders.tasks,
        TICKWORK_INTERVAL: '1s',
        TICKWORK_INFLUXDB_BIND: `127.0.0.1:${influxdb}`,
        TICKWORK_KAPACITOR_BIND: `127.0.0.1:${kapacitor}`,
        TICKWORK_CHRONOGRAF_BIND: `127.0.0.1:${chronograf}`,
      },
    });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => log.push(String(text)));
  const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
  const url = `http://127.0.0.1:${chronograf}`;
  const answers = async () => {
    if (child.exitCode !== null) throw new Error(`tickwork ended:\n${log.join('')}`);
    return fetch(`${url}/api/boards`).then((answer) => answer.ok, () => false);
  };
  await until(answers, (ok) => ok, 'the page').catch((error) => {
    child.kill('SIGKILL');
    throw new Error(`${error.message}\n${log.join('')}`);
  });
  /** What `tickwork ctl` says, given some text on its standard input; throws what it refuses. */
  const ctl = (words, input = '') => execFileSync(program, ['ctl', '-s', control, ...words], { input, encoding: 'utf8' });
  /** As a package does: a new file, of other content, takes the old one's name. */
  const replaceLibrary = () => {
    copyFileSync(library, `${library}.new`);
    appendFileSync(`${library}.new`, 'newer');
    renameSync(`${library}.new`, library);
  };
  /** Ends the process in good order; answers how it ended and after how long. */
  const stop = async () => {
    const begin = Date.now();
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 15_000);
    const how = await ended;
    clearTimeout(patience);
    rmSync(folder, { recursive: true, force: true });
    return { ...how, ms: Date.now() - begin, log: log.join('') };
  };
  return { url, kapacitor: `http://127.0.0.1:${kapacitor}`, influxdb: `http://127.0.0.1:${influxdb}`, folders, ctl, library, replaceLibrary, stop };
}
