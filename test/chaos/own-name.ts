/** A host name that only this process knows, and that is looked up as a schedule says. */
import type { LookupAddress } from 'node:dns';
import dnsPromises from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';

/** `nobody`: an address of this machine at which nobody listens. */
export type Found = 'here' | 'nobody' | 'ENOTFOUND' | 'EAI_AGAIN';

type Lookup = (host: string, ...rest: readonly unknown[]) => Promise<unknown>;

const ADDRESSES = { here: '127.0.0.1', nobody: '127.0.0.2' } as const;
const names = new Map<string, OwnName>();
let made = 0;

export class OwnName implements Disposable {
  readonly host = `upvest-${++made}.localhost`;
  /** Asked at each look-up. */
  readonly find: () => Found;

  constructor(find: () => Found) {
    this.find = find;
    names.set(this.host, this);
  }

  [Symbol.dispose](): void {
    names.delete(this.host);
  }
}

const realLookup = dnsPromises.lookup as Lookup;
const lookup: Lookup = async (host, ...rest) => {
  const name = names.get(host);
  if (!name) return realLookup(host, ...rest);
  const found = name.find();
  if (found === 'here' || found === 'nobody') return [{ address: ADDRESSES[found], family: 4 } satisfies LookupAddress];
  throw Object.assign(new Error(`getaddrinfo ${found} ${host}`), { code: found });
};
Object.assign(dnsPromises, { lookup });
syncBuiltinESMExports();
