/** Asking a scenario's shape once a second, without a master. */
import type { CheckedDecision, Moment, ShapeAnswer, ShapeQuestion } from '../../../src/engine/shared/shape.ts';
import { ShapeQuestions } from '../../../src/run/shapeQuestions.ts';

function asking(): { readonly at: (elapsedSec: number) => void; readonly say: (answer: Partial<ShapeAnswer>) => void; readonly sent: ShapeQuestion[]; readonly said: unknown[] } {
  const [sent, said]: [ShapeQuestion[], unknown[]] = [[], []];
  const questions = new ShapeQuestions({
    send: (question) => sent.push(question),
    decided: (decision) => said.push(decision),
    ended: () => said.push('ended'),
    failed: (reason) => said.push(`failed: ${reason}`),
    warn: (text) => said.push(`warning: ${text}`),
  });
  return { at: (elapsedSec) => questions.ask({ elapsedSec } as Moment), say: (answer) => questions.take({ run: 'alone', ...answer }), sent, said };
}

const decision = (users: number): CheckedDecision => ({ users, spawnRate: null });
const late = 'warning: shape() takes longer than a second: the users stay as they are until it has decided';

it('hands on what is decided, and warns once while nothing is', () => {
  const { at, say, sent, said } = asking();
  at(0);
  say({ kind: 'decided', number: 1, decision: decision(3) });
  for (const second of [1, 2, 3]) at(second);
  expect(said).toEqual([decision(3), late]);
  // An answer that comes late counts, one that was overtaken does not.
  say({ kind: 'decided', number: 3, decision: decision(5) });
  say({ kind: 'decided', number: 2, decision: decision(4) });
  say({ kind: 'decided', number: 4, decision: decision(6) });
  for (const second of [4, 5]) at(second);
  expect(said.slice(2)).toEqual([decision(5), decision(6), late]);
  expect(sent.map(({ number, moment }) => [number, moment.elapsedSec])).toEqual([[1, 0], [2, 1], [3, 2], [4, 3], [5, 4], [6, 5]]);
});

it('null ends it, and nothing is asked any more', () => {
  const { at, say, sent, said } = asking();
  at(0);
  say({ kind: 'decided', number: 1, decision: null });
  at(1);
  say({ kind: 'decided', number: 2, decision: decision(1) });
  expect([said, sent.length]).toEqual([['ended'], 1]);
});

it('an error ends it, with the reason', () => {
  const { at, say, said } = asking();
  at(0);
  say({ kind: 'failed', number: 1, reason: 'RangeError: no' });
  expect(said).toEqual(['failed: shape() failed: RangeError: no']);
});

it('a minute without a decision ends it', () => {
  const { at, said } = asking();
  for (let second = 0; second <= 61; second++) at(second);
  expect(said).toEqual([late, 'failed: shape() has decided nothing for 60 s']);
});

it('passes over what is no answer', () => {
  const { at, say, said } = asking();
  at(0);
  say({ number: 1 });
  say({ kind: 'decided', number: 1, decision: decision(1), run: 'another' });
  expect(said).toEqual([]);
});
