// SPDX-License-Identifier: MIT
// <tw-twin>: the same numbers as a real table, newest first, for whoever prefers or needs it.
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Column, Frame, PanelData } from '../data/contract';
import { text } from '../format/number';
import { stamp } from '../format/time';

const most = 200;

export function cell(column: Column, row: number): string {
  const value = column.values[row];
  switch (column.type) {
    case 'time':
      return stamp(value as number);
    case 'str':
    case 'enum':
      return column.dictionary?.[value as number] ?? '–';
    case 'bool':
      return value ? 'yes' : 'no';
    case 'json':
      return Array.isArray(value) ? value.join(', ') : String(value ?? '–');
    default:
      return text(value as number, column.unit, 4);
  }
}

@customElement('tw-twin')
export class TwTwin extends LitElement {
  static override styles = css`
    :host {
      position: absolute;
      inset: 0;
      overflow: auto;
      padding: 0 14px 10px;
      font-size: 12px;
    }
    table {
      width: 100%;
      border-collapse: collapse;
      margin-bottom: 10px;
    }
    th {
      position: sticky;
      top: 0;
      background: var(--tw-surface);
      color: var(--tw-text-3);
      font-weight: 500;
    }
    th,
    td {
      padding: 3px 12px 3px 0;
      border-bottom: 1px solid var(--tw-border);
      text-align: right;
      white-space: nowrap;
    }
    th:first-child,
    td:first-child {
      text-align: left;
    }
  `;

  @property({ attribute: false }) data!: PanelData;

  override render() {
    return this.data.frames.map((frame) => this.renderFrame(frame));
  }

  private renderFrame(frame: Frame) {
    const rows = frame.columns[0]?.values.length ?? 0;
    const shown = Array.from({ length: Math.min(rows, most) }, (_, i) => rows - 1 - i);
    return html`<table>
      <thead><tr>${frame.columns.map((column) => html`<th scope="col">${column.name}</th>`)}</tr></thead>
      <tbody>${shown.map((row) => html`<tr>
        ${frame.columns.map((column) => html`<td>${cell(column, row)}</td>`)}
      </tr>`)}</tbody>
    </table>`;
  }
}
