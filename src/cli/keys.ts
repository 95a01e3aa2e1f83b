/**
 * Keys while a run goes on, as in Locust (input_events.py, main.py): `w` and `W` for one user and ten users more, `s` and
 * `S` for fewer; `q` ends the run.
 */

/** As much of `process.stdin` as is needed. */
export type KeyInput = {
  readonly isTTY?: boolean;
  readonly isRaw?: boolean;
  setRawMode?: (isRaw: boolean) => unknown;
  on: (event: 'data' | 'error', listener: (chunk: Buffer | string) => void) => unknown;
  off: (event: 'data', listener: (chunk: Buffer | string) => void) => unknown;
  resume: () => unknown;
  pause: () => unknown;
};

/** What keys do. */
export type KeyActions = {
  readonly stdin: KeyInput;
  /** More users, or fewer if negative. */
  readonly onUsers: (by: number) => void;
  readonly onQuit: () => void;
  /** Ctrl-C, which is only a key while the terminal hands over each one: what SIGINT would have done. */
  readonly onInterrupt: () => void;
};

const usersBy: Readonly<Record<string, number>> = { w: 1, W: 10, s: -1, S: -10 };
const ctrlC = '\u0003';

/**
 * Listens until the function that it returns is called, which may be twice, or the process ends; does nothing where stdin
 * is no terminal. The terminal is as it was before from then on.
 */
export function listenToKeys({ stdin, onUsers, onQuit, onInterrupt }: KeyActions): () => void {
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) return () => undefined;
  const wasRaw = stdin.isRaw === true;
  const onData = (chunk: Buffer | string): void => {
    // Arrows and function keys come as one sequence: its letters are not keys.
    for (const key of chunk.toString().replace(/\u001b(?:\[[\d;]*[ -/]*[@-~]|O.|.)?/gu, '')) {
      const by = usersBy[key];
      if (by !== undefined) onUsers(by);
      else if (key === 'q') onQuit();
      else if (key === ctrlC) onInterrupt();
    }
  };
  let isListening = true;
  const stop = (): void => {
    if (!isListening) return;
    isListening = false;
    process.off('exit', stop);
    stdin.off('data', onData);
    stdin.setRawMode?.(wasRaw);
    // A stdin that is read keeps the process alive.
    stdin.pause();
  };
  // A closed terminal gives errors, at the latest when its mode is put back; what ends the run is SIGHUP.
  stdin.on('error', () => undefined);
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.resume();
  process.on('exit', stop);
  return stop;
}
