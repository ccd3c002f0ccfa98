import { show } from '../../document/show.ts';
import { bad, type Kind } from '../kind.ts';
import { duration } from './duration.ts';

const range = duration('1s', '1h');

/** A duration of whole seconds, for the Lease has its own written in them. In milliseconds. */
export const seconds: Kind<number> = {
  ...range,
  fromText: (text, base) => whole(text, range.fromText(text, base)),
  fromFile: (value, base) => whole(String(value), range.fromFile(value, base)),
};

function whole(text: string, read: ReturnType<typeof range.fromText>): ReturnType<typeof range.fromText> {
  return read.ok && read.value % 1000 !== 0 ? bad(`${show(text)} is not a whole number of seconds`) : read;
}
