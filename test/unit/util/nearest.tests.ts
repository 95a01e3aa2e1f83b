import { nearest } from '../../../src/util/nearest.ts';

const flags = ['master-host', 'master-port', 'threads', 'host', 'file'];

describe('nearest', () => {
  it.each([
    ['master-hots', 'master-host'],
    ['masterhost', 'master-host'],
    ['MASTER-PORT', 'master-port'],
    ['thread', 'threads'],
    ['hosts', 'host'],
    ['files', 'file'],
    ['hsot', 'host'],
    ['flie', 'file'],
    ['thraeds', 'threads'],
    ['mastre-ohst', 'master-host'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, flags)).toBe(meant);
  });

  it.each(['banana', 'x', 'zzzz', '', 'shot', 'ohts'])('takes %j for none of them', (word) => {
    expect(nearest(word, flags)).toBeNull();
  });

  it('prefers the nearer of two, and the first of two equally near ones', () => {
    expect(nearest('abcdex', ['abcdyy', 'abcdef'])).toBe('abcdef');
    expect(nearest('abcdex', ['abcdea', 'abcdeb'])).toBe('abcdea');
  });

  it('finds nothing among nothing', () => {
    expect(nearest('host', [])).toBeNull();
  });
});
