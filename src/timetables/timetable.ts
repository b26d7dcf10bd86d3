import type { SemesterRow } from '../catalogue/semesters/semesters.dto.js';
import type { Entry } from './entries/entry.js';
import type { Visibility } from './timetable.entity.js';

/** A timetable with its entries. */
export interface WholeTimetable {
  id: number;
  ownerId: number;
  name: string;
  primary: boolean;
  visibility: Visibility;
  theme: string;
  version: number;
  semester: SemesterRow;
  /** The oldest first. */
  entries: Entry[];
}
