import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { clientSettings } from '../../../../src/http/clientSettings.ts';
import { undiciEngine } from '../../../../src/http/connection/undici/undiciEngine.ts';
import type { RequestOptions } from '../../../../src/http/request/requestOptions.ts';
import { planRequest } from '../../../../src/http/request/requestPlan.ts';

const { plainPlans, namesByUrl } = clientSettings('http://h:1', { timeout: 2 }, undiciEngine);

describe('plain plans', () => {
  it('are what method and URL make of the settings', () => {
    expect(plainPlans.of('GET', '/a')).toMatchObject({ origin: 'http://h:1', request: { method: 'GET', path: '/a', cookie: null, body: null }, followsRedirects: true, limitMs: 2000, check: null, isCaught: false });
    expect(plainPlans.of('HEAD', 'http://other/b').followsRedirects).toBe(false);
    expect(plainPlans.of('HEAD', 'http://other/b').origin).toBe('http://other');
  });

  it('are made once for each method and URL', () => {
    const first = plainPlans.of('GET', '/a');
    expect(plainPlans.of('GET', '/a')).toBe(first);
    expect(plainPlans.of('POST', '/a')).not.toBe(first);
    expect(plainPlans.of('GET', '/b')).not.toBe(first);
    expect(plainPlans.of('GET', '/a')).toBe(first);
  });

  it('are not kept for ever more URLs: those that come again have the places', () => {
    const plans = clientSettings('http://h', {}, undiciEngine).plainPlans;
    const often = plans.of('GET', '/often');
    for (let at = 0; at < 20_000; at += 1) {
      if (plans.of('GET', `/${at}`).request.path !== `/${at}`) throw new Error(`another plan for /${at}`);
      if (at % 5 === 0) plans.of('GET', '/often');
    }
    expect(plans.of('GET', '/often')).toBe(often);
    const kept = Array.from({ length: 20_000 }, (_, at) => plans.of('GET', `/${at}`)).filter(({ request }) => request.memo !== null);
    expect(kept.length).toBeLessThan(1000);
  });

  it('keep what an engine makes of those that are kept, and of those alone', () => {
    const plans = clientSettings('http://h', {}, undiciEngine).plainPlans;
    const plain = plans.of('GET', '/a');
    expect(plain.request.memo).toEqual({ head: null });
    expect(plain.request.isOneOff).toBe(false);
  });

  it('hold no page that a URL was cut out of', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    setFlagsFromString('--no-expose-gc');
    const pageBytes = 1024 * 1024;
    const plans = clientSettings('http://h', {}, undiciEngine).plainPlans;
    const heldBytes = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const beforeBytes = heldBytes();
    for (let at = 0; at < 40; at += 1) {
      const page = `/a/path/long/enough/to/be/a/view/${at} `.padEnd(pageBytes, 'more');
      plans.of('GET', page.slice(0, page.indexOf(' ')));
    }
    expect(heldBytes() - beforeBytes).toBeLessThan(10 * pageBytes);
    expect(plans.of('GET', '/a/path/long/enough/to/be/a/view/7').request.path).toBe('/a/path/long/enough/to/be/a/view/7');
  });

  it('throw for a URL that leads nowhere, each time', () => {
    for (let round = 0; round < 2; round += 1) expect(() => plainPlans.of('GET', 'no slash')).toThrow(/no slash/u);
  });
});

describe('options of one request', () => {
  const plain = plainPlans.of('GET', '/a');
  const planned = (options: RequestOptions): typeof plain => planRequest(plain, options, namesByUrl);

  it('leave the plan as it is where they are of its row alone', () => {
    expect(planned({ name: '/[id]', context: { tenant: 'a' } })).toBe(plain);
  });

  it('keep the request where they do not change what is sent', () => {
    const check = (): boolean => true;
    const options = [{ timeout: 1 }, { silent: true }, { stream: true }, { discardBody: true }, { allowRedirects: false }, { catchResponse: true }, { check }] satisfies RequestOptions[];
    const said = [{ limitMs: 1000 }, { isSilent: true }, { streams: true }, { discardsBody: true }, { followsRedirects: false }, { isCaught: true }, { check }];
    expect(options.map(planned)).toEqual(said.map((field) => ({ ...plain, ...field })));
    for (const each of options) expect(planned(each).request).toBe(plain.request);
  });

  it('are named by the path with their query, unless by the URL', () => {
    expect(planned({ query: { page: 2 } })).toMatchObject({ name: '/a?page=2', request: { path: '/a?page=2', memo: null } });
    expect(planRequest(plain, { query: { page: 2 } }, true).name).toBe('/a');
  });
});
