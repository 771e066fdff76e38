import { constraintFault, type DriverFault, StorageError, triggerFault, uniqueFault } from '@divoc/core/internal';

type Words = readonly [code: string, what: string, fix: string];

const UNREACHABLE: Words = [
  'STORAGE_UNREACHABLE',
  'cannot be reached',
  'Start it, or correct host and port in the url; look at firewalls.',
];
const LOGIN: Words = ['STORAGE_LOGIN_REFUSED', 'refuses the login', 'Correct user and password in the url, or pg_hba.conf.'];
const FULL: Words = ['STORAGE_FULL', 'has no room to grow', 'Make room on its disk; nothing that was acknowledged is lost.'];
const BUSY: Words = ['STORAGE_BUSY', 'is held by another process', "Look for a transaction that does not end, or raise 'lockSeconds'."];
const READ_ONLY: Words = ['STORAGE_READ_ONLY', 'cannot be written to', 'Name the primary in the url: a standby only reads.'];
const RESTARTING: Words = ['STORAGE_UNREACHABLE', 'is starting or stopping', 'Wait for it; requests work again by themselves.'];

/** Error codes of Node and of PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html) that a person can do something about. */
const FAULTS: Readonly<Record<string, Words>> = {
  ECONNREFUSED: UNREACHABLE,
  ECONNRESET: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  EPIPE: UNREACHABLE,
  '28000': LOGIN,
  '28P01': LOGIN,
  '3D000': ['STORAGE_DATABASE_MISSING', 'has no such database', 'Make it: createdb --encoding=UTF8 --template=template0 NAME.'],
  '40P01': ['STORAGE_DEADLOCK', 'found two transactions waiting for each other', 'It is safe to do it again; report it if it comes often.'],
  '25P02': ['STORAGE_TRANSACTION_ENDED', 'takes nothing more in a transaction in which a statement has failed', 'Let the error pass.'],
  '42501': ['STORAGE_NOT_ALLOWED', 'does not let this role do that', 'Make the role the owner of its schema.'],
  '25006': READ_ONLY,
  '53100': FULL,
  '53300': ['STORAGE_CONNECTIONS', 'has no connection left', "Lower 'connections', or raise max_connections of the server."],
  '55P03': BUSY,
  '57014': ['STORAGE_SLOW', 'did not answer in time', "Look at its load; raise 'statementSeconds' if that is how long it takes."],
  '57P01': RESTARTING,
  '57P02': RESTARTING,
  '57P03': RESTARTING,
  SELF_SIGNED_CERT_IN_CHAIN: [
    'STORAGE_TLS',
    'shows a certificate of an unknown authority',
    "Name the PEM file of that authority in the setting 'ca'.",
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'STORAGE_TLS',
    'shows a certificate of an unknown authority',
    "Name the PEM file of that authority in the setting 'ca'.",
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['STORAGE_TLS', 'shows a self-signed certificate', "Name its PEM file in the setting 'ca'."],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'STORAGE_TLS',
    'shows a certificate for another name',
    'Name the host in the url as its certificate does.',
  ],
};

/** Rules of a table (class 23): the message of the server names the row, so that only table and rule are taken from it. */
const RULES: Readonly<Record<string, string>> = { '23502': 'not null', '23503': 'foreign key', '23514': 'check', '23P01': 'exclusion' };

/** The fault in words that hold no value; undefined for one that is none of these. */
export function inWords({ code = '', text, name: kind, table, column, constraint }: DriverFault, name: string): StorageError | undefined {
  const where = [table, constraint ?? column].filter(Boolean).join(': ');
  if (code === '23505') return uniqueFault(where);
  if (code in RULES) return constraintFault(RULES[code] ?? '', where);
  // RAISE EXCEPTION in a function of ours, whose text is a constant.
  if (code === 'P0001') return triggerFault(text);
  const tls = text.includes('does not support SSL')
    ? (['STORAGE_TLS', 'takes no encrypted connections', 'Turn TLS on there, or set tls: off where nobody can listen.'] as const)
    : undefined;
  const closed =
    kind === 'KnexTimeoutError' || /Connection terminated|timeout exceeded when trying to connect|timeout expired|not queryable/.test(text)
      ? UNREACHABLE
      : undefined;
  const login = /client password must be a string|SASL/.test(text) ? LOGIN : undefined;
  const words = FAULTS[code] ?? tls ?? closed ?? login;
  return words && new StorageError(words[0], `${name} ${words[1]}`, words[2]);
}
