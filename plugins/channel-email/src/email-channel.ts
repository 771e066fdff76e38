import { createHash } from 'node:crypto';
import {
  type Certificates,
  type Channel,
  type Clock,
  type Delivery,
  type DeliveryResult,
  type Health,
  isRefusal,
  type Logger,
  type Rendering,
} from '@divoc/core/api';
import { composeMail } from './compose.js';
import { languageOf, type MessageTexts } from './message-texts.js';
import type { SendLedger } from './send-ledger.js';
import { smtpFailure } from './smtp-failure.js';

export interface EmailOptions {
  readonly certificates: Pick<Certificates, 'find' | 'render'>;
  readonly ledger: SendLedger;
  readonly send: (mail: ReturnType<typeof composeMail> & { signal: AbortSignal }) => Promise<unknown>;
  readonly from: { readonly address: string; readonly name: Readonly<Record<string, string>> };
  readonly replyTo?: string;
  readonly attach: readonly ('pdf' | 'credential')[];
  readonly texts: MessageTexts;
  /** Of messages to people whose own is not known or not here. */
  readonly language: string;
  readonly deadlineSeconds: number;
  readonly clock: Clock;
  readonly log: Logger;
}

const MEDIA_TYPES = { pdf: 'application/pdf', credential: 'application/vc' } as const;
/** One address: nothing that separates addresses, ends a header or begins a name. */
const ADDRESS = /^[^\s\p{C}"(),:;<>@[\\\]]{1,64}@[\p{L}\p{M}\p{N}.-]{3,253}$/u;

const failed = (code: string, retry: 'soon' | 'later' | 'never'): DeliveryResult => ({ state: 'failed', code, retry });

export interface EmailChannel {
  readonly channel: Channel;
  health(): Promise<Health>;
  /** Resolves when nothing is being sent any more. */
  settled(): Promise<void>;
}

/** Certificates by e-mail, at least once: a second message is rather sent than none, and each such case is counted. */
export function emailChannel(options: EmailOptions): EmailChannel {
  const { ledger, clock } = options;
  const running = new Map<string, Promise<DeliveryResult>>();
  /** What stands against every message, until one shows that it is over. */
  let trouble: { readonly code: string; readonly since: string } | undefined;

  const sendOnce = async (delivery: Delivery): Promise<DeliveryResult> => {
    const { key, recipient } = delivery;
    const messageId = messageIdOf(key, options.from.address);
    const accepted: DeliveryResult = { state: 'accepted', reference: messageId };
    if (await ledger.wasSent(key)) return accepted;
    const to = recipient.email;
    if (to === undefined || !ADDRESS.test(to)) return failed('EMAIL_ADDRESS_INVALID', 'never');
    const mail = await mailOf(options, delivery, to, messageId);
    if ('state' in mail) return mail;
    const turn = await ledger.begin(key);
    if (turn === 'sent') return accepted;
    if (turn === 'busy') return failed('EMAIL_BEING_SENT', 'soon');
    if (turn.isRepeated)
      options.log.warn({ stage: 'email.repeated', messageId }, 'it is not known whether a message was sent; it is sent again');
    try {
      await options.send({ ...mail, signal: AbortSignal.timeout(options.deadlineSeconds * 1000) });
    } catch (error) {
      const failure = smtpFailure(error);
      const { code, retry } = failure;
      trouble = failure.trouble ? { code, since: trouble?.since ?? clock.now().toISOString() } : undefined;
      await turn.end(failure.unsure ? 'unsure' : 'unsent');
      return failed(code, retry);
    }
    trouble = undefined;
    await turn.end('sent');
    return accepted;
  };

  return {
    channel: {
      needs: ['email'],
      instant: false,
      deliver(delivery) {
        const earlier = running.get(delivery.key);
        if (earlier) return earlier;
        const mine = sendOnce(delivery).finally(() => running.delete(delivery.key));
        running.set(delivery.key, mine);
        return mine;
      },
    },
    async health() {
      const doubles = await ledger.doubles();
      const said = doubles === 0 ? {} : { detail: `messages that may have been sent twice: ${doubles}` };
      if (!trouble) return { status: 'pass', ...said };
      return {
        status: 'warn',
        detail: [`no message can be sent: ${trouble.code} since ${trouble.since}`, said.detail ?? []].flat().join('; '),
      };
    },
    async settled() {
      await Promise.allSettled(running.values());
    },
  };
}

/** The message of a delivery, or why there is none. */
async function mailOf(options: EmailOptions, { certificateId, recipient }: Delivery, to: string, messageId: string) {
  const { certificates, texts, from, replyTo } = options;
  const language = languageOf(texts, recipient.language, options.language);
  const certificate = await certificates.find(certificateId);
  if (!certificate) return failed('CERTIFICATE_UNKNOWN', 'never');
  const files: Rendering[] = [];
  for (const what of options.attach) {
    try {
      const file = await certificates.render(certificateId, { mediaType: MEDIA_TYPES[what], language: recipient.language ?? language });
      if (!file) return failed('CERTIFICATE_UNKNOWN', 'never');
      files.push(file);
    } catch (error) {
      // An expected refusal: what cannot be made (406) will not be made later, a busy engine (429, 503) may.
      if (!isRefusal(error)) throw error;
      return failed(error.code, [429, 503].includes(error.status) ? 'later' : 'never');
    }
  }
  const name = from.name[language] ?? from.name[options.language] ?? Object.values(from.name)[0] ?? from.address;
  return composeMail({
    from: { address: from.address, name },
    ...(replyTo !== undefined && { replyTo }),
    to,
    language,
    text: texts[language]!,
    number: certificate.number,
    files,
    messageId,
    date: options.clock.now(),
  });
}

/** The same at every try, so that receivers recognise a message that reaches them twice. */
function messageIdOf(key: string, from: string): string {
  return `${createHash('sha256').update(key, 'utf8').digest('hex').slice(0, 40)}@${from.slice(from.lastIndexOf('@') + 1)}`;
}
