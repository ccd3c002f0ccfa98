/** What can be told of the image without building it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** One entry an instruction, continued lines joined: `['COPY', 'src src']`. */
const instructions = read('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1).trim()] as const);

const argumentsOf = (name: string): string[] => instructions.filter(([each]) => each === name).map(([, rest]) => rest);

describe('the Dockerfile', () => {
  it('copies only what exists and what .dockerignore lets through', () => {
    const copied = argumentsOf('COPY')
      .filter((rest) => !rest.startsWith('--from='))
      .flatMap((rest) => rest.split(/\s+/).slice(0, -1));
    const [first, ...rest] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    expect(rest).toEqual(copied.map((file) => `!${file}`).sort());
    expect(copied.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it('takes both base images as arguments, so that it builds where no registry is reachable', () => {
    const images = argumentsOf('FROM').map((rest) => rest.split(' ')[0]);
    expect(images).toEqual(['${BUILD_IMAGE}', '${BASE_IMAGE}']);
    expect(argumentsOf('ARG').map((rest) => rest.split('=')[0])).toEqual(
      expect.arrayContaining(['BUILD_IMAGE', 'BASE_IMAGE']),
    );
  });

  it('builds with the Node of package.json', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
    expect(argumentsOf('ARG')).toContainEqual(expect.stringContaining(`node:${devDependencies['node']}-`));
  });

  it('runs Node itself as PID 1, as a user that Kubernetes can see is not root, and ends it with SIGTERM', () => {
    const command: unknown = JSON.parse(argumentsOf('ENTRYPOINT')[0] ?? '');
    expect(command).toEqual(['/usr/local/bin/node', '/app/dist/webhook-reconciler.js']);
    expect(argumentsOf('USER')).toEqual(['65532:65532']);
    expect(argumentsOf('STOPSIGNAL')).toEqual(['SIGTERM']);
  });

  it('lets no signal open a debugger', () => {
    expect(argumentsOf('ENV').filter((rest) => rest.startsWith('NODE_OPTIONS='))).toEqual([
      expect.stringContaining('--disable-sigusr1'),
    ]);
  });

  it('needs no shell in the final image and leaves health to Kubernetes', () => {
    const final = instructions.slice(instructions.findLastIndex(([name]) => name === 'FROM'));
    expect(final.map(([name]) => name)).not.toContain('RUN');
    expect(instructions.map(([name]) => name)).not.toContain('HEALTHCHECK');
  });
});
