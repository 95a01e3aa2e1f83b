/** Runs before `npm test`: makes the virtual environment with Locust, unless it is there. */
import { runGuarded } from './guard.ts';
import { ensureVenv } from './venv.ts';

process.exitCode = await runGuarded(async ({ processes, screen, stop }) => {
  await ensureVenv({ processes, stop, say: (text) => screen.line(text), progress: (text) => screen.status(text) });
  screen.endStatus();
});
