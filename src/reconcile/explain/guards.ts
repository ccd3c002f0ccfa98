/** Why guards hold a removal, and the ways to lift them, the safer first. */
import { printableJson } from '../../base/text.ts';
import { type Guard, GUARDS } from '../../plan/plan.ts';
import { type Explained, instant, listed, plain, type Situation } from './phrases.ts';

/** The guards in a sentence, and how to lift them: the beginning of another one. */
export function whyWithheld(subscription: Explained, situation: Situation) {
  const guards = guardsOf(subscription, situation);
  const names =
    guards.length === 0
      ? 'A guard holds'
      : `The guard${guards.length === 1 ? '' : 's'} ${listed(guards)} ${guards.length === 1 ? 'holds' : 'hold'}`;
  const reasons = guards.map((guard) => WHY[guard](subscription, situation));
  const why = `${names} the delete${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}.`;
  return { why, howToLift: howToLift(guards, subscription, situation) };
}

/** How the guards of `subscription` are lifted by an edit; empty: they go by themselves, or errors are to be fixed. */
export function guardLiftsOf(subscription: Explained, situation: Situation): readonly { what: string; yaml: string }[] {
  const guards = guardsOf(subscription, situation);
  const { tombstone: written, settings } = waysOf(guards, subscription, situation);
  const rest = guards.filter((guard) => !(guard in settings) && guard !== 'freeze');
  const after = guards.includes('freeze') ? ' It is deleted once the freeze has ended.' : '';
  const still = rest.length > 0 ? ` It then waits for ${listed(rest)} alone.` : '';
  return [
    ...(written === undefined
      ? []
      : [
          {
            what: `Write a tombstone in git: it passes the guard${guards.length > 1 ? 's' : ''}.${after}`,
            yaml: written,
          },
        ]),
    ...(Object.keys(settings).length === 0
      ? []
      : [
          {
            what: `Allow it in the configuration for this once, then take it back.${still}${after}`,
            yaml: ['policy:', ...Object.values(settings).map((line) => `  ${line}`), ''].join('\n'),
          },
        ]),
  ];
}

/** The guards that hold it; where that is not known, those that hold anything. */
export function guardsOf({ guards }: Explained, { withheld }: Situation): readonly Guard[] {
  const known = new Set(guards ?? withheld.map(({ guard }) => guard));
  return GUARDS.filter((guard) => known.has(guard));
}

type Why = (subscription: Explained, situation: Situation) => string;

const WHY: Readonly<Record<Guard, Why>> = {
  'invalid-checkout': () => 'files of the checkout have errors, and what cannot be read must not look deleted',
  'empty-checkout': () => 'the checkout holds no entry at all, more often a wrong path than a wish',
  'max-deletes': (_, situation) => {
    const { maxDeletes } = situation.policy;
    const limit = 'count' in maxDeletes ? `the ${maxDeletes.count}` : `the ${maxDeletes.percent}%`;
    return `${deletesOf('max-deletes', situation)} ${limit} that policy.maxDeletes allows in one pass`;
  },
  'max-surplus': (_, { withheld, policy }) => {
    if (allowsNone(policy)) return 'policy.maxDeletes is 0, which holds duplicates too';
    const { deletes = 0 } = withheld.find(({ guard }) => guard === 'max-surplus') ?? {};
    return `${deletes} duplicates are more than may go in one pass, so find out what made them`;
  },
  unfinished: ({ because }, { withheld }) => {
    const told = withheld.find(({ guard }) => guard === 'unfinished')?.howToLift ?? '';
    const [, named] = /(?:does not stand|is interrupted): ([^]*?)\. The deletes follow/.exec(told) ?? [];
    const what =
      because === 'tombstone' ? 'the API fails or the pass was interrupted' : 'something that is wanted does not stand';
    return named ? `${what} (${plain(named, 180)})` : what;
  },
  freeze: (_, { frozenUntil }) => {
    const until = instant(frozenUntil);
    return `a freeze window holds every change${until ? ` until ${until}` : ''}`;
  },
};

function deletesOf(guard: Guard, { withheld }: Situation): string {
  const { deletes = 1 } = withheld.find((one) => one.guard === guard) ?? {};
  return deletes === 1 ? '1 delete is more than' : `${deletes} deletes are more than`;
}

function howToLift(guards: readonly Guard[], subscription: Explained, situation: Situation): string {
  if (guards.includes('invalid-checkout')) {
    return fixFirst(guards, subscription, situation);
  }
  const { tombstone: written, settings } = waysOf(guards, subscription, situation);
  const ways = [
    ...(written === undefined ? [] : [`write a tombstone (${tombstoneWords(subscription)}) for it`]),
    ...(Object.keys(settings).length === 0
      ? []
      : [`set ${listed(Object.values(settings).map((line) => `policy.${line}`))} for this once`]),
  ];
  const itself = BY_ITSELF.find(([guard]) => guards.includes(guard) && guards.length === 1)?.[1];
  if (ways.length === 0) return `If the delete is meant, ${itself ?? 'it goes once nothing holds it'}`;
  return `If the delete is meant, ${itself ? `${itself}; sooner, ` : ''}${ways.join(' or ')}`;
}

