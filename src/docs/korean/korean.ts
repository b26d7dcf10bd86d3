import type { OpenAPIObject } from '@nestjs/swagger';
import { allProblems } from '../../common/problems/problem.js';
import { KOREAN } from './texts.js';
import { DESCRIPTION } from '../openapi.js';

type Json = { [key: string]: any };

/** The same document with Korean texts. Names, codes and examples stay, so that generated clients are the same. */
export function inKorean(document: OpenAPIObject): OpenAPIObject {
  const korean = structuredClone(document);
  korean.info.description = DESCRIPTION.ko;
  const { responses, examples } = korean.components as { responses: Record<string, Json>; examples: Json };
  translate([korean.paths, korean.tags, korean.components]);
  const texts = new Map(allProblems().map((one) => [one.code, one.texts.ko]));
  for (const response of Object.values(responses)) {
    response.description = (response.description as string).replace(
      /`([A-Z_]+)` .*?(?=<br>|$)/g,
      (_, code: string) => `\`${code}\` ${texts.get(code)!}`,
    );
  }
  for (const [code, example] of Object.entries<Json>(examples)) {
    const title = texts.get(code)!;
    Object.assign(example, { summary: title, value: { ...example.value, title, detail: title } });
  }
  return korean;
}

function translate(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const one = node as Json;
  for (const [key, value] of Object.entries(one)) {
    if (key === 'example' || key === 'examples') continue;
    if (typeof value === 'object') translate(value);
    else if (key === 'description' || key === 'summary') one[key] = KOREAN[value as string] ?? value;
  }
}
