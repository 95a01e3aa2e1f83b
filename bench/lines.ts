/** All lines, in the table's order. */
import type { Line } from './line.ts';
import { httpFeatures } from './lines/httpFeatures.ts';
import { httpUser } from './lines/httpUser.ts';
import { idle } from './lines/idle.ts';
import { memory } from './lines/memory.ts';
import { noop } from './lines/noop.ts';
import { noopPeers } from './lines/noopPeers.ts';
import { peers } from './lines/peers.ts';
import { replay } from './lines/replay.ts';
import { reportCost } from './lines/reportCost.ts';
import { reportStall } from './lines/reportStall.ts';
import { requests } from './lines/requests.ts';
import { startUp } from './lines/startUp.ts';
import { stopping } from './lines/stopping.ts';
import { threads } from './lines/threads.ts';
import { truth } from './lines/truth.ts';
import { urls } from './lines/urls.ts';
import { userCounts } from './lines/userCounts.ts';

export const lines: readonly Line[] = [peers, urls, requests, userCounts, httpUser, httpFeatures, noop, noopPeers, threads, truth, startUp, idle, memory, stopping, reportStall, reportCost, replay];
