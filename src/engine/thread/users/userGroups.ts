/**
 * All users of a thread: brings each class to its absolute target and empties the thread on stop.
 *
 * Targets carry a generation; a newer one supersedes an older one that is still at work (Locust runners.py,
 * `start_worker`: spawn first, then stop, then report).
 */
import { counted } from '../../../util/counted.ts';
import { clearTimer, setTimer, type Timer } from '../../../util/timers.ts';
import type { ArrivingUsers } from '../pacing/arrivingUsers.ts';
import { inSlices, type Turn } from '../pacing/turn.ts';
import { StopGroup } from './stopGroup.ts';
import type { UserPlan } from './userPlan.ts';
import type { UserRunner } from './userRunner.ts';

/** Makes and starts one user of a plan, and hears of its end; null when its constructor threw (which is reported by then). */
export type Spawn = (plan: UserPlan, onGone: (runner: UserRunner) => void) => UserRunner | null;

/** Hears of the live users of each class; `reached`: the targets of that generation. */
export type GroupsReport = (generation: number, counts: Readonly<Record<string, number>>, reached: boolean) => void;

/** Live counts that changed by themselves (a user ended) are reported at most this often. */
const reportEveryMs = 50;
/** Spawned, or asked to end, between two turns of the event loop: a busy thread must still get its users soon. */
const usersPerSlice = 100;
const dismissedPerSlice = 250;

type Group = {
  readonly plan: UserPlan;
  /** Users that are meant to stay, in the order in which they came. */
  readonly staying: Set<UserRunner>;
  live: number;
  /** Where each user stands for a rate: so many there are said to be, however many live to serve it; else null. */
  stated: number | null;
  /** All are to end. */
  isEnding: boolean;
};

/** Arrivals of classes whose users each stand for a rate, or that replay a capture (see pacing/arrivingUsers.ts). */
export type GroupArrivals = Pick<ArrivingUsers, 'queueOf' | 'maxUsers' | 'go'>;

/** What a thread's users are made with, and who hears of them. */
export type UserGroupsParts = {
  readonly plans: readonly UserPlan[];
  readonly spawn: Spawn;
  readonly turn: Turn;
  readonly report: GroupsReport;
  /** Takes sentences for a person. */
  readonly warn: (text: string) => void;
  /** How many samples the thread has recorded so far, which shows that users who leave get on with it. */
  readonly samples: () => number;
};

export class UserGroups {
  readonly #groups: Map<string, Group>;
  readonly #parts: UserGroupsParts;
  readonly #stopGroups = new Set<StopGroup>();
  #arrivals: GroupArrivals | null = null;
  #generation = 0;
  #isReached = false;
  /** A stop of all users is under way. */
  #isEmptying = false;
  #isDismissing = false;
  #timer: Timer | null = null;

  constructor(parts: UserGroupsParts) {
    this.#parts = parts;
    this.#groups = new Map(Array.from(parts.plans, (plan) => [plan.name, { plan, staying: new Set(), live: 0, stated: plan.arrivals === null && plan.replay === null ? null : 0, isEnding: false }]));
  }

