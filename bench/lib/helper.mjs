/** The child process of `startHelper`: answers calls. */

/** Returns milliseconds of a clock that all processes of the machine share. */
export function now() {
  return Number(process.hrtime.bigint()) / 1e6;
}

/**
 * Answers the calls of the benchmark until the benchmark ends.
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
