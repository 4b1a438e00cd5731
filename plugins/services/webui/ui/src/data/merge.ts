// SPDX-License-Identifier: MIT
// Joins an append message to what a panel shows: old rows out on the left, the open bucket
// replaced, new rows on the right. New arrays every time, because panels share the old ones.
import type { Column, Frame } from './contract';
import type { Message } from './wire';

type Numbers = Float64Array | Uint32Array | Uint8Array;

function timesOf(frame: Frame): Float64Array | undefined {
  const column = frame.columns[0];
  return column?.type === 'time' ? (column.values as Float64Array) : undefined;
}

/** Index of the first time at or after `bound`. */
export function lowerBound(times: Float64Array, bound: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nothing(column: Column, rows: number): Numbers {
  if (column.type === 'str' || column.type === 'enum') return new Uint32Array(rows);
  if (column.type === 'bool') return new Uint8Array(rows);
  return new Float64Array(rows).fill(NaN);
}

function joined(left: Numbers, right: Numbers): Numbers {
  const Kind = left.constructor as new (length: number) => Numbers;
  const all = new Kind(left.length + right.length);
  all.set(left, 0);
  all.set(right, left.length);
  return all;
}

/** Text columns of an append carry their own dictionary, so only numbers can be joined. */
function joinable(column: Column): boolean {
  return column.type === 'time' || column.type === 'f64' || column.type === 'i64';
}

function appended(old: Frame, fresh: Frame, since: number, dropBefore: number): Frame {
  const oldTimes = timesOf(old);
  const freshTimes = timesOf(fresh);
  if (!oldTimes || !freshTimes || !fresh.columns.every(joinable)) return fresh;
  const from = lowerBound(oldTimes, dropBefore);
  const to = Math.max(from, lowerBound(oldTimes, since));
  const columns = old.columns.map((column) => {
    const same = fresh.columns.find((other) => other.name === column.name);
    const tail = (same?.values ?? nothing(column, freshTimes.length)) as Numbers;
    return { ...column, values: joined((column.values as Numbers).subarray(from, to), tail) };
  });
  for (const column of fresh.columns) {
    if (old.columns.some((other) => other.name === column.name)) continue;
    const values = joined(nothing(column, to - from), column.values as Numbers);
    columns.push({ ...column, values });
  }
  return { ...old, columns };
}

/** The frames to show after `message`. */
export function merge(shown: readonly Frame[], message: Message): Frame[] {
  if (message.kind === 'full') return message.frames;
  const since = message.since ?? -Infinity;
  const dropBefore = message.dropBefore ?? -Infinity;
  const same = (a: Frame, b: Frame) => a.query === b.query && a.name === b.name;
  const merged = shown.map((old) => {
    const fresh = message.frames.find((frame) => same(frame, old));
    return fresh ? appended(old, fresh, since, dropBefore) : old;
  });
  const added = message.frames.filter((frame) => !shown.some((old) => same(frame, old)));
  return [...merged, ...added];
}
