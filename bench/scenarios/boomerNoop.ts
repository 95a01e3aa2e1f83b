import { recordSuccess, run } from 'boomer-node';

/** Nothing but timing and recording, in boomer's form. */
run({
  name: 'nothing',
  fn() {
    const startMs = performance.now();
    recordSuccess('noop', 'nothing', performance.now() - startMs, 0);
  },
});
