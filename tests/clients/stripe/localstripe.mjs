// Starts localstripe, fills it with the official client, prints what it holds as one line of JSON, and ends with its standard input.
//
//   {"url", "key", "customers": [id…], "deleted_customers", "products", "plans": {id: {amount, interval}}, "coupons",
//    "subscriptions": [{id, customer, plan, quantity, status}], "invoices": [{id, customer, subscription, total, status}]}
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { pathToFileURL } from 'node:url';
import Stripe from 'stripe';

export const KEY = 'sk_test_localstripe';
const START_LIMIT = 30_000;
const DAY = 86_400;

/** Starts localstripe on a free port; `LOCALSTRIPE` is a Python that has it. */
export async function startLocalstripe() {
  const python = process.env.LOCALSTRIPE;
  if (!python) throw new Error('set LOCALSTRIPE to a Python with localstripe, or use run.sh');
  const port = await freePort();
  const child = spawn(python, ['-m', 'localstripe', '--from-scratch', '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let printed = '';
  child.stderr.on('data', (chunk) => (printed = (printed + chunk).slice(-10_000)));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  const limit = Date.now() + START_LIMIT;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`localstripe ended with ${child.exitCode}:\n${printed}`);
    if (await answers(url)) return { url, stop };
    if (Date.now() > limit) {
      await stop();
      throw new Error(`localstripe does not answer after ${START_LIMIT / 1000} s:\n${printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '::', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(url) {
  try {
    const response = await fetch(`${url}/v1/customers`, { headers: { authorization: `Bearer ${KEY}` } });
    return response.ok;
  } catch {
    return false;
  }
}

/** The official client, speaking to localstripe. */
export function clientOf(url) {
  const { hostname, port } = new URL(url);
  return new Stripe(KEY, { host: hostname, port, protocol: 'http', telemetry: false, maxNetworkRetries: 0 });
}

/** Fills it: monthly, yearly, weekly and daily plans, quantities, upgrades, cancellations, a failing card, a coupon, deletions. */
export async function fill(url) {
  const stripe = clientOf(url);
  const now = Math.floor(Date.now() / 1000);
  const product = await stripe.products.create({ name: 'Workspace' });
  const plans = {};
  const plan = async (id, amount, interval) => {
    await stripe.plans.create({ id, amount, interval, currency: 'usd', product: product.id, nickname: id });
    plans[id] = { amount, interval };
  };
  await plan('starter-monthly', 2_900, 'month');
  await plan('team-monthly', 9_900, 'month');
  await plan('team-yearly', 99_000, 'year');
  await plan('starter-weekly', 900, 'week');
  const coupon = await stripe.coupons.create({ id: 'WELCOME', percent_off: 20, duration: 'once' });

  const card = (number) =>
    stripe.paymentMethods.create({ type: 'card', card: { number, exp_month: 12, exp_year: 2040, cvc: '123' } });
  const customer = async (name, number = '4242424242424242') => {
    const slug = name.toLowerCase().replaceAll(' ', '-');
    const { id } = await stripe.customers.create({ name, email: `billing@${slug}.example.com`, metadata: { segment: slug } });
    const method = await card(number);
    await stripe.paymentMethods.attach(method.id, { customer: id });
    await stripe.customers.update(id, { invoice_settings: { default_payment_method: method.id } });
    return id;
  };
  const subscribe = (customer, plan, { quantity = 1, days = 0, ...more } = {}) =>
    stripe.subscriptions.create({
      customer,
      items: [{ plan, quantity }],
      ...(days > 0 ? { backdate_start_date: now - days * DAY } : {}),
      ...more,
    });

  // Twelve customers, so that lists have a second page at their default size.
  for (let n = 1; n <= 5; n += 1) await subscribe(await customer(`Steady ${n}`), 'starter-monthly', { quantity: n, days: n });
  await subscribe(await customer('Yearly'), 'team-yearly', { days: 100 });
  await subscribe(await customer('Weekly'), 'starter-weekly', { days: 3 });

  const upgraded = await subscribe(await customer('Upgraded'), 'starter-monthly', { days: 10 });
  await stripe.subscriptions.update(upgraded.id, { items: [{ id: upgraded.items.data[0].id, plan: 'team-monthly', quantity: 2 }] });
  // localstripe bills a change only when it is told to.
  const bill = await stripe.invoices.create({ customer: upgraded.customer, subscription: upgraded.id });
  await stripe.invoices.pay(bill.id);

  const canceled = await subscribe(await customer('Canceled'), 'team-monthly', { days: 20 });
  await stripe.subscriptions.cancel(canceled.id);

  const leaving = await subscribe(await customer('Leaving'), 'team-monthly', { days: 5 });
  await stripe.subscriptions.update(leaving.id, { cancel_at_period_end: true });

  // A card that can be attached and is declined when it is charged.
  await subscribe(await customer('Declined', '4000000000000341'), 'starter-monthly');

  // What was ordered before is on the first bill.
  const fee = await customer('Set up');
  await stripe.invoiceItems.create({ customer: fee, amount: 5_000, currency: 'usd', description: 'Set-up' });
  await subscribe(fee, 'starter-monthly', { days: 2 });

  const gone = await stripe.customers.create({ name: 'Gone', email: 'billing@gone.example.com' });
  await stripe.customers.del(gone.id);
  return report(stripe, url, { plans, coupons: [coupon.id], products: [product.id], deleted_customers: [gone.id] });
}

async function report(stripe, url, known) {
  const all = async (list) => list.autoPagingToArray({ limit: 10_000 });
  const subscriptions = await all(stripe.subscriptions.list({ status: 'all' }));
  const invoices = await all(stripe.invoices.list());
  return {
    url,
    key: KEY,
    ...known,
    customers: (await all(stripe.customers.list())).map(({ id }) => id),
    subscriptions: subscriptions.map(({ id, customer, plan, quantity, status }) => ({ id, customer, plan: plan.id, quantity, status })),
    invoices: invoices.map(({ id, customer, subscription, total, status }) => ({ id, customer, subscription, total, status })),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { url, stop } = await startLocalstripe();
  try {
    console.log(JSON.stringify(await fill(url)));
    process.stdin.resume();
    await new Promise((resolve) => {
      process.stdin.once('end', resolve).once('close', resolve);
      process.once('SIGTERM', resolve).once('SIGINT', resolve);
    });
    process.stdin.destroy();
  } finally {
    await stop();
  }
}
