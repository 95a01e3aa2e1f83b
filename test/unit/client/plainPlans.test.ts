import { PlainPlans } from '../../../src/client/plainPlans.ts';
import { clientSettings } from '../../../src/client/clientSettings.ts';
import { undiciEngine } from '../../../src/client/undiciClient.ts';

const { plainPlans } = clientSettings('http://h:1', { timeout: 2 }, undiciEngine);

describe('plain plans', () => {
  it('are what method and URL make of the settings', () => {
    expect(plainPlans.of('GET', '/a')).toMatchObject({ origin: 'http://h:1', request: { method: 'GET', path: '/a', cookie: null, body: null }, followsRedirects: true, limitMs: 2000, judge: null });
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
    const plans = new PlainPlans({ base: null, totalTimeoutMs: null, poolSettings: (origin) => (planned++, clientSettings(null, {}, undiciEngine).poolSettings(origin)) });
    for (let at = 0; at < 3000; at += 1) plans.of('GET', `http://h/${at}`);
    planned = 0;
    plans.of('GET', 'http://h/1999');
    expect(planned).toBe(0);
    plans.of('GET', 'http://h/2999');
    plans.of('GET', 'http://h/2000');
    plans.of('GET', 'http://h/2999');
    expect(planned).toBe(3);
  });

  it('throw for a URL that leads nowhere, each time', () => {
    for (let round = 0; round < 2; round += 1) expect(() => plainPlans.of('GET', 'no slash')).toThrow(/no slash/u);
  });
});
