import type { OpenAPIObject } from '@nestjs/swagger';
import type { Language } from '../common/problems/language.js';
import { SWAGGER_UI_VERSION } from './assets.js';

type Json = { [key: string]: any };

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const TEXTS = {
  en: { errors: 'Errors', loading: 'The interactive reference is loading …' },
  ko: { errors: '오류', loading: '직접 호출해 볼 수 있는 문서를 불러오는 중입니다…' },
};

/** The version lets browsers keep the file. */
const STYLESHEET = `/docs/swagger-ui.css?v=${SWAGGER_UI_VERSION}`;

/**
 * The page at `/docs`. It shows the list of operations at once, without any script; Swagger UI then takes its place. Its
 * style sheet stands below the list, for a browser paints nothing that comes after one until it is loaded.
 */
export function docsPage(document: OpenAPIObject, language: Language): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(document.info.title)}</title>
<link rel="icon" href="data:,">
<link rel="preload" as="style" href="${STYLESHEET}">
<link rel="preload" as="fetch" crossorigin href="/openapi.json?lang=${language}">
<style>${CSS}</style>
</head>
<body>
<nav class="languages">${languageLink('en', 'English', language)} · ${languageLink('ko', '한국어', language)}</nav>
<div id="swagger-ui"><main class="at-once"><h1>${escape(document.info.title)}</h1><p>${TEXTS[language].loading}</p>${operations(document)}</main></div>
<link rel="stylesheet" href="${STYLESHEET}">
<script defer src="/docs/swagger-ui-bundle.js?v=${SWAGGER_UI_VERSION}"></script>
<script defer src="/docs/page.js" data-language="${language}" data-errors="${TEXTS[language].errors}"></script>
</body>
</html>
`;
}

function languageLink(language: Language, name: string, current: Language): string {
  const attributes = `lang="${language}" hreflang="${language}"${language === current ? ' aria-current="true"' : ''}`;
  return `<a href="/docs?lang=${language}" ${attributes}>${name}</a>`;
}

function operations(document: OpenAPIObject): string {
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = (item as Json)[method] as Json | undefined;
      return operation
        ? [{ path, method, summary: operation.summary as string, tag: operation.tags[0] as string }]
        : [];
    }),
  );
  return document
    .tags!.map(({ name, description }) => {
      const rows = all
        .filter(({ tag }) => tag === name)
        .map(
          ({ path, method, summary }) =>
            `<li><b>${method.toUpperCase()}</b> <code>${escape(path)}</code> ${escape(summary)}</li>`,
        );
      return `<h2>${escape(name)} <small>${escape(description ?? '')}</small></h2><ul>${rows.join('')}</ul>`;
    })
    .join('');
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Statuses whose answers need no example on every operation. */
const EVERYWHERE = [413, 415, 429, 500, 503, 507];

/**
 * No empty column; descriptions at reading width. Common errors have no example, which would make each operation a page
 * longer.
 */
const CSS = `
  body { margin: 0 }
  .languages { padding: .75rem 1.25rem 0; text-align: right; font: .95rem system-ui, sans-serif }
  .languages [aria-current] { color: inherit; font-weight: bold; text-decoration: none }
  .at-once { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem; font: 1rem/1.6 system-ui, sans-serif }
  .at-once ul { list-style: none; padding: 0 }
  .at-once small { font-weight: normal }
  .swagger-ui .response-col_links { display: none }
  .swagger-ui .info { margin: 2rem 0 }
  .swagger-ui .info .renderedMarkdown, .swagger-ui .opblock-description-wrapper { max-width: 56rem }
  .swagger-ui .errors-folded > summary { padding: .75rem 1.25rem; cursor: pointer; font: bold .9rem system-ui, sans-serif }
  .swagger-ui .errors-folded .opblock-section-header { display: none }
  .swagger-ui .response:is(${EVERYWHERE.map((status) => `[data-code="${status}"]`).join()}) :is(.response-controls, .model-example) {
    display: none
  }
`;

/**
 * The script of the page, plain JavaScript for the browser. It folds the errors of each operation, calls the server that
 * the page came from, and keeps the access token of a log-in for the calls that follow, also after a reload.
 */
export const PAGE_SCRIPT = `
const { language, errors: label } = document.currentScript.dataset;

const FoldedErrors = () => ({
  wrapComponents: {
    responses: (Responses, { React }) => (props) => {
      const isError = (_, status) => /^[45]/.test(status);
      const errors = props.responses.filter(isError);
      const fold = React.createElement(
        'details',
        { className: 'errors-folded' },
        React.createElement('summary', null, label + ' (' + errors.size + ')'),
        React.createElement(Responses, { ...props, responses: errors, tryItOutResponse: undefined }),
      );
      return React.createElement(
        'div',
        null,
        React.createElement(Responses, { ...props, responses: props.responses.filterNot(isError) }),
        errors.size > 0 && fold,
      );
    },
  },
});

const keepToken = (response) => {
  if (response.ok && /\\/auth\\/(login|register|refresh)$/.test(response.url)) {
    const { ui } = window;
    const value = JSON.parse(response.text).accessToken;
    const schema = ui.specSelectors.securityDefinitions().get('bearer');
    ui.authActions.authorizeWithPersistOption({ bearer: { name: 'bearer', schema, value } });
  }
  return response;
};

const start = async () => {
  const spec = await (await fetch('/openapi.json?lang=' + language)).json();
  // Another origin is refused by the page's own Content Security Policy.
  spec.servers = [{ url: '/' }];
  window.ui = SwaggerUIBundle({
    dom_id: '#swagger-ui',
    spec,
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [FoldedErrors],
    layout: 'BaseLayout',
    deepLinking: true,
    persistAuthorization: true,
    displayRequestDuration: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    filter: true,
    requestInterceptor: (request) => {
      request.headers['Accept-Language'] = language;
      return request;
    },
    responseInterceptor: keepToken,
  });
};
void start();
`;
