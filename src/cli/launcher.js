#!/usr/bin/env node
// Written for the oldest Node that reads ES modules, so that one too old gets a sentence instead of a stack trace.
import module from 'node:module';

const { node } = process.versions;
const [major, minor] = node.split('.').map(Number);
// Up to 24.4 a file that Node's permission model does not let us read ended the process (fs.promises).
if (major < 24 || (major === 24 && minor < 5)) {
  process.stderr.write(
    `webhook-reconciler needs Node.js 24.5 or newer; this is ${node}. A clone brings its own: npx webhook-reconciler, or node_modules/.bin/node.\n`,
  );
  process.exit(1);
}
// Compiled code is kept between starts where the file system allows it: a quarter less time to the first line.
module.enableCompileCache();
await import('./main.js');
