// What the official client makes of the Stripe test server is what it makes of Stripe.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Stripe from 'stripe';
import { startServer } from './server.mjs';

let server;
let stripe;

const create = (object, fields) => server.control('POST', `stripe/objects/${object}`, fields);
const discount = {
  id: 'di_1', object: 'discount', customer: 'cus_1', promotion_code: null,
  source: { coupon: 'TEN', type: 'coupon' }, start: 1_700_000_000, end: null,
};

before(async () => {
  server = await startServer();
  stripe = server.client();
  await create('coupon', { id: 'TEN', percent_off: 10 });
  await create('product', { id: 'prod_1', name: 'Plan' });
  await create('price', { id: 'price_1', product: 'prod_1', unit_amount: 1_000 });
  for (let n = 1; n <= 25; n += 1) await create('customer', { id: `cus_${n}`, created: 1_700_000_000 + n });
  await create('invoice', {
    id: 'in_1', customer: 'cus_1', status: 'open',
    lines: Array.from({ length: 23 }, (_, n) => ({ id: `il_${n}`, object: 'line_item', amount: n, discounts: [discount] })),
  });
  await create('subscription', {
    id: 'sub_1', customer: 'cus_1', discounts: [discount], latest_invoice: 'in_1',
    items: Array.from({ length: 12 }, (_, n) => ({
      id: `si_${n}`, object: 'subscription_item', quantity: 1, discounts: [], price: { id: 'price_1', object: 'price', product: 'prod_1' },
    })),
  });
  await create('subscription', { id: 'sub_2', customer: 'cus_2', status: 'canceled' });
});

after(() => server.stop());

/** Rejects with an error of the client's own class, and returns it. */
async function refused(kind, call) {
  let found;
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof kind, `${error.constructor.name}: ${error.message}`);
    assert.match(error.requestId, /^req_/);
    found = error;
    return true;
  });
  return found;
}

test('auto-pagination finds every customer once, newest first, in both directions', async () => {
  const expected = Array.from({ length: 25 }, (_, n) => `cus_${25 - n}`);
  for (const limit of [1, 10, 100]) {
    const found = await stripe.customers.list({ limit }).autoPagingToArray({ limit: 1_000 });
    assert.deepEqual(found.map((customer) => customer.id), expected, `limit ${limit}`);
  }
  const before = [];
  for await (const customer of stripe.customers.list({ limit: 4, ending_before: 'cus_1' })) before.push(customer.id);
  assert.deepEqual(before, expected.slice(0, -1).reverse());
});

test('the client and the server agree on the version', async () => {
  const page = await stripe.customers.list({ limit: 1 });
  assert.equal(page.lastResponse.apiVersion, Stripe.API_VERSION);
  assert.match(page.lastResponse.requestId, /^req_/);
});

test('nested lists go on where their address says', async () => {
  const invoice = await stripe.invoices.retrieve('in_1');
  assert.equal(invoice.lines.data.length, 10);
  assert.equal(invoice.lines.has_more, true);
  const lines = await stripe.invoices.listLineItems('in_1', { limit: 7 }).autoPagingToArray({ limit: 1_000 });
  assert.deepEqual(lines.map((line) => line.id), Array.from({ length: 23 }, (_, n) => `il_${n}`));
  const items = await stripe.subscriptionItems.list({ subscription: 'sub_1', limit: 5 }).autoPagingToArray({ limit: 1_000 });
  assert.equal(items.length, 12);
});

test('canceled subscriptions come with status all', async () => {
  const ids = async (params) => (await stripe.subscriptions.list(params)).data.map((subscription) => subscription.id);
  assert.deepEqual(await ids({}), ['sub_1']);
  assert.deepEqual(await ids({ status: 'all' }), ['sub_2', 'sub_1']);
});

