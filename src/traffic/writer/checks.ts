/** Checks of answers against their schemas, as the scenario has them: by ajv, of the project that the scenario is in. */
import type { Step } from '../steps/step.ts';
import { jsonCode, memberName } from './code.ts';

/** What answers are compared with. */
export type AnswerChecks = {
  /** One answer in so many of each operation, the first among them. */
  readonly every: number;
  /** Of the check of each step. */
  readonly names: ReadonlyMap<Step, string>;
  /** Those that the schemas refer to. */
  readonly definitions: ReadonlyMap<string, unknown>;
};

/** The line for the scenario's head. */
export const checkImport = "import { Ajv } from 'ajv'; // npm install --save-dev ajv";

/** Parts of the scenario's end. */
export function checkLines({ every, names, definitions }: AnswerChecks): readonly string[] {
  const checks = [...names].map(([{ visit }, name]) => `  ${memberName(name)}: schemaCheck(${jsonCode(Object.fromEntries(visit.described?.answers ?? []))}),`);
  const shared = definitions.size === 0 ? [] : [`ajv.addSchema({
  $id: 'api',
  definitions: {
${[...definitions].map(([name, schema]) => `    ${memberName(name)}: ${jsonCode(schema)},`).join('\n')}
  },
});`];
  return [
    [`const ajv = new Ajv({ strict: false, validateFormats: false, addUsedSchema: false });`, ...shared].join('\n'),
    `/** Of each operation, what its answers look like by their status. */\nconst checks = {\n${checks.join('\n')}\n};`,
    `/** Compares ${every === 1 ? 'each answer' : `one answer in ${every}`} with its schema, which is compiled for the first one. */
function schemaCheck(schemas: Record<string, object | boolean>): (response: { readonly status: number; json(): unknown }) => true | string {
  let answers = 0;
  return (response) => {
    answers += 1;
    if ((answers - 1) % ${every} !== 0) return true;
    const schema = schemas[response.status] ?? schemas[\`\${Math.floor(response.status / 100)}XX\`] ?? schemas['default'];
    if (schema === undefined || ajv.validate(schema, response.json())) return true;
    // Numbers of elements would make a failure of each.
    return \`does not fit its schema: \${ajv.errorsText().replace(/\\/\\d+/g, '/[n]')}\`;
  };
}`,
  ];
}
