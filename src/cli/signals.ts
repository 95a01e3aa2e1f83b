/** SIGINT and SIGTERM, for commands that end gracefully. */

/** Calls `onSignal` at each one; returns how to stop listening. */
export function onSignals(onSignal: (signal: NodeJS.Signals) => void): () => void {
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}
