import type { Channel, Routes } from '@divoc/core/api';
import { channelContract, handClock, holdTo, listeningLog, memoryState, routesContract, setUpPart } from '@divoc/core/testkit';
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

interface Links {
  readonly links: { readonly page: string };
}

async function routesSubject() {
  const render = async (_id: string, { mediaType }: { mediaType: string }) => ({ mediaType, body: Buffer.from('x'), fileName: 'x' });
  const part = await setUpPart(plugin, { uses: { certificates: { render }, state: memoryState() } });
  const { channel, routes } = part.ports as unknown as { channel: Channel; routes: Routes };
  const { links } = (await channel.deliver({ certificateId: 'c', key: 'k', recipient: {}, actor: 'nurse' })) as unknown as Links;
  const params = { token: links.page.slice('/c/'.length) };
  return { routes, samples: Object.fromEntries(Object.keys(routes.table.routes).map((name) => [name, { params }])) };
}

describe('channel-download', () => {
  holdTo(it, channelContract, subject);
  holdTo(it, routesContract, routesSubject);
});
