import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { channelContract, holdTo, routesContract } from '@divoc/core/testkit';
import { describe, it } from 'vitest';
import { delivery, printHouse } from './print-house.js';

async function subject() {
  const house = await printHouse();
  const spool = join(house.home, 'print', 'desk');
  return {
    channel: house.channel,
    recipient: { email: 'asha.perera@example.org', phone: '+94771234567', language: 'si' },
    certificateId: 'certificate-1',
    effects: async () => (await house.open()).length,
    logged: house.logged,
    restarted: async () => (await house.restarted()).channel,
    /** The disk is gone. */
    async trouble() {
      renameSync(spool, `${spool}.away`);
      writeFileSync(spool, '');
      return () => {
        rmSync(spool);
        renameSync(`${spool}.away`, spool);
      };
    },
  };
}

/** A job that is taken, given up, found after all, and asked for again. */
async function routesSubject() {
  const house = await printHouse();
  await house.channel.deliver(delivery());
  const [{ id } = { id: '' }] = await house.open();
  return {
    routes: house.routes,
    // In this order, each acting on what the one before has left.
    samples: {
      list: {},
      read: { params: { id } },
      claim: { params: { id } },
      end: { params: { id }, body: { attempt: 1, outcome: 'failed' } },
      confirm: { params: { id } },
      reprint: { params: { id }, body: { reason: 'not-printed' } },
    },
  };
}

describe('channel-print', () => {
  holdTo(it, channelContract, subject);
  holdTo(it, routesContract, routesSubject);
});
