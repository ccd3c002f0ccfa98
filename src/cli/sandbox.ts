/** `sandbox`: the embedded Upvest emulator, with credentials ready to paste. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { styleText } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { errorText } from '../base/errors.ts';
import { printable } from '../base/text.ts';
import { type CredentialFiles, writeCredentials } from '../sandbox/credential-files.ts';
import { type Log, SandboxInputError } from '../sandbox/input-error.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { startSandbox } from '../sandbox/start-sandbox.ts';
import { readSeedFile } from '../sandbox/state/seed.ts';
import { describeSwitches, readAssignment, type Switches } from '../sandbox/switches.ts';
import { endSignal } from './exit.ts';
import { addExample, addText } from './help.ts';
import { exportLines } from './shell.ts';

interface Flags {
  readonly port: number;
  readonly host: string;
  readonly state?: string;
  readonly seed?: string;
  readonly control?: true;
  readonly revision?: '2023' | '2026';
  readonly set?: Partial<Switches>;
  readonly keys?: string;
  readonly keyType: 'p521' | 'ed25519';
}

export function sandboxCommand(): Command {
  const command = new Command('sandbox')
    .summary('an emulator of the Upvest webhook API to develop against')
    .description(
      'Serves an emulator of the webhook subscriptions of the Upvest API: tokens, message signatures, paging, strict validation, signed deliveries, faults on demand. Prints credentials ready to paste; they are valid nowhere else.',
    )
    .option('--port <number>', 'port to listen on; 0 picks a free one', portNumber, 8081)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--state <file>', 'keep clients, keys and subscriptions in this JSON file across restarts')
    .option('--seed <file>', 'YAML list of subscriptions to start with (not where the state file exists already)')
    .option('--control', 'serve the control interface below /-/control, to this machine only')
    .addOption(
      new Option('--revision <year>', 'revision of the API reference; short for --set revision').choices([
        '2026',
        '2023',
      ]),
    )
    .option('--set <switch=value>', 'change a switch, see below; may be repeated', collectSwitch)
    .option(
      '--keys <dir>',
      'where the key and secret files are written (default: beside the state file, else a temporary folder)',
    )
    .addOption(
      new Option('--key-type <type>', 'kind of the signing key made on first use')
        .choices(['p521', 'ed25519'])
        .default('p521'),
    )
    .action(run);
  addText(command, `Switches (--set; the first value is the default):\n${describeSwitches()}`);
  command.addHelpText('after', `\n${CONTROL_HELP}`);
  return addExample(command, {
    example: 'webhook-reconciler sandbox --state ./sandbox.json --control --set listingLagSeconds=2',
    exitStatus: '0 after SIGINT or SIGTERM, 1 where it cannot start.',
  });
}

async function run(flags: Flags): Promise<void> {
  const temporary =
    flags.keys || flags.state ? undefined : await mkdtemp(join(tmpdir(), 'webhook-reconciler-sandbox-'));
  const stopped = endSignal();
  let sandbox: Sandbox | undefined;
  try {
    sandbox = await start(flags);
    const files = await writeCredentials(keysFolder(flags, temporary), sandbox.credentials);
    process.stdout.write(instructions(sandbox, files, flags.control === true));
    await stopped;
    process.stderr.write('stopping\n');
  } catch (error) {
    process.stderr.write(`error: ${printable(errorText(error))}\n`);
    process.exitCode = 1;
  } finally {
    await sandbox?.close();
    if (temporary) await rm(temporary, { recursive: true, force: true });
  }
}

async function start({ host, port, state, seed, control, revision, set, keyType }: Flags): Promise<Sandbox> {
  return startSandbox({
    host,
    port,
    keyType,
    log,
    switches: { ...set, ...(revision ? { revision: revision === '2023' ? 2023 : 2026 } : {}) },
    ...(state ? { stateFile: resolve(state) } : {}),
    ...(seed ? { seed: await readSeedFile(seed) } : {}),
    ...(control ? { control } : {}),
  });
}

function keysFolder({ keys, state }: Flags, temporary: string | undefined): string {
  if (keys) return resolve(keys);
  if (state) return resolve(dirname(state), `${basename(state, extname(state))}-keys`);
  return temporary ?? tmpdir();
}

/** Comments and exports only, so that all of it can be pasted into a shell. */
function instructions({ url, credentials }: Sandbox, files: CredentialFiles, control: boolean): string {
  const variables = {
    UPVEST_API_URL: url,
    UPVEST_CLIENT_ID: credentials.clientId,
    UPVEST_CLIENT_SECRET: credentials.clientSecret,
    UPVEST_KEY_ID: credentials.keyId,
    UPVEST_PRIVATE_KEY_FILE: files.privateKey,
  };
  return [
    `# The sandbox listens on ${url}. Paste this into another shell; the secret is the sandbox's own and opens nothing else.`,
    ...exportLines(variables),
    `# The secret as a file: ${files.clientSecret}`,
    ...(control ? [`# Control interface: curl -s ${url}/-/control/`] : []),
    '',
  ].join('\n');
}

