import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.js';

/** Answers and bodies of the API by name: `Schemas['PostView']`. */
export type Schemas = components['schemas'];
export type Problem = Schemas['ProblemDetails'];

/** Keep it for the next start: the refresh token alone is enough to continue. */
export interface Tokens {
  accessToken: string | null;
  refreshToken: string;
}

export interface Options {
  /** `https://api.campus.example` */
  baseUrl: string;
  tokens?: Tokens;
  /** Gets each new pair, to store it, and `null` when the session has ended. */
  onTokens?: (tokens: Tokens | null) => void;
  language?: 'en' | 'ko';
  /** Sends requests; for tests, and for platforms with another `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
}

/** An error answer. Branch on `problem.code`; its texts are for people. */
export class MadangError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
  }
}

/** An error from a server before the API, such as a load balancer without a healthy target: it has no problem. */
export class NoAnswerOfTheApi extends Error {
  constructor(readonly response: Response) {
    super(`${response.status} ${response.statusText}, and no problem that says why`);
  }
}

/** Errors that a new access token may solve. */
const STALE: readonly string[] = ['TOKEN_EXPIRED', 'TOKEN_INVALID'];

/**
 * The connection of one account. `api` has every route with its types; tokens are sent, kept and refreshed here. Log-in
 * and refresh use a separate client without tokens.
 */
export class Madang {
  readonly api: Client<paths>;
  private readonly plain: Client<paths>;
  private readonly fetch: (request: Request) => Promise<Response>;
  private tokens: Tokens | null;
  private refreshing: Promise<void> | null = null;

  constructor(private readonly options: Options) {
    const { baseUrl, language = 'en', tokens = null } = options;
    const settings = { baseUrl, headers: { 'Accept-Language': language } };
    this.tokens = tokens;
    const { fetch = (request: Request) => globalThis.fetch(request) } = options;
    this.fetch = async (request) => ofTheApi(await fetch(request));
    this.plain = createClient<paths>({ ...settings, fetch: this.fetch });
    this.api = createClient<paths>({ ...settings, fetch: (request) => this.send(request) });
  }

  async register(body: Schemas['RegisterBody']): Promise<Schemas['AccountView']> {
    return this.begin(await ok(this.plain.POST('/api/v1/auth/register', { body })));
  }

  async logIn(username: string, password: string): Promise<Schemas['AccountView']> {
    return this.begin(await ok(this.plain.POST('/api/v1/auth/login', { body: { username, password } })));
  }

  async logOut(): Promise<void> {
    if (!this.tokens) return;
    const { refreshToken } = this.tokens;
    const { error } = await this.api.POST('/api/v1/auth/logout', { body: { refreshToken } });
    // An ended session is the wanted result.
    if (error && error.status !== 401) throw new MadangError(error);
    if (this.tokens) this.keep(null);
  }

  private begin({ account, accessToken, refreshToken }: Schemas['LoginView']): Schemas['AccountView'] {
    // `null` only if a log-in asks for a cookie, which this client does not.
    if (refreshToken === null) throw new Error('The refresh token went into a cookie.');
    this.keep({ accessToken, refreshToken });
    return account;
  }

  private keep(tokens: Tokens | null): void {
    this.tokens = tokens;
    this.options.onTokens?.(tokens);
  }

  /** Sends with the access token. If it has expired, refreshes it and sends again. */
  private async send(request: Request): Promise<Response> {
    if (this.tokens?.accessToken === null) await this.refresh(null);
    const used = this.tokens?.accessToken;
    if (used == null) return this.fetch(request);
    const response = await this.fetch(authorised(request, used));
    if (response.status !== 401 || !STALE.includes(await codeOf(response))) return response;
    await this.refresh(used);
    return this.tokens?.accessToken ? this.fetch(authorised(request, this.tokens.accessToken)) : response;
  }

  /**
   * Simultaneous calls with an expired token share one refresh.
   *
   * @param used the refused token; if the current one differs, another call has already refreshed it
   */
  private async refresh(used: string | null): Promise<void> {
    if (this.tokens?.accessToken !== used) return;
    this.refreshing ??= this.renew().finally(() => (this.refreshing = null));
    await this.refreshing;
  }

  private async renew(): Promise<void> {
    if (!this.tokens) return;
    const { refreshToken } = this.tokens;
    const { data, error } = await this.plain.POST('/api/v1/auth/refresh', { body: { refreshToken } });
    if (data) this.keep({ accessToken: data.accessToken, refreshToken: data.refreshToken ?? refreshToken });
    // Only this error ends the session. After a 503 the same refresh token is still valid.
    else if (error.code === 'REFRESH_TOKEN_INVALID') this.keep(null);
    else throw new MadangError(error);
  }
}

/** Without this check, an error without a body would look like a success without one. */
function ofTheApi(response: Response): Response {
  const isProblem = /^application\/problem\+json\b/.test(response.headers.get('Content-Type') ?? '');
  if (response.status >= 400 && !isProblem) throw new NoAnswerOfTheApi(response);
  return response;
}

/** A copy, because a body can be sent only once. */
function authorised(request: Request, accessToken: string): Request {
  const copy = request.clone();
  copy.headers.set('Authorization', `Bearer ${accessToken}`);
  return copy;
}

async function codeOf(response: Response): Promise<string> {
  const problem = (await response
    .clone()
    .json()
    .catch(() => ({}))) as Partial<Problem>;
  return problem.code ?? '';
}

/**
 * The answer of a successful call.
 *
 * @throws MadangError with the problem, otherwise
 */
export async function ok<Data>(call: Promise<{ data?: Data; error?: Problem }>): Promise<Data> {
  const { data, error } = await call;
  if (error) throw new MadangError(error);
  return data as Data; // `undefined` for an answer without a body
}

/** Every item of a list. Each page is fetched after the previous one is used up. */
export async function* everyItem<Item>(
  page: (cursor: string | undefined) => Promise<{ items: Item[]; nextCursor: string | null }>,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | null | undefined;
  do {
    const { items, nextCursor } = await page(cursor ?? undefined);
    yield* items;
    cursor = nextCursor;
  } while (cursor !== null);
}
