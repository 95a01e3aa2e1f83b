/** Nothing of a secret and no order of the target's is in anything that a run shows or writes. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boomer } from '../cli/command.ts';
import { controlsIn, leakyScenario, ordersIn, secretMark, startLeakyServer } from '../support/leakyScenario.ts';
import { runToEnd, tidy } from './running.ts';

afterAll(tidy);

const files = ['--csv', 'out/csv', '--csv-full-history', '--html', 'out/report.html', '--json-file', 'out/locust', '--summary-export', 'out/summary.json', '-o', 'junit=out/junit.xml', '--request-log', 'out/requests.jsonl', '-o', './own.ts'];
const own = `import { mkdirSync, writeFileSync } from 'node:fs';
let told = [];
export default { onStart: (start) => void told.push(start), onEvent: (moment) => void told.push(moment), onStop(result) { writeFileSync('out/own.json', JSON.stringify([told, result])); } };
`;

test('all outputs of a run', async () => {
  const server = await startLeakyServer();
  try {
    const secrets = ['-H', server.url.replace('//', '//ada:geheim-flag@'), '--option', 'password=geheim-option', '-e', 'API_TOKEN=geheim-env', '--tag', 'token=geheim-tag'];
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: 'out/step.md' };
    const run = await runToEnd(leakyScenario(server.url, 'Leaky'), ['-u', '6', '-r', '100', '-t', '2s', '--http-debug=full', ...secrets, ...files], { 'own.ts': own, 'out/empty': '' }, { env });
    expect(run.code).toBe(1);
    const written = (await readdir(join(run.folder, 'out'))).filter((name) => name !== 'empty');
    expect(written).toEqual(expect.arrayContaining(['own.json', 'junit.xml', 'locust.json', 'report.html', 'requests.jsonl', 'step.md', 'summary.json', 'csv_failures.csv', 'csv_exceptions.csv']));
    const texts = [['stdout', run.stdout], ['stderr', run.stderr], ...(await Promise.all(written.map(async (name) => [name, await readFile(join(run.folder, 'out', name), 'utf8')])))];
    expect(texts.filter(([, text]) => text?.includes(secretMark) === true).map(([name, text]) => `${name ?? ''}: ${/.{0,60}geheim.{0,30}/u.exec(text ?? '')?.[0] ?? ''}`)).toEqual([]);
    // What our own annotations say is one line each, with the escapes of the runner.
    const printed = run.stdout.split('\n').filter((line) => !/^::(?:error|warning) title=/u.test(line)).join('\n') + run.stderr;
    expect(ordersIn(printed)).toEqual([]);
    expect(controlsIn(run.stdout + run.stderr)).toEqual([]);
    expect(run.stderr).toContain('password=[redacted]');
    // A forged line is there to be read, but does not begin at the margin.
    expect(run.stderr).not.toMatch(/^\[2026-11-02 07:08:09,045\]/mu);
    expect(run.stderr).toContain('[2026-11-02 07:08:09,045]');
  } finally {
    await server.close();
  }
});

test('errors about options, and --show-config', async () => {
  const wrong = [
    ['run', 'a.ts', '-H', 'ftp://ada:geheim@host'],
    ['run', 'a.ts', '--config-users', '{"password":"geheim"'],
    ['run', 'a.ts', '-o', 'none=http://ada:geheim@host'],
    ['run', 'a.ts', '-t', 'http://ada:geheim@host'],
    ['run', 'a.ts', '-H', 'http://ada:geheim@host', '--option', 'password=geheim', '-e', 'TOKEN=geheim', '--tag', 'key=geheim', '-o', './own.ts=http://ada:geheim@db/?token=geheim', '--show-config'],
    ['run', 'a.ts', '--show-config', '--json', '-H', 'http://ada:geheim@host', '--config-users', '[{"user_class_name":"A","password":"geheim"}]'],
    ['worker', 'a.ts', '--show-config', '-H', 'http://geheim@host', '-e', 'TOKEN=geheim'],
  ];
  for (const args of wrong) {
    const { stdout, stderr } = await boomer(args);
    expect(`${args.join(' ').replaceAll('geheim', '')}: ${stdout}${stderr}`).not.toContain(secretMark);
  }
});
