// SPDX-License-Identifier: MIT
// <tw-rail>: the places, on the left of a wide window and at the bottom of a narrow one.
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { boot, getJson } from '../data/boards';
import { controls } from '../look/controls';
import { icon } from '../look/icons';

const places = [
  { href: '/hosts', label: 'Hosts', icon: 'hosts', pages: ['hosts', 'host'] },
  { href: '/d', label: 'Dashboards', icon: 'boards', pages: ['boards', 'board'] },
  { href: '/alerts', label: 'Alerts', icon: 'bell', pages: ['alerts'] },
  { href: '/plugins', label: 'Plugins', icon: 'plug', pages: ['plugins'] },
] as const;

const countEvery = 15_000;

@customElement('tw-rail')
export class TwRail extends LitElement {
  static override styles = [controls, css`
    nav {
      display: flex;
      flex-direction: column;
      align-items: center;
      gap: 6px;
      height: 100%;
      padding: 12px 0;
      border-right: 1px solid var(--tw-border);
      background: var(--tw-rail);
    }
    .brand {
      display: grid;
      place-items: center;
      width: 34px;
      height: 34px;
      margin-bottom: 14px;
      border-radius: 9px;
      background: var(--tw-accent);
      color: var(--tw-on-accent);
    }
    .place {
      position: relative;
      display: grid;
      place-items: center;
      width: 40px;
      height: 38px;
      border-radius: 9px;
      color: var(--tw-text-3);
      transition: background 120ms ease-out, color 120ms ease-out;
    }
    .place:hover {
      background: var(--tw-surface-2);
      color: var(--tw-text);
    }
    .place[aria-current] {
      background: var(--tw-accent-soft);
      color: var(--tw-accent);
    }
    .count {
      position: absolute;
      top: 1px;
      right: 1px;
      min-width: 17px;
      padding: 0 4px;
      border-radius: 9px;
      background: var(--tw-crit-g);
      color: #fff;
      font-size: 10px;
      font-weight: 620;
      line-height: 16px;
      text-align: center;
    }
    :host-context([data-theme='dark']) .count {
      color: #0b0d12;
    }
    @media (max-width: 899px) {
      nav {
        flex-direction: row;
        justify-content: space-around;
        height: auto;
        padding: 6px 8px calc(6px + env(safe-area-inset-bottom));
        border-top: 1px solid var(--tw-border);
        border-right: 0;
      }
      .brand {
        display: none;
      }
      .place {
        width: 56px;
      }
    }
  `];

  @property() page = '';
  @state() private open = boot.openAlerts ?? 0;
  private timer = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    setTimeout(() => void this.count(), 2000);
    this.timer = window.setInterval(() => void this.count(), countEvery);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  private async count(): Promise<void> {
    if (document.hidden) return;
    try {
      this.open = (await getJson<{ open: number }>('/api/alerts')).open;
    } catch {
      this.open = 0;
    }
  }

  override render() {
    return html`<nav aria-label="Places">
      <a class="brand" href="/" aria-label="Tickwork">${icon('pulse', 22)}</a>
      ${places.map((place) => html`
        <a class="place" href=${place.href} title=${place.label} aria-label=${place.label}
          aria-current=${(place.pages as readonly string[]).includes(this.page) ? 'page' : nothing}>
          ${icon(place.icon, 20)}
          ${place.icon === 'bell' && this.open > 0
            ? html`<span class="count" aria-label="${this.open} open">${this.open}</span>`
            : nothing}
        </a>`)}
    </nav>`;
  }
}
