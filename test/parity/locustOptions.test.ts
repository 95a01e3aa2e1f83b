/** No option of a scenario may be called as one of Locust's: our list has all that the installed Locust has. */
import { isFreeName } from '../../src/cluster/locustOptions.ts';
import { runPython } from '../support/runPython.ts';

test("none of Locust's own options is free", async () => {
  const names = JSON.parse(await runPython('test/parity/locustOptions.py', '')) as readonly string[];
  expect(names).toContain('run_time');
  expect(names.filter((name) => isFreeName(name.replaceAll('-', '_')))).toEqual([]);
});
