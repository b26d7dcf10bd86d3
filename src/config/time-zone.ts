/**
 * Whether it is the IANA name of a time zone, in its own case: engines take `asia/seoul` too, and comparisons would not.
 * Offsets such as `+09:00`, which newer engines take as well, are none.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}
