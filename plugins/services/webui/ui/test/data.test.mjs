// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from '../dev/wire.mjs';
import { load } from '../dev/load.mjs';

const { decode, Splitter } = await load('data/wire.ts');
const { merge } = await load('data/merge.ts');

const columns = (times, values, name = 'v') => [
  { name: 'time', type: 'time', values: Float64Array.from(times) },
  { name, type: 'f64', values: Float64Array.from(values) },
];
const bytes = (message) => message.buffer.slice(message.byteOffset, message.byteOffset + message.length);

test('a message comes back as views', () => {
  const frames = [{ columns: [...columns([1, 2], [3, NaN]), { name: 'host', type: 'str', values: ['ä', 'b'] }] }];
  const message = decode(bytes(encode({ panel: 'p', kind: 'full', asOf: 5 }, frames)));
  assert.equal(message.panel, 'p');
  const [time, value, host] = message.frames[0].columns;
  assert.deepEqual([...time.values], [1, 2]);
  assert.deepEqual([...value.values], [3, NaN]);
  assert.deepEqual([...host.values].map((index) => host.dictionary[index]), ['ä', 'b']);
});

test('any split of the stream gives the same messages', () => {
  const stream = Buffer.concat([1, 2, 3].map((n) =>
    encode({ panel: `p${n}`, kind: 'full', asOf: n }, [{ columns: columns([n, n + 1], [n, n]) }])));
  for (const size of [1, 3, 7, 64, 1000, stream.length]) {
    const seen = [];
    const splitter = new Splitter((message) => seen.push(message));
    for (let at = 0; at < stream.length; at += size) splitter.push(new Uint8Array(stream.subarray(at, at + size)));
    assert.deepEqual(seen.map(({ panel }) => panel), ['p1', 'p2', 'p3'], `pieces of ${size}`);
    assert.deepEqual([...seen[2].frames[0].columns[0].values], [3, 4]);
  }
});

test('a stream out of step is refused, not followed', () => {
  assert.throws(() => new Splitter(() => {}).push(new Uint8Array(16).fill(255)));
  assert.throws(() => new Splitter(() => {}).push(new Uint8Array(16)));
});

const frame = (times, values, name) => ({ query: 0, name: '', columns: columns(times, values, name) });
const values = (frames) => frames[0].columns.map((column) => [...column.values]);

test('append replaces the open step and drops old rows', () => {
  const merged = merge([frame([10, 20, 30], [1, 2, 3])],
    { kind: 'append', since: 30, dropBefore: 20, frames: [frame([30, 40], [9, 4])] });
  assert.deepEqual(values(merged), [[20, 30, 40], [2, 9, 4]]);
});

test('a series that comes or goes is filled with gaps', () => {
  const merged = merge([frame([10, 20], [1, 2], 'old')],
    { kind: 'append', since: 30, dropBefore: 0, frames: [frame([30], [7], 'new')] });
  assert.deepEqual(values(merged), [[10, 20, 30], [1, 2, NaN], [NaN, NaN, 7]]);
});

test('an append without rows only drops', () => {
  const merged = merge([frame([10, 20], [1, 2])],
    { kind: 'append', since: 30, dropBefore: 15, frames: [frame([], [])] });
  assert.deepEqual(values(merged), [[20], [2]]);
});

test('shown arrays are never written', () => {
  const old = frame([10, 20], [1, 2]);
  merge([old], { kind: 'append', since: 20, dropBefore: 20, frames: [frame([20], [9])] });
  assert.deepEqual(values([old]), [[10, 20], [1, 2]]);
});
