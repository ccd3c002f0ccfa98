/** Somebody else changes the tenant between passes. */
import type { Effect } from '../../src/sandbox/faults/fault.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';

export function meddle(sandbox: Sandbox, effect: Extract<Effect, { kind: 'meanwhile' }>): void {
  const all = sandbox.subscriptions();
  const find = (pick: NonNullable<typeof effect.delete>) => {
    if (pick === 'newest') return all.at(-1);
    if (typeof pick === 'string') return all[0];
    return all.find((one) => ('id' in pick ? one.id === pick.id : one.title === pick.title));
  };
  if (effect.create) sandbox.seed(effect.create);
  const edited = effect.edit && find(effect.edit.pick);
  if (edited && effect.edit) sandbox.edit(edited.id, effect.edit.changes);
  const deleted = effect.delete && find(effect.delete);
  if (deleted) sandbox.remove(deleted.id);
}
