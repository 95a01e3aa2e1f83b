/**
 * What a load thread runs: takes the seed, sees to it that the thread is its own, and begins. The only file of this realm that knows `worker_threads`.
 */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { keepNodesTime } from '../../util/nodeTime.ts';
import type { ThreadStart } from '../shared/threadSeed.ts';
import { startThread } from './threadRoot.ts';

if (parentPort === null) throw new Error('this file runs only as a load thread of boomer-node');
const start = await new Promise<ThreadStart<MessagePort>>((resolve) => parentPort?.once('message', resolve));
keepNodesTime();
process.setSourceMapsEnabled(true);
await startThread(start).loaded;
