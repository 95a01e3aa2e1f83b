/**
 * What all connections of a class to one origin share on a thread.
 */
import type { FlatHeaders } from '../../request/requestHeaders.ts';
import type { Wiring } from '../wiring.ts';
import { addressOf } from './dial.ts';
import type { Address } from './dial.ts';
import { RequestWriter } from './requestWriter.ts';
import { TimeoutWheel, tickMs } from './timeoutWheel.ts';

/** Before a server's announced end of an idle connection by this much, it is not used any more. */
const idleMarginMs = 500;

/** One for a thread. */
const threadWheel = new TimeoutWheel();

export class FastOrigin {
  readonly address: Address;
  readonly writer: RequestWriter;
  readonly wheel: TimeoutWheel = threadWheel;
  readonly connectTicks: number;
  readonly headersTicks: number;
  readonly bodyTicks: number;

  constructor(wiring: Wiring, headers: FlatHeaders) {
    const { connectMs, headersMs, bodyMs } = wiring.timeouts;
    this.address = addressOf(wiring);
    this.writer = new RequestWriter(wiring.origin, headers);
    this.connectTicks = TimeoutWheel.ticksOf(connectMs);
    this.headersTicks = TimeoutWheel.ticksOf(headersMs);
    this.bodyTicks = TimeoutWheel.ticksOf(bodyMs);
  }

  /** The tick from which a connection that the server keeps for `keepAliveMs` is left alone. */
  keptUntil(keepAliveMs: number): number {
    return this.wheel.tick + Math.max(1, Math.floor((keepAliveMs - idleMarginMs) / tickMs));
  }
}
