/**
 * Node's timers make 1 ms of a delay above 24.8 days, so what a user can set never reaches them directly: `util/timers.ts`
 * stands between. A file that needs another of Node's timers gets a line here, with a constant as its delay.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** What Node counts down in 32 bits. */
const limited = /(?:^|\.)(?:setTimeout|setInterval|refresh)$|^AbortSignal\.timeout$/u;

/** Not of load tests: what runs in a browser. */
const elsewhere = /^outputs\/html\/page\//u;

/** May call them with a delay that is a constant of the file, or of the one that it is imported from. */
const constantDelays = ['cli/recordCommand.ts', 'session/measureRun.ts', 'cli/worker/fetchedScenario.ts', 'cluster/interruptions.ts', 'http/connection/fast/timeoutWheel.ts', 'engine/thread/watching/loopBeats.ts', 'engine/thread/pacing/threadPace.ts', 'engine/thread/watching/trustWatch.ts'];

/** Stand between, and try what a scenario has put in their place. */
const owners = ['util/timers.ts', 'util/nodeTime.ts', 'engine/thread/watching/timeWatch.ts'];

type Call = { readonly file: string; readonly call: string; readonly delay: string };

const calls: readonly Call[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !elsewhere.test(file) && !owners.includes(file))
  .flatMap((file) => callsIn(file, readFileSync(join(src, file), 'utf8')));

function callsIn(file: string, text: string): Call[] {
  const found: Call[] = [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && limited.test(node.expression.getText())) {
      found.push({ file, call: node.expression.getText(), delay: node.arguments.at(-1)?.getText() ?? '' });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

it('sees calls, however they are written', () => {
  const seen = callsIn('a.ts', 'setTimeout(f, a); x = globalThis.setTimeout(f, b); socket.setTimeout(c); AbortSignal.timeout(d); setInterval(f, e); setTimer(f, g);');
  expect(seen.map(({ delay }) => delay)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

it('nobody sets a timer of Node\'s with a delay that may overflow', () => {
  const wrong = calls.filter(({ file, call, delay }) => !constantDelays.includes(file) || call !== 'setInterval' || !/^(?:this\.#\w+ \? [a-z]\w*Ms : )?[a-z]\w*Ms$/u.test(delay));
  // `every` of a watched loop hands its period on.
  expect(wrong.filter(({ file, delay }) => !(file === 'engine/thread/watching/trustWatch.ts' && delay === 'periodMs'))).toEqual([]);
});

it('nobody takes Node\'s timers by another name', () => {
  const importing = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !elsewhere.test(file))
    .filter((file) => /from '(?:node:)?timers(?:\/promises)?'/u.test(readFileSync(join(src, file), 'utf8')));
  expect(importing).toEqual(['util/nodeTime.ts']);
});

it('allows nobody who does not need it', () => {
  expect(constantDelays.filter((file) => !calls.some((call) => call.file === file))).toEqual([]);
});
