/** `--show-task-ratio` and its JSON, letter for letter as Locust prints them of the same scenario. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { venvPython } from '../../locust/demo/paths.ts';
import { folderWith, program, tidy } from '../cli/command.ts';

const run = promisify(execFile);
afterAll(tidy);

const python = `
from locust import MarkovTaskSet, SequentialTaskSet, TaskSet, User, task, transition

class Alpha(User):
    weight = 3
    @task(3)
    def browse(self): pass
    @task
    def buy(self): pass
    @task(4)
    class Inner(TaskSet):
        @task(2)
        def first(self): pass
        @task(5)
        class Deep(SequentialTaskSet):
            @task
            def one(self): pass
            @task(2)
            def two(self): pass

class Beta(User):
    fixed_count = 2
    def pläne(self): pass
    tasks = [pläne]

class Gamma(User):
    weight = 13
    @task
    class Chain(MarkovTaskSet):
        @transition("b")
        def a(self): pass
        @transition("a")
        def b(self): pass
`;

const typescript = `
import { MarkovTaskSet, SequentialTaskSet, TaskSet, User, task, transition } from 'boomer-node';

class Deep extends SequentialTaskSet {
  @task one() {}
  @task(2) two() {}
}
function first() {}
class Inner extends TaskSet {
  static tasks = [first, first, Deep, Deep, Deep, Deep, Deep];
}
class Chain extends MarkovTaskSet {
  @transition('b') a() {}
  @transition('a') b() {}
}
function browse() {}
function buy() {}
export class Alpha extends User {
  static weight = 3;
  static tasks = [browse, browse, browse, buy, Inner, Inner, Inner, Inner];
}
function pläne() {}
export class Beta extends User {
  static fixedCount = 2;
  static tasks = [pläne];
}
export class Gamma extends User {
  static weight = 13;
  static tasks = [Chain];
}
`;

test('is what Locust prints, with and without a number of users', async () => {
  const folder = await folderWith({ 'ratio.py': python, 'ratio.ts': typescript });
  const each = await Promise.all([['--show-task-ratio'], ['--show-task-ratio', '-u', '9'], ['--show-task-ratio-json', '-u', '9']].map(async (flags) => {
    const [locust, ours] = await Promise.all([
      run(venvPython, ['-m', 'locust', '-f', join(folder, 'ratio.py'), ...flags], { cwd: folder }),
      run(process.execPath, [program, join(folder, 'ratio.ts'), ...flags], { cwd: folder }),
    ]);
    return { locust: locust.stdout, ours: ours.stdout, said: ours.stderr };
  }));
  for (const { locust, ours, said } of each) {
    expect(ours).toBe(locust);
    expect(said).toBe('');
  }
});
