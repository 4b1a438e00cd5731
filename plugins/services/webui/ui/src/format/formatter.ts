// SPDX-License-Identifier: MIT
// What a panel gets as `env.format`, so that panels agree on how numbers and times look.
import { age, clock, stamp } from './time';
import { split, text, type Shown } from './number';

export interface Formatter {
  number(value: number | null | undefined, unit?: string, digits?: number): string;
  split(value: number | null | undefined, unit?: string, digits?: number): Shown;
  clock(ms: number): string;
  stamp(ms: number): string;
  age(ms: number): string;
}

export function formatter(locale: string, timeZone: string | undefined): Formatter {
  return {
    number: text,
    split,
    clock: (ms) => clock(ms, locale, timeZone),
    stamp: (ms) => stamp(ms, locale, timeZone),
    age,
  };
}
