import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** People of the provider, by the names under which they sign in. */
export const PEOPLE = {
  asha: {
    sub: 'asha-4411-0935-7761',
    name: 'Asha Perera',
    'name#si': 'ආශා පෙරේරා',
    birthdate: '1984-03-02',
    gender: 'female',
    email: 'asha@mail.example',
    phone_number: '+94 77 123 4567',
  },
  ravi: { sub: 'ravi-7700-1234-0001', name: 'Ravi Silva', birthdate: '1979/11/30', gender: 'Male' },
} as const;
export type PersonName = keyof typeof PEOPLE;

type Jwk = JsonWebKey & { readonly kid: string; readonly alg: string };
export function newKey(alg: 'RS256' | 'PS256' | 'ES256', kid: string): Jwk {
  const { privateKey } =
    alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } as Jwk;
}
export const publicJwk = ({ kty, n, e, crv, x, y, kid, alg }: Jwk): object =>
  JSON.parse(JSON.stringify({ kty, n, e, crv, x, y, kid, alg }));

/** How the person behaves at the provider's pages. */
export interface Visit {
  readonly person: PersonName;
  readonly acr?: string;
  readonly amr?: readonly string[];
  readonly does?: 'signs-in' | 'declines' | 'keeps-session';
}

export interface RunningProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly keys: readonly Jwk[];
  /** Paths that were asked for, without their queries. */
  readonly asked: string[];
  /** Which paths do not answer, and how. */
  broken: { readonly path: RegExp; readonly how: 'down' | 'hangs' | 503 | 401 | 'nonsense' } | undefined;
  /** Changes an answer on its way out, as a wicked or careless provider would. */
  tamper: ((path: string, body: string) => string) | undefined;
  /** What was asked at the authorization endpoint last. */
  request: URLSearchParams;
  /** Goes through the provider's pages with a browser of one's own; where it is sent back to in the end. */
  visit(url: string, visit: Visit, cookies?: Map<string, string>): Promise<URL>;
  stop(): Promise<void>;
}

export interface ProviderOptions {
  readonly redirectUri: string;
  readonly esignet?: { readonly clientKey: Jwk };
  /** Members of the configuration, over those here. */
  readonly settings?: object;
}

interface App {
  on(event: 'server_error', listener: (context: unknown, error: Error) => void): void;
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
  interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object, options?: object): Promise<void>;
  readonly Grant: new (of: object) => { addOIDCScope(scope: string): void; addOIDCClaims(names: string[]): void; save(): Promise<string> };
}
interface Interaction {
  readonly prompt: { readonly name: string; readonly details: { missingOIDCScope?: string[]; missingOIDCClaims?: string[] } };
  readonly params: { readonly client_id: string };
  readonly session?: { readonly accountId: string };
}

