import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** One key pair, public and private in one JWK. */
export async function newKey(alg: string, kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg, use: 'sig' };
}

export interface RunningProvider {
  readonly issuer: string;
  /** What it was asked for, in order. */
  readonly asked: string[];
  /** Goes on with other keys, as after a rotation. */
  rotate(keys: readonly JWK[]): Promise<void>;
  /** `down`: connections are cut; `hanging`: nothing is answered; `slow-body`: the answer never ends. */
  mood: 'up' | 'down' | 'hanging' | 'slow-body';
  /** An access token of a machine client for `audience`, signed by the provider. */
  token(options?: {
    client?: 'machine' | 'other';
    audience?: string;
    alg?: string;
    claims?: Record<string, unknown>;
    seconds?: number;
  }): Promise<string>;
  stop(): Promise<void>;
}

type Wish = Required<Parameters<RunningProvider['token']>>[0];

/** A real OpenID provider (oidc-provider) on this machine; `name` is the issuer that it claims to be. */
export async function startProvider(keys: readonly JWK[], name?: string): Promise<RunningProvider> {
  const { default: Provider } = (await import('oidc-provider' as string)) as { default: new (issuer: string, settings: object) => App };
  const wishes = new Map<string, Wish>();
  let handle: ReturnType<App['callback']>;
  let current: readonly JWK[] | undefined;
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path.startsWith('/token') || provider.mood === 'up') {
      if (!path.startsWith('/token')) asked.push(path);
      handle(request, response);
      return;
    }
    asked.push(path);
    if (provider.mood === 'down') request.socket.destroy();
    if (provider.mood === 'slow-body') response.writeHead(200, { 'content-type': 'application/json' }).write('{"keys": [');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = name ?? address;

  const provider: RunningProvider = {
    issuer,
    asked,
    mood: 'up',
    async rotate(next) {
      if (next === current) return;
      current = next;
      const wishOf = (resource: string): Wish => wishes.get(resource) as Wish;
      const app = new Provider(issuer, {
        jwks: { keys: next },
        clients: ['machine', 'other'].map((client_id) => ({
          client_id,
          client_secret: 'secret',
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
          // It gets none, but the provider insists that it could make one.
          id_token_signed_response_alg: next[0]?.alg,
        })),
        features: {
          clientCredentials: { enabled: true },
          devInteractions: { enabled: false },
          resourceIndicators: {
            enabled: true,
            getResourceServerInfo: (_context: unknown, resource: string) => {
              const { audience, alg, seconds } = wishOf(resource);
              return { audience, scope: '', accessTokenFormat: 'jwt', jwt: { sign: { alg } }, accessTokenTTL: seconds };
            },
          },
        },
        extraTokenClaims: (_context: unknown, token: { aud: string; resourceServer: { identifier(): string } }) =>
          wishOf(token.resourceServer.identifier()).claims,
      });
      app.on('server_error', (_context, error) => console.error(error));
      handle = app.callback();
    },
    async token({ client = 'machine', audience = 'divoc', alg = 'RS256', claims = {}, seconds = 300 } = {}) {
      const resource = `urn:resource:${wishes.size}`;
      wishes.set(resource, { client, audience, alg, claims, seconds });
      const response = await fetch(`${address}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${client}:secret`)}`, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
      });
      const answer = (await response.json()) as { access_token?: string };
      if (answer.access_token === undefined) throw new Error(`the provider issued no token: ${JSON.stringify(answer)}`);
      return answer.access_token;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  await provider.rotate(keys);
  return provider;
}

interface App {
  on(event: 'server_error', listener: (context: unknown, error: Error) => void): void;
  callback(): (request: unknown, response: unknown) => void;
}
