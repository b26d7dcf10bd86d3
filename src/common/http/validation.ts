import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { Complaint } from '../fields.js';
import { InvalidInput } from '../problems/general.errors.js';
import type { InputError, Problem } from '../problems/problem.js';

const UNKNOWN_KEY: Complaint = {
  code: 'UNKNOWN_KEY',
  texts: { en: 'is not known here', ko: '알 수 없는 항목입니다' },
};
const WRONG_TYPE: Complaint = {
  code: 'WRONG_TYPE',
  texts: { en: 'has the wrong type', ko: '형식이 올바르지 않습니다' },
};

/** Bodies and queries by their DTO: unknown keys are refused, types are strict, every bad key is listed. */
export class InputPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
      validationError: { target: false, value: false },
    });
  }

  override async transform(value: unknown, metadata: Parameters<ValidationPipe['transform']>[1]): Promise<unknown> {
    if (metadata.type !== 'body' && metadata.type !== 'query') return value;
    // An empty body lacks its fields, as `{}` does.
    const input = value ?? {};
    if (typeof input !== 'object' || Array.isArray(input)) throw notAnObject();
    this.exceptionFactory = (errors) => invalid(errors as ValidationError[], metadata.type === 'query' ? '?' : '#/');
    return super.transform(input, metadata);
  }
}

function notAnObject(): Problem {
  return new InvalidInput({
    errors: [{ pointer: '#', code: 'NOT_AN_OBJECT', texts: { en: 'must be an object', ko: '객체여야 합니다' } }],
  });
}

function invalid(errors: ValidationError[], root: '?' | '#/'): Problem {
  return new InvalidInput({ errors: flatten(errors, root).slice(0, 50) });
}

function flatten(errors: ValidationError[], path: string): InputError[] {
  return errors.flatMap((error) => {
    const pointer = `${path}${error.property.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100)}`;
    const own = Object.keys(error.constraints ?? {}).map((name) => ({ pointer, ...complaintOf(error, name) }));
    return [...own, ...flatten(error.children ?? [], `${pointer}/`)];
  });
}

function complaintOf(error: ValidationError, constraint: string): Complaint {
  if (constraint === 'whitelistValidation') return UNKNOWN_KEY;
  return (error.contexts?.[constraint] as Complaint | undefined) ?? WRONG_TYPE;
}

/** For rules that span fields or that only a service can check. */
export function invalidField(pointer: string, code: string, en: string, ko: string): Problem {
  return new InvalidInput({ errors: [{ pointer, code, texts: { en, ko } }] });
}
