import { show } from '../../document/show.ts';
import { type HostPattern, hostPatternFault } from '../delivery-hosts.ts';
import { bad, every, good, type Kind, type Read } from '../kind.ts';

type Hosts = readonly HostPattern[];

/** In the file a list; in the environment and as a flag parted by commas, or JSON. An empty list is refused by the schema. */
export const hostPatterns: Kind<Hosts> = {
  fromText: (text) => fromRepeated([text]),
  fromRepeated,
  fromFile: (value) => every((value as readonly unknown[]).map((each) => fitting(String(each)))),
  toFile: (value) => value,
};

function fromRepeated(texts: readonly string[]): Read<Hosts> {
  const reads = texts.flatMap(split).map((text) => fitting(text.trim()));
  const faults = reads.flatMap((read) => (read.ok ? [] : read.faults.map(({ message }) => ({ at: [], message }))));
  return faults.length > 0 ? { ok: false, faults } : every(reads);
}

function split(text: string): readonly string[] {
  if (!/^\["[^\\]*"\]$/.test(text)) return text.split(',');
  return text.slice(2, -2).split(/"\s*,\s*"/);
}

function fitting(pattern: string): Read<HostPattern> {
  const fault = hostPatternFault(pattern);
  return fault === undefined ? good(pattern.toLowerCase()) : bad(`${show(pattern)} ${fault}`);
}
