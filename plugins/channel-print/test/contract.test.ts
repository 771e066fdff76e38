import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { channelContract, holdTo } from '@divoc/core/testkit';
import { describe, it } from 'vitest';
import { printHouse } from './print-house.js';

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

describe('channel-print', () => holdTo(it, channelContract, subject));
