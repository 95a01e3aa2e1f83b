/** Which packages hold native code: what runs on one kind of machine alone, and cannot be compiled into a scenario's modules. */
import { readdir, readFile } from 'node:fs/promises';
import { isMap } from '../util/typeGuards.ts';

/** A package as its own `package.json` tells of it. */
export type PackageFacts = {
  readonly name: string;
  /** `*`: it says none. */
  readonly version: string;
  readonly isNative: boolean;
};

/** `/a/node_modules/@b/c` of `/a/node_modules/@b/c/d/e.js`; null for a file that is in no package. */
export function packageFolder(path: string): string | null {
  return /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/su.exec(path)?.[0] ?? null;
}

/** `@esbuild/linux-x64`, `lightningcss-darwin-arm64`: packages of which npm installs the one that fits. */
const ofOnePlatform = /(?:^|[-/])(?:linux|darwin|win32|windows|freebsd|android)(?:-|$)/u;

/** By the files of node-gyp and of prebuilt add-ons, the keys of their tools, and parts that there are for each platform. */
export async function packageAt(folder: string): Promise<PackageFacts> {
  const entries = await readdir(folder).catch(() => []);
  const read: unknown = await readFile(`${folder}/package.json`, 'utf8').then(JSON.parse, () => null);
  const facts = isMap(read) ? read : {};
  const textOf = (key: string): string | null => (typeof facts[key] === 'string' ? facts[key] : null);
  const hasFiles = entries.some((entry) => entry === 'binding.gyp' || entry === 'prebuilds' || entry.endsWith('.node'));
  const hasKeys = ['gypfile', 'binary', 'napi', 'cmake-ts', 'cpu'].some((key) => Object.hasOwn(facts, key));
  const { optionalDependencies } = facts;
  const hasParts = isMap(optionalDependencies) && Object.keys(optionalDependencies).some((name) => ofOnePlatform.test(name));
  return { name: textOf('name') ?? folder, version: textOf('version') ?? '*', isNative: hasFiles || hasKeys || hasParts };
}
