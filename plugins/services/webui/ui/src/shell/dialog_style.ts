// SPDX-License-Identifier: MIT
import { css } from 'lit';

export const dialogStyle = css`
  dialog {
    width: min(520px, calc(100vw - 32px));
    max-height: 76vh;
    padding: 0;
    border: 1px solid var(--tw-border-2);
    border-radius: 12px;
    background: var(--tw-surface);
    color: var(--tw-text);
    box-shadow: var(--tw-shadow);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.5);
  }
  h2 {
    margin: 0;
    padding: 16px 18px 8px;
    font-size: 16px;
    font-weight: 620;
  }
`;
