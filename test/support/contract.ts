import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

type Json = { [key: string]: any };

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** Checks answers against the served OpenAPI document. Schemas are closed: an undocumented field is a leak. */
export class Contract {
  // Every file compiles its validators again, so compile each schema once, not once for each answer that contains it.
  private readonly ajv = new Ajv2020({
    ...{ strict: false, allErrors: true },
    ...{ inlineRefs: false, code: { optimize: false } },
  });
  private readonly compiled = new Map<string, ValidateFunction>();
  private readonly routes: { pattern: RegExp; path: string; operations: Json }[];

  constructor(private readonly document: Json) {
    (formats as unknown as (ajv: Ajv2020) => void)(this.ajv);
    const closed = JSON.parse(JSON.stringify(document)) as Json;
    for (const [name, schema] of Object.entries<Json>(closed.components.schemas)) {
      // Problems have extra members (RFC 9457, 3.2); the export has a key for each feature.
      if (schema.type === 'object' && name !== 'ProblemDetails' && name !== 'ExportView')
        schema.additionalProperties = false;
    }
    this.ajv.addSchema({ $id: 'openapi', components: closed.components });
    this.routes = Object.entries<Json>(document.paths).map(([path, operations]) => ({
      path,
      operations,
      pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`),
    }));
    // The most literal first: /accounts/me before /accounts/{id}.
    this.routes.sort((a, b) => a.path.split('{').length - b.path.split('{').length);
  }

  /** @throws Error if the answer differs from the document */
  check(method: string, url: string, status: number, contentType: string | undefined, body: unknown): void {
    const path = url.split('?', 1)[0];
    const route = this.routes.find(({ pattern }) => pattern.test(path));
    const operation = route?.operations[method.toLowerCase()] as Json | undefined;
    if (!route || !operation) {
      this.checkUndocumented(method, path, status, body);
      return;
    }
    if (status < 400) this.noteCall(method, route.path);
    if (status === 304) return;
    const response = this.resolve(operation.responses[status] as Json | undefined);
    if (!response)
      throw new Error(`${method} ${route.path} answered ${status}, which is not documented: ${JSON.stringify(body)}`);
    const media = contentType?.split(';', 1)[0];
    const schema = response.content?.[media ?? '']?.schema as Json | undefined;
    if (!schema) {
      if (response.content || (body !== '' && body !== undefined)) {
        throw new Error(`${method} ${route.path} ${status} has the undocumented content type ${media}`);
      }
      return;
    }
    const validate = this.validator(`${method} ${route.path} ${status}`, schema);
    if (!validate(body)) {
      const why = this.ajv.errorsText(validate.errors, { dataVar: 'answer' });
      throw new Error(
        `${method} ${route.path} ${status} is not as documented: ${why}\n${JSON.stringify(body, null, 1)}`,
      );
    }
  }

  /** Problems are components of the document. */
  private resolve(response: Json | undefined): Json | undefined {
    return response?.$ref ? this.document.components.responses[response.$ref.split('/').pop()] : response;
  }

  /** Every `METHOD /path` of the document. */
  get operations(): string[] {
    return Object.entries<Json>(this.document.paths).flatMap(([path, operations]) =>
      METHODS.filter((method) => operations[method]).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  private checkUndocumented(method: string, path: string, status: number, body: unknown): void {
    if (method === 'OPTIONS' || method === 'HEAD' || !path.startsWith('/api/')) return;
    if (status < 400) throw new Error(`${method} ${path} answered ${status} and is not documented at all`);
    const { $ref } = { $ref: 'openapi#/components/schemas/ProblemDetails' };
    if (!this.validator('problem', { $ref })(body)) {
      throw new Error(`${method} ${path} ${status} is no problem: ${JSON.stringify(body)}`);
    }
  }

  private validator(name: string, schema: Json): ValidateFunction {
    const known = this.compiled.get(name);
    if (known) return known;
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"openapi#/components/');
    const validate = this.ajv.compile(JSON.parse(text) as Json);
    this.compiled.set(name, validate);
    return validate;
  }

  private noteCall(method: string, path: string): void {
    const directory = process.env.MADANG_ROUTES_CALLED;
    if (!directory) return;
    appendFileSync(join(directory, `${process.env.JEST_WORKER_ID ?? '1'}.txt`), `${method} ${path}\n`);
  }
}
