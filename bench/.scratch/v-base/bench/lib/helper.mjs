/** The child's side of `startHelper`: it answers calls. */

/** Milliseconds by a clock that all processes of the machine share. */
export function now() {
  return Number(process.hrtime.bigint()) / 1e6;
}

/**
 * Answers the calls of the benchmark until that ends.
 *
 * @param {Record<string, (...args: any[]) => unknown>} operations
 */
export function answerCalls(operations) {
  const all = { now, ...operations };
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ id, operation, args }) => {
    try {
      process.send({ id, value: await all[operation](...args) });
    } catch (error) {
      process.send({ id, error: String(error) });
    }
  });
}
