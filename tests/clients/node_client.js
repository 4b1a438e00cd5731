// SPDX-License-Identifier: MIT
// The npm package influx against a server whose administrator is given in the URL:
//   node node_client.js http://root:secret@127.0.0.1:8086
const assert = require('assert');
const Influx = require('influx');

async function main(url) {
  const { hostname, port, protocol, username, password } = new URL(url);
  const influx = new Influx.InfluxDB({
    host: hostname, port: Number(port), protocol: protocol.slice(0, -1), username, password, database: 'node',
  });
  const [pong] = await influx.ping(5000);
  assert(pong.online, 'no answer to ping');
  await influx.createDatabase('node');
  await influx.writePoints([
    { measurement: 'cpu', tags: { host: 'a b' }, fields: { v: 1.5, s: 'x "y"' }, timestamp: new Date(1000) },
    { measurement: 'cpu', tags: { host: 'c' }, fields: { v: 2 }, timestamp: new Date(2000) },
  ]);
  const rows = await influx.query('SELECT v, host, s FROM cpu');
  assert.deepStrictEqual(rows.map((r) => [r.time.getTime(), r.v, r.host, r.s]),
    [[1000, 1.5, 'a b', 'x "y"'], [2000, 2, 'c', null]]);
  const means = await influx.query('SELECT mean(v) FROM cpu GROUP BY host');
  assert.deepStrictEqual(means.groups().map((g) => g.tags.host), ['a b', 'c']);
  assert.deepStrictEqual(await influx.getMeasurements(), ['cpu']);
  assert.deepStrictEqual(await influx.getSeries(), ['cpu,host=a\\ b', 'cpu,host=c']);
  await influx.createUser('bob', 'b', false);
  await influx.grantPrivilege('bob', 'READ', 'node');
  assert((await influx.getUsers()).some((u) => u.user === 'bob' && !u.admin));
  await influx.createContinuousQuery('cq', 'SELECT mean(v) INTO x FROM cpu GROUP BY time(1m)');
  assert.strictEqual((await influx.showContinousQueries())[0].name, 'cq');
  await influx.createRetentionPolicy('week', { duration: '7d', replication: 1 });
  assert.strictEqual((await influx.showRetentionPolicies()).length, 2);
  await influx.dropUser('bob');
  await influx.dropDatabase('node');
  assert(!(await influx.getDatabaseNames()).includes('node'));
  console.log('npm influx works');
}

main(process.argv[2]).catch((error) => { console.error(error); process.exit(1); });
