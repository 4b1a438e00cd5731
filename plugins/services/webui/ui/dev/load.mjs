// SPDX-License-Identifier: MIT
// Imports a TypeScript source of the page, bundled in memory.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export async function load(path) {
  const entry = fileURLToPath(new URL(`../src/${path}`, import.meta.url));
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false, target: 'es2022' });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}
