/** The pages about scenarios: every snippet compiles, and those that are scenarios run, without an error or a warning. */
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { projectDir } from '../../locust/demo/paths.ts';
import { complaintsAbout } from '../support/compile.ts';
import { FakeMaster, fieldsOf } from '../support/fakeMaster.ts';
import { isFields } from '../support/frameChecks.ts';
import { TestProcesses } from '../support/processes.ts';
import { WorkerProcess } from '../support/worker.ts';
import { snippetsOf, type Snippet } from './snippets.ts';

const pages = ['writing-scenarios.md', 'http-client.md', 'feeders.md', 'coming-from-locust.md', 'coming-from-boomer.md'];

/** Files that snippets read, beside them. */
const dataFiles = { 'logins.csv': 'user,password,note\nada,lovelace,first\ngrace,hopper,second\nalan,turing,third\n' };

/** Compiled here; what they show is run by tests of their own. Of protocols.md, examplesInDocs.test.ts finds every snippet in a file that is. */
const otherPages = ['../README.md', 'without-a-master.md', 'ci.md', 'configuration.md', 'performance.md', 'cluster.md', 'replay.md'];

test('no page has a snippet that nobody looks at', () => {
  const others = readdirSync(join(projectDir, 'docs')).filter((page) => ![...pages, ...otherPages, 'protocols.md'].includes(page) && snippetsOf(page, 'ts').length > 0);
  expect(others).toEqual([]);
});

test('every snippet compiles by itself, as strictly as a project may be', () => {
  const snippets = [...pages, ...otherPages].flatMap((page) => {
    const ofPage = snippetsOf(page, 'ts');
    expect({ page, count: ofPage.length }).not.toEqual({ page, count: 0 });
    return ofPage;
  });
  // What a snippet declares for all modules must not help another: each of these has a program of its own.
  const declares = ({ code }: Snippet): boolean => code.includes('declare module');
  const programs = [snippets.filter((snippet) => !declares(snippet)), ...snippets.filter(declares).map((snippet) => [snippet])];
  const complaints = programs.flatMap((program) => complaintsAbout(Object.fromEntries(program.map(({ file, code }) => [`docs/${file}`, code]))));
  expect(complaints).toEqual([]);
});

describe('scenarios of the pages', () => {
  let server: Server;
  let host: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      response.setHeader('content-type', 'application/json').setHeader('x-token', 't').end(JSON.stringify({ total: 1, token: 't', api: host }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each(pages)('%s: they run', async (page) => {
    const snippets = [...snippetsOf(page, 'ts'), ...snippetsOf(page, 'js')].filter(({ isScenario }) => isScenario);
    const folder = await mkdtemp(join(tmpdir(), 'boomer-node-docs-'));
    try {
      await runAll(snippets, folder, host);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** All snippets in one worker: each class gets two users, which must record something without any trouble. */
async function runAll(snippets: readonly Snippet[], folder: string, host: string): Promise<void> {
  await using processes = new TestProcesses();
  await FakeMaster.with({}, async (master) => {
    // What the snippets name, where this test has it.
    for (const { file, code } of snippets) await writeFile(join(folder, file), code.replaceAll('http://localhost:8080', host));
    for (const [name, text] of Object.entries(dataFiles)) await writeFile(join(folder, name), text);
    const worker = WorkerProcess.start(processes, { scenario: folder, masterPort: master.port });
    try {
      await master.registered();
      const classes = [...snippets.flatMap((snippet) => snippet.classes), ...(snippets.some(({ code }) => /^run\(/mu.test(code)) ? ['Boomer'] : [])];
      expect(new Set(classes).size).toBe(classes.length);
      master.spawn(Object.fromEntries(classes.map((name) => [name, 2])), { host, stopTimeoutSec: 5, parsedOptions: { tenant: 'acme', basket_size: 2 } });
      const complete = await master.next('spawning_complete', { since: 0 });
      const counts = fieldsOf(complete)['user_classes_count'];
      expect(Object.keys(isFields(counts) ? counts : {}).sort()).toEqual([...classes].sort());
      await master.next('stats', { isRight: ({ stats }) => Array.isArray(stats) && stats.length >= Math.min(classes.length, 8) });
      const since = master.frames.length;
      master.send('stop');
      await master.next('client_stopped', { since });
    } catch (error) {
      throw new Error(`the worker said:\n${worker.lines.join('\n')}`, { cause: error });
    }
    expect(master.of('exception').map(({ data }) => data)).toEqual([]);
    expect(worker.lines.filter((line) => /WARNING|ERROR/u.test(line))).toEqual([]);
  });
}
