import { readFileSync } from 'node:fs';
import type { Finding } from '@divoc/core/api';

export interface SmtpSettings {
  readonly host: string;
  readonly port?: number;
  readonly security?: 'starttls' | 'implicit' | 'none';
  /** Absolute path of a PEM file. */
  readonly ca?: string;
  readonly user?: string;
  readonly password?: string;
  readonly connections: number;
  readonly messagesPerConnection: number;
  readonly connectSeconds: number;
  readonly greetingSeconds: number;
  readonly silenceSeconds: number;
}

const PORTS = { starttls: 587, implicit: 465, none: 25 } as const;

/** Certificates are health data, so that they cross a network only encrypted. */
const isLocal = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host);

export function checkSecurity({ host, security }: Pick<SmtpSettings, 'host' | 'security'>): Finding[] {
  if (security !== 'none' || isLocal(host)) return [];
  const message = `certificates may not travel unencrypted to another machine; write security: starttls (port 587) or implicit (port 465)`;
  return [{ pointer: '/security', code: 'SMTP_UNENCRYPTED', message }];
}

/** nodemailer's options. Throws an Error for a server that would be spoken to unencrypted over a network. */
export function transportOptions(settings: SmtpSettings) {
  const [finding] = checkSecurity(settings);
  if (finding) throw Object.assign(new Error(finding.message), { code: finding.code });
  const { host, user, password, ca } = settings;
  const security = settings.security ?? (isLocal(host) ? 'none' : 'starttls');
  return {
    pool: true as const,
    host,
    port: settings.port ?? PORTS[security],
    secure: security === 'implicit',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user !== undefined && password !== undefined && { auth: { user, pass: password } }),
    ...(ca !== undefined && { tls: { ca: readFileSync(ca, 'utf8') } }),
    maxConnections: settings.connections,
    maxMessages: settings.messagesPerConnection,
    // A message whose connection was closed may have arrived: whether it is sent again is decided and noted by us.
    maxRequeues: 0,
    idleTimeout: 30_000,
    dnsTimeout: settings.connectSeconds * 1000,
    connectionTimeout: settings.connectSeconds * 1000,
    greetingTimeout: settings.greetingSeconds * 1000,
    socketTimeout: settings.silenceSeconds * 1000,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
