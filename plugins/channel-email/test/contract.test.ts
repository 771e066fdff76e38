import { channelContract, holdTo } from '@divoc/core/testkit';
import { describe, it } from 'vitest';
import { ADDRESS, mailHouse, mailServer } from './mail-house.js';

async function subject() {
  let isDown = false;
  const server = await mailServer({
    onMailFrom: (_, __, done) => done(isDown ? Object.assign(new Error(`no service for ${ADDRESS}`), { responseCode: 451 }) : undefined),
  });
  const house = await mailHouse(server.port);
  return {
    channel: house.channel,
    recipient: { email: ADDRESS, phone: '+94771234567', language: 'si' },
    certificateId: 'certificate-1',
    effects: () => server.mails.length,
    logged: house.logged,
    restarted: house.again,
    async trouble() {
      isDown = true;
      return () => {
        isDown = false;
      };
    },
  };
}

describe('channel-email', () => holdTo(it, channelContract, subject));
