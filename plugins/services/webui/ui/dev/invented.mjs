// SPDX-License-Identifier: MIT
// Invented data that moves: smooth noise seeded by name, so that a series looks the same in every
// window and on every run.

const step = 10_000;

function seedOf(text) {
  let seed = 2166136261;
  for (const char of text) seed = Math.imul(seed ^ char.charCodeAt(0), 16777619);
  return seed >>> 0;
}

function random(seed, index) {
  let x = (seed ^ Math.imul(index | 0, 0x9e3779b1)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 4294967296;
}

/** Noise in 0…1: four octaves of interpolated random values. */
export function noise(name, time) {
  let sum = 0;
  let weight = 0;
  for (const [length, share] of [[1_200_000, 5], [300_000, 3], [60_000, 1.4], [step, 1]]) {
    const seed = seedOf(name + length);
    const at = time / length;
    const floor = Math.floor(at);
    const part = at - floor;
    const smooth = part * part * (3 - 2 * part);
    sum += share * (random(seed, floor) * (1 - smooth) + random(seed, floor + 1) * smooth);
    weight += share;
  }
  return sum / weight;
}

const shapes = {
  busy: [['busy', 18, 60]],
  memory: [['used', 52, 12]],
  load: [['load', 0.4, 4]],
  cpu: ['cpu0', 'cpu1', 'cpu2', 'cpu3'].map((name, index) => [name, 6 + 9 * index, 50]),
  network: [['received', 1.2e8, 3e8], ['sent', 8e7, 2.2e8]],
  'memory-parts': [['used', 4.1e9, 3e9], ['cached', 6e9, 2e9]],
  'disk-io': [['read', 4e6, 6e7], ['written', 9e6, 9e7]],
  points: [['points', 900, 800]],
  'hosts-cpu': [['busy', 18, 60]],
  'fleet-memory': [['used', 52, 12]],
  'fleet-mem': ['db-02', 'web-01', 'web-02', 'cache-01', 'queue-01'].map((name, index) => [name, 20 + 12 * index, 30]),
};

export function intervalOf(from, to, width) {
  const nice = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];
  const wanted = (to - from) / 1000 / Math.max(60, width / 2);
  return 1000 * Math.max(10, nice.find((seconds) => seconds >= wanted) ?? 86400);
}

function series(panel, queries, host, from, to, width) {
  const interval = intervalOf(from, to, width);
  const times = [];
  for (let t = Math.ceil(from / interval) * interval; t < to; t += interval) times.push(t);
  const value = ([name, floor, span]) => times.map((t) => floor + span * noise(host + name, t) ** 1.6);
  return shapes[panel].map((shape, index) => {
    const { unit, config } = queries[index] ?? queries[0];
    const columns = [{ name: 'time', type: 'time', values: times }];
    columns.push({ name: shape[0], type: 'f64', unit, config, values: value(shape) });
    return { query: queries[index] ? index : 0, name: shape[0], columns };
  });
}

export const hostNames = ['edge-02', 'db-02', 'web-01', 'web-02', 'web-03', 'cache-01', 'queue-01'];

const strings = (name, values) => ({ name, type: 'str', values });
const numbers = (name, values, unit) => ({ name, type: 'f64', unit, values });

function hosts(now) {
  const silent = (host) => host === 'edge-02';
  const level = (host) => (silent(host) ? 'crit' : host === 'db-02' ? 'warn' : 'ok');
  const of = (key, floor, span) =>
    hostNames.map((host) => (silent(host) ? NaN : floor + span * noise(host + key, now)));
  const apps = hostNames.map((host) => (host.startsWith('db') ? ['postgres', 'docker', 'nginx'] : ['docker']));
  return [{ columns: [
    strings('host', hostNames),
    strings('status', hostNames.map(level)),
    numbers('cpu', of('busy', 10, 85), '%'),
    numbers('mem', of('mem', 30, 60), '%'),
    numbers('load', of('load', 0.2, 8)),
    numbers('uptime', hostNames.map((host, i) => (silent(host) ? NaN : 86400 * (12 + 7 * i))), 's'),
    numbers('seen', hostNames.map((host) => now - (silent(host) ? 360_000 : 4_000))),
    { name: 'apps', type: 'json', values: apps },
  ] }];
}

