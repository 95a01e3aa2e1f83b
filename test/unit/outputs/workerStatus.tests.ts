import { WorkerStatus, statusLine, type WorkerMoment, type WorkerNumbers } from '../../../src/outputs/workerStatus.ts';

type Seen = WorkerMoment & WorkerNumbers;

const moment = (changes: Partial<Seen> = {}): Seen => ({
  masterAddress: '10.0.0.5:5557',
  nodeId: `host_${'ab12'.repeat(8)}`,
  phase: 'running',
  isMasterReached: true,
  workerIndex: 3,
  userCounts: { Shopper: 90, Admin: 30 },
  requests: 1000,
  failures: 2,
  p95Ms: 41.3,
  cpuPercent: 61.4,
  ...changes,
});
const show = (status: WorkerStatus, seen: Seen, atMs: number): string | null => status.show(seen, () => seen, atMs);

describe('the line', () => {
  it('has no failures that read as none or as all, and no rate that reads as nothing', () => {
    const lineOf = (failures: number, perSec: number): string => statusLine(moment({ requests: 100_000, failures, p95Ms: null }), perSec, 44);
    expect([lineOf(3, 0.4), lineOf(99_996, 12.3), lineOf(0, 0)]).toEqual(['● running · 0.4 req/s · <0.1 % failed', '● running · 12 req/s · >99.9 % failed', '● running · 0 req/s · 0.0 % failed']);
  });

  const whole = '● running · 842 req/s · 0.2 % failed · p95 41 ms · 120 users (Shopper 90, Admin 30) · 10.0.0.5:5557 as host_ab12 (index 3) · cpu 61 % · 1000 requests';

  it('tells what it does, how much and how well, then with whom and where', () => {
    expect(statusLine(moment(), 842.4)).toBe(whole);
  });

  it.each([
    [whole.length, whole],
    [whole.length - 1, '● running · 842 req/s · 0.2 % failed · p95 41 ms · 120 users (Shopper 90, Admin 30) · 10.0.0.5:5557 · cpu 61 % · 1000 requests'],
    [120, '● running · 842 req/s · 0.2 % failed · p95 41 ms · 120 users · 10.0.0.5:5557 · cpu 61 % · 1000 requests'],
    [79, '● running · 842 req/s · 0.2 % failed · p95 41 ms · 120 users · 10.0.0.5:5557'],
    [50, '● running · 842 req/s · 0.2 % failed · p95 41 ms'],
    [10, '● running'],
    [5, '● ru…'],
  ])('in %d cells loses what matters least', (cells, line) => {
    expect(statusLine(moment(), 842.4, cells)).toBe(line);
  });

  it('leaves out what is not known yet', () => {
    const early = moment({ workerIndex: -1, phase: 'ready', userCounts: { Shopper: 0 }, requests: 0, failures: 0, p95Ms: null, cpuPercent: 0 });
    expect(statusLine(early, 0)).toBe('● ready · 0 users · 10.0.0.5:5557 as host_ab12 · cpu 0 %');
    expect(statusLine(moment({ p95Ms: null }), 1)).not.toContain('p95');
  });

  it('shows a p95 under 10 ms with a decimal, and only classes that have users', () => {
    const line = statusLine(moment({ p95Ms: 1.26, userCounts: { Shopper: 5, Admin: 0 } }), 1);
    expect(line).toContain('p95 1.3 ms');
    expect(line).toContain('5 users (Shopper 5)');
    expect(statusLine(moment({ userCounts: { Shopper: 1 } }), 1)).toContain('· 1 user (');
  });

  it('says that it waits for a master, or that there is none any more', () => {
    expect(statusLine(moment({ isMasterReached: false, phase: 'connecting' }), 0)).toBe('○ waiting for the master at 10.0.0.5:5557');
    expect(statusLine(moment({ isMasterReached: false, phase: 'quitting' }), 0)).toBe('○ no master at 10.0.0.5:5557');
  });

  it('says at its end what it waits for', () => {
    expect(statusLine(moment({ isMasterReached: false, phase: 'parting' }), 0)).toBe('○ waiting for the master at 10.0.0.5:5557 to have the last report');
    expect(statusLine(moment({ isMasterReached: false, phase: 'closed' }), 0)).toBe('○ ending');
  });

  it('keeps an identity that is not of the usual form', () => {
    expect(statusLine(moment({ nodeId: 'mine' }), 0)).toContain(' as mine ');
  });
});

