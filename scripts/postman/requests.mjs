import { STATUS_CODES } from 'node:http';
import { afterAnswer, BEFORE, fromMail, unlessFilledIn } from './scripts.mjs';

// One request of the collection, from its operation in the OpenAPI document and its step in the plan.

/** Statuses of any request: only the collection's own description explains them. */
const EVERYWHERE = new Set(['413', '415', '429', '500', '503']);

/** The variable for the id in a path, by the segment before it: `/boards/{id}` is `boardId`. */
const IDS = {
  accounts: 'accountId',
  sessions: 'sessionId',
  boards: 'boardId',
  posts: 'postId',
  comments: 'commentId',
  tags: 'tag',
  semesters: 'semesterId',
  subjects: 'subjectId',
  lectures: 'lectureId',
  imports: 'importId',
  timetables: 'timetableId',
  entries: 'entryId',
  friends: 'friendId',
  'friend-requests': 'friendRequestId',
};

/**
 * @param {{path: string, method: string, operation: any}} route
 * @param {import('./plan.mjs').Step} step
 * @param {any} document
 */
export function requestItem({ path, method, operation }, step, document) {
  const [status, success] = Object.entries(operation.responses).find(([status]) => status.startsWith('2'));
  const [media, content] = Object.entries(success.content ?? {})[0] ?? [];
  const request = {
    method: method.toUpperCase(),
    ...(operation.security.length === 0 && { auth: { type: 'noauth' } }),
    ...(step.as && { auth: bearer(`{{${step.as}AccessToken}}`) }),
    header: headersOf(operation),
    ...bodyOf(operation, step),
    url: urlOf(path, operation, step),
    description: descriptionOf(operation, step, document),
  };
  const answer = {
    status: Number(status),
    phrase: STATUS_CODES[status],
    media,
    keys: content?.schema ? requiredKeys(content.schema, document) : [],
    save: step.save ?? {},
    expect: step.expect ?? {},
    forget: step.forget ?? [],
  };
  return {
    name: step.name ?? operation.summary,
    event: [...before(step), event('test', afterAnswer(answer))],
    request,
    response: content?.example === undefined ? [] : [example(request, answer, content.example)],
  };
}

export function bearer(token) {
  return { type: 'bearer', bearer: [{ key: 'token', value: token, type: 'string' }] };
}

/** @param {'prerequest' | 'test'} listen @param {string} script */
export function event(listen, script) {
  return { listen, script: { type: 'text/javascript', exec: script.split('\n') } };
}

function before({ as, needs = [], mail, before = [] }) {
  const scripts = [
    ...(mail ? [fromMail(mail)] : needs.length > 0 ? [unlessFilledIn(needs)] : []),
    ...[...(as ? [as] : []), ...before].map((name) => BEFORE[name]),
  ];
  return scripts.length > 0 ? [event('prerequest', scripts.map(block).join('\n\n'))] : [];
}

/** Joins scripts, each with its own scope. */
function block(script, _, { length }) {
  return length === 1 ? script : `{\n${script.replace(/^(?=.)/gm, '  ')}\n}`;
}

function headersOf({ parameters = [] }) {
  return parameters
    .filter(({ in: place }) => place === 'header')
    .map(({ name, description }) => ({
      key: name,
      value: name === 'Idempotency-Key' ? '{{$guid}}' : '',
      description,
      disabled: true,
    }));
}

function bodyOf({ requestBody }, { body = {}, form = {} }) {
  const json = requestBody?.content['application/json'];
  if (json) {
    const text = JSON.stringify({ ...json.example, ...body }, null, 2).replace(/"«(\w+)»"/g, '{{$1}}');
    return { body: { mode: 'raw', raw: text, options: { raw: { language: 'json' } } } };
  }
  const multipart = requestBody?.content['multipart/form-data'];
  if (!multipart) return {};
  const fields = Object.entries(multipart.schema.properties).map(([key, schema]) => ({
    key,
    ...(schema.format === 'binary'
      ? { type: 'file', src: form[key] }
      : { type: 'text', value: form[key] ?? String(schema.default ?? schema.example ?? '') }),
    description: schema.description,
    ...(form[key] === undefined && { disabled: true }),
  }));
  return { body: { mode: 'formdata', formdata: fields } };
}

function urlOf(path, { parameters = [] }, { path: own = {}, query = {} }) {
  const steps = path.slice(1).split('/');
  const variable = [];
  const written = steps.map((step, at) => {
    const [, name, suffix] = /^\{(\w+)\}(.*)$/.exec(step) ?? [];
    if (!name) return step;
    // Postman would read `:token.ics` as a variable of that name.
    if (suffix) return `{{feedToken}}${suffix}`;
    const parameter = parameters.find((one) => one.in === 'path' && one.name === name);
    const value = own[name] ?? IDS[steps[at - 1]];
    if (!value) throw new Error(`No variable is known for {${name}} in ${path}.`);
    variable.push({ key: name, value: `{{${value}}}`, description: parameter.description });
    return `:${name}`;
  });
  const listed = parameters
    .filter(({ in: place }) => place === 'query')
    .map(({ name, description, required, schema }) => ({
      key: name,
      value: query[name] ?? String(schema.example ?? schema.default ?? schema.enum?.[0] ?? ''),
      description,
      ...(query[name] === undefined && !required && { disabled: true }),
    }));
  const sent = listed.filter(({ disabled }) => !disabled).map(({ key, value }) => `${key}=${value}`);
  return {
    raw: `{{baseUrl}}/${written.join('/')}${sent.length > 0 ? `?${sent.join('&')}` : ''}`,
    host: ['{{baseUrl}}'],
    path: written,
    ...(listed.length > 0 && { query: listed }),
    ...(variable.length > 0 && { variable }),
  };
}

function descriptionOf({ description, responses, security }, { note }, document) {
  const problems = Object.entries(responses)
    .filter(([status]) => Number(status) >= 400 && !EVERYWHERE.has(status))
    .map(([status, { $ref }]) => [status, document.components.responses[nameOf($ref)]])
    .map(([status, { description }]) => `- **${status}** ${description.replaceAll('<br>', ' ')}`);
  const token = security.length === 0 ? 'Needs no token.' : security.length > 1 ? 'Works without a token too.' : '';
  return [description, note && `*Here*: ${note}`, token, ['**Errors**', ...problems].join('\n')]
    .filter(Boolean)
    .join('\n\n');
}

function requiredKeys(schema, document) {
  const { required = [] } = schema.$ref ? document.components.schemas[nameOf(schema.$ref)] : schema;
  return required;
}

function nameOf($ref) {
  return $ref.split('/').pop();
}

/** An example answer, for reading without sending. */
function example({ method, header, url, body }, { status, phrase, media }, value) {
  return {
    name: `${status} ${phrase}`,
    originalRequest: { method, header, ...(body && { body }), url },
    status: phrase,
    code: status,
    _postman_previewlanguage: 'json',
    header: [{ key: 'Content-Type', value: `${media}; charset=utf-8` }],
    cookie: [],
    body: JSON.stringify(value, null, 2),
  };
}
