import type { Slot } from '../meetings.js';
import type { SearchWord } from './search-words.js';

/** When somebody has no time, and for which lectures. */
export interface Busy {
  slots: Slot[];
  /** The lectures that take that time: they are in the timetable already, and do not fit once more. */
  lectureIds: number[];
}

/** What a lecture has to be like. Texts are folded. */
export interface LectureFilter {
  words: SearchWord[];
  /** Part of the name of one of its professors. */
  professor?: string;
  /** Part of the name of the department of its subject. */
  department?: string;
  category?: string;
  credits?: number;
  /** All its meetings are on that day. */
  day?: number;
  /** All its meetings start at that minute or later. */
  from?: number;
  /** All its meetings end at that minute or earlier. */
  to?: number;
  /** Whether a lecture without meetings will do. */
  untimed: boolean;
  busy?: Busy;
}
