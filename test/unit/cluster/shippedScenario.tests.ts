import { readShipped, shippedHash, shippedLines, type ShippedScenario } from '../../../src/cluster/shippedScenario.ts';

const scenario: ShippedScenario = {
  entries: ['scenario0.mjs'],
  files: new Map([
    ['scenario0.mjs', Buffer.from("export class Shopper {}\n// ü\n".repeat(50))],
    ['assets/1a2b-data.csv', Buffer.from([0, 1, 2, 255])],
  ]),
  outside: [{ name: 'zeromq', version: '6.8.0' }],
};
const text = ['from locust import User', '', ...shippedLines(scenario), ''].join('\n');

it('comes out as it went in, from Unix and from Windows lines', () => {
  for (const written of [text, text.replaceAll('\n', '\r\n')]) {
    const read = readShipped(written, 'locustfile.py');
    expect({ ...read, files: [...read.files].map(([name, bytes]) => [name, [...bytes]]).sort() }).toEqual({ ...scenario, files: [...scenario.files].map(([name, bytes]) => [name, [...bytes]]).sort() });
  }
});

it('is comments alone, none wider than 122, and the same for the same scenario', () => {
  const lines = shippedLines(scenario);
  expect(lines.every((line) => line.startsWith('# ') && line.length <= 122)).toBe(true);
  expect(shippedLines({ ...scenario, files: new Map([...scenario.files].reverse()) })).toEqual(lines);
  expect(shippedHash(text)).toMatch(/^[\da-f]{64}$/u);
  expect(shippedHash('from locust import User')).toBeNull();
});

it.each([
  ['plain Python', 'from locust import User\n', /carries no scenario of boomer-node: it is plain Python/u],
  ['a changed letter', text.replace(/\n# (?!boomer)(.)/u, (_, letter: string) => `\n# ${letter === 'A' ? 'B' : 'A'}`), /is not what was written there: its SHA-256 is/u],
  ['a cut file', text.slice(0, text.length - 60), /is not what was written there/u],
  ['another form', text.replace('scenario 1 ', 'scenario 2 '), /in form 2, and this boomer-node reads form 1/u],
])('refuses %s', (_, written, message) => {
  expect(() => readShipped(written, 'locustfile.py')).toThrow(message);
});

it.each(['../evil.mjs', '/etc/passwd', 'a/../../b', 'a\\b', '', '.'])('refuses a file called %j', (name) => {
  const evil = shippedLines({ ...scenario, files: new Map([[name, Buffer.from('x')]]) }).join('\n');
  expect(() => readShipped(evil, 'locustfile.py')).toThrow(/cannot be unpacked.*is no name of a file below a folder/u);
});
