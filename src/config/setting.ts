/** One row of the settings table. */
import type { Kind } from './kind.ts';

export interface Setting<T> {
  readonly kind: Kind<T>;
  /** One line, without a full stop: the help text, the schema's description and the documentation. */
  readonly about: string;
  readonly env?: string;
  readonly flag?: Flag;
  /** As it would be written in the environment. */
  readonly default?: string;
  /** What help and documentation say instead, where the value alone would not tell. */
  readonly defaultInWords?: string;
  /** `false`: a secret itself, which only the environment may hold. */
  readonly inFile?: false;
  /** The setting that gives the same thing in another way: whichever comes from higher up counts. */
  readonly insteadOf?: string;
  /** It names a file with a secret, which has to exist where the command needs it. */
  readonly isSecretFile?: true;
}

export interface Flag {
  readonly name: `--${string}`;
  readonly placeholder: string;
}
