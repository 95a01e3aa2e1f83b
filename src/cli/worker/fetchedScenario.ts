/**
 * The scenario of `worker -f -`: asked of the master as Locust's own worker does it (argument_parser.py, `download_locustfile_from_master`),
 * checked against its hash, and unpacked into a temporary folder, from where it is loaded as any other.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { readShipped, shippedHash, type ShippedScenario } from '../../cluster/shippedScenario.ts';
import { connectDealer } from '../../protocol/socket/dealer.ts';
import { decodeMessage, encodeMessage } from '../../protocol/wire/codec.ts';
import type { LocustfileData } from '../../protocol/wire/messages.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { clearTimer, setTimer } from '../../util/timers.ts';
import { makeTemporaryFolder } from '../../compile/temporaryFolder.ts';
import { explainWait } from './masterWait.ts';

/** Which master is asked, and who hears of a wait. */
export type FetchOptions = {
  readonly host: string;
  readonly port: number;
  /** Of this program. */
  readonly version: string;
  readonly say: (text: string) => void;
  /** How long the master may be silent; as long as a worker waits for its `ack` when absent. */
  readonly giveUpMs?: number;
  /** Ends the wait: the fetch rejects. */
  readonly stop?: AbortSignal;
};

/** A scenario that came from a master. */
export type FetchedScenario = {
  /** Absolute paths of its modules. */
  readonly files: readonly string[];
  readonly hash: string;
  /** Removes what was unpacked, at once. May be called twice. */
  readonly removeNow: () => void;
};

/** As Locust's worker: asked each second, for as long as a worker waits for its `ack`. */
const askEveryMs = 1_000;
const usualGiveUpMs = 300_000;
const sayAfterMs = 2_000;

/** True for `-f -`; throws a BoomerError when files are named beside it. */
export function asksMaster(files: readonly string[]): boolean {
  if (!files.includes('-')) return false;
  if (files.length > 1) throw new BoomerError('usage', `-f - asks the master for the scenario, and ${files.filter((file) => file !== '-').join(', ')} is one too: name the one or the other`);
  return true;
}

/** Rejects with a BoomerError when the master does not answer, has no scenario of ours, or needs a package that is not here. */
export async function fetchScenario(options: FetchOptions): Promise<FetchedScenario> {
  const { filename, contents } = await locustfileBy(options);
  const scenario = readShipped(contents, filename);
  await requirePackages(scenario, process.cwd());
  const folder = await makeTemporaryFolder();
  for (const [name, bytes] of scenario.files) {
    const path = join(folder.path, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
  // What could not travel is found where the worker was started.
  if (scenario.outside.length > 0) await symlink(join(process.cwd(), 'node_modules'), join(folder.path, 'node_modules'));
  return { files: scenario.entries.map((entry) => join(folder.path, entry)), hash: shippedHash(contents) ?? '', removeNow: folder.removeNow };
}

/** By it one tells whether the master ships the same scenario as before; null: it ships none of ours. Rejects with a BoomerError when it does not answer, or is no longer asked. */
export async function hashShippedBy(options: FetchOptions): Promise<string | null> {
  return shippedHash((await locustfileBy(options)).contents);
}

/** The one that carries a scenario, or the first. */
async function locustfileBy(options: FetchOptions): Promise<{ readonly filename: string; readonly contents: string }> {
  const answer = await askForLocustfiles(options);
  const master = `${options.host}:${options.port}`;
  if ('error' in answer) throw new BoomerError('scenario-from-master', `the master at ${master} cannot ship its locustfile: ${answer.error}`);
  const texts = answer.locustfiles.flatMap((file) => (typeof file === 'string' ? [] : [file]));
  const ours = texts.find(({ contents }) => shippedHash(contents) !== null) ?? texts[0];
  if (ours === undefined) throw new BoomerError('scenario-from-master', `the master at ${master} has no locustfile to ship: start it with -f FILE, a file that boomer-node locustfile made`);
  return ours;
}

/** Whether `text` stands in a locustfile of this master. */
export async function shipsText(text: string, options: FetchOptions): Promise<boolean> {
  const answer = await askForLocustfiles({ ...options, giveUpMs: 10_000, say: () => undefined }).catch(() => ({ error: 'it does not answer as a master does' }));
  return 'locustfiles' in answer && answer.locustfiles.some((file) => typeof file !== 'string' && file.contents.includes(text));
}

function askForLocustfiles({ host, port, version, say, giveUpMs = usualGiveUpMs, stop }: FetchOptions): Promise<LocustfileData> {
  const nodeId = `${hostname()}_download_locustfile_${randomBytes(16).toString('hex')}`;
  const request = encodeMessage({ type: 'locustfile', data: { version } }, nodeId);
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearInterval(asking);
      clearTimer(waiting);
      masterFound();
      clearTimer(late);
      void transport.close();
    };
    const transport = connectDealer({
      host,
      port,
      sink: {
        up: () => transport.send(0, request),
        down: () => transport.open(0, nodeId),
        frame: (_, frame) => {
          const decoded = decodeMessage(frame);
          if (!decoded.ok) {
            end();
            reject(new BoomerError('scenario-from-master', `the master at ${host}:${port} answered with something else: ${decoded.reason}`));
          } else if (decoded.message.type === 'locustfile') {
            end();
            resolve(decoded.message.data);
          }
        },
        invalid: say,
        failed: say,
      },
    });
    const asking = setInterval(() => transport.send(0, request), askEveryMs);
    const waiting = setTimer(() => say(`waiting for the master at ${host}:${port} to ship its scenario`), sayAfterMs);
    const masterFound = explainWait({ host, port, scenario: null, warn: say });
    const late = setTimer(() => {
      end();
      reject(new BoomerError('scenario-from-master', `the master at ${host}:${port} did not answer for ${giveUpMs / 1000} s: is it a Locust master, and does a firewall let port ${port} through?`));
    }, giveUpMs);
    stop?.addEventListener('abort', () => {
      end();
      reject(new BoomerError('scenario-from-master', 'a signal ended the wait for the scenario'));
    });
    transport.open(0, nodeId);
  });
}

async function requirePackages({ outside }: ShippedScenario, cwd: string): Promise<void> {
  const missing: string[] = [];
  for (const { name, version } of outside) {
    const found = await stat(join(cwd, 'node_modules', name)).catch(() => null);
    if (found === null) missing.push(`${name}@${version}`);
  }
  if (missing.length > 0) throw new BoomerError('scenario-missing', `the master's scenario needs packages with native code, which it cannot ship: npm install ${missing.join(' ')} in ${cwd}`);
}
