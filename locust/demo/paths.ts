/** Where the demo's things lie. The same from `locust/demo` (tests) and from `dist/demo` (after the build). */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root folder. */
export const projectDir: string = fileURLToPath(new URL('../..', import.meta.url));

/** What runs on Locust's side: locustfiles, pinned requirements and the virtual environment. */
export const locustDir: string = join(projectDir, 'locust');

/** The virtual environment that `npm start` and `npm test` make. */
export const venvDir: string = join(locustDir, '.venv');

/** The Python that has Locust. */
export const venvPython: string = join(venvDir, 'bin', 'python');
