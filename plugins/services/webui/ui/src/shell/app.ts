// SPDX-License-Identifier: MIT
// <tw-app>: rail, top bar, the page of the current address, and the keyboard.
import { LitElement, css, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import '../board/board';
import type { TwBoard } from '../board/board';
import { loadBoard, loadBoards, type Board, type BoardName } from '../data/boards';
import { session } from '../data/session';
import { controls } from '../look/controls';
import { icon } from '../look/icons';
import './help';
import type { TwHelp } from './help';
import './palette';
import type { TwPalette } from './palette';
import './rail';
import { captureLinks, go, parse, type Route } from './route';
import './topbar';

const lazy = {
  hosts: () => import('../pages/hosts'),
  plugins: () => import('../pages/plugins'),
  alerts: () => import('../pages/alerts'),
  boards: () => import('../pages/boards'),
};

const jumps: Record<string, string> = { h: '/hosts', d: '/d', a: '/alerts', l: '/plugins', p: '/plugins' };

/** A new system has no hosts yet; ask again after this many ms. */
const waitForValues = 4000;

@customElement('tw-app')
export class TwApp extends LitElement {
  static override styles = [controls, css`
    :host {
      display: grid;
      grid-template: 56px minmax(0, 1fr) / 60px minmax(0, 1fr);
      height: 100dvh;
    }
    tw-rail {
      grid-row: 1 / 3;
    }
    main {
      overflow: auto;
      outline: none;
    }
    .note {
      display: grid;
      justify-items: center;
      gap: 8px;
      padding: 15vh 24px;
      color: var(--tw-text-2);
      text-align: center;
    }
    .note h1 {
      margin: 0;
      color: var(--tw-text);
      font-size: 16px;
      font-weight: 620;
    }
    .skip {
      position: fixed;
      z-index: 9;
      top: -60px;
      left: 70px;
    }
    .skip:focus {
      top: 10px;
    }
    @media (max-width: 899px) {
      :host {
        grid-template: 56px minmax(0, 1fr) auto / minmax(0, 1fr);
      }
      tw-rail {
        grid-row: 3;
        grid-column: 1;
      }
    }
  `];

  @state() private route: Route = parse(location.pathname);
  @state() private boards: BoardName[] = [];
  @state() private board: Board | undefined;
  @state() private vars: Record<string, string> = {};
  @state() private problem = '';
  @query('tw-help') private help!: TwHelp;
  @query('tw-palette') private palette!: TwPalette;
  private jumping = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('popstate', () => void this.follow());
    addEventListener('keydown', this.onKey);
    captureLinks(this);
    loadBoards().then((boards) => (this.boards = boards), (error) => (this.problem = String(error)));
    void this.follow();
  }

  private async follow(): Promise<void> {
    this.route = parse(location.pathname);
    this.problem = '';
    delete document.documentElement.dataset.ready;
    session.setHover(null);
    try {
      if (this.route.page in lazy) await lazy[this.route.page as keyof typeof lazy]();
      await this.openBoard();
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
    this.requestUpdate();
    document.title = `${this.heading.at(-1) ?? 'Tickwork'} · Tickwork`;
  }

  private async openBoard(): Promise<void> {
    const { route } = this;
    if (route.page !== 'board' && route.page !== 'host') {
      this.board = undefined;
      return;
    }
    const asked = new URLSearchParams(location.search);
    const board = await loadBoard(route.page === 'board' ? route.slug : await hostBoard());
    const vars: Record<string, string> = {};
    for (const variable of board.variables ?? []) {
      const value = asked.get(`var-${variable.name}`) ?? variable.values?.[0];
      vars[variable.name] = value ?? '';
    }
    if (route.page === 'host') vars.host = route.host;
    const last = Number(asked.get('last')) || board.range || 900;
    const [from, to] = [Number(asked.get('from')), Number(asked.get('to'))];
    session.begin(from && to ? { from, to } : { last });
    this.vars = vars;
    this.board = board;
    const waits = Object.values(vars).includes('');
    if (waits) setTimeout(() => this.route === route && void this.openBoard(), waitForValues);
  }

  private get heading(): string[] {
    switch (this.route.page) {
      case 'hosts':
        return ['Hosts'];
      case 'host':
        return ['Hosts', this.route.host];
      case 'boards':
        return ['Dashboards'];
      case 'board':
        return ['Dashboards', this.board?.title ?? this.route.slug];
      case 'alerts':
        return ['Alerts'];
      case 'plugins':
        return ['Plugins'];
      default:
        return ['Not found'];
    }
  }

  private onKey = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
      event.preventDefault();
      return this.palette.open();
    }
    const typing = event.composedPath()[0] instanceof HTMLInputElement;
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (this.renderRoot.querySelector('dialog[open]') || session.shortcutsOff) return;
    if (Date.now() - this.jumping < 1200 && jumps[event.key]) {
      this.jumping = 0;
      return go(jumps[event.key] as string);
    }
    this.single(event.key);
  };

  private single(key: string): void {
    const topbar = this.renderRoot.querySelector('tw-topbar');
    if (key === 'g') this.jumping = Date.now();
    if (key === '?') this.help.open();
    if (key === 't') topbar?.openRange();
    if (key === 'v') this.renderRoot.querySelector<TwBoard>('tw-board')?.viewFocused();
    if (key === '/') this.palette.open();
  }

  private setVariable = (event: CustomEvent<{ name: string; value: string }>): void => {
    const { name, value } = event.detail;
    if (this.route.page === 'host' && name === 'host') {
      return go(`/hosts/${encodeURIComponent(value)}`);
    }
    const url = new URL(location.href);
    url.searchParams.set(`var-${name}`, value);
    history.replaceState(null, '', url);
    this.vars = { ...this.vars, [name]: value };
  };

  override render() {
    return html`
      <a class="button skip" href="#main" @click=${this.skip}>Skip to content</a>
      <tw-rail .page=${this.route.page}></tw-rail>
      <tw-topbar .heading=${this.heading} .variables=${this.board?.variables ?? []}
        .vars=${this.vars} .timed=${this.board !== undefined}
        @tw-variable=${this.setVariable} @tw-search=${() => this.palette.open()}
        @tw-help=${() => this.help.open()}></tw-topbar>
      <main id="main" tabindex="-1">${this.renderPage()}</main>
      <tw-help></tw-help>
      <tw-palette .boards=${this.boards}></tw-palette>
    `;
  }

  private skip = (event: Event): void => {
    event.preventDefault();
    this.renderRoot.querySelector('main')?.focus();
  };

  private renderPage() {
    if (this.problem) return note('This page could not be opened', this.problem);
    switch (this.route.page) {
      case 'board':
      case 'host':
        return this.board
          ? html`<tw-board .board=${this.board} .vars=${this.vars}></tw-board>`
          : nothing;
      case 'hosts':
        return html`<tw-hosts></tw-hosts>`;
      case 'boards':
        return html`<tw-boards .boards=${this.boards}></tw-boards>`;
      case 'alerts':
        return html`<tw-alerts></tw-alerts>`;
      case 'plugins':
        return html`<tw-plugins></tw-plugins>`;
      default:
        return note('There is nothing at this address', location.pathname);
    }
  }
}

/** The board that shows one host. */
async function hostBoard(): Promise<string> {
  return (await loadBoards()).find(({ scope }) => scope === 'host')?.slug ?? 'machine';
}

function note(title: string, why: string) {
  return html`<div class="note" role="alert">${icon('warning', 26)}<h1>${title}</h1><span>${why}</span>
    <a class="button" href="/hosts">Back to the hosts</a></div>`;
}
