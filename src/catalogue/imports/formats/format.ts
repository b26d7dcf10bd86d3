import type { SemesterDates } from '../../semesters/semester-dates.js';

/** One record as it stands in the file: a CSV row by its header's names, or a JSON object. */
export type CatalogueRecord = Readonly<Record<string, unknown>>;

/** CSV with a header line; commas, semicolons or tabs. */
export interface CsvFile {
  type: 'csv';
  /** Lines before the header, such as a title and a date; none by default. */
  skipLines?: number;
  /** Columns that the header must have. It is by them that the file is recognised. */
  columns: readonly string[];
  /** The column's name, where headers are written in several ways; unchanged by default. */
  nameOf?(header: string): string;
}

/** JSON that holds one list of objects. */
export interface JsonFile {
  type: 'json';
  /** The key of the list in the outermost object; with points where it is deeper: `data.lectures`. */
  list: string;
  /** Whether the list may stand alone, without the object around it. */
  bare?: boolean;
  /** Keys that its objects have. It is by the list's key and by these that the file is recognised. */
  keys: readonly string[];
  /**
   * The records in one object of the list, where it holds several: a subject with its sections, say. By default it is one.
   *
   * @throws BadRow where it cannot be understood
   */
  recordsOf?(item: CatalogueRecord): readonly CatalogueRecord[];
}

/** A meeting as an adapter reads it; everything in it is checked afterwards. */
export interface RawMeeting {
  /** 0 = Monday. */
  day: number;
  /** Minutes since 00:00. */
  start: number;
  end: number;
  room?: unknown;
  /** As in `meetings.ts`: week n as bit n − 1; `null` or absent in every week. */
  weeks?: number | null;
}

/**
 * What one record says of a lecture, besides its key. Text may be anything: it is tidied and checked afterwards, numbers may be text, and
 * what is empty is absent.
 */
export interface RawRow {
  title?: unknown;
  /** The subject's own name, where sections have titles of their own. */
  subject?: unknown;
  department?: unknown;
  category?: unknown;
  /** A number, or a range such as `1-15`. */
  credits?: unknown;
  creditsMax?: unknown;
  professors?: readonly unknown[];
  grade?: unknown;
  capacity?: unknown;
  enrolled?: unknown;
  note?: unknown;
  place?: unknown;
  meetings: readonly RawMeeting[];
  /** Warnings for the operator; the row is taken. */
  warnings?: readonly string[];
}

/** How one university, or one kind of spreadsheet, publishes its catalogue. One small file each; see docs/catalogue.md. */
export interface CatalogueFormat {
  /** As `--format` and the API name it. */
  name: string;
  /** Whose files these are, in a few words. */
  title: string;
  file: CsvFile | JsonFile;
  /** Where a record says the subject's code and the section, which together tell the lecture. */
  key: { code: string; section: string };
  /** Further allowed columns; for any other the operator is warned once. Absent: all are allowed. */
  knows?: readonly string[];
  /** Whether each record is a whole lecture, or several records may make one: their meetings are put together then. */
  recordIs: 'lecture' | 'part';
  /** @throws BadRow where the record cannot be understood */
  rowOf(record: CatalogueRecord, semester: SemesterDates): RawRow;
  /** When the semester is held, as far as the first records of the file tell. */
  datesOf?(records: readonly CatalogueRecord[]): Partial<SemesterDates>;
}

/** A row that is left out, and why. The rest of the file goes in. */
export class BadRow extends Error {}
