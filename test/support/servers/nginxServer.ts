/** An nginx before a server of ours: TLS with HTTP/2 on a free loopback port, its files in a folder that goes with it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, loopback } from '../ports.ts';
import type { TestProcesses } from '../processes.ts';
import { cert, key } from '../testCertificate.ts';
import { until } from '../until.ts';
import { findProgram, testWithServer, type ServerTest } from './serverTest.ts';

const program = findProgram('nginx', ['/usr/sbin']);

/** `test`, if there is an nginx. */
export const nginxTest: ServerTest = testWithServer('nginx', program, 'nginx-light');

/** Passes all requests on to `backendUrl`; `settings` are lines of its `server` block. Returns its URL. */
export async function startNginx(processes: TestProcesses, backendUrl: string, settings: readonly string[]): Promise<{ readonly url: string; readonly remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'boomer-node-nginx-'));
  const port = await freePort();
  const config = `
    daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
    events { worker_connections 512; }
    http {
      access_log off;
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
      server {
        listen ${loopback}:${port} ssl http2;
        ssl_certificate ${folder}/cert; ssl_certificate_key ${folder}/key;
        ${settings.map((line) => `${line};`).join(' ')}
        location / { proxy_pass ${backendUrl}; }
      }
    }`;
  writeFileSync(join(folder, 'cert'), cert);
  writeFileSync(join(folder, 'key'), key);
  writeFileSync(join(folder, 'config'), config);
  processes.start({ name: 'nginx', command: program ?? 'nginx', args: ['-p', folder, '-c', join(folder, 'config')] });
  await until('nginx to listen', () => isListening(port));
  return { url: `https://localhost:${port}`, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, loopback, () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
