// SPDX-License-Identifier: MIT
// <tw-plugins>: every instance the host runs, with what it does and costs right now and how it
// differs from the configuration files; below, the libraries that the host has loaded.
import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { rows, type Row } from '../data/rows';
import { text } from '../format/number';
import { marked, tagsOf } from './changes';
import { libraries } from './libraries';
import { ListPage, mark, type Head } from './list_page';

function level(row: Row): string {
  if (row.state === 'failed' || row.state === 'stuck') return 'crit';
  if (row.state === 'running') return Number(row.errors) > 0 ? 'warn' : 'ok';
  return row.state === 'degraded' || row.state === 'restarting' ? 'warn' : 'idle';
}

const rank: Record<string, number> = { crit: 0, warn: 1, ok: 2, idle: 3 };

@customElement('tw-plugins')
export class TwPlugins extends ListPage {
  protected readonly source = 'plugins';
  protected override readonly others = ['changes', 'libraries'];
  protected readonly searched = ['name', 'kind', 'plugin', 'state'];
  protected override nothingYet = 'The host does not tell about its instances';
  protected readonly heads: Head[] = [
    { key: 'name', label: 'Instance', cell: (row) => html`<span class="name">${mark(level(row))}
      <span class="word">${row.name}</span> ${tagsOf(row)}</span>` },
    { key: 'kind', label: 'Kind', cell: (row) => html`<span class="dim">${row.kind}</span>` },
    { key: 'state', label: 'State', cell: (row) => this.state(row) },
    { key: 'events', label: 'Events', number: true, cell: (row) => text(row.events as number, '/s') },
    { key: 'errors', label: 'Errors', number: true, cell: (row) => text(row.errors as number) },
    { key: 'queue', label: 'Queue', number: true, cell: (row) => text(row.queue as number) },
    { key: 'p99', label: 'p99', number: true, cell: (row) => text(row.p99 as number, 'ns') },
    { key: 'memory', label: 'Memory', number: true, cell: (row) => text(row.memory as number, 'B') },
  ];

  private state(row: Row) {
    const tone = { crit: 'crit-text', warn: 'warn-text', ok: '', idle: 'dim' }[level(row)];
    const why = row.message ? html` <span class="dim">${row.message}</span>` : '';
    return html`<span class=${tone ?? ''}>${row.state}</span>${why}`;
  }

  protected override order(list: Row[]): Row[] {
    if (this.sortKey) return super.order(list);
    return [...list].sort((a, b) =>
      (rank[level(a)] as number) - (rank[level(b)] as number) ||
      String(a.kind).localeCompare(String(b.kind)) || String(a.name).localeCompare(String(b.name)));
  }

  protected override listed(): Row[] {
    return marked(super.listed(), rows(this.more.changes?.frames[0]));
  }

  protected override below() {
    const all = rows(this.more.libraries?.frames[0]);
    const shown = all.filter((row) => this.fits(row, ['module', 'version', 'state', 'file']));
    return libraries(all, shown, this.data.asOf);
  }

  protected summary(count: number, all: Row[]) {
    const changed = all.filter((row) => row.tags).length;
    const gone = all.filter((row) => row.gone && this.fits(row)).length;
    const bad = all.filter((row) => level(row) === 'crit').length;
    const rate = all.reduce((sum, row) => sum + (row.kind === 'input' ? Number(row.events) || 0 : 0), 0);
    return html`<b>${Math.max(0, count - gone)}</b> instances, <b>${text(rate, '/s')}</b> points in${bad
      ? html`, <span class="crit-text">${bad} failed</span>` : ''}${changed
      ? html`, ${changed} not as in the files` : ''}`;
  }
}
