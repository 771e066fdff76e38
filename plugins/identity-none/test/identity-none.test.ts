import { type Identity, isRefusal, type PartContext, type Refusal } from '@divoc/core/api';
import { holdTo, identityContract } from '@divoc/core/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import plugin from '../plugin.js';

const use = { programme: 'covid-19', claims: [], actor: 'a', act: 'x' };
async function provider(basis = 'facility-attestation'): Promise<Identity> {
  const part = await plugin.setup({ config: { basis } } as unknown as PartContext<never>, {} as never);
  return part.ports.identity as Identity;
}
const identify = async (input: Record<string, unknown>) => (await provider()).identify(input, use);
async function refusalOf(input: Record<string, unknown>): Promise<Refusal> {
  const error = await identify(input).catch((thrown: unknown) => thrown);
  if (!isRefusal(error)) throw new Error('expected a Refusal', { cause: error });
  return error;
}

describe('takes', () => {
  it.each(['1112', ' 11 12 ', 'Ä', 'पंजीकरण-७', '👩‍🚒', 'x'.repeat(128), '👍'.repeat(128), '__proto__'])('%j exactly', async (code) => {
    expect(await identify({ code })).toEqual({
      scheme: 'facility-code',
      subject: code.normalize('NFC'),
      assurance: { ial: 0, basis: 'facility-attestation' },
    });
  });

  it('composed and decomposed letters for the same', async () => {
    expect((await identify({ code: 'Zoe\u0308' })).subject).toBe((await identify({ code: 'Zo\u00eb' })).subject);
  });

  it('the basis of its settings', async () => {
    expect((await (await provider('village-register')).identify({ code: '1' }, use)).assurance).toEqual({
      ial: 0,
      basis: 'village-register',
    });
  });
});

describe('refuses', () => {
  it.each<[Record<string, unknown>, string, string]>([
    [{}, '/code', 'FIELD_MISSING'],
    [{ code: undefined }, '/code', 'FIELD_MISSING'],
    [{ code: null }, '/code', 'FIELD_WRONG_TYPE'],
    [{ code: 1112 }, '/code', 'FIELD_WRONG_TYPE'],
    [{ code: ['1112'] }, '/code', 'FIELD_WRONG_TYPE'],
    [{ code: '' }, '/code', 'FIELD_OUT_OF_RANGE'],
    [{ code: 'x'.repeat(129) }, '/code', 'FIELD_OUT_OF_RANGE'],
    [{ code: ' \u3000' }, '/code', 'FIELD_WRONG_FORMAT'],
    [{ code: '\u200b' }, '/code', 'FIELD_WRONG_FORMAT'],
    [{ code: '11\n12' }, '/code', 'FIELD_WRONG_FORMAT'],
    [{ code: '11\u0000' }, '/code', 'FIELD_WRONG_FORMAT'],
    [{ code: '11\u202812' }, '/code', 'FIELD_WRONG_FORMAT'],
    [{ code: '\ud800' }, '/code', 'FIELD_WRONG_FORMAT'],
    [{ code: '1112', phone: '555' }, '/phone', 'FIELD_UNKNOWN'],
    [{ code: '1112', 'secret value 7': 1 }, '', 'FIELD_UNKNOWN'],
  ])('%j, naming the member and not its value', async (input, pointer, code) => {
    const refusal = await refusalOf(input);
    expect(refusal).toMatchObject({ status: 422, code: 'IDENTITY_INPUT_INVALID' });
    expect(refusal.errors).toEqual([{ pointer, code, detail: expect.any(String), fix: expect.any(String) }]);
    expect(JSON.stringify(refusal.errors)).not.toMatch(/555|secret value/);
  });

  it('all that is wrong at once, within reason', async () => {
    expect((await refusalOf({ code: '\n', a: 1, b: 2 })).errors.map(({ pointer }) => pointer)).toEqual(['/code', '/a', '/b']);
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`m${i}`, i]));
    expect((await refusalOf(many)).errors).toHaveLength(21);
  });
});

it('answers or refuses whatever comes, and never repeats a code', async () => {
  const input = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.record({ code: fc.string({ unit: 'binary', minLength: 4 }) }));
  await fc.assert(
    fc.asyncProperty(input, async (sent) => {
      const outcome = await identify(sent).catch((error: unknown) => error);
      if (!isRefusal(outcome)) expect(outcome).toMatchObject({ subject: (sent.code as string).normalize('NFC') });
      else expect(outcome.status).toBe(422);
    }),
  );
});

holdTo(it, identityContract, async () => ({
  identity: await provider(),
  onePerson: [{ code: 'Zoe\u0308-17' }, { code: 'Zo\u00eb-17' }],
  others: [{ code: 'zoë-17' }, { code: 'Zoë-17 ' }],
  bad: [{ code: '11\n12345' }, { code: 12345 }, { code: '' }],
}));
