import { isRoutineLog, locustSpec } from '../../../locust/demo/master.ts';

test.each([
  ['[2026-11-21 08:07:35,652] vm/INFO/locust.main: Starting Locust 2.47.0', true],
  ['[2026-11-21 08:07:35,652] my-host/DEBUG/locust.runners: x', true],
  ['[2026-11-21 08:07:35,652] vm/WARNING/locust.runners: CPU usage above 90%', false],
  ['[2026-11-21 08:07:35,652] vm/ERROR/locust.main: no', false],
  ['Type     Name     # reqs', false],
  ['', false],
])('%s: routine is %s', (line, expected) => {
  expect(isRoutineLog(line)).toBe(expected);
});

test("this machine's LOCUST_ variables do not reach Locust, everything else does", () => {
  process.env['LOCUST_HEADLESS'] = '1';
  process.env['NOT_LOCUST_RELATED'] = 'kept';
  try {
    const { env } = locustSpec({ name: 'x', python: 'python3', args: [], onLine: () => {} });
    expect(env).not.toHaveProperty('LOCUST_HEADLESS');
    expect(env).toMatchObject({ NOT_LOCUST_RELATED: 'kept', PYTHONUNBUFFERED: '1' });
  } finally {
    delete process.env['LOCUST_HEADLESS'];
    delete process.env['NOT_LOCUST_RELATED'];
  }
});
