// SPDX-License-Identifier: MIT
// <tw-hosts>: every host that reports, unhealthy first.
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Row } from '../data/rows';
import { text } from '../format/number';
import { age } from '../format/time';
import { ListPage, bar, mark, type Head } from './list_page';

const rank: Record<string, number> = { crit: 0, warn: 1, ok: 2 };

@customElement('tw-hosts')
export class TwHosts extends ListPage {
  protected readonly source = 'hosts';
  protected readonly searched = ['host', 'apps', 'status'];
  protected override nothingYet = 'No host has reported in the last hour';
  protected readonly heads: Head[] = [
    { key: 'host', label: 'Host', cell: (row) => html`<a class="name"
      href="/hosts/${encodeURIComponent(String(row.host))}">${mark(row.status)}${row.host}</a>` },
    { key: 'cpu', label: 'CPU', cell: (row) => bar(row.cpu, 'var(--tw-series-1)') },
    { key: 'mem', label: 'Memory', cell: (row) => bar(row.mem, 'var(--tw-series-6)') },
    { key: 'load', label: 'Load', number: true, cell: (row) => text(row.load as number) },
    { key: 'uptime', label: 'Uptime', number: true, cell: (row) => this.uptime(row) },
    { key: 'seen', label: 'Last seen', number: true, cell: (row) => this.seen(row) },
    { key: 'apps', label: 'Apps', cell: (row) => [row.apps].flat().slice(0, 6).map((app) =>
      html`<span class="tag">${app}</span>`) },
  ];

  private uptime(row: Row): string {
    const seconds = Number(row.uptime);
    return Number.isFinite(seconds) ? age(seconds * 1000) : '–';
  }

  private seen(row: Row) {
    const ago = this.data.asOf - Number(row.seen);
    if (row.status !== 'crit') return html`<span class="dim">${age(ago)} ago</span>`;
    return html`<span class="crit-text">silent ${age(ago)}</span>`;
  }

  protected override order(list: Row[]): Row[] {
    if (this.sortKey) return super.order(list);
    const place = (row: Row) => rank[String(row.status)] ?? 3;
    return [...list].sort((a, b) =>
      place(a) - place(b) || (Number(b.cpu) || 0) - (Number(a.cpu) || 0));
  }

  protected summary(count: number, all: Row[]) {
    const up = all.filter((row) => row.status !== 'crit').length;
    return html`<b>${up}</b> of ${all.length} reporting${count < all.length ? `, ${count} shown` : ''}`;
  }
}