/** A real OpenID provider (oidc-provider) on this machine; `esignet`: with e-Signet's way of doing it. */
export async function startProvider({ redirectUri, esignet, settings = {} }: ProviderOptions): Promise<RunningProvider> {
  const { default: Provider } = (await import('oidc-provider' as string)) as { default: new (issuer: string, settings: object) => App };
  const keys = [newKey('RS256', 'rsa-1'), newKey('PS256', 'pss-1'), newKey('ES256', 'ec-1')];
  let handle: ReturnType<App['callback']> = () => undefined;
  const server: Server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const client = {
    client_id: 'divoc',
    redirect_uris: [redirectUri],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    ...(esignet
      ? {
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [publicJwk(esignet.clientKey)] },
          userinfo_signed_response_alg: 'PS256',
          subject_type: 'pairwise',
          sector_identifier_uri: undefined,
        }
      : { client_secret: 'a-secret-of-the-house' }),
  };
  const app = new Provider(issuer, {
    jwks: { keys },
    clients: [client],
    features: {
      devInteractions: { enabled: false },
      claimsParameter: { enabled: true },
      jwtUserinfo: { enabled: true },
      resourceIndicators: { enabled: false },
    },
    acrValues: ['weak', 'strong', 'mosip:idp:acr:generated-code', 'mosip:idp:acr:biometrics'],
    claims: {
      openid: ['sub', 'acr', 'amr'],
      profile: ['name', 'name#si', 'birthdate', 'gender'],
      email: ['email'],
      phone: ['phone_number'],
    },
    ...(esignet && { subjectTypes: ['pairwise'], pairwiseIdentifier: async (_: unknown, account: string) => `pairwise-of-${account}` }),
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: async () => Object.values(PEOPLE).find(({ sub }) => sub === id),
    }),
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    cookies: { keys: ['a', 'b'] },
    clientBasedCORS: () => false,
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    ...settings,
  });
  app.on('server_error', (_context, error) => console.error(error));
  handle = app.callback();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', issuer);
    running.asked.push(path);
    if (path === '/auth') running.request = searchParams;
    if (running.broken?.path.test(path)) {
      const { how } = running.broken;
      if (how === 'down') request.socket.destroy();
      if (how === 503) response.writeHead(503).end();
      if (how === 401) response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
      if (how === 'nonsense') response.writeHead(200, { 'content-type': 'text/html' }).end('<p>A proxy is in the way</p>');
      return;
    }
    const { tamper } = running;
    if (tamper) tampering(response, (body) => tamper(path, body));
    if (path.startsWith('/interaction/')) return interact(app, request, response);
    handle(request, response);
  };

  const running: RunningProvider = {
    issuer,
    clientId: 'divoc',
    clientSecret: 'a-secret-of-the-house',
    keys,
    asked: [],
    broken: undefined,
    tamper: undefined,
    request: new URLSearchParams(),
    async visit(url, { person, acr, amr, does = 'signs-in' }, cookies = new Map()) {
      let form: URLSearchParams | undefined;
      for (let at = new URL(url), hops = 0; hops < 12; hops += 1) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const visit = JSON.stringify({ person, acr, amr, does });
        const headers = { cookie, 'x-visit': visit };
        const response = await fetch(at, { redirect: 'manual', headers, ...(form && { method: 'POST', body: form }) });
        form = undefined;
        for (const set of response.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
          cookies.set(name, value);
        }
        const location = response.headers.get('location');
        if (location === null) {
          // A page that a browser submits by itself.
          const page = await response.text();
          const [, action] = /<form method="post" action="([^"]+)"/.exec(page) ?? [];
          if (action === undefined) throw new Error(`the provider answered ${response.status}: ${page}`);
          form = new URLSearchParams();
          for (const [, name = '', value = ''] of page.matchAll(/name="([^"]+)" value="([^"]*)"/g)) form.set(name, value);
          at = new URL(action, at);
          continue;
        }
        at = new URL(location, at);
        if (at.href.startsWith(redirectUri)) return at;
      }
      throw new Error('the provider sends its visitors in a circle');
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return running;
}

/** The provider's own pages, as quick as a person can be. */
async function interact(app: App, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { person, acr, amr, does } = JSON.parse(String(request.headers['x-visit'])) as Visit;
  const { prompt, params, session } = await app.interactionDetails(request, response);
  const accountId = PEOPLE[person].sub;
  const finish = (result: object) => app.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  if (does === 'declines') return finish({ error: 'access_denied', error_description: `${PEOPLE[person].name} declined` });
  if (prompt.name === 'login') return finish({ login: { accountId, ...(acr !== undefined && { acr }), ...(amr && { amr }) } });
  const grant = new app.Grant({ accountId: session?.accountId ?? accountId, clientId: params.client_id });
  grant.addOIDCScope((prompt.details.missingOIDCScope ?? []).join(' '));
  if (prompt.details.missingOIDCClaims) grant.addOIDCClaims(prompt.details.missingOIDCClaims);
  return finish({ consent: { grantId: await grant.save() } });
}

/** Lets `change` rewrite what is sent. */
function tampering(response: ServerResponse, change: (body: string) => string): void {
  const end = response.end.bind(response) as (body?: unknown) => ServerResponse;
  response.end = ((body?: unknown) => {
    if (typeof body !== 'string' && !Buffer.isBuffer(body)) return end(body);
    const changed = change(body.toString());
    if (changed.startsWith('{')) response.setHeader('content-type', 'application/json');
    response.setHeader('content-length', Buffer.byteLength(changed));
    return end(changed);
  }) as typeof response.end;
}
