/** What goes wrong in one run, and when: made from a seed and a number, the same each time; pure. */
import { Random } from '../../src/util/random.ts';

export type Fault =
  /** The master is killed, and another comes in its place. */
  | { readonly kind: 'masterKilled'; readonly downMs: number }
  /** SIGSTOP, then SIGCONT. */
  | { readonly kind: 'masterPaused'; readonly ms: number }
  /** Nothing passes, nothing is lost: a network that stands still. */
  | { readonly kind: 'stall'; readonly ms: number }
  /** Nothing passes for a while; then one side's connection, or each, is reset, and the other side hears nothing of it. */
  | { readonly kind: 'halfOpen'; readonly side: 'worker' | 'master' | 'both'; readonly ms: number }
  /** The worker's network interface is down. */
  | { readonly kind: 'linkDown'; readonly ms: number }
  /** What the target tells one user: end the thread, block it, fill its memory, throw. */
  | { readonly kind: 'threadFault'; readonly what: 'exit' | 'hang' | 'memory' | 'error' }
  | { readonly kind: 'scale'; readonly users: number }
  /** The web UI's Stop and Start as fast as they go. */
  | { readonly kind: 'storm'; readonly rounds: readonly number[] }
  /** A worker is told to end, and another takes its place. */
  | { readonly kind: 'workerEnds'; readonly signal: 'SIGTERM' | 'SIGHUP' };

export type Step = { readonly afterMs: number; readonly fault: Fault };

export type Schedule = {
  readonly seed: string;
  readonly index: number;
  /** How the worker reaches the master: directly, through a TCP proxy, or out of a network namespace. */
  readonly link: 'direct' | 'proxy' | 'namespace';
  readonly threads: number;
  readonly users: number;
  /** Who reads what the worker prints: somebody, or nobody. */
  readonly terminal: 'read' | 'blocked';
  /** The disk of its log: large, or 64 KiB. */
  readonly disk: 'large' | 'small';
  readonly steps: readonly Step[];
  readonly ending: 'masterQuits' | 'SIGTERM' | 'SIGHUP';
};

/** Each of these is the main fault of one schedule in so many. */
const mainFaults = ['masterKilled', 'stall', 'masterPaused', 'halfOpen', 'exit', 'linkDown', 'storm', 'hang', 'workerEnds', 'memory'] as const;

/** Those that cut the worker off for longer than the master's patience (3 s) take part as those that do not. */
const outages = [400, 1_500, 2_600, 5_000] as const;

export function scheduleOf(seed: string, index: number, canIsolate: boolean): Schedule {
  const random = new Random(`chaos ${seed} ${index}`);
  const pick = <T>(list: readonly [T, ...T[]]): T => list[random.int(0, list.length - 1)] ?? list[0];
  const ms = (): number => pick([...outages]) + random.int(0, 300);
  const faultOf = (name: (typeof mainFaults)[number] | 'scale' | 'error'): Fault => {
    switch (name) {
      case 'masterKilled':
        return { kind: 'masterKilled', downMs: random.int(100, 4_000) };
      case 'masterPaused':
        return { kind: 'masterPaused', ms: ms() };
      case 'stall':
        return { kind: 'stall', ms: ms() };
      case 'halfOpen':
        return { kind: 'halfOpen', side: pick(['worker', 'master', 'both']), ms: ms() };
      case 'linkDown':
        return { kind: 'linkDown', ms: ms() };
      case 'storm':
        return { kind: 'storm', rounds: Array.from({ length: random.int(2, 4) }, () => random.int(0, 400)) };
      case 'workerEnds':
        return { kind: 'workerEnds', signal: pick(['SIGTERM', 'SIGHUP']) };
      case 'scale':
        return { kind: 'scale', users: random.int(1, 12) };
      case 'exit':
      case 'hang':
      case 'memory':
      case 'error':
        return { kind: 'threadFault', what: name };
    }
  };
  const name = mainFaults[index % mainFaults.length] ?? 'masterKilled';
  const main = name === 'linkDown' && !canIsolate ? faultOf('stall') : faultOf(name);
  const others = Array.from({ length: random.int(0, 2) }, () => faultOf(pick(['scale', 'error', 'masterPaused', 'exit', 'storm'])));
  const faults = random.int(0, 1) === 0 ? [main, ...others] : [...others, main];
  const place = random.int(0, 3);
  return {
    seed,
    index,
    link: main.kind === 'stall' || main.kind === 'halfOpen' ? 'proxy' : main.kind === 'linkDown' ? 'namespace' : 'direct',
    threads: random.int(1, 2),
    users: random.int(2, 12),
    // With a full disk the terminal is all there is of the log.
    terminal: place === 0 ? 'blocked' : 'read',
    disk: place === 1 && canIsolate ? 'small' : 'large',
    steps: faults.map((fault) => ({ afterMs: random.int(300, 1_500), fault })),
    ending: pick(['masterQuits', 'SIGTERM', 'SIGHUP']),
  };
}

/** `masterKilled 812 ms, scale 4`: for the table. */
export function describeSchedule({ link, terminal, disk, steps, ending }: Schedule): string {
  const parts = steps.map(({ fault: { kind, ...details } }) => `${kind} ${Object.values(details).join(' ')}`);
  const places = [link === 'direct' ? '' : link, terminal === 'blocked' ? 'blocked terminal' : '', disk === 'small' ? 'full disk' : ''];
  return [...places, ...parts, ending].filter((part) => part !== '').join(', ');
}
