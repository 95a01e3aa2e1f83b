/** The code in a page of documentation. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import * as boomer from '../../src/index.ts';
import { projectDir } from '../../locust/demo/paths.ts';

export type Snippet = {
  /** Name of a file for it: the page and the line. */
  readonly file: string;
  readonly code: string;
  /** Names of the user classes that it exports; those that are abstract left out. */
  readonly classes: readonly string[];
  /** It is a scenario by itself: exports a user class, or calls `run()`. */
  readonly isScenario: boolean;
};

/** Types that snippets use without an import. */
const types = ['TaskItem'];

/** All blocks of one language; TypeScript without an import of its own gets one of everything, on its first line. */
export function snippetsOf(page: string, language: 'ts' | 'js'): readonly Snippet[] {
  const text = readFileSync(join(projectDir, 'docs', page), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gmsu'))].map((match) => {
    const body = match[1] ?? '';
    const line = text.slice(0, match.index).split('\n').length + 1;
    const code = body.includes("from 'boomer-node'") ? body : importOfAll(body) + body;
    const classes = [...body.matchAll(/export class (\w+) extends \w+ \{\n(?!\s+static abstract)/gu)].map(([, name]) => name ?? '');
    return { file: `${basename(page, '.md')}.line${line}.${language}`, code, classes, isScenario: classes.length > 0 || /^run\(/mu.test(body) };
  });
}

function importOfAll(body: string): string {
  const isUsed = (name: string): boolean => new RegExp(`\\b${name}\\b`, 'u').test(body);
  const values = Object.keys(boomer).filter((name) => isUsed(name));
  return `import { ${[...values, ...types.filter(isUsed).map((name) => `type ${name}`)].join(', ')} } from 'boomer-node'; `;
}
