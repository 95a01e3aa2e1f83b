/** A program whose output nobody reads, in a pipe, a socket or on a terminal that is stopped, until the test says so. */
import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Runs a program on a terminal of its own, or with one pipe for both its streams; reads nothing of it until a line comes. Ends with
 * the program's exit code, and kills it when this process is gone.
 */
const holderSource = `
import os, pty, signal, sys
if sys.argv[1] == 'terminal':
    pid, source = pty.fork()
else:
    source, sink = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(sink, 1)
        os.dup2(sink, 2)
    os.close(sink)
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
if not sys.stdin.readline():
    os.kill(pid, signal.SIGKILL)
while True:
    try:
        data = os.read(source, 65536)
    except OSError:
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

export type Unread = {
  /** Of the program, or of what runs it. */
  readonly pid: number | undefined;
  /** From now on everything is read; resolves with all of it when the program has ended. */
  readonly read: () => Promise<{ readonly code: number | null; readonly output: string }>;
  /** Resolves with the exit code, though nobody reads; only of sockets. */
  readonly exit: Promise<number | null>;
  readonly kill: () => void;
};

/** stdout and stderr are two sockets, which is what Node calls pipes when it starts a program. */
export function unreadSockets(args: readonly string[], cwd: string): Unread {
  return unread(spawn(process.execPath, args, { cwd, env: cleanEnv(), stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** One pipe of 64 KiB, as in `2>&1 | less`. */
export function unreadPipe(args: readonly string[], cwd: string): Unread {
  return held('pipe', args, cwd);
}

/** A terminal, which holds 4 KiB, as after Ctrl-S. */
export function stoppedTerminal(args: readonly string[], cwd: string): Unread {
  return held('terminal', args, cwd);
}

function held(kind: 'terminal' | 'pipe', args: readonly string[], cwd: string): Unread {
  return unread(spawn('python3', ['-c', holderSource, kind, process.execPath, ...args], { cwd, env: cleanEnv(), stdio: ['pipe', 'pipe', 'pipe'] }));
}

function unread(child: ChildProcess): Unread {
  let output = '';
  const add = (text: string): void => void (output += text);
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    pid: child.pid,
    read: async () => {
      child.stdout?.setEncoding('utf8').on('data', add);
      child.stderr?.setEncoding('utf8').on('data', add);
      child.stdin?.end('go\n');
      return { code: await closed, output };
    },
    exit,
    kill: () => {
      if (child.stdin === null) child.kill('SIGKILL');
      else child.stdin.end();
    },
  };
}

function cleanEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:LOCUST_|BOOMER_|NODE_OPTIONS$|FORCE_COLOR$|CI$|GITHUB_)/u.test(name)));
}
