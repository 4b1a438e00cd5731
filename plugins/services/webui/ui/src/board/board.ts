// SPDX-License-Identifier: MIT
// <tw-board>: lays panels out on twelve columns, fits rows to the window, feeds them from one
// stream and carries the keyboard's view and back commands.
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Board } from '../data/boards';
import type { PanelData } from '../data/contract';
import { Feed, loading } from '../data/feed';
import { session } from '../data/session';
import './panel';
import type { TwPanel } from './panel';

const gap = 12;
const padding = 16;

@customElement('tw-board')
export class TwBoard extends LitElement {
  static override styles = css`
    :host {
      display: block;
      padding: 12px ${padding}px 14px;
    }
    .grid {
      display: grid;
      grid-template-columns: repeat(12, minmax(0, 1fr));
      grid-auto-rows: var(--row, 30px);
      gap: ${gap}px;
    }
    .grid.one {
      display: block;
      height: calc(100dvh - 56px - 26px);
    }
    .grid.one tw-panel {
      height: 100%;
    }
    @media (max-width: 899px) {
      :host {
        padding: 12px;
      }
      .grid:not(.one) {
        grid-template-columns: repeat(2, minmax(0, 1fr));
      }
      .grid:not(.one) tw-panel {
        grid-area: auto / span 2 / span var(--tall) / auto !important;
      }
      .grid:not(.one) tw-panel.small {
        grid-area: auto / span 1 / span 3 / auto !important;
      }
      .grid.one {
        height: calc(100dvh - 56px - 84px);
      }
    }
  `;

  @property({ attribute: false }) board!: Board;
  @property({ attribute: false }) vars: Record<string, string> = {};
  @state() private expanded = '';
  @state() private now = session.range;
  private data = new Map<string, PanelData>();
  private feed: Feed | undefined;
  private stopListening: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    const moved = () => (this.now = session.range);
    this.stopListening = [session.on('clock', moved), session.on('range', moved)];
    addEventListener('resize', this.fit);
    addEventListener('keydown', this.onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopListening.forEach((stop) => stop());
    removeEventListener('resize', this.fit);
    removeEventListener('keydown', this.onKey);
    this.feed?.close();
    this.feed = undefined;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has('board') || changed.has('vars')) this.begin();
    this.fit();
  }

  private begin(): void {
    this.feed?.close();
    this.data.clear();
    this.expanded = '';
    for (const { id } of this.board.panels) this.show(id, loading);
    this.feed = new Feed(() => this.subscription(), (id, data) => this.show(id, data));
  }

  private subscription() {
    const columns = innerWidth < 900 ? 12 : undefined;
    const unit = (this.clientWidth - 2 * padding) / 12;
    const width = (w: number) => Math.max(80, Math.round(unit * (columns ?? w) - gap));
    const panels = this.board.panels.map(({ id, at }) => ({ id, width: width(at[2]) }));
    return { board: this.board.slug, vars: this.vars, panels };
  }

  private show(id: string, data: PanelData): void {
    this.data.set(id, data);
    const panel = this.renderRoot.querySelector<TwPanel>(`tw-panel[data-id="${CSS.escape(id)}"]`);
    if (panel) panel.data = data;
    this.markReady();
  }

  /** For tests and screenshots: every panel has heard from the server. */
  private markReady(): void {
    const waiting = [...this.data.values()].some((data) => data.state === 'loading');
    if (waiting || document.documentElement.dataset.ready === '1') return;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      document.documentElement.dataset.ready = '1';
      performance.mark('board-drawn');
    }));
  }

  /** Row height so that the whole board fills the window, within readable bounds. */
  private fit = (): void => {
    const grid = this.renderRoot.querySelector<HTMLElement>('.grid');
    if (!grid) return;
    const rows = Math.max(...this.board.panels.map(({ at }) => at[1] + at[3]));
    const room = innerHeight - 56 - 26 - (rows - 1) * gap;
    const row = innerWidth < 900 ? 30 : Math.min(40, Math.max(28, room / rows));
    grid.style.setProperty('--row', `${row}px`);
  };

  private onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    if (this.expanded) this.expanded = '';
    else session.back();
  };

  private onExpand = (event: Event): void => {
    const { id } = (event as CustomEvent<{ id: string }>).detail;
    this.expanded = this.expanded === id ? '' : id;
  };

  /** Full size for the panel that has the focus. */
  viewFocused(): void {
    const panel = this.renderRoot.querySelector<TwPanel>('tw-panel:focus-within');
    this.expanded = this.expanded ? '' : (panel?.spec.id ?? '');
  }

  private retry = (): void => this.feed?.restart();

  override render() {
    const shown = this.expanded
      ? this.board.panels.filter(({ id }) => id === this.expanded)
      : this.board.panels;
    return html`<div class="grid ${this.expanded ? 'one' : ''}"
      @tw-expand=${this.onExpand} @tw-retry=${this.retry}>
      ${repeat(shown, ({ id }) => id, (spec) => {
        const [x, y, w, h] = spec.at;
        const place = `grid-area:${y + 1}/${x + 1}/span ${h}/span ${w};--tall:${h}`;
        return html`<tw-panel data-id=${spec.id} class=${h <= 3 ? 'small' : nothing}
          style=${place} .spec=${spec} .range=${this.now}
          .data=${this.data.get(spec.id) ?? loading}></tw-panel>`;
      })}
    </div>`;
  }
}
