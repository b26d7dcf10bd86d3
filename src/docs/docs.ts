import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { HOME } from './home.js';
import { openApiDocument } from './openapi.js';

/** Statuses whose answers need no example on every operation. */
const EVERYWHERE = [413, 415, 429, 500, 503];

/**
 * `/`, `/docs` and `/openapi.json`: one document, made from the routes themselves when somebody first asks for it. It
 * takes a fifth of a second, which would otherwise come on top of every start.
 */
export function serveDocs(app: NestFastifyApplication, config: Config): void {
  const document = once(() => openApiDocument(app, config));
  SwaggerModule.setup(
    'docs',
    app,
    // The page calls the server that it came from, by whatever name: another origin is refused by its own CSP.
    () => ({ ...document(), servers: [{ url: '/', description: 'this server' }] }),
    {
      raw: false,
      customSiteTitle: '마당 Madang API',
      customCss: CSS,
      swaggerOptions: {
        persistAuthorization: true,
        displayRequestDuration: true,
        docExpansion: 'list',
        defaultModelsExpandDepth: 0,
        filter: true,
        // The badge would be an image from another origin, which would learn where this server is.
        validatorUrl: null,
        responseInterceptor: rememberToken,
      },
    },
  );
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const json = once(() => JSON.stringify(document()));
  fastify.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(json()));
  fastify.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(HOME));
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** What Swagger UI keeps in `window.ui`, as far as it is used here. */
interface SwaggerUi {
  specSelectors: { securityDefinitions(): { get(scheme: string): unknown } };
  authActions: { authorizeWithPersistOption(authorization: Record<string, unknown>): void };
}

/**
 * Runs in the browser, where it arrives as its own source text: it may use nothing from around it. Whoever logs in on
 * the page is logged in for the calls that follow, also after the page is loaded again.
 */
function rememberToken(response: { url: string; ok: boolean; text: string }): unknown {
  if (response.ok && /\/auth\/(login|register|refresh)$/.test(response.url)) {
    const { ui } = globalThis as unknown as { ui: SwaggerUi };
    const value = (JSON.parse(response.text) as { accessToken: string }).accessToken;
    const schema = ui.specSelectors.securityDefinitions().get('bearer');
    ui.authActions.authorizeWithPersistOption({ bearer: { name: 'bearer', schema, value } });
  }
  return response;
}

/**
 * No bar of another's brand and no empty column; descriptions at reading width. The errors that are the same everywhere
 * keep their line of text and go without the example, which would make each operation a page longer.
 */
const CSS = `
  .swagger-ui .topbar, .swagger-ui .response-col_links { display: none }
  .swagger-ui .info { margin: 2rem 0 }
  .swagger-ui .info .renderedMarkdown, .swagger-ui .opblock-description-wrapper { max-width: 56rem }
  .swagger-ui .response:is(${EVERYWHERE.map((status) => `[data-code="${status}"]`).join()}) :is(.response-controls, .model-example) {
    display: none
  }
`;
