/**
 * A worker that a master has acknowledged and that nobody gives users: what its start took of a core, what it takes once that and what follows
 * it are over, and the memory that is its own (what no other process shares). One for each kind of user, since a thread loads what its scenario uses.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Line, OpenLine, Row, Sample, Scale } from '../line.ts';
import { locustCommand } from '../support/contestants.ts';
import { missingNotes, peers } from '../support/peers.ts';
import { cpuMs, ownBytes, start, threadsCpuMs } from '../support/processes.ts';
import { quantity, ratioText } from '../support/table.ts';
import { startUnderMaster, workerCommand } from '../support/worker.ts';

const goals = { ownMb: 36, idlePercent: 0.2, startMs: 350 } as const;
/** From the master's ack until all that a start takes has been taken. */
const settleMs = 2_000;
/** Then V8 collects once what the start left, a tenth of a second of CPU within the next quarter of a minute: what follows is how an idle worker goes on. */
const collectMs = 15_000;

export const idle: Line = { name: 'idle', open: (scale) => Promise.resolve(opened(scale)) };

const kinds = [['user', 'noop', 'User'], ['fast', 'fastHttp', 'FastHttpUser'], ['http', 'http', 'HttpUser']] as const;

const opened = (scale: Scale): OpenLine => ({
  rounds: 5,
  contestants: {
    ...Object.fromEntries(kinds.map(([key, scenario]) => [key, () => worker((port) => workerCommand(scenario, port), scale)])),
    node: () => bareNode(scale),
    locust: async () => {
      const { command } = peers.locust();
      return command === null ? null : worker(locustCommand(command), scale);
    },
  },
  rows: (medians) => kinds.flatMap(([key, , name]): readonly Row[] => {
    const row = (what: string, figure: keyof typeof goals, unit: string): Row => {
      const own = medians.of(key, figure);
      const peersOf = [['Locust\'s worker', medians.of('locust', figure)], ['bare node', medians.of('node', figure)]] as const;
      return {
        what: `idle worker, ${name}: ${what}`,
        figure: quantity(own, unit),
        peer: peersOf.map(([who, value]) => `${who}: ${quantity(value, unit)}`).join(', '),
        ratio: ratioText(own, peersOf[0][1]),
        goal: key === 'user' ? `≤ ${goals[figure]} ${unit}` : '',
        isMet: key === 'user' && own !== null ? own <= goals[figure] : null,
      };
    };
    return [row('memory of its own', 'ownMb', 'MB'), row('CPU to start', 'startMs', 'ms'), row(`of a core, from ${(settleMs + collectMs) / 1000} s after its start on`, 'idlePercent', '%')];
  }),
  notes: missingNotes(peers.locust),
  close: () => Promise.resolve(),
});

async function worker(command: (masterPort: number) => readonly string[], scale: Scale): Promise<Sample> {
  const running = await startUnderMaster(command, null);
  try {
    return await resting(running.pid, scale);
  } finally {
    await running.stop();
  }
}

async function bareNode(scale: Scale): Promise<Sample> {
  const node = start([process.execPath, '-e', 'setInterval(() => undefined, 1e6)']);
  try {
    return await resting(node.pid, scale);
  } finally {
    await node.stop();
  }
}

async function resting(pid: number, scale: Scale): Promise<Sample> {
  await pause(settleMs);
  const startMs = await cpuMs(pid);
  if (!scale.isQuick) await pause(collectMs);
  const [before, fromMs] = [await threadsCpuMs(pid), performance.now()];
  await pause(scale.isQuick ? 1_000 : 10_000);
  const idlePercent = ((await threadsCpuMs(pid)) - before) / (performance.now() - fromMs) * 100;
  return { ownMb: (await ownBytes(pid)) / 2 ** 20, startMs, idlePercent };
}
