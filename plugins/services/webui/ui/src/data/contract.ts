// SPDX-License-Identifier: MIT
// The panel contract, api 1, as the shell sees it (API.md has the prose).
import type { Formatter } from '../format/formatter';

export type State = 'ok' | 'loading' | 'error' | 'partial' | 'stale' | 'empty';
export type Values = Float64Array | Uint32Array | Uint8Array | readonly unknown[];

export interface Column {
  name: string;
  type: 'time' | 'f64' | 'i64' | 'bool' | 'str' | 'enum' | 'json';
  unit?: string;
  labels?: Record<string, string>;
  config?: Record<string, unknown>;
  dictionary?: readonly string[];
  nulls?: Uint8Array;
  values: Values;
}

export interface Frame {
  query: number;
  name: string;
  columns: Column[];
}

export interface PanelData {
  state: State;
  error?: string;
  asOf: number;
  reduced?: boolean;
  read?: number;
  columns: Column[];
  frames: Frame[];
}

export interface Range {
  from: number;
  to: number;
  live: boolean;
}

export interface Environment {
  locale: string;
  timeZone: string;
  reducedMotion: boolean;
  dpr: number;
  compact: boolean;
  format?: Formatter;
}

/** What a panel element may offer; the shell sets a property only if the element has it. */
export interface PanelElement extends HTMLElement {
  options?: Record<string, unknown>;
  data?: PanelData;
  range?: Range;
  hover?: number | null;
  theme?: string;
  env?: Environment;
  describe?(): string;
}

export interface OptionSpec {
  type: string;
  value?: unknown;
  values?: unknown[];
  label?: string;
  group?: string;
  doc?: string;
}

/** A line of GET /api/panels. */
export interface Manifest {
  id: string;
  name: string;
  version: string;
  vendor: string;
  element: string;
  hash: string;
  url: string;
  trust: 'page' | 'frame';
  bundled: boolean;
  /** 'own': the panel itself shows that there are no rows. */
  empty?: string;
  error?: string;
  options: Record<string, OptionSpec>;
}
