import { show } from '../../document/show.ts';
import { good, type Kind, type Read } from '../kind.ts';

type Substitutions = Readonly<Record<string, string>>;

/** What `${NAME}` in the checkout stands for. `--set` is given once a name. */
export const substitutions: Kind<Substitutions> = {
  fromText: (text) => fromRepeated([text]),
  fromRepeated,
  fromFile: (value) => good(value as Substitutions),
  toFile: (value) => value,
  join: (lower, upper) => ({ ...lower, ...upper }),
};

function fromRepeated(texts: readonly string[]): Read<Substitutions> {
  const faults = texts.filter((text) => !ASSIGNMENT.test(text));
  if (faults.length > 0) {
    return {
      ok: false,
      faults: faults.map((text) => ({
        at: [],
        message: `${show(text)} is not NAME=VALUE: the name is letters, digits and _, such as HOOK_HOST=hooks.tenant.tld`,
      })),
    };
  }
  return good(
    Object.fromEntries(texts.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)])),
  );
}

const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*=/;
