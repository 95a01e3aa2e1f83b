/** A scenario as a colleague would have written it: the file's text. */
import type { PlannedTask } from '../tasks.ts';
import type { Secret } from '../secrets.ts';
import type { Slot, Step } from '../step.ts';
import { remarkText, quoted, type Code } from './code.ts';
import { requestCode, type Replaced } from './requestCode.ts';

/** All that is known of a scenario before it is text. */
export type ScenarioPlan = {
  /** Of the user; a walk has a task set beside it. */
  readonly className: string;
  /** Tasks in their order, one after the other; null: picked by weight. */
  readonly walkName: string | null;
  /** What requests are relative to; null: nothing. */
  readonly origin: string | null;
  /** Null: nobody knows, and it has to be said with `--host`. */
  readonly host: string | null;
  readonly tasks: readonly PlannedTask[];
  readonly waitSec: readonly [minSec: number, maxSec: number] | null;
  readonly replaced: Replaced;
  readonly remarks: ReadonlyMap<Slot, string>;
  readonly secrets: readonly Secret[];
  /** Cookies that were there before the recording, as one header; null: none. */
  readonly cookies: Code | null;
  /** Where it comes from, one sentence a line. */
  readonly head: readonly string[];
};

/** Always the same for the same plan. */
export function scenarioText(plan: ScenarioPlan): string {
  const { className, walkName, host, tasks, secrets, head } = plan;
  const isWalk = walkName !== null;
  const waits = waitLines(plan);
  const names = ['HttpUser', ...(isWalk ? ['SequentialTaskSet'] : []), /(\w+)\(/u.exec(waits.join(''))?.[1] ?? 'between', 'task'];
  const setUp = startLines(plan);
  const methods = tasks.map((task) => taskLines(task, plan).join('\n'));
  const leave = isWalk ? ['  @task\n  leave() {\n    this.interrupt();\n  }'] : [];
  const start = setUp.length === 0 ? [] : [`  onStart() {\n${setUp.map((line) => `    ${line}`).join('\n')}\n  }`];
  const body = [...start, ...methods, ...leave].join('\n\n');
  const user = [
    `export class ${className} extends HttpUser {`,
    ...(host === null ? [] : [`  static host = ${quoted(host)};`]),
    ...(isWalk ? [`  static tasks = [${walkName}];`] : []),
    ...waits,
  ];
  const classes = isWalk ? [`class ${walkName} extends SequentialTaskSet<${className}> {\n${body}\n}`, `${user.join('\n')}\n}`] : [`${user.join('\n')}\n\n${body}\n}`];
  return `${[`/**\n${head.map((line) => ` * ${remarkText(line)}`).join('\n')}\n */\nimport { ${names.join(', ')} } from 'boomer-node';`, ...(secrets.length === 0 ? [] : [secretLines(secrets)]), ...classes, ...(secrets.length === 0 ? [] : [secretFunction])].join('\n\n')}\n`;
}

function secretLines(secrets: readonly Secret[]): string {
  return ['// Not in this file, but in the environment of whoever runs it.', 'const secrets = {', ...secrets.map(({ property, variable, what }) => `  ${property}: secret(${quoted(variable)}), // ${remarkText(what)}`), '};'].join('\n');
}

const secretFunction = `function secret(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(\`set \${name} before the run: -e \${name}=…, or --env-file\`);
  return value;
}`;

function startLines({ walkName, cookies, tasks }: ScenarioPlan): readonly string[] {
  const setsCookies = tasks.some(({ steps }) => steps.some(({ visit }) => [visit, ...visit.redirects].some(({ answer }) => answer?.headers.some(([name]) => name.toLowerCase() === 'set-cookie') === true)));
  const clear = walkName !== null && (setsCookies || cookies !== null) ? ['// Each walk is a new visitor\'s.', 'this.client.cookies.clear();'] : [];
  return [...clear, ...(cookies === null ? [] : [`for (const cookie of ${cookies.code}.split(/;\\s*/)) this.client.cookies.set(cookie);`])];
}

function waitLines({ waitSec }: ScenarioPlan): readonly string[] {
  const [min, max] = waitSec ?? [1, 5];
  return waitSec === null ? ['  waitTime = between(1, 5); // nothing was recorded of how long people wait'] : [`  waitTime = ${min === max ? `constant(${min})` : `between(${min}, ${max})`};`];
}

function taskLines({ name, title, weight, steps }: PlannedTask, plan: ScenarioPlan): readonly string[] {
  return [...(title === null || title === '' ? [] : [`  /** ${remarkText(title)} */`]), `  @task${weight === 1 ? '' : `(${weight})`}`, `  async ${name}() {`, ...steps.map((step) => `    ${stepCode(step, plan)}`), '  }'];
}

function stepCode(step: Step, { replaced, origin, remarks }: ScenarioPlan): string {
  const status = step.visit.answer?.status ?? 0;
  return `await ${requestCode(step, replaced, origin, remarks, 10)};${status >= 400 ? ` // was answered with ${status}` : ''}`;
}
