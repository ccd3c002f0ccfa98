/** The shapes of the page: every state has a silhouette of its own, so that no state is told by colour alone. */
import type { ShapeName, Tone } from '../model/states.ts';

/** A shape beside the word that says the same; for those who hear the page the word is enough. */
export function Shape({ name, tone, isBig = false }: { name: ShapeName; tone: Tone; isBig?: boolean }) {
  return (
    <svg class={isBig ? 'shape big' : 'shape'} data-tone={tone} aria-hidden="true">
      <use href={`#s-${name}`} />
    </svg>
  );
}

/** Drawn once. Classes of page.css: `f` is a filled silhouette, `k` what is cut into it, `o` an outline. */
export function Sprite() {
  return (
    <svg class="sprite" aria-hidden="true" focusable="false">
      <symbol id="s-InSync" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="6.25" class="f" />
        <path d="m5.2 8.2 2 2 3.7-4.3" class="k" />
      </symbol>
      <symbol id="s-Pending" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="6" class="o" />
        <path d="M8 4.6V8l2.4 1.6" class="o" />
      </symbol>
      <symbol id="s-Drifted" viewBox="0 0 16 16">
        <path d="M8 .9 15.1 8 8 15.1.9 8z" class="f" />
        <path d="M5.4 6.9h5.2M5.4 9.3h5.2M9.4 5 6.6 11.2" class="k thin" />
      </symbol>
      <symbol id="s-Contested" viewBox="0 0 16 16">
        <path d="M2 5.4h9.4M8.6 2.4l3.2 3-3.2 3M14 10.8H4.6M7.4 7.8l-3.2 3 3.2 3" class="o" />
      </symbol>
      <symbol id="s-Withheld" viewBox="0 0 16 16">
        <path d="M8 .9 14 3v4.6c0 3.4-2.4 6-6 7.5-3.6-1.5-6-4.1-6-7.5V3z" class="f" />
        <path d="M6.3 5.4v5M9.7 5.4v5" class="k" />
      </symbol>
      <symbol id="s-Failed" viewBox="0 0 16 16">
        <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" class="f" />
        <path d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" class="k" />
      </symbol>
      <symbol id="s-Conflict" viewBox="0 0 16 16">
        <path d="M8 1.2 15.4 14.4H.6z" class="f" />
        <path d="M8 6v4M8 12v.4" class="k" />
      </symbol>
      <symbol id="s-NotConverging" viewBox="0 0 16 16">
        <rect x="1.4" y="1.4" width="13.2" height="13.2" rx="2" class="f" />
        <path d="M4 7.2c.7-1.6 2-1.6 4-.2s3.3 1.4 4-.2M4 10.6c.7-1.6 2-1.6 4-.200s3.3 1.4 4-.200" class="k thin" />
      </symbol>
      <symbol id="s-Suspended" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="6" class="o" />
        <path d="M6.3 5.7v4.6M9.7 5.7v4.6" class="o" />
      </symbol>
      <symbol id="s-Quarantined" viewBox="0 0 16 16">
        <path
          d="M3.5 1.7h9M3.5 14.3h9M4.5 1.7c0 3.8 2.4 4.3 3.5 6.3 1.1-2 3.5-2.5 3.5-6.3M4.5 14.3c0-3.8 2.4-4.3 3.5-6.3 1.1 2 3.5 2.5 3.5 6.3"
          class="o"
        />
      </symbol>
      <symbol id="s-Unmanaged" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="6" class="o dash" />
      </symbol>
      <symbol id="s-Stale" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="6" class="o" />
        <path d="m5.2 8.2 2 2 3.7-4.3" class="o" />
      </symbol>
      <symbol id="s-Frozen" viewBox="0 0 16 16">
        <path d="M8 1v14M1.9 4.5l12.2 7M14.1 4.5l-12.2 7M6 2.5l2 1.7 2-1.7M6 13.5l2-1.7 2 1.7" class="o" />
      </symbol>
      <symbol id="s-Standby" viewBox="0 0 16 16">
        <path d="M13.6 9.7A6 6 0 1 1 6.3 2.4a4.9 4.9 0 0 0 7.3 7.3z" class="o" />
      </symbol>
      <symbol id="i-find" viewBox="0 0 16 16">
        <circle cx="7" cy="7" r="4.5" class="o" />
        <path d="m10.5 10.5 4 4" class="o" />
      </symbol>
      <symbol id="i-open" viewBox="0 0 16 16">
        <path d="m6 4 4 4-4 4" class="o" />
      </symbol>
    </svg>
  );
}
