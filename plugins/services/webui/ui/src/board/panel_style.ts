// SPDX-License-Identifier: MIT
// How <tw-panel> looks, its five states included.
import { css } from 'lit';

export const panelStyle = css`
  :host {
    display: block;
    min-width: 0;
    min-height: 0;
  }
  .panel {
    display: flex;
    flex-direction: column;
    height: 100%;
    overflow: hidden;
    border: 1px solid var(--tw-border);
    border-radius: var(--tw-radius);
    background: var(--tw-surface);
    box-shadow: var(--tw-panel-shadow);
  }
  header {
    display: flex;
    align-items: center;
    gap: 8px;
    flex: none;
    height: 36px;
    padding: 0 14px;
    min-width: 0;
  }
  h2 {
    margin: 0;
    font-size: 13px;
    font-weight: 590;
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .sub {
    min-width: 0;
    overflow: hidden;
    color: var(--tw-text-3);
    font-size: 12px;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    height: 20px;
    padding: 0 7px;
    border: 1px solid var(--tw-border-2);
    border-radius: var(--tw-radius-chip);
    color: var(--tw-text-2);
    font-size: 11px;
    white-space: nowrap;
  }
  .chip.warn {
    border-color: transparent;
    background: var(--tw-warn-soft);
    color: var(--tw-warn);
  }
  .actions {
    display: flex;
    gap: 2px;
    margin-left: auto;
    opacity: 0;
    transition: opacity 120ms ease-out;
  }
  .panel:hover .actions,
  .panel:focus-within .actions {
    opacity: 1;
  }
  .act {
    display: grid;
    place-items: center;
    width: 26px;
    height: 26px;
    padding: 0;
    border: 0;
    border-radius: 6px;
    background: none;
    color: var(--tw-text-3);
    cursor: pointer;
  }
  .act:hover,
  .act[aria-pressed='true'] {
    background: var(--tw-surface-2);
    color: var(--tw-text);
  }
  .body {
    position: relative;
    container-type: size;
    flex: 1;
    min-height: 0;
  }
  .hold {
    position: absolute;
    inset: 0;
    transition: opacity 120ms ease-out;
  }
  .hold[hidden] {
    display: none;
  }
  .content {
    display: block;
    width: 100%;
    height: 100%;
    contain: strict;
  }
  :host([data-state='loading']) .hold {
    opacity: 0.6;
  }
  :host([data-state='error']) .hold,
  :host([data-state='empty']) .hold {
    visibility: hidden;
  }
  .card {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: safe center;
    gap: 6px;
    padding: 4px 14px 14px;
    overflow: auto;
    color: var(--tw-text-2);
    font-size: 12px;
    text-align: center;
  }
  .card strong {
    color: var(--tw-text);
    font-weight: 590;
  }
  .card .bad {
    color: var(--tw-crit);
  }
  .card .why {
    max-width: 46ch;
    overflow-wrap: anywhere;
  }
  .card .button {
    height: 28px;
    margin-top: 4px;
    font-size: 12px;
  }
  @container (max-height: 110px) {
    .card {
      gap: 2px;
      padding: 0 14px 6px;
    }
    .card .bad {
      display: none;
    }
    .card .why {
      max-width: 100%;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .card .button {
      height: 24px;
    }
  }
  .card.quiet {
    color: var(--tw-text-3);
  }
  .bones {
    position: absolute;
    inset: 6px 14px 16px;
    display: flex;
    flex-direction: column;
    justify-content: space-evenly;
  }
  .bones i {
    height: 8px;
    border-radius: 4px;
    background: var(--tw-surface-2);
    animation: breathe 1.4s ease-in-out infinite alternate;
  }
  .bones i:nth-child(2) {
    width: 78%;
  }
  .bones i:nth-child(3) {
    width: 52%;
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
`;
