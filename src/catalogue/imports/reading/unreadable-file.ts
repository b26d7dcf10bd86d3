import { CannotImport } from '../cannot-import.js';

/** The file as a whole is not what it should be, so that nothing of it can be taken. */
export class UnreadableFile extends CannotImport {}
