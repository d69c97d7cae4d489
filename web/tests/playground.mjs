// End-to-end test of the playground as seen by a first-time visitor, in headless Chromium without access to
// other hosts.
//
//   node playground.mjs http://127.0.0.1:8001/ [FOLDER FOR SCREENSHOTS]

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const [url, screenshots] = process.argv.slice(2);
const here = new URL(url);
const folder = fileURLToPath(new URL('../examples', import.meta.url));
/** The operation names of the examples, which are also the tab titles. */
const examples = readdirSync(folder)
  .filter((file) => file.endsWith('.graphql'))
  .sort()
  .map((file) => /^(?:query|mutation) (\w+)/m.exec(readFileSync(join(folder, file), 'utf8'))[1]);

/** The requests to other hosts, and the errors and warnings of the browser. */
const strayed = [];
const complaints = [];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${here.hostname}`,
  ],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
await context.route(
  (address) => address.origin !== here.origin,
  (route) => {
    strayed.push(route.request().url());
    return route.abort();
  },
);
context.on('request', (request) => {
  const { origin, protocol } = new URL(request.url());
  if (protocol !== 'data:' && protocol !== 'blob:' && origin !== here.origin) strayed.push(request.url());
});
context.on('requestfailed', (request) => {
  const why = request.failure()?.errorText;
  // The editor and page reloads abort requests that are no longer needed.
  if (why !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${why}`);
});
context.on('response', (response) => {
  if (response.status() >= 400) complaints.push(`${response.url()}: ${response.status()}`);
});
context.on('weberror', (error) => complaints.push(String(error.error())));
context.on('console', (message) => {
  if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
});

const page = await context.newPage();
page.setDefaultTimeout(20_000);

const editor = page.locator('.graphiql-query-editor .monaco-editor');
const answer = page.locator('.graphiql-response .view-lines');
const tab = (name) => page.getByRole('tab', { name });
const button = (name) => page.getByRole('button', { name });

