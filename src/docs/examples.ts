import type { ProblemClass } from '../common/problems/problem.js';

type Json = { [key: string]: any };

/**
 * An example of a request body, made of the examples of its fields: all that must be there, and what may be where the
 * field has an example. `undefined` when a required field has none and its schema leaves more than one choice.
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

/** The answer that a problem is, as a client sees it in English. */
export function problemExample({ code, status, texts }: ProblemClass): Json {
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
    },
  };
}
