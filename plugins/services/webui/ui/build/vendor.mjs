// SPDX-License-Identifier: MIT
// Writes the drawing library into the line panel's folder, so that the folder stands alone.
import { readFileSync, writeFileSync } from 'node:fs';
import { transformSync } from 'esbuild';

const ui = new URL('../', import.meta.url);
const panel = new URL('../../../../panels/line/', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('node_modules/uplot/package.json', ui), 'utf8'));
const source = readFileSync(new URL('node_modules/uplot/dist/uPlot.esm.js', ui), 'utf8');
const { code } = transformSync(source, { minify: true, target: 'es2022', legalComments: 'none' });
const notice = `/*! uPlot ${version}, MIT licence, see uplot-LICENSE.txt */\n`;
writeFileSync(new URL('uplot.js', panel), notice + code);
const licence = readFileSync(new URL('node_modules/uplot/LICENSE', ui), 'utf8');
writeFileSync(new URL('uplot-LICENSE.txt', panel), licence);
