// jsforce on the Salesforce test server: client credentials, queries with further pages, Bulk API 2.0, descriptions, errors.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import jsforce from 'jsforce';
import { startServer } from './server.mjs';

const CLIENT = { clientId: '3MVG9consumerkey', clientSecret: 'consumersecret' };
let server;

before(async () => {
  server = await startServer('--accounts', '25', '--rest-page', '7');
});
after(() => server.stop());

async function connect(oauth = CLIENT) {
  const connection = new jsforce.Connection({
    version: '66.0',
    instanceUrl: server.url,
    oauth2: new jsforce.OAuth2({ ...oauth, loginUrl: server.url }),
  });
  const token = await connection.oauth2.requestToken({ grant_type: 'client_credentials' });
  connection.accessToken = token.access_token;
  assert.equal(token.instance_url, server.url);
  return connection;
}

test('follows the pages of a query, without what is deleted', async () => {
  const connection = await connect();
  const first = await connection.query('SELECT Id, Name, CreatedDate FROM Account');
  assert.equal(first.totalSize, 23);
  assert.equal(first.done, false);
  assert.equal(first.records.length, 7);
  assert.match(first.records[0].CreatedDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
  const second = await connection.queryMore(first.nextRecordsUrl);
  assert.equal(second.records.length, 7);

  const all = [];
  await new Promise((resolve, reject) => {
    connection
      .query('SELECT Id, Name FROM Account ORDER BY SystemModstamp, Id')
      .on('record', (record) => all.push(record))
      .on('end', resolve)
      .on('error', reject)
      .run({ autoFetch: true, maxFetch: 100 });
  });
  assert.equal(new Set(all.map((record) => record.Id)).size, 23);
  assert.ok(all.every((record) => record.Id.length === 18 && record.Id.startsWith('001')));
});

test('finds deleted records only when they are asked for', async () => {
  const connection = await connect();
  const deleted = await connection.query('SELECT Id, IsDeleted FROM Account WHERE IsDeleted = true', { scanAll: true });
  assert.equal(deleted.totalSize, 2);
  assert.equal((await connection.query('SELECT COUNT() FROM Account')).totalSize, 23);
});

test('filters, orders and limits', async () => {
  const connection = await connect();
  const [a, b] = (await connection.query('SELECT Id, NumberOfEmployees FROM Account ORDER BY NumberOfEmployees DESC LIMIT 2')).records;
  assert.deepEqual([a.NumberOfEmployees, b.NumberOfEmployees], [24, 23]);
  const soql = `SELECT Id FROM Account WHERE SystemModstamp > 2020-01-01T00:00:00Z AND (Id > '${b.Id}' OR Id = '${a.Id}')`;
  assert.equal((await connection.query(soql)).records.at(-1).Id, a.Id);
});

// One page of results: over several, jsforce 3.10 writes into a stream it has ended. The Python client reads several.
test('reads a bulk query', async () => {
  const connection = await connect();
  connection.bulk2.pollInterval = 5;
  const stream = await connection.bulk2.query('SELECT Id, Name, NumberOfEmployees, Industry FROM Account', { scanAll: true });
  const records = await stream.toArray();
  assert.equal(records.length, 25);
  assert.deepEqual(new Set(records.map((record) => record.Name)).size, 25);
  assert.equal(records[3].Name, 'Account "3", Ltd\nBranch');
  assert.deepEqual(Object.keys(records[0]), ['Id', 'Name', 'NumberOfEmployees', 'Industry']);
});

test('describes an object and knows its limits', async () => {
  const connection = await connect();
  const account = await connection.sobject('Account').describe();
  assert.ok(account.queryable);
  const types = Object.fromEntries(account.fields.map((field) => [field.name, field.type]));
  assert.equal(types.SystemModstamp, 'datetime');
  assert.equal(types.BillingAddress, 'address');
  assert.ok((await connection.limits()).DailyBulkV2QueryJobs.Remaining > 0);
  const versions = await connection.request('/services/data');
  assert.ok(versions.some((version) => version.version === '66.0'));
});

test('says what is wrong in the words jsforce knows', async () => {
  const connection = await connect();
  const fails = (promise, name) => assert.rejects(promise, (error) => error.errorCode === name || error.name === name);
  await fails(connection.query('SELECT Nothing__c FROM Account'), 'INVALID_FIELD');
  await fails(connection.query('SELECT Id FROM Nothing__c'), 'INVALID_TYPE');
  await fails(connection.query('SELECT Id FROM'), 'MALFORMED_QUERY');
  await fails(connection.queryMore('/services/data/v66.0/query/0r8nothing-2000'), 'INVALID_QUERY_LOCATOR');
  await fails(connection.sobject('Nothing__c').describe(), 'NOT_FOUND');
  await fails(connect({ ...CLIENT, clientSecret: 'wrong' }), 'invalid_client');
  await fails(connect({ ...CLIENT, clientId: 'wrong' }), 'invalid_client_id');
  const stranger = new jsforce.Connection({ version: '66.0', instanceUrl: server.url, accessToken: 'expired' });
  await fails(stranger.query('SELECT Id FROM Account'), 'INVALID_SESSION_ID');
});
