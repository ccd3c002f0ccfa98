import { renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Checkout, checkoutLoader } from '../../../src/desired/load.ts';
import { commit, repository, subscription, temporaryFolder, write } from './folder.ts';

function reader(path: string): () => Promise<Checkout> {
  const load = checkoutLoader({ path, substitute: {} });
  return async () => {
    const loaded = await load();
    if (!loaded.ok) throw new Error(loaded.message);
    return loaded.checkout;
  };
}

describe('a checkout that is read again', () => {
  it('is not parsed again while the bytes of its files are the same', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': subscription('Users'), 'b.yaml': 'title: No url' });
    const read = reader(folder);
    const first = await read();
    utimesSync(join(folder, 'a.yaml'), 1, 1);
    const second = await read();
    expect(second.desired).toBe(first.desired);
    expect(second.problems).toEqual(first.problems);
    expect(second.errors).toBe(1);
  });

  it('is seen to have changed where neither size nor time of a file tells', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': subscription('Users') });
    const read = reader(folder);
    await read();
    const path = join(folder, 'a.yaml');
    const { atime, mtime } = statSync(path);
    writeFileSync(path, subscription('Order'));
    utimesSync(path, atime, mtime);
    expect((await read()).desired).toMatchObject([{ title: 'Order' }]);
  });

  it('says where its entries stand after a file was renamed', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': subscription('Users') });
    const read = reader(folder);
    await read();
    renameSync(join(folder, 'a.yaml'), join(folder, 'b.yaml'));
    expect((await read()).desired).toMatchObject([{ source: { file: 'b.yaml' } }]);
  });

  it('has the revision of a commit that changed none of its files', async () => {
    const folder = repository({ 'webhooks/a.yaml': subscription('Users') });
    const read = reader(join(folder, 'webhooks'));
    const first = await read();
    const id = commit(folder, { 'README.md': 'Read me' }, 'Explain');
    const second = await read();
    expect(second.revision).toMatchObject({ id, subject: 'Explain' });
    expect(second.desired).toBe(first.desired);
  });
});
