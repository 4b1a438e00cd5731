// SPDX-License-Identifier: MIT
import { css } from 'lit';

export const topbarStyle = css`
  :host {
    min-width: 0;
  }
  header {
    display: flex;
    align-items: center;
    gap: 8px;
    height: 56px;
    padding: 0 16px;
    border-bottom: 1px solid var(--tw-border);
    background: var(--tw-rail);
  }
  h1 {
    margin: 0 12px 0 0;
    font-size: 16px;
    font-weight: 620;
    letter-spacing: -0.01em;
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .crumb {
    display: flex;
    gap: 8px;
    color: var(--tw-text-2);
    font-size: 16px;
  }
  .crumb a {
    border-radius: 4px;
    text-decoration: none;
  }
  .crumb a:hover {
    color: var(--tw-text);
  }
  .crumb i {
    color: var(--tw-border-2);
    font-style: normal;
  }
  .vars {
    display: flex;
    gap: 8px;
  }
  b {
    font-weight: 590;
  }
  .gap {
    flex: 1;
  }
  .search {
    width: 184px;
    color: var(--tw-text-3);
  }
  .search kbd {
    margin-left: auto;
  }
  .time {
    display: flex;
  }
  .time > .button:first-child {
    border-radius: var(--tw-radius-field) 0 0 var(--tw-radius-field);
    color: var(--tw-text-2);
  }
  .time > .button:first-child b {
    color: var(--tw-text);
  }
  .time > .live {
    margin-left: -1px;
    border-radius: 0 var(--tw-radius-field) var(--tw-radius-field) 0;
  }
  .live .mark {
    width: 7px;
    height: 7px;
  }
  @media (max-width: 1180px) {
    .search span,
    .search kbd {
      display: none;
    }
    .search {
      width: 32px;
      padding: 0;
      justify-content: center;
    }
  }
  @media (max-width: 899px) {
    header {
      gap: 6px;
      padding: 0 12px;
    }
    .crumb,
    .every,
    .help {
      display: none;
    }
    h1 {
      flex: 1 1 60px;
      min-width: 60px;
      margin-right: 4px;
    }
    .gap {
      display: none;
    }
    .button {
      padding: 0 9px;
    }
    .var .dim:first-child {
      display: none;
    }
  }
  @media (max-width: 520px) {
    .search,
    .vars,
    .last,
    .time > .button:first-child > svg {
      display: none;
    }
  }
`;
