import { HttpResponse } from '../../../../../src/http/response/httpResponse.ts';
import { RequestTap } from '../../../../../src/engine/thread/recording/recording.ts';
import type { SampleSink } from '../../../../../src/engine/thread/users/userSamples.ts';
import { events, type RequestEvent } from '../../../../../src/scenario/events.ts';
import { resultOf } from '../../../http/response/resultOf.ts';

let heard: RequestEvent[];
let errors: unknown[];
let recorded: string[];
const recorder: SampleSink = { record: (_, name) => void recorded.push(name) };
const listener = (event: RequestEvent): unknown => heard.push(event);
let place: { readonly sink: SampleSink };

beforeEach(() => {
  [heard, errors, recorded] = [[], [], []];
  place = { sink: new RequestTap(recorder, (error) => errors.push(error)) };
});
afterEach(() => events.request.remove(listener));

const answer = new HttpResponse(resultOf({}));

it('records, then tells the listeners all about the request', () => {
  events.request.add(listener);
  place.sink.record('GET', '/a', 1.5, 10, null, 100, null, null, null);
  place.sink.record('GET', '/b', null, 0, 'status 500', 200, null, answer, { tenant: 'a' });
  expect(recorded).toEqual(['/a', '/b']);
  expect(heard).toEqual([
    { type: 'GET', name: '/a', elapsedMs: 1.5, bytes: 10, error: null, endedAt: 100, user: null, response: null, context: {} },
    { type: 'GET', name: '/b', elapsedMs: null, bytes: 0, error: 'status 500', endedAt: 200, user: null, response: answer, context: { tenant: 'a' } },
  ]);
});

it('records what a listener records, without telling the listeners again', () => {
  const echo = ({ name }: RequestEvent): void => place.sink.record('echo', `echo of ${name}`, 1, 0, null, 1, null, null, null);
  events.request.add(echo);
  place.sink.record('GET', '/a', 1, 0, null, 1, null, null, null);
  place.sink.record('GET', '/b', 1, 0, null, 1, null, null, null);
  events.request.remove(echo);
  expect(recorded).toEqual(['/a', 'echo of /a', '/b', 'echo of /b']);
});

it('tells of what a listener records after an await, which it passes over by its type', async () => {
  const echo = async ({ type, name }: RequestEvent): Promise<void> => {
    if (type === 'echo') return;
    await Promise.resolve();
    place.sink.record('echo', `echo of ${name}`, 1, 0, null, 1, null, null, null);
  };
  events.request.add(echo);
  events.request.add(listener);
  place.sink.record('GET', '/a', 1, 0, null, 1, null, null, null);
  await new Promise(setImmediate);
  events.request.remove(echo);
  expect(recorded).toEqual(['/a', 'echo of /a']);
  expect(heard.map(({ name }) => name)).toEqual(['/a', 'echo of /a']);
});

it('goes on after a listener that throws', () => {
  const broken = (): never => {
    throw new Error('broken');
  };
  events.request.add(broken);
  events.request.add(listener);
  for (const name of ['/a', '/b']) place.sink.record('GET', name, 1, 0, null, 1, null, null, null);
  events.request.remove(broken);
  expect(recorded).toEqual(['/a', '/b']);
  expect(heard.map(({ name }) => name)).toEqual(['/a', '/b']);
  expect(errors).toEqual([new Error('broken'), new Error('broken')]);
});
