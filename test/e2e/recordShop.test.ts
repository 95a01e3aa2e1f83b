/**
 * From a walk through a shop to a load test of it: a person's visit in a browser is recorded, by the browser or by `boomer-node record`, imported,
 * and walked by 20 users at once. The shop refuses whatever comes with a token that is not its visitor's own.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { boomer, Command, folderWith, program, tidy } from '../cli/command.ts';
import { Chromium, chromiumTest } from '../support/chromium.ts';
import { ChromiumHar } from '../support/chromiumHar.ts';
import { complaintsAbout } from '../support/compile.ts';
import { TestProcesses } from '../support/processes.ts';
import { ProxyScene } from '../support/proxyScene.ts';
import { startShop, type Shop } from '../support/shop.ts';
import { until } from '../support/until.ts';

afterAll(tidy);

/** Looks for something, logs in, orders a lamp, and looks at the invoice. */
async function visit(chromium: Chromium, url: string): Promise<void> {
  await chromium.open(`${url}/`);
  const on = async (path: string, selector: string): Promise<void> => {
    await until(`${selector} of ${path} is there`, async () => await chromium.evaluate<boolean>(`location.pathname.endsWith('${path}') && document.readyState === 'complete' && document.querySelector('${selector}') !== null`));
  };
  const fill = async (values: Readonly<Record<string, string>>, button: string): Promise<void> => {
    await chromium.evaluate(`for (const [name, value] of ${JSON.stringify(Object.entries(values))}) document.querySelector('[name=' + name + ']').value = value; document.querySelector('${button}').click()`);
  };
  await fill({ q: 'lamp' }, '#search');
  await on('/search', '#login');
  await chromium.evaluate("document.querySelector('#login').click()");
  await on('/login', '#send');
  await fill({ user: 'ada', password: 'pw-ada' }, '#send');
  await on('/account', '#order');
  await chromium.evaluate("document.querySelector('#order').click()");
  await on('/account', '#invoice');
  await chromium.evaluate("document.querySelector('#invoice').click()");
  await on('/invoice', 'body');
}

/** The scenario compiles, says nothing that is secret, and 20 users walk through the shop with it. */
async function walkedBy20(shop: Shop, cwd: string): Promise<{ readonly scenario: string; readonly rows: readonly string[] }> {
  const scenario = await readFile(join(cwd, 'shop.ts'), 'utf8');
  expect(complaintsAbout({ 'shop.ts': scenario })).toEqual([]);
  expect(scenario).not.toMatch(/pw-ada|redacted-|not correlated/u);
  const before = { orders: shop.orders.length, refused: shop.refused.length };
  const tasks = scenario.match(/^ {2}@task$/gmu)?.length ?? 0;
  const run = await boomer(['run', 'shop.ts', '-u', '20', '-r', '20', '-i', String(tasks * 30), '--threads', '2', '-e', 'PASSWORD=pw-ada', '--json'], { cwd });
  expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('Aggregated')]);
  expect(shop.refused.slice(before.refused)).toEqual([]);
  // Whoever was in the middle of a walk when the last task began did not get to it.
  expect(shop.orders.length - before.orders).toBeGreaterThanOrEqual(15);
  const rows = JSON.parse(run.stdout) as readonly { readonly method: string; readonly name: string; readonly num_failures: number }[];
  expect(rows.filter(({ num_failures: failures }) => failures > 0)).toEqual([]);
  return { scenario, rows: rows.map(({ method, name }) => `${method} ${name}`).toSorted() };
}

/** One for each thing that a visitor does, whatever the ids are. */
const rows = ['GET /', 'GET /api/items', 'GET /item/[id]', 'GET /login', 'GET /orders/[id]/invoice', 'GET /search', 'POST /api/carts/[id]/items', 'POST /api/orders', 'POST /login'];

chromiumTest('what a browser saves becomes a scenario that 20 users run without a dead token', async () => {
  await using processes = new TestProcesses();
  await using chromium = await Chromium.start(processes);
  const shop = await startShop();
  try {
    const har = new ChromiumHar(chromium);
    await visit(chromium, shop.url);
    expect([shop.orders, shop.refused]).toEqual([['ada'], []]);
    const cwd = await folderWith({ 'shop.har': await har.text() });
    const { code, stderr } = await boomer(['import', 'shop.har', '-o', 'shop.ts'], { cwd });
    expect([code, stderr]).toEqual([0, expect.stringContaining('taken from answers: 8 values')]);
    expect((await walkedBy20(shop, cwd)).rows).toEqual(rows);
  } finally {
    await shop.close();
  }
});

