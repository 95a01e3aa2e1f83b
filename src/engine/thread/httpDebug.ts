/**
 * Requests and answers as a person reads them (`--http-debug`): heads, or heads and bodies; secrets taken out as in the
 * samples of failures.
 */
import { answerBodyLines, answerHeaderLines, requestBodyLines, requestHeaderLines, requestLine, statusLine } from '../../http/response/requestText.ts';
import type { TextLimits } from '../../http/response/requestText.ts';
import type { RequestResult, ResultWatcher } from '../../http/response/requestResult.ts';
import { redactText, redactUrl } from '../../util/redaction.ts';

const limits: TextLimits = { maxHeaderLetters: Infinity, maxBodyBytes: 4096 };

/** Shows each request that has ended, and its answer, as one text. */
export function httpDebug(detail: 'heads' | 'full', show: (text: string) => void): ResultWatcher {
  return (result, error) => show(debugText(result, error, detail === 'full'));
}

function debugText(result: RequestResult, error: string | null, withBodies: boolean): string {
  const { method, name, elapsedMs } = result;
  const answer = result.partial ?? result.answer;
  return [
    `${method} ${redactUrl(name)}: ${elapsedMs.toFixed(1)} ms, ${answer.bytes} bytes of the body${error === null ? '' : `, ${redactText(error)}`}`,
    `> ${requestLine(result)}`,
    ...requestHeaderLines(result, limits),
    ...(withBodies ? requestBodyLines(result, limits) : []),
    `< ${statusLine(answer)}`,
    ...answerHeaderLines(answer, limits),
    ...(withBodies ? answerBodyLines(answer, limits) : []),
  ].join('\n');
}
