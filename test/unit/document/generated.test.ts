import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generate } from '../../../schemas/generate.ts';

const root = join(import.meta.dirname, '../../..');

it('the checked-in code of the schemas is what generating again gives', async () => {
  for (const [path, content] of await generate()) {
    expect(readFileSync(join(root, path), 'utf8'), `${path} is stale: npm run generate`).toBe(content);
  }
});