chromiumTest('what a browser does through the proxy becomes the same scenario, and the file holds no secret', async () => {
  await using processes = new TestProcesses();
  await using chromium = await Chromium.start(processes);
  const shop = await startShop();
  try {
    const cwd = await folderWith({});
    const recording = new Command(program, ['record', '--target', shop.url, '--port', '0', '-o', 'shop.har', '--import', 'shop.ts'], { cwd });
    await recording.printed(/passes on/u);
    const url = /http:\S+/u.exec(recording.stderr)?.[0] ?? '';
    await visit(chromium, url);
    await recording.printed(/invoice +200/u);
    recording.signal('SIGINT');
    const { code, stderr } = await recording.ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('taken from answers: 8 values')]);
    expect([shop.orders, shop.refused]).toEqual([['ada'], []]);
    expect(chromium.requested.filter((asked) => !asked.startsWith(url))).toEqual([]);
    const file = await readFile(join(cwd, 'shop.har'), 'utf8');
    expect(file).not.toContain('pw-ada');
    for (const secret of shop.secrets) expect(file).not.toContain(secret);
    const { rows: walked } = await walkedBy20(shop, cwd);
    expect(walked).toEqual(rows);
  } finally {
    await shop.close();
  }
});

chromiumTest('a browser stays on the proxy of a site that insists on TLS, its own name and its own origin', async () => {
  await using processes = new TestProcesses();
  await using chromium = await Chromium.start(processes);
  const asked: (readonly unknown[])[] = [];
  await using scene = await ProxyScene.open((request, response) => {
    asked.push([request.method, request.url, request.headers.host, request.headers.origin, request.headers.cookie]);
    const own = `https://${request.headers.host ?? ''}`;
    if (request.url === '/') response.writeHead(302, { location: `${own}/page`, 'set-cookie': ['a=1; Secure; SameSite=None; Domain=localhost; Path=/', 'b=2; Secure; HttpOnly'] }).end();
    else if (request.url === '/page') response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': `default-src 'unsafe-inline'; connect-src ${own} ${own.replace('https', 'wss')}` }).end('<title>page</title>');
    else response.writeHead(200, { 'access-control-allow-origin': own }).end('answered');
  }, { isTls: true, proxy: { isInsecure: true } });
  const sockets = new WebSocketServer({ server: scene.server });
  sockets.on('connection', (socket, request) => socket.on('message', (message: Buffer) => socket.send(`${request.headers.origin ?? ''} ${message.toString()}`)));
  const { url } = scene.proxy;
  await chromium.open(`${url}/page`);
  await chromium.evaluate(`void (location.href = '${url}/')`);
  await until('the redirect has led to the page, with cookies', async () => await chromium.evaluate<boolean>("location.pathname === '/page' && document.cookie === 'a=1'"));
  expect(await chromium.evaluate<string>("fetch('/api', { method: 'POST' }).then((answer) => answer.text())")).toBe('answered');
  const echoed = await chromium.evaluate<string>("new Promise((resolve, reject) => { const socket = new WebSocket('ws://' + location.host + '/socket'); socket.onopen = () => socket.send('hello'); socket.onmessage = ({ data }) => { socket.close(); resolve(data); }; socket.onerror = () => reject(new Error('no socket')); })");
  expect(echoed).toBe(`${scene.serverUrl} hello`);
  const { host } = new URL(scene.serverUrl);
  expect(asked.filter(([, path]) => path === '/api')).toEqual([['POST', '/api', host, scene.serverUrl, 'a=1; b=2']]);
  expect(chromium.requested.filter((own) => !/^(?:about:|data:)/u.test(own) && !own.startsWith(url))).toEqual([]);
  await until('the socket is noted', () => scene.exchanges.some(({ isTunnel, url: own }) => isTunnel && own === `${scene.serverUrl}/socket`));
});
