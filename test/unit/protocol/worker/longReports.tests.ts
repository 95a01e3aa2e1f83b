/** A report of thousands of names takes turns of the event loop: what happens meanwhile waits, and nothing is said out of its order. */
import { AgentScene } from './agentScene.ts';

/** A registered worker whose reports take three turns; `what` has begun one. */
function during(what: (scene: AgentScene) => void): AgentScene {
  const scene = AgentScene.registered();
  scene.turnsAReport = 3;
  what(scene);
  return scene;
}

function running(scene: AgentScene): void {
  scene.spawn(1, { A: 2 });
  scene.counts = { A: 2, B: 0 };
  scene.agent.users({ kind: 'users', generation: 1, counts: scene.counts, reached: true });
}

/** A run whose report is due. */
function reportDue(scene: AgentScene): void {
  running(scene);
  scene.master('heartbeat');
  scene.pass(3_000);
  scene.forget();
  scene.master('heartbeat');
}

/** Takes the turns. */
async function whole(scene: AgentScene): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(scene.logs.filter((line) => line.startsWith('error'))).toEqual([]);
}

test('the report that is due, and the heartbeat that proves it, before all that comes meanwhile', async () => {
  const scene = during(reportDue);
  expect(scene.types()).toEqual([]);
  scene.agent.users({ kind: 'customFromUser', type: 'mine', data: 1 });
  scene.master('heartbeat');
  expect(scene.types()).toEqual([]);
  await whole(scene);
  expect(scene.types()).toEqual(['stats', 'heartbeat', 'mine']);
  scene.pass(1_000);
  expect(scene.types().at(-1)).toBe('heartbeat');
});

test('a stop: the report, then client_stopped; a spawn that comes meanwhile clears nothing of it', async () => {
  const scene = during((begun) => {
    running(begun);
    begun.master('stop');
    begun.forget();
    begun.agent.users({ kind: 'usersStopped', generation: 2 });
  });
  scene.spawn(2, { A: 1 });
  scene.master('ack', { index: 3 });
  expect([scene.types(), scene.callNames()]).toEqual([[], []]);
  await whole(scene);
  expect(scene.types()).toEqual(['stats', 'client_stopped', 'client_ready', 'spawning', 'boomer_test_state']);
  expect(scene.callNames()).toEqual(['clearStats', 'startRun', 'setUsers']);
});

test.each([
  ['the master quits', (scene: AgentScene) => scene.master('quit')],
  ['a signal', (scene: AgentScene) => scene.agent.signal()],
])('the end, %s: each report is whole before the next one, and quit comes last', async (_, end) => {
  const scene = during((begun) => {
    running(begun);
    begun.master('heartbeat');
    begun.master('heartbeat');
    begun.pass(3_000);
    begun.forget();
    begun.master('heartbeat');
  });
  end(scene);
  scene.agent.users({ kind: 'usersStopped', generation: 2 });
  expect([scene.types(), scene.callNames()]).toEqual([[], []]);
  await whole(scene);
  // Of the run, of its end, and the last one, on which the master has to answer.
  expect(scene.types().filter((type) => type !== 'heartbeat')).toEqual(['stats', 'stats', 'stats']);
  for (let answer = 0; answer < 6; answer++) scene.master('heartbeat');
  await whole(scene);
  expect(scene.types().at(-1)).toBe('quit');
  expect(scene.callNames()).toEqual(['stopUsers', 'reportsTaken', 'reportsTaken', 'reportsTaken', 'close']);
  expect(scene.exitCode).toBe(0);
});

test('a second signal is heard as soon as the report is whole', async () => {
  const scene = during((begun) => {
    running(begun);
    begun.forget();
    begun.agent.signal();
  });
  scene.agent.signal();
  expect(scene.types()).toEqual([]);
  await whole(scene);
  expect(scene.types()).toEqual(['stats']);
  expect(scene.calls).toEqual([['stopUsers', 2, 0], ['stopUsers', 3, 0]]);
});

test('a connection that breaks meanwhile: the report is taken back, and comes on the next one', async () => {
  const scene = during(reportDue);
  scene.forget();
  scene.isUp = false;
  scene.agent.down(0);
  await whole(scene);
  expect(scene.types()).toEqual([]);
  expect(scene.callNames()).toEqual(['putReportBack', 'reportsInDoubt', 'open']);
  scene.isUp = true;
  scene.agent.up(1);
  expect(scene.types()).toEqual(['spawning', 'heartbeat']);
});

test('what a hook adds, and the users that there are, are those of its beginning', async () => {
  const scene = during((begun) => {
    begun.extras = () => ({ mine: 'then' });
    begun.counts = { A: 2, B: 0 };
    begun.agent.signal();
  });
  scene.extras = () => ({ mine: 'now' });
  scene.counts = { A: 0, B: 0 };
  await whole(scene);
  expect(scene.sent[0]?.data).toMatchObject({ mine: 'then', user_count: 2 });
});

test('on a machine without CPU nobody counts as silent who was not heard, and a stop does not wait for one report after the other', async () => {
  const scene = during((begun) => {
    running(begun);
    begun.master('heartbeat');
    begun.pass(3_000);
    for (let answer = 0; answer < 4; answer++) begun.master('heartbeat');
  });
  scene.forget();
  // Six seconds go by until the report is whole; its heartbeats' answers are there by then.
  scene.pass(6_000);
  for (let answer = 0; answer < 3; answer++) scene.master('heartbeat');
  scene.master('stop');
  await whole(scene);
  await whole(scene);
  expect(scene.logs.filter((line) => line.startsWith('warning'))).toEqual([]);
  expect(scene.callNames()).toContain('stopUsers');
});

test('the last report may take longer than its answer: it is waited for as long as ever', async () => {
  const scene = during((begun) => {
    begun.master('heartbeat');
    begun.master('heartbeat');
    begun.forget();
    begun.agent.signal();
  });
  scene.pass(2_000);
  await whole(scene);
  expect(scene.types()).toEqual(['stats', 'heartbeat']);
  scene.master('heartbeat');
  await whole(scene);
  expect([scene.types().at(-1), scene.callNames()]).toEqual(['quit', ['reportsTaken', 'close']]);
});

test('what a reset drops is read in turns too, and what comes meanwhile comes after it', async () => {
  const scene = during((begun) => {
    begun.master('spawn', { timestamp: 1, user_classes_count: { A: 2 }, host: null, stop_timeout: 0, parsed_options: { reset_stats: true } });
    begun.forget();
    begun.master('spawning_complete', { user_count: 2 });
  });
  scene.master('stop');
  expect(scene.callNames()).toEqual([]);
  await whole(scene);
  expect(scene.callNames()).toEqual(['abandonReports', 'statsReset', 'spawningComplete', 'stopUsers']);
});
