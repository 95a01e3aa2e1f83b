/**
 * All users of a thread: brings each class to its absolute target and empties the thread on stop.
 *
 * Targets carry a generation; a newer one supersedes an older one that is still at work (Locust runners.py,
 * `start_worker`: spawn first, then stop, then report).
 */
import { counted } from '../../../util/counted.ts';
import { clearTimer, setTimer, type Timer } from '../../../util/timers.ts';
import { Departure, inSlices } from './departure.ts';
import type { Turn } from '../pacing/turn.ts';
import type { UserLife } from './userLife.ts';
import type { UserPlan } from './userPlan.ts';
import { now } from '../../../util/nodeTime.ts';

/** Makes and starts one user of a plan; null when its constructor threw (which is reported by then). */
export type Spawn = (plan: UserPlan, onGone: (life: UserLife) => void) => UserLife | null;

export type GroupsReport = (generation: number, counts: Readonly<Record<string, number>>, reached: boolean) => void;

/** Live counts that changed by themselves (a user ended) are reported at most this often. */
const reportEveryMs = 50;
/** A spawn of many users lets the event loop turn after so many, or so long: a busy thread must still get its users soon. */
const usersPerSlice = 100;
const sliceMs = 20;

type Group = {
  readonly plan: UserPlan;
  /** Users that are meant to stay, in the order in which they came. */
  readonly staying: Set<UserLife>;
  live: number;
};

export class UserGroups {
  readonly #groups: Map<string, Group>;
  readonly #spawn: Spawn;
  readonly #turn: Turn;
  readonly #report: GroupsReport;
  readonly #warn: (text: string) => void;
  readonly #samples: () => number;
  readonly #departures = new Set<Departure>();
  #generation = 0;
  #isReached = false;
  /** A stop of all users is under way. */
  #isEmptying = false;
  #isDismissing = false;
  #timer: Timer | null = null;

  /** `samples`: how many the thread has recorded so far, which shows that users who leave get on with it. */
  constructor(plans: Iterable<UserPlan>, spawn: Spawn, turn: Turn, report: GroupsReport, warn: (text: string) => void, samples: () => number) {
    this.#groups = new Map(Array.from(plans, (plan) => [plan.name, { plan, staying: new Set(), live: 0 }]));
    this.#spawn = spawn;
    this.#turn = turn;
    this.#report = report;
    this.#warn = warn;
    this.#samples = samples;
  }

  get userCount(): number {
    let users = 0;
    for (const group of this.#groups.values()) users += group.live;
    return users;
  }

  /** Brings the named classes to their targets; reports `reached` at the end unless it was superseded. */
  async setTargets(generation: number, targets: Readonly<Record<string, number>>, stopTimeoutMs: number): Promise<void> {
    this.#generation = generation;
    this.#isReached = false;
    for (const [name, target] of Object.entries(targets)) {
      const group = this.#groups.get(name);
      if (group !== undefined && !(await this.#grow(group, target, generation))) return;
    }
    const leavers: UserLife[] = [];
    for (const [name, target] of Object.entries(targets)) leavers.push(...this.#surplus(name, target));
    // What the others record says nothing about those that leave.
    if (leavers.length > 0) this.#depart(leavers, stopTimeoutMs, () => 0);
    await Promise.all(Array.from(this.#departures, (departure) => departure.over));
    if (this.#generation !== generation) return;
    this.#isReached = true;
    this.#reportNow();
  }

  /** Asks all users to end after their current task; those that wait end at once. Targets stay as they are. */
  dismissAll(): void {
    if (this.#isDismissing) return;
    this.#isDismissing = true;
    const everyone = Array.from(this.#groups.values(), ({ staying }) => [...staying]).flat();
    const dismissed = inSlices(everyone, this.#turn, (life) => {
      life.stop();
      return true;
    });
    void dismissed.then(() => (this.#isDismissing = false));
  }

  /** Ends all users; resolves when the last is gone. Without a stop timeout, while another stop is under way: at once. */
  async stopAll(generation: number, stopTimeoutMs: number): Promise<void> {
    this.#generation = generation;
    this.#isReached = false;
    const everyone: UserLife[] = [];
    for (const group of this.#groups.values()) {
      everyone.push(...group.staying);
      group.staying.clear();
    }
    if (stopTimeoutMs === 0) {
      for (const departure of this.#departures) {
        if (this.#isEmptying) departure.hurry();
        else departure.kill();
      }
    }
    this.#isEmptying = true;
    if (everyone.length > 0) this.#depart(everyone, stopTimeoutMs, this.#samples);
    while (this.#departures.size > 0) await Promise.all(Array.from(this.#departures, (departure) => departure.over));
    this.#isEmptying = false;
    this.#reportNow();
  }

  /** False when a newer generation took over. */
  async #grow(group: Group, target: number, generation: number): Promise<boolean> {
    let missing = target - group.staying.size;
    let inSlice = 0;
    let sliceEndsMs = now() + sliceMs;
    while (missing-- > 0) {
      const life = this.#spawn(group.plan, this.#onGone);
      if (life !== null) {
        group.staying.add(life);
        group.live++;
      }
      if (++inSlice === usersPerSlice || now() >= sliceEndsMs) {
        await this.#turn.next();
        if (this.#generation !== generation) return false;
        inSlice = 0;
        sliceEndsMs = now() + sliceMs;
      }
    }
    return true;
  }

  /** Takes the newest users above the target out of the group. */
  #surplus(name: string, target: number): UserLife[] {
    const group = this.#groups.get(name);
    if (group === undefined) return [];
    const leavers = [...group.staying].slice(target);
    for (const life of leavers) group.staying.delete(life);
    return leavers;
  }

  #depart(lives: readonly UserLife[], graceMs: number, progress: () => number): void {
    const departure = new Departure(lives, { graceMs, turn: this.#turn, progress, onAbandoned: this.#onAbandoned });
    this.#departures.add(departure);
    void departure.over.then(() => this.#departures.delete(departure));
  }

  readonly #onAbandoned = (users: number, requests: number): void => {
    const lost = requests === 0 ? '' : `, with ${counted(requests, 'request')} under way that ${requests === 1 ? 'does' : 'do'} not count`;
    this.#warn(`${counted(users, 'user')} did not finish onStop in time and ${users === 1 ? 'was' : 'were'} abandoned${lost}`);
  };

  readonly #onGone = (life: UserLife): void => {
    const group = this.#groups.get(life.plan.name);
    if (group === undefined) return;
    group.staying.delete(life);
    group.live--;
    for (const departure of this.#departures) departure.gone(life);
    this.#timer ??= setTimer(() => this.#reportNow(), reportEveryMs);
  };

  #reportNow(): void {
    clearTimer(this.#timer);
    this.#timer = null;
    const counts: Record<string, number> = {};
    for (const [name, group] of this.#groups) counts[name] = group.live;
    this.#report(this.#generation, counts, this.#isReached);
  }
}