  get userCount(): number {
    let users = 0;
    for (const group of this.#groups.values()) users += usersOf(group);
    return users;
  }

  /** What feeds the users that stand for a rate each; before any of them begins. */
  setArrivals(arrivals: GroupArrivals): void {
    this.#arrivals = arrivals;
  }

  /** One more user of a class with arrivals, for one that finds none idle; false when there are as many as there may be. */
  readonly growFor = (className: string): boolean => {
    const group = this.#groups.get(className);
    if (group === undefined || group.isEnding || group.staying.size >= (this.#arrivals?.maxUsers(className) ?? 0)) return false;
    return this.#begin(group);
  };

  /** Brings the named classes to their targets; reports `reached` at the end unless it was superseded. */
  async setTargets(generation: number, targets: Readonly<Record<string, number>>, stopTimeoutMs: number): Promise<void> {
    this.#generation = generation;
    this.#isReached = false;
    for (const [name, target] of Object.entries(targets)) {
      const group = this.#groups.get(name);
      if (group === undefined) continue;
      if (group.stated !== null) group.stated = target;
      group.isEnding = false;
      // Those that replay come as their visitors do.
      const wanted = group.plan.replay === null ? Math.min(target, this.#maxUsers(group) ?? target) : 0;
      if (!(await this.#grow(group, wanted, generation))) return;
    }
    this.#arrivals?.go();
    const leavers: UserRunner[] = [];
    for (const [name, target] of Object.entries(targets)) leavers.push(...this.#surplus(name, target));
    // What the others record says nothing about those that leave.
    if (leavers.length > 0) this.#depart(leavers, stopTimeoutMs, () => 0);
    await Promise.all(Array.from(this.#stopGroups, (stopGroup) => stopGroup.over));
    if (this.#generation !== generation) return;
    this.#isReached = true;
    this.#reportNow();
  }

  /** Asks all users to end after their current task; those that wait end at once. Targets stay as they are. */
  dismissAll(): void {
    if (this.#isDismissing) return;
    this.#isDismissing = true;
    for (const group of this.#groups.values()) group.isEnding = true;
    const everyone = Array.from(this.#groups.values(), ({ staying }) => [...staying]).flat();
    const dismissed = inSlices(everyone, this.#parts.turn, dismissedPerSlice, (runner) => {
      runner.stop();
      return true;
    });
    void dismissed.then(() => (this.#isDismissing = false));
    this.#reportSoon();
  }

  /** Ends all users; resolves when the last is gone. Without a stop timeout, while another stop is under way: at once. */
  async stopAll(generation: number, stopTimeoutMs: number): Promise<void> {
    this.#generation = generation;
    this.#isReached = false;
    const everyone: UserRunner[] = [];
    for (const group of this.#groups.values()) {
      everyone.push(...group.staying);
      group.staying.clear();
      group.isEnding = true;
    }
    if (stopTimeoutMs === 0) {
      for (const stopGroup of this.#stopGroups) {
        if (this.#isEmptying) stopGroup.hurry();
        else stopGroup.kill();
      }
    }
    this.#isEmptying = true;
    if (everyone.length > 0) this.#depart(everyone, stopTimeoutMs, this.#parts.samples);
    while (this.#stopGroups.size > 0) await Promise.all(Array.from(this.#stopGroups, (stopGroup) => stopGroup.over));
    this.#isEmptying = false;
    this.#reportNow();
  }

  /** False when a newer generation took over. */
  #grow(group: Group, target: number, generation: number): Promise<boolean> {
    const missing = Math.max(0, target - group.staying.size);
    return inSlices(Array(missing).keys(), this.#parts.turn, usersPerSlice, () => {
      if (this.#generation !== generation) return false;
      this.#begin(group);
      return true;
    });
  }

  /** False when its constructor threw. */
  #begin(group: Group): boolean {
    const runner = this.#parts.spawn(group.plan, this.#onGone);
    if (runner === null) return false;
    group.staying.add(runner);
    group.live++;
    if (group.stated !== null) this.#arrivals?.queueOf(group.plan.name)?.expect(runner);
    return true;
  }

  /** Null: as many as it is told. */
  #maxUsers({ plan, stated }: Group): number | null {
    return stated === null ? null : (this.#arrivals?.maxUsers(plan.name) ?? null);
  }

  /** Takes the newest users above the target out of the group; where each stands for a rate, those above what may be under way at once, idle ones first. */
  #surplus(name: string, target: number): UserRunner[] {
    const group = this.#groups.get(name);
    if (group === undefined) return [];
    const maxUsers = this.#maxUsers(group);
    const staying = [...group.staying];
    const leavers = maxUsers === null ? staying.slice(target) : [...staying.filter(({ isWaiting }) => !isWaiting), ...staying.filter(({ isWaiting }) => isWaiting)].slice(maxUsers);
    for (const runner of leavers) group.staying.delete(runner);
    return leavers;
  }

  #depart(runners: readonly UserRunner[], graceMs: number, progress: () => number): void {
    const stopGroup = new StopGroup(runners, { graceMs, turn: this.#parts.turn, progress, onAbandoned: this.#onAbandoned });
    this.#stopGroups.add(stopGroup);
    void stopGroup.over.then(() => this.#stopGroups.delete(stopGroup));
  }

  readonly #onAbandoned = (users: number, requests: number): void => {
    const lost = requests === 0 ? '' : `, with ${counted(requests, 'request')} under way that ${requests === 1 ? 'does' : 'do'} not count`;
    this.#parts.warn(`${counted(users, 'user')} did not finish onStop in time and ${users === 1 ? 'was' : 'were'} abandoned${lost}`);
  };

  readonly #onGone = (runner: UserRunner): void => {
    const group = this.#groups.get(runner.plan.name);
    if (group === undefined) return;
    group.staying.delete(runner);
    group.live--;
    if (group.stated !== null) this.#arrivals?.queueOf(group.plan.name)?.gone(runner);
    for (const stopGroup of this.#stopGroups) stopGroup.gone(runner);
    this.#reportSoon();
  };

  #reportSoon(): void {
    this.#timer ??= setTimer(() => this.#reportNow(), reportEveryMs);
  }

  #reportNow(): void {
    clearTimer(this.#timer);
    this.#timer = null;
    const counts: Record<string, number> = {};
    for (const [name, group] of this.#groups) counts[name] = usersOf(group);
    this.#parts.report(this.#generation, counts, this.#isReached);
  }
}

/** As many as there are to be where each stands for a rate, until the last ones end. */
function usersOf({ live, stated, isEnding }: Group): number {
  return stated === null ? live : isEnding ? Math.min(stated, live) : stated;
}
