/** `boomer-node record`: from its start to its end, whichever that is. */
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { get as httpGet } from 'node:http';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { openExchanges } from '../../src/traffic/readers/openExchanges.ts';
import type { Exchange } from '../../src/traffic/recording.ts';
import { startHttpServer, type Answer, type TestServer } from '../support/httpServer.ts';
import { until } from '../support/until.ts';
import { boomer, Command, folderWith, program, tidy } from './command.ts';

afterAll(tidy);

type Recording = { readonly command: Command; readonly url: string; readonly server: TestServer; readonly cwd: string; readonly path: string };

/** A recorder in front of a server, with a file of this name. */
async function recording(answer: Answer, name: string, use: (own: Recording) => Promise<void>, flags: readonly string[] = [], within: readonly string[] = []): Promise<void> {
  const server = await startHttpServer(answer);
  try {
    const cwd = await folderWith({});
    const command = new Command(program, ['record', '--target', server.url, '--port', '0', '-o', name, ...flags], { cwd, within });
    await command.printed(/passes on/u);
    await use({ command, url: /http:\S+/u.exec(command.stderr)?.[0] ?? '', server, cwd, path: join(cwd, name) });
  } finally {
    await server.close();
  }
}

async function read(path: string): Promise<readonly Exchange[]> {
  const all: Exchange[] = [];
  for await (const exchange of openExchanges(path)) all.push(exchange);
  return all;
}

const shown = (exchanges: readonly Exchange[]): readonly (readonly unknown[])[] => exchanges.map(({ request, answer }) => [request.method, new URL(request.url).pathname, answer?.status, answer?.text]);

