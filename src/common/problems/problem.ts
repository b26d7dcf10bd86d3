export interface Texts {
  en: string;
  ko: string;
}

/** One bad key of the input: `pointer` is `#/tags/3` in a body (RFC 6901) and `?limit` in a query. */
export interface InputError {
  pointer: string;
  code: string;
  texts: Texts;
}

export interface ProblemOptions {
  /** Details of this case; the general text by default. */
  detail?: Texts;
  headers?: Record<string, string>;
  errors?: InputError[];
  /** Further members of the answer (RFC 9457, 3.2), such as `conflicts`. */
  members?: Record<string, unknown>;
}

/** An answer without success. One subclass is one situation; its code is stable, so clients may branch on it. */
export class Problem extends Error {
  constructor(readonly options: ProblemOptions = {}) {
    super();
  }

  get status(): number {
    return (this.constructor as ProblemClass).status;
  }

  get code(): string {
    return (this.constructor as ProblemClass).code;
  }

  get texts(): Texts {
    return (this.constructor as ProblemClass).texts;
  }

  override get message(): string {
    return `${this.code}: ${(this.options.detail ?? this.texts).en}`;
  }
}

/** A situation as the documentation needs it: without an instance. */
export interface ProblemClass {
  new (options?: ProblemOptions): Problem;
  readonly status: number;
  readonly code: string;
  readonly texts: Texts;
  /** Members that its answer has beside those of every problem, as JSON schemas. */
  readonly members: Record<string, object>;
}

const known = new Map<string, ProblemClass>();

/**
 * Declares a situation: `class PostDeleted extends problem(410, 'POST_DELETED', '…', '…') {}`.
 *
 * @param status the HTTP status, 400–599
 * @param code UPPER_SNAKE, unique in the whole API
 * @param en one sentence for the person in front of the client
 * @param ko the same in Korean
 * @param members further members of the answer (RFC 9457, 3.2), as JSON schemas; `options.members` has the values
 */
export function problem(
  status: number,
  code: string,
  en: string,
  ko: string,
  members: Record<string, object> = {},
): ProblemClass {
  if (known.has(code)) throw new Error(`Two problems have the code ${code}.`);
  const declared = class extends Problem {
    static readonly status = status;
    static readonly code = code;
    static readonly texts = { en, ko };
    static readonly members = members;
  };
  known.set(code, declared);
  return declared;
}

/** Every declared situation by its code, in alphabetical order. */
export function allProblems(): ProblemClass[] {
  return [...known.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}
