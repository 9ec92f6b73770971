import fc from 'fast-check';

/**
 * The examples are always the same, so that a run says of a change only what the change did. `PROPERTY_SEED=random`
 * looks for new ones.
 */
const { PROPERTY_SEED: seed = '2026' } = process.env;

if (seed !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });

export default fc;
