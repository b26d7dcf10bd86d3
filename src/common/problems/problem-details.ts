import { ApiProperty } from '@nestjs/swagger';
import { languageOf } from './language.js';
import type { Problem, Texts } from './problem.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
/** The CSP of answers that are no pages: a browser that opens one loads and frames nothing. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** Of every problem, also where no hook of Fastify runs. */
export const PROBLEM_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': DATA_POLICY,
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
};

export class InputErrorView {
  @ApiProperty({ description: 'Where: `#/tags/3` in the body (RFC 6901), `?limit` in the query', example: '#/title' })
  pointer: string;
  @ApiProperty({ description: 'A stable code for the fault', example: 'TOO_LONG' })
  code: string;
  @ApiProperty({ example: 'must have at most 100 characters' })
  message: string;
}

/** RFC 9457. The one shape of every error, whichever layer it comes from. */
export class ProblemDetails {
  @ApiProperty({ example: 'urn:madang:problem:POST_NOT_FOUND' })
  type: string;
  @ApiProperty({
    description: 'The situation in a sentence, by Accept-Language (en, ko)',
    example: 'There is no such post.',
  })
  title: string;
  @ApiProperty({ type: 'integer', example: 404 })
  status: number;
  @ApiProperty({ description: 'Details of this case', example: 'There is no such post.' })
  detail: string;
  @ApiProperty({ description: 'The path that was asked for, without its query', example: '/api/v1/posts/7' })
  instance: string;
  @ApiProperty({ description: 'Stable: branch on this', example: 'POST_NOT_FOUND' })
  code: string;
  @ApiProperty({
    description: 'Quote this when you report a fault; the logs hold it',
    example: '0af7651916cd43dd8448eb211c80319c',
  })
  traceId: string;
  @ApiProperty({ type: [InputErrorView], description: 'Each bad key of the input; empty otherwise' })
  errors: InputErrorView[];
}

/** The request, as far as the answer names it. */
interface Asked {
  path: string;
  id: string;
  acceptLanguage: string | undefined;
  /** The fault of the address itself, where it explains more than the general text. */
  flaw?: Texts;
}

export function problemDetails(problem: Problem, request: Asked): ProblemDetails {
  const language = languageOf(request.acceptLanguage);
  const { detail, errors = [], members } = problem.options;
  return {
    type: `urn:madang:problem:${problem.code}`,
    title: problem.texts[language],
    status: problem.status,
    detail: (detail ?? request.flaw ?? problem.texts)[language],
    instance: request.path,
    code: problem.code,
    traceId: request.id,
    errors: errors.map(({ pointer, code, texts }) => ({ pointer, code, message: texts[language] })),
    ...members,
  };
}
