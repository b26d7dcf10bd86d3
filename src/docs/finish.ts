import type { OpenAPIObject } from '@nestjs/swagger';
import type { Limit } from '../common/limits/limit.js';
import { documentedLimit, LIMITS_EXTENSION } from '../common/limits/limited.js';
import { READS, READS_BY_NETWORK } from '../common/limits/reads.js';
import { CREATES_EXTENSION, PROBLEMS_EXTENSION, WITHOUT_KEY_EXTENSION } from '../common/openapi/documented.js';
import {
  BodyTooLarge,
  EditConflict,
  InsufficientStorage,
  InternalError,
  InvalidCursor,
  InvalidId,
  InvalidInput,
  MalformedRequest,
  TooManyRequests,
  Overloaded,
  Unavailable,
  UnsupportedMediaType,
} from '../common/problems/general.errors.js';
import {
  IdempotencyKeyInUse,
  IdempotencyKeyReused,
  IdempotencyResultDeleted,
} from '../common/idempotency/idempotency.errors.js';
import { allProblems, type ProblemClass } from '../common/problems/problem.js';
import { AUTHOR_SCHEMA } from '../accounts/author.js';
import { SessionEnded, TokenExpired, TokenInvalid, TokenMissing } from '../accounts/sessions/sessions.errors.js';
import { answerExampleOf, exampleOf, problemExample } from './examples.js';

type Json = { [key: string]: any };

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const EXAMPLES = '#/components/examples/';
const RESPONSES = '#/components/responses/';

/** Adds the parts that are the same for every operation, and converts swagger's OpenAPI 3.0 to 3.1. */
export function finish(document: OpenAPIObject): OpenAPIObject {
  const byCode = new Map(allProblems().map((one) => [one.code, one]));
  const schemas = document.components!.schemas as Record<string, Json>;
  schemas.Author = AUTHOR_SCHEMA;
  const shared: Json = {};
  for (const [address, path] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = (path as Json)[method] as Json | undefined;
      if (!operation) continue;
      // Load balancers may ask as often as they like.
      if (method === 'get' && !address.startsWith('/health/')) addReadLimits(operation);
      finishOperation(operation, method, byCode, shared);
      finishRequestBody(operation, schemas);
      addAnswerExamples(operation, schemas);
    }
  }
  document.components!.responses = byName(shared);
  document.components!.examples = problemExamples(shared, schemas);
  toDraft2020(document);
  return document;
}

/** @param shared the problems of all operations so far, by the names of their components */
function finishOperation(operation: Json, method: string, byCode: Map<string, ProblemClass>, shared: Json): void {
  const own = ((operation[PROBLEMS_EXTENSION] as string[]) ?? []).map((code) => byCode.get(code)!);
  const access = operation['x-access'] as string | undefined;
  const creates = operation[CREATES_EXTENSION] === true;
  const takesKey = method === 'post' && operation[WITHOUT_KEY_EXTENSION] !== true;
  delete operation[PROBLEMS_EXTENSION];
  delete operation[CREATES_EXTENSION];
  delete operation[WITHOUT_KEY_EXTENSION];
  delete operation['x-access'];
  operation.security = securityOf(access);
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === 'path' && parameter.schema?.type === 'number') {
      parameter.schema = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
    }
  }
  if (creates) addLocation(operation);
  if (takesKey) addIdempotencyKey(operation);
  if (own.some(({ code }) => code === EditConflict.code)) addIfMatch(operation);
  addProblems(operation, shared, [...own, ...everywhere(operation, access, method, takesKey)]);
  if (method === 'get') addRevalidation(operation);
}

function addReadLimits(operation: Json): void {
  const access = operation['x-access'] as string | undefined;
  const limits: Limit[] = [...(access === 'none' ? [] : [READS]), ...(access === undefined ? [] : [READS_BY_NETWORK])];
  operation[LIMITS_EXTENSION] = [...limits.map(documentedLimit), ...(operation[LIMITS_EXTENSION] ?? [])];
}

/** Swagger UI sends its token only to operations with `security`. */
function securityOf(access: string | undefined): Json[] {
  if (access === undefined) return [{ bearer: [] }];
  return access === 'none' ? [] : [{}, { bearer: [] }];
}

