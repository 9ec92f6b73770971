import fc from 'fast-check';

/**
 * Seed of the examples. It is fixed, so that a failure is caused by a change and not by new examples.
 * `PROPERTY_SEED=random` looks for new examples.
 */
const { PROPERTY_SEED: seed = '2026' } = process.env;

if (seed !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });

export default fc;
