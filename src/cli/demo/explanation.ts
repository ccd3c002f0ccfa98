/** What the demo prints: the address of the page, what is there, the tour, and the lines that set up other commands. */
import { styleText } from 'node:util';
import { counted, oneLine } from '../../base/text.ts';
import type { Pass } from '../../reconcile/pass.ts';
import { useColour } from '../../runtime/colour.ts';
import { exportLines } from '../shell.ts';
import { listStates } from '../terminal.ts';
import { type Places, type Step, tourOf } from './tour.ts';

export function addressOfPage(port: number): string {
  return `\nStatus page   ${paint('command', `http://127.0.0.1:${port}/`)}\n`;
}

/** All that follows the address. `environment`: the variables that are exported. */
export function explanation(first: Pass, places: Places, environment: Readonly<Record<string, string>>): string {
  return `Checkout      ${places.checkout}
Upvest API    ${places.api} (the embedded sandbox)

${firstLook(first)}

${paint('heading', 'A tour: paste each line into another terminal, and look at the page.')}
${paint('beside', 'The numbers go in any order, each from its first line on. 7 in between makes each possible again.')}

${tourOf(places)
  .map((step, i) => shownStep(step, i + 1, places))
  .join('\n')}
${paint('heading', 'The commands: with these lines pasted, they work on this tenant and this checkout.')}
   ${paint('beside', `webhook-reconciler plan, validate, apply, test 'Local receiver', keys, config (in a clone: npx …)`)}
${exportLines(environment)
  .map((line) => paint('command', line))
  .join('\n')}

Ctrl-C ends the demo and removes everything.
`;
}

function firstLook({ report: { result }, snapshot }: Pass): string {
  const { subscriptions = [], unmanaged = [], revision } = snapshot ?? {};
  if (result !== 'converged') {
    return `The first pass ended ${result}: see the log.\n${listStates([...subscriptions, ...unmanaged])}`;
  }
  const { id = '', subject, author = '' } = revision ?? {};
  const commit =
    subject === undefined ? id.slice(0, 14) : `${id.slice(0, 7)} “${oneLine(subject)}”, ${oneLine(author)}`;
  const count = counted(subscriptions.length, 'subscription');
  return `In sync with ${commit}\n${count}, and ${unmanaged.length} of a stranger, which is left alone`;
}

/** No line is longer than 100 columns, but for those to be pasted: a terminal wraps them, and copies them as one. */
function shownStep({ title, needsGit, lines }: Step, number: number, { hasGit }: Places): string {
  const heading = paint('heading', `${number}  ${title}`);
  if (needsGit && !hasGit) return `${heading}\n   ${paint('beside', 'needs git, which is missing')}\n`;
  const shown = lines.map(({ look, command }) => `   ${paint('beside', `→ ${look}`)}\n${paint('command', command)}\n`);
  return `${heading}\n${shown.join('')}`;
}

const STYLES = { heading: 'bold', command: 'cyan', beside: 'dim' } as const;

function paint(as: keyof typeof STYLES, text: string): string {
  return useColour(process.stdout) ? styleText(STYLES[as], text, { validateStream: false }) : text;
}
