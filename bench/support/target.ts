/**
 * What HTTP lines load: nginx with a configuration of its own and a 17-byte answer, on a free loopback port; or, where
 * nginx is not installed, the project's own target.
 */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { serverCore } from './cores.ts';
import { repository } from './paths.ts';
import { start } from './processes.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

export type Target = {
  readonly name: string;
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** Requests answered so far, by the server's own counter; the asking itself is left out. */
  readonly answered: () => Promise<number>;
  /** What to say when it is not nginx; empty when it is. */
  readonly notes: readonly string[];
  readonly stop: () => Promise<void>;
};

/** Answers of some size, by their path; of nginx alone. */
const answerBytes = { 'bench-1k': 1024, 'bench-64k': 64 * 1024 } as const;

const nginxCommand = ['nginx', '/usr/sbin/nginx'].find((command) => spawnSync(command, ['-v']).status === 0) ?? null;

export async function startTarget(): Promise<Target> {
  return nginxCommand === null ? startOwnTarget() : startNginx(nginxCommand);
}

async function startNginx(command: string): Promise<Target> {
  const folder = await makeTemporaryFolder();
  const port = await freePort();
  const config = join(folder, 'nginx.conf');
  await writeFile(config, nginxConfig(folder, port));
  for (const [name, bytes] of Object.entries(answerBytes)) await writeFile(join(folder, name), 'x'.repeat(bytes));
  const server = start([command, '-p', folder, '-c', config, '-e', join(folder, 'error.log')], { core: serverCore });
  const origin = `http://127.0.0.1:${port}`;
  let asked = 0;
  const answered = async (): Promise<number> => {
    const text = await (await fetch(`${origin}/bench-status`, { headers: { connection: 'close' } })).text();
    asked++;
    return Number(/^ \d+ \d+ (\d+)/mu.exec(text)?.[1]) - asked;
  };
  await untilAnswering(answered, server.output);
  return {
    name: 'nginx',
    origin,
    answered,
    notes: [],
    stop: server.stop,
  };
}

function nginxConfig(folder: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ');
  return `
daemon off; master_process off; worker_processes 1; worker_rlimit_nofile 20000; pid ${folder}/nginx.pid;
events { worker_connections 16000; }
http {
  access_log off; ${temporary}
  keepalive_requests 1000000000; keepalive_timeout 1h; default_type text/plain;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /bench-status { stub_status; }
    location = /bench-cookie { add_header Set-Cookie "bench=$request_id; Path=/; HttpOnly"; return 200 'Hello, bench user'; }
    location = /bench-expiry { add_header Set-Cookie "bench=$request_id; Path=/; Max-Age=1000"; return 200 'Hello, bench user'; }
    location = /bench-gzip { gzip on; gzip_min_length 1; gzip_types *; return 200 'Hello, bench user'; }
    location ~ ^/bench-[0-9]+k$ { root ${folder}; open_file_cache max=10; sendfile on; tcp_nopush on; }
    location / { return 200 'Hello, bench user'; }
  }
}
`;
}

async function startOwnTarget(): Promise<Target> {
  const server = start([process.execPath, join(repository, 'dist', 'demo', 'target.js')], { core: serverCore });
  const [, origin = ''] = await server.says(/listening on (http:\S+)/u);
  return {
    name: 'our own target',
    origin,
    answered: async () => ((await (await fetch(`${origin}/__counts`)).json()) as { answered: number }).answered,
    notes: ['nginx is not installed (Debian: apt-get install nginx): the project\'s own target stood in, which is slower than the clients, so requests a second are its own limit'],
    stop: server.stop,
  };
}

async function untilAnswering(answered: () => Promise<number>, output: () => string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await answered().then(() => true, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nginx does not answer:\n${output()}`);
}

/** Free at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('the system gave no port');
  return address.port;
}
