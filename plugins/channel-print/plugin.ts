import { join } from 'node:path';
import { certificates, channel, declareRoutes, definePlugin, type Health, one, state } from '@divoc/core/api';
import { printChannel, renderPdf } from './src/print-channel.js';
import { PrintQueue } from './src/print-queue.js';
import { printer } from './src/printer.js';
import { printHandlers, printRoutes } from './src/routes.js';
import { openSpool } from './src/spool.js';

interface Config {
  readonly command?: readonly string[];
  readonly commandSeconds: number;
  readonly claimMinutes: number;
  readonly keepPrintedDays: number;
}

const SWEEP_MILLISECONDS = 3_600_000;
/** More than these are "many" for a person. */
const MOST_COUNTED = 200;

export default definePlugin<Config>()({
  id: 'channel-print',
  summary: 'A spool of certificates, printed by an agent on site or by a command, each sheet once.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      command: {
        type: 'array',
        minItems: 1,
        items: { type: 'string', minLength: 1 },
        description:
          'Program and arguments that print the PDF on their input: [lp, -d, desk]. No shell. Without it an agent fetches the jobs.',
      },
      commandSeconds: {
        type: 'integer',
        minimum: 1,
        maximum: 3600,
        default: 60,
        description: 'After this the command is killed, and the job is unsure.',
      },
      claimMinutes: {
        type: 'integer',
        minimum: 1,
        maximum: 10_080,
        default: 10,
        description: 'An agent who has taken a job and says nothing for so long leaves it unsure: a person decides.',
      },
      keepPrintedDays: {
        type: 'integer',
        minimum: 1,
        maximum: 3650,
        default: 7,
        description: 'How long the PDF of a printed job stays on the disk.',
      },
    },
  },
  uses: { certificates: one(certificates), state: one(state) },
  provides: { channel, routes: declareRoutes(printRoutes) },
  async setup({ config, instance, home, clock, log }, { certificates, state }) {
    const { command, commandSeconds, claimMinutes, keepPrintedDays } = config;
    const spool = await openSpool(join(home, 'print', instance));
    const render = (job: Parameters<typeof renderPdf>[1]) => renderPdf(certificates, job);
    const queue = new PrintQueue({ state, spool, render, claimMinutes, keepPrintedDays, clock, log });
    const worker = command && printer({ queue, command, commandSeconds, log });
    const wake = () => worker?.wake();
    const { channel, spoolTrouble } = printChannel({ certificates, queue, spool, wake, log });
    const sweep = () =>
      queue.sweep().catch((error: Error) => log.warn({ code: error.name }, 'old PDFs could not be removed; it is tried again'));
    let timer: NodeJS.Timeout | undefined;
    return {
      ports: { channel, routes: { table: printRoutes, handlers: printHandlers(queue, wake) } },
      async start() {
        await queue.resume();
        await sweep();
        timer = setInterval(sweep, SWEEP_MILLISECONDS);
        timer.unref();
        wake();
      },
      async stop() {
        clearInterval(timer);
        await worker?.stop();
      },
      async health(): Promise<Health> {
        const counted: Record<string, number> = {};
        let looked = 0;
        for await (const { state } of queue.open()) {
          counted[state] = (counted[state] ?? 0) + 1;
          looked += 1;
          if (looked === MOST_COUNTED) break;
        }
        const forPeople = ['unsure', 'failed'].flatMap((state) => (counted[state] ? [`${state} ${counted[state]}`] : []));
        const said = [
          ...[worker?.trouble(), spoolTrouble()].filter((trouble) => trouble !== undefined),
          ...(forPeople.length > 0 ? [`jobs that wait for a person: ${forPeople.join(', ')}`] : []),
        ];
        return said.length === 0 ? { status: 'pass' } : { status: 'warn', detail: said.join('; ') };
      },
    };
  },
});
