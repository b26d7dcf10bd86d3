/** Why an import cannot be done, in words for the operator. Nothing was written. */
export class CannotImport extends Error {}