describe('on a terminal', () => {
  function terminal(columns = 200) {
    const written: string[] = [];
    return { written, status: new WorkerStatus({ isTerminal: true, columns: () => columns, write: (text) => void written.push(text) }) };
  }

  it('is redrawn in place, with the rate since the last time', () => {
    const { status, written } = terminal();
    expect(show(status, moment({ requests: 100 }), 1000)).toBeNull();
    expect(show(status, moment({ requests: 350 }), 1500)).toBeNull();
    expect(written[0]).toMatch(/^\r\u001b\[2K● .* 0 req\/s/u);
    expect(written[1]).toMatch(/^\r\u001b\[2K● .* 500 req\/s/u);
  });

  it('starts the rate anew when a run begins or no time has passed', () => {
    const { status, written } = terminal();
    show(status, moment({ requests: 100 }), 1000);
    show(status, moment({ requests: 10 }), 2000);
    show(status, moment({ requests: 20 }), 2000);
    expect(written.map((line) => / (\d+) req\/s/u.exec(line)?.[1])).toEqual(['0', '0', '0']);
  });

  it.each([
    [80, 79],
    [10, 20],
    [0, 20],
  ])('fits %d columns: at most %d characters', (columns, length) => {
    const { status, written } = terminal(columns);
    show(status, moment(), 0);
    const line = written[0]?.replace('\r\u001b[2K', '') ?? '';
    expect([line.length <= length, /^● running(?: ·|$)/u.test(line)]).toEqual([true, true]);
  });

  it('lets log lines scroll above it', () => {
    const { status, written } = terminal(30);
    status.log('before');
    show(status, moment({ isMasterReached: false, phase: 'connecting' }), 0);
    status.log('after');
    expect(written[0]).toBe('before\n');
    expect(written[2]).toBe('\r\u001b[2Kafter\n○ waiting for the master at …');
  });

  it('takes itself away at the end, once', () => {
    const { status, written } = terminal();
    status.end();
    expect(written).toEqual([]);
    show(status, moment(), 0);
    status.end();
    status.end();
    status.log('last');
    expect(written.slice(1)).toEqual(['\r\u001b[2K', 'last\n']);
  });
});

describe('off a terminal', () => {
  it('gives a line at each change of state and every half minute', () => {
    const status = new WorkerStatus({ isTerminal: false, columns: () => 80, write: () => undefined });
    const times = [
      [0, 'connecting'],
      [1000, 'connecting'],
      [2000, 'ready'],
      [31_999, 'ready'],
      [32_000, 'ready'],
      [33_000, 'running'],
      [33_500, 'running'],
    ] as const;
    expect(times.filter(([atMs, phase]) => show(status, moment({ phase }), atMs) !== null)).toEqual([
      [0, 'connecting'],
      [2000, 'ready'],
      [32_000, 'ready'],
      [33_000, 'running'],
    ]);
  });

  it('reads no numbers for a look that gives no line, and tells the rate since the last one', () => {
    const status = new WorkerStatus({ isTerminal: false, columns: () => 80, write: () => undefined });
    let reads = 0;
    const lines = [0, 1_000, 2_000, 29_000, 30_000, 31_000].map((atMs) => status.show(moment(), () => {
      reads++;
      return moment({ requests: atMs / 10 });
    }, atMs));
    expect([reads, lines[4]?.match(/\d+ req\/s/u)?.[0]]).toEqual([2, '100 req/s']);
  });

  it('is never cut and never redrawn', () => {
    const written: string[] = [];
    const status = new WorkerStatus({ isTerminal: false, columns: () => 20, write: (text) => void written.push(text) });
    expect(show(status, moment(), 0)?.length).toBeGreaterThan(100);
    status.log('line');
    status.end();
    expect(written).toEqual(['line\n']);
  });
});
