// Scripts that Postman runs before requests and after answers. They use callbacks: its sandbox waits for these, but not
// for promises.

/** Variables are kept in the environment, so that no token of one server is sent to another. */
const STORE = 'const store = pm.environment.name ? pm.environment : pm.collectionVariables;';

const POST = `function post(path, body, done) {
  const request = { url: pm.variables.replaceIn('{{baseUrl}}') + '/api/v1' + path, method: 'POST', header: { 'Content-Type': 'application/json' } };
  if (body) request.body = { mode: 'raw', raw: JSON.stringify(body) };
  pm.sendRequest(request, (error, response) => done(error ? null : response));
}`;

/** Before every request: an address without spaces at its ends, a language, and valid tokens. */
export const COLLECTION = `${STORE}

// Pasted addresses often end with a line break or a slash.
const baseUrl = (pm.variables.get('baseUrl') || '').trim().replace(/\\/+$/, '');
pm.variables.set('baseUrl', baseUrl);
pm.variables.set('unique', Date.now().toString(36) + Math.random().toString(36).slice(2, 6));
pm.request.headers.upsert({ key: 'Accept-Language', value: pm.variables.get('language') || 'en' });

${POST}

// Seconds until a token expires; 0 if it cannot be read.
function secondsLeft(token) {
  try {
    const claims = JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
    return claims.exp - Date.now() / 1000;
  } catch (error) {
    return 0;
  }
}

// The tokens of an account: accessToken, friendAccessToken, …
function keepTokens(who, tokens) {
  for (const name of ['accessToken', 'refreshToken']) store.set(nameOf(who, name), tokens[name] || '');
}
function nameOf(who, name) {
  return who ? who + name[0].toUpperCase() + name.slice(1) : name;
}

// Refresh tokens that expire soon. Forget an ended session: the next log-in creates a new one.
for (const who of ['', 'friend', 'throwaway', 'admin']) {
  const refreshToken = pm.variables.get(nameOf(who, 'refreshToken'));
  const left = secondsLeft(pm.variables.get(nameOf(who, 'accessToken')) || '');
  if (!refreshToken || left > Number(pm.variables.get('refreshBefore') || 30)) continue;
  post('/auth/refresh', { refreshToken }, (response) => {
    if (response && response.code === 200) keepTokens(who, response.json());
    else if (response && response.code === 401) {
      keepTokens(who, {});
      if (!who) logIn();
    }
  });
}

// Log in once: with username and password filled in, any request can be the first.
function logIn() {
  const [username, password] = [pm.variables.get('username'), pm.variables.get('password')];
  if (!username || !password || /\\/(auth|health)\\//.test(pm.request.url.getPath())) return;
  post('/auth/login', { username, password }, (response) => {
    if (response && response.code === 200) keepTokens('', response.json());
    else console.error('The log-in of ' + username + ' failed' + (response ? ': ' + response.json().detail : '.'));
  });
}
if (!pm.variables.get('accessToken') && !pm.variables.get('refreshToken')) logIn();
`;

/** An account that a script registers at the first use. */
const account = (who, nickname) => `${STORE}
${POST}
if (!pm.variables.get('${who}AccessToken')) {
  const made = { username: '${who.slice(0, 6)}_' + pm.variables.get('unique'), password: pm.variables.replaceIn('{{$randomUUID}}'), nickname: '${nickname}' };
  post('/auth/register', made, (response) => {
    if (!response || response.code !== 201) {
      console.error('A second account could not be registered' + (response ? ': ' + response.text() : '.'));
      return;
    }
    const { account, accessToken, refreshToken } = response.json();
    store.set('${who}Id', account.id);
    store.set('${who}Username', made.username);
    store.set('${who}Password', made.password);
    store.set('${who}AccessToken', accessToken);
    store.set('${who}RefreshToken', refreshToken);
  });
}`;

