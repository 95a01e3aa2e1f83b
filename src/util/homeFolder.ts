/** Where a user's own files are. */
import { homedir } from 'node:os';

/** The user's home; the root folder for a user who has none, as in a container that runs as any number. */
export function homeFolder(): string {
  try {
    return homedir();
  } catch {
    // Neither HOME nor a line of /etc/passwd.
    return '/';
  }
}
