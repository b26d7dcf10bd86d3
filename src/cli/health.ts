/**
 * `health` ends with 0 when the instance in this container is ready for requests, and else with 1 and the reason: a
 * container's health check, in an image that has no curl. It imports nothing, to be cheap.
 */
try {
  const answer = await fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/health/ready`, {
    signal: AbortSignal.timeout(3_000),
  });
  if (!answer.ok) throw new Error(await answer.text());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
