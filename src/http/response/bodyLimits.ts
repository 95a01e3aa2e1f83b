/**
 * How much memory the bodies of answers may take while they are under way: each by itself, and all of a load thread together.
 * A body that was handed to the scenario is the scenario's, and no longer counted; so is one that is streamed.
 */
import { readFileSync } from 'node:fs';

/** What a client holds its answers to. */
export type BodyLimits = {
  /** Longest body, as it came and decoded. */
  readonly maxBytes: number;
  /** Bodies up to here are not looked at any further: at most `maxBytes`, and too short to be worth it. */
  readonly uncountedBytes: number;
  readonly memory: BodyMemory;
};

/** What the bodies under way may take together. */
export class BodyMemory {
  #freeBytes: number;

  constructor(bytes: number) {
    this.#freeBytes = bytes;
  }

  /** False when there is not so much left; nothing is taken then. */
  take(bytes: number): boolean {
    if (bytes > this.#freeBytes) return false;
    this.#freeBytes -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#freeBytes += bytes;
  }
}

/** What one answer has taken of it. */
export class BodyShare {
  /** Longest body, as it came and decoded. */
  readonly maxBytes: number;
  readonly #memory: BodyMemory;
  #takenBytes = 0;
  #isClosed = false;

  constructor({ maxBytes, memory }: BodyLimits) {
    this.maxBytes = maxBytes;
    this.#memory = memory;
  }

  get takenBytes(): number {
    return this.#takenBytes;
  }

  /** As of BodyMemory; false as well once it is closed. */
  take(bytes: number): boolean {
    if (this.#isClosed || !this.#memory.take(bytes)) return false;
    this.#takenBytes += bytes;
    return true;
  }

  give(bytes: number): void {
    if (this.#isClosed) return;
    this.#memory.give(bytes);
    this.#takenBytes -= bytes;
  }

  /** Gives all of it back. */
  close(): void {
    this.give(this.#takenBytes);
    this.#isClosed = true;
  }
}

/** Of `static http.maxBodyBytes`. */
export const standardMaxBodyBytes: number = 64 * 1024 * 1024;
const maxUncountedBytes = 64 * 1024;

/** Limits of `maxBytes` a body, and of `memory` together. */
export function bodyLimits(maxBytes: number, memory: BodyMemory): BodyLimits {
  return { maxBytes, uncountedBytes: Math.min(maxBytes, maxUncountedBytes), memory };
}

/** Of this thread; without a load thread around it, of nobody in particular. */
let ofThread: BodyMemory | null = null;

/** The memory for all clients of this thread: made at the first question, from what the process has left. */
export function bodyMemoryOfThread(): BodyMemory {
  return (ofThread ??= new BodyMemory(bodyBytesOf(threadCount, bytesLeft())));
}

let threadCount = 1;

/** The thread's entry says how many share the process. */
export function shareBodyMemory(threads: number): void {
  threadCount = threads;
}

/** Half of what is left, in equal parts: the other half is for what the scenario makes of the bodies, and for all else. */
export function bodyBytesOf(threads: number, leftBytes: number): number {
  return Math.floor(leftBytes / 2 / threads);
}

/** What this process may still take: by the system, its container (cgroup) and `ulimit -v`. */
export function bytesLeft(): number {
  return Math.max(0, Math.min(availableBytes(), addressSpaceLeft()));
}

/** What the system leaves, or the container; Infinity where Node cannot tell. */
function availableBytes(): number {
  const bytes = process.availableMemory();
  return bytes > 0 ? bytes : Infinity;
}

/** Linux only: what `ulimit -v` leaves; Infinity without one. */
function addressSpaceLeft(): number {
  if (process.platform !== 'linux') return Infinity;
  try {
    const limitBytes = /^Max address space\s+(\d+)/mu.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    const usedKb = /^VmSize:\s+(\d+) kB/mu.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return limitBytes === undefined || usedKb === undefined ? Infinity : Number(limitBytes) - Number(usedKb) * 1024;
  } catch {
    return Infinity; // a system without /proc
  }
}
