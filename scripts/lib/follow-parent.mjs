// Loaded into the app by `npm start` (node --import …): when start.mjs is gone without a word (kill -9, out of memory),
// the kernel closes the channel between the two, and the app ends as if it had been asked to. Otherwise it would live
// on, keep its port and make the next start fail.
if (process.channel) {
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 25_000).unref();
  });
  process.channel.unref(); // listening to this must not keep an app alive that is done
}
