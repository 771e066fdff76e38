import { holdTo, jobsContract, routesContract } from '@divoc/core/testkit';
import { describe, it } from 'vitest';
import { clerk, facilities, openIntake } from './intake.fixture.js';

describe('intake-csv', () => {
  holdTo(it, routesContract, async () => {
    const intake = await openIntake();
    const { body } = await intake.upload(facilities(3), { type: 'facility' });
    const params = { id: body.id };
    const csv = { headers: { 'content-type': 'text/csv' }, actor: clerk };
    return {
      routes: intake.routes,
      samples: {
        upload: { ...csv, query: { type: 'facility' }, body: Buffer.from(facilities(4)) },
        uploads: { actor: clerk },
        look: { params, actor: clerk },
        rows: { params, actor: clerk },
        report: { params, actor: clerk },
        template: { params: { type: 'facility' }, actor: clerk },
      },
    };
  });

  holdTo(it, jobsContract, async () => {
    const intake = await openIntake();
    // The request cannot take a row, so that the job has them all to take.
    intake.registry.before = () => {
      throw new Error('no connection');
    };
    await intake.upload(facilities(30), { type: 'facility' });
    intake.registry.before = () => undefined;
    intake.clock.pass(60);
    const [job] = intake.jobs;
    if (!job) throw new Error('no job was added for the upload');
    return {
      handler: intake.handler,
      job,
      effects: () => [...intake.registry.kept],
      pass: (seconds) => intake.clock.pass(Math.max(seconds, 1)),
    };
  });
});
