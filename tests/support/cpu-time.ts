/** Returns the CPU time of some work in milliseconds. Unlike elapsed time, it does not depend on other load. */
export async function cpuTime(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
