import type { AssuranceLevel, AssuranceRules } from './assurance.js';
import type { ClaimMapping } from './claims.js';
import { CLAIMS } from './claims.js';
import type { AssertionAlgorithm } from './client-key.js';
import { PROFILES, type Profile, type ProfileName } from './profiles.js';

/** As the manifest gives them: what is not there, the profile says. */
export interface Config extends Partial<Omit<Profile, 'levels'>> {
  readonly profile: ProfileName;
  readonly issuer: string;
  readonly clientId: string;
  /** As it is registered at the provider: this house's `/x/<instance>/callback`. */
  readonly redirectUri: string;
  readonly clientSecret?: string;
  readonly privateKey?: string;
  readonly keyId?: string;
  readonly assertionAlgorithm: AssertionAlgorithm;
  readonly assertionAudience: 'issuer' | 'token-endpoint';
  readonly claims: Readonly<Record<string, string | null>>;
  readonly languages: readonly string[];
  readonly requiredClaims: readonly string[];
  readonly levels?: readonly AssuranceLevel[];
  readonly minimumAcr?: string;
  readonly challengeSeconds: number;
  readonly timeoutSeconds: number;
  readonly clockToleranceSeconds: number;
  readonly page: PageTexts;
}

export interface PageTexts {
  /** BCP 47. */
  readonly language: string;
  readonly done: string;
  readonly failed: string;
  readonly unknown: string;
  readonly again: string;
  readonly close: string;
}

export interface Settings extends Omit<Config, keyof Profile | 'claims'>, Profile, ClaimMapping, AssuranceRules {}

/** The settings with the profile's answers to what they leave open. */
export function settingsOf(config: Config): Settings {
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)) as unknown as Config;
  const claims = Object.fromEntries(Object.entries({ ...CLAIMS, ...config.claims }).filter(([, theirs]) => theirs !== null));
  return { ...PROFILES[config.profile], ...given, claims } as Settings;
}
