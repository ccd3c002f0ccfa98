/** The help of the commands: what follows the options, wrapped as they are, in the same order for each command. */
import type { Command } from 'commander';

/** Columns of the help where no terminal says how wide it is. */
const WIDTH = 80;
/** A description beside a long name may become narrow; below this width it is not wrapped. */
const NARROWEST = 20;

/** A heading and the items below it. */
export interface Section {
  readonly heading: string;
  readonly items: readonly (readonly [name: string, about: string])[];
}

/** Adds sections after the options, or after what was added before. One without items is left out. */
export function addSections(command: Command, sections: readonly Section[]): Command {
  return addPart(command, (width) => {
    const help = command.createHelp();
    help.prepareContext({ helpWidth: width });
    return sections
      .filter(({ items }) => items.length > 0)
      .map(({ heading, items }) => {
        const nameWidth = Math.max(...items.map(([name]) => name.length));
        const lines = items.map(([name, about]) => help.formatItem(name, nameWidth, about, help));
        return `\n${heading}\n${lines.join('\n')}`;
      })
      .join('\n');
  });
}

/** Adds text whose lines are wrapped and keep their indentation. */
export function addText(command: Command, text: string): Command {
  return addPart(command, (width) => `\n${wrapped(command, text, width)}`);
}

/** Ends the help of a command. `example`: one line or several, that can be copied as they are. */
export function addExample(
  command: Command,
  { example, exitStatus }: { readonly example: string; readonly exitStatus: string },
): Command {
  const lines = example.split('\n').map((line) => `  ${line}`);
  command.addHelpText('after', `\nExample:\n${lines.join('\n')}`);
  return addText(command, `Exit status: ${exitStatus}`);
}

/** Puts a command's own options before the settings that many commands share, also where its only option is --help. */
function ownOptionsFirst<T>(_all: readonly T[], visible: readonly T[], groupOf: (item: T) => string): Map<string, T[]> {
  const groups = [...Map.groupBy(visible, groupOf)];
  return new Map(groups.sort(([a], [b]) => Number(b === 'Options:') - Number(a === 'Options:')));
}

function addPart(command: Command, render: (width: number) => string): Command {
  command.configureHelp({ minWidthToWrap: NARROWEST, groupItems: ownOptionsFirst });
  return command.addHelpText('after', ({ error }) => {
    const output = command.configureOutput();
    return render((error ? output.getErrHelpWidth?.() : output.getOutHelpWidth?.()) ?? WIDTH);
  });
}

function wrapped(command: Command, text: string, width: number): string {
  const help = command.createHelp();
  return text
    .split('\n')
    .map((line) => {
      const indent = /^ */.exec(line)?.[0] ?? '';
      return help.boxWrap(line.trimStart(), width - indent.length).replaceAll(/^(?=.)/gm, indent);
    })
    .join('\n');
}
