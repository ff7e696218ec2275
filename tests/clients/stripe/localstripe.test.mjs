// localstripe, filled by the official client, holds what its report says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientOf, fill, startLocalstripe } from './localstripe.mjs';

const skip = process.env.LOCALSTRIPE ? false : 'LOCALSTRIPE names no Python that has localstripe';
if (skip) console.error(`clients: SKIPPED: ${skip}`);

test('the report is what the account holds', { skip }, async () => {
  const { url, stop } = await startLocalstripe();
  try {
    const report = await fill(url);
    assert.equal(report.customers.length, 12);
    assert.equal(report.subscriptions.length, 12);
    const statuses = new Set(report.subscriptions.map((subscription) => subscription.status));
    assert.ok(statuses.has('active') && statuses.has('canceled'), [...statuses].join());
    assert.ok(report.invoices.length > 12);
    const stripe = clientOf(url);
    const some = await stripe.subscriptions.retrieve(report.subscriptions[0].id);
    assert.ok(report.customers.includes(some.customer));
    await assert.rejects(() => stripe.customers.retrieve(report.deleted_customers[0]), { statusCode: 404 });
  } finally {
    await stop();
  }
});
