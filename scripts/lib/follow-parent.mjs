// Loaded into the app by `npm start` (node --import …). After a kill of start.mjs (kill -9, out of memory), the kernel
// closes the channel between the two. The app then stops as after a signal. Otherwise it would keep running and keep
// its port, and the next start would fail.
if (process.channel) {
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 25_000).unref();
  });
  process.channel.unref(); // the listener must not keep the app alive
}
