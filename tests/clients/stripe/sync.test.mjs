// A real localstripe, filled by the official client: tidemark pulls it, builds on it, and knows each customer's revenue.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { clientOf, fill, startLocalstripe } from './localstripe.mjs';

const run = promisify(execFile);
const missing = ['LOCALSTRIPE', 'TIDEMARK_BIN'].filter((name) => !process.env[name]);
const skip = missing.length > 0 ? `not set: ${missing.join(', ')}` : false;
if (skip) console.error(`clients: SKIPPED: sync of localstripe, ${skip}`);

// Months in a unit of each interval, exactly: a month's worth of a price is its amount times 1 / months, times quantity.
const MONTHLY = { day: [365, 12], week: [52, 12], month: [1, 1], year: [1, 12] };

/** What a subscription is worth a month, in cents; a whole cent in all plans used here. */
function worth({ plan, quantity }, plans) {
  const [times, by] = MONTHLY[plans[plan].interval];
  return Math.round((plans[plan].amount * times) / by) * quantity;
}

test('what localstripe holds becomes customers with their revenue', { skip }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-localstripe-'));
  const { url, stop } = await startLocalstripe();
  const tidemark = (...args) =>
    run(process.env.TIDEMARK_BIN, args, {
      cwd: folder,
      env: { PATH: process.env.PATH, TIDEMARK_STRIPE_URL: url, TIDEMARK_STRIPE_API_KEY: 'sk_test_localstripe' },
    });
  const today = new Date().toISOString().slice(0, 10);
  const customers = async () => {
    await tidemark('build', '--as-of', today);
    const id = (await readFile(join(folder, 'data/current'), 'utf8')).trim();
    const rows = JSON.parse(await readFile(join(folder, 'data/snapshots', id, 'customers.json'), 'utf8'));
    return new Map(rows.map((row) => [row.customer_id, row]));
  };
  try {
    const report = await fill(url);
    const { stdout } = await tidemark('sync', '--json');
    const [stripe] = JSON.parse(stdout).sources;
    assert.equal(stripe.error, null);
    const landed = await readdir(join(folder, 'raw/stripe'));
    for (const object of ['customers', 'subscriptions', 'invoices', 'products', 'coupons']) assert.ok(landed.includes(object), object);

    const built = await customers();
    for (const id of report.customers) assert.ok(built.has(id), `${id} is not in the mart`);
    for (const subscription of report.subscriptions.filter(({ status }) => status === 'active')) {
      const customer = built.get(subscription.customer);
      // localstripe gives an upgraded item a new id and no credit, so what was paid for before runs to its end beside it.
      const before = customer.name === 'Upgraded' ? report.plans['starter-monthly'].amount : 0;
      assert.equal(customer.mrr - before, worth(subscription, report.plans), `${customer.name} on ${subscription.plan}`);
      assert.ok(customer.mrr > 0);
    }
    for (const subscription of report.subscriptions.filter(({ status }) => status === 'canceled')) {
      const customer = built.get(subscription.customer);
      assert.equal(customer.mrr, 0, customer.name);
    }

    // Then somebody leaves and somebody comes: the next pull knows from the events.
    const client = clientOf(url);
    const leaves = report.subscriptions.find(({ status, plan }) => status === 'active' && plan === 'team-yearly');
    await client.subscriptions.cancel(leaves.id);
    const comes = await client.customers.create({ name: 'Late', email: 'billing@late.example.com' });
    await tidemark('sync');
    const after = await customers();
    assert.equal(after.get(leaves.customer).mrr, 0);
    assert.equal(after.get(comes.id).mrr, 0);
    assert.equal(after.size, built.size + 1);
  } finally {
    await stop();
    await rm(folder, { recursive: true, force: true });
  }
});
