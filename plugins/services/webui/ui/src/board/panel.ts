// SPDX-License-Identifier: MIT
// <tw-panel>: header, states and the error fence around one panel element.
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { PanelSpec } from '../data/boards';
import type { Environment, Manifest, PanelData, PanelElement, Range } from '../data/contract';
import { loading } from '../data/feed';
import { session } from '../data/session';
import { formatter } from '../format/formatter';
import { age } from '../format/time';
import { controls } from '../look/controls';
import { icon } from '../look/icons';
import { create, defaults, manifest } from './loader';
import { panelStyle } from './panel_style';
import './twin';

const slowSet = 100;
const slowWindow = 10_000;

const environment: Environment = {
  locale: navigator.language || 'en-GB',
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  reducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches,
  dpr: devicePixelRatio,
  compact: false,
};

@customElement('tw-panel')
export class TwPanel extends LitElement {
  static override styles = [controls, panelStyle];

  @property({ attribute: false }) spec!: PanelSpec;
  @property({ attribute: false }) data: PanelData = loading;
  @property({ attribute: false }) range!: Range;
  @property({ type: Boolean }) wide = false;
  @state() private failure = '';
  @state() private entry: Manifest | undefined;
  @state() private twin = false;
  private element: PanelElement | undefined;
  private given = new Map<string, unknown>();
  private slow: number[] = [];
  private attempts = 0;
  private stopListening: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.stopListening = [
      session.on('hover', () => this.give('hover', session.hover)),
      session.on('theme', () => this.give('theme', session.theme)),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopListening.forEach((stop) => stop());
  }

  protected override firstUpdated(): void {
    void this.start();
  }

  protected override updated(): void {
    this.give('range', this.range);
    if (this.data.state !== 'loading' || this.data.frames.length > 0) this.give('data', this.data);
    this.dataset.state = this.failure ? 'error' : this.shown;
  }

  private async start(): Promise<void> {
    this.failure = '';
    this.given.clear();
    try {
      this.entry = await manifest(this.spec.panel);
      const element = await create(this.entry, this.attempts++);
      this.give('options', { ...defaults(this.entry), ...this.spec.options }, element);
      this.give('theme', session.theme, element);
      const format = formatter(environment.locale, environment.timeZone);
      this.give('env', { ...environment, format, compact: innerWidth < 900 }, element);
      this.give('range', this.range, element);
      element.setAttribute('aria-label', this.label);
      element.classList.add('content');
      this.element = element;
      this.renderRoot.querySelector('.hold')?.replaceChildren(element);
      if (this.data.frames.length > 0) this.give('data', this.data);
    } catch (error) {
      this.fail(error);
    }
  }

  private get shown(): PanelData['state'] {
    return this.data.state === 'empty' && this.entry?.empty === 'own' ? 'ok' : this.data.state;
  }

  private get label(): string {
    return [this.spec.title, this.spec.subtitle].filter(Boolean).join(', ');
  }

  /** Sets a property if the element has it and the value is another one. */
  private give(name: string, value: unknown, element = this.element): void {
    if (!element || !(name in element)) return;
    if (this.given.has(name) && this.given.get(name) === value) return;
    this.given.set(name, value);
    const before = performance.now();
    try {
      (element as unknown as Record<string, unknown>)[name] = value;
    } catch (error) {
      return this.fail(error);
    }
    this.watch(performance.now() - before);
  }

  private watch(cost: number): void {
    if (cost < slowSet) return;
    const now = performance.now();
    this.slow = [...this.slow.filter((at) => now - at < slowWindow), now];
    if (this.slow.length >= 3) this.fail(`took ${Math.round(cost)} ms three times in 10 s`);
  }

  private fail(error: unknown): void {
    this.failure = error instanceof Error ? error.message : String(error);
    this.element?.remove();
    this.element = undefined;
  }

