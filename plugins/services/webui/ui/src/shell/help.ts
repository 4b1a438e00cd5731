// SPDX-License-Identifier: MIT
// <tw-help>: the keyboard, and the switch for single keys.
import { LitElement, css, html } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { session } from '../data/session';
import { controls } from '../look/controls';
import { dialogStyle } from './dialog_style';

const keys: [string, string][] = [
  ['g h', 'Hosts'],
  ['g d', 'Dashboards'],
  ['g a', 'Alerts'],
  ['g l', 'Plugins'],
  ['Ctrl K', 'Search everything'],
  ['t', 'Time range; on a panel: show as table'],
  ['v', 'Full size for the focused panel'],
  ['← →', 'Move the crosshair on a focused chart (Shift ×10, Home, End)'],
  ['↑ ↓', 'Choose a series on a focused chart'],
  ['Esc', 'Back from a zoom or full size'],
  ['?', 'This list'],
];

@customElement('tw-help')
export class TwHelp extends LitElement {
  static override styles = [controls, dialogStyle, css`
    dl {
      display: grid;
      grid-template-columns: auto 1fr;
      gap: 8px 16px;
      margin: 0;
      padding: 4px 18px 16px;
    }
    dd {
      margin: 0;
      color: var(--tw-text-2);
    }
    label {
      display: flex;
      align-items: center;
      gap: 8px;
      padding: 12px 18px;
      border-top: 1px solid var(--tw-border);
    }
  `];

  @query('dialog') private dialog!: HTMLDialogElement;

  open(): void {
    this.dialog.showModal();
  }

  private toggle = (event: Event): void => {
    session.setShortcutsOff(!(event.target as HTMLInputElement).checked);
  };

  override render() {
    return html`<dialog aria-labelledby="title" @click=${(event: Event) => {
      if (event.target === this.dialog) this.dialog.close();
    }}>
      <h2 id="title">Keyboard</h2>
      <dl>${keys.map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`)}</dl>
      <label><input type="checkbox" .checked=${!session.shortcutsOff} @change=${this.toggle} />
        Single-key shortcuts</label>
    </dialog>`;
  }
}
