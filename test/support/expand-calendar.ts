import ICAL from 'ical.js';

export interface Expanded {
  uid: string;
  sequence: number;
  summary: string;
  /** `2026-09-07T10:30:00`, local. */
  starts: string[];
  ends: string[];
  /** The same in seconds since 1970. */
  startInstants: number[];
}

/** Expands every event with a strict parser of another project. */
export function expand(calendar: string): Expanded[] {
  const root = new ICAL.Component(ICAL.parse(calendar) as unknown as string);
  return root.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component);
    const all: ICAL.Time[] = [];
    const ends: string[] = [];
    if (event.isRecurring()) {
      const iterator = event.iterator();
      for (let at = iterator.next(); at && all.length < 500; at = iterator.next()) {
        all.push(at);
        ends.push(event.getOccurrenceDetails(at).endDate.toString());
      }
    } else {
      all.push(event.startDate);
      ends.push(event.endDate.toString());
    }
    return {
      uid: event.uid,
      sequence: event.sequence,
      summary: event.summary,
      starts: all.map(String),
      ends,
      startInstants: all.map((at) => at.toUnixTime()),
    };
  });
}
