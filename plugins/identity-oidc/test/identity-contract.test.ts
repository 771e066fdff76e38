import { holdTo, type IdentitySubject, identityContract } from '@divoc/core/testkit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { PEOPLE, type RunningProvider } from './provider.js';
import { esignet, runEsignet, runStandard, type SceneOptions, setScene } from './scene.js';

const PERSON = { one: 'asha', other: 'ravi' } as const;

async function subject(options: SceneOptions): Promise<IdentitySubject> {
  const scene = await setScene(options);
  const ready = async (person: 'one' | 'other') => {
    const challenge = await scene.begin();
    await scene.meet(challenge, { person: PERSON[person] });
    return { challenge: challenge.id };
  };
  return {
    identity: scene.identity,
    onePerson: [await ready('one'), await ready('one')],
    others: [await ready('other')],
    bad: [{ challenge: 'no-such-challenge' }, { challenge: 'A'.repeat(43) }, { challenge: 12345 }],
    challenges: {
      ...scene,
      meet: async (challenge, person) => void (await scene.meet(challenge, { person: PERSON[person] })),
      restart: async () => (await scene.restart()).identity,
      personal: Object.values(PEOPLE).flatMap(({ sub, name, birthdate }) => [sub, name, birthdate, birthdate.replaceAll('/', '-')]),
    },
  };
}

describe.each([
  { name: 'a plain provider', run: () => runStandard(), config: {} },
  { name: 'e-Signet', run: () => runEsignet(), config: esignet },
])('$name', ({ run, config }) => {
  let provider: RunningProvider;
  beforeAll(async () => {
    provider = await run();
  });
  afterAll(() => provider.stop());
  holdTo(it, identityContract, () => subject({ provider, config }));
});
