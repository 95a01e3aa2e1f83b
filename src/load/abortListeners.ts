/** Listeners of a program's signal: one of ours, however many loads it ends. Node warns of an eleventh, and a test's signal may end more loads at once. */
type Listeners = { readonly all: Set<() => void>; readonly onAbort: () => void };

const listenersOf = new WeakMap<AbortSignal, Listeners>();

/** Calls `listener` when the signal is aborted; at once where it is already. Returns what takes that back. */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return nothing;
  }
  const { all, onAbort: heard } = listenersOf.get(signal) ?? listenTo(signal);
  all.add(listener);
  return () => {
    if (all.delete(listener) && all.size === 0) {
      signal.removeEventListener('abort', heard);
      listenersOf.delete(signal);
    }
  };
}

function listenTo(signal: AbortSignal): Listeners {
  const all = new Set<() => void>();
  const listeners: Listeners = {
    all,
    onAbort() {
      for (const listener of [...all]) listener();
    },
  };
  signal.addEventListener('abort', listeners.onAbort, { once: true });
  listenersOf.set(signal, listeners);
  return listeners;
}

function nothing(): void {
  // there is nothing to take back
}
