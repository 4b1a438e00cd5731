// SPDX-License-Identifier: MIT
// <tw-alerts>: what is open and what has recovered, worst first.
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Row } from '../data/rows';
import { age, stamp } from '../format/time';
import { ListPage, mark, type Head } from './list_page';

const rank: Record<string, number> = { CRITICAL: 0, WARNING: 1, INFO: 2, OK: 3 };
const words: Record<string, string> = {
  CRITICAL: 'Critical', WARNING: 'Warning', INFO: 'Info', OK: 'Recovered',
};
const marks: Record<string, string> = { CRITICAL: 'crit', WARNING: 'warn', INFO: 'idle', OK: 'ok' };
const tones: Record<string, string> = {
  CRITICAL: 'crit-text', WARNING: 'warn-text', INFO: 'info-text', OK: 'ok-text',
};

@customElement('tw-alerts')
export class TwAlerts extends ListPage {
  protected readonly source = 'alerts';
  protected readonly searched = ['id', 'message', 'topic', 'level'];
  protected override nothingYet = 'No alert has fired';
  protected readonly heads: Head[] = [
    { key: 'id', label: 'Alert', cell: (row) => html`<span class="name">
      ${mark(marks[String(row.level)])}${row.id}</span>` },
    { key: 'level', label: 'Level', cell: (row) => html`<span class=${tones[String(row.level)] ?? ''}>
      ${words[String(row.level)] ?? row.level}</span>` },
    { key: 'message', label: 'Message', cell: (row) => row.message },
    { key: 'time', label: 'Since', number: true, cell: (row) =>
      html`<span title=${stamp(Number(row.time))}>${age(this.data.asOf - Number(row.time))}</span>` },
    { key: 'topic', label: 'Topic', cell: (row) => html`<span class="tag">${row.topic}</span>` },
  ];

  protected override order(list: Row[]): Row[] {
    if (this.sortKey) return super.order(list);
    const place = (row: Row) => rank[String(row.level)] ?? 9;
    return [...list].sort((a, b) => place(a) - place(b) || Number(b.time) - Number(a.time));
  }

  protected summary(_: number, all: Row[]) {
    const open = all.filter((row) => row.level !== 'OK').length;
    return html`<b>${open}</b> open, ${all.length - open} recovered`;
  }
}
