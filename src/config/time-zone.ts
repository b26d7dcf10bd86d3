/**
 * Whether it is the IANA name of a time zone, in the case of IANA. Engines also accept `asia/seoul`, which equals no name
 * here and in calendars, and newer ones accept offsets such as `+09:00`.
 */
export function isTimeZone(name: string): boolean {
  if (!name.split('/').every((part) => /^[A-Z]/.test(part))) return false;
  try {
    // Of former names, such as US/Pacific, the engine gives the present one.
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}