/** Problems of every route of this kind. */
function everywhere(operation: Json, access: string | undefined, method: string, takesKey: boolean): ProblemClass[] {
  const parameters = (operation.parameters ?? []) as Json[];
  const problems: ProblemClass[] = [MalformedRequest, InvalidInput, InternalError, Overloaded, Unavailable];
  if (parameters.some((p) => p.in === 'path' && p.schema?.type === 'integer')) problems.push(InvalidId);
  if (parameters.some((p) => p.name === 'cursor')) problems.push(InvalidCursor);
  if (access === undefined || access === 'public') problems.push(TokenInvalid, TokenExpired, SessionEnded);
  if (access === undefined) problems.push(TokenMissing);
  if (method !== 'get') problems.push(BodyTooLarge, UnsupportedMediaType, InsufficientStorage);
  if (method !== 'get' || operation[LIMITS_EXTENSION]) problems.push(TooManyRequests);
  if (takesKey) problems.push(IdempotencyKeyInUse, IdempotencyResultDeleted, IdempotencyKeyReused);
  return problems;
}

function addLocation(operation: Json): void {
  addSuccessHeader(operation, 'Location', { schema: { type: 'string' }, description: 'Where the new thing is' });
}

function addIdempotencyKey(operation: Json): void {
  operation.parameters = [
    ...(operation.parameters ?? []),
    header('Idempotency-Key', 'A retry with the same key and body gets the first answer again, for 24 h', 255),
  ];
  addSuccessHeader(operation, 'Idempotency-Replayed', {
    schema: { type: 'string', enum: ['true'] },
    description: 'This is the first answer again',
  });
}

function addSuccessHeader(operation: Json, name: string, value: Json): void {
  const success = Object.keys(operation.responses).find((status) => status.startsWith('2'))!;
  const response = operation.responses[success] as Json;
  response.headers = { ...response.headers, [name]: value };
}

function addIfMatch(operation: Json): void {
  operation.parameters = [
    ...(operation.parameters ?? []),
    header('If-Match', 'The `ETag` of the version that you read: change only this one'),
  ];
}

/** Documents the ETag and the 304 of reads. */
function addRevalidation(operation: Json): void {
  operation.parameters = [
    ...(operation.parameters ?? []),
    header('If-None-Match', 'The `ETag` of your copy: 304 without a body if nothing has changed'),
  ];
  const headers = { ETag: { schema: { type: 'string' }, description: 'Of this answer, for `If-None-Match`' } };
  operation.responses['200'].headers = headers;
  operation.responses['304'] = { description: 'You have the present answer', headers };
}

/** Headers that all problems of a status have. */
const PROBLEM_HEADERS: Record<number, Json> = {
  401: { 'WWW-Authenticate': { schema: { type: 'string' }, description: '`Bearer`' } },
  409: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds; with `IDEMPOTENCY_KEY_IN_USE`' } },
  429: {
    'Retry-After': { schema: { type: 'integer' }, description: 'Seconds until the next try' },
    'RateLimit-Policy': { schema: { type: 'string' }, description: 'The limit, as in `"post";q=1;w=15`' },
    RateLimit: { schema: { type: 'string' }, description: 'The rest of it, as in `"post";r=0;t=12`' },
  },
  503: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds until the next try' } },
};

function header(name: string, description: string, maxLength?: number): Json {
  return { name, in: 'header', required: false, description, schema: { type: 'string', maxLength } };
}

/** Writes each set of problems once, as a component: most operations have the same ones. */
function addProblems(operation: Json, shared: Json, problems: ProblemClass[]): void {
  const byStatus = new Map<number, ProblemClass[]>();
  for (const problem of new Map(problems.map((one) => [one.code, one])).values())
    byStatus.set(problem.status, [...(byStatus.get(problem.status) ?? []), problem]);
  for (const [status, list] of [...byStatus].sort(([a], [b]) => a - b)) {
    list.sort((a, b) => (a.code < b.code ? -1 : 1));
    const name = list.map(({ code }) => pascalCase(code)).join('Or');
    shared[name] ??= problemResponse(list);
    operation.responses[status] = { $ref: `${RESPONSES}${name}` };
  }
}

