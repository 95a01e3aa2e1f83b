/**
 * What a scenario prints (`console.log`) on its way from a load thread to the streams of the process: in whole lines, so that
 * those of several threads do not mix, and without what would order a terminal or a CI about, since much of it comes from the target.
 */
import type { Readable } from 'node:stream';
import { harmlessLog } from '../../util/harmless.ts';

/** A line without an end is not gathered for ever. */
const maxLineCharacters = 65_536;

/** `write` gets whole lines; what is left without a line end at the end of the thread gets one. */
export function passLinesOn(from: Readable, write: (text: string) => void): void {
  let rest = '';
  const flush = (): void => {
    if (rest !== '') write(`${harmlessLog(rest)}\n`);
    rest = '';
  };
  from.setEncoding('utf8');
  from.on('data', (text: string) => {
    rest += text;
    const end = rest.lastIndexOf('\n') + 1;
    if (end > 0) {
      write(harmlessLog(rest.slice(0, end)));
      rest = rest.slice(end);
    }
    if (rest.length > maxLineCharacters) flush();
  });
  from.on('end', flush);
}
