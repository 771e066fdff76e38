import { definePort } from '../port.js';

/** Who a person is, as far as a provider can tell. */
export interface VerifiedIdentity {
  /** The namespace of `subject`, e.g. `facility-code`. */
  readonly scheme: string;
  /** The canonical identifier. It lives in memory only: the house keeps a keyed hash of (scheme, subject). */
  readonly subject: string;
  readonly assurance: { readonly ial: 0 | 1 | 2 | 3; readonly basis: string };
  /**
   * Facts that the provider vouches for, of those that `IdentityUse.claims` names and no others: `name`, `birthDate`
   * (`YYYY[-MM[-DD]]`), `gender` (FHIR administrative gender) …
   */
  readonly claims?: Readonly<Record<string, string>>;
  /** The identifier with most of it covered, by which its holder knows it; only where the adopter asked for one. */
  readonly masked?: string;
}

export interface IdentityStart {
  readonly programme: string;
  /** Names of the claims that the programme may see. */
  readonly claims: readonly string[];
  /** Actor id of who asks; nobody else can use the challenge. */
  readonly actor: string;
}

/** What the person has to do elsewhere before `identify` can answer. */
export interface Challenge {
  /** Goes into `identify` as `{ "challenge": id }`. Single use, and nobody can guess it. */
  readonly id: string;
  /** Where the person proves who they are. */
  readonly url: string;
  /** RFC 3339, UTC. */
  readonly expiresAt: string;
}

export interface ChallengeStatus {
  /** `ready` once the person has proved who they are; `failed` when they cannot by this challenge any more. */
  readonly state: 'waiting' | 'ready' | 'used' | 'failed';
  /** Of one that is ready: those of the person, so that a form can be filled in. */
  readonly claims?: Readonly<Record<string, string>>;
  /** Of one that failed: why, as a code (`DECLINED`). */
  readonly reason?: string;
}

export interface IdentityUse extends IdentityStart {
  /** Names what the identity is used for. A challenge that was used answers the same act again and refuses every other. */
  readonly act: string;
}

/** Says who the person before the vaccinator is: from what is sent, or after a challenge that the person has met elsewhere. */
export interface Identity {
  /** Begins a challenge; only providers that need one have it. */
  start?(start: IdentityStart): Promise<Challenge>;
  /** What became of a challenge; undefined for one that is unknown, expired or another actor's. */
  look?(challenge: string, actor: string): Promise<ChallengeStatus | undefined>;
  /** Throws a Refusal (422) when `input` does not identify anybody. `input` is what the caller sent for this provider. */
  identify(input: Readonly<Record<string, unknown>>, use: IdentityUse): Promise<VerifiedIdentity>;
}

export const identity = definePort<Identity>('identity', 0, { methods: ['identify'] });
