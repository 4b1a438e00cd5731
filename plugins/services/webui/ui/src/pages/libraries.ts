// SPDX-License-Identifier: MIT
// The libraries in the host's process. One whose file was replaced stays mapped until the host
// ends; those stand first.
import { html, nothing } from 'lit';
import type { Row } from '../data/rows';
import { text } from '../format/number';
import { age, stamp } from '../format/time';
import { fixedTable, mark, type Head } from './list_page';

const isOld = (row: Row) => row.state === 'superseded';

function heads(now: number): Head[] {
  return [
    { key: 'module', label: 'Library', cell: (row) => html`<span class="name">
      ${mark(isOld(row) ? 'idle' : 'ok')} ${row.module}</span>` },
    { key: 'version', label: 'Version', cell: (row) => html`${row.version}` },
    { key: 'state', label: 'State', cell: (row) => html`<span class=${isOld(row) ? '' : 'dim'}
      title=${isOld(row) ? 'Its file was replaced or removed; the code stays until the host ends' : ''}>
      ${row.state}</span>` },
    { key: 'instances', label: 'Instances', number: true, cell: (row) => text(row.instances as number) },
    { key: 'bytes', label: 'Mapped', number: true, cell: (row) => text(row.bytes as number, 'B') },
    { key: 'loaded', label: 'Loaded', number: true, cell: (row) => html`<span
      title=${stamp(Number(row.loaded))}>${age(now - Number(row.loaded))} ago</span>` },
    { key: 'file', label: 'File', cell: (row) => html`<span class="dim">${row.file}</span>` },
  ];
}

/** all: what the host told; shown: what the filter leaves of it. */
export function libraries(all: readonly Row[], shown: readonly Row[], now: number) {
  if (all.length === 0) return nothing;
  const old = all.filter(isOld);
  const bytes = old.reduce((sum, row) => sum + Number(row.bytes), 0);
  const left = old.length === 0 ? 'none superseded'
    : `${old.length} superseded, ${text(bytes, 'B')} stay mapped`;
  const order = [...shown].sort((a, b) => Number(isOld(b)) - Number(isOld(a)) ||
    String(a.module).localeCompare(String(b.module)) || Number(b.loaded) - Number(a.loaded));
  return html`<h2 id="libraries">Libraries <span>${all.length} loaded, ${left}</span></h2>
    ${order.length > 0 ? fixedTable('Libraries', heads(now), order) : nothing}`;
}