/** The errors first. Whether that deletes anything depends on the other guards, and on what is left to delete by then. */
function fixFirst(guards: readonly Guard[], subscription: Explained, situation: Situation): string {
  const fix = 'Fix the errors first (`webhook-reconciler validate` lists them)';
  const [first, ...others] = guards.filter((guard) => guard !== 'invalid-checkout');
  if (first === undefined) return `${fix}: the next pass then deletes it, if git still does not want it`;
  const rest = [first, ...others];
  const { deletes = 1 } = situation.withheld.find(({ guard }) => guard === 'max-deletes') ?? {};
  const counts = rest.includes('max-deletes') && deletes > 1;
  const holds = `${listed(rest)} still ${rest.length === 1 ? 'holds' : 'hold'} ${counts ? `all ${deletes}, unless fewer are left then` : 'it'}`;
  // How many are left is not known before: no number is advised.
  const readable = waysOf(rest, subscription, situation);
  const settings = [
    ...('empty-checkout' in readable.settings ? ['set policy.allowEmpty: true'] : []),
    ...('max-deletes' in readable.settings ? ['raise policy.maxDeletes'] : []),
  ];
  const ways = [
    ...(readable.tombstone === undefined ? [] : [`write a tombstone (${tombstoneWords(subscription)}) for it`]),
    ...(settings.length > 0 ? [`${listed(settings)} for that once`] : []),
  ];
  const after = ways.length === 0 ? '' : `. If the delete is really meant, after that ${ways.join(' or ')}`;
  return `${fix}. Fixing them deletes nothing by itself: ${holds}${after}`;
}

/** Guards that need no lifting. */
const BY_ITSELF: readonly (readonly [Guard, string])[] = [
  ['unfinished', 'it goes by itself once that is over'],
  ['freeze', 'the first pass after the window sees to it'],
];

/** The tombstone, where one passes all of the guards, and the settings that lift some, by guard. */
function waysOf(guards: readonly Guard[], subscription: Explained, { policy, withheld }: Situation) {
  const isOnlyFrozen = guards.every((guard) => guard === 'freeze');
  // What cannot be read looks deleted: the advice must not be to approve that.
  if (guards.includes('invalid-checkout') || isOnlyFrozen) return { tombstone: undefined, settings: {} };
  const passes =
    subscription.because !== 'tombstone' && (policy.tombstones === 'any' || !guards.includes('max-deletes'));
  const deletes = (guard: Guard) => withheld.find((one) => one.guard === guard)?.deletes ?? 1;
  const settings: Partial<Record<Guard, string>> = {
    ...(guards.includes('empty-checkout') && { 'empty-checkout': 'allowEmpty: true' }),
    ...(guards.includes('max-deletes') && { 'max-deletes': `maxDeletes: ${deletes('max-deletes')}` }),
    ...(guards.includes('max-surplus') &&
      !guards.includes('max-deletes') &&
      allowsNone(policy) &&
      deletes('max-surplus') <= SURPLUS_ALLOWED && { 'max-surplus': 'maxDeletes: 1' }),
  };
  return { tombstone: passes ? tombstoneFor(subscription) : undefined, settings };
}

function allowsNone({ maxDeletes }: Situation['policy']): boolean {
  return 'count' in maxDeletes && maxDeletes.count === 0;
}

/** So many duplicates go in one pass, unless policy.maxDeletes is 0. */
const SURPLUS_ALLOWED = 20;

/** A tombstone of its title alone means every subscription of that title: where there are others it has the id. */
function tombstoneFor(subscription: Explained): string {
  const { title, id } = subscription;
  return tombstone(title, needsId(subscription) ? id : undefined);
}

export function tombstone(title: string, id: string | undefined): string {
  const pin = id === undefined ? [] : ['  reconcile:', `    id: ${yamlText(id)}`];
  return `${[`- title: ${yamlText(title)}`, '  state: absent', ...pin].join('\n')}\n`;
}

/** The same in words. */
export function tombstoneWords(subscription: Explained): string {
  return needsId(subscription) ? 'state: absent, with its reconcile.id' : 'state: absent';
}

function needsId({ because, sharesTitle }: Explained): boolean {
  return because === 'surplus' || sharesTitle === true;
}

/** As the checkout reads it: a text that nothing else can be read in stays plain, others are JSON, which is YAML. */
export function yamlText(text: string): string {
  return PLAIN.test(text) && !WORDS.test(text) ? text : printableJson(JSON.stringify(text.replaceAll('${', '$${')));
}

/** Words, or a UUID. */
const PLAIN = /^(?:[A-Za-z][A-Za-z0-9]*(?: [A-Za-z0-9]+)*|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
/** What YAML reads as another value, in its newer or its older version. */
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
