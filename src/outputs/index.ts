/** `boomer-node/outputs`: what an output of one's own (`-o ./mine.ts`) is told of a run. */
export type { Output } from './outputs.ts';
export type { EndReason, RunMoment, RunResult, RunStart, RunStats } from '../report/runView.ts';
export type { Report, StatsRow } from '../stats/report.ts';