test('rows are shown as they come, Ctrl-C waits for what is under way, and says how to go on', async () => {
  let release = (): void => undefined;
  await recording((request, response) => {
    if (request.url === '/slow') release = () => void response.end('late');
    else response.end('ok');
  }, 'a b.har', async ({ command, url, server, path }) => {
    await (await fetch(`${url}/items/7?q=1`)).text();
    await command.printed(/^GET +\/items\/\[id\] +200 +[\d.]+ ms +2 B$/mu);
    const slow = fetch(`${url}/slow`);
    await server.whenSeen(2);
    command.signal('SIGINT');
    await command.printed(/1 request under way: at most 5 s more/u);
    release();
    expect(await (await slow).text()).toBe('late');
    const { code, stdout, stderr } = await command.ended;
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('a b.har: 2 requests, 6 B\nA scenario of it: boomer-node import \'a b.har\' -o scenario.ts\n');
    expect(shown(await read(path))).toEqual([['GET', '/items/7', 200, 'ok'], ['GET', '/slow', 200, 'late']]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});

test('a second Ctrl-C ends what would never end, and the file says so', async () => {
  await recording((_, response) => void response.write('some'), 'a.har', async ({ command, url, server, path }) => {
    const never = fetch(url).then((answer) => answer.text());
    await server.whenSeen(1);
    command.signal('SIGINT');
    await command.printed(/under way/u);
    command.signal('SIGINT');
    await expect(never).rejects.toThrow();
    const { code, stderr } = await command.ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('a.har: 1 request, 4 B, 1 not answered as a whole\n')]);
    expect(await readFile(path, 'utf8')).toContain('"comment":"not done when the recording ended"');
  });
});

test.each(['a.har', 'a.gor'])('whatever kills it, %s has all that was answered', async (name) => {
  await recording((_, response) => void response.end('ok'), name, async ({ command, url, path }) => {
    for (let number = 1; number <= 20; number += 1) await (await fetch(`${url}/${number}`)).text();
    await until('all of it is written', async () => (await read(path)).length === 20);
    command.kill();
    expect((await command.ended).code).toBeNull();
    expect(shown(await read(path))).toHaveLength(20);
  });
});

test.each(['a.har', 'a.gor'])('%s holds no secret, though one was seen under another name before, and what holds together still does', async (name) => {
  await recording((request, response) => void response.setHeader('set-cookie', 'sid=session-1234').end(JSON.stringify({ api: 'key-of-77-letters', got: request.body.toString() })), name, async ({ command, url, path, cwd }) => {
    await (await fetch(`${url}/first`, { method: 'POST', body: '{"password":"hunter-2"}', headers: { 'content-type': 'application/json' } })).text();
    // Now it turns out what that was.
    await (await fetch(`${url}/second`, { headers: { authorization: 'Bearer key-of-77-letters', cookie: 'sid=session-1234' } })).text();
    command.signal('SIGINT');
    await command.ended;
    const file = await readFile(path, 'utf8');
    expect(file).not.toMatch(/hunter-2|key-of-77|session-1234/u);
    const exchanges = await read(path);
    expect(exchanges.map(({ answer }) => answer?.text === null)).toEqual([false, false]);
    const { stdout } = await boomer(['import', name], { cwd });
    if (name.endsWith('.har')) expect(stdout).toMatch(/authorization: `Bearer \$\{\w+\}`/u);
    expect(stdout).not.toContain('redacted-');
  });
});

test.each(['a.har', 'a.gor'])('%s has the URLs that passed, with hashes in their paths and such as an answer calls a secret', async (name) => {
  const path = `/assets/application-${'9f86d081884c7d659a2feaa0c55ad015'.repeat(2)}`;
  await recording((request, response) => void response.end(JSON.stringify({ authorization_endpoint: `http://${request.headers.host ?? ''}/auth1`, session_host: request.headers.host })), name, async ({ command, url, path: file }) => {
    for (const own of ['/first', path, '/auth1', '/last']) await (await fetch(url + own)).text();
    command.signal('SIGINT');
    expect((await command.ended).code).toBe(0);
    expect((await read(file)).map(({ request }) => new URL(request.url).pathname)).toEqual(['/first', path, '/auth1', '/last']);
  });
});

test('secrets are kept when asked for', async () => {
  await recording((_, response) => void response.end('ok'), 'a.gor', async ({ command, url, path }) => {
    await (await fetch(url, { headers: { authorization: 'Bearer abc123' } })).text();
    command.signal('SIGTERM');
    expect((await command.ended).stderr).toContain('with all secrets');
    expect((await read(path))[0]?.request.headers).toContainEqual(['authorization', 'Bearer abc123']);
  }, ['--keep-secrets']);
});

test('a target that is not there is said for each request, and in the end', async () => {
  const cwd = await folderWith({});
  const command = new Command(program, ['record', 'http://127.0.0.1:1', '--port', '0', '-o', 'a.har'], { cwd });
  await command.printed(/passes on/u);
  const answer = await fetch(`${/http:\S+/u.exec(command.stderr)?.[0] ?? ''}/a`);
  expect([answer.status, await answer.text()]).toEqual([502, 'boomer-node record: http://127.0.0.1:1 does not listen: start it, or name another --target\n']);
  await command.printed(/^GET +\/a +– .* http:\/\/127\.0\.0\.1:1 does not listen/mu);
  command.signal('SIGINT');
  expect((await command.ended).stderr).toContain('1 request, 0 B, 1 not answered as a whole');
});

test('300 MB pass in memory for a few, and the recording says what it lacks', async () => {
  const megabyte = Buffer.alloc(1_000_000, 'x');
  await recording((_, response) => {
    let left = 300;
    const more = (): void => {
      while (left > 0) {
        left -= 1;
        if (!response.write(megabyte)) return;
      }
      response.end();
    };
    response.on('drain', more);
    more();
  }, 'a.har', async ({ command, url, path }) => {
    await new Promise<void>((resolve, reject) => httpGet(url, (answer) => void finished(answer.resume()).then(resolve, reject)).on('error', reject));
    await command.printed(/300 MB$/mu);
    const peakKb = Number(/VmHWM:\s+(\d+)/u.exec(await readFile(`/proc/${command.pid ?? ''}/status`, 'utf8'))?.[1]);
    expect(peakKb).toBeLessThan(250_000);
    command.signal('SIGINT');
    expect((await command.ended).stderr).toContain('1 request, 300 MB, 1 long body cut');
    expect(await readFile(path, 'utf8')).toContain('"comment":"cut: of 300 MB the first 8.0 MB were kept"');
  });
});

test('what cannot begin says why, ends with exit code 2, and leaves nothing behind', async () => {
  const server = await startHttpServer(() => undefined);
  const cwd = await folderWith({ 'there.har': 'mine' });
  const refused = async (...args: readonly string[]): Promise<string> => {
    const { code, stderr } = await boomer(['record', ...args], { cwd });
    expect(code).toBe(2);
    return stderr;
  };
  expect(await refused('--target', 'http://shop.example', '--port', String(server.port), '-o', 'a.har')).toContain(`port ${server.port} of 127.0.0.1 is taken: name another with --port`);
  expect(existsSync(join(cwd, 'a.har'))).toBe(false);
  expect(await refused('--target', server.url, '--port', '0', '-o', 'there.har')).toContain('there.har is there already: name another file with -o');
  expect(await readFile(join(cwd, 'there.har'), 'utf8')).toBe('mine');
  expect(await refused('http://a.example', '--traget', 'x')).toContain('unknown flag --traget');
  await server.close();
});

test('nothing that passed leaves no file', async () => {
  await recording(() => undefined, 'a.har', async ({ command, path }) => {
    command.signal('SIGHUP');
    const { code, stderr } = await command.ended;
    expect([code, stderr, existsSync(path)]).toEqual([0, expect.stringContaining('nothing was recorded, and no file is left'), false]);
  });
});

/** A file may have so many kilobytes there, as on a disk that is full. */
const withFullDisk = (kilobytes: number): readonly string[] => ['bash', '-c', `ulimit -f ${kilobytes}; exec "$@"`, 'bash'];

test('a full disk ends it, and the file is whole as far as it goes', async () => {
  await recording((_, response) => response.end('x'.repeat(10_000)), 'full.har', async ({ command, url, path }) => {
    let isOver = false;
    void command.ended.then(() => (isOver = true));
    while (!isOver) await fetch(url).then((response) => response.text(), () => undefined);
    const { code, stderr } = await command.ended;
    const kept = await read(path);
    expect(kept.length).toBeGreaterThan(2);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`It holds the first ${kept.length} requests`) as string]);
  }, [], withFullDisk(64));
});

test('who cannot hide what turned out to be a secret says so', async () => {
  const token = 'abc123def456ghi789';
  await recording((_, response) => response.end(`{"api":"${token}","rest":"${'x'.repeat(1_000)}"}`), 'late.har', async ({ command, url, path }) => {
    await (await fetch(url)).text();
    await (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).text();
    await command.printed(/(?:GET.*\n){2}/u);
    // Where it is written anew stands something of somebody else's.
    await writeFile(`${path}.${command.pid}.tmp`, 'theirs');
    command.signal('SIGINT');
    const { code, stderr } = await command.ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('Values that turned out to be secrets after they had gone by still stand in it') as string]);
    expect(await readFile(path, 'utf8')).toContain(token);
    expect(await readFile(`${path}.${command.pid}.tmp`, 'utf8')).toBe('theirs');
  });
});