let failed = false;
try {
  await step('the page loads, with the examples in its tabs', async () => {
    const [response] = await Promise.all([page.waitForResponse(url), page.goto(url)]);
    assert.match(response.headers()['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(await page.title(), 'oms');
    await textIn(editor, 'query CustomerWithOrders');
    assert.equal(await page.getByRole('tab').count(), examples.length);
  });

  await step('every example runs as it stands, and the explorer can show it', async () => {
    await button('Show GraphiQL Explorer').click();
    for (const name of examples) {
      await tab(name).click();
      await textIn(editor, name);
      const { errors, data } = await run(click, name);
      assert.equal(errors, undefined, name);
      assert.ok(Object.values(data).some(Boolean), name);
      await textIn(answer, `"${Object.keys(data)[0]}"`);
      // Only the query editor is checked: the variable editor may show errors of the previous tab for a
      // while.
      await page.waitForFunction(() => !document.querySelector('.graphiql-query-editor .squiggly-error'));
    }
    await button('Hide GraphiQL Explorer').click();
  });

  await step('a query is typed, with the schema at hand, and run', async () => {
    await button('New tab').click();
    await inView(page.getByRole('tab').last());
    await type('{ products(first: 2) { totalCount nodes { na');
    const proposal = page.locator('.suggest-widget.visible').getByText('name', { exact: true }).first();
    await proposal.waitFor();
    await page.keyboard.press('Enter');
    await textIn(editor, 'nodes { name}');
    const { data } = await run(press);
    assert.equal(data.products.nodes.length, 2);
    for (const { name } of data.products.nodes) await textIn(answer, name);
  });

  await step('the explorer adds a field to it', async () => {
    await button('Show GraphiQL Explorer').click();
    await page.locator('.graphiql-explorer-products .graphiql-explorer-nodes').getByText('sku', { exact: true }).click();
    await textIn(editor, 'sku');
    const { data } = await run(click);
    for (const { sku } of data.products.nodes) {
      assert.match(sku, /^[A-Z]{3}-\d{5}$/);
      await textIn(answer, sku);
    }
  });

  await step('the docs lead from the root to a field and what it says', async () => {
    await button('Show Documentation Explorer').click();
    const docs = page.locator('.graphiql-doc-explorer');
    await docs.getByRole('link', { name: 'Query', exact: true }).click();
    await docs.getByRole('link', { name: 'customer', exact: true }).click();
    await docs.getByRole('link', { name: 'Customer', exact: true }).click();
    await docs.getByRole('link', { name: 'ordersAggregate', exact: true }).click();
    await docs.getByRole('link', { name: 'OrderAggregate', exact: true }).waitFor();
    await docs.getByRole('link', { name: 'Go back to Customer' }).click();
    await docs.getByRole('link', { name: 'version', exact: true }).waitFor();
    await button('Hide Documentation Explorer').click();
  });

  await step('a mistake is marked, answered with its message, and put right', async () => {
    await button('New tab').click();
    await type('{ customers(first: 1) { nodes { nam email ');
    await editor.locator('.squiggly-error').first().waitFor();
    const { errors } = await run(press);
    assert.match(errors[0].message, /nam/);
    await textIn(answer, 'GRAPHQL_VALIDATION_FAILED');
    await textIn(answer, errors[0].message.split('"')[0].trim());
    await screenshot('mistake');
    await editor.getByText('nam', { exact: true }).first().dblclick();
    await page.keyboard.type('name');
    await editor.locator('.squiggly-error').first().waitFor({ state: 'detached' });
    const { data } = await run(press);
    await textIn(answer, data.customers.nodes[0].email);
  });

  await step('the tabs and their variables are there again after a reload', async () => {
    await tab('OpenOrders').click();
    await textIn(editor, 'query OpenOrders');
    // GraphiQL saves the editor state after a delay.
    await page.waitForFunction(() => localStorage.getItem('graphiql:tabState')?.includes('"activeTabIndex":2'));
    await page.reload();
    await textIn(editor, 'query OpenOrders');
    assert.equal(await page.getByRole('tab').count(), examples.length + 2);
    const { data } = await run(click, 'OpenOrders');
    assert.equal(data.orders.edges.length, 5);
  });

  await step('it is dark or light as the reader wants it, and fits a narrow window', async () => {
    const colours = [];
    for (const colorScheme of ['light', 'dark']) {
      for (const width of [1280, 420]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        await page.waitForTimeout(300);
        await screenshot(`${colorScheme}-${width}`);
        for (const part of ['.graphiql-query-editor', '.graphiql-response', '.graphiql-execute-button']) {
          const { x, width: wide, height } = await page.locator(part).boundingBox();
          assert.ok(x >= 0 && x + wide <= width && wide >= 40 && height >= 40, `${part} at ${width}`);
        }
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `scrolls sideways at ${width}`);
      }
      colours.push([
        await colour('.graphiql-container', 'backgroundColor'),
        await colour('.graphiql-query-editor .view-line span span', 'color'),
      ]);
    }
    const [light, dark] = colours;
    assert.notEqual(light[0], dark[0]);
    assert.notEqual(light[1], dark[1]);
  });

  await step('nothing went anywhere else, and the browser had nothing to complain about', () => {
    assert.deepEqual(strayed, []);
    assert.deepEqual(complaints, []);
  });
} catch (error) {
  failed = true;
  console.log(error.stack, { strayed, complaints });
  await screenshot('failure');
} finally {
  await browser.close();
}
process.exitCode = failed ? 1 : 0;

async function step(name, what) {
  const started = Date.now();
  console.log(name);
  await what();
  console.log(`  ok, ${Date.now() - started} ms`);
}

/** Replaces the content of the editor with simulated key presses. */
async function type(text) {
  await editor.click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.type(text, { delay: 15 });
}

/** The two ways to run the operation. The completion list may cover the button. */
async function click() {
  await execute().click();
}

async function press() {
  await page.keyboard.press('Control+Enter');
}

/** Returns the execute button when no operation is running. */
function execute() {
  return button(/^Execute query/);
}

/**
 * Runs the operation in the editor and returns the response of the server. GraphiQL takes over the text of the
 * editor and the operation name with a delay, so the operation runs again until the server was sent both.
 */
async function run(start, name) {
  for (const started = Date.now(); ; ) {
    await execute().waitFor();
    const [response] = await Promise.all([
      page.waitForResponse((response) => new URL(response.url()).pathname === '/graphql'),
      start(),
    ]);
    const { query, operationName } = response.request().postDataJSON();
    const text = await shown();
    if (dense(query).includes(dense(text)) && (!name || operationName === name)) return response.json();
    assert.ok(Date.now() - started < 20_000, `the editor shows ${text}, the server was sent ${query}`);
    await page.waitForTimeout(100);
  }
}

/** Returns the text that the editor shows: its visible lines from top to bottom. */
function shown() {
  return editor.locator('.view-line').evaluateAll((lines) =>
    lines
      .sort((a, b) => a.offsetTop - b.offsetTop)
      .map((line) => line.textContent)
      .join('\n'),
  );
}

/** Returns the text without white space. The editor renders non-breaking spaces. */
function dense(text) {
  return text.replace(/\s+/g, '');
}

/** Waits for a text in an element. The editor renders non-breaking spaces. */
async function textIn(place, text) {
  await place.filter({ hasText: new RegExp(escape(text)) }).waitFor();
}

/** Waits until the element is completely visible and not covered. */
async function inView(place) {
  const handle = await place.elementHandle();
  await page.waitForFunction((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const [middle, inset] = [(top + bottom) / 2, 3];
    return [left + inset, right - inset].every((x) => element.contains(document.elementFromPoint(x, middle)));
  }, handle);
}

function colour(selector, property) {
  return page.locator(selector).first().evaluate((element, name) => getComputedStyle(element)[name], property);
}

function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ /g, '\\s+');
}

async function screenshot(name) {
  if (screenshots) await page.screenshot({ path: join(screenshots, `playground-${name}.png`) });
}
