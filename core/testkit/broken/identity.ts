import { setTimeout as pause } from 'node:timers/promises';
import type { Identity } from '../../api/ports/identity.js';
import { Refusal } from '../../api/refusal.js';

/** A provider that keeps every promise: a code of four digits, spaces do not count. */
export const soundIdentity: Identity = {
  async identify(input, { claims }) {
    const { code, ...more } = input;
    const digits = typeof code === 'string' ? code.replaceAll(' ', '') : '';
    if (!/^\d{4}$/.test(digits) || Object.keys(more).length > 0) throw refused();
    return {
      scheme: 'test-code',
      subject: digits,
      assurance: { ial: 0, basis: 'test' },
      ...(claims.includes('gender') && { claims: { gender: 'female' } }),
    };
  },
};

const refused = (detail = 'This is no code.'): Refusal => new Refusal(422, 'CODE_UNKNOWN', detail);
const altered = (
  change: (found: Awaited<ReturnType<Identity['identify']>>, input: Readonly<Record<string, unknown>>) => object,
): Identity => ({
  async identify(input, use) {
    const found = await soundIdentity.identify(input, use);
    return { ...found, ...change(found, input) } as typeof found;
  },
});

/** Providers that each break one promise, by its name. */
export const brokenIdentities: Readonly<Record<string, () => Identity>> = {
  'one person is one subject, however the identifier is written, and each time': () =>
    altered((_, input) => ({ subject: String(input.code) })),
  'different people are different subjects': () => altered(() => ({ subject: 'everybody' })),
  'scheme, subject and assurance are well formed': () => altered(() => ({ assurance: { ial: 7, basis: 'test' } })),
  'only claims that the programme may see are given': () => altered(() => ({ claims: { gender: 'female' } })),
  'bad input is refused with 422 and never a fault': () => ({
    identify: (input, use) =>
      soundIdentity.identify(input, use).catch((error: unknown) => {
        throw 'surplusmember' in input ? error : new TypeError('cannot read properties');
      }),
  }),
  'a refusal repeats nothing of what was sent': () => ({
    identify: (input, use) => soundIdentity.identify(input, use).catch(() => Promise.reject(refused(`${input.code} is no code`))),
  }),
  'members that it does not know are refused': () => ({
    identify: ({ code }, use) => soundIdentity.identify(code === undefined ? {} : { code }, use),
  }),
  'an answer comes soon': () => ({
    async identify(input, use) {
      if (input.code === 'none') await pause(1200);
      return soundIdentity.identify(input, use);
    },
  }),
};
