import { show } from '../../document/show.ts';
import { bad, good, type Kind, textual } from '../kind.ts';

/** A host name or an IP address to listen on, without scheme and port. */
export const hostName: Kind<string> = textual((text) =>
  /^([A-Za-z0-9.-]{1,253}|[0-9A-Fa-f:.]{2,45}(%\w{1,20})?)$/.test(text)
    ? good(text)
    : bad(`${show(text)} is not a host: write a name or an IP address alone, such as 0.0.0.0, :: or localhost`),
);
