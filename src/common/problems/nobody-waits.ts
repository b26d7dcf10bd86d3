import { Unavailable } from './general.errors.js';

/** Of a request that is over, as where its client has gone: its work was left undone. No fault, and nobody reads it. */
export class NobodyWaits extends Unavailable {}
