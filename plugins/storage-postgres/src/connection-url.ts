import { readFileSync } from 'node:fs';
import { StorageError } from '@divoc/core/internal';

export interface UrlSettings {
  /** postgres://user:password@host:5432/database?sslmode=verify-full: holds the password, so that no error shows any of it. */
  readonly url: string;
  readonly tls?: 'verify' | 'off';
  /** PEM file of the authority behind the server's certificate. */
  readonly ca?: string;
}

/** Where and as whom to connect, piece by piece: what a URL could tell the driver beside these, it does not hear. */
export interface Target {
  /** `the database NAME on host:port`, without user and password. */
  readonly name: string;
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password?: string;
    readonly database: string;
    readonly ssl: false | { readonly rejectUnauthorized: true; readonly ca?: string };
  };
}

const LOCAL = ['localhost', '127.0.0.1', '::1'];
/** libpq's words (https://www.postgresql.org/docs/current/libpq-ssl.html), those that say for certain what happens. */
const SSL_MODES: Readonly<Record<string, 'verify' | 'off'>> = { 'verify-full': 'verify', 'verify-ca': 'verify', disable: 'off' };

/** Throws a StorageError (STORAGE_URL, STORAGE_TLS) that says what is wrong without repeating any of the URL. */
export function targetOf({ url, tls, ca }: UrlSettings): Target {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) throw wrong('is no URL of PostgreSQL');
  const [host, user, password, database] = [
    parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    decoded(parsed.username),
    decoded(parsed.password),
    decoded(parsed.pathname.slice(1)),
  ];
  // The driver would look for what is missing in the environment and take the name of whoever runs it.
  for (const [piece, value] of Object.entries({ host, user, database })) if (value === '') throw wrong(`names no ${piece}`);
  if (database.includes('/')) throw wrong('names more than a database in its path');
  const port = Number(parsed.port || 5432);
  const mode = tlsOf(parsed.searchParams, tls) ?? (LOCAL.includes(host) ? 'off' : 'verify');
  if (mode === 'off' && ca !== undefined)
    throw tlsFault("the setting 'ca' is of no use where TLS is off", 'Leave it out, or write tls: verify.');
  const ssl = mode === 'verify' && { rejectUnauthorized: true as const, ...(ca !== undefined && { ca: authority(ca) }) };
  return {
    name: `the database ${database} on ${host}:${port}`,
    connection: { host, port, user, ...(password !== '' && { password }), database, ssl },
  };
}

const wrong = (what: string): StorageError =>
  new StorageError(
    'STORAGE_URL',
    `the setting 'url' ${what}`,
    'Write postgres://user:password@host:5432/database, with special characters percent-encoded.',
  );
const tlsFault = (what: string, fix: string): StorageError => new StorageError('STORAGE_TLS', what, fix);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('holds a % that stands for no character');
  }
}

/** What the URL's own sslmode says, which must not be other than the setting. */
function tlsOf(parameters: URLSearchParams, setting: UrlSettings['tls']): UrlSettings['tls'] {
  const others = [...parameters.keys()].filter((name) => name !== 'sslmode');
  // Only words that can be no password which slipped behind the '?'.
  const named = others.every((name) => /^[a-z_]{1,30}$/.test(name)) ? `: ${others.join(', ')}` : '';
  if (others.length > 0) throw wrong(`holds parameters that are not heard here${named}. Time-outs and the like have settings of their own`);
  const mode = parameters.get('sslmode');
  if (mode === null) return setting;
  const said = Object.hasOwn(SSL_MODES, mode) ? SSL_MODES[mode] : undefined;
  if (!said)
    throw tlsFault(
      "the setting 'url' holds an sslmode that does not check who answers",
      "Write sslmode=verify-full (with the setting 'ca' for an authority of your own), or sslmode=disable where nobody can listen.",
    );
  if (setting !== undefined && setting !== said)
    throw tlsFault("the setting 'tls' and the url's sslmode contradict each other", 'Leave one out.');
  return said;
}

function authority(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as { code?: string };
    throw tlsFault(`the file of the setting 'ca' cannot be read (${code})`, `Give the user that runs DIVOC the file ${file}.`);
  }
  // Node takes a file without any certificate for no authority at all, and then trusts none: say so here.
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw tlsFault(`${file} holds no certificate`, 'Name a PEM file in the setting ca.');
  return text;
}
