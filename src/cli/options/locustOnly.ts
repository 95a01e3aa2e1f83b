/**
 * Locust's own options that mean nothing here, from its argument_parser.py (2.47): a team shares scripts and a locust.conf
 * between its master and its workers, so they are taken. Those that would change what happens are refused instead.
 */

export type LocustOnly = {
  readonly takesValue: boolean;
  readonly aliases?: readonly string[];
  /** Absent: it is harmless, and has no effect. */
  readonly refused?: string;
};

const harmless: LocustOnly = { takesValue: false };
const harmlessValue: LocustOnly = { takesValue: true };

export const locustOnly: Readonly<Record<string, LocustOnly>> = {
  autostart: harmless,
  autoquit: harmlessValue,
  'print-stats': harmless,
  headful: harmless,
  'web-host': harmlessValue,
  'web-host-display-name': harmlessValue,
  'web-port': { takesValue: true, aliases: ['P'] },
  'web-base-path': harmlessValue,
  'web-login': harmless,
  'tls-cert': harmlessValue,
  'tls-key': harmlessValue,
  'class-picker': harmless,
  'build-path': harmlessValue,
  'master-bind-host': harmlessValue,
  'master-bind-port': harmlessValue,
  'expect-workers': harmlessValue,
  'expect-workers-max-wait': harmlessValue,
  'enable-rebalancing': harmless,
  profile: harmlessValue,
  otel: harmless,
  master: { takesValue: false, refused: 'boomer-node is a worker: start the master with locust --master' },
  'show-task-ratio': { takesValue: false, refused: 'use --list for the tasks and their weights' },
  'show-task-ratio-json': { takesValue: false, refused: 'use --list for the tasks and their weights' },
};
