import type { OpenAPIObject } from '@nestjs/swagger';
import { CREATES_EXTENSION, PROBLEMS_EXTENSION } from '../common/openapi/documented.js';
import {
  BodyTooLarge,
  InternalError,
  InvalidCursor,
  InvalidId,
  InvalidInput,
  MalformedRequest,
  TooManyRequests,
  Unavailable,
  UnsupportedMediaType,
} from '../common/problems/general.errors.js';
import { IdempotencyKeyInUse, IdempotencyKeyReused } from '../common/idempotency/idempotency.errors.js';
import { allProblems, type ProblemClass } from '../common/problems/problem.js';
import { SessionEnded, TokenExpired, TokenInvalid, TokenMissing } from '../accounts/sessions/sessions.errors.js';

type Json = { [key: string]: any };

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** Adds to every operation what its decorators need not repeat, and turns what swagger says in 3.0 into 3.1. */
export function finish(document: OpenAPIObject): OpenAPIObject {
  const byCode = new Map(allProblems().map((one) => [one.code, one]));
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = (path as Json)[method] as Json | undefined;
      if (operation) finishOperation(operation, method, byCode);
    }
  }
  closeRequestBodies(document);
  toDraft2020(document);
  return document;
}

function finishOperation(operation: Json, method: string, byCode: Map<string, ProblemClass>): void {
  const own = ((operation[PROBLEMS_EXTENSION] as string[]) ?? []).map((code) => byCode.get(code)!);
  const access = operation['x-access'] as string | undefined;
  const creates = operation[CREATES_EXTENSION] === true;
  delete operation[PROBLEMS_EXTENSION];
  delete operation[CREATES_EXTENSION];
  delete operation['x-access'];
  operation.security = access === 'none' ? [] : access === 'public' ? [{}, { bearer: [] }] : [{ bearer: [] }];
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === 'path' && parameter.schema?.type === 'number') {
      parameter.schema = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
    }
  }
  if (creates) addCreation(operation);
  if (method === 'patch') operation.parameters.push(header('If-Match', 'Edit only this version'));
  addProblems(operation, [...own, ...everywhere(operation, access, method, creates)]);
}

/** What can go wrong on a route of this kind, whatever it does. */
function everywhere(operation: Json, access: string | undefined, method: string, creates: boolean): ProblemClass[] {
  const parameters = (operation.parameters ?? []) as Json[];
  const problems: ProblemClass[] = [MalformedRequest, InvalidInput, InternalError, Unavailable];
  if (parameters.some((p) => p.in === 'path' && p.schema?.type === 'integer')) problems.push(InvalidId);
  if (parameters.some((p) => p.name === 'cursor')) problems.push(InvalidCursor);
  if (access !== 'none') problems.push(TokenInvalid, TokenExpired, SessionEnded);
  if (access === undefined) problems.push(TokenMissing);
  if (method !== 'get') problems.push(BodyTooLarge, UnsupportedMediaType, TooManyRequests);
  if (creates) problems.push(IdempotencyKeyInUse, IdempotencyKeyReused);
  return problems;
}

function addCreation(operation: Json): void {
  operation.parameters = [
    ...(operation.parameters ?? []),
    header('Idempotency-Key', 'A retry with the same key and body gets the first answer again, for 24 h', 255),
  ];
  operation.responses['201'].headers = {
    Location: { schema: { type: 'string' }, description: 'Where the new thing is' },
    'Idempotency-Replayed': {
      schema: { type: 'string', enum: ['true'] },
      description: 'This is the first answer again',
    },
  };
}

function header(name: string, description: string, maxLength?: number): Json {
  return { name, in: 'header', required: false, description, schema: { type: 'string', maxLength } };
}

function addProblems(operation: Json, problems: ProblemClass[]): void {
  const byStatus = new Map<number, ProblemClass[]>();
  for (const problem of new Set(problems))
    byStatus.set(problem.status, [...(byStatus.get(problem.status) ?? []), problem]);
  for (const [status, list] of [...byStatus].sort(([a], [b]) => a - b)) {
    operation.responses[status] = {
      description: list.map(({ code, texts }) => `\`${code}\` ${texts.en}`).join('<br>'),
      content: {
        'application/problem+json': {
          schema: {
            allOf: [
              { $ref: '#/components/schemas/ProblemDetails' },
              { properties: { code: { enum: list.map(({ code }) => code) }, status: { const: status } } },
            ],
          },
        },
      },
    };
  }
}

/** Unknown keys are refused, and the schema says so. */
function closeRequestBodies(document: OpenAPIObject): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Json>;
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const $ref = (path as Json)[method]?.requestBody?.content?.['application/json']?.schema?.$ref as
        string | undefined;
      if ($ref) schemas[$ref.split('/').pop()!].additionalProperties = false;
    }
  }
}

/** `nullable` and boolean `exclusiveMinimum` are 3.0; 3.1 is JSON Schema 2020-12. */
function toDraft2020(node: unknown): void {
  if (Array.isArray(node)) node.forEach(toDraft2020);
  if (typeof node !== 'object' || node === null) return;
  const schema = node as Json;
  for (const value of Object.values(schema)) toDraft2020(value);
  if (schema.nullable !== true) {
    delete schema.nullable;
    return;
  }
  delete schema.nullable;
  if (Array.isArray(schema.allOf) && schema.allOf.length === 1 && schema.allOf[0].$ref) {
    schema.anyOf = [schema.allOf[0], { type: 'null' }];
    delete schema.allOf;
    delete schema.type;
  } else if (schema.$ref) {
    schema.anyOf = [{ $ref: schema.$ref }, { type: 'null' }];
    delete schema.$ref;
  } else if (typeof schema.type === 'string') {
    schema.type = [schema.type, 'null'];
    if (Array.isArray(schema.enum)) schema.enum = [...schema.enum, null];
  }
}
