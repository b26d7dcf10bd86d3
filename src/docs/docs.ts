import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { openApiDocument } from './openapi.js';

/** `/`, `/docs` and `/openapi.json`: one document, made from the routes themselves. */
export function serveDocs(app: NestFastifyApplication, config: Config): void {
  const document = openApiDocument(app, config);
  SwaggerModule.setup('docs', app, document, {
    raw: false,
    customSiteTitle: '마당 Madang API',
    swaggerOptions: {
      persistAuthorization: true,
      displayRequestDuration: true,
      docExpansion: 'none',
      filter: true,
      responseInterceptor: rememberToken,
    },
  });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const json = JSON.stringify(document);
  fastify.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(json));
  fastify.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(HOME));
}

/** Runs in the browser: whoever logs in on the page is logged in for the calls that follow. */
function rememberToken(response: { url: string; ok: boolean; text: string }): unknown {
  if (response.ok && /\/auth\/(login|register|refresh)$/.test(response.url)) {
    const { accessToken } = JSON.parse(response.text) as { accessToken: string };
    (
      globalThis as unknown as { ui: { preauthorizeApiKey(scheme: string, token: string): void } }
    ).ui.preauthorizeApiKey('bearer', accessToken);
  }
  return response;
}

const HOME = `<!doctype html>
<html lang="ko">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>마당 Madang</title>
<body style="font-family: system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem; line-height: 1.6">
<h1>마당 Madang</h1>
<p>캠퍼스를 위한 열린 API 서버입니다. The open API server for a campus.</p>
<p><a href="/docs">API 문서 · API reference</a> · <a href="/openapi.json">openapi.json</a></p>
</body>
</html>
`;
