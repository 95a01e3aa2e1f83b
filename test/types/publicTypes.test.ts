/**
 * What a scenario's author sees in an editor. Each source must compile as it is: lines that must not are marked with
 * `@ts-expect-error`, and the compiler complains about a mark without an error.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

import { projectDir } from '../../locust/demo/paths.ts';
import { complaintsAbout } from '../support/compile.ts';

const scenario = (body: string): string => `import * as boomer from 'boomer-node';
import { between, constant, events, HttpUser, MarkovTaskSet, poisson, run, SequentialTaskSet, tag, task, TaskSet, transition, transitions, User } from 'boomer-node';
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_: Equal<A, B>): void {}
${body}`;

describe('types of the user model', () => {
  it.each([
    [
      'tasks are methods without parameters, of any result',
      `export class A extends User {
  @task async a() {}
  @task(3) b() { return 1; }
  @tag('x', 'y') @task c() {}
  // @ts-expect-error a task takes nothing
  @task d(what: string) { return what; }
  // @ts-expect-error a weight is a number
  @task('3') e() {}
  // @ts-expect-error a tag needs a name
  @tag() @task f() {}
  // @ts-expect-error a field is no task
  @task g = async () => {};
}`,
    ],
    [
      'wait times are functions of a user',
      `export class A extends User {
  waitTime = between(1, 3);
  @task a() {}
}
export class B extends User {
  // @ts-expect-error not a number
  waitTime = 1;
}
export class C extends User {
  waitTime = (user: boomer.Waiter) => user.random.float(0, 1);
}
export class D extends User {
  // @ts-expect-error a wait time gives seconds as a number
  waitTime = () => '1';
}
const rates = [constant(1), poisson(2)] as const;
same<(typeof rates)[1], boomer.WaitTime>(true);`,
    ],
    [
      'what is static is checked too',
      `export class A extends User { static weight = 2; static fixedCount = 1; static host = 'http://h'; static tasks = { a: 1 }; a() {} }
// @ts-expect-error a weight is a number
export class B extends User { static weight = 'often'; }
// @ts-expect-error a host is a text
export class C extends User { static host = 8080; }
export class D extends User { static arrivals = boomer.perUser('2/s', { maxAtOnce: 5 }); @task a() {} }
// @ts-expect-error a rate needs perUser
export class E extends User { static arrivals = '2/s'; }
// @ts-expect-error a cap is a number
const capped: boomer.Arrivals = boomer.perUser(2, { maxAtOnce: '5' });`,
    ],
    [
      'checks and metrics count what their kind has',
      `const sold = new boomer.Counter('sold', { unit: 'items' });
sold.add();
sold.add(2);
new boomer.Gauge('queue').set(1);
new boomer.Rate('hit').add(true);
new boomer.Trend('size', { unit: 'bytes' }).add(1.5);
same<ReturnType<typeof boomer.check>, boolean>(true);
// @ts-expect-error a promise passes nothing
boomer.check('x', Promise.resolve(true));
// @ts-expect-error a check has a name
boomer.check(true);
// @ts-expect-error a rate is of true and false
new boomer.Rate('hit').add(1);
// @ts-expect-error a counter adds numbers
sold.add('2');
// @ts-expect-error a rate has no unit
new boomer.Rate('hit', { unit: 'x' });`,
    ],
    [
      'task sets know their user, parent and client',
      `class Browse extends TaskSet<Shopper> {
  @task async look() {
    same<typeof this.user, Shopper>(true);
    same<typeof this.client, Shopper['client']>(true);
    same<typeof this.parent, User | TaskSet>(true);
    this.user.basket.push('x');
    const response = await this.client.get('/');
    same<typeof response.status, number>(true);
    this.interrupt();
  }
}
class Shopper extends HttpUser { basket: string[] = []; static tasks = [Browse]; }
class Plain extends SequentialTaskSet {
  @task async look() {
    // A set that names no user has the client that most users have.
    same<typeof this.client, HttpUser['client']>(true);
    same<typeof this.user, User>(true);
    await this.sleep(1);
    same<typeof this.environment, boomer.UserEnvironment>(true);
    same<typeof this.host, string | null>(true);
    same<typeof this.signal, AbortSignal>(true);
    const length = await this.measure('redis', 'GET', async () => 5, (result) => result);
    same<typeof length, number>(true);
    this.record({ type: 'a', name: 'b', elapsedMs: 1 });
    const response = await this.rest<{ id: number }>('GET', '/x', { json: { a: 1 } }, ({ js }) => js?.id);
    same<(typeof response)["js"], { id: number } | undefined>(true);
    await this.restUncached('GET', '/x');
    // @ts-expect-error a row needs a name
    this.record({ type: 'a' });
  }
  @task static inner = Browse;
}
class Cache extends User { @task get() {} }
class OfCache extends TaskSet<Cache> {
  @task look() {
    // @ts-expect-error a user without a client
    this.client.get('/');
  }
}
class Chain extends MarkovTaskSet<Shopper> {
  @transition('b') a() {}
  @transitions({ a: 1, b: 2 }) b() {}
  @transitions(['a', ['b', 2]]) c() {}
  // @ts-expect-error a weight is a number
  @transition('a', 'often') d() {}
}
const all: boomer.TaskList = new Map<boomer.TaskItem, number>([[Plain, 2], [Chain, 1], [() => 1, 1]]);
// @ts-expect-error a list has no names
const wrong: boomer.TaskList = ['look'];`,
    ],
    [
      'options are unknown until the scenario says what they are',
      `export class A extends User {
  @task a() {
    same<(typeof this.environment.parsedOptions)['tenant'], unknown>(true);
    same<typeof this.environment.threadCount, number>(true);
    // @ts-expect-error unknown is no string
    const tenant: string = this.environment.option('tenant');
  }
}`,
    ],
    [
      'headers of a user are an object, set as a whole or one by one',
      `export class A extends HttpUser {
  @task a() {
    this.client.headers = { 'x-a': '1', 'x-b': null };
    this.client.headers = new Headers();
    this.client.headers['authorization'] = 'Bearer x';
    same<typeof this.client.headers, import('boomer-node/http').UserHeaders>(true);
    // @ts-expect-error no header has such a value
    this.client.headers['x-c'] = { a: 1 };
    // @ts-expect-error nothing that a client has
    this.client.verify = false;
    this.client.auth = ['ada', 'secret'];
    this.client.auth = { bearer: 'token' };
    this.client.auth = null;
    // @ts-expect-error credentials are two texts
    this.client.auth = 'ada:secret';
    same<typeof this.client.baseUrl, string | null>(true);
    this.client.baseUrl = 'http://h';
  }
}`,
    ],
    [
      'what is judged has another name, and a request its context',
      `export class A extends HttpUser {
  override context() { return { tenant: 'a' }; }
  @task async a() {
    const response = await this.client.get('/', { context: { step: 1 }, silent: true, check: (answer) => answer.rename('/x') });
    same<(typeof response.history)[number]['status'], number>(true);
    // @ts-expect-error it has been recorded
    response.rename('/x');
    await using caught = await this.client.get('/', { catchResponse: true });
    caught.rename('/y');
  }
}
export class B extends User {
  // @ts-expect-error an object of values by name
  override context() { return 'tenant'; }
}`,
    ],
    [
      'measure gives back what the work gives',
      `export class A extends User {
  @task async a() {
    const length = await this.measure('redis', 'GET', async () => 5);
    same<typeof length, number>(true);
    this.record({ type: 'a', name: 'b', elapsedMs: null, error: new Error('x') });
    // @ts-expect-error a row needs a name
    this.record({ type: 'a' });
    same<typeof this.signal, AbortSignal>(true);
  }
}`,
    ],
    [
      'listeners get what the event says',
      `events.request.add(({ type, elapsedMs, error, user, response, context }) => {
  same<typeof type, string>(true);
  same<typeof context, import('boomer-node/http').RequestContext>(true);
  if (response !== null && 'json' in response) same<ReturnType<typeof response.json>, unknown>(true);
  same<typeof elapsedMs, number | null>(true);
  same<typeof error, string | null>(true);
  same<typeof user, User | null>(true);
});
events.userError.add(({ error, taskSet }) => {
  same<typeof error, unknown>(true);
  same<typeof taskSet, TaskSet | null>(true);
});
events.reportToMaster.add(({ data }) => { data['x'] = 1; });
events.cpuWarning.add(({ cpuUsage }) => same<typeof cpuUsage, number>(true));
events.testStopping.add((environment) => { same<typeof environment, boomer.Environment>(true); });
events.quit.add(({ exitCode }) => same<typeof exitCode, number>(true));
events.testStart.add((environment) => { same<typeof environment, boomer.Environment>(true); });
// @ts-expect-error there is no such event
events.testBegin.add(() => {});`,
    ],
    [
      "boomer's form",
      `run({ name: 'a', weight: 2, fn: async () => {} }, { name: 'b', fn() {} });
// @ts-expect-error no task
run();
// @ts-expect-error a task needs a function
run({ name: 'a' });`,
    ],
  ])('%s', (_, body) => {
    expect(complaintsAbout({ 'types/scenario.ts': scenario(body) })).toEqual([]);
  });

  it('options have the types that a scenario declares', () => {
    const declared = `declare module 'boomer-node' {
  interface ParsedOptions { readonly tenant: string; readonly basket_size: number | null }
}
export class A extends User {
  @task a() {
    const { parsedOptions } = this.environment;
    same<typeof parsedOptions.tenant, string>(true);
    same<typeof parsedOptions.basket_size, number | null>(true);
    const size = this.environment.option('basket_size');
    same<typeof size, number>(true);
    // @ts-expect-error a slip: no such option is declared
    this.environment.option('basketsize');
    // @ts-expect-error declared options are read by their names, others are unknown
    const other: string = parsedOptions['other'];
  }
}
events.testStart.add(({ parsedOptions }) => same<typeof parsedOptions.tenant, string>(true));`;
    expect(complaintsAbout({ 'types/scenario.ts': scenario(declared) })).toEqual([]);
  });

  it('options have the types that defineOptions was told', () => {
    const declared = `import { defineOptions, type OptionValues } from 'boomer-node';
export const options = defineOptions({
  tenant: { type: 'string', default: 'a', choices: ['a', 'b'], help: 'Whose', secret: true },
  basket_size: { type: 'number', default: 3 },
  limit: { type: 'number' },
  verbose: { type: 'boolean' },
});
declare module 'boomer-node' {
  interface ParsedOptions extends OptionValues<typeof options> {}
}
export class A extends User {
  @task a() {
    const { parsedOptions } = this.environment;
    same<typeof parsedOptions.tenant, 'a' | 'b'>(true);
    same<typeof parsedOptions.basket_size, number>(true);
    same<typeof parsedOptions.limit, number | null>(true);
    same<typeof parsedOptions.verbose, boolean>(true);
    // @ts-expect-error a slip: no such option is declared
    this.environment.option('basketsize');
  }
}
// @ts-expect-error a default is of the type
defineOptions({ a: { type: 'string', default: 3 } });
// @ts-expect-error there is no such type
defineOptions({ a: { type: 'text' } });`;
    expect(complaintsAbout({ 'types/scenario.ts': scenario(declared) })).toEqual([]);
  });

  it('would be found wrong', () => {
    expect(complaintsAbout({ 'types/scenario.ts': scenario('const wait: number = between(1, 2);') })).toEqual([
      "types/scenario.ts(5): Type 'WaitTime' is not assignable to type 'number'.",
    ]);
  });
});

describe('names that a package exports', () => {
  it.each([
    ['index', `Arrivals BoomerConfig BoomerError BoomerTask Counter Environment FastHttpUser Feeder Gauge HttpDefaults HttpResponse HttpUser InterruptTaskSet MarkovTaskSet Moment OptionValues Output
      ParsedOptions Random Rate RateLimiter Replay ReplayRequest ReplayUser RequestFailed RescheduleTask RescheduleTaskImmediately SequentialTaskSet SetupData ShapeDecision StopUser TaskItem TaskList TaskSet Thresholds Trend User
      UserEnvironment WaitTime Waiter between check constant constantPacing constantThroughput defineConfig defineOptions events feed ownArguments perUser poisson recordFailure recordSuccess
      registerMessage replay run sendMessage setRateLimiter stopTest tag task transition transitions`],
    ['http/index', `BodyStream CatchOptions CaughtResponse Check ContentCoding Cookies Credentials FailedResponse FieldValues FilePart HeaderValue HeaderValues
      HttpClient HttpDefaults HttpResponse JudgedResponse Multipart MultipartValue PartContent QueryValues Redirect RequestContext RequestNaming RequestOptions ResponseHeaders RestOptions RestResponse
      StreamOptions StreamedResponse TlsOptions UserHeaders`],
    ['outputs/index', 'EndReason Output Report RunMoment RunResult RunStart RunStats StatsRow'],
  ])('are those of %s, and no more', (entry, names) => {
    const source = readFileSync(join(projectDir, 'dist', `${entry}.d.ts`), 'utf8');
    const exported = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gmu)].flatMap(([, list = '']) => list.split(',').map((name) => name.trim().replace(/^type /u, '')));
    expect(exported.sort()).toEqual(names.split(/\s+/u).sort());
  });
});

it('no declaration says any', () => {
  const dist = join(projectDir, 'dist');
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.d.ts') && !name.startsWith('demo'));
  const places: string[] = [];
  for (const name of files) {
    const path = join(dist, name);
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2023, true);
    const visit = (node: ts.Node): void => {
      if (node.kind === ts.SyntaxKind.AnyKeyword) places.push(`${relative(dist, path)}(${source.getLineAndCharacterOfPosition(node.getStart()).line + 1})`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  expect(files.length).toBeGreaterThan(80);
  expect(places).toEqual([]);
});
