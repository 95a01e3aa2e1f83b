import { ThreadLog } from '../../../../src/engine/main/exceptionReporter.ts';
import type { ExceptionKind } from '../../../../src/engine/shared/exceptionCounts.ts';

let said: string[];
let log: ThreadLog;
beforeEach(() => {
  said = [];
  log = new ThreadLog((level, text) => said.push(`${level}: ${text}`));
});

describe('lines of threads', () => {
  it('says a warning once, whichever thread it comes from, and anything else always', () => {
    for (let thread = 0; thread < 3; thread++) {
      log.line('warning', 'slow');
      log.line('error', 'broken');
    }
    log.line('warning', 'other');
    expect(said).toEqual(['warning: slow', 'error: broken', 'error: broken', 'error: broken', 'warning: other']);
  });

  it('remembers a bounded number of warnings', () => {
    for (let index = 0; index < 1000; index++) log.line('warning', `warning ${index}`);
    log.line('warning', 'one too many');
    log.line('warning', 'warning 0');
    expect(said).toHaveLength(1002);
  });
});

describe('exceptions of threads', () => {
  const escaped = (message: string, trace: string, isOutsideTask = false): ExceptionKind => ({ message, trace, isOutsideTask });

  it('logs the first whole, then the 10th, the 100th … as a count', () => {
    for (let time = 0; time < 150; time++) log.exceptions(escaped('Error: x', 'Error: x\n  at y'), 1);
    expect(said).toEqual(['error: an error escaped a task:\nError: x\n  at y', 'error: 10 times by now: Error: x', 'error: 100 times by now: Error: x']);
  });

  it('counts groups, and each trace for itself', () => {
    log.exceptions(escaped('a', 'trace a'), 500);
    log.exceptions(escaped('b', 'trace b'), 1);
    log.exceptions(escaped('a', 'trace a'), 600);
    log.exceptions(escaped('b', 'trace b'), 1);
    expect(said).toEqual(['error: an error escaped a task:\ntrace a', 'error: an error escaped a task:\ntrace b', 'error: 1100 times by now: a']);
  });

  it('tells errors outside tasks from those that escaped one', () => {
    log.exceptions(escaped('a', 'of a listener', true), 1);
    expect(said).toEqual(['error: an error outside tasks:\nof a listener']);
  });
});
