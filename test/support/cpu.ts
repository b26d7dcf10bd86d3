/**
 * CPU time of this process for some work, in milliseconds. On a busy machine work takes longer, but not more CPU. So a
 * test can distinguish linear from quadratic work on any machine.
 */
export async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
