import { HeadStage } from '../../../../../src/http/connection/fast/headStage.ts';

const rest = ' HTTP/1.1\r\nhost: h\r\n\r\n';

it('puts heads together whose paths are of any length, one after the other', () => {
  const stage = new HeadStage('GET ', rest);
  for (const path of ['/', '/item/12345', '/b', `/${'x'.repeat(255)}`, '/item/6', '/caf\u00e9']) {
    expect(stage.headOf(path)?.toString('latin1')).toBe(`GET ${path}${rest}`);
  }
});

it('makes no new object for a path as long as another was, and leaves paths that are too long to others', () => {
  const stage = new HeadStage('DELETE ', rest);
  const head = stage.headOf('/1');
  expect(stage.headOf('/2')).toBe(head);
  expect(head?.toString()).toBe(`DELETE /2${rest}`);
  expect(stage.headOf(`/${'x'.repeat(256)}`)).toBeNull();
});