test('expansion shows objects in place of ids, four levels deep', async () => {
  const { data } = await stripe.subscriptions.list({ expand: ['data.discounts.source.coupon', 'data.customer'] });
  assert.equal(data[0].discounts[0].source.coupon.percent_off, 10);
  assert.equal(data[0].customer.id, 'cus_1');
  const one = await stripe.subscriptions.retrieve('sub_1', { expand: ['items.data.price.product', 'latest_invoice'] });
  assert.equal(one.items.data[0].price.product.name, 'Plan');
  assert.equal(one.latest_invoice.status, 'open');
  const { StripeInvalidRequestError } = Stripe.errors;
  const deep = await refused(StripeInvalidRequestError, () => stripe.subscriptions.list({ expand: ['data.items.data.price.product'] }));
  assert.equal(deep.code, 'property_expansion_max_depth');
  await refused(StripeInvalidRequestError, () => stripe.subscriptions.list({ expand: ['discounts'] }));
});

test('errors are those of the client’s own classes', async () => {
  const { StripeAuthenticationError, StripeInvalidRequestError, StripePermissionError } = Stripe.errors;
  const missing = await refused(StripeInvalidRequestError, () => stripe.customers.retrieve('cus_none'));
  assert.deepEqual([missing.statusCode, missing.code, missing.param], [404, 'resource_missing', 'id']);
  await refused(StripeInvalidRequestError, () => stripe.customers.list({ limit: 101 }));
  await refused(StripeInvalidRequestError, () => stripe.customers.list({ updated: 1 }));
  await refused(StripeAuthenticationError, () => server.client({ key: 'sk_test_none' }).customers.list());
  await server.control('POST', 'stripe/keys', { key: 'rk_test_narrow', may_read: ['customer'] });
  const narrow = server.client({ key: 'rk_test_narrow' });
  await narrow.customers.list();
  const permission = await refused(StripePermissionError, () => narrow.events.list());
  assert.match(permission.message, /'rak_event_read'/);
});

test('events tell of changes, and a deleted customer leaves a stub', async () => {
  const { id } = await create('customer', { name: 'Old' });
  await server.control('POST', `stripe/objects/customer/${id}`, { name: 'New' });
  await server.control('DELETE', `stripe/objects/customer/${id}`);
  const events = [];
  for await (const event of stripe.events.list({ limit: 1, types: ['customer.created', 'customer.updated', 'customer.deleted'] })) {
    if (event.data.object.id !== id) break;
    events.push(event);
  }
  assert.deepEqual(events.map((event) => event.type), ['customer.deleted', 'customer.updated', 'customer.created']);
  assert.deepEqual(events[1].data.previous_attributes, { name: 'Old' });
  assert.equal((await stripe.events.retrieve(events[0].id)).type, 'customer.deleted');
  assert.equal((await stripe.customers.retrieve(id)).deleted, true);
});

// It repeats what a server could not do, and leaves a 429 to its caller.
test('the client’s own retries get through a storm', async () => {
  const storm = { seed: 3, per_hundred: 60, in_a_row: 2, faults: ['internal', 'bad_gateway', 'unavailable'] };
  await server.control('POST', 'storm', storm);
  const patient = server.client({ retries: 5 });
  const found = await patient.customers.list({ limit: 5 }).autoPagingToArray({ limit: 1_000 });
  await server.control('POST', 'calm');
  assert.equal(found.length, 25);
  const { faults } = await server.control('GET', 'seen');
  assert.ok(faults.length > 0, 'faults did happen');
  await server.control('POST', 'script', ['limited_now']);
  await assert.rejects(() => patient.customers.list(), Stripe.errors.StripeRateLimitError);
});

test('a large account is made as it is read', async () => {
  const large = await startServer('--customers', '1000000');
  try {
    const page = await large.client().customers.list({ limit: 100 });
    assert.equal(page.data[0].id, 'cus_large000000999999');
    const last = await large.client().customers.list({ limit: 100, starting_after: 'cus_large000000000001' });
    assert.deepEqual([last.data.length, last.has_more], [1, false]);
  } finally {
    await large.stop();
  }
});
