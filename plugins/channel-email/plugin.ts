import { certificates, channel, definePlugin, type JsonSchema, one, state } from '@divoc/core/api';
import { createTransport } from 'nodemailer';
import { emailChannel } from './src/email-channel.js';
import { checkTexts, messageTexts, type TextChanges } from './src/message-texts.js';
import { sendLedger } from './src/send-ledger.js';
import { checkSecurity, type SmtpSettings, transportOptions } from './src/smtp-settings.js';

interface Config extends SmtpSettings {
  readonly from: { readonly address: string; readonly name: Readonly<Record<string, string>> };
  readonly replyTo?: string;
  readonly attach: readonly ('pdf' | 'credential')[];
  readonly language: string;
  readonly texts: TextChanges;
  readonly deadlineSeconds: number;
}

/** ASCII: what stands in our own headers and in the Message-ID. */
const address = { type: 'string', maxLength: 254, pattern: "^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*$" };
const line = { type: 'string', minLength: 1, maxLength: 200, pattern: '^[^\\x00-\\x1f\\x7f]*$' };
const tag = '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$';
const seconds = (standard: number, description: string): JsonSchema => ({
  type: 'number',
  exclusiveMinimum: 0,
  maximum: 600,
  default: standard,
  description,
});
const count = (standard: number, maximum: number, description: string): JsonSchema => ({
  type: 'integer',
  minimum: 1,
  maximum,
  default: standard,
  description,
});

const config: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['host', 'from'],
  dependentRequired: { user: ['password'], password: ['user'] },
  properties: {
    host: { type: 'string', minLength: 1, maxLength: 253, description: 'The mail server that takes our messages.' },
    port: { type: 'integer', minimum: 1, maximum: 65535, description: 'Default: 587, with implicit TLS 465, without TLS 25.' },
    security: {
      enum: ['starttls', 'implicit', 'none'],
      description:
        'TLS after STARTTLS, which is then required; TLS from the first byte; or none, to this machine alone. Default: starttls, and none to localhost.',
    },
    ca: {
      type: 'string',
      'x-file': true,
      description: "PEM file of the authority behind the server's certificate, where it is not a public one.",
    },
    user: { type: 'string', minLength: 1, description: 'Where the server wants to know who sends.' },
    password: { type: 'string', minLength: 1, 'x-secret': true },
    from: {
      type: 'object',
      additionalProperties: false,
      required: ['address', 'name'],
      properties: {
        address: { ...address, description: 'The sender. Bounces come here.' },
        name: {
          type: 'object',
          minProperties: 1,
          propertyNames: { pattern: tag },
          additionalProperties: line,
          description: 'Who sends, by language; {issuer} in the texts.',
        },
      },
    },
    replyTo: { ...address, description: 'Where answers go, if not to the sender.' },
    attach: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { enum: ['pdf', 'credential'] },
      default: ['pdf'],
      description: 'What is attached: the certificate as PDF, the signed credential.',
    },
    language: { type: 'string', pattern: tag, default: 'en', description: 'Of messages to people whose own is unknown or not here.' },
    texts: {
      type: 'object',
      propertyNames: { pattern: tag },
      default: {},
      description: 'Texts by language, over those of the house (en, ar, hi), with {issuer} and {number}.',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: { subject: line, body: { type: 'string', minLength: 1, maxLength: 10_000 } },
      },
    },
    connections: count(5, 50, 'Connections to the server at once.'),
    messagesPerConnection: count(100, 10_000, 'After so many a connection is made anew.'),
    connectSeconds: seconds(5, 'How long a connection may take, to the end of its TLS handshake.'),
    greetingSeconds: seconds(5, 'How long the server may take to greet.'),
    silenceSeconds: seconds(10, 'How long the server may say nothing.'),
    deadlineSeconds: seconds(15, "How long one message may take in all. Keep it below the delivery service's deadlineSeconds."),
  },
};

export default definePlugin<Config>()({
  id: 'channel-email',
  summary: 'Certificates by e-mail, through a mail server that speaks SMTP.',
  config,
  uses: { certificates: one(certificates), state: one(state) },
  provides: { channel },
  check: ({ config }) => [...checkSecurity(config), ...checkTexts(config.texts, config.language)],
  async setup({ config, clock, log }, { certificates, state }) {
    const { from, replyTo, attach, language, deadlineSeconds } = config;
    const transport = createTransport(transportOptions(config));
    const email = emailChannel({
      certificates,
      // Rendering is done before a turn begins, and the deadline ends it.
      ledger: sendLedger(state, clock, deadlineSeconds + 5),
      send: (mail) => transport.sendMail(mail),
      from,
      ...(replyTo !== undefined && { replyTo }),
      attach,
      texts: messageTexts(config.texts),
      language,
      deadlineSeconds,
      clock,
      log,
    });
    return {
      ports: { channel: email.channel },
      async stop() {
        await email.settled();
        transport.close();
      },
      health: email.health,
    };
  },
});
