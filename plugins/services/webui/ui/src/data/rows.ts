// SPDX-License-Identifier: MIT
// Frames as objects, for the pages that list things.
import type { Frame } from './contract';

export type Row = Record<string, unknown>;

export function rows(frame: Frame | undefined): Row[] {
  if (!frame) return [];
  const count = frame.columns[0]?.values.length ?? 0;
  return Array.from({ length: count }, (_, index) => {
    const row: Row = {};
    for (const { name, dictionary, values } of frame.columns) {
      const value = values[index];
      row[name] = dictionary ? dictionary[value as number] : value;
    }
    return row;
  });
}

/** By one key, missing values last, `sign` −1 for descending. */
export function sorted(list: Row[], key: string, sign: number): Row[] {
  const missing = (value: unknown) => value === undefined || value === null || Number.isNaN(value);
  return [...list].sort((a, b) => {
    const [left, right] = [a[key], b[key]];
    if (missing(left) || missing(right)) return Number(missing(left)) - Number(missing(right));
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
    return sign * String(left).localeCompare(String(right), undefined, { numeric: true });
  });
}
