/** The one button of the page, with what came of it, and the field for a token where one is needed. */
import { useEffect, useRef } from 'preact/hooks';
import type { Store } from '../live/store.ts';
import { visible } from './words.tsx';

interface ReconcileButtonProps {
  store: Store;
  reconcile: (token?: string) => void;
}

export function ReconcileButton({ store, reconcile }: ReconcileButtonProps) {
  const { label, note } = store.sentence.value.button;
  const press = store.press.value;
  const isBusy = press.kind === 'queued';
  return (
    <div class="act">
      <button
        type="button"
        id="reconcile"
        class={label === 'Look now' ? 'primary looks' : 'primary'}
        // Not `disabled`, which would take the focus away from whoever has just pressed it.
        aria-disabled={isBusy}
        aria-describedby="act-note"
        onClick={() => {
          if (!isBusy) reconcile();
        }}
      >
        {isBusy ? <Busy store={store} at={press.at} /> : label}
      </button>
      <p class="act-note" id="act-note">
        {press.kind === 'ended' || press.kind === 'refused' ? visible(press.says) : note}
      </p>
      {press.kind === 'refused' && press.asksForToken && (
        <TokenForm label="Trigger token" action={label} submit={reconcile} />
      )}
    </div>
  );
}

/** "Queued", until the pass begins: another may be under way already. */
function Busy({ store, at }: { store: Store; at: number }) {
  const passing = store.document.value?.passing;
  return <>{passing && Date.parse(passing.startedAt) >= at - CLOCKS_MS ? 'Looking now' : 'Queued'}</>;
}

/** How far the times of two machines may be apart although one was corrected by the other. */
const CLOCKS_MS = 1_000;

interface TokenFormProps {
  label: string;
  action: string;
  submit: (token: string) => void;
  /** Nothing else can be done on the page. */
  hasFocus?: boolean;
}

/** The token goes nowhere but into the header of a request. The form has no name and no target to be stored under. */
export function TokenForm({ label, action, submit, hasFocus = false }: TokenFormProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (hasFocus) field.current?.focus();
  }, [hasFocus]);
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault();
        const token = field.current?.value.trim() ?? '';
        if (field.current) field.current.value = '';
        if (token !== '') submit(token);
      }}
    >
      <label for="token">{label}</label>
      <input ref={field} id="token" type="password" autocomplete="off" required spellcheck={false} />
      <button type="submit" class="quiet">
        {action}
      </button>
    </form>
  );
}
