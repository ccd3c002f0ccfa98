/**
 * The same examples of every property in every run, so that whoever sees a failure can have it again, and a change is
 * not blamed for an example that only turned up with it. `PROPERTY_SEED=random npm test` goes looking for new ones.
 */
import fc from 'fast-check';

const { PROPERTY_SEED: seed = '20261126' } = process.env;
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) });
