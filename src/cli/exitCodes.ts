/** Exit codes of all commands; scripts rely on them. */
export const exitCode = {
  ok: 0,
  /** Wrong flags, a bad configuration, or a scenario that cannot be loaded. */
  usage: 2,
  /** The master never answered, or stopped answering. */
  noMaster: 255,
} as const;
