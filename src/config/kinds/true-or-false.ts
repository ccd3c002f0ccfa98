import { show } from '../../document/show.ts';
import { bad, good, type Kind, textual } from '../kind.ts';

/** `true` or `false`, and no other spelling: `no`, `off` and `0` mean different things to different programs. */
export const trueOrFalse: Kind<boolean> = textual((text) =>
  text === 'true' || text === 'false'
    ? good(text === 'true')
    : bad(`${show(text)} is neither yes nor no here: write true or false`),
);
