/** What `import` tells of a file, on a real disk. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importRequest, runImport } from '../../../src/cli/importCommand.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'boomer-node-test-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('names from a file order nothing about the terminal or the CI that shows them', async () => {
  const path = join(folder, 'a.sh');
  writeFileSync(path, `curl --json '${JSON.stringify({ '\u001b[2J\n::add-mask::password': 's3cret' })}' https://s.example/x`);
  const told: string[] = [];
  const code = await runImport(importRequest({}, [path]), { stdout: { write: () => true }, stderr: { write: (text) => told.push(text) } });
  expect([code, told.join('')]).toEqual([0, `1 request in 1 task of SUser
To be set before it runs (-e NAME=VALUE, --env-file FILE):
  PASSWORD  JSON.\\x1b[2J\\n::add-mask::password of POST /x
`]);
});
