/**
 * What a load thread's behaviour is made of; everything concrete is handed in by the entry.
 */
import type { MessageListener } from '../../scenario/scenarioHost.ts';
import type { ThreadExceptions } from './recording/exceptions.ts';
import type { ThreadToMain } from '../shared/messages.ts';
import type { Profiler } from './profiler.ts';
import type { Recording } from './recording/recording.ts';
import type { SpawnOnce } from './taskRuns.ts';
import type { ThreadEnvironment } from './threadEnvironment.ts';
import type { ThreadPace } from './pacing/threadPace.ts';
import type { TrustWatch } from './recording/trustWatch.ts';
import type { UserGroups } from './users/userGroups.ts';
import type { UserPlan } from './users/userPlan.ts';

export type ThreadParts = {
  readonly post: (message: ThreadToMain) => void;
  readonly plans: readonly UserPlan[];
  readonly groups: UserGroups;
  readonly environment: ThreadEnvironment;
  readonly exceptions: ThreadExceptions;
  readonly messageListeners: ReadonlyMap<string, MessageListener>;
  readonly recording: Pick<Recording, 'setCounting' | 'flush'>;
  readonly pace: Pick<ThreadPace, 'begin' | 'startArrivals' | 'endArrivals' | 'end'>;
  readonly trust: Pick<TrustWatch, 'reset' | 'update'>;
  readonly profiler: Pick<Profiler, 'start' | 'finish'>;
  readonly spawnOnce: SpawnOnce;
  /** Tells the environment's `runner.state`. */
  readonly setState: (state: 'ready' | 'spawning' | 'running' | 'stopping') => void;
  readonly close: () => void;
};
