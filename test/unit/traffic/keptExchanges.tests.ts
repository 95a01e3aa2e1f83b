/** What is kept of long captures, and what is said of the rest. */
import { AnswerTexts, SampledExchanges, SessionWalks } from '../../../src/traffic/keptExchanges.ts';
import { exchangeOf, type Exchange, type RecordedBody } from '../../../src/traffic/recording.ts';

const asked = (path: string, session: string, text: string | null, body: RecordedBody | null = null): Exchange =>
  exchangeOf('here', { method: 'GET', url: `http://h${path}`, headers: [['cookie', `sid=${session}`]], body }, { startedMs: 0, answer: { status: 200, headers: [], text, type: 'text/html' } });

describe('of a long capture', () => {
  it('samples and walks have the contents of answers together, once, as far as there is memory for them', () => {
    const texts = new AnswerTexts(true);
    const [samples, walks] = [new SampledExchanges(texts), new SessionWalks(texts)];
    const page = 'x'.repeat(10_000_000);
    for (let number = 0; number < 8; number += 1) {
      const exchange = asked(`/item/${number}`, `session-${number}`, page);
      samples.add(exchange);
      walks.add(exchange);
    }
    const kept = (exchanges: readonly Exchange[]): readonly boolean[] => exchanges.map(({ answer }) => answer?.text !== null);
    const expected = Array.from({ length: 8 }, (_, number) => number < 5);
    expect([kept(samples.all), kept(walks.all.flat())]).toEqual([expected, expected]);
    expect(texts.remarks).toEqual(['the contents of 3 answers behind the first 50 MB: no values are taken from them']);
  });

  it('each row has a sample, and more only as long as there is memory for bodies', () => {
    const samples = new SampledExchanges(new AnswerTexts(true));
    const body: RecordedBody = { kind: 'text', text: 'x'.repeat(30_000_000) };
    for (let number = 0; number < 6; number += 1) samples.add(asked('/a', 'one', '', body));
    samples.add(asked('/b', 'one', '', body));
    expect(samples.all.map(({ request, times }) => [request.url, times])).toEqual([['http://h/a', 2], ['http://h/a', 2], ['http://h/a', 1], ['http://h/a', 1], ['http://h/b', 1]]);
  });

  it('walks that go further than anybody reads are told of', () => {
    const walks = new SessionWalks(new AnswerTexts(true));
    for (let number = 0; number < 130; number += 1) walks.add(asked(`/${number}`, 'session-1', ''));
    for (let number = 0; number < 100; number += 1) walks.add(asked(`/${number}`, 'session-2', ''));
    expect(walks.all.map(({ length }) => length)).toEqual([100, 100]);
    expect(walks.remarks).toEqual(['of 1 walk what comes behind the first 100 requests']);
  });

  it('contents of answers are not unpacked before somebody asks, and those of files never', () => {
    let unpacked = 0;
    const lazy = (path: string, type: string): Exchange => ({
      ...asked(path, 'one', null),
      answer: {
        status: 200,
        headers: [],
        type,
        get text() {
          unpacked += 1;
          return 'text';
        },
      },
    });
    const texts = new AnswerTexts(true);
    expect(texts.kept(lazy('/a.png', 'image/png')).answer?.text).toBeNull();
    expect(unpacked).toBe(0);
    expect(texts.kept(lazy('/a', 'text/html')).answer?.text).toBe('text');
    expect(unpacked).toBe(1);
  });
});
