/** A worker that waits for its master: says why there is none, once for each reason, and how to start one. */
import { masterTrouble } from '../../protocol/socket/masterTrouble.ts';
import { clearTimer, setTimer, type Timer } from '../../util/timers.ts';

/** A master that starts at the same time is there by then. */
const firstLookMs = 2_000;
const lookEveryMs = 10_000;

/** What a wait is for, and who hears of it. */
export type MasterWaitOptions = {
  readonly host: string;
  readonly port: number;
  /** A scenario as it was named, for the line that starts a master of it; null: the master has it. */
  readonly scenario: string | null;
  readonly warn: (text: string) => void;
  /** As `masterTrouble`. */
  readonly look?: (host: string, port: number) => Promise<string>;
  readonly firstLookMs?: number;
  readonly lookEveryMs?: number;
};

/** Looks now and then while nobody has answered; returns what ends that, which may be called twice. */
export function explainWait(options: MasterWaitOptions): () => void {
  const { host, port, warn, look = masterTrouble } = options;
  let said = '';
  let isOver = false;
  let timer: Timer | null = null;
  const lookNow = async (): Promise<void> => {
    const trouble = await look(host, port);
    if (isOver) return;
    if (trouble !== said) warn(`no master answers at ${host}:${port}: ${trouble}${said === '' ? `\n${startingLine(options)}` : ''}`);
    said = trouble;
    timer = setTimer(() => void lookNow(), options.lookEveryMs ?? lookEveryMs);
  };
  timer = setTimer(() => void lookNow(), options.firstLookMs ?? firstLookMs);
  return () => {
    isOver = true;
    clearTimer(timer);
  };
}

/** Here a swarm has master and worker; elsewhere it is Locust's own command. */
function startingLine({ host, scenario }: MasterWaitOptions): string {
  const isHere = /^(?:localhost|127\..*|::1|\[::1\])$/u.test(host);
  const file = scenario ?? 'scenario.ts';
  const ofLocust = `boomer-node locustfile ${file} -o locustfile.py && locust -f locustfile.py --master`;
  return isHere ? `A master and a worker in one: boomer-node swarm ${file}; a master alone: ${ofLocust}` : `To start one on ${host}: ${ofLocust}`;
}
