// SPDX-License-Identifier: MIT
// Times for people: the clock of the axis, the long form of the tooltip, and ages.

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

function options(timeZone: string | undefined, rest: Intl.DateTimeFormatOptions) {
  return timeZone ? { ...rest, timeZone } : rest;
}

/** 14:47:20 */
export function clock(ms: number, locale = 'en-GB', timeZone?: string): string {
  const style = { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false } as const;
  return new Date(ms).toLocaleTimeString(locale, options(timeZone, style));
}

/** Thu 12 Mar, 14:47:20 */
export function stamp(ms: number, locale = 'en-GB', timeZone?: string): string {
  const style = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  const date = new Date(ms).toLocaleDateString(locale, options(timeZone, style)).replace(',', '');
  return `${date}, ${clock(ms, locale, timeZone)}`;
}

/** 4 min, 3 h, 2 d: one unit, rounded down. */
export function age(ms: number): string {
  if (ms < minute) return `${Math.max(0, Math.floor(ms / 1000))} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  if (ms < day) return `${Math.floor(ms / hour)} h`;
  return `${Math.floor(ms / day)} d`;
}
