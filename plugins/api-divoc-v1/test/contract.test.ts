import { holdTo, routesContract } from '@divoc/core/testkit';
import { describe, it } from 'vitest';
import { actor, Desk, good } from './desk.js';

describe('api-divoc-v1', () =>
  holdTo(it, routesContract, async () => {
    const desk = new Desk();
    await desk.certify([good('C-1')]);
    const sample = (code: string) => ({ actor, body: [good(code)] });
    return {
      routes: await desk.routes(),
      samples: {
        certify: sample('C-2'),
        certifyV3: sample('C-3'),
        update: sample('C-1'),
        updateV3: sample('C-1'),
        revoke: { actor, params: { preEnrollmentCode: 'C-1' }, query: { allDoses: 'true' } },
      },
    };
  }));