const instances = [
  ['outputs.kafka', 'output'],
  ['inputs.cpu', 'input'], ['inputs.mem', 'input'], ['inputs.disk', 'input'], ['inputs.net', 'input'],
  ['inputs.statsd', 'input'], ['processors.rename', 'processor'], ['aggregators.basicstats', 'aggregator'],
  ['outputs.storage', 'output'], ['storage.lmdb', 'storage'], ['query.influxql', 'query'],
  ['services.http', 'service'], ['services.webui', 'service'], ['stream.tickscript', 'stream'],
];

function plugins(now) {
  const of = (key, floor, span) => instances.map(([name]) => floor + span * noise(name + key, now) ** 3);
  const broken = (name) => name === 'outputs.kafka';
  return [{ columns: [
    strings('name', instances.map(([name]) => name)),
    strings('kind', instances.map(([, kind]) => kind)),
    strings('state', instances.map(([name]) => (broken(name) ? 'failed' : 'running'))),
    strings('level', instances.map(([name]) => (broken(name) ? 'crit' : 'ok'))),
    strings('message', instances.map(([name]) => (broken(name) ? 'broker refused the connection' : ''))),
    numbers('events', of('events', 20, 120_000)),
    numbers('errors', instances.map(([name]) => (broken(name) ? 12 : 0))),
    numbers('queue', of('queue', 0, 80).map(Math.round)),
    numbers('p99', of('p99', 20_000, 4e6), 'ns'),
    numbers('memory', of('memory', 2e5, 4e7), 'B'),
  ] }];
}

function changes() {
  const rows = [['inputs.statsd', 'added', 'bell'], ['outputs.storage', 'set', 'flush_interval, metric_batch_size'],
    ['inputs.exec::door', 'removed', '']];
  const column = (name, at) => strings(name, rows.map((row) => row[at]));
  return [{ columns: [column('instance', 0), column('change', 1), column('detail', 2)] }];
}

function libraries(now) {
  const named = [...new Set(instances.map(([name]) => name))].map((name) => [name, '0.1.0', 'current', 1, now - 7_200_000]);
  const rows = [...named, ['outputs.kafka', '0.0.9', 'superseded', 0, now - 86_400_000 * 3]];
  return [{ columns: [
    strings('module', rows.map(([name]) => `org.tickwork.${name}`)),
    strings('version', rows.map((row) => row[1])),
    strings('state', rows.map((row) => row[2])),
    numbers('instances', rows.map((row) => row[3])),
    numbers('bytes', rows.map(([name]) => 4096 * (20 + name.length)), 'B'),
    numbers('loaded', rows.map((row) => row[4])),
    strings('file', rows.map(([name]) => `/usr/lib/tickwork/${name}.so`)),
  ] }];
}

export const alertRows = [
  ['cpu_high · db-02', 'CRITICAL', '93.1%, over 85% for 5 min', 240_000],
  ['deadman · edge-02', 'CRITICAL', 'no points for 6 min', 360_000],
  ['disk_fill · db-02', 'WARNING', '/var/lib full in about 9 h', 1_860_000],
  ['latency_p99 · web-03', 'OK', 'back under 20 ms', 3_120_000],
];

function alerts(now) {
  return [{ columns: [
    strings('id', alertRows.map(([id]) => id)),
    strings('level', alertRows.map(([, level]) => level)),
    strings('message', alertRows.map(([, , message]) => message)),
    strings('topic', alertRows.map(([id]) => id.split(' ')[0])),
    numbers('time', alertRows.map(([, , , ago]) => now - ago)),
  ] }];
}

function disk(now) {
  const paths = ['/', '/home', '/var/lib'];
  const used = paths.map((path, index) => 40 + 18 * index + 12 * noise(path, now));
  return [{ columns: [strings('path', paths), numbers('used', used, '%')] }];
}

const tables = { hosts, plugins, changes, libraries, alerts };

/** The frames of one panel of a board, or of a page's own source. */
export function frames(panel, source, queries, host, from, to, width) {
  if (tables[source]) return tables[source](to);
  if (panel === 'disk') return disk(to);
  if (shapes[panel]) return series(panel, queries, host, from, to, width);
  return series('busy', queries, host, from, to, width);
}
