import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { finish } from './finish.js';
import {
  HeadersTooLarge,
  HttpsRequired,
  MethodNotAllowed,
  RequestTimeout,
  RouteNotFound,
  Unavailable,
  UriTooLong,
} from '../common/problems/general.errors.js';
import { ProblemDetails } from '../common/problems/problem-details.js';
import { InstanceStops } from '../health/health.errors.js';

/** Answers that come before any route, so that no route can document them. */
const BEYOND_ROUTES = [
  HttpsRequired,
  RouteNotFound,
  MethodNotAllowed,
  RequestTimeout,
  UriTooLong,
  HeadersTooLarge,
  InstanceStops,
];

const BEYOND = BEYOND_ROUTES.map(({ status, code }) => `${status} \`${code}\``).join(', ');

export const DESCRIPTION = {
  en: `The open API server for a campus: boards, posts, comments and tags; timetables and friends.

**Try it here**: open \`POST /api/v1/auth/login\`, press *Try it out*, log in. This page keeps the access token for the
calls that follow.

- **Errors** are RFC 9457 \`application/problem+json\`. Branch on \`code\`; the texts are for people, in the language of
  \`Accept-Language\` (\`en\`, \`ko\`). Beside what each route lists, any request may be answered with
  ${BEYOND}, and with 502 or 504 \`${Unavailable.code}\`
  where the proxy in front gets no answer.
- **Lists** answer \`items\` and \`nextCursor\`; pass the latter as \`cursor\`.
- **Times** are RFC 3339 in UTC. Times of day in timetables are whole minutes since 00:00, local to the semester.
- **Input** is taken as it is or refused: a body or query key that a route does not know is an error.
- **A POST that creates** takes an \`Idempotency-Key\`: a retry with the same key and body gets the first answer again.
- **Limits**: each route lists its own as \`x-rate-limit\`. \`RateLimit-Policy\` and \`RateLimit\` say what is left, and 429 says
  in \`Retry-After\` when to come back.
- **A single thing** has an \`ETag\`: send it as \`If-None-Match\` to read again, as \`If-Match\` to change only what you saw.
- **Korean**: this document is at \`/openapi.json?lang=ko\` as well.`,
  ko: `캠퍼스를 위한 열린 API 서버입니다. 게시판과 글, 댓글, 태그, 시간표와 친구를 다룹니다.

**여기서 호출해 보기**: \`POST /api/v1/auth/login\`을 열고 *Try it out*을 눌러 로그인하세요. 이 페이지가 액세스 토큰을 기억해 다음
호출에 씁니다.

- **오류**는 RFC 9457 \`application/problem+json\`입니다. 분기에는 \`code\`를 쓰세요. 문장은 사람을 위한 것으로
  \`Accept-Language\`(\`en\`, \`ko\`)를 따릅니다. 각 경로의 오류 외에도 모든 요청에 ${BEYOND}(으)로
  응답할 수 있으며, 앞단의 프록시가 응답을 받지 못하면 502나 504 \`${Unavailable.code}\`입니다.
- **목록**은 \`items\`와 \`nextCursor\`로 응답합니다. 다음 페이지는 \`nextCursor\`를 \`cursor\`로 보내세요.
- **시각**은 UTC 기준 RFC 3339입니다. 시간표의 시각은 그 학기의 현지 시각 0시부터의 분(정수)입니다.
- **입력**은 그대로 받거나 거부합니다. 경로가 모르는 본문이나 쿼리의 키는 오류입니다.
- **무언가를 만드는 POST**는 \`Idempotency-Key\`를 받습니다. 같은 키와 본문으로 다시 보내면 첫 응답을 그대로 돌려줍니다.
- **제한**: 경로마다의 제한은 \`x-rate-limit\`에 있습니다. 남은 횟수는 \`RateLimit-Policy\`와 \`RateLimit\`이 알려 주며, 429에서는
  \`Retry-After\`가 다시 시도할 때를 알려 줍니다.
- **하나짜리 자원**에는 \`ETag\`가 있습니다. 다시 읽을 때는 \`If-None-Match\`, 읽은 버전만 바꿀 때는 \`If-Match\`로 보내세요.
- **영어**: 같은 문서가 \`/openapi.json\`에 있습니다.`,
};

/** OpenAPI 3.1, from the routes' own decorators. @param server the address in `servers` */
export function openApiDocument(app: INestApplication, server: string): OpenAPIObject {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('마당 Madang API')
    .setVersion('1')
    .setDescription(DESCRIPTION.en)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer(server)
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
    .addTag('Timetables', 'Plans for a semester, as list, picture and calendar')
    .addTag('Friends', 'Friends, and their shared timetables')
    .addTag('Operation', 'For load balancers')
    .build();
  const document = SwaggerModule.createDocument(app, base, {
    extraModels: [ProblemDetails],
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '').toLowerCase()}_${method}`,
  });
  return finish(document);
}
