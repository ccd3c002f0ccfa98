import { bad, good, type Kind } from '../kind.ts';
import { Secret } from '../secret.ts';

/** A secret in the environment. A line break at its end is an accident of the tool that stored it. */
export const secretText: Kind<Secret> = {
  fromText: (text) => good(new Secret(text.replace(/\r?\n$/, ''))),
  fromFile: () => bad('a secret does not belong here: put it into a file of its own and give its path'),
  toFile: (secret) => secret.toJSON(),
};
