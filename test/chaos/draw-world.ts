/** How the API of a schedule behaves where nobody has said how it does: the same throughout, or another in each round. */
import { defaultSwitches, type Switches } from '../../src/sandbox/switches.ts';
import type { Random } from './random.ts';

/** The same throughout a schedule. */
export interface Nature {
  /** How reads lag behind. */
  readonly reads: Pick<Switches, 'listingLagSeconds' | 'readLagSeconds' | 'replicaLagSeconds' | 'unseenIds'>;
  /** What it writes otherwise than it is sent: both at once would leave nothing by which to know a subscription again. */
  readonly rewrites: 'nothing' | 'titles' | 'urls';
  /** The client has been granted `webhooks:admin` and no other scope. */
  readonly isAdminOnly: boolean;
}

/** Above this a create whose answer is lost can no longer be found again. */
export const FOUND_AGAIN_SECONDS = 15;

export function drawNature(random: Random): Nature {
  const none = { listingLagSeconds: 0, readLagSeconds: 0, replicaLagSeconds: 0 };
  return {
    reads: {
      ...none,
      ...random.pick<Partial<Nature['reads']>>([
        {},
        {},
        {},
        {},
        { listingLagSeconds: random.pick([3, 10, 50]) },
        { readLagSeconds: random.pick([0.25, 2, 10]) },
        { replicaLagSeconds: random.pick([4, 14]) },
        { readLagSeconds: random.pick([30, 55]) },
        { replicaLagSeconds: random.pick([30, 55]) },
        { readLagSeconds: 2, replicaLagSeconds: 10 },
      ]),
      unseenIds: random.pick(['refuse', 'refuse', 'take']),
    },
    rewrites: random.pick(['nothing', 'nothing', 'titles', 'urls']),
    isAdminOnly: random.chance(0.15),
  };
}

/** At most how long reads lag behind. */
export function lagOf({ listingLagSeconds, readLagSeconds, replicaLagSeconds }: Nature['reads']): number {
  return Math.max(listingLagSeconds, readLagSeconds, replicaLagSeconds);
}

/** The switches of a round. `isLiedTo`: listings are wrong in it already. */
export function drawSwitches(random: Random, nature: Nature, isLiedTo: boolean): Partial<Switches> {
  const itemsPerPage = random.pick([0, 0, 1, 2, 3]);
  const rarely = <const V>(usual: V, others: readonly [V, ...V[]], chance = 0.15): V =>
    random.chance(chance) ? random.pick(others) : usual;
  return {
    ...nature.reads,
    normalisation: random.pick(['verbatim', 'rewrite']),
    patchConfig: random.pick(['merge', 'replace']),
    patchType: random.pick(['keep', 'reset']),
    errorBodies: random.pick(['problem', 'problem', 'html']),
    // A page that is short and a total that lies would add up to a listing that contradicts itself nowhere.
    itemsPerPage: isLiedTo ? 0 : itemsPerPage,
    tokenLifetimeSeconds: rarely(1800, [30, 1, 1, 0], 0.3),
    duplicateTitles: random.pick(['allow', 'allow', 'refuse']),
    duplicateUrls: rarely('allow', ['refuse']),
    maxSubscriptions: rarely(0, [1, 3, 6, 9]),
    storedTitles:
      nature.rewrites === 'titles'
        ? random.pick(['as-sent', 'lower', 'cut32', 'html', 'dashes', 'nfkc', 'ascii'])
        : 'as-sent',
    storedUrls: nature.rewrites === 'urls' ? random.pick(['as-sent', 'slash', 'lower']) : 'as-sent',
    getSpelling: rarely('as-listed', ['other'], 0.3),
    idCase: random.pick(['as-made', 'as-made', 'upper', 'upper-by-id']),
    patchAnswer: rarely('object', ['empty', 'no-content'], 0.25),
    patchIgnores: rarely('none', ['title', 'url', 'type', 'config', 'enabled'], 0.1),
    deleteAnswer: rarely('no-content', ['object'], 0.3),
    repeatedValues: rarely('take', ['refuse'], 0.3),
    strictTitles: rarely(false, [true], 0.1),
    contentEncoding: rarely('identity', ['gzip', 'br', 'deflate'], 0.03),
    bom: rarely(false, [true]),
    dateOffsetSeconds: rarely(0, [-90, 90, 3600]),
    offClocks: random.pick(['all', 'every-other']),
    readScope: nature.isAdminOnly ? 'either' : rarely('either', ['read']),
    vanishAfterSeconds: rarely(0, [20, 90], 0.1),
  };
}

/** How it behaves once all is calm: as documented, and as assumed where nothing is. */
export const CALM_SWITCHES: Switches = { ...defaultSwitches, rateLimit: 0 };
