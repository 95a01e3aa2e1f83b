import type { PendingRequest, WireRequest } from '../../../../src/http/connection/connection.ts';
import { ConnectionPool, PoolSet } from '../../../../src/http/connection/connectionPool.ts';
import type { PoolSettings } from '../../../../src/http/connection/connectionPool.ts';

const reason = new Error('over');
const wire: WireRequest = { method: 'GET', path: '/', headers: [], isOneOff: false, memo: null, cookie: null, body: null };
const nothing = (): void => undefined;

/** What pools make and do, as words in `log`: `c1<a` is request a on the first connection. */
function scene(maxConnections: number) {
  const log: string[] = [];
  let made = 0;
  const settings: PoolSettings = {
    headers: [],
    maxConnections,
    openPool: (own) => new ConnectionPool(own),
    wiring: { origin: 'http://h', timeouts: { headersMs: 1, bodyMs: 1, connectMs: 1 }, tls: {}, socketPath: null, proxy: null, allowed: null, http2: false },
    connect: () => {
      const name = `c${++made}`;
      return { send: (_, handler) => log.push(`${name}<${(handler as unknown as { name: string }).name}`), destroy: () => log.push(`${name} destroyed`) };
    },
  };
  const asking = (name: string, owner: object = settings): PendingRequest & { readonly name: string } => ({
    name,
    owner,
    origin: 'http://h',
    request: wire,
    slot: null,
    abandon: () => log.push(`${name} abandoned`),
    onConnect: nothing,
    onHeaders: () => true,
    onData: () => true,
    onComplete: nothing,
    onError: nothing,
    onHead: nothing,
    onPiece: () => true,
    onEnd: nothing,
    askedMs: 0,
  });
  return { log, settings, asking, pool: new ConnectionPool(settings) };
}

describe('a pool', () => {
  it('takes the connection that was last free, and makes one when none is', () => {
    const { log, pool, asking } = scene(10);
    const [a, b, c] = [asking('a'), asking('b'), asking('c')];
    for (const one of [a, b, c]) pool.start(one);
    b.slot?.free();
    a.slot?.free();
    for (const name of ['d', 'e', 'f']) pool.start(asking(name));
    expect(log).toEqual(['c1<a', 'c2<b', 'c3<c', 'c1<d', 'c2<e', 'c4<f']);
  });

  it('lets requests beyond its limit wait in line, but those who left it', () => {
    const { log, pool, asking } = scene(1);
    const [a, b, c, d] = [asking('a'), asking('b'), asking('c'), asking('d')];
    for (const one of [a, b, c, d]) pool.start(one);
    pool.forget(c);
    a.slot?.free();
    b.slot?.free();
    expect(log).toEqual(['c1<a', 'c1<b', 'c1<d']);
  });

  it('has room for one more when a connection is dropped, once however often it is', () => {
    const { log, pool, asking } = scene(2);
    const [a, b, c, d] = [asking('a'), asking('b'), asking('c'), asking('d')];
    for (const one of [a, b, c, d]) pool.start(one);
    const slot = a.slot;
    slot?.drop(reason);
    expect(log.splice(0)).toEqual(['c1<a', 'c2<b', 'c1 destroyed', 'c3<c']);
    slot?.drop(reason);
    expect(log).toEqual(['c1 destroyed']); // d waits on: c2 and c3 are the two that there may be
  });

  it('drops any of its connections and closes the others', () => {
    const { log, pool, asking } = scene(10);
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => asking(name));
    for (const one of all) pool.start(one);
    all[2]?.slot?.drop(reason);
    all[4]?.slot?.drop(reason);
    all[0]?.slot?.drop(reason);
    all[3]?.slot?.free();
    log.length = 0;
    pool.close(reason);
    pool.close(reason);
    expect(log.sort()).toEqual(['b abandoned', 'c2 destroyed', 'c4 destroyed']);
  });

  it('gives up what one owner has under way and in line; others go on', () => {
    const { log, pool, asking } = scene(2);
    const leaving = {};
    for (const one of [asking('a', leaving), asking('b'), asking('c', leaving), asking('d')]) pool.start(one);
    log.length = 0;
    pool.abort(leaving, reason);
    expect(log).toEqual(['c abandoned', 'a abandoned', 'c1 destroyed', 'c3<d']);
  });
});

it('a set of pools has one for each origin, until it is closed', () => {
  const { log, settings, asking } = scene(10);
  const pools = new PoolSet((origin) => ({ ...settings, wiring: { ...settings.wiring, origin } }));
  const origins = ['http://one', 'http://two', 'http://three'];
  const made = origins.map((origin) => pools.of(origin));
  expect(new Set(made).size).toBe(3);
  expect(origins.map((origin) => pools.of(origin))).toEqual(made);
  made.forEach((pool, at) => pool.start(asking(String(at))));
  log.length = 0;
  pools.close(reason);
  expect(log.filter((word) => word.endsWith('destroyed'))).toHaveLength(3);
  expect(made).not.toContain(pools.of('http://one'));
});
