#!/usr/bin/env node
/** `boomer-node`, the program. It loads nothing and is written so that an old Node, which could not read the rest, still reads this and says what it is. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write('boomer-node needs Node 20.19 or newer, and this is Node ' + process.versions.node + ' (' + process.execPath + '): install a newer one from https://nodejs.org\n');
  process.exitCode = 2;
} else {
  void import('./main.ts').then(async ({ main }) => {
    process.exitCode = await main(process.argv.slice(2));
  });
}
