// SPDX-License-Identifier: MIT
// <tw-palette>: Ctrl K. Pages, boards and hosts in one list, filtered while typing.
import { LitElement, css, html } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { getJson, type BoardName } from '../data/boards';
import { controls } from '../look/controls';
import { icon } from '../look/icons';
import { dialogStyle } from './dialog_style';
import { go } from './route';

interface Entry {
  name: string;
  kind: string;
  href: string;
}

const pages: Entry[] = [
  { name: 'Hosts', kind: 'page', href: '/hosts' },
  { name: 'Dashboards', kind: 'page', href: '/d' },
  { name: 'Alerts', kind: 'page', href: '/alerts' },
  { name: 'Plugins', kind: 'page', href: '/plugins' },
];

const most = 12;

@customElement('tw-palette')
export class TwPalette extends LitElement {
  static override styles = [controls, dialogStyle, css`
    dialog {
      margin-top: 12vh;
    }
    .field {
      display: flex;
      align-items: center;
      gap: 10px;
      padding: 0 16px;
      border-bottom: 1px solid var(--tw-border);
      color: var(--tw-text-3);
    }
    input {
      flex: 1;
      height: 48px;
      border: 0;
      outline: 0;
      background: none;
      color: var(--tw-text);
      font: 14px var(--tw-font);
    }
    ul {
      margin: 0;
      padding: 6px;
      list-style: none;
    }
    li {
      display: flex;
      justify-content: space-between;
      padding: 8px 12px;
      border-radius: 7px;
      cursor: pointer;
    }
    li[aria-selected='true'] {
      background: var(--tw-surface-3);
    }
  `];

  @property({ attribute: false }) boards: BoardName[] = [];
  @state() private hosts: Entry[] = [];
  @state() private wanted = '';
  @state() private at = 0;
  private asking: Promise<void> | undefined;
  @query('dialog') private dialog!: HTMLDialogElement;

  open(): void {
    if (this.dialog.open) return;
    this.wanted = '';
    this.at = 0;
    this.dialog.showModal();
    this.renderRoot.querySelector('input')?.focus();
    this.asking = this.askHosts();
  }

  private async askHosts(): Promise<void> {
    try {
      const list = await getJson<{ host: string }[]>('/api/hosts');
      const entry = ({ host }: { host: string }) =>
        ({ name: host, kind: 'host', href: `/hosts/${encodeURIComponent(host)}` });
      this.hosts = list.map(entry);
    } catch {
      this.hosts = [];
    }
  }

  private get entries(): Entry[] {
    const boards = this.boards.map(({ slug, title }) =>
      ({ name: title, kind: 'dashboard', href: `/d/${slug}` }));
    const wanted = this.wanted.toLowerCase();
    const all = [...pages, ...boards, ...this.hosts];
    return all.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, most);
  }

  private choose(entry: Entry | undefined): void {
    if (!entry || !this.dialog.open) return;
    this.dialog.close();
    go(entry.href);
  }

  /** A quick typist is ahead of the list of hosts. */
  private async enter(): Promise<void> {
    if (this.entries.length === 0) await this.asking;
    this.choose(this.entries[this.at]);
  }

  private onKey = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const count = this.entries.length;
    if (event.key === 'Enter') void this.enter();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || count === 0) return;
    event.preventDefault();
    this.at = (this.at + step + count) % count;
  };

  private onInput = (event: Event): void => {
    this.wanted = (event.target as HTMLInputElement).value;
    this.at = 0;
  };

  override render() {
    return html`<dialog aria-label="Search" @keydown=${this.onKey} @click=${(event: Event) => {
      if (event.target === this.dialog) this.dialog.close();
    }}>
      <div class="field">${icon('search', 16)}
        <input type="text" role="combobox" aria-expanded="true" aria-controls="found"
          aria-label="Search pages, dashboards and hosts" placeholder="Pages, dashboards, hosts…"
          aria-activedescendant="entry-${this.at}" .value=${this.wanted} @input=${this.onInput} />
      </div>
      <ul id="found" role="listbox">${this.entries.map((entry, index) => html`
        <li role="option" id="entry-${index}" aria-selected=${index === this.at}
          @click=${() => this.choose(entry)} @mousemove=${() => (this.at = index)}>
          <span>${entry.name}</span><span class="dim">${entry.kind}</span></li>`)}
      </ul>
    </dialog>`;
  }
}
