import { Screen } from '../../../locust/demo/screen.ts';

const erase = '\r\u001b[2K';

function screenOn(stream: { isTTY: boolean; columns?: number }) {
  const written: string[] = [];
  let nowMs = 0;
  const screen = new Screen({ ...stream, write: (text) => written.push(text) > 0 }, () => nowMs);
  return { screen, written, advanceMs: (ms: number) => (nowMs += ms) };
}

describe('on a terminal', () => {
  test('a status replaces the one before it', () => {
    const { screen, written } = screenOn({ isTTY: true, columns: 80 });
    screen.status('one');
    screen.status('two');
    expect(written).toEqual([`${erase}one`, `${erase}two`]);
  });

  test('a line scrolls above the status, which is drawn again', () => {
    const { screen, written } = screenOn({ isTTY: true, columns: 80 });
    screen.status('busy');
    screen.line('news');
    expect(written.at(-1)).toBe(`${erase}news\nbusy`);
  });

  test('a status that is too wide is cut, or it could not be erased', () => {
    const { screen, written } = screenOn({ isTTY: true, columns: 10 });
    screen.status('0123456789abc');
    expect(written).toEqual([`${erase}012345678`]);
  });

  test.each([{ isTTY: true, columns: 0 }, { isTTY: true }])('a terminal that does not know its width (%j) is taken to have 80 columns', (stream) => {
    const { screen, written } = screenOn(stream);
    screen.status('x'.repeat(200));
    expect(written).toEqual([erase + 'x'.repeat(79)]);
  });

  test('after endStatus nothing of it is left', () => {
    const { screen, written } = screenOn({ isTTY: true, columns: 80 });
    screen.status('busy');
    screen.endStatus();
    screen.line('news');
    expect(written.slice(1)).toEqual([erase, 'news\n']);
  });
});

describe('into a pipe', () => {
  test('statuses are plain lines, one each 5 s', () => {
    const { screen, written, advanceMs } = screenOn({ isTTY: false });
    for (const text of ['0 s', '1 s', '2 s', '3 s', '4 s', '5 s', '6 s']) {
      screen.status(text);
      advanceMs(1000);
    }
    expect(written).toEqual(['0 s\n', '5 s\n']);
  });

  test('the first status after endStatus is shown at once', () => {
    const { screen, written } = screenOn({ isTTY: false });
    screen.status('one');
    screen.endStatus();
    screen.status('two');
    expect(written).toEqual(['one\n', 'two\n']);
  });
});
