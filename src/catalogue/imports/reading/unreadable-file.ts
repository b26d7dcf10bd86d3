import { CannotImport } from '../cannot-import.js';

/** The file as a whole is faulty: nothing of it can be imported. */
export class UnreadableFile extends CannotImport {}
