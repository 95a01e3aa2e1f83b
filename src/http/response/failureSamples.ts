/**
 * What failures looked like: the first few of each kind go to the master's Exceptions tab.
 *
 * The master makes a row of each traceback and keeps the message that came first with it. So the traceback is what all
 * threads and workers say alike (which sample of which row and error), and the message is the one request that is shown.
 */
import type { FailureSample } from '../../engine/shared/messages.ts';
import { reportedError } from '../../util/errorText.ts';
import { PerLoad } from '../../util/perLoad.ts';
import { redactUrl } from '../../util/redaction.ts';
import type { FailureSink } from './endedRequest.ts';
import type { RequestResult } from './httpResponse.ts';
import { answerBodyLines, answerHeaderLines, requestHeaderLines, requestLine, statusLine, type TextLimits } from './requestText.ts';

const limits: TextLimits = { maxHeaderLetters: 200, maxBodyBytes: 1024 };
/** Kinds of failures that are told apart; a scenario that makes more has its own trouble. */
const maxKinds = 500;

/** Takes the first failures of each kind. */
export class FailureSamples {
  readonly #perKind: number;
  readonly #post: (sample: FailureSample) => void;
  readonly #taken = new Map<string, number>();

  /** Posts the first `perKind` failures of each method, name and error. */
  constructor(perKind: number, post: (sample: FailureSample) => void) {
    this.#perKind = perKind;
    this.#post = post;
  }

  readonly record: FailureSink = (result, error) => {
    const { method, name } = result;
    const kind = `${method} ${name}\n${error}`;
    const taken = this.#taken.get(kind) ?? 0;
    if (taken >= this.#perKind || (taken === 0 && this.#taken.size >= maxKinds)) return;
    this.#taken.set(kind, taken + 1);
    // As the statistics have it, which find the sample by it.
    const reported = reportedError(error);
    this.#post({ method, name, error: reported, text: sampleText(result, reported), trace: `Failure sample ${taken + 1} of ${redactUrl(`${method} ${name}`)}: ${reported}` });
  };

  /** A new run has its own first failures. */
  reset(): void {
    this.#taken.clear();
  }
}

const installed = new PerLoad<FailureSink | null>(null);

/** The thread's entry says who takes the failures of all users. */
export function installFailureSink(sink: FailureSink | null): void {
  installed.set(sink);
}

/** Null when nobody wants samples. */
export function failureSink(): FailureSink | null {
  return installed.get();
}

/** One failed request as a person wants to see it. */
export function sampleText(result: RequestResult, error: string): string {
  const { method, name, request, elapsedMs } = result;
  const answer = result.partial ?? result.answer;
  return [
    requestLine(result),
    ...(request.method === method ? [] : [`(after a redirect of ${method} ${redactUrl(name)})`]),
    error,
    `${statusLine(answer)}, ${elapsedMs.toFixed(1)} ms, ${answer.bytes} bytes of the body`,
    '',
    ...requestHeaderLines(result, limits),
    ...answerHeaderLines(answer, limits),
    ...answerBodyLines(answer, limits),
  ].join('\n');
}
