import { ValidationPipe, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { getMetadataStorage, type ValidationError } from 'class-validator';
import { UNKNOWN_KEY, type Complaint } from '../fields/field.js';
import { InvalidInput } from '../problems/general.errors.js';
import type { InputError, Problem } from '../problems/problem.js';

const WRONG_TYPE: Complaint = {
  code: 'WRONG_TYPE',
  texts: { en: 'has the wrong type', ko: '형식이 올바르지 않습니다' },
};

const REQUIRED: Complaint = { code: 'REQUIRED', texts: { en: 'is required', ko: '꼭 있어야 합니다' } };

type Root = '#/' | '?';

/** Bodies and queries by their DTO: unknown keys are refused, types are strict, every bad key is listed. */
export class InputPipe implements PipeTransform {
  private readonly body = strictPipe('#/');
  private readonly query = strictPipe('?');
  /** Types of queries whose keys may all be missing. */
  private readonly optional = new WeakSet<object>();

  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    if (metadata.type !== 'body' && metadata.type !== 'query') return value;
    // An empty body lacks its fields, as `{}` does.
    const input = value ?? {};
    const { type, metatype } = metadata;
    if (type !== 'query' || !metatype || Object.keys(input).length > 0) return this.validate(input, metadata);
    // Most lists are asked for without a query: the defaults need to be checked once only.
    if (this.optional.has(metatype)) return new (metatype as Type)();
    return this.validate(input, metadata).then((result) => {
      this.optional.add(metatype);
      return result;
    });
  }

  private async validate(input: NonNullable<unknown>, metadata: ArgumentMetadata): Promise<unknown> {
    if (typeof input !== 'object' || Array.isArray(input)) throw notAnObject();
    const [pipe, root] = metadata.type === 'body' ? ([this.body, '#/'] as const) : ([this.query, '?'] as const);
    const { known, unknown } = byDeclaration(input, declaredKeys(metadata.metatype));
    const errors = unknown.map((key) => ({ pointer: pointerOf(root, key), ...UNKNOWN_KEY }));
    const result: unknown = await pipe.transform(known, metadata).catch((error: unknown) => {
      if (!(error instanceof InvalidInput)) throw error;
      errors.push(...(error.options.errors as typeof errors));
    });
    if (errors.length > 0) throw new InvalidInput({ errors: errors.slice(0, 50) });
    return result;
  }
}

function strictPipe(root: Root): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
    validationError: { target: false },
    exceptionFactory: (errors) => new InvalidInput({ errors: flatten(errors as ValidationError[], root) }),
  });
}

/**
 * Removes unknown keys before class-transformer. It drops `constructor`, `toString` and similar keys silently, and
 * takes half a second for a body of thousands of keys.
 */
function byDeclaration(input: object, declared: Set<string> | null): { known: object; unknown: string[] } {
  if (declared === null) return { known: input, unknown: [] };
  const entries = Object.entries(input);
  return {
    known: Object.fromEntries(entries.filter(([key]) => declared.has(key))),
    unknown: entries.map(([key]) => key).filter((key) => !declared.has(key)),
  };
}

/**
 * class-validator searches the rules of all classes for each object that it checks: for a body with 100 entries 101
 * times. They do not change after the classes are loaded, so they are kept by class.
 */
function keepRules(): void {
  const storage = getMetadataStorage();
  const search = storage.getTargetValidationMetadatas.bind(storage);
  const group = storage.groupByPropertyName.bind(storage);
  const byClass = new WeakMap<object, ReturnType<typeof search>>();
  const grouped = new WeakMap<object, ReturnType<typeof group>>();
  storage.getTargetValidationMetadatas = (type, schema, always, strictGroups, groups) => {
    if (schema || always || strictGroups || groups) return search(type, schema, always, strictGroups, groups);
    return cached(byClass, type, () => search(type, schema, always, strictGroups, groups));
  };
  storage.groupByPropertyName = (rules) => cached(grouped, rules, () => group(rules));
}

function cached<K extends object, V>(values: WeakMap<K, V>, key: K, make: () => V): V {
  const value = values.get(key) ?? make();
  values.set(key, value);
  return value;
}

keepRules();

const declaredByType = new WeakMap<object, Set<string>>();

/** The keys that a DTO has rules for; `null` if it is no DTO. */
function declaredKeys(metatype: ArgumentMetadata['metatype']): Set<string> | null {
  if (!metatype || metatype === Object) return null;
  let keys = declaredByType.get(metatype);
  if (!keys) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(metatype, '', false, false);
    keys = new Set(rules.map(({ propertyName }) => propertyName));
    declaredByType.set(metatype, keys);
  }
  return keys;
}

function notAnObject(): Problem {
  return new InvalidInput({
    errors: [{ pointer: '#', code: 'NOT_AN_OBJECT', texts: { en: 'must be an object', ko: '객체여야 합니다' } }],
  });
}

function flatten(errors: ValidationError[], path: string): InputError[] {
  return errors.flatMap((error) => {
    const pointer = pointerOf(path, error.property);
    const own = Object.keys(error.constraints ?? {}).map((name) => ({ pointer, ...complaintOf(error, name) }));
    return [...own, ...flatten(error.children ?? [], `${pointer}/`)];
  });
}

function pointerOf(path: string, key: string): string {
  return `${path}${key.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100)}`;
}

function complaintOf(error: ValidationError, constraint: string): Complaint {
  if (constraint === 'whitelistValidation') return UNKNOWN_KEY;
  if (error.value === undefined) return REQUIRED;
  return (error.contexts?.[constraint] as Complaint | undefined) ?? WRONG_TYPE;
}

/** For rules that span fields or that only a service can check. */
export function invalidField(pointer: string, code: string, en: string, ko: string): Problem {
  return new InvalidInput({ errors: [{ pointer, code, texts: { en, ko } }] });
}
