import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { PlainPlans } from '../../../src/http/request/requestPlan.ts';
import { clientSettings } from '../../../src/http/clientSettings.ts';
import { undiciEngine } from '../../../src/http/connection/undici/undiciEngine.ts';

const { plainPlans } = clientSettings('http://h:1', { timeout: 2 }, undiciEngine);

describe('plain plans', () => {
  it('are what method and URL make of the settings', () => {
    expect(plainPlans.of('GET', '/a')).toMatchObject({ origin: 'http://h:1', request: { method: 'GET', path: '/a', cookie: null, body: null }, followsRedirects: true, limitMs: 2000, validate: null });
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

  it('are not kept for ever more URLs', () => {
    let planned = 0;
    const plans = new PlainPlans({ base: null, hostError: null, namesByUrl: false, totalTimeoutMs: null, poolSettings: (origin) => (planned++, clientSettings(null, {}, undiciEngine).poolSettings(origin)) });
    for (let at = 0; at < 3000; at += 1) plans.of('GET', `http://h/${at}`);
    planned = 0;
    plans.of('GET', 'http://h/1999');
    expect(planned).toBe(0);
    plans.of('GET', 'http://h/2999');
    plans.of('GET', 'http://h/2000');
    plans.of('GET', 'http://h/2999');
    expect(planned).toBe(3);
  });

  it('hold no page that a URL was cut out of', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
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
