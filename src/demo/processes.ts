/**
 * Owner of every child process: whatever happens here, none of them outlives us.
 *
 * Each child leads a process group of its own. So a Ctrl-C in the terminal reaches only us, and we end the children in
 * order; and what a child started (pip starts a compiler, say) goes with it.
 */
import { Child, type ChildSpec } from './child.ts';

export class Processes {
  readonly #children: Child[] = [];
  readonly #killAtExit = (): void => this.killAll();
  #closed = false;
  #stopping: Promise<void> | null = null;

  constructor() {
    process.on('exit', this.#killAtExit);
  }

  /** Starts a child. After `stopAll` it throws: nobody would end that child. */
  start(spec: ChildSpec): Child {
    if (this.#closed) throw new Error(`${spec.name} is not started: everything is being stopped`);
    const child = new Child(spec);
    this.#children.push(child);
    void child.exit.then(() => this.#forget(child));
    return child;
  }

  /** Ends the children one after the other, the youngest first, each with its own deadline. May be called twice. */
  async stopAll(): Promise<void> {
    this.#closed = true;
    this.#stopping ??= this.#stopOneByOne();
    await this.#stopping;
  }

  /** Ends all of them at once and without asking, for when there is no time left. */
  killAll(): void {
    this.#closed = true;
    for (const child of this.#children) child.kill();
  }

  async #stopOneByOne(): Promise<void> {
    for (let child = this.#children.at(-1); child !== undefined; child = this.#children.at(-1)) {
      await child.stop();
      this.#forget(child);
    }
    process.off('exit', this.#killAtExit);
  }

  #forget(child: Child): void {
    const index = this.#children.indexOf(child);
    if (index >= 0) this.#children.splice(index, 1);
  }
}
