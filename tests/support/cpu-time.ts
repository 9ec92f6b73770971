/** Milliseconds of work that something took this process: unlike the time on a clock, it is none of a busy machine's. */
export async function cpuTime(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
