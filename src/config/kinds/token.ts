import { show } from '../../document/show.ts';
import { bad, good, type Kind, textual } from '../kind.ts';

/** Text that goes into an HTTP header as it is: visible ASCII without spaces. */
export const token: Kind<string> = textual((text) =>
  /^[\x21-\x7e]{1,200}$/.test(text)
    ? good(text)
    : bad(`${show(text)} cannot be right: it may hold no space and nothing outside ASCII, 200 characters at most`),
);
