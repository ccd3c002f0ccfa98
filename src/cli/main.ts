/** The command `webhook-reconciler`. */
import { Command } from 'commander';
import { printable, suggest } from '../base/text.ts';
import { version } from '../base/version.ts';
import { outliveOutput } from './terminal.ts';

/** The commands in the order of the help. Only the one that is called is loaded: `validate` in a commit hook needs no HTTP client. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run.ts')).runCommand(),
  plan: async () => (await import('./plan.ts')).planCommand(),
  apply: async () => (await import('./apply.ts')).applyCommand(),
  validate: async () => (await import('./validate.ts')).validateCommand(),
  test: async () => (await import('./test.ts')).testCommand(),
  keys: async () => (await import('./keys.ts')).keysCommand(),
  config: async () => (await import('./config.ts')).configCommand(),
  schema: async () => (await import('./schema.ts')).schemaCommand(),
  sandbox: async () => (await import('./sandbox.ts')).sandboxCommand(),
  demo: async () => (await import('./demo.ts')).demoCommand(),
};

const program = new Command('webhook-reconciler')
  .description('Keeps the webhook subscriptions of an Upvest tenant equal to YAML files in a git checkout.')
  .version(version)
  .addHelpText(
    'after',
    '\nExample:\n  webhook-reconciler demo                     see it work, nothing to configure\n  webhook-reconciler plan --path webhooks     see what would change on a tenant\n  webhook-reconciler help plan                all settings of a command',
  )
  .showHelpAfterError('(--help shows what there is)');

program.showSuggestionAfterError(false).configureOutput({ outputError: withSuggestion });

const name = process.argv[2] ?? '';
const asked = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
for (const load of asked ? [asked] : Object.values(COMMANDS)) {
  const command = await load();
  program.addCommand(
    command.showHelpAfterError('(--help shows what there is)').configureOutput({ outputError: outputErrorOf(command) }),
  );
}
outliveOutput();
try {
  refuseHelpOnUnknown(process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  if (!isOfTheSystem(error)) throw error;
  process.stderr.write(`error: ${printable(error.message)}\n`);
  process.exitCode = 1;
}

/** All work is done here. Only a call into a file system that hangs can keep the process, which is then killed after this time. */
const LAST_RESORT_MS = 10_000;
setTimeout(() => {
  process.stderr.write('something hangs and keeps the process from ending: it is killed\n');
  process.kill(process.pid, 'SIGKILL');
}, LAST_RESORT_MS).unref();

/** Whether the operating system or Node's permission model refused something: the message is enough without a stack trace. */
function isOfTheSystem(error: unknown): error is Error {
  return error instanceof Error && ('syscall' in error || ('code' in error && error.code === 'ERR_ACCESS_DENIED'));
}

/**
 * An unknown flag is shown without its value, because the value may be a secret. An argument of a command that takes none
 * is most likely a path.
 */
function outputErrorOf(command: Command): (text: string, write: (text: string) => void) => void {
  const takesPath = command.options.some(({ long }) => long === '--path');
  return (text, write) => {
    const [, argument] =
      /^error: too many arguments .* Expected 0 arguments but got \d+: ([^,\n]*).*\n$/.exec(text) ?? [];
    if (takesPath && argument !== undefined)
      return write(`${text}(Did you mean --path ${argument.replace(/\.$/, '')}?)\n`);
    write(text.replace(/^(error: unknown option '[^'=]*)=.*'(\n\(Did you mean [^\n]*)?\n$/s, "$1'$2\n"));
  };
}

/** Asked for help on a command that there is not, commander shows the help of them all without a word on that. */
function refuseHelpOnUnknown([help, command = 'help']: readonly string[]): void {
  const isKnown = command === 'help' || command.startsWith('-') || Object.hasOwn(COMMANDS, command);
  if (help === 'help' && !isKnown) program.error(`error: unknown command '${command}'`);
}

/** Suggests a command that begins with the same letter: within two letters of a short word there is nearly always one. */
function withSuggestion(text: string, write: (text: string) => void): void {
  const [, unknown = ''] = /^error: unknown command '(.*)'\n$/.exec(text) ?? [];
  const near = suggest(
    unknown,
    Object.keys(COMMANDS).filter(([first]) => first === unknown[0]),
  );
  write(near === undefined ? text : `${text}(Did you mean ${near}?)\n`);
}
