/** `npm start`: a real Locust master drives our worker for about a minute. */
import { runGuarded } from './guard.ts';
import { parseDemoArgs } from './options.ts';
import { runDemo } from './run.ts';

const command = parseDemoArgs(process.argv.slice(2));
switch (command.kind) {
  case 'help':
    process.stdout.write(command.text);
    break;
  case 'usageError':
    process.stderr.write(command.text);
    process.exitCode = 2;
    break;
  case 'run':
    process.exitCode = await runGuarded(async (world) => await runDemo(command.options, world));
    break;
}
