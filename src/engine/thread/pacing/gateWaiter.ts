/** A user as whatever keeps it waiting knows it. */
export type GateWaiter = {
  /** Waits until `letIn`; false when the user was stopped meanwhile. */
  waitAtGate(): Promise<boolean>;
  /** Ends the wait; nothing to a waiter that does not wait. */
  letIn(): void;
  /** Its next task is meant to begin then (`performance.now()`). */
  intend(intendedMs: number): void;
};
