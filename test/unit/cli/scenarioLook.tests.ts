import { ScenarioLook } from '../../../src/cli/worker/scenarioLook.ts';

/** A look of a worker whose scenario has the hash `first`; each question is answered by hand. */
function looking() {
  const lines: string[] = [];
  const questions: { readonly answer: (hash: string | null) => void; readonly fail: (error: Error) => void }[] = [];
  let anotherCount = 0;
  const look = new ScenarioLook({
    hash: 'first',
    ask: (stop) => new Promise((answer, fail) => {
      questions.push({ answer, fail });
      stop.addEventListener('abort', () => fail(new Error('stopped')));
    }),
    log: (level, text) => lines.push(`${level}: ${text}`),
    onAnother: () => (anotherCount += 1),
  });
  const settled = (): Promise<void> => new Promise(setImmediate);
  return { look, lines, questions, settled, another: () => anotherCount };
}

it('asks once for a master that is news twice, and tells once of another scenario', async () => {
  const { look, lines, questions, settled, another } = looking();
  look.begin();
  look.begin();
  expect(questions.length).toBe(1);
  questions[0]?.answer('second');
  await settled();
  look.begin();
  expect([questions.length, another(), lines]).toEqual([1, 1, []]);
});

it('asks again when a later master is news', async () => {
  const { look, questions, settled, another } = looking();
  for (const hash of ['first', 'first', 'third']) {
    look.begin();
    questions.at(-1)?.answer(hash);
    await settled();
  }
  expect([questions.length, another()]).toEqual([3, 1]);
});

it('says what it could not learn, and goes on', async () => {
  const { look, lines, questions, settled } = looking();
  look.begin();
  questions[0]?.fail(new Error('no answer'));
  await settled();
  look.begin();
  questions[1]?.answer(null);
  await settled();
  expect(lines).toEqual([expect.stringMatching(/^warning: whether the master has the same scenario is not known: .*no answer/u), 'warning: whether the master has the same scenario is not known: it ships none of boomer-node']);
});

it('ends with the worker: its question is called off, and nothing is said', async () => {
  const { look, lines, questions, settled, another } = looking();
  look.begin();
  look.close();
  look.close();
  await settled();
  look.begin();
  expect([questions.length, another(), lines]).toEqual([1, 0, []]);
});
