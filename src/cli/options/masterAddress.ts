/** `--master-host`: a name or an address, and nothing around it. What is no host would be tried for minutes. */
import { isIP } from 'node:net';
import type { Answers, Given } from './answers.ts';
import { expected, givenOf, textOf } from './readers.ts';

/** Throws a BoomerError that says how the same host is written, where there is one in the text. */
export function masterHostOf(answers: Answers): string {
  const host = textOf(answers, 'master-host') ?? '';
  const given = givenOf(answers, 'master-host');
  if (isHost(host) || given === null) return host;
  throw expected(given, `a host's name or address${rightForm(host, given)}`);
}

/** Letters of other scripts too: Node asks for such names as DNS has them. */
function isHost(text: string): boolean {
  const bare = /^\[(.*)\]$/u.exec(text)?.[1] ?? text;
  return isIP(bare) !== 0 || /^[\p{L}\p{N}_](?:[\p{L}\p{N}._-]*[\p{L}\p{N}_.])?$/u.test(text);
}

/** `, e.g. --master-host h --master-port 5557`; empty: there is none in it. */
function rightForm(text: string, { where }: Given): string {
  const [, host = '', port] = /^\s*(?:[a-z][a-z\d+.-]*:\/\/)?(?:[^@/]*@)?(\[[^\]]*\]|[^\s/:?#]+)(?::(\d+))?(?:[/?#].*)?\s*$/isu.exec(text) ?? [];
  const bare = host.replace(/^\[(.*)\]$/u, '$1');
  if (!isHost(bare)) return '';
  const isFlag = where.startsWith('-');
  const [hostSaid, portSaid] = isFlag ? [`--master-host ${bare}`, `--master-port ${port ?? ''}`] : [`LOCUST_MASTER_NODE_HOST=${bare}`, `LOCUST_MASTER_NODE_PORT=${port ?? ''}`];
  return `: ${hostSaid}${port === undefined ? '' : ` ${portSaid}`}`;
}
