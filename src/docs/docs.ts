import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { languageOf, type Language } from '../common/problems/language.js';
import { InvalidInput } from '../common/problems/general.errors.js';
import { sendProblem } from '../common/problems/problem.filter.js';
import { asset, sendAsset, swaggerUiFile } from './assets.js';
import { HOME } from './home.js';
import { inKorean } from './korean/korean.js';
import { openApiDocument } from './openapi.js';
import { docsPage, PAGE_SCRIPT } from './page.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const HTML_TYPE = 'text/html; charset=utf-8';
const SCRIPT_TYPE = 'text/javascript; charset=utf-8';
const A_YEAR = 365 * 24 * 3600;

/**
 * `/`, `/docs` and `/openapi.json`: one document, built from the routes at the first request. That takes a fifth of a
 * second, which every start would otherwise need.
 */
export function serveDocs(app: NestFastifyApplication, config: Config): void {
  const english = once(() => openApiDocument(app, config.publicUrl));
  const documents = { en: english, ko: once(() => inKorean(english())) };
  const json = byLanguage((language) => asset(JSON_TYPE, JSON.stringify(documents[language]())));
  const page = byLanguage((language) => asset(HTML_TYPE, docsPage(documents[language](), language)));
  const files = {
    'page.js': once(() => asset(SCRIPT_TYPE, PAGE_SCRIPT)),
    'swagger-ui-bundle.js': once(async () => asset(SCRIPT_TYPE, await swaggerUiFile('swagger-ui-bundle.js'))),
    'swagger-ui.css': once(async () => asset('text/css; charset=utf-8', await swaggerUiFile('swagger-ui.css'))),
  };

  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.get('/', (_request, reply) => reply.type(HTML_TYPE).send(HOME));
  const serve = (path: string, answer: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>) =>
    fastify.get(path, (request, reply) => answer(request, reply).catch((error) => sendProblem(error, request, reply)));
  serve('/openapi.json', async (request, reply) =>
    sendAsset(request, reply, await json[languageAsked(request) ?? 'en']()),
  );
  serve('/docs', async (request, reply) => {
    const language = languageAsked(request) ?? languageOf(request.headers['accept-language']);
    return sendAsset(request, reply.header('Vary', 'Accept-Language'), await page[language]());
  });
  for (const [name, file] of Object.entries(files)) {
    const seconds = name === 'page.js' ? 0 : A_YEAR;
    serve(`/docs/${name}`, async (request, reply) => sendAsset(request, reply, await file(), seconds));
  }
}

/** @throws InvalidInput for a language that there is not, rather than to answer in another one */
function languageAsked({ query }: FastifyRequest): Language | undefined {
  const { lang } = query as { lang?: unknown };
  if (lang === undefined || lang === 'en' || lang === 'ko') return lang;
  const texts = { en: 'must be one of: en, ko', ko: 'en, ko 중 하나여야 합니다' };
  throw new InvalidInput({ errors: [{ pointer: '?lang', code: 'NOT_A_CHOICE', texts }] });
}

function byLanguage<T>(make: (language: Language) => T): Record<Language, () => T> {
  return { en: once(() => make('en')), ko: once(() => make('ko')) };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
