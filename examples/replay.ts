/**
 * Traffic that somebody captured, sent again: each visitor of the capture is a user, each request goes out at its moment.
 *
 *   npx boomer-node run examples/replay.ts --host http://127.0.0.1:8080
 *
 * or, without a scenario, npx boomer-node replay examples/replay.gor --host http://127.0.0.1:8080 --speed 2x
 */
import { ReplayUser, replay, type ReplayRequest } from 'boomer-node';

/** What the target must have instead of what was recorded. */
function rewrite(request: ReplayRequest): undefined {
  request.headers['x-replayed'] = '1';
  delete request.headers['authorization'];
}

export class Captured extends ReplayUser {
  static override host = 'http://127.0.0.1:8080';
  static override replay = replay(new URL('replay.gor', import.meta.url), { speed: 2, only: 'GET /*', rewrite });

  /** Called for each request; what it adds is judged as in any other class. */
  protected override async send(request: ReplayRequest) {
    const response = await super.send(request);
    if (response.status === 503) await this.sleep(0.1);
    return response;
  }
}
