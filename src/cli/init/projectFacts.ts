/** What `init` finds out by itself about the project that it is to fit into; pure but for the function that looks. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { configNames } from '../../options/configFiles.ts';
import { codeExtensions } from '../../options/readers.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { readText } from '../../util/textFile.ts';
import { isMap } from '../../util/typeGuards.ts';

/** Who installs packages and runs scripts. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

/** Who runs the project's tests. */
export type TestRunner = 'vitest' | 'jest' | 'node:test';

/** A project as `init` sees it. */
export type ProjectFacts = {
  /** The text of its package.json; null: there is none. */
  readonly packageText: string | null;
  readonly manager: PackageManager;
  /** Null: it has none that is known. */
  readonly testRunner: TestRunner | null;
  /** Its own code is TypeScript, or there is none yet. */
  readonly isTypeScript: boolean;
  /** A `.ts` or `.js` file is an ES module. */
  readonly isEsm: boolean;
  /** Its compiler has the decorators of before the standard, which `@task` is none of. */
  readonly hasOldDecorators: boolean;
  readonly isOnGithub: boolean;
  /** Of an earlier `init`, or somebody's own, whatever they are written in: the name of the scenario in the folder of the load test, and of the configuration; null: none yet. */
  readonly scenarioName: string | null;
  readonly configName: string | null;
};

const lockFiles: readonly (readonly [file: string, manager: PackageManager])[] = [['pnpm-lock.yaml', 'pnpm'], ['yarn.lock', 'yarn'], ['bun.lock', 'bun'], ['bun.lockb', 'bun'], ['package-lock.json', 'npm']];

/** Looks at the project in `folder`, whose load test goes to `loadFolder` in it; `userAgent` is what the package manager says of itself that ran this (`npm_config_user_agent`). Throws a BoomerError for a package.json that is none. */
export function projectFacts(folder: string, loadFolder: string, userAgent: string | undefined): ProjectFacts {
  const textOf = (name: string): string | null => readText(join(folder, name));
  const packageText = textOf('package.json');
  const facts = packageText === null ? {} : parsedPackage(packageText);
  const dependencies = ['dependencies', 'devDependencies'].flatMap((key) => (isMap(facts[key]) ? Object.keys(facts[key]) : []));
  const tsconfig = textOf('tsconfig.json');
  const named = typeof facts['packageManager'] === 'string' ? facts['packageManager'] : (userAgent ?? '');
  const locked = lockFiles.find(([file]) => existsSync(join(folder, file)))?.[1];
  const present = (place: string, names: readonly string[]): string | null => names.find((name) => existsSync(join(folder, place, name))) ?? null;
  return {
    packageText,
    manager: locked ?? (['pnpm', 'yarn', 'bun'] as const).find((manager) => named.startsWith(manager)) ?? 'npm',
    testRunner: testRunnerOf(dependencies, facts['scripts']),
    isTypeScript: packageText === null || tsconfig !== null || dependencies.includes('typescript'),
    isEsm: packageText === null || facts['type'] === 'module',
    hasOldDecorators: tsconfig !== null && /"experimentalDecorators"\s*:\s*true/u.test(tsconfig),
    isOnGithub: existsSync(join(folder, '.github')) || /github\.com/u.test(textOf('.git/config') ?? ''),
    scenarioName: present(loadFolder, codeExtensions.map((extension) => `scenario${extension}`)),
    configName: present('.', configNames),
  };
}

function testRunnerOf(dependencies: readonly string[], scripts: unknown): TestRunner | null {
  const installed = (['vitest', 'jest'] as const).find((name) => dependencies.includes(name));
  if (installed !== undefined) return installed;
  const isNodes = isMap(scripts) && Object.values(scripts).some((script) => typeof script === 'string' && /\bnode\b.* --test\b/u.test(script));
  return isNodes ? 'node:test' : null;
}

function parsedPackage(text: string): Readonly<Record<string, unknown>> {
  try {
    const facts: unknown = JSON.parse(text);
    if (isMap(facts)) return facts;
  } catch (cause) {
    throw new BoomerError('usage', `package.json is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  throw new BoomerError('usage', 'package.json expects an object');
}

/** package.json with these scripts and this development dependency, where it has none of these names; everything else stays as it was written. Null: it has all. */
export function withScripts(text: string | null, scripts: Readonly<Record<string, string>>, dependency: { readonly name: string; readonly range: string }): string | null {
  const facts: Record<string, unknown> = text === null ? { private: true, type: 'module' } : { ...parsedPackage(text) };
  const [known, installed] = [facts['scripts'], facts['devDependencies']].map((part) => (isMap(part) ? part : {}));
  const hasDependency = ['dependencies', 'devDependencies', 'optionalDependencies'].some((key) => isMap(facts[key]) && dependency.name in facts[key]);
  const missing = Object.entries(scripts).filter(([name]) => known?.[name] === undefined);
  if (missing.length === 0 && hasDependency) return null;
  facts['scripts'] = { ...known, ...Object.fromEntries(missing) };
  if (!hasDependency) facts['devDependencies'] = { ...installed, [dependency.name]: dependency.range };
  const indent = /^\{\r?\n([ \t]+)"/u.exec(text ?? '')?.[1] ?? 2;
  return `${JSON.stringify(facts, null, indent)}\n`;
}
