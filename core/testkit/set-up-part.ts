import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Part, PartContext, PartDescriptor } from '../api/plugin.js';
import { checkAgainst } from '../kernel/schema-check.js';
import { handClock } from './hand-clock.js';
import { listeningLog } from './listening-log.js';

export interface PartOptions {
  /** Settings as the manifest would give them, secrets as plain values; defaults are filled in. */
  readonly config?: unknown;
  /** The ports that it uses, by the names of its own `uses`. */
  readonly uses?: Readonly<Record<string, unknown>>;
  readonly instance?: string;
  readonly tenant?: string;
  readonly profile?: 'development' | 'production';
  /** Default: a new folder below the system's temporary one. */
  readonly home?: string;
  readonly adopter?: string;
  readonly clock?: Clock;
  readonly log?: PartContext['log'];
}

/** Sets up one part outside of a house, as the kernel would. Throws an Error naming the settings that do not fit. */
export async function setUpPart(descriptor: PartDescriptor, options: PartOptions = {}): Promise<Part> {
  const config = structuredClone(options.config ?? {});
  const { findings } = checkAgainst(descriptor.config ?? { type: 'object', additionalProperties: false }, config, descriptor.id);
  if (findings.length > 0) throw new Error(findings.map(({ message }) => message).join('; '));
  const context: PartContext = {
    config,
    instance: options.instance ?? descriptor.id,
    tenant: options.tenant ?? 'main',
    profile: options.profile ?? 'production',
    home: options.home ?? mkdtempSync(join(tmpdir(), 'divoc-part-')),
    adopter: options.adopter ?? '/nowhere',
    log: options.log ?? listeningLog().log,
    clock: options.clock ?? handClock(),
  };
  return descriptor.setup(context as PartContext<never>, (options.uses ?? {}) as never);
}
