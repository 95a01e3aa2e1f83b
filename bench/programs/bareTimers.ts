/** The peer of sleeping users: `USERS` async loops that wait `MS` and do nothing else. `bareTimers.js USERS MS` */
const [users = '100000', sleepMs = '1000'] = process.argv.slice(2);

async function user(): Promise<never> {
  for (;;) await new Promise((resolve) => setTimeout(resolve, Number(sleepMs)));
}

process.stdout.write(`begins with ${process.memoryUsage.rss()} bytes\n`);
for (let step = 0; step < 10; step++) {
  for (let count = 0; count < Number(users) / 10; count++) void user();
  await new Promise((resolve) => setTimeout(resolve, 100));
}
