// SPDX-License-Identifier: MIT
// <tw-boards>: the dashboards that are there.
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { BoardName } from '../data/boards';
import { controls } from '../look/controls';
import { icon } from '../look/icons';

@customElement('tw-boards')
export class TwBoards extends LitElement {
  static override styles = [controls, css`
    ul {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(260px, 1fr));
      gap: 12px;
      margin: 0;
      padding: 16px;
      list-style: none;
    }
    a {
      display: flex;
      align-items: center;
      gap: 12px;
      padding: 18px 16px;
      border: 1px solid var(--tw-border);
      border-radius: var(--tw-radius);
      background: var(--tw-surface);
      font-weight: 590;
      text-decoration: none;
      box-shadow: var(--tw-panel-shadow);
    }
    a:hover {
      border-color: var(--tw-border-2);
      background: var(--tw-surface-2);
    }
    .dim {
      margin-left: auto;
      font-weight: 400;
    }
  `];

  @property({ attribute: false }) boards: BoardName[] = [];

  override firstUpdated(): void {
    document.documentElement.dataset.ready = '1';
  }

  override render() {
    return html`<ul>${this.boards.map(({ slug, title, scope }) => html`<li>
      <a href="/d/${slug}">${icon('boards')} ${title}
        ${scope ? html`<span class="dim">one host</span>` : ''}</a></li>`)}</ul>`;
  }
}
