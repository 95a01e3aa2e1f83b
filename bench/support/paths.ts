/** Where things are, seen from the compiled benchmark in `bench/dist`. */
import { fileURLToPath } from 'node:url';

export const repository: string = fileURLToPath(new URL('../../', import.meta.url));
