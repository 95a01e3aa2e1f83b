/** All lines, in the table's order. */
import type { Line } from './line.ts';
import { httpFeatures } from './lines/httpFeatures.ts';
import { httpUser } from './lines/httpUser.ts';
import { memory } from './lines/memory.ts';
import { noop } from './lines/noop.ts';
import { reportCost } from './lines/reportCost.ts';
import { reportStall } from './lines/reportStall.ts';
import { startUp } from './lines/startUp.ts';

export const lines: readonly Line[] = [httpUser, httpFeatures, noop, startUp, memory, reportStall, reportCost];
