/** What somebody has to look at in checkout and tenant, each in a sentence that names the place and the cause. */
import { counted, oneLine, quoted } from '../base/text.ts';
import { withoutUrlSecrets } from '../base/url-secrets.ts';
import { type Snapshot, STATE_NAMES, STATES, type SubscriptionStatus } from '../reconcile/report.ts';
import { formatPosition } from '../subscription/subscription.ts';

/** How many of each kind are named; the others are counted. */
const NAMED = 3;
const MAX_TITLE = 100;
const MAX_MESSAGE = 400;

export interface Reasons {
  /** The errors in files, and the subscriptions in a worrying state. */
  readonly worries: readonly string[];
  /** The subscriptions that the next pass is expected to see to. */
  readonly undone: readonly string[];
}

export function reasonsIn({ subscriptions, problems, checkoutErrors }: Snapshot): Reasons {
  const errors = problems
    .filter(({ severity }) => severity === 'error')
    .map(({ field, message, ...at }) => `${formatPosition(at)}: ${field && `${field}: `}${bounded(message)}`);
  const inState = new Map(STATE_NAMES.map((name): [typeof name, SubscriptionStatus[]] => [name, []]));
  for (const subscription of subscriptions) {
    if (!isLeftOut(subscription)) inState.get(subscription.state)?.push(subscription);
  }
  const named = (isMeant: (state: (typeof STATE_NAMES)[number]) => boolean) =>
    [...inState].flatMap(([state, concerned]) =>
      isMeant(state)
        ? firstOf(concerned.slice(0, NAMED).map(inWords), concerned.length, (more) => `${more} more ${state}`)
        : [],
    );
  return {
    worries: [
      ...firstOf(errors, checkoutErrors, (more) => `${counted(more, 'more error')} in the files of the checkout`),
      ...named((state) => STATES[state].isWorrying),
    ],
    undone: named((state) => !STATES[state].isWorrying && !STATES[state].isAtRest),
  };
}

/** An entry left out for an error in its file: the error of the file is named already. */
function isLeftOut({ state, desired, source }: SubscriptionStatus): boolean {
  return state === 'Failed' && desired === null && source !== undefined;
}

function firstOf(sentences: readonly string[], count: number, inWordsOf: (more: number) => string): readonly string[] {
  const named = sentences.slice(0, NAMED);
  return count > named.length ? [...named, `and ${inWordsOf(count - named.length)}: see /status`] : named;
}

function inWords({ title, state, error, differs }: SubscriptionStatus): string {
  const fields = differs.length > 0 ? `differs in ${differs.map(({ field }) => field).join(', ')}` : '';
  const what = error ? bounded(error.message) : fields || 'see /status';
  return `${quoted(oneLine(withoutUrlSecrets(title), MAX_TITLE))} ${state}: ${what}`;
}

/** What a url holds in confidence is masked first: a url that is cut no longer looks like one. */
function bounded(message: string): string {
  return oneLine(withoutUrlSecrets(message), MAX_MESSAGE);
}
