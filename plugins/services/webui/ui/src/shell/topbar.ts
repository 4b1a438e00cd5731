// SPDX-License-Identifier: MIT
// <tw-topbar>: where one is, the variables, the time range joined with Live, theme and help.
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Variable } from '../data/boards';
import { presets, rangeLabel, session } from '../data/session';
import { controls, popup } from '../look/controls';
import { icon } from '../look/icons';
import { topbarStyle } from './topbar_style';

const custom = css`
  .fixed {
    display: grid;
    gap: 6px;
    padding: 6px 10px 8px;
    font-size: 12px;
  }
  .fixed label {
    display: grid;
    gap: 3px;
    color: var(--tw-text-2);
  }
  .fixed input {
    height: 30px;
    padding: 0 8px;
    border: 1px solid var(--tw-field);
    border-radius: var(--tw-radius-field);
    background: var(--tw-surface);
    color: var(--tw-text);
    font: inherit;
  }
`;

/** "Last" goes away in a narrow window. */
function short(label: string) {
  return label.startsWith('Last ') ? html`<span class="last">Last </span>${label.slice(5)}` : label;
}

function local(ms: number): string {
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

@customElement('tw-topbar')
export class TwTopbar extends LitElement {
  static override styles = [controls, popup, custom, topbarStyle];

  @property({ attribute: false }) heading: string[] = [];
  @property({ attribute: false }) variables: Variable[] = [];
  @property({ attribute: false }) vars: Record<string, string> = {};
  @property({ type: Boolean }) timed = false;
  @state() private theme = session.theme;
  private stopListening: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    const again = () => this.requestUpdate();
    this.stopListening = [session.on('range', again), session.on('link', again)];
    this.stopListening.push(session.on('theme', () => (this.theme = session.theme)));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopListening.forEach((stop) => stop());
  }

  openRange(): void {
    if (this.timed) this.menu('range').showPopover();
  }

  private menu(name: string): HTMLElement {
    return this.renderRoot.querySelector(`#menu-${CSS.escape(name)}`) as HTMLElement;
  }

  private fire(name: string, detail: unknown = null): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Below its button, kept inside the window; focus goes to the chosen line. */
  private place = (event: ToggleEvent): void => {
    const menu = event.target as HTMLElement;
    if (event.newState !== 'open') return;
    const button = this.renderRoot.querySelector(`[popovertarget="${menu.id}"]`) as HTMLElement;
    const box = button.getBoundingClientRect();
    menu.style.top = `${box.bottom + 6}px`;
    menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8))}px`;
    (menu.querySelector<HTMLElement>('[aria-checked="true"]') ?? menu.querySelector('button'))?.focus();
  };

  private walk = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    const lines = [...(event.currentTarget as HTMLElement).querySelectorAll('button')];
    const at = lines.indexOf(event.target as HTMLButtonElement);
    lines[(at + step + lines.length) % lines.length]?.focus();
  };

  private pick(menu: string, act: () => void): void {
    this.menu(menu).hidePopover();
    act();
  }

  private askFixed = (): void => {
    const at = (id: string) => (this.renderRoot.querySelector(`#${id}`) as HTMLInputElement).value;
    const from = new Date(at('from')).getTime();
    const to = new Date(at('to')).getTime();
    if (to > from) this.pick('range', () => session.ask({ from, to }));
  };

  override render() {
    return html`<header>
      ${this.renderHeading()}
      <div class="vars">${this.variables.map((variable) => this.renderVariable(variable))}</div>
      <span class="gap"></span>
      <button class="button search" aria-label="Search" @click=${() => this.fire('tw-search')}>
        ${icon('search', 15)}<span class="dim">Search…</span><kbd>Ctrl K</kbd>
      </button>
      ${this.timed ? this.renderTime() : nothing}
      <button class="button icon theme" aria-label=${this.theme === 'dark' ? 'Light theme' : 'Dark theme'}
        title=${this.theme === 'dark' ? 'Light theme' : 'Dark theme'}
        @click=${() => session.setTheme(this.theme === 'dark' ? 'light' : 'dark')}>
        ${icon(this.theme === 'dark' ? 'sun' : 'moon', 16)}
      </button>
      <button class="button icon help" aria-label="Keyboard help" title="Keyboard help (?)"
        @click=${() => this.fire('tw-help')}>${icon('help', 16)}</button>
    </header>`;
  }

  private renderHeading() {
    const [place, name] = this.heading;
    const href = place === 'Hosts' ? '/hosts' : '/d';
    if (!name) return html`<h1>${place}</h1>`;
    return html`<span class="crumb"><a href=${href}>${place}</a><i>/</i></span><h1>${name}</h1>`;
  }

  private renderVariable({ name, label, values = [] }: Variable) {
    const now = this.vars[name] ?? '';
    const id = `menu-var-${name}`;
    return html`<button class="button var" popovertarget=${id} aria-haspopup="menu">
        <span class="dim">${label ?? name}</span><b>${now || 'none'}</b>
        <span class="dim">${icon('down', 14)}</span>
      </button>
      <div class="menu" id=${id} popover role="menu" @toggle=${this.place} @keydown=${this.walk}>
        ${values.map((value) => html`<button role="menuitemradio" aria-checked=${value === now}
          @click=${() => this.pick(`var-${name}`, () => this.fire('tw-variable', { name, value }))}>
          ${value}</button>`)}
      </div>`;
  }

  private renderTime() {
    const live = session.range.live;
    const link = live ? session.link : 'paused';
    const word = { live: 'Live', connecting: 'Connecting', paused: 'Paused' }[link];
    const { from, to } = session.range;
    return html`<div class="time" role="group" aria-label="Time">
      <button class="button" popovertarget="menu-range" aria-haspopup="menu" title="Time range (t)">
        ${icon('clock', 15)}<b>${short(rangeLabel(session.asked))}</b><span class="dim">${icon('down', 14)}</span>
      </button><button class="button live" aria-pressed=${live} title=${live ? 'Pause' : 'Go live'}
        @click=${this.toggleLive}>
        <span class="mark ${link === 'live' ? '' : link === 'paused' ? 'idle' : 'warn'}"></span>
        <b>${word}</b>${link === 'live' ? html`<span class="dim every">1 s</span>` : nothing}
      </button>
      <div class="menu" id="menu-range" popover role="menu" @toggle=${this.place} @keydown=${this.walk}>
        ${presets.map(([seconds, name]) => html`<button role="menuitemradio"
          aria-checked=${'last' in session.asked && session.asked.last === seconds}
          @click=${() => this.pick('range', () => session.ask({ last: seconds }))}>${name}</button>`)}
        <hr />
        <div class="fixed">
          <label>From <input id="from" type="datetime-local" .value=${local(from)} /></label>
          <label>To <input id="to" type="datetime-local" .value=${local(to)} /></label>
          <button class="button" @click=${this.askFixed}>Show this range</button>
        </div>
      </div>
    </div>`;
  }

  private toggleLive = (): void => {
    if ('last' in session.asked) return session.setLive(!session.live);
    session.live = true;
    if (!session.back()) session.ask({ last: 900 });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-topbar': TwTopbar;
  }
}
