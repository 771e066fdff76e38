import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Channel, type Clock, type Delivery, type Part, type Receipt, Refusal, type RouteReply, type Routes } from '@divoc/core/api';
import { type HandClock, handClock, listeningLog, type MemoryState, memoryState, setUpPart } from '@divoc/core/testkit';
import { onTestFinished } from 'vitest';
import plugin from '../plugin.js';

let last = 0;
export const delivery = (more: Partial<Delivery> = {}): Delivery => {
  last += 1;
  return { certificateId: 'certificate-1', key: `key-${last}`, recipient: {}, actor: 'nurse', ...more };
};

export interface PrintHouse {
  readonly channel: Channel;
  readonly part: Part;
  readonly routes: Routes;
  readonly state: MemoryState;
  readonly clock: HandClock;
  readonly home: string;
  readonly receipts: Receipt[];
  readonly rendered: string[];
  logged(): string;
  files(): string[];
  call(route: string, more?: object, actor?: string): Promise<RouteReply>;
  /** Jobs that are not printed, or those in one state, as the route lists them. */
  open(state?: string): Promise<{ id: string; state: string; number: string; attempt: number }[]>;
  /** The plugin made anew over the same folder and memory, and started. */
  restarted(settings?: object): Promise<PrintHouse>;
}

interface Over {
  readonly state: MemoryState;
  readonly clock: HandClock;
  readonly home: string;
}

export async function printHouse(settings: object = {}, over: Partial<Over> = {}): Promise<PrintHouse> {
  const { state = memoryState(), clock = handClock(), home = mkdtempSync(join(tmpdir(), 'print-')) } = over;
  const { lines, log } = listeningLog();
  const receipts: Receipt[] = [];
  const rendered: string[] = [];
  const certificates = {
    find: async (id: string) =>
      id === 'gone' ? undefined : { id, number: `N-${id}`, credential: { name: 'Asha Perera' }, owner: 'nurse' },
    async render(id: string, { language = 'en' }: { language?: string }) {
      rendered.push(id);
      if (id === 'busy') throw new Refusal(503, 'TEMPLATE_BUSY', 'no place');
      return { mediaType: 'application/pdf', fileName: 'x.pdf', body: Buffer.from(`%PDF ${id} ${language} Asha Perera`) };
    },
  };
  const part = await setUpPart(plugin, {
    config: settings,
    uses: { certificates, state },
    instance: 'desk',
    home,
    clock: clock as Clock,
    log,
  });
  const { channel, routes } = part.ports as { channel: Channel; routes: Routes };
  channel.reportTo?.(async (receipt) => void receipts.push(receipt));
  onTestFinished(() => part.stop?.());
  const house: PrintHouse = {
    channel,
    part,
    routes,
    state,
    clock,
    home,
    receipts,
    rendered,
    logged: () => JSON.stringify(lines),
    files: () => readdirSync(join(home, 'print', 'desk')),
    call: async (route, more = {}, actor = 'agent') =>
      routes.handlers[route]!({
        params: {},
        query: {},
        body: undefined,
        headers: {},
        actor: { id: actor, roles: [], scopes: [] },
        ...more,
      }),
    async open(wanted) {
      const { body } = await house.call('list', { query: wanted === undefined ? {} : { state: wanted } });
      return (body as { items: Awaited<ReturnType<PrintHouse['open']>> }).items;
    },
    async restarted(changed = settings) {
      const next = await printHouse(changed, { state, clock, home });
      await next.part.start?.();
      return next;
    },
  };
  return house;
}
