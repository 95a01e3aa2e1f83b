/**
 * The peer of HttpUser: undici alone, one client a user, nothing measured or recorded.
 * `bareUndici.js ORIGIN USERS [PAUSE_MS]`
 */
import { Client } from 'undici';

const [origin = '', users = '50', pauseMs] = process.argv.slice(2);

async function user(): Promise<never> {
  const client = new Client(origin, { keepAliveTimeout: 600_000 });
  for (;;) {
    const { body } = await client.request({ method: 'GET', path: '/' });
    await body.text();
    if (pauseMs !== undefined) await new Promise((resolve) => setTimeout(resolve, Number(pauseMs)));
  }
}

process.stdout.write(`begins with ${process.memoryUsage.rss()} bytes\n`);
if (pauseMs === undefined) {
  for (let count = 0; count < Number(users); count++) void user();
} else {
  for (let step = 0; step < 10; step++) {
    for (let count = 0; count < Number(users) / 10; count++) void user();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
