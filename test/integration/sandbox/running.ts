/** Starts sandboxes for a test, and closes them after it. */
import { onTestFinished } from 'vitest';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../../src/sandbox/start-sandbox.ts';
import { Caller } from './caller.ts';

export interface Running {
  readonly sandbox: Sandbox;
  readonly caller: Caller;
  /** What the sandbox logged. */
  readonly log: readonly string[];
}

/** Starts a sandbox and a caller with an Ed25519 key and a token of all scopes. */
export async function running(options: SandboxOptions = {}): Promise<Running> {
  const log: string[] = [];
  const sandbox = await startSandbox({
    keyType: 'ed25519',
    log: (level, message) => log.push(`${level} ${message}`),
    ...options,
  });
  onTestFinished(async () => sandbox.close());
  return { sandbox, caller: Caller.of(sandbox), log };
}

export const HOOK = 'https://hooks.example.com/upvest';

/** Options of `expect.poll`: it checks often, and only the limit of the test ends it. */
export const PATIENTLY = { interval: 5, timeout: 25_000 };
