/**
 * `health` ends with 0 when the instance in this container is ready for requests, and else with 1 and the reason: a
 * container's health check, in an image that has no curl. It imports nothing, to be cheap.
 */
try {
  // As the configuration reads it: an empty one counts as absent.
  const port = process.env.PORT?.trim() || 3000;
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, {
    signal: AbortSignal.timeout(3_000),
  });
  if (!answer.ok) throw new Error(await answer.text());
} catch (error) {
  const { message, cause } = error as Error;
  console.error(cause instanceof Error ? `${message}: ${cause.message}` : message);
  process.exitCode = 1;
}
