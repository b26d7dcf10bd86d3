import { Unavailable } from './general.errors.js';

/** Work that was skipped, because its request had ended before: the client disconnected, or the deadline passed. */
export class RequestIsOver extends Unavailable {}