/** Keys are the names in the plan. */
export const BEFORE = {
  friend: account('friend', '지우'),
  throwaway: account('throwaway', '잠깐'),

  admin: `if (!pm.variables.get('adminAccessToken')) {
  console.log('Left out: no admin is logged in.');
  pm.execution.skipRequest();
}`,

  registerOnce: `${STORE}
if (pm.variables.get('username')) {
  console.log('Left out: you have an account. Empty the variable username to register another.');
  pm.execution.skipRequest();
} else {
  store.set('username', 'postman_' + pm.variables.get('unique'));
  store.set('password', pm.variables.replaceIn('{{$randomUUID}}'));
}`,

  secondSession: `${STORE}
${POST}
post('/auth/login', { username: pm.variables.get('username'), password: pm.variables.get('password') }, (response) => {
  const header = { Authorization: 'Bearer ' + pm.variables.get('accessToken') };
  const url = pm.variables.replaceIn('{{baseUrl}}') + '/api/v1/auth/sessions?limit=100';
  pm.sendRequest({ url, method: 'GET', header }, (error, list) => {
    const others = list.json().items.filter((session) => !session.current);
    store.set('sessionId', Math.max(...others.map((session) => session.id)));
  });
});`,

  freeYear: `${STORE}
pm.sendRequest(pm.variables.replaceIn('{{baseUrl}}') + '/api/v1/semesters?limit=100', (error, response) => {
  const taken = response.json().items.filter((semester) => semester.term === 'autumn').map((semester) => semester.year);
  let year = new Date().getFullYear() + 1;
  while (taken.includes(year)) year++;
  store.set('newYear', year);
});`,

  untilImported: `// The import goes on after its answer: wait until it is through, ten seconds at most.
function look(triesLeft) {
  const request = {
    url: pm.variables.replaceIn('{{baseUrl}}/api/v1/catalogue/imports/{{importId}}'),
    method: 'GET',
    header: { Authorization: 'Bearer ' + pm.variables.get('adminAccessToken') },
  };
  pm.sendRequest(request, (error, response) => {
    const underWay = !error && ['queued', 'running'].includes(response.json().state);
    if (underWay && triesLeft > 0) setTimeout(() => look(triesLeft - 1), 200);
  });
}
if (pm.variables.get('adminAccessToken')) look(50);`,

  tokenOfFeed: `const [, token] = /([^/]+)\\.ics$/.exec(pm.variables.get('feedUrl') || '') || [];
if (token) pm.variables.set('feedToken', token);`,
};

/** @param {string[]} names */
export function unlessFilledIn(names) {
  return `const empty = ${list(names)}.filter((name) => !pm.variables.get(name));
if (empty.length > 0) {
  console.log('Left out: fill in ' + empty.join(' and ') + '.');
  pm.execution.skipRequest();
}`;
}

/**
 * Tests may set `mailbox`: an address that answers `?to=…` with the text of the newest mail. People read their own
 * mailbox.
 */
export function fromMail({ to, pattern, into }) {
  return `${STORE}
const mailbox = pm.variables.get('mailbox');
const to = pm.variables.replaceIn('{{${to}}}');
function orLeaveOut() {
  if (pm.variables.get('${into}')) return;
  console.log('Left out: fill in ${into}, which comes by mail.');
  pm.execution.skipRequest();
}
if (!pm.variables.get('${into}') && mailbox && to) {
  pm.sendRequest(mailbox + '?to=' + encodeURIComponent(to), (error, response) => {
    const [, code] = (!error && /${pattern}/m.exec(response.text())) || [];
    if (code) store.set('${into}', code);
    orLeaveOut();
  });
} else orLeaveOut();`;
}

/**
 * @param {object} answer
 * @param {number} answer.status
 * @param {string} answer.phrase
 * @param {string} [answer.media] absent without a body
 * @param {string[]} answer.keys the keys of its JSON
 * @param {Record<string, string>} answer.save
 * @param {Record<string, unknown>} answer.expect
 * @param {string[]} answer.forget
 */
export function afterAnswer({ status, phrase, media, keys, save, expect, forget }) {
  const lines = [`pm.test('answers ${status} ${phrase}', () => pm.response.to.have.status(${status}));`];
  if (media) {
    lines.push(
      `pm.test('answers ${media}', () => pm.expect(pm.response.headers.get('Content-Type')).to.contain('${media}'));`,
    );
  } else lines.push(`pm.test('has no body', () => pm.expect(pm.response.text()).to.equal(''));`);
  const json = media === 'application/json';
  if (json && keys.length > 0) {
    lines.push(`pm.test('has its keys', () => pm.expect(pm.response.json()).to.include.all.keys(${list(keys)}));`);
  }
  for (const [place, value] of Object.entries(expect)) {
    lines.push(
      `pm.test('${place} is as asked for', () => pm.expect(pm.response.json()).to.have.nested.property('${place}', ${JSON.stringify(value)}));`,
    );
  }
  if (Object.keys(save).length + forget.length > 0) lines.push(STORE);
  for (const [name, place] of Object.entries(save)) {
    lines.push(`pm.test('fills in ${name}', () => {
  pm.expect(pm.response.json()).to.have.nested.property('${place}').that.is.ok;
  store.set('${name}', pm.response.json()${access(place)});
});`);
  }
  if (forget.length > 0) {
    lines.push(`if (pm.response.code === ${status}) for (const name of ${list(forget)}) store.set(name, '');`);
  }
  return lines.join('\n');
}

/** `tags.0` as JavaScript: `.tags[0]`. */
function access(place) {
  return place.replace(/\.?([^.]+)/g, (_, step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`));
}

function list(names) {
  return `[${names.map((name) => `'${name}'`).join(', ')}]`;
}
