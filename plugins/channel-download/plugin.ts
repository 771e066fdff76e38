import { certificates, channel, declareRoutes, definePlugin, one, state } from '@divoc/core/api';
import { durationOf } from './src/duration.js';
import { linkKeeper } from './src/link-keeper.js';
import { HOUSE_TEXTS, type LanguageTexts, REFUSED } from './src/refusal-texts.js';
import { linkHandlers, linkRoutes } from './src/routes.js';

interface Config {
  readonly linkValidFor: string;
  readonly texts: Readonly<Record<string, LanguageTexts>>;
}

const text = { type: 'string', minLength: 1, maxLength: 500 };
const pageTexts = {
  type: 'object',
  additionalProperties: false,
  required: ['title', 'why', 'whatToDo'],
  properties: { title: text, why: text, whatToDo: text },
};

export default definePlugin<Config>()({
  id: 'channel-download',
  summary: 'A link that nobody can guess and that expires: page, PDF, credential and QR code.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      linkValidFor: {
        type: 'string',
        pattern: '^[1-9][0-9]{0,4}[mhd]$',
        default: '7d',
        description: 'How long a link works, from its first delivery: 30m, 12h, 7d.',
      },
      texts: {
        type: 'object',
        default: {},
        description: `By language (BCP 47) what a page says when a link does not open. Beside ${Object.keys(HOUSE_TEXTS).join(', ')}, or instead of one; the first is for readers of none.`,
        propertyNames: { pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' },
        additionalProperties: {
          type: 'object',
          additionalProperties: false,
          required: [...REFUSED],
          properties: Object.fromEntries(REFUSED.map((code) => [code, pageTexts])),
        },
      },
    },
  },
  uses: { certificates: one(certificates), state: one(state) },
  provides: { channel, routes: declareRoutes(linkRoutes) },
  async setup({ config: { linkValidFor, texts }, clock }, { certificates, state }) {
    const links = linkKeeper({ state, clock, validFor: durationOf(linkValidFor) });
    return {
      ports: {
        channel: {
          needs: [],
          instant: true,
          async deliver(delivery) {
            const page = `/c/${await links.keep(delivery)}`;
            const receipt = { page, pdf: `${page}/certificate.pdf`, credential: `${page}/certificate.json`, qr: `${page}/qr.png` };
            // That somebody was handed a link does not mean that the certificate arrived.
            return { state: 'accepted', links: receipt };
          },
        },
        routes: { table: linkRoutes, handlers: linkHandlers(links, certificates, texts) },
      },
    };
  },
});
