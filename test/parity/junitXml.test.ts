/** JUnit's XML, whatever names and errors hold, as another parser reads it. */
import { join } from 'node:path';
import { junitXml } from '../../src/outputs/junit.ts';
import { runPython } from '../support/runPython.ts';

type Node = readonly [tag: string, attributes: Record<string, string>, text: string | null, children: readonly Node[]];

test('any text comes back, but for what XML cannot say', async () => {
  const nasty = 'a & b &amp; &#10; &foo; <c> ]]> "d" \u0000\u001b[31m\uFFFE \uD800 é\u{1F600}\nline two';
  const failure = { message: nasty, text: nasty };
  const xml = junitXml([{ name: nasty, cases: [{ className: nasty, name: nasty, timeSec: 0.25, failure }, { className: 'c', name: 'fine', timeSec: null, failure: null }] }]);
  const inText = nasty.replace(/[\u0000\u001b\uFFFE]|\p{Surrogate}/gu, '\uFFFD');
  const inAttribute = inText.replaceAll('\n', '\\n');
  const document = JSON.parse(await runPython(join(import.meta.dirname, 'readXml.py'), xml)) as Node;
  const counts = { tests: '2', failures: '1', errors: '0', time: '0.250' };
  expect(document.slice(0, 2)).toEqual(['testsuites', { name: 'boomer-node', ...counts }]);
  const [suite] = document[3];
  expect(suite?.slice(0, 2)).toEqual(['testsuite', { name: inAttribute, ...counts, skipped: '0' }]);
  expect(suite?.[3]).toEqual([
    ['testcase', { classname: inAttribute, name: inAttribute, time: '0.250' }, expect.anything(), [['failure', { message: inAttribute, type: 'failure' }, inText, []]]],
    ['testcase', { classname: 'c', name: 'fine', time: '0.000' }, null, []],
  ]);
});
