import type { Finding } from '@divoc/core/api';

const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

/** What is wrong with an address to which ids and codes are sent; nothing of it is repeated. */
export function addressFaults(url: string): readonly Finding[] {
  const { protocol, hostname, username, password } = new URL(url);
  const fault = (code: string, message: string): Finding => ({ code, message, pointer: '/url' });
  return [
    ...(protocol === 'http:' && !LOCAL.includes(hostname)
      ? [fault('WEBHOOK_PLAIN', 'events would cross the network in the clear; write an https address')]
      : []),
    ...(username !== '' || password !== ''
      ? [fault('WEBHOOK_CREDENTIALS', 'leave user and password out of the address: the signature says who sends')]
      : []),
  ];
}
