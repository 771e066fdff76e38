import type { Channel } from '@divoc/core/api';
import { channelContract, handClock, holdTo, listeningLog, memoryState, setUpPart } from '@divoc/core/testkit';
import { describe, it } from 'vitest';
import plugin from '../plugin.js';

/** Nothing of it can fail but the house itself, so it has no trouble to be put into. */
async function subject() {
  const state = memoryState();
  const { lines, log } = listeningLog();
  const make = async () =>
    (await setUpPart(plugin, { uses: { certificates: {}, state }, clock: handClock(), log })).ports.channel as Channel;
  return {
    channel: await make(),
    recipient: { email: 'asha.perera@example.org', phone: '+94771234567', language: 'si' },
    certificateId: 'certificate-1',
    effects: () => [...state.entries.keys()].filter((key) => key.startsWith('link/')).length,
    logged: () => JSON.stringify(lines),
    restarted: make,
  };
}

describe('channel-download', () => holdTo(it, channelContract, subject));
