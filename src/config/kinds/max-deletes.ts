import { show } from '../../document/show.ts';
import type { Policy } from '../config.ts';
import { bad, good, type Kind, type Read, textual } from '../kind.ts';

/** A share of the managed subscriptions, `20%`, or a number of them. */
export const maxDeletes: Kind<Policy['maxDeletes']> = textual(
  (text): Read<Policy['maxDeletes']> => {
    if (/^\d{1,9}$/.test(text)) return good({ count: Number(text) });
    const percent = Number(/^(\d{1,3})%$/.exec(text)?.[1]);
    // A share is never less than one delete, so `0%` would not do what it says.
    if (percent === 0) return bad('"0%" would still allow one delete: write 0 to allow none');
    return percent <= 100
      ? good({ percent })
      : bad(`${show(text)} is no limit: write a whole number, such as 3, or a share from 1% to 100%, such as 20%`);
  },
  (value) => ('percent' in value ? `${value.percent}%` : value.count),
);
