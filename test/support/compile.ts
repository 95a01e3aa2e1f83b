/** Compiles TypeScript as a strict project of a user does that installed the package: against the built declarations. */
import { join } from 'node:path';
import ts from 'typescript';

import { projectDir } from '../../locust/demo/paths.ts';

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.esnext.decorators.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  typeRoots: [join(projectDir, 'node_modules/@types')],
  paths: { 'boomer-node': [join(projectDir, 'dist/index.d.ts')], 'boomer-node/*': [join(projectDir, 'dist/*/index.d.ts')] },
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noPropertyAccessFromIndexSignature: true,
  allowImportingTsExtensions: true,
  noEmit: true,
};

/** Declarations of libraries and of the package, which stay as they are. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** What the compiler has to say about files that exist only here, by name: `name(line): message`. */
export function complaintsAbout(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = join(projectDir, 'test');
  const sources = new Map(Object.entries(files).map(([name, text]) => [join(folder, name), text]));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (path) => sources.get(path) ?? readFile(path);
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.getSourceFile = (path, languageVersion, ...more) => {
    const text = sources.get(path);
    if (text !== undefined) return ts.createSourceFile(path, text, languageVersion);
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, languageVersion, ...more));
    return parsed.get(path);
  };
  host.getCurrentDirectory = () => projectDir;
  const program = ts.createProgram([...sources.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, ' ');
    if (file === undefined || start === undefined) return message;
    return `${file.fileName.slice(folder.length + 1)}(${file.getLineAndCharacterOfPosition(start).line + 1}): ${message}`;
  });
}
