// SPDX-License-Identifier: MIT
// What the list pages share: live sources, a filter field, sortable heads, a plain table.
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
  /** What the sources beside the first one told. */
  @state() protected more: Readonly<Record<string, PanelData>> = {};
  @state() protected wanted = '';
  @state() protected sortKey = '';
  @state() protected sign = 1;
  private feed: Feed | undefined;

  protected abstract readonly source: string;
  protected readonly others: string[] = [];
  protected abstract readonly heads: Head[];
  protected abstract readonly searched: string[];
  protected abstract summary(count: number, all: Row[]): TemplateResult | string;

  override connectedCallback(): void {
    super.connectedCallback();
    session.begin({ last: 900 });
    const panels = [this.source, ...this.others].map((source) => ({ id: source, source, width: 0 }));
    this.feed = new Feed(() => ({ panels }), (source, data) => {
      if (source !== this.source) {
        this.more = { ...this.more, [source]: data };
        return;
      }
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

  protected fits(row: Row, searched = this.searched): boolean {
    const text = searched.map((key) => [row[key]].flat().join(' ')).join(' ').toLowerCase();
    return this.wanted.toLowerCase().split(/\s+/).every((word) => text.includes(word));
  }

  private sort(key: string): void {
    this.sign = this.sortKey === key ? -this.sign : 1;
    this.sortKey = key;
  }

  override render() {
    const all = this.listed();
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
      ${this.below()}
    </div>`;
  }

  protected nothingYet = 'Nothing here yet';

  /** The rows of the table, before the filter. */
  protected listed(): Row[] {
    return rows(this.data.frames[0]);
  }

  /** What stands under the table. */
  protected below(): TemplateResult | typeof nothing {
    return nothing;
  }

  private renderTable(shown: Row[]) {
    return html`<div class="sheet"><table aria-rowcount=${shown.length}>
      <thead><tr>${this.heads.map((head) => html`
        <th scope="col" class=${head.number ? 'number' : ''}
          aria-sort=${this.sortKey !== head.key ? 'none' : this.sign > 0 ? 'ascending' : 'descending'}>
          <button @click=${() => this.sort(head.key)}>${head.label}</button></th>`)}</tr></thead>
      ${body(this.heads, shown)}
    </table></div>`;
  }
}

function body(heads: readonly Head[], shown: readonly Row[]) {
  return html`<tbody>${shown.map((row) => html`<tr class=${row.gone ? 'gone' : ''}>${heads.map((head) =>
    html`<td class=${head.number ? 'number' : ''}>${head.cell(row)}</td>`)}</tr>`)}</tbody>`;
}

/** A table in a fixed order, for what stands under the page's own. */
export function fixedTable(label: string, heads: readonly Head[], shown: readonly Row[]) {
  return html`<div class="sheet"><table aria-label=${label} aria-rowcount=${shown.length}>
    <thead><tr>${heads.map((head) => html`
      <th scope="col" class=${head.number ? 'number' : ''}>${head.label}</th>`)}</tr></thead>
    ${body(heads, shown)}
  </table></div>`;
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