const log: Log = (level, message) => {
  const colour = { info: 'none', warn: 'yellow', error: 'red' } as const;
  const line = `${new Date().toISOString().slice(11, 23)} ${level.padEnd(5)} ${printable(message)}`;
  process.stderr.write(`${styleText(colour[level], line, { stream: process.stderr })}\n`);
};

function collectSwitch(text: string, before: Partial<Switches> = {}): Partial<Switches> {
  try {
    return { ...before, ...readAssignment(text) };
  } catch (error) {
    if (error instanceof SandboxInputError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('a port is a whole number from 0 to 65535');
  return port;
}

/** The control interface for `--help`. What each call does is in `control.ts`. */
const CONTROL_HELP = `Control interface (--control; JSON, unsigned, from this machine only), below /-/control:
  GET    /                    this list
  GET    /subscriptions       all of them; POST one or a list: title and url needed, any field may be given
  PATCH  /subscriptions/{id}  edit as another client would; DELETE removes; {id} may be a title
  GET    /requests, /history  what happened so far; DELETE either empties both
  GET    /faults              scheduled faults; POST schedules one, DELETE clears all
  DELETE /faults/{id}         clears one
  GET    /switches            PATCH changes some
  POST   /deliver             {"type": "ORDER.FILLED", "object"?: {}, "webhookId"?: "…"}: delivers an event, signed
  POST   /keys/rotate         {"keepOld"?: true}: signs deliveries with a new key from now on
  POST   /tokens/expire       every token issued so far is refused
  POST   /clients             {"scopes"?: ["webhooks:read"], "tenant"?, "keyType"?, "publicKeyPem"?}: a further client

Faults: {"on": "POST /webhooks", "nth"?: 1, "times"?: 1 | "always", "probability"?: 1, "title"?, "clientId"?,
"effect": one of these or a list of them}
  {"kind": "answer", "status": 503, "body"?: "problem" | "html" | "none" | {"text", "contentType"}, "retryAfter"?,
   "headers"?, "carriedOut"?: false}                              another answer, instead of or after carrying out
  {"kind": "cut", "carriedOut": true | false}                     the connection is reset
  {"kind": "delay", "ms": 500 | "never", "carriedOut"?: true}     the answer, or (false) the carrying out, comes late;
                                                "regardless": carried out late, though the client has given up
  {"kind": "trickle", "bytes"?: 1, "everyMs"?: 50}                the answer comes in drops
  {"kind": "truncate", "connection": "cut" | "kept"}              half an answer, or broken JSON
  {"kind": "headers", "set"?: {"content-type": "text/plain"}, "omit"?: ["date"]} other headers
  {"kind": "cached", "ageSeconds": 120}                           as from a proxy: Age, an old Date, no request id
  {"kind": "listing", "totalCount"?, "drop"?, "repeat"?, "shift"?} a wrong listing
  {"kind": "members", "set"?: {"type": null}, "omit"?: ["config"]} members are new, null or missing
  {"kind": "items", "pick": "oldest" | "newest" | "all" | {"id"} | {"title"}, "set"?, "omit"?: ["title"]} the same of
   chosen items of a listing
  {"kind": "meanwhile", "create"? | "edit"? | "delete"?: "target"} another client changes the tenant just before
  {"kind": "expire-tokens"}`;
