/** In the order in which they come. */
export const PHASES = ['waiting', 'reading', 'comparing', 'applying'] as const;
export type Phase = (typeof PHASES)[number];

/** How far an import has come. */
export interface Progress {
  phase: Phase;
  /** Records of the file that were read so far. */
  rows: number;
  /** Of the file that were read so far, and its size. */
  bytes: number;
  bytesTotal: number;
  /** Records that were compared so far, of `rows`. */
  compared: number;
}
