// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../dev/load.mjs';

const { text, split } = await load('format/number.ts');
const { age, clock, stamp } = await load('format/time.ts');

test('numbers keep three significant digits and their unit', () => {
  const cases = [
    [81.6, '%', '81.6%'], [0.1234, '%', '0.12%'], [100, '%', '100%'],
    [1536, 'B', '1.50 KiB'], [4.52 * 2 ** 30, 'B', '4.52 GiB'], [1023, 'B', '1023 B'],
    [217e6, 'B/s', '217 MB/s'], [0, 'B/s', '0 B/s'],
    [86412, '', '86.4k'], [128400, '', '128.4k'], [42, '', '42'], [-3.5, '', '−3.50'],
    [127500, '/s', '127.5k /s'], [690_000, 'ns', '690 µs'], [41e6, 'ns', '41 ms'], [3_542_400, 's', '41 d'],
    [NaN, '%', '–'], [null, '', '–'], [Infinity, '', '–'],
  ];
  for (const [value, unit, wanted] of cases) assert.equal(text(value, unit), wanted, `${value} ${unit}`);
});

test('the unit is apart for those who draw it smaller', () => {
  assert.deepEqual(split(12.34, 'ms'), { value: '12.3', unit: 'ms' });
  assert.deepEqual(split(undefined, 'ms'), { value: '–', unit: '' });
});

test('times', () => {
  assert.equal(clock(1_773_326_840_000, 'en-GB', 'UTC'), '14:47:20');
  assert.equal(stamp(1_773_326_840_000, 'en-GB', 'UTC'), 'Thu 12 Mar, 14:47:20');
  assert.deepEqual([59_000, 60_000, 7_200_000, 172_800_000].map((ms) => age(ms)), ['59 s', '1 min', '2 h', '2 d']);
});
