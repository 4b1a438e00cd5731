// SPDX-License-Identifier: MIT
// Styles that several components share: buttons, focus, menus, status marks.
import { css } from 'lit';

export const controls = css`
  * {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: 2px solid var(--tw-accent);
    outline-offset: 2px;
  }
  button,
  a {
    color: inherit;
    font: inherit;
  }
  .button {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    height: 32px;
    padding: 0 12px;
    border: 1px solid var(--tw-border);
    border-radius: var(--tw-radius-field);
    background: var(--tw-surface);
    color: var(--tw-text);
    text-decoration: none;
    white-space: nowrap;
    cursor: pointer;
    transition: background 120ms ease-out, border-color 120ms ease-out;
  }
  .button:hover {
    background: var(--tw-surface-2);
    border-color: var(--tw-border-2);
  }
  .button.icon {
    width: 32px;
    padding: 0;
    justify-content: center;
    color: var(--tw-text-2);
  }
  .button.primary {
    background: var(--tw-accent);
    border-color: transparent;
    color: var(--tw-on-accent);
    font-weight: 590;
  }
  .dim {
    color: var(--tw-text-3);
  }
  kbd {
    padding: 1px 6px;
    border: 1px solid var(--tw-border-2);
    border-radius: 5px;
    color: var(--tw-text-3);
    font: 11px var(--tw-font);
  }
  .mark {
    display: inline-block;
    flex: none;
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--tw-ok-g);
    box-shadow: 0 0 0 3px var(--tw-ok-soft);
  }
  .mark.warn {
    border-radius: 1.5px;
    background: var(--tw-warn-g);
    box-shadow: 0 0 0 3px var(--tw-warn-soft);
    transform: rotate(45deg);
  }
  .mark.crit {
    border-radius: 1.5px;
    background: var(--tw-crit-g);
    box-shadow: 0 0 0 3px var(--tw-crit-soft);
  }
  .mark.idle {
    background: var(--tw-text-3);
    box-shadow: none;
  }
  @media (forced-colors: active) {
    .mark {
      forced-color-adjust: none;
      border: 1px solid CanvasText;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
      animation: none !important;
    }
  }
`;

export const popup = css`
  .menu {
    position: fixed;
    inset: auto;
    margin: 0;
    padding: 6px;
    min-width: 190px;
    border: 1px solid var(--tw-border-2);
    border-radius: 10px;
    background: var(--tw-surface-2);
    color: var(--tw-text);
    box-shadow: var(--tw-shadow);
  }
  .menu button {
    display: flex;
    align-items: center;
    gap: 8px;
    width: 100%;
    min-height: 30px;
    padding: 0 10px;
    border: 0;
    border-radius: 6px;
    background: none;
    text-align: left;
    cursor: pointer;
  }
  .menu button:hover,
  .menu button[aria-checked='true'] {
    background: var(--tw-surface-3);
  }
  .menu hr {
    border: 0;
    border-top: 1px solid var(--tw-border-2);
    margin: 6px 0;
  }
`;
