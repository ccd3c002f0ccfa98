/** The public library entry. */
export type { Desired, Observed } from './subscription.ts';
