import type { ProblemClass } from '../common/problems/problem.js';

type Json = { [key: string]: any };

/**
 * An example of a request body from the examples of its fields: all required ones, and optional ones that have an
 * example. `undefined` when a required field has none and its schema leaves more than one choice.
 */
export function exampleOf(schema: Json, schemas: Record<string, Json>): unknown {
  const resolved = resolve(schema, schemas);
  if (resolved.example !== undefined) return resolved.example;
  if (resolved.enum) return resolved.enum[0];
  if (resolved.type === 'boolean') return false;
  if (resolved.type === 'array') return listOf(exampleOf(resolved.items, schemas));
  return resolved.properties ? objectOf(resolved, schemas) : undefined;
}

function objectOf({ properties, required = [] }: Json, schemas: Record<string, Json>): Json {
  const example: Json = {};
  for (const [name, property] of Object.entries<Json>(properties)) {
    const value = exampleOf(property, schemas);
    const isSaid = resolve(property, schemas).example !== undefined;
    if (value !== undefined && (isSaid || required.includes(name))) example[name] = value;
  }
  return example;
}

function listOf(item: unknown): unknown[] {
  return item === undefined ? [] : [item];
}

function resolve(schema: Json, schemas: Record<string, Json>): Json {
  const $ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
  return $ref ? schemas[($ref as string).split('/').pop()!] : schema;
}

/**
 * An example of an answer with every field. Fields without an example get one by type.
 *
 * @param above the schemas that this one is in, so that replies to a comment end somewhere
 */
export function answerExampleOf(schema: Json, schemas: Record<string, Json>, above: Json[] = []): unknown {
  const resolved = resolve(schema, schemas);
  if (isNullable(schema)) return null;
  if (above.includes(resolved)) return resolved.properties?.items ? { items: [], nextCursor: null } : undefined;
  const inner = (one: Json) => answerExampleOf(one, schemas, [...above, resolved]);
  if (resolved.example !== undefined) return resolved.example;
  if (resolved.enum) return resolved.enum[0];
  if (resolved.oneOf) return inner(resolved.oneOf[0]);
  if (resolved.type === 'array') return listOf(inner(resolved.items));
  if (!resolved.properties) return byType(resolved);
  return Object.fromEntries(Object.entries<Json>(resolved.properties).map(([name, one]) => [name, inner(one)]));
}

/** The decorators write OpenAPI 3.0; finished schemas are 3.1. */
function isNullable({ nullable, type, anyOf, example }: Json): boolean {
  if (example !== undefined) return false;
  return nullable === true || [type].flat().includes('null') || (anyOf ?? []).some((one: Json) => one.type === 'null');
}

function byType({ type, format }: Json): unknown {
  if (type === 'boolean') return false;
  if (type === 'integer' || type === 'number') return 3;
  return format === 'date-time' ? '2026-03-02T01:30:00.000Z' : '…';
}

/** The answer of a problem in English. */
export function problemExample({ code, status, texts, members }: ProblemClass, schemas: Record<string, Json>): Json {
  return {
    summary: texts.en,
    value: {
      type: `urn:madang:problem:${code}`,
      title: texts.en,
      status,
      detail: texts.en,
      instance: '/api/v1/…',
      code,
      traceId: '0af7651916cd43dd8448eb211c80319c',
      errors: [],
      ...Object.fromEntries(Object.entries(members).map(([name, one]) => [name, answerExampleOf(one, schemas)])),
    },
  };
}