  private retry = (): void => {
    if (this.failure) void this.start();
    else this.dispatchEvent(new CustomEvent('tw-retry', { bubbles: true, composed: true }));
  };

  private onHover = (event: Event): void => {
    const { time } = (event as CustomEvent<{ time: number | null }>).detail;
    session.setHover(time, this);
  };

  private onSelect = (event: Event): void => {
    const { from, to } = (event as CustomEvent<{ from?: number; to?: number }>).detail;
    if (from !== undefined && to !== undefined && to > from) session.ask({ from, to });
  };

  private onPanelError = (event: Event): void => {
    this.fail((event as CustomEvent<{ message: string }>).detail.message);
  };

  private onOpen = (event: Event): void => {
    const { href } = (event as CustomEvent<{ href: string }>).detail;
    const url = new URL(href, location.href);
    if (url.origin !== location.origin) return;
    history.pushState(null, '', url);
    dispatchEvent(new PopStateEvent('popstate'));
  };

  toggleTwin(): void {
    this.twin = !this.twin;
  }

  private onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 't' || event.key === 'T') {
      event.stopPropagation();
      this.toggleTwin();
    }
  };

  override render() {
    return html`
      <section class="panel" aria-label=${this.label} @tw-hover=${this.onHover}
        @tw-select=${this.onSelect} @tw-error=${this.onPanelError} @tw-open=${this.onOpen}
        @keydown=${this.onKey}>
        <header>
          <h2>${this.spec.title}</h2>
          ${this.spec.subtitle ? html`<span class="sub">${this.spec.subtitle}</span>` : nothing}
          ${this.renderChips()}
          <span class="actions">
            <button class="act" title="Table (T)" aria-label="Show as table"
              aria-pressed=${this.twin} @click=${this.toggleTwin}>${icon('table', 15)}</button>
            <button class="act" title="Full size (v)" aria-label="Full size"
              @click=${this.expand}>${icon('expand', 15)}</button>
          </span>
        </header>
        <div class="body">
          <div class="hold" ?hidden=${this.twin}></div>
          ${this.twin ? html`<tw-twin .data=${this.data}></tw-twin>` : nothing}
          ${this.renderState()}
        </div>
      </section>
    `;
  }

  private expand = (): void => {
    const event = { detail: { id: this.spec.id }, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent('tw-expand', event));
  };

  private renderChips() {
    const chip = (text: string, kind = '', hint = '') =>
      html`<span class="chip ${kind}" title=${hint}>${text}</span>`;
    const foreign = this.entry && !this.entry.bundled;
    const { state: now, asOf } = this.data;
    return html`
      ${foreign
        ? html`<span class="chip foreign" title="${this.entry?.vendor}, ${this.entry?.trust}">
            ${icon('plug', 11)} ${this.entry?.element} ${this.entry?.version}</span>`
        : nothing}
      ${now === 'stale' && !this.failure
        ? chip(`${age(Date.now() - asOf)} old`, 'warn', 'The server has not answered since')
        : nothing}
      ${now === 'partial' ? chip('partial', 'warn', 'The server skipped to the newest rows') : nothing}
    `;
  }

  private renderState() {
    const failed = this.failure || (this.data.state === 'error' ? this.data.error : '');
    if (failed) {
      const name = this.failure ? `Panel ${this.spec.panel}` : 'Query';
      return html`<div class="card" role="alert">
        <span class="bad">${icon('warning', 20)}</span>
        <strong>${name} failed</strong>
        <span class="why" title=${failed ?? ''}>${failed}</span>
        <button class="button" @click=${this.retry}>${icon('retry', 14)} Retry</button>
      </div>`;
    }
    if (this.data.state === 'loading' && this.data.frames.length === 0) {
      return html`<div class="bones" role="status" aria-label="Loading"><i></i><i></i><i></i></div>`;
    }
    if (this.shown === 'empty') {
      return html`<div class="card quiet">${icon('empty', 22)}<span>No data in this range</span></div>`;
    }
    return nothing;
  }
}
