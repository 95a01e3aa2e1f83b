/** Signals that ask a command to end, which it does gracefully. */
import { closeSync, fstatSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Ctrl-C, `kill`, and a terminal that was closed or an SSH connection that was lost. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

const endSignals: readonly EndSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Calls `onSignal` at each one; returns how to stop listening. After SIGHUP the terminal may be gone, which Node (20 to 24) does not
 * survive: at its end it puts the terminal's settings back, and aborts where it cannot (node.cc, `ResetStdio`).
 */
export function onSignals(onSignal: (signal: EndSignal) => void): () => void {
  const listeners = endSignals.map((signal) => [signal, () => {
    if (signal === 'SIGHUP') process.once('exit', closeLostTerminal);
    onSignal(signal);
  }] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}

/** A file descriptor that is closed, or none of a terminal's, is left alone there. */
function closeLostTerminal(): void {
  for (const fd of [0, 1, 2]) {
    try {
      if (!isatty(fd) && fstatSync(fd).isCharacterDevice()) closeSync(fd);
    } catch {
      // It is closed.
    }
  }
}
