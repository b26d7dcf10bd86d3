import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { Config } from '../config/config.js';
import { finish } from './finish.js';
import {
  HeadersTooLarge,
  MethodNotAllowed,
  RequestTimeout,
  RouteNotFound,
  Unavailable,
  UriTooLong,
} from '../common/problems/general.errors.js';
import { ProblemDetails } from '../common/problems/problem-details.js';

/** What is answered where no route is reached, so that no route can document it. */
const BEYOND_ROUTES = [RouteNotFound, MethodNotAllowed, RequestTimeout, UriTooLong, HeadersTooLarge];

const DESCRIPTION = `The open API server for a campus: boards, posts, comments and tags; timetables and friends.

**Try it here**: open \`POST /api/v1/auth/login\`, press *Try it out*, log in. This page keeps the access token for the
calls that follow.

- **Errors** are RFC 9457 \`application/problem+json\`. Branch on \`code\`; the texts are for people, in the language of
  \`Accept-Language\` (\`en\`, \`ko\`). Beside what each route lists, any request may be answered with
  ${BEYOND_ROUTES.map(({ status, code }) => `${status} \`${code}\``).join(', ')}, and with 502 or 504 \`${Unavailable.code}\`
  where the proxy in front gets no answer.
- **Lists** answer \`items\` and \`nextCursor\`; pass the latter as \`cursor\`.
- **Times** are RFC 3339 in UTC. Times of day in timetables are whole minutes since 00:00, local to the semester.
- **Input** is taken as it is or refused: a body or query key that a route does not know is an error.
- **A POST that creates** takes an \`Idempotency-Key\`: a retry with the same key and body gets the first answer again.
- **Limits**: each route lists its own as \`x-rate-limit\`. \`RateLimit-Policy\` and \`RateLimit\` say what is left, and 429 says
  in \`Retry-After\` when to come back.
- **A single thing** has an \`ETag\`: send it as \`If-None-Match\` to read again, as \`If-Match\` to change only what you saw.`;

/** OpenAPI 3.1, from the routes' own decorators. */
export function openApiDocument(app: INestApplication, config: Pick<Config, 'publicUrl'>): OpenAPIObject {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('마당 Madang API')
    .setVersion('1')
    .setDescription(DESCRIPTION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer(config.publicUrl)
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'accessToken of a log-in' },
      'bearer',
    )
    .addTag('Accounts', 'Registering, logging in, sessions, passwords, addresses, leaving')
    .addTag('Boards', 'Where people write')
    .addTag('Posts', 'Writing, reading, lists, search, likes and scraps')
    .addTag('Comments', 'Comments and their replies')
    .addTag('Tags', 'The words on posts')
    .addTag('Catalogue', 'Semesters, subjects and lectures, their search and their import')
    .addTag('Timetables', 'What one plans for a semester, and the ways to look at it')
    .addTag('Friends', 'Friends, and what they show of their timetables')
    .addTag('Operation', 'For load balancers')
    .build();
  const document = SwaggerModule.createDocument(app, base, {
    extraModels: [ProblemDetails],
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '').toLowerCase()}_${method}`,
  });
  return finish(document);
}
