import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkedReplay, replay } from '../../../src/scenario/replay/replay.ts';

const here = (name: string): string => join(process.cwd(), name);

describe('replay()', () => {
  it('names its file as its author would, wherever it is', () => {
    const places = ['traffic.gor', pathToFileURL(here('traffic.gor')), pathToFileURL(here('traffic.gor')).href, pathToFileURL(here('../traffic.gor'))];
    expect(places.map((place) => replay(place)).map(({ name, path }) => [name, path])).toEqual([
      ['traffic.gor', here('traffic.gor')],
      ['traffic.gor', here('traffic.gor')],
      ['traffic.gor', here('traffic.gor')],
      [here('../traffic.gor'), here('../traffic.gor')],
    ]);
  });

  it.each<[unknown, string]>([
    [new URL('http://shop.example/traffic.gor'), 'replay(file, …) reads files only: expected a path or a file: URL, got http://shop.example/traffic.gor'],
    ['file:///traffic%2fgor', 'replay(file, …) reads files only: expected a path or a file: URL, got file:///traffic%2fgor'],
    ['', "replay(file, …) expects a path like 'traffic.gor' or new URL('traffic.gor', import.meta.url), got \"\""],
    [7, "replay(file, …) expects a path like 'traffic.gor' or new URL('traffic.gor', import.meta.url), got 7"],
  ])('refuses %p as a file', (file, message) => {
    expect(() => replay(file as string)).toThrow(expect.objectContaining({ code: 'bad-replay', message }) as Error);
  });

  it('is the only one that makes what a class replays', () => {
    const made = replay('traffic.gor');
    expect(checkedReplay(made, 'static replay of Shop')).toBe(made);
    expect(() => checkedReplay({ ...made }, 'static replay of Shop')).toThrow("static replay of Shop expects replay('traffic.gor')");
  });
});
