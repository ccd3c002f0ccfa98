#!/usr/bin/env node
// Written for the oldest Node that reads ES modules, so that one too old gets a sentence instead of a stack trace.
import module from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 22)) {
  process.stderr.write(`webhook-reconciler needs Node.js 22.22 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}
// Compiled code is kept between starts where the file system allows it: a quarter less time to the first line.
module.enableCompileCache?.();
await import('./main.js');
