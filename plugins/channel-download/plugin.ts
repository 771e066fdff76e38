import { certificates, channel, declareRoutes, definePlugin, one, state } from '@divoc/core/api';
import { durationOf } from './src/duration.js';
import { linkKeeper } from './src/link-keeper.js';
import { linkHandlers, linkRoutes } from './src/routes.js';

interface Config {
  readonly linkValidFor: string;
}

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
    },
  },
  uses: { certificates: one(certificates), state: one(state) },
  provides: { channel, routes: declareRoutes(linkRoutes) },
  async setup({ config: { linkValidFor }, clock }, { certificates, state }) {
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
        routes: { table: linkRoutes, handlers: linkHandlers(links, certificates) },
      },
    };
  },
});
