/**
 * Failed requests that say nothing of the target: the machine that generates the load has run out of descriptors, ports or
 * buffers. They stay failures, and are counted apart, by the code of the system error in their text, whichever client met it.
 */
import type { ErrorRow } from './report.ts';

const remedies = {
  EMFILE: 'the process has no file descriptors left: raise the limit (ulimit -n), or use fewer users a worker',
  ENFILE: 'the machine has no file descriptors left: raise fs.file-max, or use fewer users',
  EADDRNOTAVAIL: 'no local port (or no local address) is left to connect from: keep connections open, widen net.ipv4.ip_local_port_range, or use more machines',
  ENOBUFS: 'the machine has no memory left for sockets: use fewer users, or raise net.core.wmem_max and its kin',
} as const;

type Code = keyof typeof remedies;

const codes = Object.keys(remedies) as readonly Code[];
const anyCode = new RegExp(`\\b(?:${codes.join('|')})\\b`, 'u');

/** What a target or a check said, whatever words are in it (see http/response/errorText.ts). */
const verdict = /^(?:HTTPError|CatchResponseError)\(/u;

/** Failures of one kind that say something of this machine. */
export type GeneratorFailure = {
  /** Of the system error. */
  readonly code: string;
  readonly count: number;
};

/** The code that a failure is the generator's own by; null: it is the target's. */
export function generatorCodeOf(error: string): string | null {
  return verdict.test(error) ? null : (anyCode.exec(error)?.[0] ?? null);
}

/** A sentence for a person: how many, and what to do. */
export function generatorFailureText({ code, count }: GeneratorFailure): string {
  return `${count} ${count === 1 ? 'request' : 'requests'} failed with ${code}, ${remedies[code as Code]}`;
}

/** Counts them over the reports of a run. */
export class GeneratorFailures {
  readonly #counts = new Map<string, number>();

  /** Returns the codes that came for the first time. */
  add(errors: readonly ErrorRow[]): readonly GeneratorFailure[] {
    const known = new Set(this.#counts.keys());
    for (const { error, occurrences } of errors) {
      const code = generatorCodeOf(error);
      if (code !== null) this.#counts.set(code, (this.#counts.get(code) ?? 0) + occurrences);
    }
    return this.all.filter(({ code }) => !known.has(code));
  }

  /** In the order in which they first came. */
  get all(): readonly GeneratorFailure[] {
    return Array.from(this.#counts, ([code, count]) => ({ code, count }));
  }

  /** A new run. */
  clear(): void {
    this.#counts.clear();
  }
}
