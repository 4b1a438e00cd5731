// SPDX-License-Identifier: MIT
import { css } from 'lit';

export const listStyle = css`
  .page {
    padding: 14px 16px 24px;
  }
  .bar {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
    margin-bottom: 12px;
  }
  .bar p {
    margin: 0;
    color: var(--tw-text-2);
  }
  .bar b {
    color: var(--tw-text);
    font-weight: 590;
  }
  .find {
    display: flex;
    align-items: center;
    gap: 8px;
    width: 240px;
    height: 32px;
    padding: 0 10px;
    border: 1px solid var(--tw-field);
    border-radius: var(--tw-radius-field);
    background: var(--tw-surface);
    color: var(--tw-text-3);
  }
  .find:focus-within {
    outline: 2px solid var(--tw-accent);
    outline-offset: 1px;
  }
  .find input {
    flex: 1;
    min-width: 0;
    border: 0;
    outline: 0;
    background: none;
    color: var(--tw-text);
    font: inherit;
  }
  .sheet {
    overflow-x: auto;
    border: 1px solid var(--tw-border);
    border-radius: var(--tw-radius);
    background: var(--tw-surface);
    box-shadow: var(--tw-panel-shadow);
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th {
    height: 38px;
    padding: 0 14px;
    border-bottom: 1px solid var(--tw-border);
    color: var(--tw-text-3);
    font-size: 12px;
    font-weight: 500;
    text-align: left;
    white-space: nowrap;
  }
  th button {
    height: 38px;
    padding: 0;
    border: 0;
    background: none;
    cursor: pointer;
  }
  th button:hover {
    color: var(--tw-text);
  }
  th[aria-sort='ascending'] button::after {
    content: ' ↑';
  }
  th[aria-sort='descending'] button::after {
    content: ' ↓';
  }
  td {
    height: 40px;
    padding: 0 14px;
    white-space: nowrap;
  }
  tr + tr td {
    border-top: 1px solid var(--tw-border);
  }
  tbody tr:hover td {
    background: var(--tw-surface-2);
  }
  .number {
    text-align: right;
  }
  .name {
    display: inline-flex;
    align-items: center;
    gap: 10px;
    color: var(--tw-text);
    font-weight: 590;
    text-decoration: none;
  }
  a.name:hover {
    color: var(--tw-accent);
  }
  .share {
    display: inline-flex;
    align-items: center;
    gap: 12px;
  }
  .track {
    width: 72px;
    height: 6px;
    overflow: hidden;
    border-radius: 3px;
    background: var(--tw-surface-3);
  }
  .track span {
    display: block;
    height: 100%;
    border-radius: 3px;
  }
  .tag {
    display: inline-block;
    margin-right: 6px;
    padding: 1px 7px;
    border: 1px solid var(--tw-border-2);
    border-radius: var(--tw-radius-chip);
    color: var(--tw-text-2);
    font-size: 11px;
  }
  .name .tag {
    margin: 0 0 0 -2px;
    font-weight: 400;
    cursor: help;
  }
  .tag.runtime {
    border-color: var(--tw-info);
    color: var(--tw-info);
  }
  tr.gone .name {
    color: var(--tw-text-3);
    font-weight: 400;
  }
  tr.gone .name .word {
    text-decoration: line-through;
  }
  h2 {
    display: flex;
    align-items: baseline;
    gap: 10px;
    margin: 24px 0 10px;
    color: var(--tw-text);
    font-size: 13px;
    font-weight: 590;
  }
  h2 span {
    color: var(--tw-text-2);
    font-weight: 400;
  }
  .crit-text {
    color: var(--tw-crit);
  }
  .warn-text {
    color: var(--tw-warn);
  }
  .ok-text {
    color: var(--tw-ok);
  }
  .info-text {
    color: var(--tw-info);
  }
  .none {
    padding: 40px;
    color: var(--tw-text-3);
    text-align: center;
  }
  .problem {
    display: flex;
    align-items: center;
    gap: 8px;
    margin-bottom: 12px;
    padding: 10px 14px;
    border-radius: var(--tw-radius);
    background: var(--tw-crit-soft);
    color: var(--tw-crit);
  }
  @media (max-width: 899px) {
    .find {
      width: 140px;
    }
  }
`;
