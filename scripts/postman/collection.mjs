import { bearer, event, requestItem } from './requests.mjs';
import { COLLECTION } from './scripts.mjs';

// The collection, format 2.1, and its environments.

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
/** Folders with requests of several tags. */
const NOT_A_TAG = new Set(['Admin', 'Tidying up']);
const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

/**
 * @param {any} document the OpenAPI document
 * @param {import('./plan.mjs').Folder[]} plan
 * @throws if an operation has no place in the plan, or the plan has an unknown one
 */
export function collectionOf(document, plan) {
  const routes = routesOf(document);
  const asked = new Set();
  const item = plan.map((one) => folderItem(one, { document, routes, asked }));
  const missing = [...routes.keys()].filter((id) => !asked.has(id));
  if (missing.length > 0) {
    throw new Error(`No place in scripts/postman/plan.mjs for ${missing.join(', ')}: add ask('…') where it works.`);
  }
  return {
    info: {
      _postman_id: '6d61646a-6e67-4d61-9461-6e6700000001',
      name: document.info.title,
      description: describe(document),
      schema: SCHEMA,
    },
    auth: bearer('{{accessToken}}'),
    event: [event('prerequest', COLLECTION)],
    variable: [
      { key: 'baseUrl', value: 'http://localhost:3000', description: 'Where no environment is chosen' },
      { key: 'language', value: 'en', description: 'en or ko: of the texts in errors' },
      { key: 'refreshBefore', value: '30', description: 'Seconds before its end at which a token is refreshed' },
    ],
    item,
  };
}

/** @returns {Map<string, {path: string, method: string, operation: any}>} by operationId */
function routesOf({ paths }) {
  return new Map(
    Object.entries(paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method]).map((method) => [
        item[method].operationId,
        { path, method, operation: item[method] },
      ]),
    ),
  );
}

function folderItem({ name, note, folders = [], steps = [] }, context) {
  const { document, routes, asked } = context;
  const tag = document.tags.find((one) => one.name === name);
  if (!tag && !NOT_A_TAG.has(name)) throw new Error(`The folder ${name} is no tag of the document.`);
  const requests = steps.map((step) => {
    const route = routes.get(step.operation);
    if (!route) throw new Error(`The plan has ${step.operation}, which is not in openapi.json.`);
    if (tag && !route.operation.tags.includes(name)) throw new Error(`${step.operation} is not of ${name}.`);
    asked.add(step.operation);
    return requestItem(route, step, document);
  });
  return {
    name,
    description: [tag?.description, note].filter(Boolean).join('. '),
    item: [...folders.map((one) => folderItem(one, context)), ...requests],
  };
}

function describe(document) {
  return `${document.info.description.replace(/\*\*Try it here\*\*.*?\n\n/s, '')}

**Log in once**: choose an environment, fill in \`username\` and \`password\`, send anything. The scripts of this collection
log in, refresh tokens before they end, and fill in the ids for the requests that follow. With both empty *Register*
makes an account up. The whole collection runs from top to bottom; what it makes it takes away at the end.`;
}

/** It contains no secrets: their variables are empty, and the values stay in the user's copy. */
export function environment(id, name, baseUrl) {
  const variable = (key, type = 'default', value = '') => ({ key, value, type, enabled: true });
  return {
    id,
    name,
    values: [
      variable('baseUrl', 'default', baseUrl),
      variable('language', 'default', 'ko'),
      variable('username'),
      variable('password', 'secret'),
      variable('adminUsername'),
      variable('adminPassword', 'secret'),
      variable('email'),
      variable('schoolEmail'),
      ...['', 'friend', 'throwaway', 'admin'].flatMap((who) =>
        ['AccessToken', 'RefreshToken'].map((token) =>
          variable(who ? who + token : token[0].toLowerCase() + token.slice(1), 'secret'),
        ),
      ),
      variable('feedUrl', 'secret'),
      variable('friendPassword', 'secret'),
      variable('throwawayPassword', 'secret'),
    ],
    _postman_variable_scope: 'environment',
  };
}
