/**
 * CPU time of this process for some work, in milliseconds. A busy machine makes work take longer, but not more CPU: so a
 * test can tell linear from quadratic work without depending on speed.
 */
export async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