/** `POST_NOT_FOUND` is `PostNotFound`. */
function pascalCase(code: string): string {
  return code.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function problemResponse(list: ProblemClass[]): Json {
  const [{ status }] = list;
  return {
    description: list.map(({ code, texts }) => `\`${code}\` ${texts.en}`).join('<br>'),
    headers: status === 409 && !list.includes(IdempotencyKeyInUse) ? undefined : PROBLEM_HEADERS[status],
    content: {
      'application/problem+json': {
        schema: problemSchema(list),
        examples: Object.fromEntries(list.map(({ code }) => [code, { $ref: `${EXAMPLES}${code}` }])),
      },
    },
  };
}

function byName(components: Json): Json {
  return Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * A problem with further members is an alternative of its own: a client that has checked `code` knows these members.
 */
function problemSchema(list: ProblemClass[]): Json {
  const plain = list.filter(({ members }) => Object.keys(members).length === 0);
  const kinds = [
    ...(plain.length > 0 ? [plain] : []),
    ...list.filter((one) => !plain.includes(one)).map((one) => [one]),
  ];
  return kinds.length === 1 ? kindOfProblem(kinds[0]) : { oneOf: kinds.map(kindOfProblem) };
}

/** @param kind problems of one status with the same members */
function kindOfProblem(kind: ProblemClass[]): Json {
  const [{ status, members }] = kind;
  return {
    allOf: [
      { $ref: '#/components/schemas/ProblemDetails' },
      {
        type: 'object',
        required: ['code', 'status', ...Object.keys(members)],
        properties: {
          code: { type: 'string', enum: kind.map(({ code }) => code) },
          status: { type: 'integer', const: status },
          ...members,
        },
      },
    ],
  };
}

/** Unknown keys are refused, and the schema says so. *Try it out* starts with the example. */
function finishRequestBody(operation: Json, schemas: Record<string, Json>): void {
  const media = operation.requestBody?.content?.['application/json'] as Json | undefined;
  if (!media) return;
  const name = (media.schema.$ref as string).split('/').pop()!;
  schemas[name].additionalProperties = false;
  media.example = exampleOf(media.schema, schemas);
  // If all fields are optional, so is the body.
  operation.requestBody.required = (schemas[name].required ?? []).length > 0;
}

/** The answer of success. */
function addAnswerExamples(operation: Json, schemas: Record<string, Json>): void {
  for (const [status, { content }] of Object.entries<Json>(operation.responses)) {
    const media = content?.['application/json'] as Json | undefined;
    if (status.startsWith('2') && media) media.example = answerExampleOf(media.schema, schemas);
  }
}

/** One example for each code that some route answers with. */
function problemExamples(shared: Json, schemas: Record<string, Json>): Json {
  const text = JSON.stringify(shared);
  const answered = allProblems().filter(({ code }) => text.includes(`"${EXAMPLES}${code}"`));
  return Object.fromEntries(answered.map((one) => [one.code, problemExample(one, schemas)]));
}

/** `nullable` and boolean `exclusiveMinimum` are 3.0; 3.1 is JSON Schema 2020-12. */
function toDraft2020(node: unknown): void {
  if (Array.isArray(node)) node.forEach(toDraft2020);
  if (typeof node !== 'object' || node === null) return;
  const schema = node as Json;
  for (const value of Object.values(schema)) toDraft2020(value);
  // In 3.1 a reference may have a description beside it.
  if (Array.isArray(schema.allOf) && schema.allOf.length === 1 && schema.allOf[0].$ref) {
    schema.$ref = schema.allOf[0].$ref;
    delete schema.allOf;
    delete schema.type;
  }
  if (schema.nullable !== true) {
    delete schema.nullable;
    return;
  }
  delete schema.nullable;
  if (schema.$ref) {
    schema.anyOf = [{ $ref: schema.$ref }, { type: 'null' }];
    delete schema.$ref;
  } else if (typeof schema.type === 'string') {
    schema.type = [schema.type, 'null'];
    if (Array.isArray(schema.enum)) schema.enum = [...schema.enum, null];
  }
}
