/** What is fed to the child: each target an input of its kind, and how the child gets it. */
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { type AnyAnswer, anyAnswer } from './api-answers.ts';
import type { Fed } from './fed.ts';
import { handMade } from './hand-made-git.ts';
import { damage } from './hostile-git.ts';
import { anyBytes } from './http-bytes.ts';
import { yamlFiles } from './yaml-texts.ts';

/** One property: whatever is fed, the child keeps to the limits. */
export const TARGETS = {
  yaml: async (fed: Fed, runs: number) =>
    hold(
      fc.asyncProperty(yamlFiles, async (files) => void (await fed.feed({ kind: 'yaml', files }))),
      runs,
    ),

  api: async (fed: Fed, runs: number) => {
    let answers: readonly AnyAnswer[] = [];
    let asked = 0;
    // Here, so that what it takes to give the answers is not counted.
    const server = createServer((_request, response) => {
      response.on('error', () => {});
      const { status, headers, body } = answers[asked++ % answers.length] ?? { status: 500, headers: [], body: '' };
      response.writeHead(status, Object.fromEntries(headers)).end(body);
    });
    const token = { status: 200, headers: [], body: Buffer.from('{"access_token":"x"}') };
    server.listen(0, '127.0.0.1');
    const url = await new Promise<string>((resolve) => {
      server.once('listening', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    });
    try {
      const property = fc.asyncProperty(
        fc.array(anyAnswer, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (all, withToken) => {
          answers = withToken ? [token, ...all] : all;
          asked = 0;
          const { result } = await fed.feed({ kind: 'api', url });
          const unforeseen = (result as string[]).filter(
            (name) => !/^(done|ApiError|CredentialError|IncompleteListingError)$/.test(name),
          );
          if (unforeseen.length > 0) throw new Error(unforeseen.join());
        },
      );
      await hold(property, runs);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  },

  git: async (fed: Fed, runs: number) =>
    hold(
      fc.asyncProperty(damage, async (inflict) => {
        using repository = handMade();
        inflict(repository);
        await fed.feed({ kind: 'git', path: repository.folder });
      }),
      runs,
    ),

  http: async (fed: Fed, runs: number) => {
    const port = (await fed.feed({ kind: 'http' })).result as number;
    const property = fc.asyncProperty(
      fc.array(anyBytes, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      async (connections, isRead) => {
        await Promise.all(connections.map(async (bytes) => send(port, bytes, isRead)));
        const { status } = await fetch(`http://127.0.0.1:${port}/livez`);
        if (status !== 200) throw new Error(`/livez answered ${status}`);
        await fed.feed({ kind: 'http' });
      },
    );
    await hold(property, runs);
  },
} as const;

/** Says what was wrong, and by which seed and path it can be had again: printing the input, megabytes of it, may fail. */
async function hold(property: fc.IAsyncProperty<unknown>, runs: number): Promise<void> {
  const found = await fc.check(property, { numRuns: runs, endOnFailure: true });
  if (!found.failed) return;
  const { seed, counterexamplePath, errorInstance } = found;
  throw new Error(`input ${found.numRuns} (seed ${seed}, path "${counterexamplePath}"): ${String(errorInstance)}`);
}

/** All at once, then our end is closed; or the connection is cut as soon as anything comes back. */
async function send(port: number, bytes: string, isRead: boolean): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  if (isRead) socket.resume();
  else socket.once('data', () => socket.destroy());
  socket.end(bytes);
  await closed;
}
