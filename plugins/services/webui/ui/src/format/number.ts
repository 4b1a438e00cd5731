// SPDX-License-Identifier: MIT
// Numbers for people: three or four significant digits, a true minus, an en dash for missing, and
// the unit kept apart so that the page can draw it smaller.

export interface Shown {
  value: string;
  unit: string;
}

interface Scale {
  step: number;
  names: string[];
}

const binary: Scale = { step: 1024, names: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] };
const rate: Scale = { step: 1000, names: ['B/s', 'kB/s', 'MB/s', 'GB/s', 'TB/s'] };
const bits: Scale = { step: 1000, names: ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'] };
const plain: Scale = { step: 1000, names: ['', 'k', 'M', 'G', 'T'] };
const times: [number, string][] = [
  [86400e9, 'd'],
  [3600e9, 'h'],
  [60e9, 'min'],
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
];
const toNanoseconds: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 };

/** About `digits` significant digits; whole numbers without decimals, others with all of theirs,
 *  so that a number that moves keeps its width. */
export function significant(value: number, digits = 3): string {
  const size = Math.abs(value);
  const before = size < 1 ? 1 : Math.floor(Math.log10(size)) + 1;
  const after = Number.isInteger(value) ? 0 : Math.max(0, digits - before);
  return value.toFixed(after).replace('-', '−');
}

function scaled(value: number, scale: Scale, digits: number): Shown {
  let index = 0;
  let rest = value;
  while (Math.abs(rest) >= scale.step * 0.9995 && index < scale.names.length - 1) {
    rest /= scale.step;
    index += 1;
  }
  return { value: significant(rest, digits), unit: scale.names[index] ?? '' };
}

function elapsed(nanoseconds: number, digits: number): Shown {
  const size = Math.abs(nanoseconds);
  for (const [length, name] of times) {
    if (size >= length) return { value: significant(nanoseconds / length, digits), unit: name };
  }
  return { value: '0', unit: 's' };
}

/** Counts with a scale letter keep one decimal: 1.2k, 86.4k, 128.4k. */
function tenths(value: number, letter: string): string {
  const scale = plain.step ** plain.names.indexOf(letter);
  return (value / scale).toFixed(1).replace('-', '−');
}

/** The value as it is shown, with its unit apart. */
export function split(value: number | null | undefined, unit = '', digits = 3): Shown {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return { value: '–', unit: '' };
  }
  if (unit in toNanoseconds) return elapsed(value * (toNanoseconds[unit] ?? 1), digits);
  switch (unit) {
    case '%':
      return { value: significant(value, digits), unit: '%' };
    case 'B':
      return scaled(value, binary, digits);
    case 'B/s':
      return scaled(value, rate, digits);
    case 'bit/s':
      return scaled(value, bits, digits);
    case '':
    case '/s': {
      const shown = scaled(value, plain, digits);
      if (shown.unit) shown.value = tenths(value, shown.unit);
      return { value: shown.value, unit: shown.unit + (unit && ` ${unit}`) };
    }
    default:
      return { value: significant(value, digits), unit };
  }
}

/** One string: no space before `%` and the plain scale letters, one before other units. */
export function text(value: number | null | undefined, unit = '', digits = 3): string {
  const shown = split(value, unit, digits);
  const close = shown.unit === '' || shown.unit === '%' || /^[kMGT]( \/s)?$/.test(shown.unit);
  return shown.value + (close ? '' : ' ') + shown.unit;
}
