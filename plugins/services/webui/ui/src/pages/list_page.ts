// SPDX-License-Identifier: MIT
// What the list pages share: one live source, a filter field, sortable heads, a plain table.
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { PanelData } from '../data/contract';
import { Feed, loading } from '../data/feed';
import { rows, sorted, type Row } from '../data/rows';
import { session } from '../data/session';
import { controls } from '../look/controls';
import { icon } from '../look/icons';
import { listStyle } from './list_style';

export interface Head {
  key: string;
  label: string;
  number?: boolean;
  cell: (row: Row) => unknown;
}

export abstract class ListPage extends LitElement {
  static override styles = [controls, listStyle];

  @state() protected data: PanelData = loading;
  @state() protected wanted = '';
  @state() protected sortKey = '';
  @state() protected sign = 1;
  private feed: Feed | undefined;

  protected abstract readonly source: string;
  protected abstract readonly heads: Head[];
  protected abstract readonly searched: string[];
  protected abstract summary(count: number, all: Row[]): TemplateResult | string;

  override connectedCallback(): void {
    super.connectedCallback();
    session.begin({ last: 900 });
    const panels = [{ id: this.source, source: this.source, width: 0 }];
    this.feed = new Feed(() => ({ panels }), (_, data) => {
      this.data = data;
      document.documentElement.dataset.ready = '1';
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.feed?.close();
  }

  /** Unhealthy rows first until a head is clicked. */
  protected order(list: Row[]): Row[] {
    return this.sortKey ? sorted(list, this.sortKey, this.sign) : list;
  }

  private fits(row: Row): boolean {
    const text = this.searched.map((key) => [row[key]].flat().join(' ')).join(' ').toLowerCase();
    return this.wanted.toLowerCase().split(/\s+/).every((word) => text.includes(word));
  }

  private sort(key: string): void {
    this.sign = this.sortKey === key ? -this.sign : 1;
    this.sortKey = key;
  }

  override render() {
    const all = rows(this.data.frames[0]);
    const shown = this.order(all.filter((row) => this.fits(row)));
    return html`<div class="page">
      <div class="bar">
        <p>${this.summary(shown.length, all)}</p>
        <label class="find">${icon('search', 14)}
          <input type="text" placeholder="Filter" aria-label="Filter" .value=${this.wanted}
            @input=${(event: Event) => (this.wanted = (event.target as HTMLInputElement).value)} />
        </label>
      </div>
      ${this.data.state === 'error'
        ? html`<div class="problem" role="alert">${icon('warning', 16)} ${this.data.error}</div>`
        : nothing}
      ${this.renderTable(shown)}
      ${this.data.state !== 'loading' && shown.length === 0 && this.data.state !== 'error'
        ? html`<p class="none">${all.length === 0 ? this.nothingYet : 'Nothing matches the filter'}</p>`
        : nothing}
    </div>`;
  }

  protected nothingYet = 'Nothing here yet';

  private renderTable(shown: Row[]) {
    return html`<div class="sheet"><table aria-rowcount=${shown.length}>
      <thead><tr>${this.heads.map((head) => html`
        <th scope="col" class=${head.number ? 'number' : ''}
          aria-sort=${this.sortKey !== head.key ? 'none' : this.sign > 0 ? 'ascending' : 'descending'}>
          <button @click=${() => this.sort(head.key)}>${head.label}</button></th>`)}</tr></thead>
      <tbody>${shown.map((row) => html`<tr>${this.heads.map((head) =>
        html`<td class=${head.number ? 'number' : ''}>${head.cell(row)}</td>`)}</tr>`)}</tbody>
    </table></div>`;
  }
}

/** A level as shape, colour and (for readers) word. */
export function mark(level: unknown) {
  const kind = { warn: 'warn', crit: 'crit', idle: 'idle' }[String(level)] ?? '';
  const word = { warn: 'warning', crit: 'critical', idle: 'idle' }[String(level)] ?? 'ok';
  return html`<span class="mark ${kind}" role="img" aria-label=${word}></span>`;
}

/** A share of 100 as a short bar. */
export function bar(value: unknown, colour: string) {
  const share = Number(value);
  if (!Number.isFinite(share)) return html`<span class="dim">no data</span>`;
  const tone = share >= 90 ? 'var(--tw-crit-g)' : share >= 75 ? 'var(--tw-warn-g)' : colour;
  return html`<span class="share"><span class="track"><span
      style="width:${Math.min(100, Math.max(0, share))}%;background:${tone}"></span></span>
    ${share.toFixed(share < 10 ? 1 : 0)}%</span>`;
}
