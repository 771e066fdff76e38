import { join } from 'node:path';
import {
  credentialFormat,
  declareRoutes,
  definePlugin,
  type Finding,
  type Health,
  type JsonSchema,
  many,
  Refusal,
  type Verification,
  type VerifyOptions,
  verification,
} from '../../api/index.js';
import type { BundleTrust } from '../../verifier/trust.js';
import { verifyInput } from '../../verifier/verify.js';
import { believingDidKeys, verifyPresentation } from '../../verifier/verify-presentation.js';
import { verificationHandlers, verificationRoutes } from './routes.js';
import { seenFile } from './seen-bundles.js';

interface Config {
  readonly trust: readonly string[];
  readonly pins?: readonly string[];
  readonly maxTrustAgeDays?: number;
}

const config: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    trust: {
      type: 'array',
      items: { type: 'string', minLength: 1, 'x-file': true },
      default: [],
      description: "Trust files of other issuers, beside the manifest. Those of the data folder's trust/*.json are trusted as well.",
    },
    pins: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', minLength: 1, maxLength: 4096 },
      description:
        'Public keys (z6Mk…, did:key, PEM) of which one has to have signed every trust file but our own. Without them, all are taken on the word of whoever put them there.',
    },
    maxTrustAgeDays: {
      type: 'integer',
      minimum: 1,
      maximum: 3660,
      description: 'With pins: trust files that were signed longer ago are refused, whatever they say themselves.',
    },
  },
};

/**
 * The verification service: trust files and credential formats, no database and no network.
 *
 * A trust file that cannot be relied on stops all verdicts, at start and later on (503): it may be the one that revokes a key.
 */
export const verificationPart = definePlugin<Config>()({
  id: 'verification',
  summary: 'Verifies credentials and QR codes of trusted issuers, without a database or a network.',
  config,
  uses: { formats: many(credentialFormat) },
  provides: { verification, routes: declareRoutes(verificationRoutes) },
  async check({ config: { pins = [] }, adopter }) {
    const [{ pinnedKeys }, { checkReasons }] = await Promise.all([import('../../verifier/trust-pins.js'), import('./own-reasons.js')]);
    const found = pins.flatMap((pin, index): Finding[] => {
      try {
        pinnedKeys([pin]);
        return [];
      } catch (error) {
        return [{ pointer: `/pins/${index}`, code: 'TRUST_PIN_INVALID', message: (error as Error).message }];
      }
    });
    return [...found, ...checkReasons(adopter)];
  },
  async setup({ config: { trust: files, pins: keys, maxTrustAgeDays }, home, tenant, adopter, clock, log }, { formats }) {
    // Loaded when it is used, with the readers of X.509: commands that plan need the descriptor alone.
    const [{ openTrustFolder }, { reasonLanguages }] = await Promise.all([import('./trust-folder.js'), import('./own-reasons.js')]);
    const own = join(home, 'trust', `${tenant}.json`);
    const seen = seenFile(join(home, 'trust', '.seen.json'));
    const pins = keys && { keys, maxAgeDays: maxTrustAgeDays, now: () => clock.now(), own, seen };
    const folder = openTrustFolder(join(home, 'trust'), files, pins);
    const trust = (): BundleTrust => {
      try {
        return folder.current();
      } catch (error) {
        log.error({ problem: (error as Error).message }, 'no verdicts until this trust file is mended');
        throw new Refusal(503, 'TRUST_UNREADABLE', 'The trust files of this verifier cannot be read.', {
          headers: { 'retry-after': '60' },
        });
      }
    };
    const health = async (): Promise<Health> => {
      try {
        folder.current();
        return { status: 'pass' };
      } catch (error) {
        return { status: 'fail', detail: (error as Error).message };
      }
    };
    const trusting = ({ acceptDidKey = false }: VerifyOptions) => (acceptDidKey ? believingDidKeys(trust()) : trust());
    const port: Verification = {
      verify: async (input, options = {}) => verifyInput(input, formats, trusting(options), options.at ?? clock.now()),
      verifyPresentation: async (input, request, options = {}) =>
        verifyPresentation(input, request, formats, trusting(options), options.at ?? clock.now()),
    };
    const handlers = verificationHandlers({
      verify: (input) => port.verify(input),
      trust: pins ? 'pinned' : 'given',
      languages: reasonLanguages(adopter),
    });
    return {
      ports: { verification: port, routes: { table: verificationRoutes, handlers } },
      // Not in setup: the certificates service renews its own trust file when it starts.
      start: async () => void folder.current(),
      health,
    };
  },
});
