import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly data: Record<string, unknown>;
}

/** A receiver of webhooks that believes nothing whose signature it has not checked by itself. */
export interface WebhookReceiver {
  readonly url: string;
  /** Secret in the form of Standard Webhooks. */
  readonly secret: string;
  /** All that was taken, as often as it came. */
  readonly taken: ReceivedEvent[];
  /** The time in each request, taken or not, in seconds. */
  readonly asked: number[];
  /** What came with a signature that does not fit. */
  readonly forged: string[];
  /** What it answers; undefined: it says nothing at all. */
  answer: number | undefined;
  stop(): Promise<void>;
}

/** As a receiver should take them: what comes again, since an answer was late or lost, has the id that it had. */
export const onceEach = (events: readonly ReceivedEvent[]): readonly ReceivedEvent[] => [
  ...new Map(events.map((event) => [event.id, event])).values(),
];

export async function webhookReceiver(key: Buffer): Promise<WebhookReceiver> {
  const receiving = { taken: [] as ReceivedEvent[], asked: [] as number[], forged: [] as string[], answer: 204 as number | undefined };
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = request.headers;
      const expected = `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`;
      if (signature !== expected) receiving.forged.push(body);
      receiving.asked.push(Number(at));
      const { answer } = receiving;
      if (answer === undefined) return;
      if (answer < 300) receiving.taken.push(JSON.parse(body) as ReceivedEvent);
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return Object.assign(receiving, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    secret: `whsec_${key.toString('base64')}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  });
}
